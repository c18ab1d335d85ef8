"""Why a skill was taken or left out, in sentences: its form, its sense, its passage, its neighbours, and whether the text demands it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from pages.components import markup
from pages.components.labels import count_label, vocabulary_label
from pages.why.sign_words import passage_in_words, sign_in_words
from pages.why.view import WhyView
from pipeline.explain import SkillReasons

Reason = Mapping[str, Any]
MAX_FORMS = 3
MAX_NEIGHBOURS = 5
LEAST = 0.05
"""Log odds from which on a sign is named."""


def decisive(reasons: SkillReasons) -> Reason | None:
    """The reason for which a skill was left out: the first that did not take it; null where none did so."""
    return next((reason for reason in reasons.why if reason.get("taken") is False), None)


def in_short(view: WhyView, reasons: SkillReasons, *, is_taken: bool) -> Markup:
    """One line on a skill: by which forms it was found, and how sure what was judged is; or what kept it out."""
    forms = list(dict.fromkeys(r["text"] for r in reasons.why if r["why"] == "form"))
    named = markup.join((markup.span(form, "alias") for form in forms[:MAX_FORMS]), ", ")
    if not is_taken:
        found = decisive(reasons)
        return markup.fill("{}: {}", named, _kept_out(view, found) if found else "its places belong to other skills")
    judged = [r for r in reasons.why if r["why"] in ("sense", "demand")]
    said = ", ".join(f"{'meant' if r['why'] == 'sense' else 'demanded'} {r['probability']:.2f}" for r in judged)
    section = next((r for r in reasons.why if r["why"] == "section"), None)
    where = f"in {passage_in_words(section['sections'])}" if section else ""
    return markup.fill("{}{}", named, markup.meta_span(" · ".join(["", *filter(None, [where, said])])))


def _kept_out(view: WhyView, found: Reason) -> Markup:
    """What kept a skill out, without the signs and without links."""
    if found["why"] == "shared":
        return Markup.escape(f"{len(found['owners'])} skills hold the form, and nothing tells which is meant")
    return sentence(view, {**found, "signs": {}})


def lines(view: WhyView, reasons: SkillReasons) -> Iterator[Markup]:
    """All reasons, each a sentence, those of its forms as one."""
    forms = [r for r in reasons.why if r["why"] == "form"]
    if forms:
        yield _forms(forms)
    for reason in reasons.why:
        if reason["why"] != "form":
            yield sentence(view, reason)


def sentence(view: WhyView, reason: Reason) -> Markup:
    """A reason as a sentence; the signs of a judgement behind it, with what each weighs."""
    match reason["why"]:
        case "sense":
            verb = "it means the skill" if reason["taken"] else "it is not taken to mean the skill"
            return _judged(reason, f"the form has other meanings, and here {verb}", "sense")
        case "demand":
            verb = "the text demands it" if reason["taken"] else "the text mentions it and does not demand it"
            return _judged(reason, verb, "demand")
        case "section":
            return Markup.escape(_section(reason))
        case "other_name":
            return Markup.escape(
                f"{count_label(reason['places'], 'place')} {'is' if reason['places'] == 1 else 'are'} part of another name, of a "
                "date or of a sum, or the text explains the letters otherwise"
            )
        case "shared":
            names = markup.join((view.name("skill", slug) for slug in reason["owners"]), ", ")
            return markup.fill("several skills hold the form, and nothing in the text tells which is meant: {}", names)
        case _:
            return _neighbours(view, reason)


def _forms(forms: list[Reason]) -> Markup:
    places: dict[str, int] = {}
    for form in forms:
        places[form["text"]] = places.get(form["text"], 0) + 1
    said = markup.join(
        (
            markup.fill("{}{}", markup.span(text, "alias"), f", {count} times" if count > 1 else "")
            for text, count in places.items()
        ),
        "; ",
    )
    first = forms[0]
    by = ", ".join(dict.fromkeys(alias for form in forms for alias in form["aliases"]))
    kind = f" ({vocabulary_label(first['alias_type'])})" if first.get("alias_type") else ""
    context = f", which asks for one of {', '.join(first['context'])} beside it" if first.get("context") else ""
    return markup.fill("the text has {}, by the form {}{}{}", said, markup.span(by, "alias"), kind, context)


def _section(reason: Reason) -> str:
    where = f"it stands in {passage_in_words(reason['sections'])}"
    if reason.get("taken") is False:
        return f"{where}, where nothing is asked of whoever applies"
    if "is_primary" not in reason:
        return where
    rank = "primary" if reason["is_primary"] else "secondary"
    return f"{where}, so that it is {rank}" + (", and only as a wish" if reason["hedged"] else "")


def _neighbours(view: WhyView, reason: Reason) -> Markup:
    slugs = reason.get("skills", [])
    if not slugs:
        return Markup("no other skill of the run shares a dimension with it")
    named = markup.join((view.name("skill", slug) for slug in slugs[:MAX_NEIGHBOURS]), ", ")
    more = f" and {len(slugs) - MAX_NEIGHBOURS} more" if len(slugs) > MAX_NEIGHBOURS else ""
    return markup.fill("beside it in its dimensions: {}{}", named, more)


def _judged(reason: Reason, verb: str, judgement: str) -> Markup:
    """A judgement with how probable it was and what it takes; what spoke for and against in a line of its own."""
    head = markup.fill(
        '{}: <span class="jdw-tn">{}</span>, and <span class="jdw-tn">{}</span> is needed',
        verb,
        f"{reason['probability']:.2f}",
        f"{reason['least']:.2f}",
    )
    signs = [(name, points) for name, points in reason["signs"].items() if abs(points) >= LEAST]
    if not signs:
        return head
    parts = [
        markup.fill(
            '{} <span class="jdw-tn">{}</span>', sign_in_words(name, judgement), f"{points:+.1f}".replace("-", "−")
        )
        for name, points in signs
    ]
    return head + markup.meta(markup.join(parts, " · "))
