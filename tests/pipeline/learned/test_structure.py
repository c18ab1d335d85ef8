"""The structure model: kinds of units, the likelihood of its fit, and the labels that it is fitted on."""

import numpy as np
import pytest

from pipeline.learned.fit.chain import UNKNOWN, Chain, Texts, loss
from pipeline.learned.fit.structure import LABELS_FILE, LETTERS, fit, read_example, variants
from pipeline.learned.structure.features import SIZE, features_of
from pipeline.learned.structure.kinds import KINDS
from pipeline.learned.structure.model import MAX_UNITS, StructureModel, may_open, structure_model
from pipeline.learned.structure.units import TextUnit
from pipeline.text import JDText


def kinds(text: str) -> list[str]:
    return [facts.section_kind for facts in JDText(text).facts]


def test_a_text_without_headings_is_read_by_its_words() -> None:
    assert kinds(
        "We are looking for a data engineer to join our team.\n"
        "You will design and build data pipelines.\n"
        "5+ years of experience with Python and SQL.\n"
        "All qualified applicants will receive consideration for employment without regard to race, color, religion or sex."
    ) == ["about_role", "responsibilities", "requirements", "legal"]


def test_a_unit_s_features_do_not_depend_on_how_often_it_is_read() -> None:
    units = [
        TextUnit(0, 9, "Your tasks:", 0, opens_line=True),
        TextUnit(12, 20, "Mend nets", 1, opens_line=True, bullet=True),
    ]
    first, second = features_of(units), features_of(units)
    assert np.array_equal(first.ids, second.ids) and first.starts[-1] == len(first.ids) and first.ids.max() < SIZE


def test_no_sentence_and_no_plain_bullet_is_a_heading() -> None:
    assert may_open(TextUnit(0, 5, "Where you come in", 0)) and may_open(TextUnit(0, 5, "Tasks:", 0, bullet=True))
    assert not may_open(TextUnit(0, 5, "We make maps.", 0)) and not may_open(TextUnit(0, 5, "Kafka", 0, bullet=True))


def test_what_follows_the_units_that_are_told_apart_is_as_the_last() -> None:
    units = [TextUnit(0, 5, "Design and build services", i, opens_line=True, bullet=True) for i in range(MAX_UNITS + 5)]
    found = structure_model().kinds(units)
    assert len(found) == len(units) and set(found[MAX_UNITS:]) == {found[MAX_UNITS - 1]}


def test_the_gradient_is_that_of_the_likelihood() -> None:
    draw = np.random.default_rng(0)
    labels = [draw.integers(UNKNOWN, 3, n) for n in (4, 1, 6)]
    texts = Texts.of([draw.integers(0, 2, len(label)) for label in labels], labels, [1, 0.5, 2])
    scores = draw.normal(size=(11, 3))
    chain = Chain(draw.normal(size=(2, 3, 3)), draw.normal(size=3), draw.normal(size=3))
    _, by_scores, by_chain = loss(texts, scores, chain)
    step = 1e-6
    for row, column in ((0, 0), (6, 2), (10, 1)):
        nudged = scores.copy()
        nudged[row, column] += step
        slope = (loss(texts, nudged, chain)[0] - loss(texts, scores, chain)[0]) / step
        assert by_scores[row, column] == pytest.approx(slope, abs=1e-4)
    steps = chain.steps.copy()
    steps[1, 0, 2] += step
    slope = (loss(texts, scores, chain._replace(steps=steps))[0] - loss(texts, scores, chain)[0]) / step
    assert by_chain.steps[1, 0, 2] == pytest.approx(slope, abs=1e-4)


def test_labels_hold_from_where_they_begin_and_are_learned() -> None:
    raw = "Nurse\n\nTasks\n- Wash the patients\n- Make the beds\n\nPerks\n- A bicycle\n- A canteen"
    at = [raw.index(word) for word in ("Tasks", "Wash", "Perks", "A bicycle")]
    example = read_example(raw, f"t0 h{at[0]} r{at[1]} h{at[2]} b{at[3]}")
    names = [KINDS[label] for label in example.labels]
    assert names == ["title", "heading", *["responsibilities"] * 2, "heading", *["benefits"] * 2]
    model = fit(list(variants(example)))
    assert isinstance(model, StructureModel) and model.kinds(example.units) == names


def test_the_labels_that_ship_hold_no_sentence() -> None:
    lines = LABELS_FILE.read_text(encoding="utf-8").splitlines()
    assert len(lines) > 200 and len(LETTERS) == len(KINDS)
    assert max(len(word) for line in lines for word in line.split('"runs": ')[1].strip('"}').split()) < 8
