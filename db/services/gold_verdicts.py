"""Verdicts of reviewers as items of gold sets: the right role, the skills that are right with the words that mean them, and those that
the run missed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import Engine

from db.errors import StoreError
from db.services.gold_samples import open_gold_sets
from db.services.parse_gold import label
from db.services.results import result_of
from db.services.snapshots import CatalogSnapshots
from db.stores.gold_items import GoldItem, GoldSkill, InvalidGold, ParseLabel
from db.stores.gold_listing import GoldListing
from db.stores.gold_sets import GoldSets, check_name
from db.stores.gold_versions import GoldWritten
from db.stores.parse_verdicts import ParseVerdictStore
from db.stores.run_history import RunHistory
from db.stores.runs import StoredRun
from db.stores.verdicts import GivenVerdict, VerdictStore
from pipeline.catalog.refs import Ref, RunRef
from pipeline.contracts import Extraction, FinalSkill
from pipeline.errors import WorkbenchError
from pipeline.experiments.results import NO_ROLE
from pipeline.verdicts import Answer

SOURCE = "verdict"
"""The source of an item that a run's verdict has made."""
Unjudged = Literal["right", "left_out", "not_asked"]
"""What becomes of skills that the run found and the verdict says nothing of: right, left out, or no skills are asked for at all."""
UNJUDGED: tuple[Unjudged, ...] = get_args(Unjudged)


@dataclass(frozen=True)
class VerdictCounts:
    """What a verdict says of the skills of a run."""

    right: int
    wrong: int
    missing: int
    unjudged: int

    @property
    def is_silent(self) -> bool:
        """Whether it says nothing of skills at all."""
        return not (self.right or self.wrong or self.missing)


@dataclass(frozen=True)
class JudgedRun:
    """A run with the verdict of a reviewer that says the role, and what it found."""

    stored: StoredRun
    extraction: Extraction
    verdict: GivenVerdict

    @property
    def counts(self) -> VerdictCounts:
        """What the verdict says of its skills."""
        marks = [judged(skill, self.verdict) for skill in hard_skills(self.extraction)]
        return VerdictCounts(marks.count(True), marks.count(False), len(self.verdict.missing_skills), marks.count(None))


@dataclass(frozen=True)
class GoldOrder:
    """Into which set verdicts go, what becomes of skills that they say nothing of, why, and whose count (empty: the newest)."""

    name: str
    unjudged: Unjudged = "right"
    reason: str = ""
    reviewer: str = ""


@dataclass(frozen=True)
class Refused:
    """A run of which no item can be made, and why."""

    run_id: UUID
    label: str
    reason: str


@dataclass(frozen=True)
class MadeGold:
    """What came of making items of runs: what was written (null: nothing could be), and the runs that gave no item."""

    written: GoldWritten | None
    refused: tuple[Refused, ...]


def hard_skills(extraction: Extraction) -> list[FinalSkill]:
    """The skills of a run that gold asks for: soft skills are left out."""
    return [skill for skill in extraction.skills if skill.skill_nature != "SOFT_SKILL"]


def judged(skill: FinalSkill, answer: Answer) -> bool | None:
    """Whether a skill of a run is right; null where nothing is said of it."""
    if skill.slug:
        return True if skill.slug in answer.right_skills else False if skill.slug in answer.wrong_skills else None
    return True if skill.skill_name in answer.right_terms else False if skill.skill_name in answer.wrong_terms else None


def item_of(run: JudgedRun, unjudged: Unjudged, names: Mapping[str, str], before: GoldItem | None = None) -> GoldItem:
    """The item that a verdict makes of a run. ``names`` are those of skills by their slugs, ``before`` is the item that has the
    text already: its id, its columns, and its other roles where the right one is among them, stay. Raises ``InvalidGold``.
    """
    verdict = run.verdict
    role = verdict.role_slug or NO_ROLE
    others = before.acceptable if before and role in before.acceptable else ()
    answer = {
        "role": role,
        "acceptable": [role, *(other for other in others if other != role)],
        "skills": _skills(run, unjudged, names) if role != NO_ROLE else None,
    }
    if before is not None:
        return GoldItem.of_row({**before.row, **answer}, label=before.label)
    stored = run.stored
    row = {"id": str(stored.id), "title": stored.given_title, "text": stored.jd_text, **answer, "source": SOURCE}
    return GoldItem.of_row(row)


def _skills(run: JudgedRun, unjudged: Unjudged, names: Mapping[str, str]) -> list[dict[str, Any]] | None:
    """The skills that are right, in the order of the run, and behind them those that it missed."""
    if unjudged == "not_asked":
        return None
    found: dict[str, GoldSkill] = {}
    for skill in hard_skills(run.extraction):
        mark = judged(skill, run.verdict)
        if (mark is None and unjudged == "right") or mark:
            words = [run.stored.jd_text[mention.start : mention.end] for mention in skill.mentions]
            _merge(found, GoldSkill(skill.skill_name, tuple(words), skill.is_primary, skill.slug))
    for missing in run.verdict.missing_skills:
        name = names.get(missing.slug, missing.text) if missing.slug else missing.text
        _merge(found, GoldSkill(" ".join(name.split()), (missing.text,), None, missing.slug))
    return [skill.wire() for skill in found.values() if skill.surface]


def _merge(found: dict[str, GoldSkill], skill: GoldSkill) -> None:
    """Add a skill; words of one that is there already are added to that."""
    known = found.get(skill.name)
    words = (*(known.surface if known else ()), *(word for word in skill.surface if word.strip()))
    found[skill.name] = replace(known or skill, surface=tuple(dict.fromkeys(words)))


class GoldVerdicts:
    """Makes items of runs that reviewers have judged. Safe to use from several threads."""

    def __init__(self, engine: Engine, snapshots: CatalogSnapshots) -> None:
        self._engine = engine
        self._snapshots = snapshots
        self._history = RunHistory(engine)
        self._verdicts = VerdictStore(engine)
        self._parse_verdicts = ParseVerdictStore(engine)
        self._listing = GoldListing(engine)

    def judged_run(self, run_id: UUID, reviewer: str = "") -> JudgedRun:
        """A run with the verdict of a reviewer, or the newest that says the role. Raises ``StoreError`` where there is none."""
        found, refused = self._judged([run_id], reviewer)
        if not found:
            raise StoreError(refused[0].reason if refused else f"There is no run {run_id}.")
        return found[0]

    def add(self, run_ids: Sequence[UUID], order: GoldOrder, author: str) -> MadeGold:
        """Make items of runs and add them to a set, each by a verdict that says the role. A text that the set has already becomes the
        next form of its item. Runs of which none can be made are named and change nothing. Raises ``InputError``.
        """
        name = check_name(order.name)
        runs, refused = self._judged(run_ids, order.reviewer)
        sets = open_gold_sets(self._engine)
        held = self._held(sets, name, runs)
        names = {skill.slug: skill.display_name for skill in self._snapshots.current().catalog.skills}
        labels = self._labels([run.stored.id for run in runs])
        items: dict[str, GoldItem] = {}
        sources: dict[str, Ref] = {}
        # Of several runs of a text the one with the newest verdict comes last, and counts.
        for run in sorted(runs, key=lambda run: run.verdict.created_at):
            jd_hash = run.stored.jd_hash
            before = held.get(jd_hash) or items.get(jd_hash)
            unjudged = "not_asked" if run.counts.is_silent else order.unjudged
            try:
                made = item_of(run, unjudged, names, before if before and before.text == run.stored.jd_text else None)
            except InvalidGold as error:
                refused.append(Refused(run.stored.id, run.stored.label, str(error)))
                continue
            items[jd_hash] = _with_label(made, labels.get(run.stored.id))
            sources[made.id] = RunRef(run.stored.id)
        if not items:
            return MadeGold(None, tuple(refused))
        reason = order.reason.strip() or "verdicts of " + ", ".join(sorted({run.verdict.author for run in runs}))
        return MadeGold(sets.add(name, items.values(), author=author, reason=reason, sources=sources), tuple(refused))

    def _judged(self, run_ids: Sequence[UUID], reviewer: str) -> tuple[list[JudgedRun], list[Refused]]:
        """Of runs, those that have a result and a verdict on the role, and why the others are not among them."""
        given = self._verdicts.of_runs(run_ids)
        found, refused = [], []
        for stored in self._history.of_ids(run_ids):
            try:
                found.append(_judged_run(stored, given.get(stored.id, ()), reviewer))
            except WorkbenchError as error:
                refused.append(Refused(stored.id, stored.label, str(error)))
        return found, refused

    def _held(self, sets: GoldSets, name: str, runs: Sequence[JudgedRun]) -> dict[str, GoldItem]:
        """By the hash of its text, the item that a set has of the text of a run."""
        found = next((known for known in sets.all() if known.name == name), None)
        if found is None:
            return {}
        ids = self._listing.ids_of_texts((found.id, found.version), [run.stored.jd_hash for run in runs])
        wanted = set(ids.values())
        by_id = {item.id: item for item in sets.items(name, found.version) if item.id in wanted} if wanted else {}
        return {jd_hash: by_id[jd_id] for jd_hash, jd_id in ids.items() if jd_id in by_id}

    def _labels(self, run_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
        """What reviewers say of the texts of runs, as labels; of those alone of which they said something."""
        return {text.run_id: label(text) for text in self._parse_verdicts.judged(run_ids)}


def _judged_run(stored: StoredRun, given: Sequence[GivenVerdict], reviewer: str) -> JudgedRun:
    """A run with its verdict. Raises ``StoreError`` that says why there is none."""
    if stored.is_old:
        raise StoreError("It is a run of the old system, which nobody judges.")
    result = result_of(stored)
    if result is None:
        raise StoreError("It has no result, so that nothing of it can be judged.")
    fitting = [v for v in given if v.has_role and not v.is_open_blind and reviewer in ("", v.author)]
    if not fitting:
        raise StoreError("No reviewer has said its role yet; give a verdict first.")
    return JudgedRun(stored, result.extraction, fitting[0])


def _with_label(item: GoldItem, values: Mapping[str, Any] | None) -> GoldItem:
    """An item with what reviewers say of its text; one whose passages cannot be found again goes without."""
    if values is None:
        return item
    try:
        return item.with_label(ParseLabel.of_row({**values, "id": item.row["id"]}))
    except InvalidGold:
        return item
