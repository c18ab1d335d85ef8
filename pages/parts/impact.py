"""The impact of a change: past runs that come to something else, those that change most first."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts import theme
from pages.parts.session import workbench
from pages.parts.shell import COMPARE, RUN
from pages.parts.words import name_of
from pipeline.impact import Effect, Impact

LISTED = 40
TONES = {"better": "good", "worse": "bad", "unknown": ""}


def bar(found: Impact) -> None:
    """How many runs are better, worse, or for a person to judge, as one bar and one line."""
    judged = [e.judged for e in found.effects]
    better, worse = judged.count("better"), judged.count("worse")
    roles = sum(e.role_changes for e in found.effects)
    same = found.touched - len(found.effects)
    total = max(found.touched, 1)
    parts = [("good", better), ("line", same), ("doubt", len(judged) - better - worse), ("bad", worse)]
    of = f", of the newest {found.newest:,} that stand for all" if found.newest else ""
    cells = "".join(
        f'<span style="width:{100 * n / total:.1f}%;background:var(--jdw-{tone});height:14px;display:inline-block"></span>'
        for tone, n in parts
        if n
    )
    st.html(
        f'<div style="display:flex;width:100%">{cells}</div>'
        f'<div><span class="jdw-meta">{found.touched:,} past runs replayed{of}:</span> {len(found.effects):,} come to something else, '
        f"{same:,} to the same"
        f' · <span style="color:var(--jdw-good)">{better} better</span> · '
        f'<span style="color:var(--jdw-bad)">{worse} worse</span> by reviewers’ verdicts'
        f" · in {roles} the role changes</div>"
    )


def listed(found: Impact, number: int) -> None:
    """The runs that change, each with what it gains and loses; both sides can be opened."""
    if not found.effects:
        st.html('<div class="jdw-empty">No past run would come to something else.</div>')
        return
    for n, effect in enumerate(found.effects[:LISTED]):
        told, opened = st.columns([5, 1.2], vertical_alignment="center")
        told.html(_line(effect))
        with opened, st.container(horizontal=True, vertical_alignment="center"):
            if st.button("Compare", key=f"compare-{n}", type="tertiary", icon=":material/compare_arrows:"):
                st.switch_page(COMPARE, query_params={"a": effect.run.run_id, "draft": str(number)})
            st.page_link(RUN, label="Run", query_params={"id": effect.run.run_id})
    if len(found.effects) > LISTED:
        st.html(f'<div class="jdw-meta">and {len(found.effects) - LISTED} more that change less</div>')


def _line(effect: Effect) -> str:
    catalog = workbench().indexes()[1].catalog

    def link(pair: tuple[str, str]) -> str:
        return f"{name_of(catalog, 'skills', pair[0])} → {name_of(catalog, 'dimensions', pair[1])}"

    before, after = effect.before, effect.after
    role = (
        f'<span class="jdw-old">{escape(before.role_name or "no role")}</span> → <span class="jdw-new">{escape(after.role_name or "no role")}</span>'
        if effect.role_changes
        else escape(after.role_name or "no role")
    )
    links = [f'<span class="jdw-old">{escape(link(p))}</span>' for p in effect.lost[:4]] + [
        f'<span class="jdw-new">{escape(link(p))}</span>' for p in effect.gained[:4]
    ]
    more = len(effect.lost) + len(effect.gained) - len(links)
    confidence = f"confidence {before.confidence:.2f}"
    if f"{before.confidence:.2f}" != f"{after.confidence:.2f}":
        confidence += f" → {after.confidence:.2f}"
    return (
        f'<div style="border-bottom:1px solid var(--jdw-faint);padding:3px 0">'
        f"<b>{escape(effect.run.label[:80])}</b> {theme.tag(effect.judged, TONES[effect.judged])}"
        f'<div>{role} <span class="jdw-meta">{confidence}</span></div>'
        f"<div>{', '.join(links)}{f' and {more} more' if more > 0 else ''}</div></div>"
    )
