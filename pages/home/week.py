"""What the revisions of this week changed, and what that improved: gold answers fixed and broken, runs changed, by verdicts."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from db.services.revision_quality import Moved, RevisionQuality
from pages.components import links, markup
from pages.components.labels import count_label
from pages.components.markup import Column
from pages.components.time_format import ago
from pages.home.figures import Figures, answers_moved, gold_link, signed
from pipeline.intervals import sign_test

CLEAR = 0.05
"""A probability below which a difference is not chance."""


def answer(figures: Figures) -> Markup:
    """How many revisions the week has and what they fixed and broke, as an answer of the banner."""
    week = figures.this_week
    if not week:
        last = figures.now.revision
        big = Markup("No revision")
        meta: Markup | str = markup.fill("The last one is {}, {}.", _number(figures.now), ago(last.created_at))
        return markup.block(markup.caption("This week") + markup.block(big, "jdw-big") + markup.meta(meta))
    big = markup.link(count_label(len(week), "revision"), links.page_url(links.CHANGES))
    if all(q.is_measured for q in week):
        moved = figures.answers_moved
        big += (
            Markup(": ")
            + _count(moved.fixed, "fixed", week[0], "good")
            + ", "
            + _count(moved.broken, "broken", week[0], "bad")
        )
        meta = f"Gold roles and skills, each where it happened. {_judgement(moved)}"
    else:
        meta = "What they fixed and broke is being measured."
    return markup.block(markup.caption("This week") + markup.block(big, "jdw-big") + markup.meta(meta))


def _judgement(moved: Moved) -> str:
    """Whether more was fixed than broken, beyond chance."""
    if moved.fixed == moved.broken:
        return "As much was fixed as broken." if moved.fixed else "No answer has changed."
    p = sign_test(moved.fixed, moved.broken)
    word = "better" if moved.fixed > moved.broken else "worse"
    return (
        f"p = {p:.3f}, {word}."
        if p >= 0.001 and p < CLEAR
        else f"p < 0.001, {word}."
        if p < CLEAR
        else f"p = {p:.2f}: too few to tell."
    )


def show(figures: Figures) -> None:
    """A line for each revision of the week."""
    st.html(
        markup.block(
            markup.heading("Changed this week, and what it improved")
            + markup.fill(
                '<span class="jdw-meta">gold roles and skills: <span class="jdw-bad">broken</span> to the left, '
                '<span class="jdw-good">fixed</span> to the right</span>'
            ),
            "jdw-bar jdw-rule",
        )
        + _table(figures)
    )


def _table(figures: Figures) -> Markup:
    if not figures.this_week:
        last = figures.now.revision
        return markup.empty(
            markup.fill(
                "Nothing was committed in the last seven days. The last revision is {}: {}.",
                _number(figures.now),
                last.title,
            )
        )
    widest = max(max(m.fixed, m.broken) for m in map(answers_moved, figures.this_week)) or 1
    heads: list[str | Column] = [
        Column("No.", "jdw-wide"),
        "Revision",
        Column("By", "jdw-wide"),
        Column("When", "jdw-wide"),
        Column("Broken", "n"),
        Column("", "jdw-diverging"),
        Column("Fixed", "n jdw-left"),
        Column("Net", "n jdw-wide"),
        Column("Runs changed", "n jdw-wide"),
        Column("By verdicts", "jdw-wide"),
    ]
    return markup.block(markup.table(heads, [_row(q, widest) for q in figures.this_week]), "jdw-week")


def _row(quality: RevisionQuality, widest: int) -> list[Markup | str]:
    revision = quality.revision
    title = markup.link(revision.title, _url(quality))
    first = [_number(quality), markup.bold(title), revision.author, markup.meta_span(ago(revision.created_at))]
    if not quality.is_measured or not quality.gold_before:
        return [*first, "", markup.meta_span("being measured"), "", "", "", ""]
    moved = answers_moved(quality)
    return [
        *first,
        gold_link(str(moved.broken), quality),
        _bar(moved, widest),
        gold_link(str(moved.fixed), quality),
        _net(moved),
        _runs(quality),
        _by_verdicts(quality),
    ]


def _url(quality: RevisionQuality) -> str:
    number = quality.revision.change_set
    return links.change_set_url(number) if number is not None else links.page_url(links.CHANGES)


def _number(quality: RevisionQuality) -> Markup:
    return markup.link(str(quality.revision.id), _url(quality))


def _count(number: int, word: str, newest: RevisionQuality, tone: str) -> Markup:
    return gold_link(f"{number} {word}", newest, tone if number else "")


def _bar(moved: Moved, widest: int) -> Markup:
    """What is broken to the left of the middle, what is fixed to the right, all on one scale."""
    parts = Markup('<u style="left:50%"></u>')
    for count, side, tone in ((moved.broken, "right", "r"), (moved.fixed, "left", "g")):
        if count:
            parts += markup.fill(
                '<i class="{}" style="{}:50%;width:{}%"></i>', tone, side, f"{48 * count / widest:.1f}"
            )
    return markup.fill('<span class="jdw-balance">{}</span>', parts)


def _net(moved: Moved) -> Markup:
    net = moved.fixed - moved.broken
    tone = "jdw-good" if net > 0 else "jdw-bad" if net < 0 else ""
    return markup.fill('<span class="jdw-b {}">{}</span>', tone, signed(net, 0))


def _runs(quality: RevisionQuality) -> Markup:
    if quality.changed_runs is None:
        return markup.meta_span("not looked at")
    url = links.page_url(links.HISTORY, changed=str(quality.revision.id))
    return markup.link(f"{quality.changed_runs} of {quality.examined_runs}", url)


def _by_verdicts(quality: RevisionQuality) -> Markup:
    moved = quality.by_verdicts
    url = links.page_url(links.HISTORY, changed=str(quality.revision.id), verdict="given")
    parts = [
        markup.link(f"{count} {word}", url, tone)
        for count, word, tone in ((moved.fixed, "better", "good"), (moved.broken, "worse", "bad"))
        if count
    ]
    if parts:
        return markup.join(parts, ", ")
    return markup.meta_span("none changed" if quality.verdicts.total else "none judged")
