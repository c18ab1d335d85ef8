"""The job description with its title and skills marked in place and its duties underlined.

A mark that a draft changes says what it was; one that Health suspects says why. Each can be reached by the keyboard.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from markupsafe import Markup

from db.services.results import RunResult
from pages.components import markup
from pages.run import suspects
from pages.run.parts import PLAIN, Passage
from pages.run.sides import RunView, items_of
from pages.run.suspects import Suspect
from pipeline.contracts import Extraction, FinalSkill, Mention, RoleScore
from pipeline.text import JDText

MAX_SHOWN = 40_000
"""Characters that are shown; a longer text is cut and says so."""
MAX_SHOWN_ALONE = 20_000
"""Characters of a text that is shown without its result."""
TITLE_WITHIN = 1_000
"""Characters from the beginning in which the title is looked for."""
MAX_LISTED = 6
"""Changed marks that the heading of the text links to."""


@dataclass(frozen=True)
class Mark:
    """A place in the text, in code points, ``end`` exclusive: what it says, and its CSS classes.

    ``name`` is what it stands for (a skill, a role); ``was`` and ``now`` are what a draft changes about it, in words.
    """

    start: int
    end: int
    label: str
    css: str = ""
    name: str = ""
    was: str = ""
    now: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether a draft changes what it means."""
        return bool(self.was or self.now)

    @property
    def anchor(self) -> str:
        """The name by which the page links to it."""
        return f"mark-{self.start}"


@dataclass(frozen=True)
class Stretch:
    """A piece of the text between two ends of marks, with the skill, the duty and the fact that cover it."""

    text: str
    skill: Mark | None = None
    duty: Mark | None = None
    fact: Mark | None = None
    is_last: bool = False
    """Whether the mark of its skill ends with it."""
    start: int = field(default=0, compare=False)
    """Where it begins in the text."""


# --- marks of one result ------------------------------------------------------------------------------------------


def skill_marks(extraction: Extraction, doubts: Mapping[str, Suspect] | None = None) -> list[Mark]:
    """Each mention of each skill, in the order of the text: which skill, by which form, how sure, and why it is doubtful.

    ``doubts`` are what Health suspects, by the name of the skill.
    """
    return sorted(
        (
            _skill_mark(skill, mention, (doubts or {}).get(skill.skill_name))
            for skill in extraction.skills
            for mention in skill.mentions
        ),
        key=lambda mark: (mark.start, mark.end, mark.label, mark.css),
    )


def _skill_mark(skill: FinalSkill, mention: Mention, doubt: Suspect | None) -> Mark:
    if not skill.slug:
        label = f"{skill.skill_name}: not in the catalog"
        return Mark(mention.start, mention.end, label, "new", skill.skill_name)
    rank = "primary" if skill.is_primary else "secondary"
    form = mention.alias or mention.text
    label = f"{form} → {skill.skill_name} · {rank} · confidence {skill.confidence or 0:.2f}"
    css = "" if skill.is_primary else "second"
    if doubt:
        label += f" · Health: {doubt.finding.check.label}. {doubt.reason}"
        css = f"{css} {'bad' if doubt.is_near else 'doubt'}".strip()
    return Mark(mention.start, mention.end, label, css, skill.skill_name)


def duty_marks(extraction: Extraction) -> list[Mark]:
    """The sentences that match a KRA of the chosen role; none when no role was chosen."""
    chosen = extraction.decision.chosen_role
    return [
        Mark(match.start, match.end, f"KRA {match.similarity:.2f}: {match.kra_text}")
        for role in extraction.signals.kra_match_roles
        if chosen and role.slug == chosen.slug
        for match in role.kra_matches or []
        if match.start is not None and match.end is not None
    ]


def title_mark(view: str, extraction: Extraction) -> Mark | None:
    """Where the title stands that is an alias of a role; null where none is, or the text does not hold it."""
    for role in extraction.signals.alias_match_roles:
        form = role.alias_text or ""
        start = view[:TITLE_WITHIN].lower().find(form.lower()) if form else -1
        if start >= 0:
            return Mark(start, start + len(form), _title_label(role, form), "title", role.display_name)
    return None


def _title_label(role: RoleScore, form: str) -> str:
    return f"{form} → {role.display_name} · title" + (", generic: it does not decide" if role.is_generic else "")


def doubts_by_skill(view: RunView, result: RunResult) -> dict[str, Suspect]:
    """The worst that Health suspects about each skill, its forms and its links, by the skill's name; dimensions as a whole
    stand in the table alone.
    """
    if not view.suspected:
        return {}
    found: dict[str, list[Suspect]] = {
        s.skill_name: suspects.of_skill(view.suspected, s) for s in result.extraction.skills
    }
    skills = {skill.skill_name: skill for skill in result.extraction.skills}
    for item in items_of(result):
        if item.input_skill in skills:
            dimension = item.dimension
            found[item.input_skill] += suspects.of_link(
                view.suspected, skills[item.input_skill], dimension.slug, dimension.display_name
            )
    near = {name: [s for s in listed if s.place[0] != "dimensions"] for name, listed in found.items()}
    return {name: min(listed, key=lambda s: s.order) for name, listed in near.items() if listed}


# --- marks of two results -----------------------------------------------------------------------------------------


def compared_marks(now: Sequence[Mark], before: Sequence[Mark], links: Mapping[str, tuple[str, str]]) -> list[Mark]:
    """The marks of both sides: those of now, with what they were where that differs, and those that are gone.

    ``links`` are, by the name of a skill that is on both sides, the dimensions that it leaves and those that it comes into; its
    first mark says so.
    """
    found: list[Mark] = []
    named: set[str] = set()
    for mark in now:
        old = next((other for other in before if _overlap(mark, other)), None)
        was = old.name if old else "not marked"
        if was != mark.name:
            found.append(replace(mark, css=f"{mark.css} chg".strip(), was=was, now=mark.name))
        elif mark.name in links and mark.name not in named:
            left, into = links[mark.name]
            found.append(replace(mark, css=f"{mark.css} chg".strip(), was=left, now=into))
        else:
            found.append(mark)
        named.add(mark.name)
    gone = [old for old in before if not any(_overlap(old, mark) for mark in now)]
    found += [replace(old, css="chg gone", was=old.name, now="", label=f"{old.label} · not any more") for old in gone]
    return sorted(found, key=lambda mark: (mark.start, mark.end))


def _overlap(one: Mark, other: Mark) -> bool:
    return one.start < other.end and other.start < one.end


def dimension_changes(before: RunResult, now: RunResult) -> dict[str, tuple[str, str]]:
    """By the name of a skill of both sides, the dimensions that it leaves and those that it comes into, in words."""
    was, becomes = _dimensions(before), _dimensions(now)
    return {
        name: (_names(was[name], becomes[name]), _names(becomes[name], was[name]))
        for name in was.keys() & becomes.keys()
        if was[name].keys() != becomes[name].keys()
    }


def _dimensions(result: RunResult) -> dict[str, dict[str, str]]:
    """The dimensions of each skill, names by slugs."""
    found: dict[str, dict[str, str]] = {skill.skill_name: {} for skill in result.extraction.skills}
    for item in items_of(result):
        found.setdefault(item.input_skill, {})[item.dimension.slug] = item.dimension.display_name
    return found


def _names(these: Mapping[str, str], without: Mapping[str, str]) -> str:
    return ", ".join(name for slug, name in these.items() if slug not in without)


def _compared_titles(view: str, before: Extraction, now: Extraction) -> Iterator[Mark]:
    old, new = title_mark(view, before), title_mark(view, now)
    if old and new and old.label == new.label:
        yield new
    elif mark := new or old:
        was = _title_words(before) if old else "not an alias"
        becomes = _title_words(now) if new else "no alias"
        yield replace(mark, css="title chg", was=was, now=becomes)


def _title_words(extraction: Extraction) -> str:
    role = extraction.signals.alias_match_roles[0]
    return "generic" if role.is_generic else role.display_name


# --- the text -----------------------------------------------------------------------------------------------------


def marks(view: RunView) -> list[Mark]:
    """All marks of the title and of skills, in the order of the view; of both sides where two are compared."""
    jd = JDText(view.stored.jd_text)
    now = seen_marks(jd, skill_marks(view.shown.extraction, doubts_by_skill(view, view.shown)))
    if view.before is None:
        title = title_mark(jd.view, view.shown.extraction)
        titles = [title] if title else []
    else:
        links = dimension_changes(view.before, view.shown)
        now = compared_marks(now, seen_marks(jd, skill_marks(view.before.extraction)), links)
        titles = list(_compared_titles(jd.view, view.before.extraction, view.shown.extraction))
    kept = [title for title in titles if title.is_changed or not any(_overlap(title, mark) for mark in now)]
    return sorted([*now, *kept], key=lambda mark: (mark.start, not mark.is_changed, mark.end))


def seen_marks(jd: JDText, marks: Iterable[Mark]) -> list[Mark]:
    """Marks of the raw text as marks of its view, which is what is shown; what is not seen has none."""
    spans = [(mark, *jd.view_span(mark.start, mark.end)) for mark in marks]
    return [replace(mark, start=start, end=end) for mark, start, end in spans if start < end]


def changed(found: Iterable[Mark]) -> list[Mark]:
    """The marks that a draft changes."""
    return [mark for mark in found if mark.is_changed]


@dataclass(frozen=True)
class Layers:
    """All that is marked in a text: skills (and the title), duties, facts, and the passages that it is made of."""

    skills: Sequence[Mark] = ()
    duties: Sequence[Mark] = ()
    facts: Sequence[Mark] = ()
    passages: Sequence[Passage] = ()
    place: str = "text"
    """What the names of its anchors begin with: a page may show the text in two places."""


def stretches(view: str, layers: Layers) -> list[Stretch]:
    """The text in stretches that begin and end where a mark or a passage does; together they are the text.

    Where marks of a kind overlap, the first of them counts. What lies behind the end of the text is left out.
    """
    ends = {end for mark in (*layers.skills, *layers.duties, *layers.facts) for end in (mark.start, mark.end)}
    ends |= {passage.start for passage in layers.passages}
    cuts = sorted({0, len(view), *(end for end in ends if 0 <= end <= len(view))})
    skills, duties, facts = (_Covering(marks) for marks in (layers.skills, layers.duties, layers.facts))
    found = [
        Stretch(view[left:right], skills.at(left), duties.at(left), facts.at(left), start=left)
        for left, right in pairwise(cuts)
    ]
    following = [*found[1:], Stretch("")]
    return [
        replace(stretch, is_last=True) if stretch.skill is not None and stretch.skill is not after.skill else stretch
        for stretch, after in zip(found, following, strict=False)
    ]


class _Covering:
    """Which mark covers a place; asked for places in ascending order, it looks at each mark once."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._waiting = sorted(enumerate(marks), key=lambda numbered: numbered[1].start, reverse=True)
        self._open: list[tuple[int, Mark]] = []

    def at(self, place: int) -> Mark | None:
        while self._waiting and self._waiting[-1][1].start <= place:
            self._open.append(self._waiting.pop())
        self._open = [(number, mark) for number, mark in self._open if place < mark.end]
        return min(self._open, key=lambda numbered: numbered[0])[1] if self._open else None


def heading(found: Sequence[Mark]) -> Markup:
    """What stands above the text: how many marks are changed, with a link to each."""
    changes = changed(found)
    if not changes:
        return markup.caption("Text · a mark says what it matched")
    named = {mark.name: mark for mark in reversed(changes)}
    listed = [markup.fill('<a href="#{}">{}</a>', mark.anchor, name) for name, mark in reversed(named.items())]
    more = f" and {len(listed) - MAX_LISTED} more" if len(listed) > MAX_LISTED else ""
    count = f"{len(changes)} mark{'s' if len(changes) > 1 else ''} changed"
    return markup.fill('<p class="jdw-cap">Text · {}: {}{}</p>', count, markup.join(listed[:MAX_LISTED], ", "), more)


def marked_text(view: str, layers: Layers) -> Markup:
    """The view of a text with its marks, all of it escaped, in blocks where it has passages."""
    cut = Markup("<p>… cut here</p>") if len(view) > MAX_SHOWN else ""
    found = stretches(view[:MAX_SHOWN], layers)
    blocks, begun = [], 0
    for passage in layers.passages:
        until = bisect_left(found, passage.end, lo=begun, key=lambda stretch: stretch.start)
        blocks.append(_passage(passage, found[begun:until], layers.place))
        begun = until
    blocks += [_html(stretch, layers.place) for stretch in found[begun:]]
    return markup.block(markup.join(blocks) + cut, "jdw-jd")


def _passage(passage: Passage, held: Sequence[Stretch], place: str) -> Markup:
    """A block in the colour of its part, which its edge names."""
    if not any(stretch.text.strip() for stretch in held):
        return markup.join(_html(stretch, place) for stretch in held)
    inner = markup.join(_html(stretch, place) for stretch in _without_blank_lines(held))
    label = markup.fill("<b>{}</b>", passage.part.label) if passage.part is not PLAIN else Markup()
    return markup.fill('<div class="part p-{}">{}{}</div>', passage.part.css, label, inner)


def _without_blank_lines(held: Sequence[Stretch]) -> list[Stretch]:
    """The stretches without the empty lines before and behind them: a block has an edge of its own."""
    first, *_ = held
    found = [replace(first, text=first.text.lstrip("\n")), *held[1:]]
    return [*found[:-1], replace(found[-1], text=found[-1].text.rstrip("\n"))]


def _html(stretch: Stretch, place: str) -> Markup:
    piece = Markup.escape(stretch.text)
    if mark := stretch.skill:
        anchor = markup.fill(' id="{}"', mark.anchor) if mark.is_changed and stretch.is_last else Markup()
        piece = markup.fill(
            '<mark class="{}" tabindex="0" role="note" aria-label="{}"{}>{}</mark>', mark.css, mark.label, anchor, piece
        )
        if mark.is_changed and stretch.is_last:
            piece += _note(mark)
    if fact := stretch.fact:
        piece = _fact(fact, piece, fact_anchor(place, fact) if stretch.start == fact.start else None)
    if stretch.duty:
        piece = markup.fill('<span class="kra" title="{}">{}</span>', stretch.duty.label, piece)
    return piece


def fact_anchor(place: str, fact: Mark) -> str:
    """The name by which the page links to a fact in a text that it shows at a place."""
    return f"{place}-fact-{fact.start}"


def _fact(fact: Mark, piece: Markup, anchor: str | None) -> Markup:
    """A piece of what was read as a fact, its name before the first one, which has the anchor."""
    if anchor is None:
        return markup.fill('<span class="fact" title="{}">{}</span>', fact.label, piece)
    return markup.fill(
        '<span class="fact" id="{}" tabindex="0" role="note" aria-label="{}"><i>{}</i>{}</span>',
        anchor,
        fact.label,
        fact.name,
        piece,
    )


def _note(mark: Mark) -> Markup:
    """What a changed mark was, and what it is now, behind it."""
    parts = [markup.fill("<del>{}</del>", mark.was)] if mark.was else []
    parts += [markup.fill("<ins>{}</ins>", mark.now)] if mark.now else []
    return markup.fill(' <span class="n2">{}</span>', markup.join(parts, " "))


def plain_text(text: str) -> Markup:
    """The text without marks, for a run that has no result."""
    return markup.caption("Job description") + markup.block(text[:MAX_SHOWN_ALONE], "jdw-jd")
