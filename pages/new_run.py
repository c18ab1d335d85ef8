"""New run: paste a job description, upload one, or choose a sample; Ctrl+Enter starts."""

from __future__ import annotations

from html import escape
from pathlib import Path
from uuid import UUID

import streamlit as st

from db.runs import earlier_runs
from pages.parts.session import workbench
from pages.parts.shell import ENGINE_NAMES, RUN
from pages.parts.when import ago
from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.text import decode

SAMPLES = Path(__file__).resolve().parent.parent / "seeds" / "jds"


def start(text: str, title: str | None) -> None:
    """Begin a run and show it; a text that cannot be run gets its reason, and stays where it is."""
    config = Config(engine=st.session_state.get("engine") or "local")
    try:
        run_id = workbench().start(text, title or None, config)
    except InputError as error:
        st.error(str(error), icon=":material/error:")
        return
    show(run_id)


def show(run_id: UUID) -> None:
    st.switch_page(RUN, query_params={"id": str(run_id)})


def sample_title(path: Path) -> str:
    return path.stem.split("-", 1)[-1].replace("-", " ").capitalize()


def take_sample() -> None:
    chosen = st.session_state.get("sample")
    if chosen:
        st.session_state["jd"] = (SAMPLES / f"{chosen}.txt").read_text(encoding="utf-8")
        st.session_state["title"] = ""


def take_upload() -> None:
    upload = st.session_state.get("upload")
    st.session_state.pop("upload_error", None)
    if upload is not None:
        try:
            st.session_state["jd"] = decode(upload.getvalue(), upload.name)
        except InputError as error:
            st.session_state["upload_error"] = str(error)


st.html(
    '<div class="jdw-title">New run</div><div class="jdw-meta">A job description goes through three steps: '
    "what it says, what the library knows of it, how the two link.</div>"
)

main, side = st.columns([2.6, 1], gap="large")
with side:
    names = sorted(p.stem for p in SAMPLES.glob("*.txt"))
    st.selectbox(
        "Choose a sample", names, index=None, key="sample", on_change=take_sample, placeholder="Samples",
        format_func=lambda n: sample_title(Path(n)),
    )  # fmt: skip
    st.file_uploader("Upload a text file", key="upload", on_change=take_upload, help="Plain text in UTF-8")
    engine = st.segmented_control(
        "Engine", list(ENGINE_NAMES), key="engine", bind="query-params", default="local", required=True,
        format_func=ENGINE_NAMES.__getitem__,
    )  # fmt: skip
    if engine == "openai":
        models, budget = workbench().models, Config().budget_usd
        told = f"Calls go to {models.told}" if models.server else "No server is set: recorded answers are replayed for the samples that have them"
        st.html(f'<div class="jdw-meta">{escape(told)}. At most ${budget:.2f} a run; where no answer comes, the local engine judges.</div>')
    if st.session_state.get("upload_error"):
        st.error(st.session_state["upload_error"], icon=":material/error:")

with main, st.form("new", border=False):
    st.text_input("Title, if the text lacks it", key="title", max_chars=200, placeholder="Optional")
    text = st.text_area("Job description", key="jd", height=420, placeholder="Paste a job description here")
    with st.container(horizontal=True, vertical_alignment="center"):
        submitted = st.form_submit_button(
            "Run", type="primary", icon=":material/play_arrow:", help="Ctrl+Enter in the text"
        )
        st.html('<span class="jdw-meta">Ctrl+Enter in the text starts the run</span>')

if submitted:
    st.session_state.pop("known", None)
    if not (text or "").strip():
        st.error(
            "There is no text. Paste a job description, upload a text file, or choose a sample.",
            icon=":material/error:",
        )
    else:
        known = earlier_runs(workbench().engine, text or "")
        if known:
            st.session_state["known"] = [str(r.id) for r in known]
        else:
            start(text or "", st.session_state.get("title"))

if st.session_state.get("known"):
    known = earlier_runs(workbench().engine, text or "")
    with main:
        st.html(
            f'<div class="jdw-b">This text ran before</div><div class="jdw-meta">{len(known)} earlier '
            f"{'run' if len(known) == 1 else 'runs'} of the same text. Open one, or run it again on today’s catalog.</div>"
        )
        with st.container(horizontal=True):
            for row in known:
                label = f"{row.role_name or 'No role'} · {ago(row.created_at)} · revision {row.revision_id}"
                if st.button(label, key=f"open-{row.id}", icon=":material/open_in_new:"):
                    st.session_state.pop("known", None)
                    show(row.id)
            if st.button("Run again", type="primary", icon=":material/replay:", key="again"):
                st.session_state.pop("known", None)
                start(text or "", st.session_state.get("title"))
