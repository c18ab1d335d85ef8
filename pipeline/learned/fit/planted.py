"""``fit links`` and ``fit owners``: the audit's models of wrong links and of aliases that belong to another skill.

Faults are planted in a catalog from several seeds; the model separates the planted rows from the others by their signs.
Figures are those of other seeds: the share of planted rows among as many of the highest log odds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.audit.links import score_links
from pipeline.audit.owners import score_aliases
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import Catalog
from pipeline.errors import InputError
from pipeline.learned.fit.logistic import Floats, Logistic, fit_logistic
from pipeline.learned.fit.planting import move_aliases, redirect_links
from pipeline.learned.fitted import (
    Figures,
    LinkSigns,
    LinkWeights,
    OwnerWeights,
    link_weights,
    owner_weights,
)
from pipeline.learned.sign_weights import OwnerSigns
from pipeline.vectors import Encoder

FIT_SEEDS = tuple(range(100, 116))
TEST_SEEDS = tuple(range(5))
"""Seeds of the benchmarks and of the audit's tests; no model is fitted on them."""
LINK_SHARE, ALIAS_SHARE = 0.02, 0.01
"""The share of rows that is made wrong."""
PENALTY = 3.0


@dataclass(frozen=True)
class Rows:
    """The scored rows of one catalog: their signs, (n, k), which were planted, (n,), and how many were planted in all.

    The audit scores suspects alone, so that some planted rows may not be among them.
    """

    signs: Floats
    planted: npt.NDArray[np.bool_]
    n_planted: int


Planter = Callable[[Catalog, Encoder, int], Rows]
"""Plants faults in a catalog from a seed and returns its rows."""


def link_rows(catalog: Catalog, encoder: Encoder, seed: int) -> Rows:
    """Return the links of a catalog, ``LINK_SHARE`` of them redirected."""
    faulty, redirected = redirect_links(catalog, seed, LINK_SHARE)
    links = score_links(Indexes(faulty, encoder))
    pairs = [(links.skills[i].slug, links.dimensions[j]) for i, j in links.pairs]
    return Rows(links.signs, np.array([p in redirected for p in pairs], np.bool_), len(redirected))


def alias_rows(catalog: Catalog, encoder: Encoder, seed: int) -> Rows:
    """Return the suspects among the aliases of a catalog, ``ALIAS_SHARE`` of all aliases moved."""
    faulty, moved = move_aliases(catalog, seed, ALIAS_SHARE)
    scored = score_aliases(Indexes(faulty, encoder))
    keys = [(a.skill_slug, a.alias_text) for a in scored.aliases]
    return Rows(scored.signs, np.array([k in moved for k in keys], np.bool_), len(moved))


def fit_rows(parts: Sequence[Rows], penalty: float = PENALTY) -> Logistic:
    """Return the model that separates planted rows from the others. Raises ``InputError`` where none was planted."""
    signs = np.concatenate([p.signs for p in parts])
    planted = np.concatenate([p.planted for p in parts])
    try:
        return fit_logistic(signs, planted, penalty)
    except ValueError:
        raise InputError("the catalog is too small: no row could be made wrong, or every row was") from None


def share_found(rows: Rows, model: Logistic) -> float:
    """Return the share of planted rows among as many of the highest log odds, 0..1; ties in the order of the rows."""
    worst = np.argsort(-model.log_odds(rows.signs), kind="stable")[: rows.n_planted]
    return float(rows.planted[worst].sum() / max(rows.n_planted, 1))


def fit_links(catalog: Catalog, encoder: Encoder) -> tuple[LinkWeights, Figures]:
    """Return the numbers of ``audit.links`` for a catalog, and their figures. Raises ``InputError``."""
    current = link_weights()
    model, figures = _fit(link_rows, catalog, encoder, _as_model(current.weights, current.bias))
    weights = LinkSigns(**dict(zip(LinkSigns.model_fields, _rounded(model.weights), strict=True)))
    return LinkWeights(bias=round(model.bias, 4), weights=weights, fitted_share=LINK_SHARE), figures


def fit_owners(catalog: Catalog, encoder: Encoder) -> tuple[OwnerWeights, Figures]:
    """Return the numbers of ``audit.owners`` for a catalog, and their figures. Raises ``InputError``."""
    current = owner_weights()
    model, figures = _fit(alias_rows, catalog, encoder, _as_model(current.weights, current.bias))
    weights = OwnerSigns(**dict(zip(OwnerSigns.model_fields, _rounded(model.weights), strict=True)))
    return OwnerWeights(bias=round(model.bias, 4), weights=weights, fitted_share=ALIAS_SHARE), figures


def _fit(plant: Planter, catalog: Catalog, encoder: Encoder, current: Logistic) -> tuple[Logistic, Figures]:
    model = fit_rows([plant(catalog, encoder, seed) for seed in FIT_SEEDS])
    tests = [plant(catalog, encoder, seed) for seed in TEST_SEEDS]
    shares = {name: [share_found(t, m) for t in tests] for name, m in (("", model), ("current file: ", current))}
    figures: Figures = {}
    for name, values in shares.items():
        figures[f"{name}share of planted rows among as many worst, seeds {TEST_SEEDS[0]} to {TEST_SEEDS[-1]}"] = (
            ", ".join(f"{v:.3f}" for v in values)
        )
        figures[f"{name}mean"] = round(float(np.mean(values)), 4)
    return model, figures


def _as_model(weights: LinkSigns | OwnerSigns, bias: float) -> Logistic:
    return Logistic(np.array(list(weights.model_dump().values()), np.float64), bias)


def _rounded(weights: Floats) -> list[float]:
    return [round(float(w), 4) for w in weights]
