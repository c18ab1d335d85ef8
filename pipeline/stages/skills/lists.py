"""Which forms of a text stand in a list: between commas, slashes and "and", in rows below each other, or as tags."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.catalog.aliases import Hit

MAX_SEPARATOR = 12
"""Code points between two items of a list."""
MAX_ROW = 60
"""Code points between the first words of two rows."""
MIN_TAGS = 3
"""Forms beside each other that are tags."""

_SEPARATOR = re.compile(r"[\s,/;|+•·()&]{0,6}(?:(?:and|or|and/or)\b)?[\s,/|(]{0,3}")
_SIGNS = "•*-–| \t"


def find_listed(
    view: str,
    hits: Sequence[Hit],
    named: Sequence[bool],
    clear: Sequence[bool],
    joins: dict[tuple[int, int, int], bool] | None = None,
) -> list[int]:
    """Return for each form 0 where it is in no list, 2 in one with a form that is clear by itself, else 1.

    ``named`` are the forms in their own case: two in any other case make no list, three do. ``joins`` keeps which forms that stand one
    behind the other are in one list, by where the first starts and ends and where the other starts.
    """
    joins = {} if joins is None else joins
    listed = [0] * len(hits)
    run: list[int] = []
    for i, hit in enumerate(hits):
        if run:
            above = hits[i - 1]
            pair = above.start, above.end, hit.start
            if pair not in joins:
                joins[pair] = _is_separator(view[above.end : hit.start]) or _are_rows(view, above, hit)
            if not joins[pair]:
                _mark(run, listed, named, clear)
                run = []
        run.append(i)
    _mark(run, listed, named, clear)
    _mark_tags(view, hits, listed, clear)
    return listed


def _mark(run: Sequence[int], listed: list[int], named: Sequence[bool], clear: Sequence[bool]) -> None:
    n_clear, n_named = sum(clear[i] for i in run), sum(named[i] for i in run)
    for i in run:
        if len(run) > 2 or (len(run) > 1 and n_named - named[i]):
            listed[i] = 2 if n_clear - clear[i] else 1


def _mark_tags(view: str, hits: Sequence[Hit], listed: list[int], clear: Sequence[bool]) -> None:
    """Mark forms in a row of three or more with blanks alone between them, as tags are."""
    first = 0
    for i in range(1, len(hits) + 1):
        if i < len(hits) and view[hits[i - 1].end : hits[i].start] == " ":
            continue
        if i - first >= MIN_TAGS:
            listed[first:i] = [max(2 if any(clear[first:i]) else 1, at) for at in listed[first:i]]
        first = i


def _is_separator(between: str) -> bool:
    """Whether the text between two forms is what separates items: a comma, a slash, "and"; a blank alone is not."""
    if len(between) > MAX_SEPARATOR or not between.strip():
        return False
    return _SEPARATOR.fullmatch(between) is not None


def _are_rows(view: str, above: Hit, below: Hit) -> bool:
    """Whether two forms begin cells or items below each other ("Kafka | expert", "Redis | basic")."""
    if below.start - above.end > MAX_ROW:
        return False
    rest, line_end, lead = view[above.end : below.start].partition("\n")
    own_lead = view[view.rfind("\n", 0, above.start) + 1 : above.start][-MAX_SEPARATOR:]
    is_cell = not rest.strip() or rest.strip()[0] in "|:(–-"
    return bool(line_end) and is_cell and not lead.strip(_SIGNS) and not own_lead.strip(_SIGNS)
