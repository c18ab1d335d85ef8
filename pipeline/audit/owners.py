"""Owners of aliases: which forms stand with another skill than the one that they name.

A form is judged by how it goes with the owner's other forms (meaning, letters, initials), with what the owner is, and by
how much better it goes with another skill. Only forms that go badly with their owner are looked at closely. The signs are
weighed by a logistic model, fitted on the shipped catalog with aliases moved at random; how common faults are in the
catalog at hand is estimated as it is for links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from rapidfuzz import fuzz, process

from pipeline.audit.finding import Finding
from pipeline.audit.links import meaning_text, posterior, skill_text
from pipeline.catalog.aliases import fold_key
from pipeline.catalog.indexes import Indexes, unit
from pipeline.catalog.operations import Why, repoint_alias
from pipeline.catalog.value import SkillAlias
from pipeline.embedding import Vectors

WEIGHTS = {
    "own": -5.36,
    "own_name": 4.4,
    "own_mean": 3.22,
    "own_letters": -2.09,
    "own_words": -1.01,
    "initials": -3.29,
    "shortened": -2.95,
    "other": 2.65,
    "other_gap": 3.9,
    "other_letters": 2.61,
    "letters_gap": 2.28,
    "text": -2.87,
    "text_gap": 8.34,
    "text_rank": 0.275,
    "words_told": -3.46,
    "name_elsewhere": -5.42,
    "second_canonical": 10.5,
    "version": 5.11,
    "forms": 0.415,
    "size": 1.7,
}
"""Log odds of a form that was moved for each sign (``judge``)."""
BIAS = -18.18
SIGNS = tuple(WEIGHTS)
FITTED_SHARE = 0.01
"""The share of moved aliases in the catalogs that the weights were fitted on."""
LEAST_SHARE = 0.0003
DOUBTFUL = 0.1
"""Probability from which on an alias is a finding."""
LOOKED_AT = 0.12
"""The share of all forms that is looked at closely: those that go worst with the owner's other forms."""
MOST_LOOKED_AT = 2_500
AT_ONCE = 500
"""Forms that are held against all others in one go: it bounds the memory."""
_WORD = re.compile(r"[a-z0-9+#]+")
_SMALL = frozenset({"and", "of", "the", "for", "in", "to"})


@dataclass(frozen=True)
class Ownership:
    """The aliases that go worst with their owners, with their signs, (n, len(SIGNS)) float64, the probability of each to
    belong to another skill, (n,), and the slug of the skill that it goes with best."""

    aliases: tuple[SkillAlias, ...]
    signs: np.ndarray
    wrong: np.ndarray
    better: tuple[str, ...]


class _Forms:
    """All aliases of a catalog, then the names of its skills, with their vectors and letters."""

    def __init__(self, indexes: Indexes) -> None:
        catalog, encode = indexes.catalog, indexes.encoder.encode
        self.aliases, self.skills = catalog.skill_aliases, catalog.skills
        place = {s.slug: i for i, s in enumerate(self.skills)}
        self.texts = [a.alias_text for a in self.aliases] + [s.display_name for s in self.skills]
        self.owner = np.array([place[a.skill_slug] for a in self.aliases] + list(range(len(self.skills))))
        self.keys = [fold_key(t) for t in self.texts]
        self.words = [_WORD.findall(t.lower()) for t in self.texts]
        self.letters = ["".join(w) for w in self.words]
        vectors = encode(self.texts)
        self.vectors = unit(vectors - vectors.mean(axis=0))
        self._told = encode([skill_text(s) for s in self.skills]) + encode([meaning_text(s) for s in self.skills])

    @cached_property
    def told(self) -> Vectors:
        """What each skill is, (n_skills, width) of unit rows."""
        whole = unit(self._told)
        return unit(whole - whole.mean(axis=0))

    @cached_property
    def of_skill(self) -> list[list[int]]:
        """Rows of each skill's forms, each text once."""
        rows: list[dict[str, int]] = [{} for _ in self.skills]
        for row, owner in enumerate(self.owner):
            rows[owner].setdefault(self.keys[row], row)
        return [list(found.values()) for found in rows]

    def company(self, row: int) -> list[int]:
        """The other forms of a form's owner; its own name counts as such even where the form is that name."""
        owner = int(self.owner[row])
        key = self.keys[row]
        same = key == self.keys[len(self.aliases) + owner]
        return [r for r in self.of_skill[owner] if same or self.keys[r] != key]


def judge(indexes: Indexes) -> Ownership:
    """The aliases that go worst with their owners, and how probably each belongs elsewhere."""
    if not indexes.catalog.skill_aliases:
        return Ownership((), np.zeros((0, len(SIGNS))), np.zeros(0), ())
    forms = _Forms(indexes)
    rows, closeness = _suspects(forms)
    signs = np.zeros((len(rows), len(SIGNS)))
    better: list[int] = []
    for start in range(0, len(rows), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        better += _signs_of_others(forms, rows[part], closeness, signs[part])
    _signs_of_words(indexes, forms, rows, signs)
    odds = np.exp(np.clip(signs @ np.array(list(WEIGHTS.values())) + BIAS, -30, 30))
    wrong = posterior(odds, FITTED_SHARE, LEAST_SHARE, len(forms.aliases))
    return Ownership(tuple(forms.aliases[r] for r in rows), signs, wrong, tuple(forms.skills[i].slug for i in better))


def _suspects(forms: _Forms) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the forms that go worst with their owner's other forms, and how well all forms do, (n_aliases, 3):
    the best cosine, the mean cosine, the best agreement of letters."""
    closeness = np.zeros((len(forms.aliases), 3))
    for row in range(len(forms.aliases)):
        company = forms.company(row)
        if not company:
            continue
        cosine = forms.vectors[company] @ forms.vectors[row]
        letters = max(fuzz.ratio(forms.letters[row], forms.letters[r]) for r in company) / 100
        closeness[row] = cosine.max(), cosine.mean(), letters
    closest = closeness[:, 0] + closeness[:, 2]
    count = min(len(closest), max(200, round(LOOKED_AT * len(closest))), MOST_LOOKED_AT)
    return np.sort(np.argsort(closest, kind="stable")[:count]), closeness


def _signs_of_others(forms: _Forms, rows: np.ndarray, closeness: np.ndarray, signs: np.ndarray) -> list[int]:
    """Fill in how forms go with their owners and with others; returns the skill that each goes with best."""
    at = SIGNS.index
    mine = forms.owner[rows]
    vectors = forms.vectors[rows]
    cosine = vectors @ forms.vectors.T
    cosine[mine[:, None] == forms.owner[None, :]] = -1.0
    letters = process.cdist([forms.letters[r] for r in rows], forms.letters, scorer=fuzz.ratio, score_cutoff=50, dtype=np.uint8, workers=2)
    letters[mine[:, None] == forms.owner[None, :]] = 0
    told = vectors @ forms.told.T
    own_told = told[np.arange(len(rows)), mine]
    told[np.arange(len(rows)), mine] = -1.0
    own, mean, own_letters = closeness[rows].T
    signs[:, at("own")], signs[:, at("own_mean")], signs[:, at("own_letters")] = own, mean, own_letters
    signs[:, at("own_name")] = (vectors * forms.vectors[len(forms.aliases) + mine]).sum(axis=1)
    signs[:, at("other")] = cosine.max(axis=1)
    signs[:, at("other_gap")] = cosine.max(axis=1) - own
    signs[:, at("other_letters")] = letters.max(axis=1) / 100
    signs[:, at("letters_gap")] = letters.max(axis=1) / 100 - own_letters
    signs[:, at("text")] = own_told
    signs[:, at("text_gap")] = told.max(axis=1) - own_told
    signs[:, at("text_rank")] = np.log1p((told > own_told[:, None]).sum(axis=1))
    best = (cosine + letters / 100 + told[:, forms.owner]).argmax(axis=1)
    return [int(i) for i in forms.owner[best]]


def _signs_of_words(indexes: Indexes, forms: _Forms, rows: np.ndarray, signs: np.ndarray) -> None:
    """Fill in what letters, words and the kind of the form say."""
    at = SIGNS.index
    names: dict[str, set[int]] = {}
    known: dict[str, set[int]] = {}
    for i, skill in enumerate(forms.skills):
        names.setdefault(forms.keys[len(forms.aliases) + i], set()).add(i)
        told = f"{skill_text(skill)} {skill.maturity_reasoning or ''} {skill.vendor or ''}"
        for word in set(_WORD.findall(told.lower())):
            known.setdefault(word, set()).add(i)
    for place, row in enumerate(rows):
        owner, letters, words = int(forms.owner[row]), forms.letters[row], forms.words[row]
        company = forms.company(int(row))
        alias = forms.aliases[row]
        name = forms.keys[len(forms.aliases) + owner]
        rarity = {w: np.log(len(forms.skills) / len(known[w])) for w in set(words) if w in known}
        joined = " ".join(words)
        signs[place, at("own_words")] = max((fuzz.token_set_ratio(joined, " ".join(forms.words[r])) for r in company), default=0) / 100
        signs[place, at("initials")] = any(_initials(letters, forms.words[r]) or _initials(forms.letters[r], words) for r in company)
        signs[place, at("shortened")] = any(_shortened(letters, forms.letters[r]) for r in company)
        signs[place, at("words_told")] = sum(v for w, v in sorted(rarity.items()) if owner in known[w]) / max(sum(sorted(rarity.values())), 3.0)
        signs[place, at("name_elsewhere")] = bool(names.get(forms.keys[row], set()) - {owner})
        signs[place, at("second_canonical")] = (alias.alias_type == "CANONICAL" or alias.is_primary) and forms.keys[row] != name
        signs[place, at("version")] = alias.alias_type == "VERSION"
        signs[place, at("forms")] = np.log1p(len(company))
        signs[place, at("size")] = np.log1p(len(letters))


def _initials(short: str, words: Sequence[str]) -> bool:
    """Whether a form begins, or is, the first letters of a name's words, small words counted or not."""
    if len(words) < 2 or not 2 <= len(short) <= 7:
        return False
    short = short.removesuffix("s") if len(short) > 3 else short
    every = "".join(w[0] for w in words)
    large = "".join(w[0] for w in words if w not in _SMALL)
    return every.startswith(short) or large.startswith(short)


def _shortened(first: str, second: str) -> bool:
    """Whether the shorter is made of letters of the longer, in their order and with the same beginning; digits aside."""
    short, long = sorted((re.sub(r"\d", "", first), re.sub(r"\d", "", second)), key=len)
    if len(short) < 2 or short[0] != long[0]:
        return False
    letters = iter(long)
    return all(c in letters for c in short)


def findings(indexes: Indexes) -> Iterator[Finding]:
    """Aliases that belong to another skill, each led to the one that it goes with best."""
    catalog = indexes.catalog
    judged = judge(indexes)
    own, text_rank = SIGNS.index("own"), SIGNS.index("text_rank")
    for alias, signs, wrong, better in zip(judged.aliases, judged.signs, judged.wrong, judged.better, strict=True):
        if wrong < DOUBTFUL:
            continue
        owner, other = catalog.skill[alias.skill_slug], catalog.skill[better]
        forms = [a.alias_text for a in catalog.aliases_of_skill[owner.slug] if a is not alias]
        reasons = (
            f"{owner.display_name} is also {', '.join(forms[:4]) or 'nothing else'}; the nearest of them to “{alias.alias_text}” "
            f"in meaning has cosine {signs[own]:.2f}",
            f"{round(float(np.expm1(signs[text_rank])))} other skills are nearer to it than what {owner.display_name} is; "
            f"among all forms it goes best with {other.display_name}",
        )
        why = Why(f"“{alias.alias_text}” is no form of {owner.display_name}")
        yield Finding(
            "wrong_alias", {"skill_slug": owner.slug, "alias_text": alias.alias_text}, float(wrong), reasons,
            repoint_alias(catalog, owner.slug, alias.alias_text, other.slug, why),
        )  # fmt: skip
