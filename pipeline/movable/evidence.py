"""What changes of the catalog make of the evidence of many runs, and which of them they surely leave as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.catalog.changes import Change
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.kras import KraMatrix
from pipeline.catalog.titles import TitleMatrix, fold_title, title_matrix
from pipeline.catalog.value import TECHNOLOGY, Role, RoleAlias
from pipeline.held import HeldRun
from pipeline.movable.screen import NEAR_MARGIN, Bools, Evidence, Floats, Outcomes, Screen
from pipeline.stages.signals import skill_scores
from pipeline.stages.skills import FoundSkill
from pipeline.stages.title_signal import says_more, title_hits, title_scores

ROUNDING_MARGIN = 0.01
"""Part of a rounding step within which a score may be rounded either way."""


class MovedEvidence:
    """The evidence of the runs of a screen, and what it is on other catalogs."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._titles: tuple[TitleMatrix, TitleMatrix, dict[str, Mapping[str, float]]] | None = None

    def outcomes(
        self, changes: Sequence[Change], indexes: Indexes, skills: Mapping[int, Sequence[FoundSkill]], settled: Bools
    ) -> Outcomes:
        """Return what the runs come to on the catalog of ``indexes``; settled are those alone that are ``settled`` so far, (n_runs,).

        ``skills`` are the skills that runs have there, by their places, where they may be others.
        """
        settled = settled.copy()
        evidence = self._with_kras(indexes.kras, settled)
        forms = {fold_title(title) for c in changes for row in _sides(c) if (title := _title_of(row)) is not None}
        if forms:
            evidence = self._with_titles(evidence, indexes, forms, settled)
        if skills:
            evidence = self._with_skills(evidence, indexes, skills, settled)
        return self.screen.outcomes_by(evidence, settled)

    # --- KRAs ---------------------------------------------------------------------------------------------------------

    @cached_property
    def _ends(self) -> npt.NDArray[np.int64]:
        return np.cumsum([0, *(len(run.jd.vectors) for run in self.screen.runs)])

    @cached_property
    def _sentences(self) -> npt.NDArray[np.float32]:
        """The vectors of all sentences of all runs, (n_sentences, width)."""
        return np.concatenate([run.jd.vectors for run in self.screen.runs])

    def _with_kras(self, matrix: KraMatrix, settled: Bools) -> Evidence:
        screen, old = self.screen, self.screen.matrix
        if matrix is old or not len(screen.runs):
            return screen.base
        if matrix.roles != old.roles:
            settled[:] = False
            return screen.base
        config = screen.config
        # What the middle of all KRAs makes of a role is the same for all sentences.
        kra = screen.base.kra.copy()
        kra[:, screen.with_kras] += config.kra_context * (old.profile_hubness - matrix.profile_hubness)
        changed = [j for j in range(len(old.roles)) if _differs(old, matrix, j)]
        if not changed:
            return replace(screen.base, kra=kra)
        rows = [_rows(matrix, j) for j in changed]
        starts = np.cumsum([0, *(r.stop - r.start for r in rows)])[:-1]
        own = np.concatenate([np.arange(r.start, r.stop) for r in rows])
        cosine = self._sentences @ matrix.vectors[own].T
        whole = self._sentences @ matrix.profiles[changed].T - matrix.profile_hubness[changed]
        best = np.maximum.reduceat(cosine - config.hub_correction * matrix.hubness[own], starts, axis=1)
        columns, raw = screen.with_kras[changed], screen.raw.copy()
        kra[:, columns] = self._best_means(best + config.kra_context * whole)
        raw[:, columns] = self._best_means(np.maximum.reduceat(cosine, starts, axis=1))
        return replace(screen.base, kra=kra, nearest=self._nearest(kra, raw, columns, settled))

    def _best_means(self, scores: npt.NDArray[np.float32]) -> Floats:
        """The mean of the best sentences of each run, (n_runs, n); ``scores`` is (n_sentences, n)."""
        most, ends = self.screen.config.kra_sentences, self._ends
        found = np.zeros((len(ends) - 1, scores.shape[1]))
        for i in range(len(found)):
            block = scores[ends[i] : ends[i + 1]]
            few = block if len(block) <= most else -np.partition(-block, most - 1, axis=0)[:most]
            found[i] = few.mean(axis=0)
        return found

    def _nearest(self, kra: Floats, raw: Floats, changed: npt.NDArray[np.int64], settled: Bools) -> Floats:
        """The plain score of the nearest of the listed roles; a run is not settled where it hangs by a hair which are listed, or how that rounds."""
        with_kras = self.screen.with_kras
        listed = min(self.screen.config.listed_roles, len(with_kras))
        order = np.argsort(-kra[:, with_kras], axis=1)[:, : listed + 1]
        first, at = with_kras[order], np.arange(len(kra))[:, None]
        scores = kra[at, first]
        if scores.shape[1] > listed:
            settled &= scores[:, listed - 1] - scores[:, listed] > NEAR_MARGIN
        plain = raw[at, first[:, :listed]] * 1e4
        doubtful = np.abs(plain - np.floor(plain) - 0.5) < ROUNDING_MARGIN
        settled &= ~(doubtful & np.isin(first[:, :listed], changed)).any(axis=1)
        return np.asarray(np.round(plain).max(axis=1) / 1e4)

    # --- titles -------------------------------------------------------------------------------------------------------

    def _with_titles(self, evidence: Evidence, indexes: Indexes, forms: set[str], settled: Bools) -> Evidence:
        screen, titles = self.screen, []
        quick, known = self._quick_titles(indexes)
        for i, run in enumerate(screen.runs):
            titles.append(self._titles_on(run, quick, known))
            settled[i] &= not forms & run.items and _has_same_hits(run, indexes)
            settled[i] &= self._ranks_the_same(run.of_text.titles, titles[-1])
        return replace(evidence, title=screen.columns(titles))

    def _quick_titles(self, indexes: Indexes) -> tuple[Indexes, dict[str, Mapping[str, float]]]:
        """Indexes whose matrix of titles is quick for many titles, with the scores of those that were asked for on an equal one."""
        if self._titles is None or self._titles[0] is not indexes.title_matrix:
            whole = title_matrix(indexes.titles, indexes.encoder, indexes.nearness)
            self._titles = indexes.title_matrix, whole, {}
        _, whole, known = self._titles
        quick = copy(indexes)
        quick.__dict__["title_matrix"] = whole
        return quick, known

    @staticmethod
    def _titles_on(run: HeldRun, indexes: Indexes, known: dict[str, Mapping[str, float]]) -> Mapping[str, float]:
        title = run.jd.title
        if not run.of_text.titles or title is None or run.jd.title_vector is None:
            return run.of_text.titles
        if title not in known:
            known[title] = title_scores(title, run.jd.title_vector, indexes)
        return known[title]

    def _ranks_the_same(self, before: Mapping[str, float], after: Mapping[str, float]) -> bool:
        """Whether scores are of the same roles but for those that have KRAs, which are ranked whatever else speaks for them."""
        return (before.keys() ^ after.keys()) <= self._roles

    @cached_property
    def _roles(self) -> frozenset[str]:
        return frozenset(self.screen.matrix.roles)

    # --- skills -------------------------------------------------------------------------------------------------------

    def _with_skills(
        self, evidence: Evidence, indexes: Indexes, skills: Mapping[int, Sequence[FoundSkill]], settled: Bools
    ) -> Evidence:
        screen, places, scores = self.screen, [], []
        for i, found in skills.items():
            weighted = skill_scores(found, indexes, screen.config).weighted
            before = screen.runs[i].signals.skill
            settled[i] &= self._ranks_the_same(before, weighted) and _are_alike(screen.runs[i].skills, found)
            places.append(i)
            scores.append(weighted)
        skill = evidence.skill.copy()
        if places:
            skill[places] = screen.columns(scores)
        return replace(evidence, skill=skill)


def _sides(change: Change) -> list[Any]:
    return [row for row in (change.before, change.after) if row is not None]


def _title_of(row: Any) -> str | None:
    """The title that a row gives a role; null for a row that gives none."""
    if isinstance(row, Role):
        return row.display_name
    return row.alias_text if isinstance(row, RoleAlias) else None


def _rows(matrix: KraMatrix, place: int) -> slice:
    end = matrix.starts[place + 1] if place + 1 < len(matrix.roles) else len(matrix.texts)
    return slice(int(matrix.starts[place]), int(end))


def _differs(old: KraMatrix, new: KraMatrix, place: int) -> bool:
    """Whether the KRAs of a role, their hubness or its profile are others."""
    before, now = _rows(old, place), _rows(new, place)
    return (
        before.stop - before.start != now.stop - now.start
        or not np.array_equal(old.hubness[before], new.hubness[now])
        or not np.array_equal(old.profiles[place], new.profiles[place])
        or old.texts[before] != new.texts[now]
    )


def _has_same_hits(run: HeldRun, indexes: Indexes) -> bool:
    """Whether the text's title equals the same titles of the catalog, and says as much beside them."""
    title, others = run.jd.title, run.jd.parsed.role_aliases
    hits = title_hits(title, others, indexes)
    if hits != run.of_text.hits:
        return False
    return (bool(title) and says_more(title or "", others, hits, indexes)) == run.of_text.title_says_more


def _are_alike(before: Sequence[FoundSkill], after: Sequence[FoundSkill]) -> bool:
    """Whether skills are the same but for how surely those that are no technologies are demanded."""
    return len(before) == len(after) and all(
        a is b
        or (
            (a.slug, a.is_primary, a.mentions) == (b.slug, b.is_primary, b.mentions)
            and (a.nature not in TECHNOLOGY or a.confidence == b.confidence)
        )
        for a, b in zip(before, after, strict=True)
    )
