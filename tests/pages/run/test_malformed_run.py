"""A run of which something unreadable is stored: its page says which run and what, everything else works."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from db.errors import MalformedRun
from db.services.workbench import Workbench
from db.stores.past_runs import PastRunStore
from tests.pages.conftest import open_page, text_of
from tests.pages.run.test_page import newest

BROKEN = {"extraction": "extraction", "library_match": "library match", "role_output": "role output"}


@pytest.mark.parametrize("column", BROKEN)
def test_the_page_says_which_run_and_what(writing: Workbench, column: str) -> None:
    run_id = newest(writing)
    with writing.database.engine.begin() as connection:
        connection.execute(text(f"UPDATE run SET {column} = CAST(:it AS jsonb)"), {"it": json.dumps({"odd": [1]})})
    app = open_page("run", id=str(run_id))
    (error,) = [e.value for e in app.error]
    assert error.startswith(f"The {BROKEN[column]} stored for run {run_id} cannot be read: ") and "is missing" in error
    assert "Senior Data Engineer" in text_of(app)


def test_everything_else_works_and_the_run_can_be_deleted(writing: Workbench) -> None:
    run_id = newest(writing)
    with writing.database.engine.begin() as connection:
        connection.execute(text("UPDATE run SET extraction = '[]', notes = '{}'"))
    with pytest.raises(MalformedRun, match=str(run_id)):
        writing.runs.load(run_id)
    assert "1 run, newest first" in text_of(open_page("history"))
    assert "This run cannot be read" in text_of(open_page("run", id=str(run_id)))
    assert writing.history.recent() == []
    assert PastRunStore(writing.database.engine).newest(writing.encoder, 10) == []
    assert writing.deletions.delete([run_id], "ann", writing.deletions.citations([run_id])) == 1
