"""The text of a run with what its client output cites of it, each with an anchor to which the citation leads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from pages.components import markup
from pages.components.labels import AI_SIGN_NAMES
from pages.run.text import Layers, Mark, fact_anchor, marked_text
from pipeline.text import JDText

PLACE = "client"
"""What the anchors of this text begin with."""
TEXT_HEIGHT = 420

Span = Mapping[str, int] | None
"""A place in the raw text as the wire has it; null where it is not known."""


@dataclass(frozen=True)
class CitedText:
    """A text with the places that are cited of it: marks of its view, none of which overlap."""

    jd: JDText
    marks: tuple[Mark, ...]

    @classmethod
    def of_output(cls, text: str, output: Mapping[str, Any]) -> CitedText:
        """What a client output cites: the quote of the nature of work, and what shows the indicators of AI."""
        jd = JDText(text)
        marks: list[Mark] = []
        for name, label, span in _cited(output):
            start, end = jd.view_span(span["start"], span["end"])
            if start < end and all(end <= mark.start or mark.end <= start for mark in marks):
                marks.append(Mark(start, end, label, name=name))
        return cls(jd, tuple(sorted(marks, key=lambda mark: mark.start)))

    def link(self, words: str, span: Span) -> Markup:
        """Words as a link to their place; as they are where the text does not have them."""
        if not span:
            return Markup.escape(words)
        start, end = self.jd.view_span(span["start"], span["end"])
        found = next((mark for mark in self.marks if mark.start < end and start < mark.end), None)
        if found is None:
            return Markup.escape(words)
        return markup.fill('<a class="jdw-link" href="#{}">{}</a>', fact_anchor(PLACE, found), words)

    def html(self) -> Markup:
        """The text with its marks."""
        return marked_text(self.jd.view, Layers(facts=self.marks, place=PLACE))


def _cited(output: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, int]]]:
    """The name, the meaning and the place of each citation, whole sentences first."""
    nature = output["nature_of_work"]
    if nature.get("source"):
        yield "nature", f"shows the nature of work: {nature['label']}", nature["source"]
    shown = [(sign, e) for sign in output["ai_index"].get("signs") or () for e in sign.get("evidence") or ()]
    for sign, evidence in sorted(shown, key=lambda pair: bool(pair[1].get("skill"))):
        if evidence.get("source"):
            yield "AI", AI_SIGN_NAMES.get(sign["indicator"], sign["indicator"]), evidence["source"]
