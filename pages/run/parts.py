"""The structure of a text as its page shows it: passages in the colour of what they are, and the legend that switches them.

The kinds are those of the model of the structure; one that this page does not know is shown by its own name, without a colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pages.components import markup
from pipeline.text import JDText


@dataclass(frozen=True)
class Part:
    """What passages of some kinds are to a reader: the CSS class of their colour, and a word."""

    css: str
    label: str
    kinds: tuple[str, ...] = ()


PARTS = (
    Part("head", "Title and facts", ("title", "header")),
    Part("role", "The position", ("about_role",)),
    Part("duty", "Duties", ("responsibilities",)),
    Part("demand", "Demands", ("requirements", "education")),
    Part("wish", "Wishes", ("preferred",)),
    Part("pay", "Pay", ("pay",)),
    Part("benefit", "Benefits", ("benefits",)),
    Part("place", "Place and hours", ("place",)),
    Part("employer", "Employer", ("about_company",)),
    Part("legal", "Boilerplate", ("legal", "apply", "chrome", "similar_jobs")),
)
"""In the order of the legend."""
PLAIN = Part("plain", "Other text", ("body", "other"))
HEADING = "heading"
"""A sentence that belongs to what follows it."""
_PART_OF_KIND = {kind: part for part in (*PARTS, PLAIN) for kind in part.kinds}


@dataclass(frozen=True)
class Passage:
    """Neighbouring sentences of one part, with what stands between them: code points of the view, ``end`` exclusive."""

    start: int
    end: int
    part: Part


def part_of(kind: str) -> Part:
    """What passages of a kind are; of an unknown one, by its own name."""
    return _PART_OF_KIND.get(kind) or Part("plain", kind.replace("_", " ").capitalize() or PLAIN.label)


def passages(jd: JDText) -> list[Passage]:
    """The passages of a text in order; together they are its view."""
    view, found = jd.view, _sentence_parts(jd)
    if not found:
        return [Passage(0, len(view), PLAIN)] if view else []
    edges, parts = [0], [found[0][2]]
    for (_, before, part), (after, _, following) in zip(found, found[1:], strict=False):
        if following != part:
            edges.append(before + _cut(view[before:after]))
            parts.append(following)
    return [Passage(start, end, part) for start, end, part in zip(edges, [*edges[1:], len(view)], parts, strict=True)]


def _sentence_parts(jd: JDText) -> list[tuple[int, int, Part]]:
    """Where each sentence stands and what it is; a heading is what it opens."""
    found: list[tuple[int, int, Part]] = []
    following = PLAIN
    for facts in reversed(jd.facts):
        following = following if facts.section_kind == HEADING and found else part_of(facts.section_kind)
        found.append((facts.sentence.start, facts.sentence.end, following))
    return found[::-1]


def _cut(between: str) -> int:
    """Where, in what stands between two passages, the second begins: with its heading, or with its bullet."""
    heading = next((at for at, c in enumerate(between) if c.isalnum()), len(between))
    last = between.rfind("\n", 0, heading) + 1
    if last or not between.strip():
        return last or len(between)
    signs = len(between) - len(between.lstrip(".,;:!?)"))
    return signs + len(between[signs:]) - len(between[signs:].lstrip())


# --- the legend ---------------------------------------------------------------------------------------------------


def legend(found: Iterable[Passage], others: Sequence[tuple[str, str]] = ()) -> Markup:
    """A switch for each part that the text has, in its colour, and for ``others``: CSS class and word of what else is marked.

    The switches are the browser's own (the style sheet reads them), so that turning one draws nothing anew. They have to stand in the
    same block as the text.
    """
    parts = {passage.part.css for passage in found}
    shown = [(part.css, part.label) for part in PARTS if part.css in parts]
    switches = [
        markup.fill('<label class="p-{}"><input type="checkbox" class="s-{}" checked>{}</label>', css, css, label)
        for css, label in (*shown, *others)
    ]
    return markup.fill(
        '<div class="jdw-legend" role="group" aria-label="What is coloured">{}</div>', markup.join(switches)
    )
