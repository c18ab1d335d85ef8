"""Changes that are proposed, the best first: each in words, with what it does, and the key that stages it as one decision."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st
from markupsafe import Markup

from pages.components import draft, markup
from pages.components.decision_text import rows_details, title_parts_html
from pages.components.judged_names import judged_links, link_list
from pages.components.labels import count_label
from pages.components.verbatim import verbatim
from pipeline.catalog import Catalog
from pipeline.catalog.changes import Change
from pipeline.catalog.decision_title import says_one_thing, title_in_parts, title_text
from pipeline.catalog.refs import Ref

MAX_SHOWN = 5


@dataclass(frozen=True)
class Suggestion:
    """Changes with a line of what they do, and the runs and gold texts that they fix and break, by their names.

    ``right`` are those of a group that they put right; ``source`` is the run that showed the fault.
    """

    changes: tuple[Change, ...]
    line: Markup
    fixes: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    source: Ref | None = None

    @property
    def key(self) -> str:
        """What tells it from others, whatever its place: a key that is pressed stages what the person saw."""
        said = json.dumps([change.wire() for change in self.changes], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def reasoned(self) -> tuple[Change, ...]:
        """The changes as they are staged: each with a reason, that of the decision where it has none, and what showed the fault."""
        reason = next((change.reason for change in self.changes if change.reason), "")
        return tuple(replace(c, reason=c.reason or reason, source=self.source) for c in self.changes)


def show(found: Sequence[Suggestion], catalog: Catalog, members: Mapping[str, Markup] | None = None) -> None:
    """Draw at most five, with their keys 1 to 5; ``members`` are the links of a group's runs, by their names."""
    shown = found[:MAX_SHOWN]
    names = judged_links(name for one in shown for name in (*one.fixes, *one.breaks))
    scale = _Scale(max((len(s.breaks) for s in shown), default=0), max((len(s.fixes) for s in shown), default=0))
    for number, one in enumerate(shown, 1):
        title = title_in_parts(one.changes, catalog)
        with st.container(
            horizontal=True, vertical_alignment="top", gap="small", wrap=False, key=f"suggestion-{number}"
        ):
            head = markup.fill(
                '<div class="jdw-sug"><span class="k">{}</span><span>{}</span>{}</div>',
                str(number),
                title_parts_html(title),
                markup.block(one.line, "jdw-meta w"),
            )
            st.html(head)
            if st.button(
                "Stage",
                key=f"stage-{one.key}",
                type="primary" if number == 1 else "secondary",
                shortcut=str(number),
                help=verbatim(f"Into your draft: {title_text(title)}"),
            ):
                given = "" if says_one_thing(one.changes) else title_text(title)
                draft.stage(one.reasoned(), f"{title_text(title)}.", given)
        if below := _effects(one, scale, names, members or {}) + _rows(one, catalog):
            st.html(below)


@dataclass(frozen=True)
class _Scale:
    """How long the bars of a list are: what the most broken and the most fixed stand for."""

    broken: int
    fixed: int

    @property
    def unit(self) -> float:
        """Per cent of the width for one."""
        return 100 / max(self.broken + self.fixed, 1)

    @property
    def zero(self) -> float:
        """Per cent of the width at which the line stands."""
        return self.broken * self.unit


def _effects(one: Suggestion, scale: _Scale, names: Mapping[str, Markup], members: Mapping[str, Markup]) -> Markup:
    """The bar of broken and fixed, which opens to which they are; of a group also those that are put right."""
    lists = [
        markup.fill('<div class="{}">{}</div>{}', css, label, link_list(which, links))
        for css, label, which, links in (
            ("jdw-good", "Put right", one.right, members),
            ("jdw-bad", "Broken", one.breaks, names),
            ("jdw-good", "Fixed beside", one.fixes, names),
        )
        if which
    ]
    if not scale.broken + scale.fixed and not lists:
        return Markup()
    bar = markup.fill(
        '<span class="jdw-fx"><span class="{}">{}</span><span class="bar"><u style="left:{}%"></u><i class="bad" style="right:{}%;'
        'width:{}%"></i><i class="good" style="left:{}%;width:{}%"></i></span><span class="{}">{}</span></span>',
        "jdw-bad" if one.breaks else "jdw-meta",
        f"{len(one.breaks)} broken",
        f"{scale.zero:.1f}",
        f"{100 - scale.zero:.1f}",
        f"{len(one.breaks) * scale.unit:.1f}",
        f"{scale.zero:.1f}",
        f"{len(one.fixes) * scale.unit:.1f}",
        "jdw-good" if one.fixes else "jdw-meta",
        f"{len(one.fixes)} fixed",
    )
    if not lists:
        return markup.block(bar, "jdw-sug-more")
    return markup.fill(
        '<details class="jdw-sug-more"><summary>{}</summary><div class="jdw-sug-lists">{}</div></details>',
        bar,
        markup.join(markup.block(one_list) for one_list in lists),
    )


def _rows(one: Suggestion, catalog: Catalog) -> Markup:
    """The rows of a decision of several, behind their number."""
    return markup.block(rows_details(one.changes, catalog), "jdw-sug-more") if len(one.changes) > 1 else Markup()


def rows_words(changes: Sequence[Change]) -> str:
    """How many rows it touches."""
    return count_label(len(changes), "row")
