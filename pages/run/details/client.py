"""The client output, each part with its source: what was judged and what shows it, the skills, the duties, the places in the text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from markupsafe import Markup

from pages.components import markup
from pages.components.labels import count_label
from pages.run.details import client_ai
from pages.run.details.client_places import TEXT_HEIGHT, CitedText
from pages.run.sides import RunView
from pipeline.contracts.vocabularies import MATURITY_LABELS

SOURCE_LABELS = {"jd": "from the text", "role_baseline": "from the role's baseline", "model": "by the model"}
PART_LABELS = {"nature_of_work": "nature of work", "tech_stack_maturity": "maturity", "ai_index": "AI index"}

ClientOutput = Mapping[str, Any]
"""The client output as the wire carries it."""


def show(view: RunView, output: ClientOutput | None) -> None:
    """What was judged beside evidence, cluster and duties; below it the text with what was cited of it."""
    if not output:
        st.html(markup.empty("The client output has not been written yet."))
        return
    cited = CitedText.of_output(view.stored.jd_text, output)
    st.html(_state(output, view.shown.extraction.decision.needs_review))
    with st.container(key="client"):
        judged_at, skills_at = st.columns([1.15, 1], gap="large")
    judged_at.html(_nature_of_work(output, cited) + _maturity(view, output) + client_ai.shown(view, output, cited))
    skills_at.html(_evidence(view, output) + _skill_cluster(view, output) + _duties(output))
    if cited.marks:
        st.html(markup.caption("Where it stands in the text"))
        with st.container(height=TEXT_HEIGHT, border=False, key="client-text"):
            st.html(cited.html())


def _state(output: ClientOutput, needs_review: bool | None = None) -> Markup:
    """What the reader must know before anything is read: whether a reviewer must see the role, whether the text was sparse, and where
    each part is from.
    """
    tags = [
        markup.tag(words, tone)
        for holds, words, tone in (
            (needs_review, "needs a reviewer", "doubt"),
            (output.get("sparse_jd"), "sparse job description", "doubt"),
            (output.get("role_baseline_loaded"), "role baseline loaded", ""),
            (output["tech_stack_maturity"].get("cache_hit"), "cache hit", ""),
        )
        if holds
    ]
    sources = " · ".join(
        f"{label} {SOURCE_LABELS.get(output['sources'][part], output['sources'][part])}"
        for part, label in PART_LABELS.items()
        if output["sources"].get(part)
    )
    return markup.block(markup.join([*tags, markup.meta_span(sources)], " "))


def with_source(value: str, part: str, output: ClientOutput, *more: Markup) -> Markup:
    """A judged value with the tag of its source."""
    source = output["sources"].get(part, "")
    tags = markup.join([markup.tag(SOURCE_LABELS.get(source, source)), *more])
    return markup.fill('<div class="jdw-judged"><span class="jdw-b">{}</span> {}</div>', value, tags)


def _nature_of_work(output: ClientOutput, cited: CitedText) -> Markup:
    nature = output["nature_of_work"]
    quote = nature.get("quote")
    return (
        markup.caption("Nature of work")
        + with_source(nature["label"], "nature_of_work", output)
        + markup.block(nature.get("summary") or "")
        + (markup.quote(cited.link(quote, nature.get("source"))) if quote else Markup())
    )


def _maturity(view: RunView, output: ClientOutput) -> Markup:
    maturity = output["tech_stack_maturity"]
    kept = (markup.tag("cache hit"),) if maturity.get("cache_hit") else ()
    deciding = maturity.get("deciding_skills") or []
    return (
        markup.caption("Tech stack maturity")
        + with_source(maturity["label"], "tech_stack_maturity", output, *kept)
        + _scale(maturity["label"])
        + markup.block(maturity["reasoning"])
        + (markup.block(_skills(view, deciding)) if deciding else Markup())
    )


def _scale(label: str) -> Markup:
    """The ordered labels, from the oldest to the newest, with the one that holds."""
    words = [word for word in MATURITY_LABELS.words if word != MATURITY_LABELS.instead]
    if label not in words:
        return Markup()
    steps = (markup.fill('<span class="{}">{}</span>', "now" if word == label else "", word) for word in words)
    return markup.fill('<div class="jdw-scale" title="From the oldest to the newest">{}</div>', markup.join(steps))


def _skills(view: RunView, names: list[str]) -> Markup:
    return markup.join(markup.tag(view.link("skill", name), "skill") for name in names)


def _evidence(view: RunView, output: ClientOutput) -> Markup:
    names = output.get("evidence") or []
    shown = markup.block(_skills(view, names)) if names else markup.meta("The text names no skill.")
    return markup.caption(f"Evidence · {count_label(len(names), 'skill')} in the order of the text") + shown


def _skill_cluster(view: RunView, output: ClientOutput) -> Markup:
    groups = output.get("skill_cluster") or []
    rows = [
        markup.fill(
            '<div class="jdw-group">{} {}{}</div>',
            view.link("dimension", group["dimension"], bold=True),
            markup.meta_span(str(len(group["skills"]))),
            markup.block(_skills(view, group["skills"])),
        )
        for group in groups
    ]
    counted = count_label(len(groups), "dimension group")
    return markup.caption(f"Skill cluster · {counted}, within the chosen role") + markup.join(rows)


def _duties(output: ClientOutput) -> Markup:
    """The KRA description, behind its heading; the duties one a line."""
    text = output.get("kra_description") or ""
    if not text.strip():
        return markup.caption("KRA description") + markup.meta("The text names no duties.")
    return markup.fill(
        '<details class="jdw-chips"><summary>KRA description · the duties alone</summary>{}</details>',
        markup.block(text, "jdw-jd"),
    )
