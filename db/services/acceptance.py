"""Accepting many on the strength of a sample: what it says of what is there now, and accepting only as far as that goes."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection, Engine

from db.errors import StoreError
from db.stores.acceptances import (
    Acceptance,
    AcceptanceStore,
    Staged,
    Statement,
    note_in,
    note_undone_in,
    read_acceptance,
)
from db.stores.change_rows import lock_change_set
from db.stores.draft_decisions import Removal, read_decisions, take_out_in
from db.stores.findings import accept_open_in, evidence_of, forget_in, key_of, reject_open_in
from db.stores.group_samples import (
    Candidate,
    Draw,
    Group,
    GroupSampleStore,
    Sample,
    draw_in,
    end_in,
    lock_sample,
    reopen_in,
)
from db.stores.queue_decisions import Approval, QueueDecision, decide_in, read_decided, undo_in
from pipeline.audit import Finding
from pipeline.calibration import Calibration, calibrate
from pipeline.sampling import Cut, Graded, Terms, judgements_needed, most_not_right, most_wrong, surer_part

JUDGED_WRONG = "Judged wrong in a sample"
"""The reason of a rejection of what was judged wrong."""


@dataclass(frozen=True)
class Outcome:
    """What a sample says of what is there now; ``present`` are the items that can be decided, by their key, as they are now.

    What was decided by others, has gone or changed since the sample was drawn is not accepted. The bound on the items that were not
    drawn holds of each part of them, and so of those that are left.
    """

    sample: Sample
    present: Mapping[str, Candidate]

    @cached_property
    def left(self) -> tuple[str, ...]:
        """The items of the group that are there as they were, drawn or judged before or not."""
        of_group = [*self.sample.known, *self.sample.population]
        return tuple(k for k in of_group if k in self.present and self.present[k].mark == self.sample.mark_of(k))

    @cached_property
    def changed(self) -> int:
        """Items of which there is now something else to judge."""
        of_group = [*self.sample.known, *self.sample.population]
        return sum(k in self.present and self.present[k].mark != self.sample.mark_of(k) for k in of_group)

    @property
    def gone(self) -> int:
        """Items that are decided, or not there any more."""
        return len(self.sample.known) + len(self.sample.population) - len(self.left) - self.changed

    @cached_property
    def waiting(self) -> tuple[str, ...]:
        """The drawn items that are still to be judged, in their order."""
        left = set(self.left)
        return tuple(key for key in self.sample.drawn if key in left and key not in self.sample.judgements)

    @cached_property
    def unjudged(self) -> tuple[str, ...]:
        """The items that would be accepted without a look."""
        drawn = set(self.sample.drawn)
        return tuple(key for key in self.left if key not in drawn and key not in self.sample.known)

    def judged_as(self, judgement: str) -> tuple[str, ...]:
        """The items that are there of which this was said."""
        return tuple(key for key in self.left if self.sample.everything.get(key) == judgement)

    @cached_property
    def accepted(self) -> tuple[str, ...]:
        """The items that would be accepted: those that were judged right, and those that nobody has judged."""
        right, unjudged = set(self.judged_as("right")), set(self.unjudged)
        return tuple(key for key in self.left if key in right or key in unjudged)

    @cached_property
    def at_most(self) -> int:
        """How many of the accepted ones may be wrong."""
        return min(most_wrong(self.sample.tally, self.sample.terms.error(self.sample.round)), len(self.unjudged))

    @property
    def allowed(self) -> int:
        """How many of them the curator lets be wrong."""
        return self.sample.terms.allowed(len(self.accepted))

    @property
    def can_be_accepted(self) -> bool:
        """Whether all that was drawn is judged, and the bound is within the limit."""
        return not self.waiting and bool(self.accepted) and self.at_most <= self.allowed

    @property
    def is_lost(self) -> bool:
        """Whether so many are not right that the rest of the sample cannot bring the bound within the limit any more."""
        right_before = sum(judgement == "right" for _, judgement in self.sample.known.values())
        bad = sum(judgement != "right" for judgement in self.sample.judgements.values())
        tally, terms = self.sample.tally, self.sample.terms
        return bad > most_not_right(tally.group, tally.drawn, right_before, terms, self.sample.round)

    @property
    def further(self) -> int:
        """How many more must be judged in a further sample, if none of them is wrong; 0 where nothing is left to judge."""
        right, unjudged = len(self.judged_as("right")), len(self.unjudged) + len(self.waiting)
        return judgements_needed(unjudged, 0, right, self.sample.terms, self.sample.round + 1) if unjudged else 0

    def cut(self) -> Cut | None:
        """The surer part of what is left that a further sample may show to be within the limit; null for none."""
        scores = {key: self.present[key].certainty for key in self.left}
        graded = [Graded(score, self.sample.everything.get(key)) for key, score in scores.items() if score is not None]
        return surer_part(graded, self.sample.terms, self.sample.round + 1)

    def statement(self) -> Statement:
        """What is said of what would be accepted."""
        said, terms = list(self.sample.everything.values()), self.sample.terms
        wrong, unsure = said.count("wrong"), said.count("unsure")
        judged = (len(said), wrong, unsure)
        return Statement(len(self.accepted), *judged, self.at_most, terms.limit, terms.confidence, self.sample.round)


class Acceptances:
    """Accepts groups of findings and proposals on the strength of samples, and takes that back."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.samples = GroupSampleStore(engine)
        """The samples."""
        self.kept = AcceptanceStore(engine)
        """What was accepted."""

    def draw(self, group: Group, terms: Terms, size: int, person: str) -> int:
        """Draw a sample of a group from a seed of its own; returns its number."""
        return self.samples.draw(group, Draw(terms, size, secrets.randbits(32)), person)

    def go_on(self, outcome: Outcome, size: int, person: str, least: float | None = None) -> int:
        """Draw a further sample of what is left of a group, of those alone that are as sure as ``least`` where that is given.

        Returns the number of the sample; the one before it has ended.
        """
        before, terms = outcome.sample, outcome.sample.terms
        kept = [outcome.present[key] for key in outcome.left]
        if least is not None:
            kept = [candidate for candidate in kept if (candidate.certainty or 0.0) >= least]
        title = before.title if least is None else f"{before.title}, {least:.2f} and surer"
        group = Group(before.place, title, before.address, tuple(kept), before.act)
        with self._engine.begin() as connection:
            lock_sample(connection, before.id, person)
            return draw_in(connection, group, Draw(terms, size, secrets.randbits(32)), person)

    def calibration(self) -> Calibration:
        """The certainty of findings measured by what was decided."""
        return calibrate(self.kept.decided_scores())

    def accept_findings(
        self, number: int, findings: Mapping[str, tuple[Finding, Candidate]], person: str, *, reject: bool
    ) -> Acceptance:
        """Stage the repairs of all findings that a sample speaks for, as one act; those judged wrong are rejected, or left open.

        ``findings`` are those that can be decided now, by their key. Raises ``StoreError`` where the bound is not within the limit.
        """

        def act(connection: Connection, outcome: Outcome) -> tuple[Staged, set[str]]:
            chosen = [findings[key][0] for key in outcome.accepted]
            done = accept_open_in(connection, [(f, f.repair) for f in chosen], person)
            wrong = [findings[key][0] for key in outcome.judged_as("wrong")] if reject else []
            rejected = reject_open_in(connection, wrong, person, JUDGED_WRONG) if wrong else None
            staged = Staged(done.draft or 0, done.decisions, (), done.keys, rejected.keys if rejected else ())
            return staged, set(done.keys)

        return self._accept(number, {key: candidate for key, (_, candidate) in findings.items()}, person, act)

    def accept_proposals(
        self, number: int, decision: QueueDecision, approvals: Mapping[str, tuple[Approval, Candidate]], *, reject: bool
    ) -> Acceptance:
        """Decide all proposals that a sample speaks for, as one act; those judged wrong are rejected for good, or left open.

        ``approvals`` are what those that can be decided now become, by their key. Raises like ``accept_findings``.
        """

        def act(connection: Connection, outcome: Outcome) -> tuple[Staged, set[str]]:
            done = decide_in(connection, decision, [approvals[key][0] for key in outcome.accepted])
            left_out = {str(one.number) for one in done.left_out}
            acts = [done.number]
            wrong = [Approval(int(key)) for key in outcome.judged_as("wrong")] if reject else []
            if wrong:
                rejection = QueueDecision("rejected", decision.author, f"{len(wrong):,} judged wrong", JUDGED_WRONG)
                acts.append(decide_in(connection, rejection, wrong).number)
            (noted,) = read_decided(connection, 1, done.number)
            decisions = (noted.draft_decision,) if noted.draft_decision is not None else ()
            return Staged(done.draft or 0, decisions, tuple(acts)), set(outcome.accepted) - left_out

        present = {key: candidate for key, (_, candidate) in approvals.items()}
        return self._accept(number, present, decision.author, act)

    def _accept(
        self,
        number: int,
        present: Mapping[str, Candidate],
        person: str,
        act: Callable[[Connection, Outcome], tuple[Staged, set[str]]],
    ) -> Acceptance:
        with self._engine.begin() as connection:
            sample = lock_sample(connection, number, person)
            outcome = Outcome(sample, present)
            _check(outcome)
            staged, done = act(connection, outcome)
            # Others may have decided some since the page was drawn: what the sample says is said of those that are left.
            last = Outcome(sample, {key: found for key, found in present.items() if key in done})
            _check(last)
            kept = note_in(connection, sample, person, last.statement(), staged)
            end_in(connection, number, "accepted")
            found = read_acceptance(connection, kept)
        if found is None:
            raise StoreError("What was accepted could not be kept.")
        return found

    def undo(self, number: int, person: str) -> Acceptance:
        """Take back all that was accepted in one act: it goes out of its draft, and waits again, with the sample as it was judged.

        Raises ``StoreError`` where its change set is no draft any more, or where later decisions stand on it.
        """
        with self._engine.begin() as connection:
            found = read_acceptance(connection, number)
            if found is None:
                raise StoreError(f"There is no acceptance {number}.")
            lock_change_set(connection, found.staged.draft)
            found = read_acceptance(connection, number) or found
            if found.undone_at is not None:
                raise StoreError(f"{found.undone_by} has taken this back already.")
            if not found.can_be_undone:
                raise StoreError(
                    f"Change set {found.staged.draft} is {found.draft_status}; what it did is undone on Revisions."
                )
            _take_back(connection, found, person)
            note_undone_in(connection, number, person)
            reopen_in(connection, found.sample_id)
        return found


def _take_back(connection: Connection, found: Acceptance, person: str) -> None:
    staged = found.staged
    undone = {act for act in staged.acts for one in read_decided(connection, 1, act) if one.undone_at is not None}
    for act in staged.acts:
        if act not in undone:
            undo_in(connection, act, person)
    if not staged.acts:
        inside = {d.number for d in read_decisions(connection, staged.draft)[0] if d.out is None}
        for decision in sorted(inside.intersection(staged.decisions), reverse=True):
            take_out_in(connection, staged.draft, Removal(decision, person, "Taken back with its sample"))
        forget_in(connection, (*staged.keys, *staged.rejected))


def _check(outcome: Outcome) -> None:
    """Raises ``StoreError`` where what is left of a group must not be accepted on the strength of its sample."""
    if outcome.waiting:
        raise StoreError(f"{len(outcome.waiting):,} of the sample are not judged yet.")
    if not outcome.accepted:
        raise StoreError("Nothing of this group is left to accept; reload the page.")
    if outcome.at_most > outcome.allowed:
        raise StoreError(
            f"At most {outcome.at_most:,} of these {len(outcome.accepted):,} are wrong, and your limit is {outcome.allowed:,}: "
            "judge more of them first."
        )


def candidate_of_finding(finding: Finding, measured: float | None = None) -> Candidate:
    """A finding as there is to judge of it: its evidence and its repair."""
    repair = json.dumps([change.wire() for change in finding.repair], sort_keys=True)
    return Candidate(key_of(finding), _hash(f"{evidence_of(finding)} {repair}"), finding.score, measured)


def candidate_of_approval(approval: Approval, certainty: float | None) -> Candidate:
    """A proposal as there is to judge of it: the rows that it becomes, whatever runs have proposed it by then."""
    rows = [[change.table, change.key, change.wire()["after"]] for change in approval.changes]
    return Candidate(str(approval.number), _hash(json.dumps(rows, sort_keys=True)), certainty)


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32]
