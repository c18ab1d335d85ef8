"""The answer in a sentence or three: which rows decide, what comes out without them, and what the signals speak for."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from pages.components import markup
from pages.components.labels import count_label
from pages.why import rows
from pages.why.view import WhyView
from pipeline.explain import WeighedRow, deciding_rows, sides, weakest, weighed_rows

SIGNAL_WORDS = {
    "alias": "the title",
    "title": "the title",
    "skill": "skills",
    "kra": "KRAs",
    "centroid": "filed runs",
    "family": "the family",
}
SIGN_WORDS = {
    "technologies": "the technologies that it demands",
    "skill": "its skills",
    "alias": "its title",
    "alias_kra": "duties that back its title",
    "alias_skill": "skills that back its title",
    "generic": "its title, which many fields have",
    "untitled": "that it has no title",
    "duty": "duties of other trades",
}
MAX_NAMED = 2
"""Rows that decide and are named; the waterfall has all."""


def answer(view: WhyView) -> tuple[Markup, Markup]:
    """What decides, and what else is to be said of it."""
    if view.whole.case == "rejected":
        reason = view.whole.reasoning.rstrip(".") or "it is no usable job description"
        return (
            markup.fill("The text was rejected before any role was looked for: {}.", reason),
            Markup("No row of the catalog has a part in it: what a text is, is read from the text alone."),
        )
    if view.by_model:
        return _by_model(view)
    if view.whole.role is None:
        return _no_role(view)
    return _deciding(view), _speaks(view)


# --- a role -------------------------------------------------------------------------------------------------------


def _deciding(view: WhyView) -> Markup:
    """Which rows decide, or that none does alone."""
    found = deciding_rows(view.whole)
    if not found:
        return _no_row_decides(view)
    if len(found) == 1:
        row = found[0]
        return markup.fill(
            "One row decides: {} gives {} of {} points. Without it: {}.",
            _named(view, row),
            _number(row.points),
            _number(view.whole.total),
            _comes_out(view, [row]),
        )
    named = markup.join(
        (markup.fill("{} ({})", _named(view, row), _number(row.points)) for row in found[:MAX_NAMED]), ", "
    )
    more = f" and {len(found) - MAX_NAMED} more" if len(found) > MAX_NAMED else ""
    return markup.fill(
        "{} rows decide, each alone: {}{}. Without one of them: {}.",
        str(len(found)),
        named,
        more,
        _comes_out(view, found),
    )


def _no_row_decides(view: WhyView) -> Markup:
    name = view.name_of("role", view.whole.role or "")
    least = weakest(weighed_rows(view.whole))
    if least is None or least.without is None:
        return markup.fill("Nothing that could be taken out of the catalog speaks for {}.", markup.span(name, "role"))
    return markup.fill(
        "No row decides alone: without any one of {} it is still {}, at {} or more.",
        count_label(len(weighed_rows(view.whole)), "row"),
        markup.span(name, "role"),
        _number(least.without.confidence),
    )


def _named(view: WhyView, row: WeighedRow) -> Markup:
    """A row within a sentence: its kind and its name."""
    table, key = row.place
    match table:
        case "role_aliases":
            return markup.fill("the title {}", markup.span(key[1], "alias"))
        case "skill_aliases":
            return markup.fill("the form {} of {}", markup.span(key[1], "alias"), _plain(view, "skill", key[0]))
        case "skill_dimensions":
            return markup.fill("the link {} → {}", _plain(view, "skill", key[0]), _plain(view, "dimension", key[1]))
        case "role_dimensions":
            return markup.fill("the link {} → {}", _plain(view, "role", key[0]), _plain(view, "dimension", key[1]))
        case "role_kras":
            return markup.fill("the KRA {}", markup.span(rows.shortened(key[1]), "kra"))
        case "centroids":
            return markup.fill("the runs filed under {}", _plain(view, "role", key[0]))
    return markup.fill("the name {}", _plain(view, "role" if table == "roles" else "skill", key[0]))


def _plain(view: WhyView, kind: str, slug: str) -> Markup:
    match kind:
        case "role" | "skill" | "dimension":
            return markup.span(view.name_of(kind, slug), kind)
    return Markup.escape(slug)


def _comes_out(view: WhyView, found: Sequence[WeighedRow]) -> Markup:
    """What the run gives without one of some rows, each outcome once."""
    outcomes: dict[str | None, float] = {}
    for row in found:
        if row.without and row.without.role not in outcomes:
            outcomes[row.without.role] = row.without.confidence
    return markup.join((view.asked(role, confidence, bold=True) for role, confidence in outcomes.items()), " or ")


def _speaks(view: WhyView) -> Markup:
    """Which signals speak for the role and which for the other one."""
    whole, other = view.whole, view.other
    if other is None or other.role is None:
        return markup.fill("No other role has any evidence in this text.")
    own_name, other_name = _plain(view, "role", whole.role or ""), _plain(view, "role", other.role)
    if not other.signals or not other.total:
        return markup.fill("Nothing in the text speaks for {}.", other_name)
    found = sides(whole, other)
    own, theirs = _listed(found.own), _listed(found.other)
    said = Markup()
    if other.total > whole.total:
        said = markup.fill(
            "{} has {} more points, yet it is not chosen: {} ",
            other_name,
            _number(other.total - whole.total),
            _why_less(view),
        )
    if own and theirs:
        return said + markup.fill("{} for {}, {} for {}.", _verb(own), own_name, theirs, other_name)
    if own:
        return said + markup.fill(
            "{} for {}; nothing speaks for {} more than for it.", _verb(own), own_name, other_name
        )
    if theirs:
        return said + markup.fill("{} already for {}.", _verb(theirs), other_name)
    return said + markup.fill("No signal tells it from {}.", other_name)


def _why_less(view: WhyView) -> str:
    """Why a role is chosen that has fewer points than the other."""
    if view.whole.role != view.whole.chosen:
        return "the run came to another role."
    if view.whole.case == "DOMAIN":
        return "the title is generic, so that the family is chosen first and the role within it."
    if view.whole.case == "A":
        return "the title names the chosen one, and nothing contradicts it enough."
    return view.whole.reasoning


def _verb(words: str) -> str:
    """Signals with their verb, as the beginning of a sentence."""
    return f"{words[0].upper()}{words[1:]} speak{'' if ' and ' in words or words.endswith('s') else 's'}"


def _listed(names: Sequence[str]) -> str:
    words = list(dict.fromkeys(SIGNAL_WORDS.get(name, name) for name in names))
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def _number(points: float) -> Markup:
    return markup.fill('<span class="jdw-tn">{}</span>', rows.figure(points))


# --- no role, and a model's role ----------------------------------------------------------------------------------


def _no_role(view: WhyView) -> tuple[Markup, Markup]:
    """That no role fits, by which signs, and which rows would change that."""
    signs = [s for s in view.whole.signals if s.name != "bias"]
    against = [SIGN_WORDS.get(s.name, s.name) for s in signs if s.points <= -0.05]
    speaks = [SIGN_WORDS.get(s.name, s.name) for s in signs if s.points >= 0.05]
    probability = view.result.extraction.decision.none_probability
    lead = markup.fill(
        "No role of the catalog fits{}: what speaks for one comes to {} points, and it would take {}.",
        markup.fill(" ({})", f"{probability:.2f}")
        if probability is not None and view.stored_role is None
        else Markup(),
        _number(view.whole.total),
        _number(view.least_points),
    )
    rest = []
    if speaks:
        rest.append(f"For a role speak {_and(speaks)}.")
    if against:
        rest.append(f"Against any speak {_and(against)}.")
    if not speaks:
        rest.append("Nothing in it speaks for a role of this catalog.")
    nearest = (
        markup.fill(" The nearest is {}.", _plain(view, "role", view.other.role))
        if view.other and view.other.role
        else ""
    )
    return lead, markup.fill("{}{}", " ".join(rest), nearest)


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _by_model(view: WhyView) -> tuple[Markup, Markup]:
    """That a model chose the role, and what the local evidence says of its choice."""
    role, local = view.stored_role, view.explained.whole
    lead = markup.fill("A model chose {}.", _plain(view, "role", role) if role else "no role")
    second = view.result.extraction.decision.llm2_reasoning
    if second:
        lead += markup.meta_span(markup.fill(" It said: “{}”", second))
    if local.role is None:
        found, more = _no_role(view)
        return lead, markup.fill("By the local evidence: {} {}", found, more)
    if local.role == role:
        return lead, markup.fill("The local evidence comes to the same. {} {}", _deciding(view), _speaks(view))
    return lead, markup.fill(
        "By the local evidence it would be {}. {}", view.asked(local.role, local.confidence, bold=True), _speaks(view)
    )
