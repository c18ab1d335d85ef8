"""The signals as bars: what speaks for which role, by kind, the chosen role strong and the others pale."""

from __future__ import annotations

import streamlit as st
from plotly.subplots import make_subplots

from pages.parts import theme
from pipeline.contracts import RoleScore, Step1

SHOWN = 4


def show(step1: Step1) -> None:
    signals = step1.stage3_signals
    chosen = step1.stage4_decision.chosen_role.slug if step1.stage4_decision.chosen_role else None
    groups = [
        ("Title alias", signals.alias_match_roles, lambda r: r.score),
        ("Title, by nearness", signals.title_match_roles, lambda r: r.score),
        (
            "Skills, weighted",
            signals.skill_match_roles,
            lambda r: r.rank_score if r.rank_score is not None else r.score,
        ),
        ("KRAs", signals.kra_match_roles, lambda r: r.score),
        ("Centroid", signals.centroid_match_roles, lambda r: r.score),
    ]
    shown = [(name, rows[:SHOWN], value) for name, rows, value in groups if rows]
    if not shown:
        st.html('<div class="jdw-empty">No signal speaks for any role.</div>')
        return
    colours = theme.palette()
    figure = make_subplots(
        rows=len(shown), cols=1, shared_xaxes=True, vertical_spacing=0.34 / max(len(shown), 2) / 1.6,
        row_heights=[len(rows) for _, rows, _ in shown], subplot_titles=[name for name, _, _ in shown],
    )  # fmt: skip
    for i, (_, rows, value) in enumerate(shown, 1):
        ordered = list(reversed(rows))
        figure.add_bar(
            row=i,
            col=1,
            orientation="h",
            x=[value(r) for r in ordered],
            y=[f"{r.display_name}  " for r in ordered],
            marker_color=[_colour(r, chosen, colours) for r in ordered],
            text=[f"{value(r):.2f}{_note(r)}" for r in ordered],
            textposition="outside",
            textfont={"size": 11, "color": colours["mute"]},
            cliponaxis=False,
            hovertext=[_told(r) for r in ordered],
            hoverinfo="text",
            width=0.55,
        )
    figure.update_annotations(x=0, xanchor="left", font={"size": 12, "color": colours["mute"]})
    figure.update_xaxes(visible=False, range=[0, 1.32], fixedrange=True)
    figure.update_yaxes(tickfont={"size": 12, "color": colours["ink"]}, fixedrange=True, automargin=True, ticks="")
    bars = sum(len(rows) for _, rows, _ in shown)
    figure.update_layout(
        height=max(200, 25 * bars + 34 * len(shown)), margin={"l": 4, "r": 4, "t": 22, "b": 2}, showlegend=False,
        paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)", font_family="Source Sans 3, Source Sans Pro, sans-serif",
    )  # fmt: skip
    st.plotly_chart(
        figure, key="signals", config={"displayModeBar": False}, alt="Best roles of each signal with their scores"
    )


def _colour(role: RoleScore, chosen: str | None, colours: dict[str, str]) -> str:
    return colours["role"] if role.slug == chosen else colours["role-wash"]


def _note(role: RoleScore) -> str:
    if role.is_generic:
        return " generic"
    if role.matched_count is not None:
        return f" · {role.matched_count}/{role.total_count}" + (" tie" if role.tied else "")
    return ""


def _told(role: RoleScore) -> str:
    """The hover text: the plain figures behind a bar. Plotly shows it as text of its own, so angle brackets go."""
    lines = [f"{role.display_name}: score {role.score:.2f}"]
    if role.alias_text:
        lines.append(f"alias {role.alias_text}" + (", generic: does not decide" if role.is_generic else ""))
    if role.matched_skills:
        lines.append(
            f"{role.matched_count} of {role.total_count} primary skills: {', '.join(role.matched_skills[:10])}"
        )
    for match in (role.kra_matches or [])[:3]:
        lines.append(f"{match.similarity:.2f} “{match.sentence[:90]}” ~ {match.kra_text[:90]}")
    return "<br>".join(line.replace("<", "‹").replace(">", "›") for line in lines)
