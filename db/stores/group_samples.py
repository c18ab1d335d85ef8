"""Samples of groups of findings or proposals: drawn, judged item by item, and ended. What is judged is kept at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from sqlalchemy import Connection, Engine, text

from db.errors import StoreError
from db.stores.catalog import current_revision
from pipeline.sampling import Judgement, Tally, Terms, draw

Place = Literal["findings", "proposals"]
End = Literal["accepted", "continued", "abandoned"]

DRAW_LOCK = 7_218
"""Class of the advisory locks under which a person's sample is drawn."""
_COLUMNS = (
    "s.id, s.created_at, s.owner, s.place, s.group_key, s.title, s.address, s.act, s.round, s.previous, s.error_limit, "
    "s.confidence, s.seed, s.revision_id, s.population, s.marks, s.scores, s.drawn, s.known, s.ended, s.ended_at"
)
_JUDGED = text(
    "SELECT item, judgement, label, shown, author, judged_at FROM sample_judgement WHERE sample_id = :id ORDER BY judged_at, item"
)
_OPEN = text("""
SELECT s.id, s.title, s.group_key, cardinality(s.drawn) AS drawn, s.created_at,
  (SELECT count(*) FROM sample_judgement j WHERE j.sample_id = s.id) AS judged
FROM group_sample s WHERE s.owner = :owner AND s.place = :place AND s.ended IS NULL ORDER BY s.created_at DESC, s.id DESC
""")
_EARLIER = text("""
SELECT s.id, s.round, j.item, s.marks[array_position(s.population, j.item)] AS mark, j.judgement
FROM group_sample s JOIN sample_judgement j ON j.sample_id = s.id
WHERE s.owner = :owner AND s.place = :place AND s.ended IS DISTINCT FROM 'accepted' AND j.item = ANY(:items)
ORDER BY j.judged_at
""")
_INSERT = text("""
INSERT INTO group_sample (owner, place, group_key, title, address, act, round, previous, error_limit, confidence, seed, revision_id,
  population, marks, scores, drawn, known)
VALUES (:owner, :place, :group_key, :title, CAST(:address AS jsonb), CAST(:act AS jsonb), :round, :previous, :error_limit,
  :confidence, :seed, :revision, :population, :marks, :scores, :drawn, CAST(:known AS jsonb)) RETURNING id
""")
_LOCK = text("SELECT pg_advisory_xact_lock(:key, hashtext(:person))")
_END = text("UPDATE group_sample SET ended = :ended, ended_at = now() WHERE id = :id")


@dataclass(frozen=True)
class Candidate:
    """An item of a group: its key, the hash of what there is to judge, and how sure the system is of it (null where it does not say).

    ``score`` is that certainty as the system gave it, ``measured`` what it is worth by what was decided, where that is known.
    """

    key: str
    mark: str
    score: float | None = None
    measured: float | None = None

    @property
    def certainty(self) -> float | None:
        """How sure the system is of it, as a person reads it."""
        return self.score if self.measured is None else self.measured


@dataclass(frozen=True)
class Group:
    """What a sample is drawn of.

    ``title`` says in words what it is, ``address`` are the parameters of the page that list it, ``act`` is what accepted proposals
    become. A group with the same address and act is the same, whatever items it has by now.
    """

    place: Place
    title: str
    address: Mapping[str, str]
    candidates: tuple[Candidate, ...]
    act: Mapping[str, str]

    @property
    def key(self) -> str:
        """What makes the group."""
        return json.dumps([self.address, self.act], sort_keys=True)


@dataclass(frozen=True)
class Draw:
    """How a sample is drawn: what the curator demands, how many items, from which seed."""

    terms: Terms
    size: int
    seed: int


@dataclass(frozen=True)
class Beginning:
    """Where a sample of a group begins: the how many-th of the group it is, how many are left to judge, how many are known to be right."""

    round: int
    left: int
    known_right: int


@dataclass(frozen=True)
class JudgedItem:
    """What was said of an item, by what it was called and what there was to judge then."""

    item: str
    judgement: Judgement
    label: str
    shown: str
    author: str
    judged_at: datetime


@dataclass(frozen=True)
class OpenSample:
    """A sample that is being judged."""

    id: int
    title: str
    group_key: str
    drawn: int
    created_at: datetime
    judged: int


@dataclass(frozen=True)
class Sample:
    """A sample as it is kept; ``population`` are the items as they were when it was drawn, by their key, ``known`` those that earlier
    samples of the group judged (mark and judgement), ``judged_items`` what was said in this one, in its order.
    """

    id: int
    created_at: datetime
    owner: str
    place: Place
    group_key: str
    title: str
    address: Mapping[str, str]
    act: Mapping[str, str]
    round: int
    previous: int | None
    terms: Terms
    seed: int
    revision_id: int
    population: Mapping[str, Candidate]
    drawn: tuple[str, ...]
    known: Mapping[str, tuple[str, Judgement]]
    judged_items: tuple[JudgedItem, ...]
    ended: End | None
    ended_at: datetime | None

    @cached_property
    def judgements(self) -> Mapping[str, Judgement]:
        """What was said of items that were drawn."""
        return {one.item: one.judgement for one in self.judged_items}

    @cached_property
    def everything(self) -> Mapping[str, Judgement]:
        """What was said of items in this sample and in those before it."""
        return {**{key: judgement for key, (_, judgement) in self.known.items()}, **self.judgements}

    @property
    def tally(self) -> Tally:
        """The sample in numbers; what nobody has judged counts as not right."""
        right = sum(judgement == "right" for judgement in self.judgements.values())
        return Tally(len(self.population), len(self.drawn), len(self.drawn) - right)

    def mark_of(self, key: str) -> str:
        """The mark of an item when it was drawn, or judged before."""
        return self.population[key].mark if key in self.population else self.known[key][0]


class GroupSampleStore:
    """Samples of groups, each of one person."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def draw(self, group: Group, how: Draw, person: str) -> int:
        """Draw a sample of a group for a person; returns its number.

        What the person judged of the group in earlier samples that led to no acceptance is known and not drawn again, and the sample
        is counted as one more of that group: its bound has what those left of the error. Raises ``StoreError`` for an empty group, or
        when nothing is left to judge.
        """
        how.terms.check()
        with self._engine.begin() as connection:
            return draw_in(connection, group, how, person)

    def beginning(self, group: Group, person: str) -> Beginning:
        """Where a sample of a group would begin for a person, by what they judged of it before."""
        with self._engine.connect() as connection:
            earlier = _earlier(connection, group, person)
        right = sum(judgement == "right" for _, judgement in earlier.known.values())
        return Beginning(earlier.round + 1, len(group.candidates) - len(earlier.known), right)

    def load(self, number: int) -> Sample | None:
        """A sample; null for a number that none has."""
        with self._engine.connect() as connection:
            return read_sample(connection, number)

    def open_samples(self, person: str, place: Place) -> list[OpenSample]:
        """The samples that a person is judging, the newest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(_OPEN, {"owner": person, "place": place}).mappings()
            return [OpenSample(**row) for row in rows]

    def judge(self, number: int, item: Candidate, judgement: Judgement, words: tuple[str, str], person: str) -> None:
        """Keep what a person says of a drawn item; ``words`` are what it is called and what there is to judge.

        Raises ``StoreError`` for a sample that has ended or is another's, for an item that was not drawn, and for one that there is
        now something else to judge of.
        """
        with self._engine.begin() as connection:
            sample = lock_sample(connection, number, person)
            if item.key not in sample.drawn:
                raise StoreError("This item is not in the sample; reload the page.")
            if sample.mark_of(item.key) != item.mark:
                raise StoreError("What there is to judge has changed since the sample was drawn; reload the page.")
            query = text(
                "INSERT INTO sample_judgement (sample_id, item, judgement, label, shown, author) "
                "VALUES (:id, :item, :judgement, :label, :shown, :author) ON CONFLICT (sample_id, item) DO UPDATE SET "
                "judgement = EXCLUDED.judgement, label = EXCLUDED.label, shown = EXCLUDED.shown, author = EXCLUDED.author, "
                "judged_at = clock_timestamp()"
            )
            label, shown = words
            cells = {"id": number, "item": item.key, "judgement": judgement, "label": label, "shown": shown}
            connection.execute(query, {**cells, "author": person})

    def take_back(self, number: int, person: str) -> str:
        """Forget what was said last in a sample; returns the item. Raises ``StoreError`` where nothing was."""
        with self._engine.begin() as connection:
            sample = lock_sample(connection, number, person)
            if not sample.judged_items:
                raise StoreError("Nothing is judged yet in this sample.")
            item = sample.judged_items[-1].item
            query = text("DELETE FROM sample_judgement WHERE sample_id = :id AND item = :item")
            connection.execute(query, {"id": number, "item": item})
            return item

    def abandon(self, number: int, person: str) -> None:
        """End a sample without accepting anything; what was said stays kept."""
        with self._engine.begin() as connection:
            lock_sample(connection, number, person)
            end_in(connection, number, "abandoned")


@dataclass(frozen=True)
class _Earlier:
    """What a person judged of a group in samples that led to no acceptance: the last of these, its place, and what is known."""

    id: int | None
    round: int
    known: Mapping[str, tuple[str, Judgement]]


def _earlier(connection: Connection, group: Group, person: str) -> _Earlier:
    marks = {candidate.key: candidate.mark for candidate in group.candidates}
    values = {"owner": person, "place": group.place, "items": list(marks)}
    rows = connection.execute(_EARLIER, values).all()
    known = {row.item: (row.mark, row.judgement) for row in rows if row.mark == marks[row.item]}
    last = max(rows, key=lambda row: (row.round, row.id), default=None)
    return _Earlier(last.id if last else None, last.round if last else 0, known)


def draw_in(connection: Connection, group: Group, how: Draw, person: str) -> int:
    """Draw a sample; see ``GroupSampleStore.draw``."""
    # Two clicks at once must not draw two.
    connection.execute(_LOCK, {"key": DRAW_LOCK, "person": person})
    cells = {"owner": person, "place": group.place}
    earlier = _earlier(connection, group, person)
    population = [candidate for candidate in group.candidates if candidate.key not in earlier.known]
    if not population:
        raise StoreError("There is nothing to judge in this group: it is empty, or all of it is judged.")
    ending = text(
        "UPDATE group_sample SET ended = 'continued', ended_at = now() "
        "WHERE owner = :owner AND place = :place AND group_key = :group_key AND ended IS NULL"
    )
    connection.execute(ending, {**cells, "group_key": group.key})
    values = {
        **cells,
        "group_key": group.key,
        "title": group.title,
        "address": json.dumps(dict(group.address)),
        "act": json.dumps(dict(group.act)),
        "round": earlier.round + 1,
        "previous": earlier.id,
        "error_limit": how.terms.limit,
        "confidence": how.terms.confidence,
        "seed": how.seed,
        "revision": current_revision(connection),
        "population": [candidate.key for candidate in population],
        "marks": [candidate.mark for candidate in population],
        "scores": [candidate.score for candidate in population],
        "drawn": list(draw((candidate.key for candidate in population), max(how.size, 1), how.seed)),
        "known": json.dumps(earlier.known),
    }
    return int(connection.execute(_INSERT, values).scalar_one())


def read_sample(connection: Connection, number: int, *, lock: bool = False) -> Sample | None:
    """A sample with what was said in it; null for a number that none has."""
    query = f"SELECT {_COLUMNS} FROM group_sample s WHERE s.id = :id" + (" FOR UPDATE" if lock else "")
    row = connection.execute(text(query), {"id": number}).mappings().first()
    if row is None:
        return None
    cells: dict[str, Any] = dict(row)
    columns: Sequence[Sequence[Any]] = [cells.pop(name) for name in ("population", "marks", "scores")]
    terms = Terms(cells.pop("error_limit"), cells.pop("confidence"))
    judged_items = tuple(JudgedItem(**one) for one in connection.execute(_JUDGED, {"id": number}).mappings())
    known = {key: (mark, judgement) for key, (mark, judgement) in cells.pop("known").items()}
    population = {key: Candidate(key, mark, score) for key, mark, score in zip(*columns, strict=True)}
    drawn = tuple(cells.pop("drawn"))
    return Sample(**cells, terms=terms, population=population, drawn=drawn, known=known, judged_items=judged_items)


def lock_sample(connection: Connection, number: int, person: str) -> Sample:
    """A person's sample, locked until the transaction ends. Raises ``StoreError`` where it is not there, ended, or another's."""
    sample = read_sample(connection, number, lock=True)
    if sample is None:
        raise StoreError(f"There is no sample {number}.")
    if sample.owner != person:
        raise StoreError(f"{sample.owner} judges this sample; draw one of your own.")
    if sample.ended is not None:
        raise StoreError(f"This sample has come to its end ({sample.ended}); reload the page.")
    return sample


def end_in(connection: Connection, number: int, how: End) -> None:
    """End a sample."""
    connection.execute(_END, {"id": number, "ended": how})


def reopen_in(connection: Connection, number: int) -> None:
    """Let a sample be open again, unless its owner has drawn another of the same group since: it is then one that was continued."""
    query = text("""
    UPDATE group_sample s SET ended_at = CASE WHEN o.id IS NULL THEN NULL ELSE now() END,
      ended = CASE WHEN o.id IS NULL THEN NULL ELSE 'continued' END
    FROM (SELECT :id AS of) given LEFT JOIN group_sample o ON o.ended IS NULL AND o.id <> :id AND (o.owner, o.place, o.group_key) =
      (SELECT owner, place, group_key FROM group_sample WHERE id = :id)
    WHERE s.id = given.of
    """)
    connection.execute(query, {"id": number})
