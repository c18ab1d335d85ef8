"""The signals as bars: what speaks for which role, by kind, the chosen role strong and the others pale."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st

from pages.parts import theme
from pipeline.contracts import RoleScore, Step1

SHOWN = 4
ROW = 22
"""Height of a bar with its label, in pixels."""
LABELS = 1.45
"""Width of the label column in units of a full bar."""

Rated = tuple[str, list[RoleScore], Callable[[RoleScore], float]]


def _weighted(role: RoleScore) -> float:
    return role.score if role.rank_score is None else role.rank_score


def _plain(role: RoleScore) -> float:
    return role.score


def show(step1: Step1) -> None:
    """One group of bars for each signal that speaks, in one figure with one scale."""
    signals = step1.stage3_signals
    chosen = step1.stage4_decision.chosen_role.slug if step1.stage4_decision.chosen_role else None
    groups: list[Rated] = [
        ("Title alias", signals.alias_match_roles, _plain),
        ("Title, by nearness", signals.title_match_roles, _plain),
        ("Skills, weighted · of the primary skills", signals.skill_match_roles, _weighted),
        ("KRAs · mean of the three best sentences", signals.kra_match_roles, _plain),
        ("Centroid of filed runs", signals.centroid_match_roles, _plain),
    ]
    shown = [(name, rows[:SHOWN], value) for name, rows, value in groups if rows]
    if not shown:
        st.html('<div class="jdw-empty">No signal speaks for any role.</div>')
        return
    colours = theme.palette()
    figure = go.Figure()
    at = 0.0
    texts: list[tuple[float, float, str, str]] = []  # x, y, text, colour
    for name, rows, value in shown:
        texts.append((-LABELS, at, name, colours["mute"]))
        places = [at + 1 + i for i in range(len(rows))]
        figure.add_bar(
            orientation="h",
            x=[value(r) for r in rows],
            y=places,
            width=0.5,
            marker={"color": [colours["role"] if r.slug == chosen else colours["role-wash"] for r in rows]},
            hovertext=[_told(r) for r in rows],
            hoverinfo="text",
        )
        for role, place in zip(rows, places, strict=True):
            bold = role.slug == chosen
            label = role.display_name if len(role.display_name) < 31 else role.display_name[:29] + "…"
            texts.append((-LABELS, place, f"<b>{label}</b>" if bold else label, colours["role" if bold else "ink"]))
            doubtful = role.is_generic or role.tied
            note = f"{value(role):.2f}{_note(role)}"
            texts.append((value(role) + 0.04, place, note, colours["doubt" if doubtful else "mute"]))
        at += len(rows) + 1.35
    figure.add_scatter(
        x=[t[0] for t in texts],
        y=[t[1] for t in texts],
        text=[t[2] for t in texts],
        mode="text",
        textposition="middle right",
        textfont={"size": 12, "color": [t[3] for t in texts]},
        hoverinfo="skip",
        cliponaxis=False,
    )
    figure.update_xaxes(visible=False, range=[-LABELS, 1.85], fixedrange=True)
    figure.update_yaxes(visible=False, range=[at - 0.5, -0.6], fixedrange=True)
    figure.update_layout(
        height=int(ROW * at) + 12, margin={"l": 0, "r": 0, "t": 0, "b": 0}, showlegend=False, barmode="overlay",
        paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)", font_family="Source Sans 3, Source Sans Pro, sans-serif",
    )  # fmt: skip
    alt = "Best roles of each signal with their scores"
    st.plotly_chart(figure, key="signals", config={"displayModeBar": False}, theme=None, alt=alt)


def _note(role: RoleScore) -> str:
    if role.is_generic:
        return " · generic"
    if role.matched_count is not None:
        return f" · {role.matched_count}/{role.total_count}" + (" tie" if role.tied else "")
    return ""


def _told(role: RoleScore) -> str:
    """The hover text: the plain figures behind a bar. Plotly reads tags in it, so angle brackets are replaced."""
    lines = [f"{role.display_name}: score {role.score:.2f}"]
    if role.alias_text:
        lines.append(f"alias {role.alias_text}" + (", generic: does not decide" if role.is_generic else ""))
    if role.matched_skills:
        lines.append(f"{role.matched_count} of {role.total_count} primary skills: {', '.join(role.matched_skills[:10])}")
    for match in (role.kra_matches or [])[:3]:
        lines.append(f"{match.similarity:.2f} “{match.sentence[:90]}” ~ {match.kra_text[:90]}")
    return "<br>".join(line.replace("<", "‹").replace(">", "›") for line in lines)
