"""Whether a form that the catalog knows means the skill where it stands: "React and Redux", but "react to changes".

A form is first refused where it is part of another name, a sum or a date (``proper_names``), or where the text itself
explains it as something else. A logistic model weighs the signs of the others (``sense_signs``); its weights were fitted on
forms that were judged by hand. A form of several words that names no technology has one sense.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from pipeline.catalog.aliases import Hit
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import TECHNOLOGY
from pipeline.learned.fitted import sense_weights
from pipeline.stages.encoding import EncodedJD
from pipeline.stages.skills.form_words import stems
from pipeline.stages.skills.proper_names import expansion, is_other_name
from pipeline.stages.skills.sense_signs import SenseSigns
from pipeline.stages.skills.sign_memo import SignMemo
from pipeline.text import JDText

MAX_EXPLAINED = 6
"""Letters of an abbreviation that a text may explain."""


def meant(jd: EncodedJD, hits: Sequence[Hit], indexes: Indexes, memo: SignMemo | None = None) -> list[Hit]:
    """Return the hits that mean their skill, in their order; ``memo`` keeps what catalogs with the same skills share."""
    possible = possible_hits(jd.text, hits, indexes, memo)
    return sure_hits(possible, SenseSigns(jd, possible, indexes, memo), indexes, memo)


def sure_hits(possible: Sequence[Hit], signs: SenseSigns, indexes: Indexes, memo: SignMemo | None = None) -> list[Hit]:
    """Return those of some hits that mean their skill by their signs."""
    least = sense_weights().min_probability
    return [
        hit for i, hit in enumerate(possible) if not in_doubt(hit, indexes) or _probability(signs, i, memo) >= least
    ]


def _probability(signs: SenseSigns, i: int, memo: SignMemo | None) -> float:
    """The probability that the form at an index means its skill."""
    if memo is None:
        return probability(signs.signs(i))
    basis = signs.basis(i)
    if basis not in memo.probability:
        memo.probability[basis] = probability(signs.signs(i))
    return memo.probability[basis]


def possible_hits(jd: JDText, hits: Sequence[Hit], indexes: Indexes, memo: SignMemo | None = None) -> list[Hit]:
    """Return the hits that are no part of another name and that the text does not explain as something else."""
    view = jd.view
    other = _other_expansions(view, hits, indexes)
    known = memo.other_names if memo else {}
    for hit in hits:
        if (hit.start, hit.end) not in known:
            known[hit.start, hit.end] = is_other_name(view, hit.start, hit.end)
    return [
        h for h in hits if not known[h.start, h.end] and view[h.start : h.end] not in other.get(h.form.skill_slug, ())
    ]


def in_doubt(hit: Hit, indexes: Indexes) -> bool:
    """Return whether the signs decide on a form: names of technologies, abbreviations, and what asks for a context."""
    form = hit.form
    if hit.out_of_context or indexes.catalog.skill[form.skill_slug].skill_nature in TECHNOLOGY:
        return True
    return form.alias_text.isupper() and len(form.alias_text) < MAX_EXPLAINED


def probability(signs: dict[str, float]) -> float:
    """Return the probability that a form with these signs means its skill."""
    fitted = sense_weights()
    log_odds = fitted.bias + sum(fitted.weights.get(name, 0.0) * value for name, value in signs.items())
    return 1.0 / (1.0 + exp(-log_odds))


def _other_expansions(view: str, hits: Sequence[Hit], indexes: Indexes) -> dict[str, set[str]]:
    """Abbreviations that the text explains as something else than the skill, by the skill's slug."""
    explained: dict[str, set[str]] = {}
    for surface, slug in {(view[h.start : h.end], h.form.skill_slug) for h in hits if h.end - h.start <= MAX_EXPLAINED}:
        at = view.find(f"({surface})") if surface.isupper() else -1
        long = expansion(view, at + 1, at + 1 + len(surface)) if at >= 0 else None
        if long and not _says_the_same(long, indexes.aliases.names_of(slug)):
            explained.setdefault(slug, set()).add(surface)
    return explained


def _says_the_same(long: str, names: Sequence[str]) -> bool:
    """Whether most words of what an abbreviation stands for are words of a skill's names."""
    words = stems(long)
    return 2 * len(words & stems(" ".join(names))) > len(words)
