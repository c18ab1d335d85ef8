"""One gold set: its items in a list that can be narrowed, its versions, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st
from markupsafe import Markup

from db.services.gold_files import export_bytes
from db.stores.gold_listing import GoldFilter, GoldPage, ListedItem
from db.stores.gold_sets import GoldSet
from pages.components import frame, kept, links, markup
from pages.components.flash import flash, refuse
from pages.components.form_fields import stop
from pages.components.identity import has_name, person
from pages.components.labels import count_label
from pages.components.markup import Column
from pages.components.tick_table import TickRow, TickTable
from pages.components.time_format import ago
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.gold_sets import address, filters, importing, listing
from pages.gold_sets.address import Asked
from pages.gold_sets.names import Names
from pipeline.errors import WorkbenchError

TABLE = TickTable(
    "gold-items",
    "Items",
    (
        Column("Job description"),
        Column("Right role"),
        Column("Skills", "n jdw-wide"),
        Column("Source", "jdw-wide"),
        Column("Characters", "n jdw-wide jdw-spare"),
        Column("Reviewers", "jdw-wide"),
        Column("Newest experiment", "jdw-wide"),
        Column("Added by", "jdw-wide"),
        Column("Changed", "jdw-wide w"),
    ),
)


def show(asked: Asked) -> None:
    """Draw its page."""
    found, version = asked.load()
    frame.name_tab(found.name)
    _head(found, version)
    bench, names = workbench(), Names.today()
    at = (found.id, version)
    wanted = filters.show(bench.gold_listing.choices(at), names)
    number = st.query_params.get("page", "")
    roles = sorted(bench.snapshots.current().catalog.role)
    page = bench.gold_listing.find(at, wanted, roles, int(number) if number.isdigit() and len(number) < 9 else 1)
    if version == found.version:
        _bulk(found)
    _list(found, version, page, wanted, names)
    _versions(found)


def _head(found: GoldSet, version: int) -> None:
    trial = next((trial for trial in workbench().gold_listing.tried() if trial.set_id == found.id), None)
    is_newest = version == found.version
    older = "" if is_newest else markup.link("the newest", address.url(found.name))
    at = markup.fill("Version {}, not the newest: {}", str(version), older) if older else f"Version {version}"
    made = f" · {found.changed_by} · {ago(found.changed_at)}" if is_newest else ""
    counts = f" · {count_label(found.n_items, 'item')}, {count_label(found.n_roles, 'role')}" if is_newest else ""
    labelled = f", {found.n_labelled:,} with parse labels" if is_newest and found.n_labelled else ""
    st.html(
        markup.meta(markup.link("Gold sets", address.url()))
        + markup.title(found.name)
        + markup.meta(markup.join([at, made, counts, labelled]))
    )
    if trial:
        st.html(
            markup.facts(
                [
                    ("Newest experiment", listing.experiment(trial, found.version)),
                    ("Roles right", listing.roles_right(trial)),
                ]
            )
        )
    with st.container(horizontal=True, vertical_alignment="center", key="gold-actions"):
        reference = found.name if is_newest else f"{found.name}@{version}"
        st.html(
            markup.fill(
                '<a class="jdw-button" href="{}" target="_self">Run an experiment on it</a>',
                links.page_url(links.EXPERIMENTS, gold=reference),
            ),
            width="content",
        )
        _downloads(found, version)
        if is_newest:
            with st.popover("Import", icon=":material/upload_file:", key="gold-import-into"):
                importing.show(found.name)


def _downloads(found: GoldSet, version: int) -> None:
    def content(parse: bool) -> bytes:
        return export_bytes(workbench().gold_sets.items(found.name, version), parse)

    plain = "".join(c if c.isalnum() or c in "-_." else "-" for c in found.name)
    with st.popover("Download", icon=":material/download:", key="gold-download"):
        for label, parse, name in (
            ("Job descriptions, for eval", False, f"{plain}.jsonl"),
            ("Parse labels, for parse-eval", True, f"{plain}-parse.jsonl"),
        ):
            st.download_button(
                verbatim(label),
                partial(content, parse),
                name,
                "application/jsonl",
                on_click="ignore",
                key=f"gold-download-{name}",
            )


# --- the list -----------------------------------------------------------------------------------------------------


def _list(found: GoldSet, version: int, page: GoldPage, wanted: GoldFilter, names: Names) -> None:
    if not page.rows:
        narrowed = wanted != GoldFilter()
        all_of_it = markup.link("all items", address.url(found.name, version=_shown(found, version)))
        st.html(
            markup.empty(markup.fill("No item fits. Take away a filter, or see {}.", all_of_it))
            if narrowed
            else markup.empty(
                "This version has no items: all were removed. Import a file, or look at an earlier version."
            )
        )
        return
    st.html(markup.meta(f"{count_label(page.total, 'item')}. A click opens one."))
    TABLE.show([_row(found, version, row, names) for row in page.rows])
    if page.pages > 1 and st.pagination(page.pages, default=page.page, key="page", bind="query-params") != page.page:
        st.rerun()


def _shown(found: GoldSet, version: int) -> int:
    """The version as addresses name it: 0 for the newest."""
    return 0 if version == found.version else version


def _row(found: GoldSet, version: int, row: ListedItem, names: Names) -> TickRow:
    label = row.title or row.jd_id
    link = markup.link(label, address.url(found.name, item=row.jd_id, version=_shown(found, version)))
    below = [row.jd_id] if row.title else []
    if row.is_labelled:
        below.append("parse labels")
    more = f" and {len(row.acceptable) - 1} more" if len(row.acceptable) > 1 else ""
    cells = (
        markup.block(link) + (markup.meta(" · ".join(below)) if below else Markup()),
        names.role(row.role) + markup.meta_span(more),
        "–" if row.skills is None else f"{len(row.skills):,}",
        row.source or "–",
        f"{row.length:,}",
        _reviewers(row, names),
        _tried(row, names),
        row.added_by,
        markup.block(ago(row.changed_at)) + markup.meta(f"{row.changed_by}, version {row.version}"),
    )
    return TickRow(row.jd_id, label, cells)


def _reviewers(row: ListedItem, names: Names) -> Markup | str:
    """What reviewers of runs of its text say of the role."""
    if not row.reviewers:
        return "–"
    if not row.is_disputed:
        return markup.fill(
            "{}", count_label(row.reviewers, "reviewer") + (" agrees" if row.reviewers == 1 else " agree")
        )
    said = ", ".join(names.role_label(role) for role in row.said_roles)
    return markup.tag("disagreement", "doubt") + markup.meta(said)


def _tried(row: ListedItem, names: Names) -> Markup | str:
    if row.is_right is None:
        return "–"
    if row.is_right:
        return markup.fill('<span class="jdw-good">{}</span>', "✓ right")
    said = names.role_label(row.tried_role) if row.tried_role else "no role"
    return markup.fill('<span class="jdw-bad">✗ {}</span>', said)


def _bulk(found: GoldSet) -> None:
    """The removal of what is ticked, as the next version."""
    ticked = TABLE.ticked()
    if not ticked:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="gold-bulk"):
        st.html(markup.bold(f"{len(ticked)} ticked"), width="content")
        with st.popover("Remove from the set", icon=":material/playlist_remove:", key="gold-remove"):
            st.html(markup.meta("Versions of before keep them; they can be added again."))
            why = st.text_input("Why", **kept.text("gold-remove-why"))
            if st.button("Remove", type="primary", key="gold-remove-go"):
                if (why or "").strip():
                    remove(found, ticked, why or "")
                else:
                    stop("Say why, for the colleague who looks at the versions.")
        st.button("Untick all", key="gold-untick", type="tertiary", on_click=TABLE.untick)


def remove(found: GoldSet, ids: Sequence[str], why: str) -> None:
    """Take items out of a set, with the way back."""
    before = {item.id: item for item in workbench().gold_sets.items(found.name)}

    def now() -> None:
        author = person()
        done = workbench().gold_sets.remove(found.name, ids, author=author, reason=why)
        TABLE.untick(ids)
        kept.forget("gold-remove-why")
        back = [before[jd_id] for jd_id in done.removed if jd_id in before]

        def undo() -> None:
            workbench().gold_sets.add(found.name, back, author=author, reason="put back")

        flash(f"{count_label(len(done.removed), 'item')} removed: version {done.version}.", undo)

    try:
        if has_name(now):
            now()
    except WorkbenchError as error:
        refuse(error)
        return
    st.rerun()


# --- versions -----------------------------------------------------------------------------------------------------


def _versions(found: GoldSet) -> None:
    """Who made which version, when and why, and the way to what it changed."""
    versions = workbench().gold_sets.versions(found.name)
    rows = []
    for version in versions:
        counts = {"added": version.n_added, "changed": version.n_changed, "removed": version.n_removed}
        did = ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)
        shown = markup.link(
            did, address.url(found.name, a=str(version.number - 1), b=str(version.number)) if version.number > 1 else ""
        )
        rows.append(
            (
                markup.link(f"Version {version.number}", address.url(found.name, version=version.number)),
                markup.block(version.author) + markup.meta(ago(version.created_at)),
                version.reason,
                shown if version.number > 1 else did,
                f"{version.n_items:,}",
            )
        )
    st.html(
        markup.heading("Versions")
        + markup.table(["Version", "Made by", "Why", "What it did", Column("Items", "n jdw-wide")], rows)
    )
    if len(versions) > 1:
        _compare(found, [version.number for version in versions])


def _compare(found: GoldSet, numbers: Sequence[int]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="gold-compare"):
        a = st.selectbox("From version", numbers, index=len(numbers) - 1, key="gold-a", width=140)
        b = st.selectbox("To version", numbers, index=0, key="gold-b", width=140)
        st.html(
            markup.fill(
                '<a class="jdw-button jdw-quiet" href="{}" target="_self">Show the difference</a>',
                address.url(found.name, a=str(a), b=str(b)),
            ),
            width="content",
        )
