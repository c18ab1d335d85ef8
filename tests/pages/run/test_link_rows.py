"""The rows of the links table: what is doubtful first, what a draft changes, and what became of each."""

from __future__ import annotations

import pytest

from pages.components import kept
from pages.run import link_rows, links_table
from pages.run.effects import effects_of
from pages.run.link_rows import GONE, MOVED, NEW, OTHER_SKILL, SIDES, counts
from pages.run.sides import RunView
from pages.run.suspects import of_run
from pipeline.audit import CHECKS, Finding
from pipeline.audit.check import Reason
from pipeline.audit.subjects import LinkSubject
from pipeline.contracts import Mention
from tests.pages.run.views import catalog, result, view
from tests.wire_values import extraction, persistence_item, skill

KNOWN = catalog(["Git", "Agile", "Hive", "CI CD"], ["Tools", "Catch-all", "Big Data"], ["Tester", "A", "B", "C", "D"])


@pytest.fixture(autouse=True)
def _no_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of these rows is about an entry that was merged, which the store would be asked for."""
    monkeypatch.setattr("pages.run.entries.Entries._successors", {})


def finding(skill_slug: str, dimension: str, score: float = 0.9) -> Finding:
    check = next(check for check in CHECKS if check.kind == "wrong_dimension")
    return Finding(check, LinkSubject(skill_slug, dimension), score, (Reason("It has nothing to do with it"),), ())


def plain(cells: tuple) -> list[str]:  # type: ignore[type-arg]
    return [cell.striptags() for cell in cells]


def test_each_link_tells_its_outcome_the_doubtful_first() -> None:
    items = [
        persistence_item("Git", "Tools", ["Tester"], of_chosen=True),
        persistence_item("Agile", "Catch-all", []),
        persistence_item("Hive", "Big Data", ["A", "B", "C", "D"]),
    ]
    skills = [skill("Git", (0, 3), (9, 12)), skill("Zephyrine", known=False), skill("Agile"), skill("Hive")]
    shown = view(result(extraction(skills, chosen="Tester"), items, "Tester"), known=KNOWN)
    found = link_rows.rows(shown)
    assert [plain(links_table._cells(shown, row, ())) for row in found] == [
        ["Agile", "–", "Catch-all", "no", "no role has this dimension"],
        ["Zephyrine", "not in the catalog", "–", "–", "proposed for review"],
        ["Git", "Git · 2 places", "Tools", "yes", "linked already"],
        ["Hive", "–", "Big Data", "no", "other roles onlyA, B, C and 1 more"],
    ]
    assert 'href="skills?slug=git"' in links_table._cells(shown, found[2], ())[0]


def test_what_health_suspects_comes_first_with_its_reason_and_is_counted() -> None:
    items = [persistence_item("Git", "Tools", ["Tester"]), persistence_item("Hive", "Big Data", ["A"])]
    place = ("skill_dimensions", ("hive", "big-data"))
    step = result(extraction([skill("Git"), skill("Hive")]), items)
    shown = view(step, known=KNOWN, suspected={place: finding("hive", "big-data")})
    first, second = link_rows.rows(shown)
    assert first.suspect and first.suspect.name == "Hive in Big Data" and second.suspect is None
    assert "It has nothing to do with it" in plain(links_table._cells(shown, first, ()))[-1]
    assert [suspect.place for suspect in of_run(shown.suspected, step)] == [place]


def test_a_doubt_that_comes_while_one_looks_moves_no_row_until_the_page_is_opened_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("streamlit.session_state", {})
    items = [persistence_item("Git", "Tools", ["Tester"]), persistence_item("Hive", "Big Data", ["A"])]
    step = result(extraction([skill("Git"), skill("Hive")]), items)
    doubt = {("skill_dimensions", ("hive", "big-data")): finding("hive", "big-data")}
    before, after = view(step, known=KNOWN), view(step, known=KNOWN, suspected=doubt)

    def drawn(shown: RunView) -> list[tuple[str, bool]]:
        found = links_table._in_place(shown, link_rows.rows(shown))
        kept.end_drawing()
        return [(row.skill.skill_name, row.suspect is not None) for row in found]

    assert drawn(before) == [("Git", False), ("Hive", False)]
    assert drawn(after) == [("Git", False), ("Hive", True)]
    kept.end_drawing()  # Another page.
    assert drawn(after) == [("Hive", True), ("Git", False)]


def test_a_link_that_moves_stands_in_one_row_and_one_that_is_gone_alone() -> None:
    before = [persistence_item("Git", "Tools", []), persistence_item("Hive", "Big Data", [])]
    after = [persistence_item("Git", "Catch-all", [])]
    skills = [skill("Git"), skill("Hive")]
    shown = view(result(extraction(skills), after), result(extraction(skills), before), KNOWN)
    found = link_rows.rows(shown)
    assert [(row.change, row.skill.skill_name) for row in found] == [(GONE, "Hive"), (MOVED, "Git")]
    assert counts(found) == {"gone": 2, "new": 1, "sides": 0}
    cells = links_table._cells(shown, found[1], ())
    assert "<del>Tools</del> <ins>" in cells[2] and plain(cells)[2] == "Tools Catch-all"


def test_another_skill_at_the_same_place_takes_the_row_of_the_one_before() -> None:
    ci = Mention(start=4, end=6, text="CI", alias="CI")
    was, now = skill("Hive", mentions=[ci]), skill("CI CD", mentions=[ci])
    before = result(extraction([was]), [persistence_item("Hive", "Big Data", [])])
    shown = view(result(extraction([now]), [persistence_item("CI CD", "Tools", [])]), before, KNOWN)
    (row,) = link_rows.rows(shown)
    assert row.change == OTHER_SKILL
    assert plain(links_table._cells(shown, row, ()))[0].startswith("Hive CI CD")


def test_a_link_that_is_new_or_changes_sides_says_so_and_by_which_decision() -> None:
    skills = [skill("Git"), skill("Hive")]
    before = result(extraction(skills), [persistence_item("Git", "Tools", ["Tester"])])
    middle = result(extraction(skills), [persistence_item("Git", "Tools", ["Tester"], of_chosen=True)])
    after = result(
        extraction(skills),
        [persistence_item("Git", "Tools", ["Tester"], of_chosen=True), persistence_item("Hive", "Big Data", [])],
    )
    shown = view(after, before, KNOWN)
    effects = effects_of([(1, "title made generic"), (2, "Hive moved in")], [before, middle, after])
    found = link_rows.rows(shown)
    assert [row.change for row in found] == [NEW, SIDES]
    last = [plain(links_table._cells(shown, row, effects))[-1] for row in found]
    assert last == ["2 · Hive moved in", "1 · title made generic"]
    assert [effect.words for effect in effects] == ["1 link", "1 link"]
