"""Sections, bullets and sentences with their offsets; strange texts are survived."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text import JDText, PhraseFinder
from pipeline.text.sections import HEADINGS_FILE, PHRASES_OF_KIND


def test_headings_divide_the_text() -> None:
    jd = JDText(
        "We make maps.\n\nWhat You'll Do\n- Draw\n\nRequired Skills:\n- Python\n\nNice to have\n- Rust\n\nBenefits:\n- Lunch"
    )
    kinds = [(s.kind, s.heading) for s in jd.sections]
    assert kinds == [
        ("body", None),
        ("responsibilities", "What You'll Do"),
        ("requirements", "Required Skills"),
        ("preferred", "Nice to have"),
        ("benefits", "Benefits"),
    ]


def test_headings_are_found_inside_one_long_line() -> None:
    jd = JDText("You join a team. Key Responsibilities • Draw maps • Check them Must Have Qualifications • Python")
    assert [s.kind for s in jd.sections] == ["body", "responsibilities", "requirements"]
    assert [s.text for s in jd.sentences] == ["You join a team.", "Draw maps", "Check them", "Python"]


def test_a_name_with_a_dot_does_not_end_a_sentence() -> None:
    jd = JDText("We use ASP.NET and Node.js daily. The rest is SQL.")
    assert [s.text for s in jd.sentences] == ["We use ASP.NET and Node.js daily.", "The rest is SQL."]


def test_an_unknown_heading_goes_on_with_the_kind_before_it() -> None:
    jd = JDText("Requirements:\n- Python\n\n## Data platform\n- Kafka\n\nBenefits:\n- Lunch\n\n## Our offices\n- Leeds")
    assert [(s.kind, s.heading) for s in jd.sections] == [
        ("requirements", "Requirements"),
        ("requirements", "Data platform"),
        ("benefits", "Benefits"),
        ("other", "Our offices"),
    ]


def test_the_opening_holds_duties_only_where_no_heading_marks_any() -> None:
    marked = JDText("We make maps and need help.\n\nResponsibilities:\n- Draw maps")
    plain = JDText("We make maps and need help with Python.")
    assert [marked.sections[i].kind for i in marked.duty_sections] == ["responsibilities"]
    assert [plain.sections[i].kind for i in plain.duty_sections] == ["body"]


def test_a_position_is_found_in_its_section_and_its_sentence() -> None:
    jd = JDText("We make maps. You draw.\n\nBenefits:\n- Lunch")
    draw, lunch, colon = jd.raw.index("draw"), jd.raw.index("Lunch"), jd.raw.index(":")
    assert (jd.kind_at(draw), jd.kind_at(lunch)) == ("body", "benefits")
    sentence, facts = jd.sentence_at(draw), jd.facts_at(lunch)
    assert sentence is not None and sentence.text == "You draw."
    assert facts is not None and (facts.sentence.text, facts.section_kind) == ("Lunch", "benefits")
    assert jd.sentence_at(colon) is None and jd.facts_at(colon) is None and JDText("").sentence_at(0) is None


def test_a_heading_phrase_is_in_lower_case_and_stands_under_one_kind() -> None:
    assert HEADINGS_FILE.exists() and len(PHRASES_OF_KIND) == 9
    phrases = Counter(phrase for phrases in PHRASES_OF_KIND.values() for phrase in phrases)
    assert len(phrases) > 200 and max(phrases.values()) == 1
    assert all(phrase == " ".join(phrase.lower().replace("’", "'").split()) for phrase in phrases)


def test_phrases_are_found_as_whole_words_with_overlaps() -> None:
    finder = PhraseFinder(["bank", "credit union", "union"])
    assert finder.find("a bank, a credit union, banking") == [
        (2, 6, "bank"),
        (10, 22, "credit union"),
        (17, 22, "union"),
    ]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_text_has_sections_and_sentences_within_it(text: str) -> None:
    jd = JDText(text)
    for sentence in jd.sentences:
        assert 0 <= sentence.start < sentence.end <= len(jd.view)
        assert jd.view[sentence.start : sentence.end].split() == sentence.text.split()
