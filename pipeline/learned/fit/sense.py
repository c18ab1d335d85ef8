"""``fit sense``: whether a form of the catalog means its skill where it stands.

The labels beside this file were set by hand: for each text its name, its hash, and the code points of the forms that mean
their skill and of those that mean something else; the texts themselves are read from the folder of the evaluation data.
Short passages written for the purpose (``sense_examples.toml``) stand beside them.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.catalog.indexes import Indexes
from pipeline.contracts import ParsedJD
from pipeline.errors import InputError
from pipeline.learned.fit.logistic import Floats, Logistic, fit_logistic, folds, log_loss, sigmoid
from pipeline.learned.fitted import Figures, SenseWeights
from pipeline.stages.encoding import encode_jds
from pipeline.stages.parse import parse_jd
from pipeline.stages.skills.sense_signs import SenseSigns
from pipeline.stages.skills.senses import in_doubt, possible_hits
from pipeline.text import JDText, check_text

LABELS_FILE = Path(__file__).with_name("sense_labels.jsonl")
EXAMPLES_FILE = Path(__file__).with_name("sense_examples.toml")
PENALTY = 0.25
"""Weight of the penalty on the weights."""
KIND_SHARE = 0.5
"""How much more a sign of one kind of forms is held back than the same sign of all: its column is made so much smaller."""
MIN_PROBABILITY = 0.6
"""Probability from which on a form means its skill."""
MIN_WEIGHT = 0.005
"""Log odds below which a sign has no weight."""
EXAMPLE_WEIGHT = 4
"""How often an example counts: few real texts have what they show."""
GROUP_WORDS = 8
"""Closing words by which texts of one employer or board are held out together."""


@dataclass(frozen=True)
class JudgedForm:
    """A form that was judged: its signs by name."""

    group: str
    """Forms of one group are held out together."""
    signs: Mapping[str, float]
    is_meant: bool


def judged_forms(read_texts: Callable[[str], Mapping[str, Mapping[str, Any]]], indexes: Indexes) -> list[JudgedForm]:
    """Return the judged forms of the texts and of the examples; ``read_texts`` gives the rows of a file by their ids.

    Raises ``InputError`` where a text has changed.
    """
    rows = [form for example in _examples() for form in _judge_example(example, indexes)] * EXAMPLE_WEIGHT
    texts: dict[str, Mapping[str, Mapping[str, Any]]] = {}
    for label in map(json.loads, LABELS_FILE.read_text(encoding="utf-8").splitlines()):
        name = label["file"]
        texts.setdefault(name, read_texts(name))
        row = texts[name].get(label["id"])
        if row is None or sha256(row["text"].encode()).hexdigest() != label["sha256"]:
            raise InputError(f"{name}: {label['id']} is missing or is not the text that was judged")
        jd = JDText(check_text(row["text"]))
        parsed = parse_jd(jd, row.get("title"))
        is_meant = {span: kind == "meant" for kind in ("meant", "other") for span in _spans(label[kind])}
        group = " ".join(row["text"].split()[-GROUP_WORDS:]).lower()
        for span, signs in _signs(jd, parsed, indexes):
            if span in is_meant:
                rows.append(JudgedForm(group, signs, is_meant[span]))
    return rows


def _examples() -> list[Mapping[str, Any]]:
    with EXAMPLES_FILE.open("rb") as file:
        return list(tomllib.load(file)["example"])


def _judge_example(example: Mapping[str, Any], indexes: Indexes) -> Iterator[JudgedForm]:
    jd = JDText(example["text"])
    of_example = {"company_name": example.get("employer"), "JD_type": "pass"}
    parsed = parse_jd(jd, None).model_copy(update=of_example)
    meant, other = example.get("meant", ()), example.get("other", ())
    for (start, end), signs in _signs(jd, parsed, indexes):
        surface = jd.raw[start:end]
        if surface in meant or surface in other:
            yield JudgedForm(example["text"], signs, surface in meant)


def _spans(places: str) -> Iterator[tuple[int, int]]:
    for place in places.split():
        start, _, end = place.partition("-")
        yield int(start), int(end)


def _signs(jd: JDText, parsed: ParsedJD, indexes: Indexes) -> Iterator[tuple[tuple[int, int], Mapping[str, float]]]:
    """The forms that the signs decide on: code points of the raw text, and signs."""
    hits = possible_hits(jd, indexes.aliases.find(jd.view, out_of_context=True), indexes)
    (encoded,) = encode_jds([(jd, parsed)], indexes.encoder)
    signs = SenseSigns(encoded, hits, indexes)
    for i, hit in enumerate(hits):
        if in_doubt(hit, indexes):
            yield jd.raw_span(hit.start, hit.end), signs.signs(i)


def fit_sense(rows: Sequence[JudgedForm]) -> tuple[SenseWeights, Figures]:
    """Return the numbers of ``stages.skills.senses`` and their figures, cross-validated by text. Raises ``InputError``."""
    names = sorted({name for row in rows for name in row.signs})
    x = np.array([[row.signs.get(name, 0.0) for name in names] for row in rows], np.float64).reshape(
        len(rows), len(names)
    )
    y = np.array([r.is_meant for r in rows], np.bool_)
    x *= np.array([KIND_SHARE if ":" in name else 1.0 for name in names])
    model = _model(x, y)
    crossed = np.zeros(len(rows))
    for fitted_on, left_out in folds([r.group for r in rows]):
        crossed[left_out] = sigmoid(_model(x[fitted_on], y[fitted_on]).log_odds(x[left_out]))
    weights = SenseWeights(
        bias=round(model.bias, 4),
        weights=_weights(names, model),
        min_probability=MIN_PROBABILITY,
    )
    figures: Figures = {"forms": len(rows), "forms that mean something else": int((~y).sum())}
    for name, p in (("", sigmoid(model.log_odds(x))), ("cross-validated: ", crossed)):
        kept = p >= MIN_PROBABILITY
        figures[f"{name}kept though something else"] = int((kept & ~y).sum())
        figures[f"{name}lost though meant"] = int((~kept & y).sum())
        figures[f"{name}log loss"] = round(log_loss(p, y), 4)
    return weights, figures


def _weights(names: Sequence[str], model: Logistic) -> dict[str, float]:
    each = {n: float(w) * (KIND_SHARE if ":" in n else 1.0) for n, w in zip(names, model.weights, strict=True)}
    return {name: round(weight, 3) for name, weight in each.items() if abs(weight) >= MIN_WEIGHT}


def _model(x: Floats, y: np.typing.NDArray[np.bool_]) -> Logistic:
    try:
        return fit_logistic(x, y, PENALTY, unit_variance=False)
    except ValueError:
        raise InputError(
            "the judged forms all mean their skill, or all something else; nothing can be fitted"
        ) from None
