"""One experiment: how far it is, what it ran with, what it came to, and its results as files."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Sequence

import streamlit as st
from markupsafe import Markup

from db.services.experiment_export import jsonl, write_parquet
from db.services.experiment_report import report
from db.stores.experiments import Experiment
from pages.components import frame, links, markup
from pages.components.flash import flash
from pages.components.identity import has_name
from pages.components.markup import Column
from pages.components.time_format import ago, milliseconds
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.experiments import listing, wording
from pipeline.config import Config
from pipeline.errors import WorkbenchError
from pipeline.evaluation import f_score
from pipeline.experiments.results import Result, total
from pipeline.intervals import wilson

MAX_ROWS = 100
WATCH_SECONDS = 1.0


def show(reference: str) -> None:
    """Draw its page."""
    found = workbench().experiments.load(reference)
    frame.name_tab(found.name)
    st.html(
        markup.meta(markup.link("Experiments", wording.url()))
        + markup.title(found.name)
        + markup.meta(f"Experiment {found.id} · {found.author} · {ago(found.created_at)} · {found.way}")
    )
    _progress(found)
    _actions(found)
    if not found.done:
        st.html(markup.empty("Nothing is done yet; what it comes to appears here."))
        _facts(found)
        return
    results = workbench().experiments.results(found)
    left_at, right_at = st.columns([3, 2], gap="large")
    with left_at:
        _figures(results)
        _wrong(found, results)
    with right_at:
        _compare_with(found)
        _cases(results)
        _facts(found)


def _progress(found: Experiment) -> None:
    runs = found.status == "running"

    @st.fragment(run_every=WATCH_SECONDS if runs else None)
    def draw() -> None:
        now = workbench().experiments.load(found.id) if runs else found
        if now.status != found.status:
            st.rerun()
        listing.say_workers([now])
        st.html(wording.progress(now) + markup.tag(wording.STATUSES[now.status], wording.TONES[now.status]))

    draw()


def _actions(found: Experiment) -> None:
    experiments = workbench().experiments
    with st.container(horizontal=True, vertical_alignment="center"):
        if found.status == "running" and st.button("Pause", icon=":material/pause:", key="pause"):
            _act(lambda: experiments.pause(found.id), "is paused; what is being run is finished")
        if found.status == "paused" and st.button("Resume", icon=":material/play_arrow:", key="resume"):
            _act(lambda: experiments.resume(found.id), "goes on")
        if not found.is_over and st.button(
            "Cancel", icon=":material/stop_circle:", key="cancel", help="What is done stays; it cannot be resumed"
        ):
            _act(lambda: experiments.cancel(found.id), "is cancelled; what is done stays")
        if found.done:
            _downloads(found)


def _act(move: Callable[[], Experiment], done: str) -> None:
    def now() -> None:
        moved = move()
        flash(f"“{moved.name}” {done}.")

    try:
        if has_name(now):
            now()
    except WorkbenchError as error:
        st.error(verbatim(error), icon=":material/error:")
        return
    st.rerun()


def _downloads(found: Experiment) -> None:
    experiments, name = workbench().experiments, f"experiment-{found.id}"

    def parquet() -> bytes:
        target = io.BytesIO()
        write_parquet(experiments, found, target)
        return target.getvalue()

    with st.popover("Download", icon=":material/download:", key="download"):
        for label, make, ending, kind in (
            ("Report for reading (HTML)", lambda: report(experiments, found), "html", "text/html"),
            ("Results (Parquet)", parquet, "parquet", "application/vnd.apache.parquet"),
            ("Results (JSON Lines)", lambda: "\n".join(jsonl(experiments, found)), "jsonl", "application/jsonl"),
        ):
            st.download_button(
                verbatim(label), make, f"{name}.{ending}", kind, on_click="ignore", key=f"download-{ending}"
            )


def _figures(results: Sequence[Result]) -> None:
    """Shares that are right, with intervals, where there is gold."""
    marked = [result for result in results if result.marks]
    st.html(markup.heading("What it came to"))
    if not marked:
        st.html(markup.empty("Its job descriptions have no gold, so that it is not known what is right."))
        return
    right = sum(bool(result.is_right) for result in marked)
    within = wilson(right, len(marked))
    rows = [
        (
            "Roles right",
            f"{right / len(marked):.1%}",
            f"{within.low:.1%} to {within.high:.1%}",
            f"{right} of {len(marked)}",
        )
    ]
    counts = [r.marks.skills for r in marked if r.marks and r.marks.skills]
    if counts:
        of = f"{sum(c.wanted for c in counts):,} skills"
        names = ("Skills, precision", "Skills, recall", "Skills, F1")
        rows += [(name, f"{figure:.3f}", "", of) for name, figure in zip(names, f_score(total(counts)), strict=True)]
    st.html(markup.table(["Measure", Column("Figure", "n"), Column("95 % interval", "n"), Column("Of", "n")], rows))


def _wrong(found: Experiment, results: Sequence[Result]) -> None:
    """What is wrong, the surest first; without gold what is least sure."""
    marked = any(result.marks for result in results)
    if marked:
        rows = sorted((r for r in results if r.is_right is False), key=lambda r: (r.error is None, -r.confidence, r.id))
        st.html(markup.heading(f"{len(rows):,} wrong roles" if rows else "No wrong role"))
        if rows:
            url = links.put_right_url(experiment=str(found.id))
            st.html(markup.meta(markup.link("Find the one change that puts most of them right", url)))
    else:
        rows = sorted(results, key=lambda r: (r.error is None, r.confidence, r.id))
        st.html(markup.heading("What it was least sure of"))
    if not rows:
        return
    heads: list[str | Column] = ["Job description", "Said"]
    table = [
        [
            markup.link(wording.label_of(r), wording.url(id=str(found.id), jd=r.id)),
            wording.said_role(r),
            *([wording.role_link(r.gold_role)] if marked else []),
        ]
        for r in rows[:MAX_ROWS]
    ]
    more = len(rows) - MAX_ROWS
    st.html(
        markup.table([*heads, "Right"] if marked else heads, table)
        + (markup.meta(f"and {more:,} more, in the downloads") if more > 0 else Markup())
    )


def _cases(results: Sequence[Result]) -> None:
    counts = Counter(result.case for result in results)
    rows = [(case, f"{count:,}", f"{count / len(results):.0%}") for case, count in sorted(counts.items())]
    st.html(markup.heading("Cases") + markup.table(["Case", Column("JDs", "n"), Column("Share", "n")], rows))


def _facts(found: Experiment) -> None:
    """What it ran with."""
    costs, usual = workbench().experiments.costs(found), Config()
    config = found.run_config()
    other = [f"{k} {getattr(config, k)}" for k in Config.model_fields if getattr(config, k) != getattr(usual, k)]
    pairs = [
        ("Job descriptions", f"{found.size:,} of {found.set_name}, {found.gold:,} with gold"),
        ("Catalog", f"revision {found.revision_id}"),
        ("Settings", ", ".join(other) or "as usual"),
        ("A job description took", f"{milliseconds(costs.milliseconds)}, the median"),
        ("Cost", f"{costs.cost_usd:.4f} USD" if costs.cost_usd else "none"),
    ]
    if found.draft is not None:
        draft = markup.link(f"draft {found.draft}", links.change_set_url(found.draft))
        pairs.insert(2, ("With", draft + f", {len(found.changes):,} rows as they were then"))
    st.html(markup.heading("Ran with") + markup.facts(pairs))


def _compare_with(found: Experiment) -> None:
    others = [other for other in workbench().experiments.all() if other.id != found.id]
    if not others:
        return
    others.sort(key=lambda other: other.set_id != found.set_id)
    names = {other.id: other.name + ("" if other.set_id == found.set_id else " (other texts)") for other in others}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Compare with, as A", list(names), format_func=lambda n: verbatim(names[n]), key="compare-with", width=260
        )
        st.html(
            markup.fill(
                '<a class="jdw-button jdw-quiet" href="{}" target="_self">Compare</a>',
                wording.url(a=str(chosen), b=str(found.id)),
            ),
            width="content",
        )
