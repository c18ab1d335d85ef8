"""Why a run came to its role: the page in its cases, each row with its story and its fix."""

from __future__ import annotations

import json
from urllib.parse import quote_plus
from uuid import UUID

from sqlalchemy import text

from db.services.workbench import Workbench
from pipeline.catalog.changes import Change
from pipeline.catalog.places import place_text
from pipeline.config import Config
from pipeline.contracts import Extraction
from pipeline.explain import weighed_rows
from tests.db.conftest import finished
from tests.pages.conftest import field, html_of, open_page, text_of
from tests.pages.run.test_page import newest

SOUP = "Leek soup for four. Wash two leeks, cut them into rings, simmer them in butter, add water, salt and a potato, stir and serve hot."
CARPENTER = (
    "Joiner\n\nOur workshop in Bruges makes stairs and window frames.\n\nYour duties:\n- Measure staircases at the homes of clients\n"
    "- Saw, plane and glue beech and oak\n- Fit frames on building sites\n\nRequirements:\n- Two years as a joiner or carpenter\n"
    "- A driving licence\n- You read drawings and work neatly\n"
)


def test_a_run_is_explained_beside_its_runner_up_and_any_other_role(reading: Workbench) -> None:
    run = newest(reading)
    explained = reading.explanations.today(run)
    page = open_page("why", id=str(run))
    words, html = text_of(page), html_of(page)
    assert "Why Data Engineer" in words and "Run W" in words
    assert f"{explained.whole.total:.2f}" in words
    assert field(page.selectbox, "The other role").value == explained.whole.runner_up
    assert "shipped, clean edition" in words and "Without this row" in words
    row = weighed_rows(explained.whole)[0]
    asked = f"why?id={run}&amp;on=then&amp;against={explained.whole.runner_up}"
    assert f"{asked}&amp;fix={quote_plus(place_text(row.place))}" in html
    assert (
        f"history?row={quote_plus(place_text(row.place))}" in html
        or not reading.run_rows.counts([row.place])[row.place]
    )

    other = open_page("why", id=str(run), against="salesforce-administrator")
    assert field(other.selectbox, "The other role").value == "salesforce-administrator"
    assert "for Salesforce Administrator" in text_of(other)
    assert f"+{explained.whole.total - explained.role('salesforce-administrator').total:.2f}" in text_of(other)


def test_words_and_skills_that_are_not_here_are_accounted_for(reading: Workbench) -> None:
    run = newest(reading)
    raw = reading.runs.load(run).jd_text

    def asked(words: str) -> str:
        start = raw.index(words)
        shown = text_of(open_page("why", id=str(run), words=f"{start}:{start + len(words)}"))
        return shown.partition("choose a skill")[2].partition("Left out")[0]

    assert "It is here: " in asked("PySpark") and "It is not meant: put right" in asked("PySpark")
    unknown = asked("Zephyrine")
    assert "No form of the catalog is written so" in unknown and "The run proposes Zephyrine as a new skill" in unknown
    missing = text_of(open_page("why", id=str(run), skill="kotlin"))
    assert "Kotlin has no form in this text. Looked for are Kotlin" in missing
    there = open_page("why", id=str(run), skill="docker")
    assert "It is here: " in text_of(there) and "want=not-skill%3Adocker" in html_of(there)


def test_a_row_is_fixed_and_says_who_made_it_so_when_it_is_gone(writing: Workbench) -> None:
    run = newest(writing)
    titles = [r.place for r in weighed_rows(writing.explanations.today(run).whole) if r.place[0] == "role_aliases"]
    place = titles[0]
    page = open_page("why", "Ada", id=str(run), fix=place_text(place))
    assert f"{place[1][1]} is a title of Data Engineer" in text_of(page)
    assert "fix" not in page.query_params
    title = next(a for a in writing.catalog.load()[1].role_aliases if (a.role_slug, a.alias_text) == place[1])
    number = writing.change_sets.open_draft("Ada", "Titles", [Change(title, None, "every team has one")])
    assert "your draft" not in text_of(open_page("why", "Ada", id=str(run)))
    drafted = open_page("why", "Ada", id=str(run), on="draft")
    assert "with your draft" in text_of(drafted)
    writing.change_sets.commit(number, "Bea")
    revision = writing.catalog.revision()

    then = text_of(open_page("why", "Ada", id=str(run)))
    assert f"removed in revision {revision} , Ada" in then and "its whole story" in then
    told = text_of(open_page("why", "Ada", id=str(run), on="today", row=place_text(place)))
    assert f"revision {revision} , Ada" in told and "Why: every team has one" in told
    assert "shipped, clean edition" in told and "removes" in told


def test_runs_without_a_role_rejected_ones_and_those_of_others_say_why(writing: Workbench) -> None:
    run = newest(writing)
    soup = finished(writing, writing.executor.start(SOUP)).id
    assert "Why was this text rejected?" in text_of(open_page("why", id=str(soup)))
    joiner = finished(writing, writing.executor.start(CARPENTER)).id
    none = text_of(open_page("why", id=str(joiner)))
    assert "Why no role, and not" in none and "No role of the catalog fits" in none and "it would take 0" in none
    assert "Technologies" in none and "What speaks for" in none

    _become(writing, run, "openai", {"slug": "backend-engineer", "display_name": "Backend Developer"})
    judged = text_of(open_page("why", id=str(run)))
    assert "A model chose Backend Developer" in judged and "By the local evidence it would be Data Engineer" in judged
    _become(writing, run, "old_system", {})
    old = text_of(open_page("why", id=str(run)))
    assert "The old system chose Backend Developer, and kept nothing of how" in old
    waiting = writing.runs.create("A text that waits. " * 20, None, Config())
    assert "This run is not finished yet" in text_of(open_page("why", id=str(waiting)))


def _become(writing: Workbench, run: UUID, engine: str, role: dict[str, str]) -> None:
    """Let a run be of another engine, which chose another role."""
    with writing.database.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE run SET engine = :engine, extraction = jsonb_set(extraction, CAST(ARRAY[:key, 'chosen_role'] AS text[]), "
                "extraction -> CAST(:key AS text) -> 'chosen_role' || CAST(:role AS jsonb)) WHERE id = :id"
            ),
            {"engine": engine, "role": json.dumps(role), "id": run, "key": Extraction.key_of("decision")},
        )
