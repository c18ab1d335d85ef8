"""One job description of an experiment, or of two: what each made of it, what is right, and its text."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.errors import StoreError
from db.stores.experiment_results import WholeResult
from db.stores.experiments import Experiment
from pages.components import frame, links, markup
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.experiments import wording
from pipeline.errors import InputError
from pipeline.experiments.results import Gold


def show(jd_id: str, references: Sequence[str]) -> None:
    """Draw what the experiments made of it."""
    experiments = workbench().experiments
    found = [experiments.load(reference) for reference in references]
    results = [(experiment, experiments.result(experiment, jd_id)) for experiment in found]
    whole = [(experiment, result) for experiment, result in results if result is not None]
    if not whole:
        raise StoreError(f"“{found[0].name}” has not done a job description “{jd_id}”.")
    jd = whole[0][1].jd
    frame.name_tab(jd.title or jd.id)
    back = wording.url(a=str(found[0].id), b=str(found[1].id)) if len(found) > 1 else wording.url(id=str(found[0].id))
    label = "the comparison" if len(found) > 1 else f"“{found[0].name}”"
    st.html(
        markup.meta(markup.link(f"Back to {label}", back))
        + markup.title(jd.title or jd.id)
        + markup.meta(" · ".join([jd.id, *(f"{name} {value}" for name, value in sorted(jd.columns.items()))]))
    )
    text_at, facts_at = st.columns([3, 2], gap="large")
    with facts_at:
        _sides(whole)
        _skills(whole)
        _run(whole[-1])
    text_at.html(markup.block(jd.text, "jdw-jd"))


def _sides(whole: Sequence[tuple[Experiment, WholeResult]]) -> None:
    gold = whole[0][1].jd.gold
    rows = []
    for experiment, result in whole:
        outcome = result.outcome
        right = {True: "right", False: "wrong", None: ""}[result.marks.is_right if result.marks else None]
        tone = {"right": "good", "wrong": "bad"}.get(right, "")
        role = outcome.error or wording.role_link(outcome.role)
        mark = markup.tag(right, tone) if right else ""
        rows.append(
            (
                wording.link(experiment),
                role + Markup(" ") + mark if not outcome.error else role,
                f"{outcome.confidence:.2f}",
                outcome.case,
            )
        )
    st.html(
        markup.heading("The role")
        + markup.table(["Experiment", "Role", "Confidence", "Case"], rows)
        + markup.meta(_gold_line(gold))
    )


def _gold_line(gold: Gold | None) -> str:
    if gold is None:
        return "It has no gold."
    return "Right: " + ", or ".join(wording.role_name(role) for role in gold.roles)


def _skills(whole: Sequence[tuple[Experiment, WholeResult]]) -> None:
    """The skills that each found; of two, what one has alone."""
    found = [{skill.key: skill for skill in result.outcome.skills} for _, result in whole]
    st.html(markup.heading("Skills"))
    if len(found) == 1:
        names = [markup.tag(s.name, "skill" if s.slug else "doubt") for s in found[0].values()]
        st.html(markup.block(markup.join(names)) if names else markup.empty("None."))
        return
    a, b = found
    parts = (
        ("In A alone", [a[key] for key in a if key not in b], "bad"),
        ("In B alone", [b[key] for key in b if key not in a], "good"),
        ("In both", [a[key] for key in a if key in b], "skill"),
    )
    for label, skills, tone in parts:
        names = [markup.tag(s.name, "skill" if tone == "skill" else "") for s in skills]
        st.html(markup.caption(f"{label}: {len(skills)}") + markup.block(markup.join(names)))


def _run(last: tuple[Experiment, WholeResult]) -> None:
    """A run of the same text, which shows why."""
    experiment, result = last
    st.html(markup.meta("A run of this text on today’s catalog shows every signal and link."))
    if st.button("Run this text", icon=":material/play_arrow:", key="run-text"):
        try:
            run_id = workbench().executor.start(
                result.jd.text, result.jd.title, experiment.run_config(), result.jd.title
            )
        except InputError as error:
            st.error(verbatim(error), icon=":material/error:")
            return
        links.open_run(run_id)
