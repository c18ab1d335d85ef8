"""The signals as one table: points of each role by signal, so that a row adds up to what the role was ranked by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from db.services.results import RunResult
from pages.components import markup
from pages.run.sides import RunView, chosen_slug
from pipeline.contracts import RoleScore, RoleWeight, Signals

MAX_ROLES = 5
MIN_SHOWN = 0.005
"""Points below which nothing is shown."""


@dataclass(frozen=True)
class Column:
    """A signal: its key in the ranking, its heading, what it says, and whether a small screen leaves it out."""

    key: str
    title: str
    label: str
    is_wide: bool = False


COLUMNS = (
    Column("alias", "Title alias", "The title is a specific alias of the role"),
    Column("title", "Title, near", "How near the title is to the role’s titles", is_wide=True),
    Column("skill", "Skills", "How far the skills of the text reach the role, rare ones more"),
    Column("kra", "KRAs", "How far the text’s duties stand out as the role’s KRAs among all roles"),
    Column("centroid", "Centroid", "How near the text is to those filed under the role", is_wide=True),
    Column("family", "Family", "The best skill evidence of any role of the same family", is_wide=True),
)


@dataclass(frozen=True)
class RolePoints:
    """A role in the joint judgement: points by signal, their sum, and by signal the plain figure behind them."""

    slug: str
    name: str
    points: Mapping[str, float]
    notes: Mapping[str, str]

    @property
    def total(self) -> float:
        """The sum of the points: what roles are ranked by."""
        return sum(self.points.values())


def role_points(result: RunResult, weights: Mapping[str, float]) -> list[RolePoints]:
    """The ranked roles with their points, the chosen one first, then by total."""
    decision, notes = result.extraction.decision, _notes(result.extraction.signals)
    found = [_points(role, weights, notes.get(role.slug, {})) for role in decision.ranking]
    chosen = chosen_slug(result)
    return sorted(found, key=lambda role: role.slug != chosen)


def _points(role: RoleWeight, weights: Mapping[str, float], notes: Mapping[str, str]) -> RolePoints:
    points = {column.key: weights.get(column.key, 0.0) * role.evidence.get(column.key, 0.0) for column in COLUMNS}
    return RolePoints(role.slug, role.display_name, points, notes)


def _notes(signals: Signals) -> dict[str, dict[str, str]]:
    """By role and signal, the plain figure behind the points: what the signal itself counts."""
    found: dict[str, dict[str, str]] = {}
    for key, roles in (
        ("alias", signals.alias_match_roles),
        ("title", signals.title_match_roles),
        ("skill", signals.skill_match_roles),
        ("kra", signals.kra_match_roles),
        ("centroid", signals.centroid_match_roles),
    ):
        for role in roles:
            found.setdefault(role.slug, {})[key] = _note(key, role)
    return found


def _note(key: str, role: RoleScore) -> str:
    if key == "alias":
        return "generic" if role.is_generic else "alias"
    if role.matched_count is not None:
        return f"{role.matched_count} of {role.total_count}" + (", tie" if role.tied else "")
    return f"{role.score:.2f}"


@dataclass(frozen=True)
class Row:
    """A role of the table, before and now; one side is null where the role is not among those ranked there."""

    slug: str
    name: str
    now: RolePoints | None
    before: RolePoints | None
    note: str


def rows(view: RunView) -> list[Row]:
    """The chosen role, the runner-up and the next, then roles that were chosen or ranked high before."""
    now = role_points(view.shown, view.weights)
    before = {role.slug: role for role in role_points(view.before, view.weights)} if view.before else {}
    was_chosen = chosen_slug(view.before) if view.before else None
    chosen = chosen_slug(view.shown)
    found = []
    for n, role in enumerate(now[:MAX_ROLES]):
        words = ["chosen"] if role.slug == chosen else ["runner-up"] if n == bool(chosen) else []
        words += ["was chosen"] if role.slug == was_chosen != chosen else []
        found.append(Row(role.slug, role.name, role, before.get(role.slug), ", ".join(words)))
    listed = {row.slug for row in found}
    rest = {role.slug: role for role in now[MAX_ROLES:]}
    for n, (slug, role) in enumerate(before.items()):
        is_gone = view.entries.find("role", slug) is None
        if slug not in listed and (slug == was_chosen or (is_gone and n < MAX_ROLES)):
            note = "was chosen" if slug == was_chosen else "no longer in the catalog"
            found.append(Row(slug, role.name, rest.get(slug), role, note))
    return found


def show(view: RunView) -> Markup:
    """The table of bars; where the run is compared, thick bars are now and thin ones before."""
    found = rows(view)
    if not found:
        return markup.empty("No signal speaks for any role.")
    sides = [side for row in found for side in (row.now, row.before) if side]
    top = max((points for side in sides for points in side.points.values()), default=0.0)
    most = max(side.total for side in sides)
    head = markup.join(
        markup.fill('<th scope="col" class="{}" title="{}">{}</th>', "jdw-hm" if c.is_wide else "", c.label, c.title)
        for c in COLUMNS
    )
    body = markup.join(_row(row, view, top, most) for row in found)
    return markup.fill(
        '<table class="jdw-sig"><caption>{}</caption><thead><tr><th scope="col">Role</th>{}<th scope="col" '
        'title="The sum of the points: roles are ranked by it">Total</th></tr></thead><tbody>{}</tbody></table>',
        _caption(view),
        head,
        body,
    )


def _caption(view: RunView) -> str:
    both = " · thick: with my draft, thin: before" if view.before else ""
    return f"Signals · points of each role, a row adds up{both}"


@dataclass(frozen=True)
class _Scale:
    """The points at which a bar is full, whether bars of before stand below, and whether the row is the chosen role's."""

    full: float
    compared: bool
    is_chosen: bool


def _row(row: Row, view: RunView, top: float, most: float) -> Markup:
    is_chosen = row.slug == chosen_slug(view.shown)
    compared = view.before is not None
    scale, sums = _Scale(top, compared, is_chosen), _Scale(most, compared, is_chosen)
    cells = [
        markup.fill(
            '<td class="{}">{}</td>',
            "jdw-hm" if column.is_wide else "",
            _cell(_value(row.now, column.key), _value(row.before, column.key), scale, _hint(row, column)),
        )
        for column in COLUMNS
    ]
    total = _cell(row.now.total if row.now else None, row.before.total if row.before else None, sums)
    name = view.entries.link("role", row.slug, row.name, bold=is_chosen)
    return markup.fill(
        '<tr class="{}"><th scope="row">{}{}</th>{}<td>{}</td></tr>',
        "top" if is_chosen else "",
        name,
        markup.meta(row.note) if row.note else "",
        markup.join(cells),
        total,
    )


def _value(side: RolePoints | None, key: str) -> float | None:
    return side.points[key] if side else None


def _hint(row: Row, column: Column) -> str:
    side = row.now or row.before
    return side.notes.get(column.key, "") if side else ""


def _cell(now: float | None, before: float | None, scale: _Scale, hint: str = "") -> Markup:
    """A bar with its figure; below it, thin, that of before, or in small letters the plain figure behind the points."""
    thick = _bar(now, scale.full, "" if scale.is_chosen else "o")
    bar = markup.fill('<span class="jdw-tr">{}</span><b>{}</b>', thick, _figure(now))
    if scale.compared:
        thin = _bar(before, scale.full, "u")
        bar += markup.fill('<span class="jdw-tr w">{}</span><s>{}</s>', thin, _figure(before))
    elif hint:
        bar += markup.fill('<span class="h">{}</span>', hint)
    return markup.fill('<div class="c">{}</div>', bar)


def _figure(value: float | None) -> str:
    return "–" if value is None else "0" if value < MIN_SHOWN else f"{value:.2f}"


def _bar(value: float | None, full: float, css: str) -> Markup:
    if not value or full <= 0:
        return Markup()
    return markup.fill('<i class="{}" style="width:{}%"></i>', css, f"{100 * value / full:.1f}")
