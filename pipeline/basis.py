"""What a run rests on, as it is kept with the run: the ranking of all roles, the rows of the catalog behind its role and behind those that
come next, and the words of its text.

From it follows which runs a change of the catalog can move, without any of them being read: rows and words are kept as keys.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.catalog.changes import Place
from pipeline.catalog.edits import RowEdits
from pipeline.catalog.folding import fold
from pipeline.explain.rows import RowShares
from pipeline.held import HeldRun
from pipeline.stages.field import field_log_odds, field_signs
from pipeline.stages.ranking import RankedRole, RoleRanking

SIGNALS = ("alias", "title", "skill", "kra", "centroid", "family")
"""The signals of a role in the joint judgement, in the order in which their evidence is kept."""
MAX_RIVALS = 2
"""Roles behind the chosen one whose rows are kept."""
MAX_GAP = 3.0
"""Log odds behind the leading role within which another one is near."""
MAX_DISTANCE = 6.5
"""Log odds behind the leading role within which a title of its own can bring another one to the front."""
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class RunBasis:
    """What one run rests on.

    ``roles`` are those of the ranking, the best first, ``evidence`` (n_roles, 6) float16 what each of ``SIGNALS`` gives them in 0..1;
    ``field`` is the log odds that any role fits. ``rows`` are the keys of the rows that its answer rests on, ``near`` those of the rows
    that stand behind the next roles, of the roles that an edit can bring to the front, of its skills and of the words of its text.
    """

    role: str | None
    roles: tuple[str, ...]
    evidence: npt.NDArray[np.float16]
    field: float
    rows: tuple[int, ...]
    near: tuple[int, ...]


def run_basis(held: HeldRun, rows: RowEdits, role: str | None) -> RunBasis | None:
    """Return what a run rests on that came to ``role``, null for none; nothing for a text that is no usable job description."""
    ranking = held.result.ranking
    if ranking is None:
        return None
    shares = RowShares(held, rows)
    chosen = next((r for r in ranking.roles if r.slug == role), None)
    own = set(_rows_of(shares, chosen, ranking) if chosen else _rows_of_field(shares, ranking))
    others = {place for rival in _rivals(ranking, role) for place in _rows_of(shares, rival, ranking)}
    others |= {("roles", (r.slug,)) for r in ranking.roles if ranking.roles[0].total - r.total <= MAX_DISTANCE}
    others |= {("skills", (skill.slug,)) for skill in held.skills if skill.slug}
    others |= {place for skill in held.skills if skill.slug for place in shares.forms(skill)}
    words = words_of(f"{held.jd.text.view}\n{held.jd.title or ''}")
    evidence = [[r.evidence[name] for name in SIGNALS] for r in ranking.roles]
    return RunBasis(
        role=role,
        roles=tuple(r.slug for r in ranking.roles),
        evidence=np.array(evidence, np.float16).reshape(len(ranking.roles), len(SIGNALS)),
        field=field_log_odds(ranking.signals, ranking.title is not None),
        rows=tuple(sorted(map(row_key, own))),
        near=tuple(sorted({*map(row_key, others - own), *map(word_key, words)})),
    )


def _rivals(ranking: RoleRanking, role: str | None) -> list[RankedRole]:
    """The roles that are nearest behind the chosen one."""
    lead = ranking.roles[0].total if ranking.roles else 0.0
    others = [r for r in ranking.roles if r.slug != role and lead - r.total <= MAX_GAP]
    return others[:MAX_RIVALS]


def _rows_of(shares: RowShares, role: RankedRole, ranking: RoleRanking) -> Iterator[Place]:
    """The rows that a role has its points by, and the role's own."""
    yield "roles", (role.slug,)
    weights = ranking.config.evidence_weights
    for name, value in role.evidence.items():
        if weights[name] * value:
            yield from shares.of_signal[name](role.slug)


def _rows_of_field(shares: RowShares, ranking: RoleRanking) -> Iterator[Place]:
    for sign, value in field_signs(ranking.signals, ranking.title is not None).items():
        if value:
            yield from shares.of_field(sign)


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text by which forms are found in it: folded, a plural without its ending too.

    Whatever form stands in the text, each of its words is among them.
    """
    words = set(_WORD.findall(fold(text).text))
    return frozenset(words | {word[:-1] for word in words if word.endswith("s") and len(word) > 1})


def words_of_form(form: str) -> frozenset[str]:
    """Return the words that a text has which holds a form."""
    return frozenset(_WORD.findall(fold(form).text))


def row_key(place: Place) -> int:
    """Return the key of a row of the catalog, 64 bits with a sign."""
    table, key = place
    return _key(json.dumps([table, *key], ensure_ascii=False))


@lru_cache(maxsize=1 << 16)
def word_key(word: str) -> int:
    """Return the key of a word, 64 bits with a sign; no row has it."""
    return _key(word)


def _key(text: str) -> int:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def row_keys(places: Iterable[Place]) -> dict[int, Place]:
    """Return rows by their keys."""
    return {row_key(place): place for place in places}


def with_known(held: HeldRun, known: Mapping[str, Any]) -> HeldRun:
    """Give a run what was computed of it already, by the names of its properties, and return it."""
    held.__dict__.update(known)
    return held
