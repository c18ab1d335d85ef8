"""Attached experiments: results of a batch that stay where they lie; the list, the form that attaches, one of them, one of its results."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st
from markupsafe import Markup

from db.errors import StoreError
from db.services.attached import SIGN
from db.services.attached_queries import ONLY, PAGE_ROWS, IndexQueries, Row, SliceFigures, Wanted
from db.stores.attached import Attached, Source
from pages.components import frame, links, markup
from pages.components.flash import flash
from pages.components.identity import has_name, person
from pages.components.labels import count_label
from pages.components.markup import Column
from pages.components.time_format import ago
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.experiments import wording
from pipeline.errors import WorkbenchError
from pipeline.evaluation import f_score
from pipeline.intervals import wilson

STATES = {"there": "as it was read", "moved": "files are not there", "changed": "files have changed"}
TONES = {"there": "good", "moved": "bad", "changed": "doubt"}
ONLY_LABELS = {"all": "All", "wrong": "Wrong roles", "no role": "No role", "broken": "Broken"}


def url(found: Attached, **query: str) -> str:
    """The address of one, with parameters."""
    return wording.url(attached=str(found.id), **query)


def list_all() -> None:
    """Draw the list, where there are any."""
    found = workbench().attached.all()
    if not found:
        return
    rows = [_row(one) for one in found]
    heads: list[str | Column] = ["Attached", Column("Results", "jdw-wide"), Column("Lies in", "jdw-wide"), "Files"]
    st.html(markup.heading("Attached") + markup.table(heads, rows))


def _row(found: Attached) -> Sequence[str]:
    state = workbench().attached.state(found)
    return (
        markup.block(markup.link(found.name, url(found)))
        + markup.meta(f"{found.id} · {found.author} · {ago(found.created_at)}"),
        _size(found),
        found.source.results,
        markup.tag(STATES[state], TONES[state]),
    )


def _size(found: Attached) -> str:
    contents = found.contents
    gold = f"{contents.marked:,} with gold" if contents.marked else "no gold"
    return f"{count_label(contents.size, 'result')}, {gold}" + (
        f", {contents.broken:,} broken" if contents.broken else ""
    )


def form() -> None:
    """Draw the form; what is wrong with the input is said beside it."""
    st.html(
        markup.meta(
            "What a batch has written as Parquet is read where it lies; no text and no result is copied into the store."
        )
    )
    left_at, right_at = st.columns(2, gap="large")
    results = left_at.text_input(
        "Results", placeholder="/data/answers", key="attach-results", help="The folder, or the file, that a batch wrote"
    )
    name = left_at.text_input("Attached as", key="attach-name", max_chars=80)
    jds = right_at.text_input(
        "Job descriptions",
        placeholder="/data/jds/*.parquet",
        key="attach-jds",
        help="For titles and texts, and their columns to slice by; a column “role” is gold",
    )
    gold = right_at.text_input("Gold", placeholder="gold:NAME, or a file", key="attach-gold")
    if st.button("Attach", icon=":material/attach_file:", key="attach"):
        source = Source(results.strip(), jds.strip() or None, gold.strip() or None)
        if not source.results:
            st.error("Give the folder of the results.", icon=":material/error:")
            return
        _act(lambda: _attach(name, source))


def _attach(name: str, source: Source) -> None:
    with st.spinner("The results are read, a million in about a minute ...", show_time=True):
        found = workbench().attached.attach(name, person(), source)
    flash(f"“{found.name}” is attached: {count_label(found.contents.size, 'result')}.")


def _act(do: Callable[[], None]) -> None:
    try:
        if not has_name(do):
            return
        do()
    except WorkbenchError as error:
        st.error(verbatim(error), icon=":material/error:")
        return
    st.rerun()


def show(number: str) -> None:
    """Draw one of them, or one of its results, as the address says."""
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        raise StoreError(f"There is no attached experiment “{number}”.")
    found = workbench().attached.load(int(number))
    frame.name_tab(found.name)
    if st.query_params.get("jd"):
        _one(found, st.query_params["jd"])
        return
    st.html(
        markup.meta(markup.link("Experiments", wording.url()))
        + markup.title(found.name)
        + markup.meta(f"Attached {found.id} · {found.author} · {ago(found.created_at)} · {_size(found)}")
    )
    _files(found)
    _catalog(found)
    if not workbench().attached.has_index(found):
        st.html(
            markup.empty("What was read of it is not on this machine. “Read anew” makes it, where its files are there.")
        )
        return
    queries = workbench().attached.queries(found)
    left_at, right_at = st.columns([3, 2], gap="large")
    with right_at:
        _figures(found, queries)
        by, value = _slices(found, queries)
        _compare_with(found)
        if found.contents.marked:
            address = links.page_url(links.THRESHOLDS, experiment=f"{SIGN}{found.id}")
            st.html(markup.meta(markup.link("Thresholds on its answers", address)))
    with left_at:
        _list(found, queries, by, value)


def _files(found: Attached) -> None:
    """Where it lies, whether that is still so, and what can be done."""
    attached, source = workbench().attached, found.source
    state, gold = attached.state(found), attached.gold_state(found)
    if gold == "gone":
        st.warning(
            verbatim(
                f"The gold {source.gold} is not there any more, and no copy of it was kept: it cannot be read anew until it is back. "
                "What was marked with it is shown."
            ),
            icon=":material/folder_off:",
        )
    elif gold == "kept":
        st.html(
            markup.meta(f"The gold {source.gold} is not there any more; what was read of it is kept, and is taken.")
        )
    if state == "moved":
        st.warning(
            verbatim(
                f"{source.results} or what goes with it is not there any more. What was read is shown; skills and texts are not. "
                "Put the files back, or attach them from where they are now."
            ),
            icon=":material/folder_off:",
        )
    elif state == "changed" and gold != "gone":
        st.warning(
            "The files are others than those that were read. What was read then is shown until you read them anew.",
            icon=":material/update:",
        )
    parts = [source.results, source.jds or "no job descriptions", f"gold: {source.gold or 'as the texts brought it'}"]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(markup.meta(" · ".join(parts)) + markup.tag(STATES[state], TONES[state]))
        if (state == "changed" or not attached.has_index(found)) and st.button(
            "Read anew", icon=":material/refresh:", key="read-anew", disabled=state == "moved" or gold == "gone"
        ):
            _act(lambda: _read_anew(found))
        if st.button("Detach", icon=":material/link_off:", key="detach", help="The files stay as they are"):
            _act(lambda: _detach(found))


def _catalog(found: Attached) -> None:
    """On which revision it ran: by that it stands in Trends."""
    numbers = [revision.id for revision in workbench().trends.revisions()]

    def take() -> None:
        workbench().attached.set_revision(found.id, st.session_state[key])

    key = f"attached-revision-{found.id}-{found.revision}"
    options = [None, *numbers] if found.revision in (None, *numbers) else [None, found.revision, *numbers]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Ran on",
            options,
            index=options.index(found.revision),
            format_func=lambda n: "a catalog that is no revision" if n is None else f"revision {n}",
            key=key,
            on_change=take,
            width=260,
            help="Found by the catalog that the batch’s manifest names; change it where it is known better",
        )
        trends = markup.link("Trends", links.page_url(links.TRENDS))
        if found.revision is None:
            said = markup.fill("With its revision it stands in {}.", trends)
        else:
            said = markup.fill("It stands in {} at its revision.", trends)
        st.html(markup.meta(said), width="content")


def _read_anew(found: Attached) -> None:
    with st.spinner("The results are read, a million in about a minute ...", show_time=True):
        now = workbench().attached.read_anew(found.id)
    flash(f"“{now.name}” is read anew: {count_label(now.contents.size, 'result')}.")


def _detach(found: Attached) -> None:
    workbench().attached.remove(found.id)
    st.query_params.clear()
    flash(f"“{found.name}” is no experiment any more; its files stay.")


def _figures(found: Attached, queries: IndexQueries) -> None:
    """Shares that are right, with intervals, where there is gold."""
    st.html(markup.heading("What it came to"))
    (whole, *_) = queries.slices("") or [SliceFigures("all", 0, 0, 0, 0, 0, 0.0)]
    rows = [("Without a role", f"{_share(whole.no_role, whole.n)}", f"{whole.no_role:,} of {whole.n:,}")]
    if whole.marked:
        within = wilson(whole.right, whole.marked)
        interval = f"{whole.right:,} of {whole.marked:,}, {within.low:.1%} to {within.high:.1%}"
        rows.insert(0, ("Roles right", _share(whole.right, whole.marked), interval))
    counts = queries.skill_counts() if whole.marked else None
    if counts:
        names = ("Skills, precision", "Skills, recall", "Skills, F1")
        of = f"{counts.wanted:,} skills"
        rows += [(name, f"{figure:.3f}", of) for name, figure in zip(names, f_score(counts), strict=True)]
        sums = found.contents.sums
        if sums and sums.skills_f1_low is not None and sums.skills_f1_high is not None:
            rows[-1] = (*rows[-1][:2], f"{of}, {sums.skills_f1_low:.3f} to {sums.skills_f1_high:.3f}")
    st.html(markup.table(["Measure", Column("Figure", "n"), Column("Of", "n")], rows))
    if not found.contents.marked:
        st.html(markup.meta("There is no gold, so that it is not known what is right."))


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"


def _slices(found: Attached, queries: IndexQueries) -> tuple[str, str]:
    """Draw the slices of the way that the address names; returns the way and the value that the list is of."""
    ways = queries.ways
    asked = st.query_params.get("by", ways[0])
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(markup.heading("By slices"), width="content")
        by = st.selectbox(
            "Slice by",
            ways,
            index=ways.index(asked) if asked in ways else 0,
            format_func=lambda way: verbatim(way.capitalize()),
            key="attached-by",
            label_visibility="collapsed",
            width=160,
        )
    rows = [
        (
            markup.link(s.value, url(found, by=by, value=s.value)),
            f"{s.n:,}",
            _share(s.right, s.marked) if s.marked else "",
            _share(s.no_role, s.n),
            f"{s.confidence:.2f}" if s.confidence else "",
        )
        for s in queries.slices(by)
    ]
    heads: list[str | Column] = [by.capitalize(), *(Column(t, "n") for t in ("JDs", "Right", "No role", "Confidence"))]
    st.html(markup.table(heads, rows))
    return by, st.query_params.get("value", "") if by == asked else ""


def _list(found: Attached, queries: IndexQueries, by: str, value: str) -> None:
    """Draw a page of results, of the part and the words that are chosen."""
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        options = [only for only in ONLY if only != "wrong" or found.contents.marked]
        only = st.segmented_control(
            "Results",
            options,
            default=options[1] if found.contents.marked else options[0],
            required=True,
            format_func=ONLY_LABELS.__getitem__,
            key="attached-only",
            label_visibility="collapsed",
        )
        words = st.text_input("Search", placeholder="title, id or role", key="attached-words", width=220)
    wanted = Wanted(by if value else None, value or None, words.strip() or None, only or "all")
    pages_at = st.container()
    page = int(st.session_state.get("attached-page", 1)) - 1
    listed = queries.listed(wanted, page)
    last = max(1, -(-listed.total // PAGE_ROWS))
    if page >= last:
        page, listed = 0, queries.listed(wanted, 0)
    with pages_at.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        part = markup.join([f" · {by} {value} · ", markup.link("all", url(found))]) if value else Markup()
        st.html(
            markup.meta(f"{count_label(listed.total, 'result')}, page {page + 1:,} of {last:,}" + part), width="content"
        )
        if last > 1:
            st.number_input("Page", 1, last, key="attached-page", width=130, label_visibility="collapsed")
    if not listed.rows:
        st.html(markup.empty("Nothing."))
        return
    heads: list[str | Column] = ["Job description", "Said", *(["Right"] if found.contents.marked else [])]
    rows = [
        [
            markup.link(row.title or row.id, url(found, jd=row.id)),
            _answer(row),
            *([wording.role_link(row.gold_role)] if found.contents.marked and row.is_right is not None else []),
            *([""] if found.contents.marked and row.is_right is None else []),
        ]
        for row in listed.rows
    ]
    st.html(markup.table(heads, rows))


def _answer(row: Row) -> Markup:
    if row.error:
        return markup.fill('<span class="jdw-bad">{}</span>', row.error)
    return wording.role_said(row.role, row.confidence, row.is_right)


def _compare_with(found: Attached) -> None:
    """The choice of another, attached or not, and a link to the comparison."""
    bench = workbench()
    names = {f"{SIGN}{one.id}": one.name for one in bench.attached.all() if one.id != found.id}
    names |= {str(one.id): one.name for one in bench.experiments.all() if one.done}
    if not names:
        return
    st.html(markup.heading("Beside another"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Compare with, as A", list(names), format_func=lambda n: verbatim(names[n]), key="attached-with", width=260
        )
        address = wording.url(a=str(chosen), b=f"{SIGN}{found.id}")
        st.html(
            markup.fill('<a class="jdw-button jdw-quiet" href="{}" target="_self">Compare</a>', address),
            width="content",
        )


def _one(found: Attached, jd_id: str) -> None:
    """Draw one result: role, skills, and the text that it is of."""
    whole = workbench().attached.queries(found).find(jd_id)
    if whole is None:
        raise StoreError(f"“{found.name}” has no job description “{jd_id}”.")
    row = whole.row
    st.html(
        markup.meta(markup.link(f"Back to “{found.name}”", url(found)))
        + markup.title(row.title or row.id)
        + markup.meta(f"{row.id} · case {row.case}")
    )
    text_at, facts_at = st.columns([3, 2], gap="large")
    with facts_at:
        pairs: list[tuple[str, str]] = [("Said", _answer(row))]
        if row.is_right is not None:
            pairs.append(("Right", wording.role_link(row.gold_role)))
        st.html(markup.heading("The role") + markup.facts(pairs))
        names = [markup.tag(s.name, "skill" if s.slug else "doubt") for s in whole.outcome.skills]
        st.html(markup.heading("Skills") + (markup.block(markup.join(names)) if names else markup.empty("None.")))
    missing = "Its text is not there: no job descriptions were attached, or they have gone."
    text_at.html(markup.block(whole.text, "jdw-jd") if whole.text is not None else markup.empty(missing))
