"""What is stored in a form that it should not have is named: which change set, which run, and what of it."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from db import schema
from db.errors import MalformedRun, StoreError
from db.server import Database
from db.stores.catalog import CatalogStore
from db.stores.change_sets import ChangeSetStore
from db.stores.model_calls import ModelCallStore
from db.stores.run_records import RunRecords
from db.stores.runs import RunStore
from pipeline.catalog import Catalog, Role
from pipeline.catalog.operations import ChangeReason, edit
from pipeline.config import Config
from pipeline.engines.ledger import ModelCall

ROLE = Role(1, "data-engineer", "Data Engineer")
CALL = ModelCall(
    step=1,
    judgement="role",
    model="m",
    prompt_version="1",
    request={},
    response={},
    input_tokens=1,
    output_tokens=1,
    cost_usd=0.0,
    latency_ms=1.0,
)


@pytest.fixture
def small(database: Database) -> Database:
    schema.migrate(database.engine)
    CatalogStore(database.engine).store(Catalog(roles=(ROLE,)), "ann", "small")
    return database


@pytest.mark.parametrize("row", ["x", [1], 3, {"odd": 1}, {"slug": "data-engineer"}])
def test_a_change_that_cannot_be_read_is_named(small: Database, row: object) -> None:
    drafts = ChangeSetStore(small.engine)
    changes = edit(ROLE, ChangeReason("because"), display_name="Data Builder")
    broken, whole = (drafts.open_draft("ann", title, changes) for title in ("broken", "whole"))
    with small.engine.begin() as connection:
        query = text("UPDATE change SET before = CAST(:row AS jsonb) WHERE change_set_id = :number")
        connection.execute(query, {"row": json.dumps(row), "number": broken})
    with pytest.raises(StoreError, match=rf"A change of change set {broken} \(roles, data-engineer\) cannot be read: "):
        drafts.load_changes(broken)
    assert drafts.load_changes(whole) == changes


def test_a_model_call_that_cannot_be_read_is_named(small: Database) -> None:
    run_id, calls = RunStore(small.engine).create("We need Python.", None, Config()), ModelCallStore(small.engine)
    RunRecords(small.engine).call(run_id, CALL)
    with small.engine.begin() as connection:
        connection.execute(text("UPDATE llm_call SET request = '[]'"))
    with pytest.raises(MalformedRun, match=f"The model call stored for run {run_id} cannot be read: request: "):
        calls.of_run(run_id)
