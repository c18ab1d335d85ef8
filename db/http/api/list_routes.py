"""Lists of what the store holds beside runs: the catalog, what the audit suspects, change sets, proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Path
from starlette.responses import Response

from db.http.api import paths
from db.http.api.answers import (
    CatalogPage,
    ChangeSetPage,
    FindingPage,
    ProposalPage,
    ShownChangeSet,
    ShownFinding,
    ShownProposal,
    cells_of,
)
from db.http.api.cursors import DEFAULT_LIMIT, Listing
from db.http.api.errors import ApiError
from db.http.api.service import Answer, Reading, Service
from db.http.api.shapes import Cursor, Limit, answered, errors
from db.models.curation import CHANGE_SET_STATUSES, PROPOSAL_KINDS
from db.services.workbench import Workbench
from db.stores.findings import key_of as key_of_finding
from pipeline.audit import CHECKS, SEVERITIES, Finding
from pipeline.catalog.tables import TABLE, TABLES
from pipeline.contracts import PROPOSAL_STATUSES, wire_score

AUDIT_SECONDS = 20.0
"""How long an audit that is being made is waited for."""
MAX_NUMBER = 2**63 - 1

if TYPE_CHECKING:
    TableName = str
    FindingKind = str
    SeverityName = str
    ChangeSetStatus = str
    ProposalStatus = str
    ProposalKind = str
else:
    # Words that the code lists elsewhere, each once.
    TableName = Literal[tuple(table.name for table in TABLES)]
    FindingKind = Literal[tuple(sorted(check.kind for check in CHECKS))]
    SeverityName = Literal[SEVERITIES]
    ChangeSetStatus = Literal[CHANGE_SET_STATUSES]
    ProposalStatus = Literal[PROPOSAL_STATUSES.words]
    ProposalKind = Literal[PROPOSAL_KINDS]
_REFUSED = errors(400, 422, 500, 503)


def list_router(service: Service) -> APIRouter:
    """The routes of lists."""
    router = APIRouter(route_class=Reading, tags=["Lists"])
    _add_lists_of_catalog(router, service)
    _add_lists_of_curation(router, service)
    return router


def _add_lists_of_catalog(router: APIRouter, service: Service) -> None:
    @router.get(
        f"{paths.CATALOG}/{{table}}",
        summary="Rows of a table of the catalog",
        response_model=None,
        responses={200: answered(CatalogPage, "A part of the list"), **_REFUSED},
    )
    async def list_catalog(
        table: Annotated[TableName, Path(description="A table of the catalog.")],
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Response:
        """List the rows of a table by their key, a part at a time; each part says of which revision it is."""
        return await service.answer(lambda workbench: _catalog(workbench, table, limit, cursor))

    @router.get(
        paths.FINDINGS,
        summary="What the audit suspects",
        response_model=None,
        responses={200: answered(FindingPage, "A part of the list"), **_REFUSED},
    )
    async def list_findings(
        kind: FindingKind | None = None,
        severity: SeverityName | None = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Response:
        """List what the audit finds in the stored catalog and nobody has decided about, the surest first."""
        return await service.answer(lambda workbench: _findings(workbench, (kind or "", severity or ""), limit, cursor))


def _add_lists_of_curation(router: APIRouter, service: Service) -> None:
    @router.get(
        paths.CHANGE_SETS,
        summary="Change sets, the newest first",
        response_model=None,
        responses={200: answered(ChangeSetPage, "A part of the list"), **_REFUSED},
    )
    async def list_change_sets(
        status: ChangeSetStatus | None = None, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
    ) -> Response:
        """List drafts, what was committed and what was discarded."""
        return await service.answer(lambda workbench: _change_sets(workbench, status or "", limit, cursor))

    @router.get(
        paths.PROPOSALS,
        summary="Proposals, the newest first",
        response_model=None,
        responses={200: answered(ProposalPage, "A part of the list"), **_REFUSED},
    )
    async def list_proposals(
        status: ProposalStatus | None = None,
        kind: ProposalKind | None = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Response:
        """List what runs would add to the catalog."""
        return await service.answer(lambda workbench: _proposals(workbench, (status or "", kind or ""), limit, cursor))


def _catalog(workbench: Workbench, table: str, limit: int, cursor: str | None) -> Answer:
    listing, key = Listing("catalog", {"table": table}), TABLE[table].key
    part = workbench.listings.catalog_rows(table, listing.position(cursor, lambda p: _texts(p, len(key))), limit + 1)
    shown = part.rows[:limit]
    following = [shown[-1][name] for name in key] if len(part.rows) > limit else None
    return _part(listing, [dict(row) for row in shown], following, table=table, revision=part.revision)


def _findings(workbench: Workbench, wanted: tuple[str, str], limit: int, cursor: str | None) -> Answer:
    kind, severity = wanted
    listing = Listing("findings", {"kind": kind, "severity": severity})
    after = listing.position(cursor, _finding_position)
    stored = workbench.snapshots.current()
    judged = workbench.snapshots.judge(seconds=AUDIT_SECONDS)
    if judged.audited is None or not judged.is_final:
        problem = "The catalog is being audited, and the findings are not there yet."
        raise ApiError.at(503, "not_ready", "the audit", problem, "Ask again in a few seconds.")
    usage = judged.audited.usage
    fitting = [
        finding
        for finding in workbench.findings.still_open(judged.audited.findings)
        if (not kind or finding.kind == kind)
        and (not severity or finding.severity(finding.touched_runs(usage)) == severity)
        and (after is None or _finding_place(finding) > after)
    ]
    fitting.sort(key=_finding_place)
    shown = fitting[:limit]
    items = [_finding_cells(finding, finding.touched_runs(usage)) for finding in shown]
    following = list(_finding_place(shown[-1])) if len(fitting) > limit else None
    return _part(listing, items, following, revision=stored.revision)


def _finding_place(finding: Finding) -> tuple[float, str]:
    """What findings are ordered by: the surest first, then by their keys."""
    return -wire_score(finding.score), key_of_finding(finding)


def _finding_cells(finding: Finding, runs: int) -> dict[str, Any]:
    severity = finding.severity(runs)
    cells = {**finding.wire(), "key": key_of_finding(finding), "touched_runs": runs, "severity": severity}
    return cells_of(ShownFinding, cells)


def _change_sets(workbench: Workbench, status: str, limit: int, cursor: str | None) -> Answer:
    listing = Listing("change-sets", {"status": status})
    found = workbench.change_sets.newest(limit + 1, status=status, before=listing.position(cursor, _number))
    items = [cells_of(ShownChangeSet, asdict(change_set)) for change_set in found[:limit]]
    return _part(listing, items, [found[limit - 1].id] if len(found) > limit else None)


def _proposals(workbench: Workbench, wanted: tuple[str, str], limit: int, cursor: str | None) -> Answer:
    status, kind = wanted
    listing = Listing("proposals", {"status": status, "kind": kind})
    found = workbench.listings.proposals(status, kind, listing.position(cursor, _number), limit + 1)
    items = [cells_of(ShownProposal, row) for row in found[:limit]]
    return _part(listing, items, [found[limit - 1]["id"]] if len(found) > limit else None)


def _part(listing: Listing, items: Sequence[Any], following: list[Any] | None, **beside: Any) -> Answer:
    """A part of a list; ``following`` is what its last row is ordered by, null where no row comes behind it."""
    return Answer({**beside, "items": items, "next_cursor": listing.cursor(following) if following else None})


def _texts(position: list[Any], count: int) -> list[str]:
    if len(position) != count or not all(isinstance(part, str) and "\0" not in part for part in position):
        raise ValueError("not the key of a row")
    return position


def _number(position: list[Any]) -> int:
    (number,) = position
    if type(number) is not int or not 0 <= number <= MAX_NUMBER:
        raise ValueError("not a number of a row")
    return number


def _finding_position(position: list[Any]) -> tuple[float, str]:
    score, key = position
    if not isinstance(key, str):
        raise ValueError("not the key of a finding")
    return float(score), key
