"""What is one click away from an old run's first screen: skills, parsed text, what it proposed, client output, figures, files."""

from __future__ import annotations

import json

import streamlit as st
from markupsafe import Markup

from db.stores.old_runs import ImportedFrom
from pages.components import markup
from pages.components.markup import Column
from pages.components.time_format import milliseconds, moment
from pages.components.verbatim import verbatim
from pages.run.details import client, parsed, raw, skills
from pages.run.sides import RunView
from pipeline.contracts import NewKra

SECTIONS = {
    "skills": "Skills",
    "parsed": "Parsed text",
    "captured": "For review",
    "client": "Client output",
    "figures": "Figures",
    "json": "Raw JSON",
    "file": "As imported",
}
MAX_SHOWN = 40_000
"""Characters of a file that are shown; all of it can be downloaded."""


def show(view: RunView, imported: ImportedFrom | None) -> None:
    """The section that the address names, and the choice of another."""
    section = st.segmented_control(
        "Details",
        list(SECTIONS),
        key="section",
        bind="query-params",
        format_func=SECTIONS.__getitem__,
        default="skills",
        label_visibility="collapsed",
    )
    stored = view.stored
    match section:
        case "skills":
            skills.show(view)
        case "parsed":
            parsed.show(stored, view.shown.extraction.parsed)
        case "captured":
            _captured(view)
        case "client":
            if stored.client_output:
                client.show(view, stored.client_output)
            else:
                st.html(
                    markup.empty("The file has no client output: the page was saved without it, or it is a document.")
                )
        case "figures":
            _figures(view, imported)
        case "json":
            raw.show(stored)
        case "file":
            _files(imported)


def _captured(view: RunView) -> None:
    """What the run proposed in the old system's queue, and what its decision did there; nothing of it is in ours."""
    updates = view.shown.extraction.updates
    st.html(
        markup.meta(
            "Numbers are those of the old system’s queue. None of this is proposed here: run the text for that."
        )
    )
    if updates.new_skills_attached:
        rows = [
            [
                markup.span(s.skill_name, "skill", bold=True),
                "primary" if s.is_primary else "secondary",
                s.role_display_name or "–",
                s.status,
                _number(s.queue_id),
            ]
            for s in updates.new_skills_attached
        ]
        st.html(markup.table(["New skill", "Rank", "Role", "Status", Column("Queue", "n")], rows))
    captured = {k.r_and_r_preview: k for k in (updates.new_kra_attached, *updates.new_kras_attached) if k}
    if captured:
        st.html(
            markup.table(
                ["Captured as a KRA", Column("Similarity", "n"), "Status", Column("Queue", "n")],
                [_kra(kra) for kra in captured.values()],
            )
        )
    decision = view.shown.extraction.decision
    pairs = [
        (
            "Centroid of the role",
            f"updated, {updates.centroid_n_after:,} runs" if updates.centroid_n_after else "not touched",
        ),
        ("Alias collision", "logged" if decision.alias_collision_detected else "none"),
        ("New role", decision.new_role_display_name or "none"),
        ("Second judge", decision.llm2_reasoning or ("asked" if decision.llm2_fired else "not asked")),
        ("More specific role", decision.sub_role or "none"),
        (
            "Pipeline for new roles",
            f"ran for {updates.v3_role_slug}" if updates.v3_pipeline_triggered else "did not run",
        ),
    ]
    st.html(markup.facts(pairs))
    output = view.shown.role_output
    if output and output.library_artifacts:
        rows = [[a.kind.replace("_", " "), a.detail, _number(a.db_id)] for a in output.library_artifacts]
        st.html(
            markup.caption("Library artifacts of this run") + markup.table(["Kind", "Detail", Column("Id", "n")], rows)
        )


def _kra(kra: NewKra) -> list[Markup | str]:
    role = markup.meta(f"for {kra.role_display_name}")
    return [
        markup.span(kra.r_and_r_preview, "kra") + role,
        f"{kra.best_kra_similarity:.2f}",
        kra.status,
        _number(kra.queue_id),
    ]


def _number(value: int | None) -> str:
    return "–" if value is None else f"#{value}"


def _figures(view: RunView, imported: ImportedFrom | None) -> None:
    """What the page says in figures beside what the JSON says, so that where they disagree is seen."""
    output, figures = view.shown.role_output, imported.figures if imported else None
    given = output.persistence if output else None
    counters = figures.counters if figures else {}
    rows = [
        [
            "Cost",
            _dollars(figures.cost_usd if figures else None),
            _dollars(output.llm_cost_total_usd if output else None),
        ],
        *(
            [f"Cost of step {step}", _dollars(figures.step_costs_usd.get(step) if figures else None), _dollars(cost)]
            for step, cost in _costs(view)
        ),
        ["New skills", _count(counters.get("new_skills")), _count(given.new_skills_created if given else None)],
        [
            "Links of skills saved",
            _count(counters.get("skill_links")),
            _count(given.skill_dimension_saved if given else None),
        ],
        [
            "Links of the role saved",
            _count(counters.get("role_links")),
            _count(given.role_dimension_saved if given else None),
        ],
        ["Rows left out", _count(counters.get("skipped")), _count(given.skipped if given else None)],
        *(
            [f"Time of step {step}", milliseconds(ms), "–"]
            for step, ms in (figures.durations_ms if figures else {}).items()
        ),
    ]
    st.html(markup.table(["Figure", Column("On the page", "n"), Column("In the JSON", "n")], rows))
    facts = [("Run", str(view.stored.id)), ("Made", moment(view.stored.created_at))]
    if figures and figures.status:
        facts.append(("Status on the page", figures.status.replace("_", " ")))
    if figures and figures.calls_are_missing:
        facts.append(("Model calls", "the page was still loading them, and never listed one"))
    st.html(markup.facts(facts))


def _costs(view: RunView) -> list[tuple[int, float | None]]:
    output = view.shown.role_output
    costs = (output.llm_cost_api1_usd, output.llm_cost_api2_usd, output.llm_cost_api3_usd) if output else (None,) * 3
    return list(enumerate(costs, 1))


def _dollars(value: float | None) -> str:
    return "–" if value is None else f"${value:.4f}"


def _count(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _files(imported: ImportedFrom | None) -> None:
    """The files as they were imported, and the documents of the steps as they were sent."""
    if imported is None:
        st.html(markup.empty("What this run was imported from is not kept."))
        return
    texts = {file["name"]: file["text"] for file in imported.files}
    name = st.selectbox("File", list(texts), format_func=verbatim, label_visibility="collapsed")
    shown = texts[name]
    with st.container(horizontal=True):
        st.download_button("Download the file", shown, file_name=name, icon=":material/download:", key="old-file")
        st.download_button(
            "Download the documents",
            json.dumps({f"api{step}": value for step, value in imported.given.items()}, indent=2, ensure_ascii=False),
            file_name=f"{name}.json",
            mime="application/json",
            icon=":material/download:",
            key="old-documents",
        )
    cut = markup.meta(f"The first {MAX_SHOWN:,} of {len(shown):,} characters") if len(shown) > MAX_SHOWN else Markup()
    st.html(cut + markup.block(shown[:MAX_SHOWN], "jdw-jd"))
