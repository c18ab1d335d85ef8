"""What a run should have come to, as an address says it, and as a person reads it."""

from __future__ import annotations

from uuid import UUID

from markupsafe import Markup

from pages.components import markup
from pipeline.catalog import Catalog
from pipeline.catalog.describe import name_of
from pipeline.errors import InputError
from pipeline.repair import (
    NotDimension,
    NotSkill,
    Want,
    WantDimension,
    WantRole,
    WantSkill,
    skill_at,
    skill_in_dimension,
)
from pipeline.repair.wants import check_want

PARAMETER = "want"
"""Parameter of an address: what a run should have come to."""


def want_text(want: Want) -> str:
    """A want as an address has it: "role:tester", "no-role", "skill:kafka@10:15", "not-skill:kafka", "dimension:kafka:streaming",
    "not-dimension:kafka:streaming".
    """
    match want:
        case WantRole(slug=None):
            return "no-role"
        case WantRole(slug=slug):
            return f"role:{slug}"
        case WantSkill():
            return f"skill:{want.slug}@{want.start}:{want.end}"
        case NotSkill():
            return f"not-skill:{want.slug}"
        case WantDimension():
            return f"dimension:{want.skill}:{want.dimension}"
        case NotDimension():
            return f"not-dimension:{want.skill}:{want.dimension}"


def want_of(text: str, catalog: Catalog) -> Want | None:
    """The want of an address; null where it names none that the catalog knows."""
    kind, _, rest = text.partition(":")
    try:
        match kind:
            case "no-role":
                return WantRole(None)
            case "role" if rest:
                want: Want = WantRole(rest)
            case "not-skill":
                want = NotSkill(rest)
            case "skill":
                want = skill_at(rest)
            case "dimension":
                want = skill_in_dimension(rest)
            case "not-dimension":
                other = skill_in_dimension(rest)
                want = NotDimension(other.skill, other.dimension)
            case _:
                return None
        check_want(want, catalog)
    except InputError:
        return None
    return want


def want_words(want: Want, catalog: Catalog, text: str = "") -> str:
    """A want in words; ``text`` is the raw text of the run, of which a missing skill quotes the words."""
    match want:
        case WantRole(slug=None):
            return "no role"
        case WantRole(slug=slug):
            return name_of(catalog, "roles", slug or "")
        case WantSkill():
            quoted = " ".join(text[want.start : want.end].split())
            return f"with {name_of(catalog, 'skills', want.slug)}" + (f", by “{quoted}”" if quoted else "")
        case NotSkill():
            return f"without {name_of(catalog, 'skills', want.slug)}"
        case WantDimension():
            return f"{name_of(catalog, 'skills', want.skill)} in {name_of(catalog, 'dimensions', want.dimension)}"
        case NotDimension():
            return f"{name_of(catalog, 'skills', want.skill)} not in {name_of(catalog, 'dimensions', want.dimension)}"


def want_html(want: Want, catalog: Catalog) -> Markup:
    """A want with its names in their colours."""
    match want:
        case WantRole(slug=slug):
            return markup.span(want_words(want, catalog), "role") if slug else markup.bold("no role")
        case WantSkill(slug=slug):
            return markup.fill("with {}", markup.span(name_of(catalog, "skills", slug), "skill"))
        case NotSkill(slug=slug):
            return markup.fill("without {}", markup.span(name_of(catalog, "skills", slug), "skill"))
        case WantDimension() | NotDimension():
            return markup.fill(
                "{} in {}" if isinstance(want, WantDimension) else "{} not in {}",
                markup.span(name_of(catalog, "skills", want.skill), "skill"),
                markup.span(name_of(catalog, "dimensions", want.dimension), "dimension"),
            )


def run_of(text: str) -> UUID | None:
    """The run that an address names; null where it names none."""
    try:
        return UUID(text)
    except ValueError:
        return None
