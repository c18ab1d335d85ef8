"""The client output, each part with its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from markupsafe import Markup

from pages.components import markup
from pages.run.sides import RunView

SOURCE_LABELS = {"jd": "from the text", "role_baseline": "from the role in the catalog", "model": "by the model"}

ClientOutput = Mapping[str, Any]
"""The client output as the wire carries it."""


def show(view: RunView, output: ClientOutput | None) -> None:
    """Nature of work, maturity and AI index beside the cluster of skills, the description of the KRAs below."""
    if not output:
        st.html(markup.empty("The client output has not been written yet."))
        return
    judged_at, cluster_at = st.columns(2, gap="large")
    judged_at.html(
        (markup.tag("sparse job description", "doubt") if output["sparse_jd"] else Markup())
        + _nature_of_work(output)
        + _maturity(output)
        + _ai_index(output)
    )
    cluster_at.html(_skill_cluster(view, output))
    with st.expander("KRA description"):
        st.html(markup.block(output["kra_description"], "jdw-jd"))


def _with_source(value: str, part: str, output: ClientOutput) -> Markup:
    source = output["sources"][part]
    return markup.block(markup.fill("{} {}", value, markup.tag(SOURCE_LABELS.get(source, source))), "jdw-b")


def _nature_of_work(output: ClientOutput) -> Markup:
    nature = output["nature_of_work"]
    return (
        markup.caption("Nature of work")
        + _with_source(nature["label"], "nature_of_work", output)
        + markup.block(nature["summary"] or "")
        + (markup.quote(nature["quote"]) if nature["quote"] else "")
    )


def _maturity(output: ClientOutput) -> Markup:
    maturity = output["tech_stack_maturity"]
    return (
        markup.caption("Tech stack maturity")
        + _with_source(maturity["label"], "tech_stack_maturity", output)
        + markup.block(maturity["reasoning"])
    )


def _ai_index(output: ClientOutput) -> Markup:
    index = output["ai_index"]
    indicators = ", ".join(name.replace("_", " ") for name, holds in index["indicators"].items() if holds)
    vocabulary = "; ".join(f"{kind}: {', '.join(words)}" for kind, words in index["vocabulary"].items() if words)
    lines = [f"Indicators: {indicators or 'none'}", f"Vocabulary: {vocabulary or 'none'}"]
    return (
        markup.caption(f"AI index · 0 no use, 5 fully dependent · {index['version']}")
        + _with_source(f"{index['value']:.2f} / 5", "ai_index", output)
        + markup.meta(markup.join(lines, Markup("<br>")))
    )


def _skill_cluster(view: RunView, output: ClientOutput) -> Markup:
    groups = [
        markup.fill(
            '<div style="margin-bottom:6px">{}{}</div>',
            view.link("dimension", group["dimension"], bold=True),
            markup.block(markup.join(markup.tag(view.link("skill", skill), "skill") for skill in group["skills"])),
        )
        for group in output["skill_cluster"]
    ]
    return markup.caption(f"Skill cluster · {len(groups)} groups, within the chosen role") + markup.join(groups)
