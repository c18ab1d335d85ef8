"""The text that reviewers differ on, with the places marked that the question is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markupsafe import Markup

from db.services.agreements import Dispute
from db.services.results import result_of
from db.services.reviewed_gold import skill_key
from db.stores.runs import StoredRun
from pages.components import markup
from pages.components.workbench import workbench
from pipeline.agreement.reviews import mark_key
from pipeline.text import JDText

MAX_SHOWN = 40_000
"""Characters that are shown."""


def of(dispute: Dispute, stored: StoredRun) -> Markup:
    """The text as HTML, in a box that scrolls."""
    jd = JDText(stored.jd_text)
    places = merged(jd.view_span(start, end) for start, end in _places(dispute, stored))
    cut = markup.meta(f"The first {MAX_SHOWN:,} characters.") if len(jd.view) > MAX_SHOWN else Markup()
    return markup.block(markup.block(marked(jd.view[:MAX_SHOWN], places), "jdw-jd") + cut, "jdw-judged-text")


def _places(dispute: Dispute, stored: StoredRun) -> Iterator[tuple[int, int]]:
    """Where the text names the skill in question, in code points of the raw text."""
    about = dispute.disagreement
    if about.kind not in ("skills", "links"):
        return
    skill = about.subject.partition(" ")[0] if about.kind == "links" else about.subject
    result = result_of(stored)
    for found in result.extraction.skills if result else ():
        if skill_key(found) == skill:
            yield from ((mention.start, mention.end) for mention in found.mentions)
    marks = [mark for verdict in workbench().verdicts.of_run(stored.id) for mark in verdict.missing_skills]
    yield from ((mark.start, mark.end) for mark in marks if mark_key(mark, marks) == skill)


def merged(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places in their order, those that overlap as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def marked(text: str, places: Iterable[tuple[int, int]]) -> Markup:
    """A text with places marked, which do not overlap."""
    parts: list[str] = []
    at = 0
    for start, end in places:
        parts += [Markup.escape(text[at:start]), markup.fill("<mark>{}</mark>", text[start:end])]
        at = end
    return markup.join([*parts, Markup.escape(text[at:])])
