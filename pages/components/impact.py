"""The impact of a change: past runs whose result differs, those that change most first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from markupsafe import Markup

from db.services.impacts import Watch
from pages.components import links, markup
from pages.components.labels import count_label
from pages.components.workbench import workbench
from pipeline.catalog import Catalog
from pipeline.catalog.describe import name_of
from pipeline.impact import Effect, Impact

MAX_SHOWN = 40
MAX_LINKS = 4
"""Links that are listed of those that a run gains, and of those that it loses."""
TONES = {"better": "good", "worse": "bad", "unknown": ""}


def replayed(replay: Callable[[Watch], Impact]) -> Impact:
    """What a replay of past runs comes to; while it goes on, how far it has come is shown."""
    bar = st.progress(0.0, "Looking past runs up")

    def show(done: int, of: int) -> None:
        bar.progress(done / max(of, 1), f"{done:,} of {count_label(of, 'past run')} replayed")

    found = replay(show)
    bar.empty()
    return found


def impact_bar(found: Impact) -> None:
    """How many runs are better, worse, or for a person to judge, as one bar and one line."""
    judged = [e.judged for e in found.effects]
    better, worse = judged.count("better"), judged.count("worse")
    same = found.touched - len(found.effects)
    # Only what reviewers have judged has a colour.
    shares = (("good", better), ("bad", worse), ("ghost", len(judged) - better - worse), ("line", same))
    cells = markup.join(
        markup.fill(
            '<span style="width:{}%;background:var(--jdw-{});height:14px;display:inline-block"></span>',
            f"{100 * count / max(found.touched, 1):.1f}",
            tone,
        )
        for tone, count in shares
        if count
    )
    of = f", the newest of {found.among:,} that it can touch" if found.among else ""
    roles = sum(e.role_changes for e in found.effects)
    st.html(
        markup.fill('<div style="display:flex;width:100%">{}</div>', cells)
        + markup.fill(
            "<div>{} {} come to something else, {} to the same · {} · {} by reviewers’ verdicts · in {} the role changes</div>",
            markup.meta_span(f"{count_label(found.touched, 'past run')} replayed{of}:"),
            f"{len(found.effects):,}",
            f"{same:,}",
            _toned("good", f"{better} better"),
            _toned("bad", f"{worse} worse"),
            str(roles),
        )
    )


def decision_bar(found: Impact | None, most: int) -> Markup:
    """What one decision does: runs with a verdict that it breaks to the left, and fixes to the right of a line; below all runs.

    ``most`` is what the longest bar of the draft stands for; null is a decision that was not replayed by itself.
    """
    if found is None:
        return markup.meta("not replayed by itself")
    fixed, broken = found.count("better"), found.count("worse")
    share = 50 / max(most, 1)
    parts = markup.join(
        (
            markup.fill('<i class="bad" style="right:50%;width:{}%"></i>', f"{broken * share:.1f}"),
            markup.fill('<i class="good" style="left:50%;width:{}%"></i>', f"{fixed * share:.1f}"),
        )
    )
    runs = count_label(len(found.effects), "run")
    roles = sum(e.role_changes for e in found.effects)
    below = (
        f"{runs}, {count_label(roles, 'other role')}" if roles else f"{runs}, roles stay" if found.effects else "no run"
    )
    return markup.fill(
        '<div class="jdw-effect"><span class="{}">{}</span><span class="bar"><u></u>{}</span><span class="{}">{}</span></div>{}',
        "jdw-bad" if broken else "jdw-meta",
        str(broken),
        parts,
        "jdw-good" if fixed else "jdw-meta",
        str(fixed),
        markup.fill('<div class="jdw-meta jdw-effect-runs">{}</div>', below),
    )


def kept_impact(found: Mapping[str, Any] | None) -> None:
    """What a change set was found to do to past runs when it was committed, where that was found."""
    if not found:
        return
    among = found.get("among")
    # Before there was a count of all, the newest of them were looked at.
    of = (
        f", the newest of {among:,}," if among else f" of the newest {found['newest']:,}" if found.get("newest") else ""
    )
    line = markup.fill(
        "When it was committed, {}{} replayed: {} · {} · {} by reviewers’ verdicts",
        count_label(found["replayed"], "past run"),
        of,
        count_label(found["changed"], "came out differently", "came out differently"),
        _toned("good" if found["fixed"] else "mute", f"{found['fixed']} fixed"),
        _toned("bad" if found["broken"] else "mute", f"{found['broken']} broken"),
    )
    lists = [
        markup.fill('<div class="{}">{}</div><ul>{}</ul>', css, label, markup.join(map(_kept_run, runs[:MAX_SHOWN])))
        for judged, css, label in (
            ("better", "jdw-good", "Fixed"),
            ("worse", "jdw-bad", "Broken"),
            ("unknown", "jdw-meta", "Others that came out differently"),
        )
        if (runs := [run for run in found["runs"] if run.get("judged", "unknown") == judged])
    ]
    # Whom it fixed is why it was made: that is read without a click.
    shown = Markup(" open") if found["fixed"] else Markup()
    rest = markup.fill(
        '<details class="jdw-rows"{}><summary>{}</summary>{}</details>', shown, "Which runs", markup.join(lists)
    )
    st.html(markup.meta(line) + (rest if lists else Markup()))


def _kept_run(run: Mapping[str, Any]) -> Markup:
    return markup.fill(
        "<li>{} {} {}</li>",
        markup.link(run["label"] or run["id"][:8], links.run_url(run["id"])),
        markup.removed(run["before"] or "no role") if run["before"] != run["after"] else Markup(),
        run["after"] or "no role",
    )


def impact_list(found: Impact, number: int) -> None:
    """The runs that change under draft ``number``, each with what it gains and loses; both sides can be opened."""
    if not found.effects:
        st.html(markup.empty("No past run would come to something else."))
        return
    catalog = workbench().snapshots.current().catalog
    for effect in found.effects[:MAX_SHOWN]:
        line, actions = st.columns([5, 1.2], vertical_alignment="center")
        line.html(_line(effect, catalog))
        with actions, st.container(horizontal=True, vertical_alignment="center"):
            if st.button(
                "Compare", key=f"compare-{effect.run.run_id}", type="tertiary", icon=":material/compare_arrows:"
            ):
                links.open_compare_with_draft(effect.run.run_id, number)
            links.run_link(effect.run.run_id)
    if len(found.effects) > MAX_SHOWN:
        st.html(markup.meta(f"and {len(found.effects) - MAX_SHOWN} more that change less"))


def _toned(tone: str, text: str) -> Markup:
    return markup.fill('<span style="color:var(--jdw-{})">{}</span>', tone, text)


def _line(effect: Effect, catalog: Catalog) -> Markup:
    """One run: its name, the judgement, the role before and after, and the links that come and go."""
    return markup.fill(
        '<div style="border-bottom:1px solid var(--jdw-faint);padding:3px 0"><b>{}</b> {}<div>{} {}</div><div>{}</div></div>',
        effect.run.label[:80],
        markup.tag(effect.judged, TONES[effect.judged]),
        _role(effect),
        markup.meta_span(_confidence(effect)),
        _links(effect, catalog),
    )


def _role(effect: Effect) -> Markup:
    before, after = effect.before.role_name or "no role", effect.after.role_name or "no role"
    if effect.role_changes:
        return markup.fill("{} → {}", markup.removed(before), markup.added(after))
    return markup.fill("{}", after)


def _confidence(effect: Effect) -> str:
    before, after = f"{effect.before.confidence:.2f}", f"{effect.after.confidence:.2f}"
    return f"confidence {before}" if before == after else f"confidence {before} → {after}"


def _links(effect: Effect, catalog: Catalog) -> Markup:
    def name(link: tuple[str, str]) -> str:
        return f"{name_of(catalog, 'skills', link[0])} → {name_of(catalog, 'dimensions', link[1])}"

    listed = [markup.removed(name(link)) for link in effect.lost[:MAX_LINKS]]
    listed += [markup.added(name(link)) for link in effect.gained[:MAX_LINKS]]
    more = len(effect.lost) + len(effect.gained) - len(listed)
    return markup.join(listed, ", ") + (f" and {more} more" if more > 0 else "")
