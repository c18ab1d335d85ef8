"""A group accepted on the strength of a sample: its items judged blind, one key each, then what that says of the rest and accepting it.

What is said is kept at once, so that a reload goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from db.services.acceptance import Outcome
from db.stores.acceptances import Acceptance
from db.stores.group_samples import Candidate, Place, Sample
from pages.components import draft, links, markup
from pages.components.acceptance_text import (
    HOW_RECKONED,
    accepted_sentence,
    bound_sentence,
    cut_sentence,
    judged_sentence,
    moved_sentence,
    percent,
    said_table,
)
from pages.components.flash import flash
from pages.components.identity import has_name, person
from pages.components.labels import count_label
from pages.components.links import PagePlace
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.errors import WorkbenchError
from pipeline.sampling import Judgement

PARAMETER = "sample"
"""The parameter of the address that names the sample that is judged."""
KEYS = {"A": "It is right", "X": "It is wrong", "U": "Unsure", "P": "Take the last one back"}
"""The keys while a sample is judged."""
REJECT, LEAVE = "Reject", "Leave open"


@dataclass(frozen=True)
class Item:
    """An item as it is judged: what it is called, what there is to judge in words, and how it is drawn."""

    label: str
    shown: str
    draw: Callable[[], None]


@dataclass(frozen=True)
class Judged:
    """The group of a page whose sample is shown: what it can decide now, how an item is shown, and how all are accepted.

    ``question`` is what is asked of each item; ``accept`` takes whether those that were judged wrong are rejected.
    """

    page: PagePlace
    place: Place
    noun: str
    question: str
    present: Mapping[str, Candidate]
    item: Callable[[str], Item]
    accept: Callable[[bool], Acceptance]


def asked_sample(place: Place) -> Sample | None:
    """The sample that the address names; where there is none of that number, that is said."""
    asked = st.query_params.get(PARAMETER, "")
    if not asked:
        return None
    found = workbench().acceptances.samples.load(int(asked)) if asked.isdecimal() and len(asked) < 10 else None
    if found is None or found.place != place:
        st.error(verbatim(f"There is no sample {asked} here."), icon=":material/search_off:")
        return None
    return found


def show_sample(sample: Sample, judged: Judged) -> None:
    """A sample: the next item to judge, or what it says."""
    outcome = Outcome(sample, judged.present)
    _head(sample, outcome, judged)
    if sample.ended is not None:
        _ended(sample, judged)
    elif sample.owner != person():
        st.info(
            verbatim(f"{sample.owner} judges this sample; what was said is shown when it has come to its end."),
            icon=":material/person:",
        )
    elif outcome.waiting and outcome.is_lost:
        _lost(outcome, judged)
    elif outcome.waiting:
        _judge(sample, outcome, judged)
    else:
        _verdict(outcome, judged)


def _head(sample: Sample, outcome: Outcome, judged: Judged) -> None:
    """What is judged, how far it has come, and the way back to the list."""
    size = len(sample.population) + len(sample.known)
    facts = [
        f"a random {len(sample.drawn):,} of {count_label(size, judged.noun)}",
        f"drawn on revision {sample.revision_id}",
        f"at most {percent(sample.terms.limit)} wrong, at {percent(sample.terms.confidence)}",
    ]
    if sample.round > 1:
        facts.append(f"the {sample.round}. sample of it")
    if sample.known:
        facts.append(f"{len(sample.known):,} judged before")
    st.html(markup.title(f"Sample of {sample.title}", 18) + markup.meta(" · ".join(facts)))
    with st.container(horizontal=True, vertical_alignment="center", key="sample-tools"):
        links.page_link(judged.page, "Back to the list", icon=":material/arrow_back:", **sample.address)
        if sample.ended is None and sample.owner == person():
            if st.button("Give it up", icon=":material/block:", type="tertiary", key="sample-abandon"):
                draft.attempt(lambda: _abandon(sample), "The sample is given up; what you said of its items is kept.")
            with st.popover("How it is reckoned", icon=":material/help:", type="tertiary"):
                st.html(markup.block(HOW_RECKONED))
    if outcome.waiting and sample.ended is None:
        done = len(sample.drawn) - len(outcome.waiting)
        st.progress(done / len(sample.drawn), verbatim(f"{done:,} of {len(sample.drawn):,}"))


def _abandon(sample: Sample) -> None:
    workbench().acceptances.samples.abandon(sample.id, person())
    st.query_params.pop(PARAMETER, None)


def _judge(sample: Sample, outcome: Outcome, judged: Judged) -> None:
    """The next item, and what can be said of it, one key each."""
    key = outcome.waiting[0]
    item = judged.item(key)
    item.draw()
    st.html(markup.caption(judged.question))

    def say(judgement: Judgement) -> None:
        words = (item.label, item.shown)
        _try(lambda: workbench().acceptances.samples.judge(sample.id, judged.present[key], judgement, words, person()))

    with st.container(horizontal=True, gap="xsmall", key="judge"):
        st.button(
            "Right", type="primary", icon=":material/check:", shortcut="A", key="right", on_click=say, args=("right",)
        )
        st.button("Wrong", icon=":material/close:", shortcut="X", key="wrong", on_click=say, args=("wrong",))
        st.button("Unsure", icon=":material/help:", shortcut="U", key="unsure", on_click=say, args=("unsure",))
        _back_button(sample)


def _back_button(sample: Sample) -> None:
    st.button(
        "Take back",
        icon=":material/undo:",
        shortcut="P",
        key="sample-back",
        disabled=not sample.judged_items,
        help="What you said last is open again",
        on_click=lambda: _try(lambda: workbench().acceptances.samples.take_back(sample.id, person())),
    )


def _try(act: Callable[[], object]) -> None:
    """Keep what was said, before the page is drawn anew."""
    if has_name(lambda: (act(), None)[1]):
        try:
            act()
        except WorkbenchError as error:
            flash(str(error))


def _verdict(outcome: Outcome, judged: Judged) -> None:
    """What the sample says, and what can be done with it."""
    sample = outcome.sample
    moved = moved_sentence(outcome, workbench().snapshots.revision())
    st.html(
        markup.fill('<div class="jdw-lead">{}</div>', bound_sentence(outcome))
        + markup.meta(judged_sentence(outcome))
        + (markup.meta(moved) if moved else Markup())
    )
    if outcome.can_be_accepted:
        _accept(outcome, judged)
    else:
        _go_on(outcome)
    _what_was_said(sample)


def _accept(outcome: Outcome, judged: Judged) -> None:
    wrong, count = len(outcome.judged_as("wrong")), len(outcome.accepted)
    reject = False
    if wrong:
        label = f"The {wrong:,} judged wrong" if wrong > 1 else "The one judged wrong"
        chosen = st.segmented_control(
            verbatim(label), [REJECT, LEAVE], default=REJECT, key="sample-wrong", format_func=lambda way: verbatim(way)
        )
        reject = chosen == REJECT
    label = f"Accept {count_label(count, judged.noun)}"
    with st.container(horizontal=True):
        is_pressed = st.button(verbatim(label), type="primary", icon=":material/done_all:", key="accept-sample")
        _back_button(outcome.sample)
    if is_pressed:
        draft.attempt(
            lambda: judged.accept(reject),
            lambda done: (
                f"{count_label(done.statement.accepted, judged.noun)} accepted, in your draft {done.staged.draft}."
            ),
            lambda done: lambda: take_back(done.id),
        )


def _lost(outcome: Outcome, judged: Judged) -> None:
    """Too many are not right: the rest of the sample need not be judged."""
    bad = sum(judgement != "right" for judgement in outcome.sample.judgements.values())
    said = f"{count_label(bad, judged.noun)} not right: this sample cannot come within your limit any more, whatever the rest is like."
    st.html(markup.fill('<div class="jdw-lead">{}</div>', said) + markup.meta(judged_sentence(outcome)))
    _go_on(outcome)
    _what_was_said(outcome.sample)


def _go_on(outcome: Outcome) -> None:
    """How many more to judge, or where to cut, so that what is left comes within the limit."""
    size, cut = outcome.further, outcome.cut()
    said = f"If none of {size:,} more that are drawn now is wrong, the rest can be accepted."
    st.html(markup.meta(said if size else "All of it is judged: accept what is right one by one in the list."))
    with st.container(horizontal=True):
        more = f"Judge {size:,} more"
        is_pressed = bool(size) and st.button(verbatim(more), type="primary", icon=":material/casino:", key="draw-more")
        _back_button(outcome.sample)
    if is_pressed:
        _draw_further(outcome, size, None)
    if cut is not None:
        st.html(markup.meta(cut_sentence(cut)))
        label = f"Keep those {cut.certainty:.2f} sure and more"
        if st.button(verbatim(label), icon=":material/filter_alt:", key="cut"):
            _draw_further(outcome, cut.needed, cut.certainty)


def _draw_further(outcome: Outcome, size: int, least: float | None) -> None:
    def act() -> None:
        number = workbench().acceptances.go_on(outcome, size, person(), least)
        st.query_params[PARAMETER] = str(number)

    draft.attempt(act, f"{size:,} more are drawn.")


def take_back(number: int) -> None:
    """Take back all that was accepted at once."""
    workbench().acceptances.undo(number, person())


def _ended(sample: Sample, judged: Judged) -> None:
    """What came of a sample that has ended."""
    if sample.ended == "accepted" and (found := workbench().acceptances.kept.of_sample(sample.id)) is not None:
        show_acceptance(found, can_undo=found.author == person())
        links.change_set_link(found.staged.draft, f"Change set {found.staged.draft}")
    elif sample.ended == "continued":
        st.html(markup.meta("Another sample went on from this one; what was said in it is known there."))
    else:
        st.html(
            markup.meta(f"It was given up. What was said of its {judged.noun}s is kept, and they are not drawn again.")
        )
    _what_was_said(sample)


def _what_was_said(sample: Sample) -> None:
    samples = [*workbench().acceptances.kept.samples_of(sample.id)]
    if any(one.judged_items for one in samples):
        with st.expander("What was said", icon=":material/list:"):
            st.html(said_table(samples))


def show_acceptance(found: Acceptance, *, can_undo: bool) -> None:
    """An acceptance on the page of its change set: what the sample said, what was judged, and, where that may be, taking all back."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"acceptance-{found.id}"):
        st.html(markup.meta(markup.fill("{} {}", markup.tag("sampled"), accepted_sentence(found))))
        with st.popover("What was judged", type="tertiary", key=f"judged-{found.id}"):
            st.html(said_table(workbench().acceptances.kept.samples_of(found.sample_id)))
        if (
            can_undo
            and found.can_be_undone
            and st.button("Take all back", icon=":material/undo:", type="tertiary", key=f"undo-acceptance-{found.id}")
        ):
            draft.attempt(lambda: take_back(found.id), "It is taken back: all of it waits again.")


def show_acceptances(number: int, *, can_undo: bool = False) -> None:
    """What was accepted into a change set on the strength of samples; nothing for none. ``can_undo`` is whether it is the person's."""
    for found in workbench().acceptances.kept.of_change_sets([number]).get(number, ()):
        show_acceptance(found, can_undo=can_undo)


def open_samples(page: PagePlace, place: Place) -> None:
    """The samples that the person is judging, each as a link; nothing for none."""
    me = person()
    for one in workbench().acceptances.samples.open_samples(me, place) if me else ():
        url = links.page_url(page, **{PARAMETER: str(one.id)})
        said = f" {one.judged:,} of {one.drawn:,} judged"
        st.html(
            markup.meta(markup.fill("Your sample of {}:{}", markup.link(one.title, url), said)),
        )
