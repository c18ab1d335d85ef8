"""A run of the old system beside ours: common skills stand in one row, and each difference has its reason."""

from __future__ import annotations

from functools import cache

import pytest

from pipeline.catalog.indexes import Indexes
from pipeline.compare import Difference, RunSide, compare
from pipeline.old_runs import Beside, OldRun, with_slugs
from pipeline.old_runs.faults import CheckedRun, faults_of
from pipeline.run import run
from tests.pages_of_old import PAGES, old_run, shipped_run


@cache
def beside(old: str, indexes: Indexes) -> Beside:
    page: OldRun = old_run(old) if old else shipped_run()
    ours = run(page.jd_text, None, "ours", indexes)
    theirs = with_slugs(page.extraction, page.library_match)
    checked = CheckedRun(
        theirs, page.library_match, page.role_output, page.client_output, indexes, page.figures, ours.extraction
    )
    sides = (
        RunSide(theirs, page.library_match, page.client_output, "Old system", {}, 1, 0.01, None),
        RunSide(ours.extraction, ours.library_match, ours.client_output, "Local engine", {}, 1, 0.0, 80.0),
    )
    return Beside(*sides, tuple(faults_of(checked)), indexes)


def differing(found: Beside, area: str) -> dict[str, tuple[Difference, str]]:
    rows = compare(found.aligned, found.ours)
    return {row.name: (row, found.reason(row)) for row in rows if row.area == area and row.differs}


def test_a_skill_by_another_name_is_one_row(indexes: Indexes) -> None:
    found = beside(PAGES[4], indexes)
    rows = compare(found.aligned, found.ours)
    (row,) = [row for row in rows if row.area == "Skills" and row.name.lower() == "microservices"]
    assert (row.left, row.right, row.differs) == ("primary", "primary", False)
    assert "Postgres" not in {row.name for row in rows if row.area == "Skills" and row.left and not row.right}


def test_a_form_that_was_resolved_wrongly_says_by_which_type(indexes: Indexes) -> None:
    skills = differing(beside("", indexes), "Skills")
    left, reason = skills["CI"]
    assert (left.left, left.right) == ("secondary", "")
    assert reason == (
        "“CI” was resolved to CodeIgniter by a form filed as version; in our catalog it is a form of CI/CD"
    )
    assert skills["CI/CD"][1] == "the old library resolved “CI” to CodeIgniter, by a form filed as version"


def test_a_skill_that_was_missed_says_where_the_text_has_it(indexes: Indexes) -> None:
    skills = differing(beside(PAGES[1], indexes), "Skills")
    assert skills["PHP"][1] == "the old run did not take it from the text, which says “PHP”"
    assert "Memcache" in skills["Memcached"][1]


def test_a_role_by_a_generic_title_says_so(indexes: Indexes) -> None:
    found = beside(PAGES[0], indexes)
    row, reason = differing(found, "Role")["Chosen role"]
    assert (row.left, row.right) == ("Backend Developer", "Data Engineer")
    assert reason.startswith("Generic title decides: “Senior Software Engineer” names no field of work")
    swapped = Difference(row.area, row.subject, row.right, row.left, True)
    assert found.reason(swapped, old_is_left=False) == reason


def test_a_link_of_the_old_library_says_where_ours_has_the_skill(indexes: Indexes) -> None:
    links = differing(beside(PAGES[1], indexes), "Links")
    reason = links["Distributed Systems → React Frontend Development"][1]
    assert reason.startswith("a link of the old library; our catalog has Distributed Systems in ")
    assert links["PHP → Programming Languages"][1] == "the old run does not have PHP"


@pytest.mark.parametrize("page", [*PAGES, ""])
def test_every_difference_has_its_reason(page: str, indexes: Indexes) -> None:
    found = beside(page, indexes)
    rows = [row for row in compare(found.aligned, found.ours) if row.differs]
    assert rows and [row.name for row in rows if not found.reason(row)] == []
