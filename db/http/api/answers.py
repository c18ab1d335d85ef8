"""What is answered: schemas for the reference, and rows as they go out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from pipeline.contracts import ClientOutput, Extraction, LibraryMatch, RoleOutput, RunDocument

_RUN_ID = "e37d1b75-e781-40f7-b368-e964dbf9a157"
_CURSOR = "WyJhMWYzYzBkNWU3YjkiLCA0MV0"
_NOON = "2026-01-31T12:00:00Z"
_RUN: dict[str, Any] = {
    "run_id": _RUN_ID,
    "status": "completed",
    "created_at": _NOON,
    "updated_at": _NOON,
    "asked_by": "Ada",
    "asked_through": "http",
    "name": None,
    "title": "Data Engineer",
    "given_title": None,
    "role_slug": "data-engineer",
    "role_name": "Data Engineer",
    "confidence": 0.98,
    "case": "A",
    "skill_count": 6,
    "new_skill_count": 0,
    "engine": "local",
    "revision_id": 7,
    "duration_ms": 84.5,
    "cost_usd": 0.0,
    "error": None,
    "labels": [],
}
_CHANGE_SET: dict[str, Any] = {
    "id": 41,
    "title": "CI is no CodeIgniter",
    "kind": "edit",
    "status": "committed",
    "author": "Ada",
    "owner": "Ada",
    "committer": "Grace",
    "created_at": _NOON,
    "used_at": _NOON,
    "committed_at": _NOON,
    "discarded_at": None,
    "discarded_by": None,
    "base_revision": 6,
    "revision_id": 7,
    "undoes": None,
    "why": "12 runs took it for CodeIgniter",
    "override_why": "",
    "size": 1,
    "decisions": 1,
}
_PROPOSAL: dict[str, Any] = {
    "id": 42,
    "kind": "skill",
    "role_slug": "",
    "text": "Zephyrine",
    "owner": "",
    "dimension": "stream-processing",
    "nature": "TOOL",
    "certainty": 0.71,
    "weak": "",
    "status": "pending",
    "created_at": _NOON,
    "runs": 3,
    "texts": 2,
    "newest_run": _RUN_ID,
    "newest_at": _NOON,
    "decided_by": None,
    "decided_at": None,
    "reason": None,
    "change_set_id": None,
}


class Shown(BaseModel):
    """Base of what is answered."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class Nothing(Shown):
    """A step that was not reached."""

    model_config = ConfigDict(extra="forbid")


class RunSummary(Shown):
    """A run as lists have it."""

    run_id: UUID
    """Its id, by which the three steps are one run."""
    status: str
    """How far it has come: created, extract_from_jd_done, extract_details_done, completed, rejected or failed."""
    created_at: datetime
    """When it was asked for."""
    updated_at: datetime
    """When it was last written."""
    asked_by: str
    """Who asked for it; empty for one who gave no name."""
    asked_through: str
    """By which way: pages, http, or empty for a run of before this was noted."""
    name: str | None
    """The name that a person gave it."""
    title: str | None
    """The title of the job, as it was read."""
    given_title: str | None
    """The title that it was asked for with."""
    role_slug: str | None
    """The key of the chosen role."""
    role_name: str | None
    """Its name."""
    confidence: float | None
    """The probability that it is right."""
    case: str | None
    """How the decision came about."""
    skill_count: int | None
    """Skills that were found."""
    new_skill_count: int | None
    """Those of them that the catalog lacks."""
    engine: str
    """Who judged."""
    revision_id: int
    """The revision of the catalog that it ran on."""
    duration_ms: float | None
    """Milliseconds that it took."""
    cost_usd: float
    """US dollars that its model calls cost."""
    error: str | None
    """Why it failed."""
    labels: list[str]
    """Labels that people put on it."""


class RunAnswer(RunSummary):
    """A run whole: as lists have it, with its text and the documents of its steps; one that was not reached is an empty object."""

    stage: str | None
    """The stage that ended last, of a run that goes on."""
    jd_text: str
    """Its text."""
    timings_ms: dict[str, float]
    """Milliseconds of each stage."""
    extraction: Extraction | Nothing = Field(alias=RunDocument.key_of("extraction"))
    """The answer of step 1."""
    library_match: LibraryMatch | Nothing = Field(alias=RunDocument.key_of("library_match"))
    """The answer of step 2."""
    role_output: RoleOutput | Nothing = Field(alias=RunDocument.key_of("role_output"))
    """The answer of step 3."""
    client_output: ClientOutput | Nothing = Field(alias=RunDocument.key_of("client_output"))
    """The client output."""


def _shown_as(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


class Waiting(Shown):
    """A run that has not come so far yet: ask for it at its address."""

    model_config = _shown_as(
        {"run_id": _RUN_ID, "status": "created", "stage": None, "place": 3, "url": f"/runs/{_RUN_ID}"}
    )

    run_id: UUID
    """Its id."""
    status: str
    """How far it has come."""
    stage: str | None
    """The stage that ended last."""
    place: int | None
    """How many runs are before it in the queue; null for one that is being executed."""
    url: str
    """Where it is."""


Rows = list[Annotated[dict[str, Any], WithJsonSchema({"type": "object"})]]


class Page(Shown):
    """A part of a list."""

    next_cursor: str | None
    """The cursor of the next part; null where this is the last."""


class RunPage(Page):
    """Runs, the newest first."""

    model_config = _shown_as({"items": [_RUN], "next_cursor": _CURSOR})

    items: list[RunSummary]
    """The runs."""


class CatalogPage(Page):
    """Rows of a table of the catalog, by their key."""

    model_config = _shown_as(
        {
            "table": "role_kras",
            "revision": 7,
            "items": [
                {"role_slug": "data-engineer", "kra_text": "Build and run the pipelines that fill the warehouse."}
            ],
            "next_cursor": _CURSOR,
        }
    )

    table: str
    """The table."""
    revision: int
    """The revision of the catalog that they are of."""
    items: Rows
    """The rows, with the columns that docs/catalog.md lists."""


class ShownFinding(Shown):
    """A fault that the audit suspects, and nobody has decided about."""

    key: str
    """Its name: kind and subject."""
    kind: str
    """What kind of fault."""
    subject: dict[str, Any]
    """What it is about."""
    score: float
    """How sure the audit is, 0 to 1."""
    severity: str
    """How bad it is, by its score and the runs that it touches: high, medium or low."""
    touched_runs: int
    """Past runs with the fault."""
    reasons: list[str]
    """Why it is suspected."""
    suggestion: dict[str, Any] | None
    """The changes that would mend it; null where only a person can decide."""


class FindingPage(Page):
    """Findings, the surest first."""

    model_config = _shown_as(
        {
            "revision": 7,
            "items": [
                {
                    "key": 'wrong_alias {"alias_text": "CI", "skill_slug": "codeigniter"}',
                    "kind": "wrong_alias",
                    "subject": {"alias_text": "CI", "skill_slug": "codeigniter"},
                    "score": 0.97,
                    "severity": "high",
                    "touched_runs": 12,
                    "reasons": ["“CI” stands beside Docker and Kubernetes in 12 runs"],
                    "suggestion": None,
                }
            ],
            "next_cursor": None,
        }
    )

    revision: int
    """The revision of the catalog that they are of."""
    items: list[ShownFinding]
    """The findings."""


class ShownChangeSet(Shown):
    """A change set."""

    id: int
    """Its number."""
    title: str
    """What it is called."""
    kind: str
    """Whether it is an edit, an undo, a reset, an update or an import."""
    status: str
    """draft, committed or discarded."""
    author: str
    """Who began it."""
    owner: str
    """Who works on it."""
    committer: str | None
    """Who committed it."""
    created_at: datetime
    """When it was begun."""
    used_at: datetime
    """When it was last worked on."""
    committed_at: datetime | None
    """When it was committed."""
    discarded_at: datetime | None
    """When it was discarded."""
    discarded_by: str | None
    """By whom."""
    base_revision: int | None
    """The revision on which it was begun."""
    revision_id: int | None
    """The revision that it made."""
    undoes: int | None
    """The change set that it undoes."""
    why: str
    """What its committer said of it."""
    override_why: str
    """Why it was committed although checks did not hold that must; empty where they did."""
    size: int
    """Rows that it changes."""
    decisions: int
    """Decisions that are in it."""


class ChangeSetPage(Page):
    """Change sets, the newest first."""

    model_config = _shown_as({"items": [_CHANGE_SET], "next_cursor": None})

    items: list[ShownChangeSet]
    """The change sets."""


class ShownProposal(Shown):
    """What runs would add to the catalog."""

    id: int
    """Its number in the review queue."""
    kind: str
    """skill, kra, role, title or link."""
    role_slug: str
    """The role that it concerns; empty for none."""
    text: str
    """What would be added."""
    owner: str
    """The key of the skill or the role to which it probably belongs; empty for none."""
    dimension: str
    """The key of the dimension in which it would stand; empty where none was found."""
    nature: str
    """What a proposed skill probably is; empty where nothing was found."""
    certainty: float | None
    """How sure its placement is, 0 to 1; null where the review queue has not looked yet."""
    weak: str
    """What speaks against it; empty where nothing does."""
    status: str
    """What has become of it."""
    created_at: datetime
    """When the first run made it."""
    runs: int
    """Runs that made it."""
    texts: int
    """Different texts among them."""
    newest_run: UUID | None
    """The newest of them."""
    newest_at: datetime | None
    """When that was made."""
    decided_by: str | None
    """Who decided about it."""
    decided_at: datetime | None
    """When."""
    reason: str | None
    """Why."""
    change_set_id: int | None
    """The change set that holds what became of it."""


class ProposalPage(Page):
    """Proposals, the newest first."""

    model_config = _shown_as({"items": [_PROPOSAL], "next_cursor": _CURSOR})

    items: list[ShownProposal]
    """The proposals."""


def cells_of(shown: type[Shown], row: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of a row as JSON values, by the model of what is answered; others are left out."""
    return shown.model_validate({name: row[name] for name in shown.model_fields}).model_dump(mode="json")


def run_cells(row: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of a run that lists have."""
    return cells_of(RunSummary, {**row, "run_id": row["id"]})


WITH_EXAMPLES: tuple[type[Shown], ...] = (Waiting, RunPage, CatalogPage, FindingPage, ChangeSetPage, ProposalPage)
"""The answers that have an example."""


def put_examples(openapi: dict[str, Any]) -> dict[str, Any]:
    """The document with the examples of answers as they are: FastAPI leaves nulls out of them."""
    for shown in WITH_EXAMPLES:
        extra = shown.model_config["json_schema_extra"]
        openapi["components"]["schemas"][shown.__name__] |= extra if isinstance(extra, dict) else {}
    return openapi
