"""What a sample says, in sentences: the bound and the limit, what moved since it was drawn, and what was accepted on its strength."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from db.services.acceptance import Outcome
from db.stores.acceptances import Acceptance
from db.stores.group_samples import Sample
from pages.components import markup
from pages.components.labels import count_label
from pages.components.markup import Column
from pipeline.sampling import Cut

JUDGEMENT_LABELS = {"right": "Right", "wrong": "Wrong", "unsure": "Unsure"}
JUDGEMENT_TONES = {"right": "good", "wrong": "bad", "unsure": "doubt"}
HOW_RECKONED = (
    "The sample is drawn at random, without putting back, from a group that has an end: how many of it are wrong follows the "
    "hypergeometric distribution, and the bound is exact for it. It is the largest number of wrong ones in the rest with which so "
    "few would still turn up in the sample. What you were unsure of counts as wrong. Who draws again after a look at the bound has "
    "more than one chance to be misled: the first sample may spend three quarters of the error that the confidence leaves, each "
    "further one three quarters of the rest, so that the bound holds however many are drawn."
)
"""What stands behind the bound, for who asks."""


def percent(share: float) -> str:
    """A share as a person reads it: "95 %", "2.5 %"."""
    return f"{100 * share:.4g} %"


def bound_sentence(outcome: Outcome) -> Markup:
    """What the sample says of what would be accepted, and whether that is within the limit."""
    accepted, at_most = len(outcome.accepted), outcome.at_most
    confidence = percent(outcome.sample.terms.confidence)
    if not accepted:
        return markup.fill("<b>{}</b>", "Nothing of this group is left to accept.")
    if outcome.can_be_accepted:
        said = (
            f"Accept {'this one' if accepted == 1 else f'these {accepted:,}'}: at most {at_most:,} wrong, {confidence}."
        )
        return markup.fill("<b>{}</b>", said)
    return markup.fill(
        'At most {} of these {} are wrong, {}: <b class="jdw-bad-text">{}</b>',
        f"{at_most:,}",
        f"{accepted:,}",
        confidence,
        f"more than your limit of {outcome.allowed:,}.",
    )


def judged_sentence(outcome: Outcome) -> str:
    """The limit, what was judged, and how many nobody looked at."""
    said = outcome.statement()
    limit = f"{percent(said.error_limit)} of {said.accepted:,} may be wrong: {outcome.allowed:,}"
    judged = f"{said.judged:,} judged: {said.judged - said.wrong - said.unsure:,} right, {said.wrong:,} wrong"
    if said.unsure:
        judged += f", {said.unsure:,} unsure (counted as wrong)"
    return f"{limit} · {judged} · {count_label(len(outcome.unjudged), 'other')} not looked at"


def moved_sentence(outcome: Outcome, revision: int) -> str:
    """What has moved since the sample was drawn, and what that means; empty for nothing."""
    since = outcome.sample.revision_id
    parts = []
    if outcome.gone:
        parts.append(f"{outcome.gone:,} {'is' if outcome.gone == 1 else 'are'} decided, held by a colleague or gone")
    if outcome.changed:
        parts.append(
            f"{outcome.changed:,} {'is' if outcome.changed == 1 else 'are'} not what {'it was' if outcome.changed == 1 else 'they were'}"
        )
    if not parts:
        moved = f"The catalog moved from revision {since} to {revision} since the sample was drawn; nothing of the group did."
        return moved if revision != since else ""
    where = f" (revision {since}, now {revision})" if revision != since else ""
    return (
        f"Since the sample was drawn{where}, {' and '.join(parts)}: left out here. "
        "The bound was of all that was not drawn, and holds of any part of it."
    )


def cut_sentence(cut: Cut) -> str:
    """Where a group could be cut so that what is surer may come within the limit."""
    return (
        f"Of those {cut.certainty:.2f} sure and more, {cut.not_right:,} of {cut.judged:,} judged were not right; "
        f"{cut.left:,} are left. Judge {cut.needed:,} of these: if none is wrong, all of them can be accepted."
    )


def accepted_sentence(found: Acceptance) -> str:
    """What is kept of an acceptance with its change set."""
    said = found.statement
    unsure = f", {said.unsure:,} unsure" if said.unsure else ""
    text = (
        f"{found.title}: accepted after a sample: {said.judged:,} judged, {said.wrong:,} wrong{unsure}, "
        f"at most {said.at_most:,} of {said.accepted:,} wrong at {percent(said.confidence)}, by {found.author}"
    )
    if found.taken_out:
        is_all = found.taken_out == len(found.staged.decisions)
        text += f"; {'all of it' if is_all else f'{found.taken_out:,}'} taken out since"
    return text


def said_table(samples: Sequence[Sample]) -> Markup:
    """What was said of each item, as it was called and shown then."""
    rows = [
        (
            one.label + (f" · {one.shown}" if one.shown else ""),
            markup.tag(JUDGEMENT_LABELS[one.judgement], JUDGEMENT_TONES[one.judgement]),
            one.author,
        )
        for sample in samples
        for one in sample.judged_items
    ]
    return markup.table(("Judged", Column("Said", "w4"), Column("By", "w4")), rows)
