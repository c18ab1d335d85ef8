"""The AI index with its indicators, its vocabulary and the sum that makes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from pages.components import markup
from pages.components.labels import AI_SIGN_NAMES
from pages.components.markup import Column
from pages.run.details.client_places import CitedText
from pages.run.sides import RunView
from pipeline.stages.enrichment.ai_index import FORMULA, WORD_WEIGHTS, sum_in_words

VOCABULARY_LABELS = {"assistants": "Assistants", "frameworks": "Frameworks", "concepts": "Models / concepts"}
SIGN_COLUMNS = ("Indicator", "Holds, points", Column("What shows it", "shows"))
WORD_COLUMNS = ("Vocabulary", Column("Each", "n"), "Skills of the text", Column("Sum", "n"))
BASELINE = "role_baseline"


def shown(view: RunView, output: Mapping[str, Any], cited: CitedText) -> Markup:
    """The index as a number, its six indicators, its vocabulary, its formula."""
    index = output["ai_index"]
    is_usual = output["sources"].get("ai_index") == BASELINE
    source = markup.tag("from the role's baseline" if is_usual else "from the text")
    value = markup.fill('<span class="jdw-index">{}</span> <span class="jdw-meta">/ 5</span>', f"{index['value']:.2f}")
    return (
        markup.caption(f"AI index · 0 no use of AI, 5 wholly dependent on it · {index['version']}")
        + markup.fill('<div class="jdw-judged">{} {}</div>', value, source)
        + markup.table(SIGN_COLUMNS, [_sign(sign, cited, is_usual) for sign in _signs(index)])
        + markup.table(WORD_COLUMNS, [_words(view, index, kind) for kind in VOCABULARY_LABELS])
        + _formula(index, is_usual)
    )


def _signs(index: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The indicators with what shows them; of an old document, the indicators alone."""
    signs: Sequence[Mapping[str, Any]] = index.get("signs") or ()
    return signs or [{"indicator": name, "holds": holds} for name, holds in index["indicators"].items()]


def _sign(sign: Mapping[str, Any], cited: CitedText, is_usual: bool) -> list[str | Markup]:
    holds, weight = sign["holds"], sign.get("weight")
    found = sign.get("evidence") or ()
    skills = markup.join((cited.link(e["text"], e.get("source")) for e in found if e.get("skill")), ", ")
    words = (cited.link(e["text"], e.get("source")) for e in found if not e.get("skill"))
    evidence = [*filter(None, [skills]), *words]
    usual = markup.meta_span("usual for the role") if holds and is_usual and not evidence else Markup()
    points = "" if weight is None else f"{weight if holds else 0:g} of {weight:g}"
    return [
        AI_SIGN_NAMES.get(sign["indicator"], sign["indicator"]).capitalize().replace(" ai", " AI"),
        markup.fill("{} {}", markup.bold("yes") if holds else markup.meta_span("no"), markup.meta_span(points)),
        markup.join(evidence, Markup("<br>")) if evidence else usual,
    ]


def _words(view: RunView, index: Mapping[str, Any], kind: str) -> list[str | Markup]:
    names = (index.get("vocabulary") or {}).get(kind) or []
    weights: Mapping[str, int] = index.get("vocabulary_weights") or {str(k): n for k, n in WORD_WEIGHTS.items()}
    skills = markup.join((view.link("skill", name) for name in names), ", ") if names else markup.meta_span("none")
    return [VOCABULARY_LABELS[kind], f"×{weights[kind]}", skills, str(weights[kind] * len(names))]


def _formula(index: Mapping[str, Any], is_usual: bool) -> Markup:
    """How the number comes about, in general and here."""
    if is_usual or not index.get("signs"):
        return markup.meta(FORMULA)
    counts = {kind: len(index["vocabulary"].get(kind) or ()) for kind in VOCABULARY_LABELS}
    points = [sign["weight"] for sign in index["signs"] if sign["holds"]]
    return markup.meta(markup.join([FORMULA, f"Here: {sum_in_words(points, counts)}."], Markup("<br>")))
