"""The form that starts an experiment: on which job descriptions, on which catalog, with which settings."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st
from pydantic import ValidationError

from db.services.experiments import Way
from db.services.jd_files import JDFile, read_jd_bytes
from pages.components import markup
from pages.components.flash import flash
from pages.components.identity import has_name, person
from pages.components.labels import count_label
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.config import Config
from pipeline.errors import InputError, WorkbenchError

FILE = "a file of yours"
TODAY, DRAFT, REVISION = "today’s", "with my draft", "of a revision"
GOLD_LABELS = {"samples": "gold texts that ship", "verdicts": "runs that reviewers judged"}
MAX_NAME = 80


def show() -> None:
    """Draw the form; what is wrong with the input is said beside it."""
    bench = workbench()
    gold = {name: f" ({count:,})" for name, count in bench.experiments.gold().items() if count}
    # A gold set, perhaps a version of it, that another page asks for.
    asked = st.query_params.get("gold", "")
    if asked and asked not in gold:
        gold[asked] = ""
    left_at, right_at = st.columns(2, gap="large")
    with left_at:
        source = st.selectbox(
            "Job descriptions",
            [*gold, FILE],
            index=[*gold].index(asked) if asked else 0,
            format_func=lambda name: verbatim(f"{GOLD_LABELS.get(name, name)}{gold.get(name, '')}"),
            key="start-source",
        )
        upload = None
        if source == FILE:
            upload = st.file_uploader(
                "JSON Lines or Parquet with id, title and text; gold as eval has it, and any columns to slice by",
                type=["jsonl", "parquet"],
                key="start-file",
            )
        name = st.text_input("Name", bench.experiments.free_name("Experiment"), max_chars=MAX_NAME, key="start-name")
    with right_at:
        revision, draft = _catalog()
        hide_title = st.checkbox("Hide the title", key="start-hide", help="Judge by the text alone")
        settings = st.text_input(
            "Settings other than usual",
            placeholder='{"min_field": 0.6}',
            key="start-settings",
            help="A JSON object of the run’s settings",
        )
    st.html(markup.meta("Its texts, the catalog, the draft as it is now and all settings are kept with it."))
    if st.button("Start", type="primary", icon=":material/play_arrow:", key="start-experiment"):
        try:
            jds = _jds(source, upload)
            way = Way(revision, draft, config_of(settings, hide_title))
        except WorkbenchError as error:
            st.error(verbatim(error), icon=":material/error:")
            return
        _start(name, jds, way)


def _catalog() -> tuple[int | None, int | None]:
    """The revision and the draft that are chosen, each null for none."""
    bench = workbench()
    draft = bench.change_sets.draft_of(person()) if person() else None
    options = [TODAY, *([DRAFT] if draft is not None else []), REVISION]
    chosen = st.segmented_control(
        "Catalog", options, default=TODAY, required=True, format_func=verbatim, key="start-catalog"
    )
    if chosen != REVISION:
        return None, draft if chosen == DRAFT else None
    current = bench.snapshots.revision()
    return int(st.number_input("Revision", 1, current, current, key="start-revision")), None


def _jds(source: str, upload: Any) -> JDFile:
    if source != FILE:
        return workbench().experiments.read_gold(source)
    if upload is None:
        raise InputError("There is no file yet. Choose one of JSON Lines or Parquet.")
    return read_jd_bytes(upload.name, upload.getvalue())


def config_of(settings: str, hide_title: bool) -> Config:
    """The config with settings given as JSON. Raises ``InputError`` that names the setting."""
    try:
        values = json.loads(settings) if settings.strip() else {}
        if not isinstance(values, dict):
            raise InputError('The settings must be a JSON object, as {"min_field": 0.6}.')
        return Config.model_validate({**values, **({"hide_title": True} if hide_title else {})})
    except json.JSONDecodeError as error:
        raise InputError(f"The settings are not JSON: {error}.") from None
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_url=False))
        raise InputError(f"The settings cannot be used: {said}.") from None


def _start(name: str, jds: JDFile, way: Way) -> None:
    def start_now() -> None:
        found = workbench().experiments.start(name, person(), jds, way)
        flash(f"“{found.name}” has begun: {count_label(found.size, 'job description')}.")

    try:
        if has_name(start_now):
            start_now()
    except WorkbenchError as error:
        st.error(verbatim(error), icon=":material/error:")
        return
    st.session_state.pop("start-name", None)
    st.rerun()
