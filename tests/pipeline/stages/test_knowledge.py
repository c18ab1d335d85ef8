"""The tagged words of a text: where they stand in it, how probable a span is, and which spans the tags make."""

from collections.abc import Sequence
from itertools import product
from math import log

import numpy as np
import pytest

from pipeline.catalog.indexes import Indexes
from pipeline.learned.words import word_spans
from pipeline.stages.knowledge import NO_KNOWLEDGE, Knowledge, TaggedSpan, knowledge_of
from pipeline.text import JDText, Sentence
from pipeline.vectors import Vectors
from tests.encoded_texts import encoded

BEGINS, GOES_ON, OUTSIDE, NOT_READ = (0.9, 0.06), (0.08, 0.9), (0.02, 0.02), (-1.0, -1.0)


def tags(*rows: tuple[float, float]) -> Vectors:
    return np.array(rows, np.float32).reshape(-1, 2)


def of_words(rows: Sequence[tuple[float, float]], opens: Sequence[int] = (0,)) -> Knowledge:
    """Words of three letters, a blank between them."""
    starts = tuple(range(0, 4 * len(rows), 4))
    return Knowledge(starts, tuple(s + 3 for s in starts), tags(*rows), frozenset(opens))


def of_lines(view: str, *lines: tuple[str, Vectors]) -> Knowledge:
    jd = JDText(view)
    at = [(jd.view.index(line), line) for line, _ in lines]
    sentences = [Sentence(start, start + len(line), " ".join(line.split()), 0) for start, line in at]
    return knowledge_of(jd, zip(sentences, (t for _, t in lines), strict=True))


def test_a_span_is_as_probable_as_its_words_are_on_average() -> None:
    knowledge = of_words([OUTSIDE, (0.75, 0.0), (0.25, 0.25), OUTSIDE])
    assert knowledge.over(4, 7) == pytest.approx(0.75)
    assert knowledge.over(4, 11) == pytest.approx(0.625)
    assert knowledge.over(0, 15) == pytest.approx((0.04 + 0.75 + 0.5 + 0.04) / 4)


def test_a_word_that_is_touched_counts_whole_and_one_that_is_not_does_not() -> None:
    knowledge = of_words([OUTSIDE, (0.75, 0.0), OUTSIDE])
    assert knowledge.over(5, 6) == pytest.approx(0.75)
    assert knowledge.over(3, 8) == pytest.approx(0.75)
    assert knowledge.over_words(6, 9).tolist() == tags((0.75, 0.0), OUTSIDE).tolist()


def test_places_without_tagged_words_have_no_probability() -> None:
    knowledge = of_words([OUTSIDE, BEGINS])
    assert knowledge.over(3, 4) is None
    assert knowledge.over(7, 90) is None
    assert knowledge.over_words(7, 90).shape == (0, 2)
    assert NO_KNOWLEDGE.over(0, 5) is None and NO_KNOWLEDGE.spans() == ()


def test_tags_make_spans_with_the_mean_of_their_words() -> None:
    knowledge = of_words([BEGINS, GOES_ON, OUTSIDE, BEGINS, BEGINS])
    found = knowledge.spans()
    assert [(s.start, s.end) for s in found] == [(0, 7), (12, 15), (16, 19)]
    assert [s.probability for s in found] == pytest.approx([0.97, 0.96, 0.96])


def test_a_span_does_not_begin_with_a_word_that_goes_on_and_ends_with_its_sentence() -> None:
    assert of_words([OUTSIDE, (0.0, 0.6), OUTSIDE]).spans() == ()
    together = [BEGINS, GOES_ON, GOES_ON]
    assert [(s.start, s.end) for s in of_words(together).spans()] == [(0, 11)]
    assert [(s.start, s.end) for s in of_words(together, opens=(0, 2)).spans()] == [(0, 7), (8, 11)]


def test_what_goes_on_surely_makes_the_word_before_it_a_beginning() -> None:
    assert [(s.start, s.end) for s in of_words([OUTSIDE, (0.4, 0.0), (0.0, 0.95)]).spans()] == [(4, 11)]


def test_a_lower_bonus_for_being_outside_finds_more_spans() -> None:
    knowledge = of_words([OUTSIDE, (0.45, 0.0), OUTSIDE, (0.3, 0.0), BEGINS])
    assert [len(knowledge.spans(bonus)) for bonus in (0.3, -0.3, -1.0)] == [1, 2, 3]


@pytest.mark.parametrize("seed", range(5))
def test_spans_are_those_of_the_likeliest_tags(seed: int) -> None:
    """Against all sequences of tags, each tried."""
    scores = np.random.default_rng(seed).dirichlet((1, 1, 1), 6)
    opens = {0, 3}

    def is_allowed(path: Sequence[int]) -> bool:
        return all(tag != 2 or (i not in opens and path[i - 1] != 0) for i, tag in enumerate(path))

    best = max(
        (path for path in product(range(3), repeat=6) if is_allowed(path)),
        key=lambda path: sum(log(max(row[tag], 0.002)) for row, tag in zip(scores, path, strict=True)),
    )
    begins = [i for i, tag in enumerate(best) if tag == 1]
    expected = [
        (4 * i, 4 * max(j for j in range(i, 6) if all(t == 2 for t in best[i + 1 : j + 1])) + 3) for i in begins
    ]
    knowledge = of_words([(float(b), float(i)) for _, b, i in scores], opens=sorted(opens))
    assert [(s.start, s.end) for s in knowledge.spans(0.0)] == expected


def test_words_stand_in_the_view_where_their_sentences_do() -> None:
    view = "Fluent in Elixir.\nBrews tea."
    knowledge = of_lines(
        view,
        ("Fluent in Elixir.", tags(OUTSIDE, OUTSIDE, BEGINS, OUTSIDE)),
        ("Brews tea.", tags(OUTSIDE, OUTSIDE, OUTSIDE)),
    )
    words = [view[a:b] for a, b in zip(knowledge.starts, knowledge.ends, strict=True)]
    assert words == ["Fluent", "in", "Elixir", ".", "Brews", "tea", "."]
    assert knowledge.opens == {0, 4}
    assert knowledge.spans() == (TaggedSpan(10, 16, pytest.approx(0.96)),)


def test_white_space_that_a_wording_has_lost_moves_no_word() -> None:
    """The tags are those of the wording with single blanks, the places those of the text as it stands."""
    view = "Uses   Apache  Beam  daily"
    knowledge = of_lines(view, (view, tags(OUTSIDE, BEGINS, GOES_ON, OUTSIDE)))
    span = knowledge.spans()[0]
    assert view[span.start : span.end] == "Apache  Beam"
    assert knowledge.over(view.index("daily"), len(view)) == pytest.approx(0.04)


def test_words_that_the_model_did_not_come_to_are_left_out() -> None:
    view = "Elixir and Gleam and Roc"
    knowledge = of_lines(view, (view, tags(BEGINS, OUTSIDE, NOT_READ)))
    assert (knowledge.starts, knowledge.ends) == ((0, 7), (6, 10))
    assert knowledge.over(0, 6) == pytest.approx(0.96)
    assert knowledge.over(11, 24) is None


def test_a_text_of_which_nothing_is_tagged_has_no_knowledge() -> None:
    assert knowledge_of(JDText("Anything"), ()) is NO_KNOWLEDGE
    assert of_lines("Anything", ("Anything", tags())) is NO_KNOWLEDGE


@pytest.mark.slow
def test_entities_signs_and_line_ends_of_a_text_move_no_word(indexes: Indexes) -> None:
    lines = [
        "Responsibilities:",
        "- Operate  Kafka &amp; Flink\u00a0clusters in <b>Terraform</b> code",
        "- Greet 😀 guests kindly",
    ]
    jd = encoded("\n".join(lines), None, indexes)
    view, knowledge = jd.text.view, jd.knowledge
    assert all(a < b for a, b in zip(knowledge.starts, knowledge.ends, strict=True))
    assert all(end <= start for end, start in zip(knowledge.ends, knowledge.starts[1:], strict=False))
    words = [view[a:b] for a, b in zip(knowledge.starts, knowledge.ends, strict=True)]
    assert {"Kafka", "Flink", "clusters", "Terraform", "guests", "kindly"} <= set(words)
    for name in ("Kafka", "Flink", "Terraform"):
        start = view.index(name)
        over = knowledge.over(start, start + len(name))
        assert over is not None and over > 0.5
    start = view.index("guests")
    over = knowledge.over(start, start + len("guests"))
    assert over is not None and over < 0.3


def test_words_of_a_text_and_of_its_wording_are_the_same() -> None:
    text = "Ships  C++,\n\tNode.js (LTS)   and “CI/CD” — daily!"
    folded = " ".join(text.split())
    assert [text[a:b] for a, b in word_spans(text)] == [folded[a:b] for a, b in word_spans(folded)]
