"""``fit trades``: what parts the duties and technologies of computing from those of other trades.

Duties are the catalog's KRAs, labels of ESCO skills, and sentences of SkillSpan, whose ``house`` half is of all kinds of work.
A technology's weight is the logarithm of how much more often occupations of computing use it (O*NET).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log10

import numpy as np

from pipeline.catalog.indexes import Indexes
from pipeline.catalog.titles import plain_title
from pipeline.catalog.value import Catalog
from pipeline.errors import InputError
from pipeline.learned.fit.logistic import Floats, Logistic, fit_logistic, folds, log_loss, sigmoid
from pipeline.learned.fitted import Direction, Figures, TradeNumbers

COMPUTING = ("15-12", "15-205", "11-3021", "17-2061")
"""Beginnings of the O*NET codes of computing."""
COMPUTING_SKILLS = ("'S5'", "'K06")
"""What the place of a skill of computing in ESCO's hierarchy holds."""
LABELS, SENTENCES = 8, 3
"""Of the labels and the sentences each nth is encoded: more say little that is new."""
MIN_SENTENCE_WORDS = 5
PENALTY = 20.0
PRIOR_OCCUPATIONS = 5.0
"""Occupations of other trades that a technology is taken to have beside its own, with their share of computing ones."""
MAKERS = ("adobe ", "microsoft ", "autodesk ", "apache ", "oracle ", "ibm ", "google ", "esri ", "the mathworks ")
MIN_ENDING, MIN_ENDED, MIN_GROUPS = 15, 0.6, 8
"""A word is a head of titles when it ends so many of them, such a share of those that have it, in so many of O*NET's major groups."""
BROAD_FAMILIES, SPREAD_FAMILIES, SPREAD_GROUPS = 5, 3, 12
"""A word is generic when so many families of the catalog have it in titles, or fewer with so many major groups."""


@dataclass(frozen=True)
class TradeSources:
    """The rows of the sources: ``titles`` and ``tools`` of O*NET with their codes, ``labels`` of ESCO with their place in its
    hierarchy, ``sentences`` with whether they are of technical postings.
    """

    titles: Sequence[tuple[str, str]]
    tools: Sequence[tuple[str, str]]
    labels: Sequence[tuple[str, str]]
    sentences: Sequence[tuple[str, bool]]


def fit_trades(sources: TradeSources, indexes: Indexes) -> tuple[TradeNumbers, Figures]:
    """Return the numbers of ``stages.trades`` and their figures, cross-validated. Raises ``InputError``."""
    duties, figures = _direction(_duties(sources, indexes), indexes)
    technologies = _technologies(sources.tools, indexes.catalog)
    numbers = TradeNumbers(
        duties=duties,
        technologies=technologies,
        generic_words=tuple(sorted(_generic_words(sources.titles, indexes.catalog))),
    )
    return numbers, {**figures, "technologies": len(technologies)}


def _is_computing(code: str) -> bool:
    return code.startswith(COMPUTING)


def _catalog_titles(catalog: Catalog) -> Iterable[tuple[str, str]]:
    """The titles of a catalog with the slugs of their roles."""
    yield from ((role.slug, role.display_name) for role in catalog.roles)
    yield from ((alias.role_slug, alias.alias_text) for alias in catalog.role_aliases)


def _duties(sources: TradeSources, indexes: Indexes) -> dict[str, bool]:
    """Texts that name work, each with whether it is of computing."""
    labels = {label: any(p in place for p in COMPUTING_SKILLS) for label, place in sources.labels[::LABELS]}
    long_enough = [(s, own) for s, own in sources.sentences if len(s.split()) >= MIN_SENTENCE_WORDS]
    return {**labels, **dict(long_enough[::SENTENCES]), **dict.fromkeys(indexes.kras.texts, True)}


def _direction(texts: Mapping[str, bool], indexes: Indexes) -> tuple[Direction, Figures]:
    """The direction that parts texts of computing from others."""
    x = np.asarray(indexes.encoder.encode(list(texts)), np.float64)
    y = np.array(list(texts.values()), np.bool_)
    model = _fit(x, y)
    crossed = np.zeros(len(y))
    for fitted_on, left_out in folds(range(len(y))):
        crossed[left_out] = sigmoid(_fit(x[fitted_on], y[fitted_on]).log_odds(x[left_out]))
    figures: Figures = {
        "texts": len(y),
        "texts of computing": int(y.sum()),
        "cross-validated: log loss": round(log_loss(crossed, y), 4),
        "cross-validated: right": round(float(((crossed >= 0.5) == y).mean()), 4),
    }
    return Direction(weights=tuple(round(float(w), 4) for w in model.weights), bias=round(model.bias, 4)), figures


def _fit(x: Floats, y: np.ndarray) -> Logistic:
    try:
        return fit_logistic(x, y, PENALTY)
    except ValueError:
        raise InputError("the texts are all of computing, or none is; nothing can be fitted") from None


def _technologies(rows: Sequence[tuple[str, str]], catalog: Catalog) -> dict[str, float]:
    """How much more often occupations of computing use a technology of the catalog (log to base 10), by its slug."""
    owners: dict[str, set[str]] = defaultdict(set)
    for alias in catalog.skill_aliases:
        owners[alias.alias_text.lower()].add(alias.skill_slug)
    for skill in catalog.skills:
        owners[skill.display_name.lower()].add(skill.slug)
    users: dict[str, set[str]] = defaultdict(set)
    for code, tool in rows:
        for name in _names(tool.lower()):
            if len(owners.get(name, ())) == 1:
                users[next(iter(owners[name]))].add(code)
    codes = {code for code, _ in rows}
    ours = sum(map(_is_computing, codes))
    others = len(codes) - ours
    weights = {}
    for slug in sorted(users):
        own = sum(map(_is_computing, users[slug]))
        other = len(users[slug]) - own
        share = (own + PRIOR_OCCUPATIONS * ours / others) / ours
        weights[slug] = round(log10(share / ((other + PRIOR_OCCUPATIONS) / others)), 3)
    return weights


def _names(tool: str) -> set[str]:
    """A tool's name, without its maker and without the word "software"."""
    names = {tool, *(tool.removeprefix(maker) for maker in MAKERS)}
    return names | {name.removesuffix(" software") for name in names}


def _generic_words(rows: Sequence[tuple[str, str]], catalog: Catalog) -> set[str]:
    """Words of titles that say little: heads of titles of all kinds of work, and words of many families of roles."""
    groups: dict[str, set[str]] = defaultdict(set)
    has: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    for code, title in rows:
        words = plain_title(title).split()
        for word in set(words):
            groups[word].add(code[:2])
        has.update(set(words))
        ends.update(words[-1:])
    families: dict[str, set[str | None]] = defaultdict(set)
    for slug, title in _catalog_titles(catalog):
        for word in plain_title(title).split():
            families[word].add(catalog.role[slug].domain)
    heads = {
        word
        for word, n in ends.items()
        if n >= MIN_ENDING and n / has[word] >= MIN_ENDED and len(groups[word]) >= MIN_GROUPS
    }
    broad = {word for word, found in families.items() if len(found) >= BROAD_FAMILIES}
    spread = {w for w, f in families.items() if len(f) >= SPREAD_FAMILIES and len(groups[w]) >= SPREAD_GROUPS}
    return heads | broad | spread
