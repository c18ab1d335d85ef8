"""The probability that an alias belongs to another skill than its owner.

An alias is scored by signs: its similarity to the owner's other forms (meaning, letters, initials) and to the owner's
description, and how much more similar it is to another skill. Only the forms that are least similar to their owner's are
scored. The signs are weighed
by a logistic model, fitted on the shipped catalog with aliases moved at random; how common faults are in a
catalog is estimated as for links.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from rapidfuzz import fuzz, process

from pipeline.audit.link_basis import meaning_text, skill_text
from pipeline.audit.links import posterior
from pipeline.catalog.aliases import fold_key
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import Catalog, Skill, SkillAlias
from pipeline.learned.fitted import owner_weights
from pipeline.learned.sign_weights import OwnerSigns
from pipeline.vectors import unit

FITTED = owner_weights()
SIGNS = tuple(OwnerSigns.model_fields)
MIN_SHARE = 0.0003
"""The least share of wrong aliases that is assumed of a catalog."""
SUSPECT_SHARE = 0.12
"""The share of all aliases that is scored: those least similar to the owner's other forms."""
MIN_SUSPECTS, MAX_SUSPECTS = 200, 2_500
"""Bounds of the number of scored aliases."""
BATCH_SIZE = 500
"""Aliases that are compared with all forms at once, which bounds the memory."""
_WORD = re.compile(r"[a-z0-9+#]+")
_SMALL = frozenset({"and", "of", "the", "for", "in", "to"})


@dataclass(frozen=True)
class Ownership:
    """The aliases that are least similar to their owners' forms, with their signs.

    ``signs`` is (n, len(SIGNS)) float64, ``wrong`` (n,) float64 the probability that an alias belongs to another skill,
    ``better`` the slug of the most similar other skill.
    """

    aliases: tuple[SkillAlias, ...]
    signs: np.ndarray
    wrong: np.ndarray
    better: tuple[str, ...]

    def column(self, sign: str) -> np.ndarray:
        """Return one sign of all these aliases, (n,) float64."""
        return np.asarray(self.signs[:, SIGNS.index(sign)])


def form_texts(catalog: Catalog) -> list[str]:
    """Return the texts that are embedded to score aliases: all aliases, then the names of the skills."""
    return [a.alias_text for a in catalog.skill_aliases] + [s.display_name for s in catalog.skills]


class _Forms:
    """All aliases of a catalog, then the names of its skills, with their vectors and letters."""

    def __init__(self, indexes: Indexes) -> None:
        catalog, encode = indexes.catalog, indexes.encoder.encode
        self.aliases, self.skills = catalog.skill_aliases, catalog.skills
        place = {s.slug: i for i, s in enumerate(self.skills)}
        self.texts = form_texts(catalog)
        self.owner = np.array([place[a.skill_slug] for a in self.aliases] + list(range(len(self.skills))))
        self.keys = [fold_key(t) for t in self.texts]
        self.words = [_WORD.findall(t.lower()) for t in self.texts]
        self.letters = ["".join(w) for w in self.words]
        vectors = encode(self.texts)
        self.vectors = unit(vectors - vectors.mean(axis=0))
        whole = unit(encode([skill_text(s) for s in self.skills]) + encode([meaning_text(s) for s in self.skills]))
        self.descriptions = unit(whole - whole.mean(axis=0))
        """Vectors of the skills' descriptions, (n_skills, width) float32 of unit rows."""

    @cached_property
    def of_skill(self) -> list[list[int]]:
        """Rows of each skill's forms, each text once."""
        rows: list[dict[str, int]] = [{} for _ in self.skills]
        for row, owner in enumerate(self.owner):
            rows[owner].setdefault(self.keys[row], row)
        return [list(by_key.values()) for by_key in rows]

    def name_row(self, owner: int) -> int:
        """The row of a skill's name."""
        return len(self.aliases) + owner

    def siblings(self, row: int) -> list[int]:
        """The other forms of a form's owner; its own name counts as such even where the form is that name."""
        owner = int(self.owner[row])
        key = self.keys[row]
        same = key == self.keys[self.name_row(owner)]
        return [r for r in self.of_skill[owner] if same or self.keys[r] != key]


@dataclass(frozen=True)
class _Closeness:
    """Similarity of each alias to its owner's other forms, (n_aliases,) float64 each.

    The best cosine, the mean cosine, and the best similarity of letters (0..1); 0 where there is no other form.
    """

    best: np.ndarray
    mean: np.ndarray
    letters: np.ndarray

    @classmethod
    def of_forms(cls, forms: _Forms) -> _Closeness:
        closeness = np.zeros((len(forms.aliases), 3))
        for row in range(len(forms.aliases)):
            siblings = forms.siblings(row)
            if siblings:
                cosine = forms.vectors[siblings] @ forms.vectors[row]
                letters = max(fuzz.ratio(forms.letters[row], forms.letters[r]) for r in siblings) / 100
                closeness[row] = cosine.max(), cosine.mean(), letters
        return cls(*closeness.T)

    def suspects(self) -> np.ndarray:
        """Rows of the aliases that are least similar to their owner's other forms, in the order of the catalog."""
        closest = self.best + self.letters
        count = min(len(closest), max(MIN_SUSPECTS, round(SUSPECT_SHARE * len(closest))), MAX_SUSPECTS)
        return np.sort(np.argsort(closest, kind="stable")[:count])


def score_aliases(indexes: Indexes) -> Ownership:
    """Return the aliases that are least similar to their owners' forms, with the probability that each belongs elsewhere."""
    if not indexes.catalog.skill_aliases:
        return Ownership((), np.zeros((0, len(SIGNS))), np.zeros(0), ())
    forms = _Forms(indexes)
    closeness = _Closeness.of_forms(forms)
    rows = closeness.suspects()
    words = _WordOwners.of_forms(forms)
    batches = [
        _comparison_signs(forms, rows[start : start + BATCH_SIZE], closeness)
        for start in range(0, len(rows), BATCH_SIZE)
    ]
    compared = {name: np.concatenate([signs[name] for signs, _ in batches]) for name in batches[0][0]}
    by_form = [{**_word_signs(forms, words, int(row)), **_form_signs(forms, words, int(row))} for row in rows]
    columns = compared | {name: np.array([signs[name] for signs in by_form], np.float64) for name in by_form[0]}
    signs = np.column_stack([columns[name] for name in SIGNS]).astype(np.float64)
    odds = np.exp(np.clip(signs @ np.array(list(FITTED.weights.model_dump().values())) + FITTED.bias, -30, 30))
    wrong = posterior(odds, FITTED.fitted_share, MIN_SHARE, len(forms.aliases))
    better = tuple(forms.skills[i].slug for _, skills in batches for i in skills)
    return Ownership(tuple(forms.aliases[r] for r in rows), signs, wrong, better)


def _comparison_signs(
    forms: _Forms, rows: np.ndarray, closeness: _Closeness
) -> tuple[Mapping[str, np.ndarray], Sequence[int]]:
    """Signs of the similarity of aliases to their owners and to other skills, and the most similar other skill of each.

    Signs are columns of (n_rows,), skills are indexes of ``forms.skills``.
    """
    owner, vectors = forms.owner[rows], forms.vectors[rows]
    is_own = owner[:, None] == forms.owner[None, :]
    cosine = vectors @ forms.vectors.T
    cosine[is_own] = -1.0
    letters = process.cdist(
        [forms.letters[r] for r in rows], forms.letters, scorer=fuzz.ratio, score_cutoff=50, dtype=np.uint8, workers=2
    )
    letters[is_own] = 0
    described = vectors @ forms.descriptions.T
    own_described = described[np.arange(len(rows)), owner]
    described[np.arange(len(rows)), owner] = -1.0
    columns = {
        "own": closeness.best[rows],
        "own_mean": closeness.mean[rows],
        "own_letters": closeness.letters[rows],
        "own_name": (vectors * forms.vectors[forms.name_row(0) + owner]).sum(axis=1),
        "other": cosine.max(axis=1),
        "other_gap": cosine.max(axis=1) - closeness.best[rows],
        "other_letters": letters.max(axis=1) / 100,
        "letters_gap": letters.max(axis=1) / 100 - closeness.letters[rows],
        "text": own_described,
        "text_gap": described.max(axis=1) - own_described,
        "text_rank": np.log1p((described > own_described[:, None]).sum(axis=1)),
    }
    best = (cosine + letters / 100 + described[:, forms.owner]).argmax(axis=1)
    return columns, [int(i) for i in forms.owner[best]]


@dataclass(frozen=True)
class _WordOwners:
    """Indexes of the skills by folded name, and by each word of their descriptions."""

    names: Mapping[str, set[int]]
    described: Mapping[str, set[int]]

    @classmethod
    def of_forms(cls, forms: _Forms) -> _WordOwners:
        names: dict[str, set[int]] = {}
        described: dict[str, set[int]] = {}
        for i, skill in enumerate(forms.skills):
            names.setdefault(forms.keys[forms.name_row(i)], set()).add(i)
            for word in set(_WORD.findall(_description(skill).lower())):
                described.setdefault(word, set()).add(i)
        return cls(names, described)


def _description(skill: Skill) -> str:
    return f"{skill_text(skill)} {skill.maturity_reasoning or ''} {skill.vendor or ''}"


def _word_signs(forms: _Forms, words: _WordOwners, row: int) -> Mapping[str, float]:
    """Signs of the words that an alias shares with the owner's other forms and description."""
    owner, own_words = int(forms.owner[row]), forms.words[row]
    joined = " ".join(own_words)
    shared = (fuzz.token_set_ratio(joined, " ".join(forms.words[r])) for r in forms.siblings(row))
    rarity = {
        w: np.log(len(forms.skills) / len(words.described[w])) for w in sorted(set(own_words)) if w in words.described
    }
    in_description = sum(value for word, value in rarity.items() if owner in words.described[word])
    return {
        "own_words": max(shared, default=0) / 100,
        "description_words": in_description / max(sum(sorted(rarity.values())), 3.0),
    }


def _form_signs(forms: _Forms, words: _WordOwners, row: int) -> Mapping[str, float]:
    """Signs of the letters and the type of an alias."""
    owner, letters, key = int(forms.owner[row]), forms.letters[row], forms.keys[row]
    siblings, alias = forms.siblings(row), forms.aliases[row]
    is_canonical = alias.alias_type == "CANONICAL" or alias.is_primary
    initials = (
        _is_initials(letters, forms.words[r]) or _is_initials(forms.letters[r], forms.words[row]) for r in siblings
    )
    return {
        "initials": any(initials),
        "shortened": any(_is_shortened(letters, forms.letters[r]) for r in siblings),
        "name_elsewhere": bool(words.names.get(key, set()) - {owner}),
        "second_canonical": is_canonical and key != forms.keys[forms.name_row(owner)],
        "version": alias.alias_type == "VERSION",
        "forms": np.log1p(len(siblings)),
        "size": np.log1p(len(letters)),
    }


def _is_initials(short: str, words: Sequence[str]) -> bool:
    """Whether a form begins, or is, the first letters of a name's words, small words counted or not."""
    if len(words) < 2 or not 2 <= len(short) <= 7:
        return False
    short = short.removesuffix("s") if len(short) > 3 else short
    every = "".join(w[0] for w in words)
    large = "".join(w[0] for w in words if w not in _SMALL)
    return every.startswith(short) or large.startswith(short)


def _is_shortened(first: str, second: str) -> bool:
    """Whether the letters of the shorter are in the longer in their order, with the same first one; digits are ignored."""
    short, long = sorted((re.sub(r"\d", "", first), re.sub(r"\d", "", second)), key=len)
    if len(short) < 2 or short[0] != long[0]:
        return False
    letters = iter(long)
    return all(c in letters for c in short)
