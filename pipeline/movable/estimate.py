"""What a change of the catalog makes of many runs, reckoned for all of them at once: which of them it can move at all.

Skills and KRAs are reckoned as a run weighs them; of titles it is known which roles they can move and by how much at most. What is left
out has another outcome in no more than a few of a hundred runs that a change moves (``tests.benchmarks.live``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from pipeline.basis import SIGNALS
from pipeline.catalog.changes import Change
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.kras import KraMatrix
from pipeline.catalog.titles import plain_title
from pipeline.learned.fitted import field_weights
from pipeline.movable.texts import HeldTexts
from pipeline.stages.ranking import (
    LEAD_WEIGHT,
    MAX_FIELD,
    MAX_KRA_DEVIATIONS,
    MAX_LEAD,
    MAX_STRENGTH,
    SHARE_WEIGHT,
    STRENGTH_WEIGHT,
)
from pipeline.vectors import Vectors

MIN_MOVE = 0.004
"""Difference of a reckoned confidence from which on a run may come out differently; what is shown is from 0.01 on."""
MIN_SHARE = 0.01
"""Share of the joint evidence from which on a role counts."""
MIN_COSINE = 0.5
"""Cosine of two titles from which on one can move the other's role by itself."""
OF_ALL_TITLES = 0.6
"""Log odds by which another title moves its role in a text whose title is not like it."""
MIN_HUBNESS = 0.002
"""Difference of a KRA's hubness that counts."""
MIN_FIELD_MOVE = 0.02
NEAR_FIELD = 1.0
"""Log odds around the border between a role and none within which a text counts as near to it."""
_AT = {name: i for i, name in enumerate(SIGNALS)}


@dataclass(frozen=True)
class Estimate:
    """The places of the runs that a change can move, those that it moves most first; ``moves`` (n,) is how much, 0 where it cannot."""

    places: tuple[int, ...]
    moves: Vectors


def estimate(texts: HeldTexts, before: Indexes, after: Indexes, changes: Sequence[Change]) -> Estimate:
    """Return which of the texts can come to another role or confidence by changes from one catalog to another, both near to their own.

    Texts in which forms of skills change are not looked for: the words of the text tell these.
    """
    n = len(texts)
    if not n:
        return Estimate((), np.zeros(0, np.float32))
    evidence = texts.evidence.copy()
    _skills(texts, before, after, evidence)
    gone = [
        texts.place[r.slug] for r in before.catalog.roles if r.slug not in after.catalog.role and r.slug in texts.place
    ]
    if after.kras is not before.kras:
        _kras(texts, before.kras, after.kras, evidence, gone)
    field = texts.field + _field_moves(texts, evidence)
    totals = np.asarray(evidence @ texts.weights, np.float32)
    totals[:, gone] = -np.inf
    moves = _moves(texts, totals, field)
    gains, renamed = _title_gains(texts, before, after, changes)
    for slug, gain in gains.items():
        moves = np.maximum(moves, _in_play(texts, totals, slug, gain))
    # A title that names another role, or none any more, is a case of its own however little else speaks for that role.
    moves[renamed] = np.maximum(moves[renamed], MIN_MOVE)
    for slug in {c.key[0] for c in changes if c.table == "roles" and c.before is not None}:
        moves = np.maximum(moves, _in_play(texts, totals, slug, np.zeros(n, np.float32)))
    order = np.argsort(-moves, kind="stable")
    return Estimate(tuple(int(i) for i in order if moves[i] > 0), moves)


# --- skills -------------------------------------------------------------------------------------------------------------


def _skills(texts: HeldTexts, before: Indexes, after: Indexes, evidence: Vectors) -> None:
    """Reckon the skill signal, and that of the family, of texts that have a skill which reaches other roles."""
    old, new = before.catalog.roles_of_skill, after.catalog.roles_of_skill
    if old is new and before.skill_weight is after.skill_weight:
        return
    affected = [
        s for s in texts.of_skill if old.get(s, ()) != new.get(s, ()) or _weight(before, s) != _weight(after, s)
    ]
    if not affected:
        return
    rows = np.unique(np.concatenate([texts.of_skill[slug][0] for slug in affected]))
    place = {int(row): i for i, row in enumerate(rows)}
    skill = _AT["skill"]
    parts = texts.evidence[rows, :, skill] * texts.mass[rows, None]
    mass = texts.mass[rows].copy()
    for slug in affected:
        at, factors = texts.of_skill[slug]
        own = np.array([place[int(i)] for i in at])
        for weight, roles, sign in (
            (_weight(before, slug), old.get(slug, ()), -1.0),
            (_weight(after, slug), new.get(slug, ()), 1.0),
        ):
            mass[own] += sign * weight * factors
            columns = [texts.place[role] for role in roles if role in texts.place]
            parts[own[:, None], np.array(columns, np.int64)] += (sign * weight * factors)[:, None]
    evidence[rows, :, skill] = np.clip(parts / np.maximum(mass, 1e-6)[:, None], 0.0, None)
    _families(texts, after, evidence, rows)


def _weight(indexes: Indexes, slug: str) -> float:
    return indexes.skill_weight.get(slug, 0.0)


def _families(texts: HeldTexts, after: Indexes, evidence: Vectors, rows: np.ndarray) -> None:
    role = after.catalog.role
    domains = [role[slug].domain if slug in role else None for slug in texts.roles]
    for domain in dict.fromkeys(domains):
        columns = [i for i, own in enumerate(domains) if own == domain]
        best = evidence[rows][:, columns, _AT["skill"]].max(axis=1)
        evidence[rows[:, None], np.array(columns, np.int64), _AT["family"]] = best[:, None]


# --- KRAs ---------------------------------------------------------------------------------------------------------------


def _kras(texts: HeldTexts, before: KraMatrix, after: KraMatrix, evidence: Vectors, gone: Sequence[int]) -> None:
    """Reckon the KRA signal of the roles whose KRAs or profiles are others, and with it that of all roles."""
    scores = texts.kra.copy()
    for slug in _changed_roles(before, after):
        if slug in texts.place:
            scores[:, texts.place[slug]] = _kra_scores(texts, after, slug)
    scores[:, gone] = np.nan
    has_any = ~np.isnan(scores).all(axis=1)
    known = scores[has_any]
    mean, spread = np.nanmean(known, axis=1), np.nanstd(known, axis=1)
    spread = np.where(spread > 0, spread, 1.0)
    units = (np.nan_to_num(known, nan=0.0) - mean[:, None]) / spread[:, None] / MAX_KRA_DEVIATIONS
    evidence[has_any, :, _AT["kra"]] = np.clip(units, 0.0, 1.0) * texts.worth[has_any, None]


def _changed_roles(before: KraMatrix, after: KraMatrix) -> list[str]:
    """The roles whose KRAs, their hubness or profiles differ between two matrices, those that one lacks among them."""
    return [slug for slug in dict.fromkeys((*before.roles, *after.roles)) if not _is_same(before, after, slug)]


def _is_same(before: KraMatrix, after: KraMatrix, slug: str) -> bool:
    old, new = before.rows_of(slug), after.rows_of(slug)
    if old is None or new is None or before.texts[old] != after.texts[new]:
        return False
    profiles = before.profiles[before.roles.index(slug)], after.profiles[after.roles.index(slug)]
    return bool(np.abs(before.hubness[old] - after.hubness[new]).max() <= MIN_HUBNESS and np.allclose(*profiles))


def _kra_scores(texts: HeldTexts, matrix: KraMatrix, slug: str) -> Vectors:
    """The KRA score of one role in each text, (n,), as ``stages.signals.kra_scores`` has it; nan where there is none."""
    rows = matrix.rows_of(slug)
    scores = np.full(len(texts), np.nan, np.float32)
    if rows is None:
        return scores
    config, place = texts.config, matrix.roles.index(slug)
    nearest = (texts.sentences @ matrix.vectors[rows].T - config.hub_correction * matrix.hubness[rows]).max(axis=1)
    near = nearest + config.kra_context * (texts.sentences @ matrix.profiles[place] - matrix.profile_hubness[place])
    # One sort keeps the sentences of a text together: scores are far smaller than the distance between texts.
    sizes = np.diff(texts.bounds)
    owner = np.repeat(np.arange(len(texts)), sizes)
    ranked = near[np.lexsort((-near, owner))]
    sums, counts = np.zeros(len(texts)), np.minimum(sizes, config.kra_sentences)
    for rank in range(config.kra_sentences):
        has = sizes > rank
        sums[has] += ranked[texts.bounds[:-1][has] + rank]
    has = counts > 0
    scores[has] = sums[has] / counts[has]
    return scores


# --- titles -------------------------------------------------------------------------------------------------------------


def _title_gains(
    texts: HeldTexts, before: Indexes, after: Indexes, changes: Sequence[Change]
) -> tuple[dict[str, Vectors], np.ndarray]:
    """By the roles of titles that change, how much each text can at most give them more or less, in log odds; and which texts may have
    other roles named by their titles.
    """
    gains: dict[str, Vectors] = {}
    renamed = np.zeros(len(texts), bool)
    whole = float(texts.weights[_AT["alias"]] + texts.weights[_AT["title"]])
    for change in changes:
        if change.table not in ("role_aliases", "roles"):
            continue
        slug = change.key[0]
        gain = gains.setdefault(slug, np.where(texts.has_title, OF_ALL_TITLES, 0.0).astype(np.float32))
        for row, indexes in ((change.before, before), (change.after, after)):
            if row is None:
                continue
            title = row.alias_text if change.table == "role_aliases" else row.display_name
            words = frozenset(plain_title(title).split())
            named = np.array([bool(words) and words <= own for own in texts.title_words], bool)
            renamed |= named
            gain[named | _like(texts, indexes, title, words)] = whole
    return gains, renamed


def _like(texts: HeldTexts, indexes: Indexes, title: str, words: frozenset[str]) -> np.ndarray:
    """Which texts have a title that is near to one, or a word of it that no other title has."""
    rare = words - _common_words(texts.indexes)
    found = np.array([bool(rare & own) for own in texts.title_words], bool)
    (vector,) = indexes.nearness.titles(indexes.encoder.encode([title]))
    return np.asarray(found | (texts.titles @ vector >= MIN_COSINE), bool)


def _common_words(indexes: Indexes) -> frozenset[str]:
    return frozenset(word for known in indexes.titles for word in known.split())


# --- what comes of it ---------------------------------------------------------------------------------------------------


def _field_moves(texts: HeldTexts, evidence: Vectors) -> Vectors:
    """How the log odds that any role fits move with the skills of the best role and of those that the title names, (n,)."""
    weights, skill = field_weights().weights.model_dump(), _AT["skill"]
    best = evidence[:, :, skill].max(axis=1) - texts.evidence[:, :, skill].max(axis=1)
    moves = np.asarray(float(weights["skill"]) * best, np.float32)
    for i, slugs in enumerate(texts.named):
        columns = [texts.place[slug] for slug in slugs if slug in texts.place]
        if columns:
            own = evidence[i, columns] - texts.evidence[i, columns]
            moves[i] += float(weights["alias_skill"]) * float(own[:, skill].max())
            moves[i] += float(weights["alias_kra"]) * float(own[:, _AT["kra"]].max())
    return moves


def _moves(texts: HeldTexts, totals: Vectors, field: Vectors) -> Vectors:
    """How far each text moves by other totals and another field: 1 and more for another role, 0 where nothing shows."""
    config = texts.config
    border = log(config.min_field / (1 - config.min_field))
    was, now = _confidences(texts, texts.totals, texts.field), _confidences(texts, totals, field)
    moves = np.abs(now - was)
    other = totals.argmax(axis=1) != texts.totals.argmax(axis=1)
    crosses = (field < border) != (texts.field < border)
    # Where a title or a family decides against the joint evidence, and at the border to no role, little is enough.
    rows = np.arange(len(texts))
    settled = texts.totals.argmax(axis=1) != texts.chosen
    shift = np.abs(np.where(np.isfinite(totals), totals, 0.0) - texts.totals).max(axis=1)
    uneasy = settled & (texts.chosen >= 0) & (shift > MIN_FIELD_MOVE)
    uneasy |= (np.abs(texts.field - border) < NEAR_FIELD) & (np.abs(field - texts.field) > MIN_FIELD_MOVE)
    gone = (texts.chosen >= 0) & ~np.isfinite(totals[rows, texts.chosen])
    moves = np.where(moves >= MIN_MOVE, moves, 0.0)
    moves[(texts.chosen < 0) & ~crosses] = 0.0
    moves[uneasy] = np.maximum(moves[uneasy], MIN_MOVE)
    moves[(other & (texts.chosen >= 0)) | crosses | gone] += 1.0
    return np.asarray(moves, np.float32)


def _confidences(texts: HeldTexts, totals: Vectors, field: Vectors) -> Vectors:
    """The confidence in the chosen role of each text by its totals, (n,); in the leading one where none is chosen."""
    config, rows = texts.config, np.arange(len(texts))
    own = np.where(texts.chosen >= 0, texts.chosen, totals.argmax(axis=1))
    total = totals[rows, own]
    others = totals.copy()
    others[rows, own] = -np.inf
    runner_up = others.max(axis=1)
    peak = np.maximum(total, runner_up)
    finite = np.where(np.isfinite(total), total, 0.0)
    share = np.exp(finite - peak) / np.exp(totals - peak[:, None]).sum(axis=1)
    strength = np.minimum(finite / MAX_STRENGTH, 1.0)
    lead = np.minimum((finite - runner_up) / MAX_LEAD, 1.0)
    certainty = SHARE_WEIGHT * share + STRENGTH_WEIGHT * strength + LEAD_WEIGHT * lead
    slope, intercept = config.calibration
    odds = slope * certainty + config.field_calibration * np.clip(field, -MAX_FIELD, MAX_FIELD) + intercept
    return np.asarray(1.0 / (1.0 + np.exp(-odds)), np.float32)


def _in_play(texts: HeldTexts, totals: Vectors, slug: str, gain: Vectors) -> Vectors:
    """How far each text moves at most where a role gets more or less by up to ``gain`` log odds, (n,)."""
    if slug not in texts.place:
        return np.where(gain > OF_ALL_TITLES, np.float32(1.0), np.float32(0.0))
    column = texts.place[slug]
    safe = np.where(np.isfinite(totals), totals, texts.totals)
    odds = np.exp(safe - safe.max(axis=1, keepdims=True))
    share = odds[:, column] / odds.sum(axis=1)
    more = share * np.exp(gain) / (1.0 + share * (np.exp(gain) - 1.0))
    second = np.partition(odds, -2, axis=1)[:, -2] if odds.shape[1] > 1 else odds[:, 0]
    counts = (odds[:, column] >= second) | (more >= MIN_SHARE) | (texts.chosen == column)
    named = np.array([slug in slugs for slugs in texts.named], bool)
    no_role = (texts.chosen < 0) & ~named & (gain <= OF_ALL_TITLES)
    return np.where((counts | named) & ~no_role, np.maximum(more, MIN_MOVE), 0.0).astype(np.float32)
