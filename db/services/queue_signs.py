"""Finds of each proposal, once and beside the pages, what the review queue filters, groups and ranks by.

Its place in the catalog as step 2 proposed it, how sure that is, spellings and nearly equal meanings that it shares with others,
whether it looks like an employer's name, and the marks by which decisions teach about the like.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import Connection, Engine

from db.services.beside_pages import BesidePages
from db.services.snapshots import CatalogSnapshots
from db.stores.proposal_keys import FAMILY, spelling_key
from db.stores.proposal_signs import (
    VERSION,
    FoundSigns,
    UnsignedProposal,
    count_missing,
    read_leaders,
    read_missing,
    read_spellings,
    try_lock,
    write_signs,
)
from db.stores.weak_proposals import judge_new
from pipeline.catalog.indexes import Indexes
from pipeline.learned.encoder import CachedEncoder
from pipeline.stages.capture import SAME_FROM
from pipeline.stages.employer_look import ShownIn, employer_look
from pipeline.stages.parse.employer_names import name_key
from pipeline.vectors import Vectors

log = logging.getLogger("workbench")

BATCH_SIZE = 250
"""Proposals that are read and written in one transaction."""
PAUSE_SECONDS = 10.0
"""How long it rests where nothing is new."""
BLOCK = 4096
"""Vectors that are compared at once."""
NEAR_TERM, NEAR_TITLE = 0.86, 0.9
"""The cosines from which on two terms, or two titles, mean nearly the same, as such are compared (``Nearness``)."""
MIN_LETTERS = 7
"""Letters of a key from which on one letter may differ and it is a spelling of the same."""
_SMALL, _CAPITALS = "in small letters", "in capitals"


@dataclass(frozen=True)
class _Meanings:
    """The first proposals of groups of nearly one meaning: their numbers and vectors (n, width) float16, unit length."""

    numbers: tuple[int, ...]
    vectors: Any


class QueueSigns:
    """What is found of proposals. Safe to use from several threads and processes: one at a time finds."""

    def __init__(self, engine: Engine, encoder: CachedEncoder, snapshots: CatalogSnapshots) -> None:
        self._engine = engine
        self._encoder = encoder
        self._snapshots = snapshots
        self.beside_pages = BesidePages("finding signs of proposals", self._step, PAUSE_SECONDS)
        """Finds what is missing, once it has begun."""
        self._leaders: dict[str, _Meanings] = {}

    def missing(self) -> int:
        """Of how many proposals nothing was found yet."""
        with self._engine.connect() as connection:
            return count_missing(connection)

    def catch_up(self, limit: int) -> int:
        """Find what is missing of at most ``limit`` proposals; returns of how many. Nothing where another process does so."""
        done = 0
        while done < limit and not self.beside_pages.is_closing:
            found = self._find(min(BATCH_SIZE, limit - done))
            done += found
            if found < BATCH_SIZE:
                break
        return done

    def _step(self) -> bool:
        return self.beside_pages.in_turn(lambda: self._find(BATCH_SIZE)) == BATCH_SIZE

    def _find(self, limit: int) -> int:
        """Find what is missing of a batch, in one transaction; returns of how many it is settled."""
        with self._engine.begin() as connection:
            # By itself, so that no run that proposes the same waits for what follows.
            judge_new(connection, limit)
        with self._engine.begin() as connection:
            if not try_lock(connection):
                return 0
            proposals = read_missing(connection, limit)
            if not proposals:
                return 0
            indexes = self._snapshots.current().indexes
            vendors = _vendors(indexes)
            signed = [_signs_of(p, indexes, vendors) for p in proposals]
            by_family: dict[str, list[int]] = defaultdict(list)
            for at, proposal in enumerate(proposals):
                by_family[FAMILY[proposal.kind]].append(at)
            for places in by_family.values():
                some = [proposals[at] for at in places]
                keys = _spellings(connection, some)
                meanings = self._meanings(connection, some, indexes)
                for at, key, meaning in zip(places, keys, meanings, strict=True):
                    marks = [*signed[at].marks, f"spelling {key}"]
                    signed[at] = replace(signed[at], spelling=key, meaning=meaning, marks=marks)
            write_signs(connection, signed)
        return sum(p.is_settled for p in proposals)

    def _meanings(self, connection: Connection, some: Sequence[UnsignedProposal], indexes: Indexes) -> list[int | None]:
        """The number of the group of nearly one meaning of each proposal of a family: that of its first, its own where it is alone."""
        kind = some[0].kind
        if kind == "link":
            return [None] * len(some)
        compare = partial(_compared, indexes, self._encoder, kind)
        numbers, known = self._known(connection, kind, compare)
        own = compare([p.text for p in some])
        places, scores = _nearest(own, known)
        near = {"kra": SAME_FROM, "skill": NEAR_TERM}.get(kind, NEAR_TITLE)
        leaders = set(numbers)
        found: list[int | None] = []
        heads: list[int] = []
        for at, proposal in enumerate(some):
            best, leader = near, proposal.id
            if proposal.id not in leaders:
                if scores[at] >= best:
                    best, leader = float(scores[at]), numbers[places[at]]
                for head in heads:
                    if (score := float(own[head] @ own[at])) >= best:
                        best, leader = score, some[head].id
                if leader == proposal.id:
                    heads.append(at)
            found.append(leader)
        return found

    def _known(self, connection: Connection, kind: str, compare: Any) -> tuple[tuple[int, ...], Any]:
        """The first proposals of the groups of a family with their vectors, those kept in memory that are there already."""
        leaders = read_leaders(connection, kind)
        kept = self._leaders.get(FAMILY[kind])
        have = {number: at for at, number in enumerate(kept.numbers)} if kept else {}
        fresh = [(number, words) for number, words in leaders if number not in have]
        vectors = compare([words for _, words in fresh]).astype(np.float16) if fresh else None
        parts = [part for part in (kept.vectors if kept else None, vectors) if part is not None and len(part)]
        if not parts:
            return (), np.zeros((0, 1), np.float16)
        numbers = (*(kept.numbers if kept else ()), *(number for number, _ in fresh))
        every = parts[0] if len(parts) == 1 else np.concatenate(parts)
        self._leaders[FAMILY[kind]] = _Meanings(numbers, every)
        there = {number for number, _ in leaders}
        if len(there) == len(numbers):
            return numbers, every
        places = [at for at, number in enumerate(numbers) if number in there]
        self._leaders[FAMILY[kind]] = _Meanings(tuple(numbers[at] for at in places), every[places])
        return self._leaders[FAMILY[kind]].numbers, self._leaders[FAMILY[kind]].vectors


def _compared(indexes: Indexes, encoder: CachedEncoder, kind: str, texts: Sequence[str]) -> Vectors:
    """The unit vectors (n, width) float32 in which texts of a kind are compared."""
    vectors = encoder.encode(list(texts))
    if kind == "skill":
        return indexes.nearness.terms(vectors)
    return vectors if kind == "kra" else indexes.nearness.titles(vectors)


def _nearest(own: Vectors, known: Any) -> tuple[list[int], list[float]]:
    """The place of the vector nearest to each of ``own`` (n, width), and its cosine; below any cosine where none is known."""
    places, scores = np.zeros(len(own), np.int64), np.full(len(own), -2.0, np.float32)
    for begin in range(0, len(known), BLOCK):
        cosines = own @ known[begin : begin + BLOCK].astype(np.float32).T
        at = cosines.argmax(axis=1)
        best = cosines[np.arange(len(own)), at]
        is_nearer = best > scores
        places[is_nearer], scores[is_nearer] = begin + at[is_nearer], best[is_nearer]
    return places.tolist(), scores.tolist()


def _spellings(connection: Connection, some: Sequence[UnsignedProposal]) -> list[str]:
    """The key of each proposal of a family: one that is there already and differs in a letter, else its own."""
    keys = [spelling_key(p.kind, p.text) for p in some]
    if some[0].kind != "skill":
        return keys
    known = dict.fromkeys(read_spellings(connection, some[0].kind))
    found = []
    for proposal, key in zip(some, keys, strict=True):
        # Of several words one that differs in a letter is mostly another one.
        is_alone = len(proposal.text.split()) == 1 and len(key.split(" ", 1)[1]) >= MIN_LETTERS
        like = _one_letter_off(key, list(known)) if is_alone and key not in known else key
        found.append(like)
        known[like] = None
    return found


def _one_letter_off(key: str, known: Sequence[str]) -> str:
    """The key that is there and differs in one letter, not in a number; the key itself where there is none."""
    best = process.extractOne(key, known, scorer=OSA.distance, score_cutoff=1)
    digits = [c for c in key if c.isdecimal()]
    return best[0] if best and [c for c in best[0] if c.isdecimal()] == digits else key


def _signs_of(proposal: UnsignedProposal, indexes: Indexes, vendors: frozenset[str]) -> FoundSigns:
    """What one proposal says by itself, without those that are like it."""
    nature, dimension, owner, certainty = _place(proposal, indexes)
    shown = [ShownIn(jd, employer) for jd, employer in proposal.shown]
    look = employer_look(proposal.text, shown, vendors) if FAMILY[proposal.kind] in ("skill", "title") else ""
    place = f"{nature} in {dimension}" if nature and dimension else ""
    what = {
        "doubt": proposal.doubt,
        "employer": "1" if look else "",
        "place": place,
        "role": proposal.role_slug,
        "form": _form(proposal.text) if FAMILY[proposal.kind] in ("skill", "title") else "",
    }
    return FoundSigns(
        proposal_id=proposal.id,
        version=VERSION if proposal.is_settled else 0,
        texts=proposal.texts,
        spelling="",
        employer_look=look,
        certainty=certainty,
        nature=nature,
        dimension=dimension,
        owner=owner,
        marks=[f"{name} {proposal.kind} {value}" for name, value in what.items() if value],
    )


def _vendors(indexes: Indexes) -> frozenset[str]:
    """The keys of the names of vendors that are no names of skills too ("Docker")."""
    names = {name_key(s.display_name) for s in indexes.catalog.skills}
    names |= {name_key(alias.alias_text) for alias in indexes.catalog.skill_aliases}
    return frozenset(name_key(s.vendor) for s in indexes.catalog.skills if s.vendor) - names


def _place(proposal: UnsignedProposal, indexes: Indexes) -> tuple[str, str, str, float | None]:
    """Where a proposal would go: nature, dimension, owner, and how probably that is right."""
    if proposal.kind != "skill":
        return "", "", proposal.role_slug, proposal.confidence
    meta = proposal.meta or {}
    placed: Sequence[Mapping[str, Any]] = meta.get("placed") or ()
    first = next((p for p in placed if p.get("slug") in indexes.catalog.dimension), {})
    relations: Mapping[str, Any] = meta.get("relationships") or {}
    owners = [slug for name in ("duplicate_of", "form_of") for slug in relations.get(name) or ()]
    owner = next((slug for slug in owners if slug in indexes.catalog.skill), "")
    nature = (meta.get("typed") or {}).get("skill_nature") or ""
    return str(nature), str(first.get("slug", "")), str(owner), first.get("score")


def _form(text: str) -> str:
    """How a term is written, for terms like it: its case, how many words, whether it has digits or signs."""
    words = text.split()
    letters = [c for c in text if c.isalpha()]
    case = _CAPITALS if letters and all(c.isupper() for c in letters) else _SMALL if text.islower() else ""
    count = "one word" if len(words) == 1 else "two words" if len(words) == 2 else "several words"
    digits = "with digits" if any(c.isdecimal() for c in text) else ""
    signs = "with signs" if any(not c.isalnum() and c not in " -" for c in text) else ""
    return " ".join(filter(None, (count, case, digits, signs)))
