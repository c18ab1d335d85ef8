"""The reviewers' verdicts on a run as its page shows them: each in a line, several side by side, and the way to give one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import streamlit as st
from markupsafe import Markup

from db.stores.runs import StoredRun
from db.stores.verdicts import Answer, GivenVerdict, LinkVerdict
from pages.components import links, markup
from pages.components.identity import person
from pages.components.labels import count_label
from pages.components.time_format import ago
from pages.components.verbatim import verbatim
from pages.run import verdict_table
from pages.run.entries import Entries
from pipeline.contracts import Extraction

MAX_NAMED = 6
"""Skills or links that a line names; the table has all of them."""


def button(stored: StoredRun, given: Sequence[GivenVerdict]) -> None:
    """The button in the head of the page, with its key; it leads to where the run is judged."""
    own = any(verdict.author == person() for verdict in given)
    label = "Change verdict" if own else "Give verdict"
    st.button(
        verbatim(label),
        type="primary",
        icon=":material/how_to_reg:",
        shortcut="V",
        key="give-verdict",
        on_click=_judge,
        args=(str(stored.id),),
    )


def _judge(run_id: str) -> None:
    st.query_params.from_dict({"id": run_id, links.JUDGE: "1"})


def show(given: Sequence[GivenVerdict], extraction: Extraction, entries: Entries) -> None:
    """All verdicts, one below the other; of several where they differ, and on demand all that each says."""
    st.html(lines(given, extraction, entries))
    if len(given) > 1:
        points = verdict_table.compared(given, Words(extraction, entries))
        count = sum(point.differs for point in points)
        differ = f"differ on {count_label(count, 'point')}" if count else "differ on nothing"
        with st.expander(verbatim(f"{len(given)} verdicts side by side, which {differ}")):
            st.html(verdict_table.table(given, points))


def lines(given: Sequence[GivenVerdict], extraction: Extraction, entries: Entries) -> Markup:
    """All verdicts, one below the other; that there is none where there is none."""
    if not given:
        return markup.meta("No verdict yet: it tells whether a change of the catalog makes this run better.")
    words = Words(extraction, entries)
    return markup.join(line(verdict, words) for verdict in given)


class Words:
    """What verdicts on a run say, in words: names are those of the run, else of the catalog."""

    def __init__(self, extraction: Extraction, entries: Entries) -> None:
        chosen = extraction.decision.chosen_role
        self._chosen = chosen.slug if chosen else None
        self._names = {skill.slug: skill.skill_name for skill in extraction.skills if skill.slug}
        self._entries = entries

    def role(self, answer: Answer) -> Markup:
        """Whether the role of the run is right, and which one is."""
        if not answer.has_role:
            return markup.tag("role open")
        is_right = answer.role_slug == self._chosen
        tag = markup.tag("role right", "good") if is_right else markup.tag("role wrong", "bad")
        return markup.fill("{} {}", tag, self.role_name(answer))

    def role_name(self, answer: Answer) -> Markup:
        """The role that is right."""
        slug = answer.role_slug
        if slug is None:
            return markup.bold("no role")
        entry = self._entries.find("role", slug) or self._entries.survivor("role", slug)
        return self._entries.link("role", slug, entry.display_name if entry else slug)

    def skill(self, slug: str) -> Markup:
        """A skill by its name."""
        entry = self._entries.find("skill", slug)
        return self._entries.link("skill", slug, self._names.get(slug) or (entry.display_name if entry else slug))

    def dimension(self, slug: str) -> Markup:
        """A dimension by its name."""
        entry = self._entries.find("dimension", slug)
        return self._entries.link("dimension", slug, entry.display_name if entry else slug)

    def link(self, link: LinkVerdict) -> Markup:
        """A link, and where it belongs instead."""
        pair = markup.fill("{} → {}", self.skill(link.skill_slug), self.dimension(link.dimension_slug))
        if link.right_dimension is None:
            return pair
        return pair + markup.fill(" (rather {})", self.dimension(link.right_dimension))


def line(verdict: GivenVerdict, words: Words) -> Markup:
    """A verdict in words: which role, which skills and links are right, wrong or missing, why, who, when, and whether blind."""
    body = markup.join((words.role(verdict), *_skills(verdict, words), *_links(verdict, words)), ", ")
    why = markup.fill(" “{}”", verdict.note) if verdict.note else Markup()
    who = markup.meta_span(f" · {verdict.author}, {ago(verdict.created_at)}")
    return markup.block(body + why + who + _blind(verdict, words), "jdw-said")


def _skills(answer: Answer, words: Words) -> Iterator[Markup]:
    if right := len(answer.right_skills) + len(answer.right_terms):
        yield Markup.escape(f"{count_label(right, 'skill')} right")
    if wrong := [*map(words.skill, answer.wrong_skills), *map(Markup.escape, answer.wrong_terms)]:
        yield markup.fill("not meant: {}", _listed(wrong))
    if missing := [words.skill(m.slug) if m.slug else Markup.escape(m.text) for m in answer.missing_skills]:
        yield markup.fill("missing: {}", _listed(missing))


def _links(answer: Answer, words: Words) -> Iterator[Markup]:
    if right := sum(link.is_right for link in answer.links):
        yield Markup.escape(f"{count_label(right, 'link')} right")
    if wrong := [words.link(link) for link in answer.links if not link.is_right]:
        yield markup.fill("wrong links: {}", _listed(wrong))


def _listed(named: Sequence[Markup]) -> Markup:
    more = f" and {len(named) - MAX_NAMED} more" if len(named) > MAX_NAMED else ""
    return markup.join(named[:MAX_NAMED], ", ") + more


def _blind(verdict: GivenVerdict, words: Words) -> Markup:
    """That a verdict was given blind, and what was changed once the run was shown."""
    if not verdict.is_blind:
        return Markup()
    tag = Markup(" ") + markup.tag("blind, not yet shown" if verdict.is_open_blind else "blind")
    if not verdict.changed_role or verdict.blind_answer is None:
        return tag
    return tag + markup.meta_span(markup.fill("{} before the run was shown", words.role_name(verdict.blind_answer)))
