"""The roles that are nearest to a proposed one, each with what tells them apart."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from pages.components import links, markup
from pipeline.contracts import NearRole

SIDES = (
    ("dimension", "Dimensions", "shared_dimensions", "own_dimensions", "its_dimensions"),
    ("skill", "Skills", "shared_skills", "own_skills", "its_skills"),
    ("kra", "KRAs", "", "own_kras", "its_kras"),
)
"""The kind, what it is called, and the fields of what both have, of what the proposed role alone has, and the other one."""


def blocks(nearest: Sequence[NearRole]) -> Markup:
    """A folded block for each role, its name and how much both share in the line that opens it."""
    if not nearest:
        return Markup()
    return markup.caption("Nearest roles, and what tells them apart") + markup.join(map(_block, nearest))


def _block(near: NearRole) -> Markup:
    share = "" if near.probability is None else f" {near.probability:.2f}"
    head = markup.fill(
        "{}{} · {} of {} dimensions shared",
        markup.link(near.display_name, links.entity_url("role", near.slug), "role"),
        markup.meta_span(share),
        str(len(near.shared_dimensions)),
        str(len(near.shared_dimensions) + len(near.own_dimensions)),
    )
    rows = [(_head(name), *(_named(kind, getattr(near, side, ())) for side in sides)) for kind, name, *sides in SIDES]
    table = markup.table(("", "Both", "The proposed one alone", "It alone"), rows)
    return markup.fill('<details class="jdw-rows"><summary>{}</summary>{}</details>', head, table)


def _head(name: str) -> Markup:
    """The head of a row, on one line."""
    return markup.fill('<span style="white-space:nowrap">{}</span>', name)


def _named(kind: str, names: Sequence[str]) -> Markup | str:
    separator = Markup("<br>") if kind == "kra" else ", "
    return markup.join((markup.span(name, kind) for name in names), separator) or "–"
