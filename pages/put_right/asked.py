"""What the address of the page names: a run, or a group of wrong ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from db.services.repair_groups import AlikeRuns, ExperimentFailures, FilteredRuns, Group
from db.stores.run_filters import HistoryFilter
from pages.components import links
from pages.components.put_right_want import PARAMETER, run_of, want_of
from pages.components.workbench import workbench
from pipeline.errors import InputError
from pipeline.repair import WantRole


@dataclass(frozen=True)
class Asked:
    """A run by what the address calls it, or a group; neither where the address names nothing."""

    run: str | None = None
    group: Group | None = None

    @classmethod
    def of_query(cls, query: Mapping[str, str]) -> Asked:
        """What an address names. Raises ``InputError`` for what is no run, no experiment or no filter."""
        if "id" in query:
            return cls(run=query["id"])
        if "like" in query:
            return cls(group=_alike(query))
        if "experiment" in query:
            return cls(group=ExperimentFailures(_number(query, "experiment"), _against(query)))
        if query.get("of") == "history":
            return cls(group=FilteredRuns(_filter(query)))
        return cls()


def _alike(query: Mapping[str, str]) -> AlikeRuns:
    run_id, want = run_of(query["like"]), want_of(query.get(PARAMETER, ""), workbench().snapshots.current().catalog)
    if run_id is None or not isinstance(want, WantRole):
        raise InputError("The address names no run and no role that those like it should have; open it from a run.")
    return AlikeRuns(run_id, want)


def _against(query: Mapping[str, str]) -> int | None:
    return _number(query, "against") if query.get("against") else None


def _number(query: Mapping[str, str], name: str) -> int:
    given = query[name]
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise InputError(f"“{given}” is no number of an experiment; open it from its page.")
    return int(given)


def _filter(query: Mapping[str, str]) -> HistoryFilter:
    known = {name: value for name, value in query.items() if name in HistoryFilter.model_fields and value}
    try:
        return HistoryFilter.model_validate(known)
    except ValidationError as error:
        wrong = ", ".join(str(place["loc"][0]) for place in error.errors())
        raise InputError(f"The address narrows the history by what it does not know: {wrong}.") from None


def history_url(wanted: HistoryFilter) -> str:
    """The address of the history as a filter narrows it."""
    return links.page_url(links.HISTORY, **narrowed(wanted))


def narrowed(wanted: HistoryFilter) -> dict[str, str]:
    """A filter as parameters of an address."""
    return {name: str(v) for name, v in wanted.model_dump(mode="json", exclude_defaults=True).items()}
