"""How what reviewers say is written: kinds, subjects, answers, and addresses of the page."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from db.services.agreements import Dispute
from pages.components import links, markup
from pages.components.labels import FACT_NAMES, count_label
from pages.components.markup import Column
from pages.components.parse_values import value_words
from pages.components.workbench import workbench
from pipeline.agreement.reviews import NO, NONE, RIGHT, WRONG, YES, Kind

CURRENT, OTHER = Markup(' aria-current="page"'), Markup("")
KIND_NAMES: dict[Kind, str] = {"role": "Role", "skills": "Skills", "links": "Links", "facts": "Facts"}
NO_ROLE = "no role fits"
WAYS = {
    "random": "any runs",
    "uncertain": "the least sure",
    "disagreeing": "those on which answers differ",
    "newest": "the newest",
}
"""Which runs a sample takes, in words."""
ANSWERS = {YES: "asked for", NO: "not asked for", RIGHT: "right", WRONG: "wrong"}


def url(**query: str) -> str:
    """The address of the page with parameters."""
    return links.page_url(links.VERDICTS, **{name: value for name, value in query.items() if value})


def dispute_url(dispute: Dispute, assignment: str = "") -> str:
    """The address at which a disagreement is decided."""
    return url(view="adjudicate", run=dispute.disagreement.run, point=dispute.key, assignment=assignment)


def role_name(slug: str) -> str:
    """A role by the name that the catalog of today gives it."""
    role = workbench().snapshots.current().catalog.role.get(slug)
    return NO_ROLE if slug == NONE else role.display_name if role else slug


def skill_name(key: str) -> str:
    """A skill by the name that the catalog of today gives it; one that it lacks by its words."""
    skill = workbench().snapshots.current().catalog.skill.get(key)
    return skill.display_name if skill else key


def dimension_name(slug: str) -> str:
    """A dimension by the name that the catalog of today gives it."""
    dimension = workbench().snapshots.current().catalog.dimension.get(slug)
    return dimension.display_name if dimension else slug


def subject_text(kind: Kind, subject: str) -> str:
    """What is judged, in words."""
    match kind:
        case "role":
            return "The role"
        case "skills":
            return skill_name(subject)
        case "links":
            skill, _, dimension = subject.partition(" ")
            return f"{skill_name(skill)} in {dimension_name(dimension)}"
    return FACT_NAMES.get(subject, subject)


def question(kind: Kind, subject: str) -> str:
    """What is to be decided, as a question."""
    match kind:
        case "role":
            return "Which role is it?"
        case "skills":
            return f"Does the text ask for {skill_name(subject)}?"
        case "links":
            skill, _, dimension = subject.partition(" ")
            return f"Does {skill_name(skill)} belong in {dimension_name(dimension)}?"
    return f"{subject_text(kind, subject)}: what does the text give?"


def answer_text(kind: Kind, subject: str, value: str) -> str:
    """An answer in words."""
    if kind == "role":
        return role_name(value)
    if kind == "facts":
        return value_words(subject, fact_value(value))
    return ANSWERS.get(value) or f"belongs in {dimension_name(value)}"


def fact_value(label: str) -> Any:
    """The value of a fact that a label stands for."""
    return json.loads(label)


def answer_markup(kind: Kind, subject: str, value: str) -> Markup | str:
    """An answer in the colour of what it names."""
    text = answer_text(kind, subject, value)
    return markup.span(text, "role") if kind == "role" and value != NONE else text


def assignment_link(number: int, name: str) -> Markup:
    """An assignment by its name, leading to it."""
    return markup.link(name, url(view="assignments", id=str(number)))


def numbers(*titles: str) -> list[Column]:
    """Columns of numbers."""
    return [Column(title, "n") for title in titles]


def verdicts(count: int) -> str:
    """So many runs."""
    return count_label(count, "run")


def interval_bar(low: float, value: float, high: float) -> Markup:
    """An interval on an axis from 0 to 1; what lies below nought is cut."""
    left, at, right = (100 * min(1.0, max(0.0, x)) for x in (low, value, high))
    return markup.fill(
        '<span class="jdw-range" role="img" aria-label="{}"><i style="left:{}%;width:{}%"></i><b style="left:{}%"></b></span>',
        f"{low:.2f} to {high:.2f}",
        f"{left:.1f}",
        f"{max(right - left, 0.5):.1f}",
        f"{at:.1f}",
    )
