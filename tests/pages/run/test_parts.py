"""The structure of a text on its page: passages that together are the text, each in the colour of what it is, and a legend."""

from __future__ import annotations

from typing import Any

import pytest

from pages.components.theme import DARK, LIGHT, sheet
from pages.run import parts
from pages.run.parts import PARTS, PLAIN, Part, Passage, legend, part_of, passages
from pages.run.text import Layers, Mark, marked_text
from pipeline.contracts.vocabularies import PASSAGE_KINDS
from pipeline.text import JDText
from tests.conftest import JD


class Given:
    """A text with sentences of given kinds, one after the other in its view."""

    def __init__(self, view: str, *sentences: tuple[str, str]) -> None:
        self.view, self.facts, at = view, [], 0
        for words, kind in sentences:
            at = view.index(words, at)
            self.facts.append(_Facts(at, at + len(words), kind))
            at += len(words)


class _Facts:
    def __init__(self, start: int, end: int, kind: str) -> None:
        self.section_kind = kind
        self.sentence = self
        self.start, self.end = start, end


def found(view: str, *sentences: tuple[str, str]) -> list[tuple[str, str]]:
    jd: Any = Given(view, *sentences)
    return [(view[passage.start : passage.end], passage.part.css) for passage in passages(jd)]


def test_neighbours_of_a_kind_are_one_passage_and_a_bullet_belongs_to_what_it_opens() -> None:
    view = "• Weld\n• Grind\n• Two years\n"
    listed = found(view, ("Weld", "responsibilities"), ("Grind", "responsibilities"), ("Two years", "requirements"))
    assert listed == [("• Weld\n• Grind\n", "duty"), ("• Two years\n", "demand")]


def test_a_heading_belongs_to_what_it_opens_whether_it_is_a_sentence_or_stands_between() -> None:
    view = "We weld.\n\nWhat you bring\nTwo years."
    demanded = [("We weld.\n\n", "employer"), ("What you bring\nTwo years.", "demand")]
    assert found(view, ("We weld.", "about_company"), ("Two years.", "requirements")) == demanded
    with_heading = found(
        view, ("We weld.", "about_company"), ("What you bring", "heading"), ("Two years.", "requirements")
    )
    assert with_heading == demanded


def test_passages_of_one_line_are_parted_between_its_sentences() -> None:
    view = "You weld all day. You have two years • Free lunch."
    listed = found(
        view,
        ("You weld all day.", "responsibilities"),
        ("You have two years", "requirements"),
        ("Free lunch.", "benefits"),
    )
    assert listed == [("You weld all day. ", "duty"), ("You have two years ", "demand"), ("• Free lunch.", "benefit")]


@pytest.mark.parametrize("text", [JD, "", "   \n", "one line without an end", "a\r\n\r\nb", "• " * 50])
def test_passages_together_are_the_text(text: str) -> None:
    jd = JDText(text)
    found = passages(jd)
    assert "".join(jd.view[passage.start : passage.end] for passage in found) == jd.view
    assert all(one.end == other.start for one, other in zip(found, found[1:], strict=False))


def test_an_unknown_kind_is_shown_by_its_own_name_without_a_colour() -> None:
    assert part_of("moon_phase") == Part("plain", "Moon phase")
    assert part_of("legal").label == part_of("chrome").label == "Boilerplate"
    assert part_of("body") is PLAIN


def test_every_part_has_a_colour_in_both_themes_and_a_switch_that_the_style_sheet_reads() -> None:
    for part in PARTS:
        assert f"part-{part.css}" in LIGHT and f"part-{part.css}" in DARK
        assert f".jdw-read:has(.s-{part.css}:not(:checked))" in sheet()
    kinds = [kind for part in (*PARTS, PLAIN) for kind in part.kinds]
    assert len(kinds) == len(set(kinds))


def test_every_kind_of_the_vocabulary_is_a_part_of_its_own() -> None:
    known = {kind for part in (*PARTS, PLAIN) for kind in part.kinds} | {parts.HEADING}
    assert set(PASSAGE_KINDS.words) <= known


def test_the_legend_has_a_switch_for_what_the_text_has() -> None:
    html = legend([Passage(0, 1, part_of("responsibilities")), Passage(1, 2, PLAIN)], [("fact", "Facts")])
    assert html.count("<input") == 2
    assert '<label class="p-duty"><input type="checkbox" class="s-duty" checked>Duties</label>' in html


def test_a_passage_is_a_block_that_says_what_it_is_and_its_text_is_escaped() -> None:
    view = "<b>Weld</b>\nbody"
    blocks = [Passage(0, 12, part_of("responsibilities")), Passage(12, 16, PLAIN)]
    fact = Mark(3, 7, 'Title: "x"', name="title")
    html = marked_text(view, Layers(facts=[fact], passages=blocks, place="read"))
    assert html == (
        '<div class="jdw-jd"><div class="part p-duty"><b>Duties</b>&lt;b&gt;'
        '<span class="fact" id="read-fact-3" tabindex="0" role="note" aria-label="Title: &#34;x&#34;"><i>title</i>Weld</span>'
        '&lt;/b&gt;</div><div class="part p-plain">body</div></div>'
    )


def test_a_skill_in_a_fact_keeps_its_mark() -> None:
    html = marked_text(
        "Go Developer", Layers([Mark(0, 2, "Go")], (), [Mark(0, 12, "Title: Go Developer", name="title")])
    )
    assert html.count("<mark") == 1 and html.count('class="fact"') == 2 and html.count("<i>title</i>") == 1


def test_kinds_that_are_known_are_those_of_the_text() -> None:
    assert {facts.section_kind for facts in JDText(JD).facts} <= {
        kind for part in (*PARTS, PLAIN) for kind in part.kinds
    } | {parts.HEADING}
