"""The waterfall: what each signal gives the role that is asked about and the one beside it, opened to the rows that it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pages.components import markup
from pages.components.labels import count_label
from pages.why import groups, rows
from pages.why.groups import DimensionGroup
from pages.why.view import WhyView
from pipeline.catalog.changes import Place
from pipeline.explain import Explanation, Row, Signal

SIGNALS = {
    "alias": "Title alias",
    "title": "Title, near",
    "skill": "Skills",
    "kra": "KRAs",
    "centroid": "Centroid",
    "family": "Family",
}
"""The signals of a role, as a curator calls them."""
FIELD_SIGNS = {
    "bias": "To begin with",
    "technologies": "Technologies",
    "skill": "Skills",
    "alias": "Title of a role",
    "alias_kra": "Its duties",
    "alias_skill": "Its skills",
    "generic": "Generic title",
    "untitled": "No title",
    "duty": "Other trades",
}
"""The signs that a text is of the catalog's field at all."""
HINTS = {
    "alias": "The title is a specific alias of the role",
    "title": "How near the title is to the role’s titles",
    "skill": "How far the skills of the text reach the role, rare ones more",
    "kra": "How far the text’s duties stand out as the role’s KRAs among all roles",
    "centroid": "How near the text is to those filed under the role",
    "family": "The best skill evidence of any role of the same family",
    "bias": "What every text has before anything of it is read",
    "technologies": "How many technologies of computing the text demands",
    "alias_kra": "How far the duties back the role that the title names",
    "alias_skill": "How far the skills back the role that the title names",
    "generic": "The title is one of many fields",
    "untitled": "The text has no title",
    "duty": "How far the duties are those of trades that the catalog does not have",
}
MAX_FIRST = 4
"""Rows or dimensions that a signal opens with; the rest is one click further."""
OPEN = 2
"""Signals that are open at first: those that keep the two furthest apart."""


@dataclass(frozen=True)
class _Scale:
    """What of the axis one point takes, in per cent, and where nought lies."""

    unit: float
    zero: float


@dataclass(frozen=True)
class _Column:
    """One of the two that are compared: its name, and the start and the length of each of its bars, in points."""

    name: str
    starts: Sequence[float]
    points: Sequence[float]


@dataclass(frozen=True)
class _Chart:
    """The columns that are compared, one or two, on one scale."""

    sides: Sequence[_Column]
    scale: _Scale

    @property
    def css(self) -> str:
        """The class of its lines."""
        return "two" if len(self.sides) > 1 else "one"

    def bars(self, n: int) -> Markup:
        """The bars of one signal, one below the other."""
        return markup.join(_bar(side, n, self.scale, css) for side, css in zip(self.sides, ("", "o"), strict=False))


def show(view: WhyView) -> Markup:
    """The waterfall of the role and of the other one; of no role, what speaks for the catalog's field and against it."""
    whole, other = view.whole, view.other if view.whole.role else None
    sides = [_column(view, e) for e in (whole, other) if e is not None]
    chart = _Chart(sides, _scale(sides))
    opened = _opened(whole, other)
    body = markup.join(_signal(view, n, chart, is_open=n in opened) for n in range(len(whole.signals)))
    return markup.block(_head(view, chart) + body + _total(chart), "jdw-fall") + markup.meta(_note(view))


def _column(view: WhyView, explanation: Explanation) -> _Column:
    by_name = {signal.name: signal.points for signal in explanation.signals}
    points = [by_name.get(signal.name, 0.0) for signal in view.whole.signals]
    starts = [sum(points[:n]) for n in range(len(points))]
    name = view.name_of("role", explanation.role) if explanation.role else "Some role"
    return _Column(name, starts, points)


def _scale(sides: Sequence[_Column]) -> _Scale:
    ends = [0.0] + [end for side in sides for s, p in zip(side.starts, side.points, strict=True) for end in (s, s + p)]
    low, high = min(ends), max(ends)
    unit = 100.0 / ((high - low) or 1.0)
    return _Scale(unit, -low * unit)


def _opened(whole: Explanation, other: Explanation | None) -> set[int]:
    """The signals that are open at first: of those with rows the ones that keep the two furthest apart."""
    theirs = {signal.name: signal.points for signal in other.signals} if other else {}
    apart = {n: abs(s.points - theirs.get(s.name, 0.0)) for n, s in enumerate(whole.signals) if s.rows}
    return set(sorted(apart, key=lambda n: (-apart[n], n))[:OPEN])


def _head(view: WhyView, chart: _Chart) -> Markup:
    legend = markup.join(
        markup.fill('<span class="one"><i class="sw {}"></i>{}</span> ', css, side.name)
        for side, css in zip(chart.sides, ("", "o"), strict=False)
    )
    names = [markup.fill('<span class="n" title="{}">{}</span>', side.name, side.name) for side in chart.sides]
    return markup.fill(
        '<div class="row hd {}"><span></span><span>{}</span><span class="lg">Points, one after the other {}</span>{}{}</div>',
        chart.css,
        "Signal" if view.whole.role else "Sign",
        legend,
        markup.join(names),
        Markup('<span class="n">Apart</span>') if len(chart.sides) > 1 else Markup(),
    )


def _signal(view: WhyView, n: int, chart: _Chart, *, is_open: bool) -> Markup:
    signal = view.whole.signals[n]
    label = (SIGNALS if view.whole.role else FIELD_SIGNS).get(signal.name, signal.name)
    points = [side.points[n] for side in chart.sides]
    nothing = "" if any(points) else _why_nothing(view, signal.name)
    inner = _inside(view, signal)
    line = markup.fill(
        '<i class="jdw-icon">{}</i><span title="{}">{}</span><span>{}</span>{}',
        "expand_more" if inner else "",
        HINTS.get(signal.name, ""),
        label,
        markup.meta_span(nothing) if nothing else chart.bars(n),
        _numbers(points),
    )
    if not inner:
        return markup.fill('<div class="row {}">{}</div>', chart.css, line)
    return markup.fill(
        '<details{}><summary class="row {}">{}</summary><div class="in">{}</div></details>',
        Markup(" open") if is_open else Markup(),
        chart.css,
        line,
        inner,
    )


def _why_nothing(view: WhyView, name: str) -> str:
    """Why a signal gives neither side anything; empty where its bars say all there is."""
    if name == "alias":
        return "no specific title of either role"
    if name != "centroid":
        return ""
    known = view.explained.held.of_text.centroid
    roles = {view.whole.role, view.other.role if view.other else None}
    return "the runs filed under them are not like this one" if roles & known.keys() else "no filed runs of either role"


def _bar(side: _Column, n: int, scale: _Scale, css: str) -> Markup:
    start, points = side.starts[n], side.points[n]
    left = scale.zero + scale.unit * min(start, start + points)
    tone = f"{css} less".strip() if points < 0 else css
    width = scale.unit * abs(points)
    return markup.fill(
        '<span class="jdw-tr"><i class="{}" style="left:{}%;width:{}%"></i></span>', tone, f"{left:.1f}", f"{width:.1f}"
    )


def _numbers(points: Sequence[float]) -> Markup:
    found = [markup.fill('<span class="n own">{}</span>', rows.figure(points[0]))]
    if len(points) > 1:
        gap = points[0] - points[1]
        css = "n b" if gap >= 0.005 else "n jdw-none"
        found.append(markup.fill('<span class="n">{}</span>', rows.figure(points[1])))
        found.append(markup.fill('<span class="{}">{}</span>', css, rows.apart(gap)))
    return markup.join(found)


def _total(chart: _Chart) -> Markup:
    whole = _Chart([_Column(side.name, [0.0], [sum(side.points)]) for side in chart.sides], chart.scale)
    return markup.fill(
        '<div class="row sum {}"><span></span><span>Total</span><span>{}</span>{}</div>',
        chart.css,
        whole.bars(0),
        _numbers([side.points[0] for side in whole.sides]),
    )


def _note(view: WhyView) -> str:
    """What a point is."""
    if view.whole.role is None:
        least = view.explained.held.config.min_field
        return f"Points are log odds: at 0 it is as probable as not that any role of the catalog fits; a role is chosen from {least:.2f} on."
    name = view.name_of("role", view.whole.role)
    note = "Points are log odds: 0.7 more of them are twice the odds"
    if view.whole.role != view.whole.chosen:
        return f"{note}."
    return f"{note}; calibrated, {name} is right in {view.whole.confidence:.2f} of such runs."


# --- what a signal opens to ---------------------------------------------------------------------------------------


def _inside(view: WhyView, signal: Signal) -> Markup:
    """The rows of a signal: those of the role, then those of the other one; empty where it rests on none."""
    parts = [_of_side(view, view.whole, signal.rows, is_own=True)] if signal.rows else []
    if view.other and view.whole.role:
        theirs = next((s.rows for s in view.other.signals if s.name == signal.name), ())
        if theirs:
            parts.append(_of_side(view, view.other, theirs, is_own=False))
    return markup.join(parts)


def _of_side(view: WhyView, explanation: Explanation, found: Sequence[Row], *, is_own: bool) -> Markup:
    whose = f"of {view.name_of('role', explanation.role)}" if explanation.role else ""
    if groups.are_linking(found):
        lines = [_group(view, group) for group in groups.by_dimension(found)]
        head = f"Dimension {whose}, by its skills".replace("  ", " ")
    else:
        lines = [_line(view, (row.table, row.key), row) for row in found]
        head = f"Catalog row {whose}".strip()
    first, rest = lines[:MAX_FIRST], lines[MAX_FIRST:]
    more = Markup()
    if rest:
        more = markup.fill(
            '<details class="more"><summary>{}</summary>{}</details>',
            f"{len(rest)} more {'dimensions' if groups.are_linking(found) else 'rows'}" if len(rest) > 1 else "1 more",
            markup.join(rest),
        )
    return markup.fill(
        '<div class="rows {}">{}{}{}</div>', "" if is_own else "o", _headings(head), markup.join(first), more
    )


def _headings(first: str) -> Markup:
    heads = markup.join(
        markup.fill('<span class="{}">{}</span>', "n" if head in ("Gives", "Runs on it") else "", head)
        for head in rows.HEADINGS
    )
    return markup.fill('<div class="line hd"><span>{}</span>{}</div>', first, heads)


def _line(view: WhyView, place: Place, row: Row, points: float | None = None) -> Markup:
    return _cells(
        rows.in_words(view, place) + rows.doubt(view, place),
        rows.cells(view, place, row.points if points is None else points, row.without),
    )


def _cells(first: Markup, others: Sequence[Markup | str]) -> Markup:
    css = ("n", "wo", "by", "n on", "fx")
    cells = markup.join(
        markup.fill('<span class="{}" data-of="{}">{}</span>', kind, head, cell)
        for kind, head, cell in zip(css, rows.HEADINGS, others, strict=True)
    )
    return markup.fill('<div class="line"><span>{}</span>{}</div>', first, cells)


def _group(view: WhyView, group: DimensionGroup) -> Markup:
    """A dimension with its skills; it opens to the rows by which they reach the role through it."""
    name = view.name("dimension", group.dimension)
    first = name + markup.meta(markup.join(_skills(view, group), ", "))
    link = group.link
    others: Sequence[Markup | str] = ("", "", "", "", "")
    if link is not None:
        others = rows.cells(view, (link.table, link.key), group.points, link.without)
    inner = markup.join(_line(view, (r.row.table, r.row.key), r.row, r.points) for r in group.rows)
    return _cells(first, others) + markup.fill(
        '<details class="more deep"><summary>{}</summary>{}</details>', count_label(len(group.rows), "row"), inner
    )


MAX_SKILLS = 4


def _skills(view: WhyView, group: DimensionGroup) -> Iterator[Markup]:
    """The skills of a dimension that the text demands; one by a form that Health suspects is red and names the form."""
    suspects = {r.row.key[0]: r.row.key for r in group.rows if _is_suspect(view, r.row)}
    for slug in sorted(group.skills, key=lambda slug: slug not in suspects)[:MAX_SKILLS]:
        if slug in suspects:
            yield _suspect(view, slug, suspects[slug])
        else:
            yield view.name("skill", slug)
    if len(group.skills) > MAX_SKILLS:
        yield Markup.escape(f"{len(group.skills) - MAX_SKILLS} more")


def _is_suspect(view: WhyView, row: Row) -> bool:
    return row.table in ("skill_aliases", "skill_dimensions") and (row.table, row.key) in view.suspected


def _suspect(view: WhyView, slug: str, key: tuple[str, ...]) -> Markup:
    """A skill that is met by a form or a link that looks wrong."""
    table = "skill_aliases" if ("skill_aliases", key) in view.suspected else "skill_dimensions"
    finding = view.suspected[table, key]
    by = f", by “{key[1]}”" if table == "skill_aliases" else ""
    text = f"{view.name_of('skill', slug)}{by}"
    return markup.fill('<span class="jdw-bad" title="{}">{}</span>', finding.check.label, text)
