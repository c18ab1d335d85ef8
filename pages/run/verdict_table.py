"""Several verdicts on a run side by side: point by point who says what, those first on which they differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from markupsafe import Markup

from db.stores.verdicts import Answer, GivenVerdict, LinkVerdict
from pages.components import markup

OPEN = markup.meta_span("–")


class Names(Protocol):
    """What entries of the catalog are called."""

    def role(self, answer: Answer) -> Markup:
        """Whether the role of the run is right, and which one is."""
        ...

    def skill(self, slug: str) -> Markup:
        """A skill."""
        ...

    def link(self, link: LinkVerdict) -> Markup:
        """A link, and where it belongs instead."""
        ...

    def dimension(self, slug: str) -> Markup:
        """A dimension."""
        ...


@dataclass(frozen=True)
class Statement:
    """What one reviewer says of a point: what that is called, the words, and the value that compares; ``key`` names the point."""

    key: str
    name: Markup
    words: Markup
    value: str


@dataclass(frozen=True)
class Point:
    """A point with a cell for each reviewer, and whether two of them say something else."""

    name: Markup
    cells: tuple[Markup, ...]
    differs: bool


def compared(given: Sequence[GivenVerdict], names: Names) -> list[Point]:
    """All that is said of a run, point by point. One who says nothing of a point does not differ on it."""
    columns = [{stated.key: stated for stated in statements_of(verdict, names)} for verdict in given]
    keys = {key: stated.name for column in reversed(columns) for key, stated in column.items()}
    points = []
    for key, name in keys.items():
        found = [column.get(key) for column in columns]
        values = {stated.value for stated in found if stated}
        points.append(Point(name, tuple(stated.words if stated else OPEN for stated in found), len(values) > 1))
    return sorted(points, key=lambda point: not point.differs)


def statements_of(answer: Answer, names: Names) -> Iterator[Statement]:
    """Each point of which an answer says something. A skill that is missing and one that is right are both in the text."""
    if answer.has_role:
        yield Statement("role", Markup("Role"), names.role(answer), answer.role_slug or "")
    right, wrong, missing = (markup.tag(w, t) for w, t in (("right", "good"), ("wrong", "bad"), ("missing", "doubt")))
    for slugs, words in ((answer.right_skills, right), (answer.wrong_skills, wrong)):
        for slug in slugs:
            yield Statement(f"skill {slug}", names.skill(slug), words, str(words == wrong))
    for terms, words in ((answer.right_terms, right), (answer.wrong_terms, wrong)):
        for term in terms:
            yield Statement(f"term {term}", Markup.escape(term), words, str(words == wrong))
    for found in answer.missing_skills:
        name = names.skill(found.slug) if found.slug else Markup.escape(found.text)
        key = f"skill {found.slug}" if found.slug else f"term {found.text}"
        yield Statement(key, name, missing, str(False))
    for link in answer.links:
        name = names.link(LinkVerdict(link.skill_slug, link.dimension_slug, link.is_right))
        rather = names.dimension(link.right_dimension) if link.right_dimension else Markup()
        words = (right if link.is_right else wrong) + rather
        value = f"{link.is_right} {link.right_dimension or ''}"
        yield Statement(f"link {link.skill_slug} {link.dimension_slug}", name, words, value)


def table(given: Sequence[GivenVerdict], points: Sequence[Point]) -> Markup:
    """The points as a table, a column for each reviewer."""
    heads = ["Point", *(verdict.author + (" (blind)" if verdict.is_blind else "") for verdict in given), ""]
    differs = markup.tag("differ", "doubt")
    rows = [[point.name, *point.cells, differs if point.differs else Markup()] for point in points]
    return markup.table(heads, rows)
