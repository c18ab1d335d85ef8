"""New run: paste a job description, upload one, or choose a sample; Ctrl+Enter starts.

What is typed is kept until a run of it starts. A sample or a file takes its place in the field; the text is put aside then,
and can be taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from markupsafe import Markup

from db.stores.run_history import EarlierRun
from db.stores.runs import OLD_SYSTEM, AskedBy, RunOrder
from pages.components import kept, links, markup
from pages.components.frame import name_tab
from pages.components.identity import person
from pages.components.labels import ENGINE_NAMES, RUN_ENGINES, count_label
from pages.components.time_format import ago
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.text import decode

SAMPLES = Path(__file__).resolve().parent.parent / "seeds" / "jds"
NO_TEXT = "There is no text. Paste a job description, upload a text file, or choose a sample."
JD, TITLE, ASIDE = "new-jd", "new-title", "new-aside"
"""Where the store keeps the text and the title that are being entered, and the text that a sample or a file pushed aside."""
JD_KEY, TITLE_KEY = f"kept-{JD}", f"kept-{TITLE}"
RAN_BEFORE = "ran-before"
"""Session key: the text that was submitted has run before, and it was not yet said what to do about it."""
UPLOAD_ERROR = "upload-error"


def page() -> None:
    """The form with its sources beside it, and earlier runs of the submitted text."""
    name_tab("New run")
    st.html(
        markup.title("New run")
        + markup.meta(
            "A job description goes through three steps: what it says, what the library knows of it, how the two link."
        )
    )
    form_at, sources_at = st.columns([2.6, 1], gap="large")
    with sources_at:
        _sources()
    with form_at:
        _offer_aside()
        text, submitted = _form()
        if submitted:
            _submit(text)
        if st.session_state.get(RAN_BEFORE) == text.strip() != "":
            _offer_earlier(text, workbench().history.of_same_text(text))


def _form() -> tuple[str, bool]:
    """The text as it stands in the form, and whether it was submitted just now."""
    with st.form("new", border=False):
        st.text_input("Title, if the text lacks it", max_chars=200, placeholder="Optional", **kept.form_text(TITLE))
        text = st.text_area(
            "Job description", height=420, placeholder="Paste a job description here", **kept.form_text(JD)
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            submitted = st.form_submit_button(
                "Run", type="primary", icon=":material/play_arrow:", help="Ctrl+Enter in the text"
            )
            st.html(markup.meta_span("Ctrl+Enter in the text starts the run. What you type is kept until then."))
    return text or "", submitted


def _submit(text: str) -> None:
    """Start the run, or ask first when the same text ran before."""
    st.session_state.pop(RAN_BEFORE, None)
    if not text.strip():
        st.error(NO_TEXT, icon=":material/error:")
    elif workbench().history.of_same_text(text):
        st.session_state[RAN_BEFORE] = text.strip()
    else:
        _start(text)


def _start(text: str) -> None:
    """Begin a run and show it; a text that cannot be run gets its reason, and stays where it is."""
    config = Config(engine=st.session_state.get("engine") or "local")
    try:
        order = RunOrder(text, st.session_state.get(TITLE_KEY) or None, config, asked=AskedBy(person(), "pages"))
        run_id = workbench().executor.start_for(order)
    except InputError as error:
        st.error(verbatim(f"{error} The text stays here until you change it."), icon=":material/error:")
        return
    st.session_state.pop(RAN_BEFORE, None)
    kept.forget(JD, TITLE)
    links.open_run(run_id)


def _offer_earlier(text: str, earlier: Sequence[EarlierRun]) -> None:
    """Runs of the same text as links, or the text to be run again."""
    st.html(
        markup.block(
            markup.heading("This text ran before")
            + markup.meta(
                f"{count_label(len(earlier), 'earlier run')} of the same text. "
                "Open one, or run it again on today’s catalog."
            )
            + markup.join(map(_earlier_line, earlier)),
            "jdw-earlier",
        )
    )
    if st.button("Run again", type="primary", icon=":material/replay:", key="again"):
        _start(text)


def _earlier_line(run: EarlierRun) -> Markup:
    """A run as a link: what it chose, how sure it was, when and on what."""
    confidence = f" · {run.confidence:.2f}" if run.role_name and run.confidence is not None else ""
    of = ENGINE_NAMES[run.engine].lower() if run.engine == OLD_SYSTEM else f"revision {run.revision_id}"
    when = markup.meta_span(f"{confidence} · {ago(run.created_at)} · {of}")
    name = markup.link(run.role_name or "No role", links.run_url(run.id), "role" if run.role_name else "")
    return markup.block(name + when)


# --- sources ------------------------------------------------------------------------------------------------------


def _sources() -> None:
    """Where a text can come from beside the clipboard, and which engine judges it."""
    st.selectbox(
        "Choose a sample",
        list(_samples()),
        index=None,
        key="sample",
        on_change=_take_sample,
        placeholder="Samples",
        format_func=sample_label,
    )
    st.file_uploader("Upload a text file", key="upload", on_change=_take_upload, help="Plain text in UTF-8")
    if error := st.session_state.get(UPLOAD_ERROR):
        st.error(verbatim(f"{error} The text on the left is as it was."), icon=":material/error:")
    engine = st.segmented_control(
        "Engine",
        list(RUN_ENGINES),
        key="engine",
        bind="query-params",
        default="local",
        required=True,
        format_func=ENGINE_NAMES.__getitem__,
    )
    if engine == "openai":
        models = workbench().models
        calls = (
            f"Calls go to {models.label}"
            if models.server
            else "No server is set: recorded answers are replayed for the samples that have them"
        )
        budget = f"At most ${Config().budget_usd:.2f} a run; where no answer comes, the local engine judges."
        st.html(markup.meta(f"{calls}. {budget}"))


@cache
def _samples() -> dict[str, str]:
    """The texts of the samples by the names of their files."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*.txt"))}


def sample_label(name: str) -> str:
    """A sample's file name without its number, in words."""
    return name.split("-", 1)[-1].replace("-", " ").capitalize()


def _take_sample() -> None:
    if chosen := st.session_state.get("sample"):
        _replace(_samples()[chosen], "")


def _take_upload() -> None:
    upload = st.session_state.get("upload")
    st.session_state.pop(UPLOAD_ERROR, None)
    if upload is not None:
        try:
            text = decode(upload.getvalue(), upload.name)
        except InputError as error:
            st.session_state[UPLOAD_ERROR] = str(error)
        else:
            _replace(text, None)


def _replace(text: str, title: str | None) -> None:
    """Put a text into the field; one that somebody wrote is put aside, with its title. A null title leaves the title alone."""
    st.session_state.pop(RAN_BEFORE, None)
    # What was typed and not submitted is known to the store alone.
    written = str(kept.value_of(JD) or st.session_state.get(JD_KEY) or "")
    if written.strip() and written not in (text, *_samples().values()):
        since = kept.kept_since(JD)
        kept.put_aside(
            ASIDE,
            {
                "text": written,
                "title": str(kept.value_of(TITLE) or st.session_state.get(TITLE_KEY) or ""),
                "at": since.isoformat() if since else "",
            },
        )
    kept.put(JD, text)
    if title is not None:
        kept.put(TITLE, title)


def _offer_aside() -> None:
    """The text that was put aside, to be taken back or let go."""
    aside = kept.value_of(ASIDE)
    if not isinstance(aside, dict) or aside.get("text") == kept.value_of(JD):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="aside"):
        first = " ".join(str(aside["text"]).split())[:60]
        st.html(markup.meta(f"Your text{_clock(str(aside.get('at', '')))} is kept: “{first}…”"))
        st.button("Take it back", icon=":material/undo:", key="aside-back", on_click=_take_back, args=(aside,))
        st.button("Let it go", key="aside-drop", type="tertiary", on_click=kept.forget, args=(ASIDE,))


def _take_back(aside: dict[str, str]) -> None:
    st.session_state["sample"] = None
    kept.forget(ASIDE)
    _replace(aside["text"], aside["title"])


def _clock(at: str) -> str:
    """When the text was typed (of 14:03), in the time of the browser; nothing for a moment that is not known."""
    if not at:
        return ""
    try:
        zone = ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return f" of {datetime.fromisoformat(at).astimezone(zone):%H:%M}"
