"""The fit of the structure model, by ``python -m pipeline fit structure``.

The labels beside this file were set by hand: for each text its name, its hash and the kind of each passage by the code point
at which it begins; the texts themselves are read from the folder of the evaluation data. Each text is learned from whole, and
from variants of it: without what is known of its headings, without its headings, and in parts, since what the model reads
need not use a known heading, or any, and may be a few lines long.
"""

from __future__ import annotations

import json
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from zlib import crc32

import numpy as np
from safetensors.numpy import save_file
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from pipeline.errors import InputError
from pipeline.learned.fit.chain import UNKNOWN, Chain, Doubles, Integers, Texts, loss
from pipeline.learned.structure.features import N_JOINTS, SIZE, Features, features_of
from pipeline.learned.structure.kinds import KINDS
from pipeline.learned.structure.model import StructureModel
from pipeline.learned.structure.units import TextUnit
from pipeline.text import DEMAND_KINDS, JDText
from pipeline.text.headings import PHRASES_OF_KIND, heading_kind
from pipeline.text.sentences import find_units

LABELS_FILE = Path(__file__).with_name("structure_labels.jsonl")
HEADINGS_FILE = Path(__file__).with_name("structure_headings.toml")
LETTERS = "rqwacbpogytfhxs"
"""What stands for each of ``KINDS`` in that file; "?" is unknown."""
PENALTY, STEP_PENALTY, EDGE_PENALTY = 0.3, 0.03, 0.1
"""Of the squared weights of the features, of the steps, and of the first and last kinds."""
MAX_ROUNDS = 60
BATCH = 100
"""Texts of about one length whose sums are taken together."""
UNKNOWN_HEADINGS, OTHER_WORDS, NO_HEADINGS, PART = 0.5, 0.5, 0.15, 0.1
"""How much the variants count beside the text itself."""
MAX_PART = 3
"""Passages of a part."""
N_COMPOSED, COMPOSED, MAX_COMPOSED, MAX_BODY = 2500, 0.3, 4, 4
"""Texts put together from passages of several: how many, how much each counts, its passages, and the units of each."""
TITLED, HEADED, KNOWN_HEADING, WITH_COLON, REWORDED = 0.4, 0.65, 0.4, 0.4, 0.3
"""Shares of them with a title, and of their passages with a heading, a known one, one that ends in a colon, and other words."""
NEW_WORDS = 0.5
"""Share of the words of a passage in other words that are new."""
MAX_HEADING_WORDS = 5
"""Words of a known heading that is one wherever it stands."""
FOLDS = 5
HEADING, DUTY = KINDS.index("heading"), KINDS.index("responsibilities")

Progress = Callable[[str], None]
"""Takes a line on the progress."""


@dataclass(frozen=True)
class Example:
    """The units of a text with their labels, numbers of ``KINDS`` or ``UNKNOWN``."""

    group: str
    """Texts of one group are held out together."""
    units: tuple[TextUnit, ...]
    labels: Integers
    weight: float = 1.0

    @cached_property
    def features(self) -> Features:
        """The features of the units."""
        return features_of(self.units)


def fit_structure(folder: Path, out: Path, progress: Progress = lambda _line: None) -> int:
    """Fit the model on the labelled texts of a folder and write it to ``out``; return how many there were.

    The file's header says what it was fitted on and how right the kinds of held-out texts were. Raises ``InputError``.
    """
    examples = read_examples(folder)
    right, duties = cross_validate(examples, progress)
    model = fit(learned_from(examples))
    header = {
        "fitted_on": "jds_dev.jsonl, jds_dev_2.jsonl and jds_load.jsonl: passages labelled by hand",
        "texts": str(len(examples)),
        "command": "python -m pipeline fit structure",
        "held_out_letters_right": f"{right:.4f}",
        "held_out_duties_f1": f"{duties:.4f}",
    }
    write_model(model, out, header)
    return len(examples)


def read_examples(folder: Path) -> list[Example]:
    """Return the labelled texts of a folder. Raises ``InputError`` where a file is missing or a text has changed."""
    labels = [json.loads(line) for line in LABELS_FILE.read_text(encoding="utf-8").splitlines()]
    texts: dict[str, str] = {}
    for name in sorted({label["file"] for label in labels}):
        if not (folder / name).is_file():
            raise InputError(f"{folder}: there is no {name}; give the folder of the evaluation data with --data DIR")
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            texts[row["id"]] = row["text"]
    examples = []
    for label in labels:
        raw = texts.get(label["id"], "")
        if sha256(raw.encode()).hexdigest() != label["sha256"]:
            raise InputError(f"{label['file']}: {label['id']} is missing or is not the text that was labelled")
        examples.append(read_example(raw, label["runs"]))
    return examples


def read_example(raw: str, runs: str) -> Example:
    """Return a text with labels, given as letters with the code points at which they begin ("t0 a24")."""
    at = np.full(len(raw), UNKNOWN)
    for run in runs.split():
        at[int(run[1:]) :] = LETTERS.find(run[0])
    at[[not c.isalnum() for c in raw]] = UNKNOWN
    jd = JDText(raw)
    units = find_units(jd.view, jd.marks)
    labels = [_label(unit, at[slice(*jd.raw_span(unit.start, unit.end))]) for unit in units]
    return Example(_group(raw), tuple(units), np.array(labels, np.int64))


def _label(unit: TextUnit, at: Integers) -> int:
    """The label of most of a unit's letters."""
    if unit.heading_kind and len(unit.text.split()) <= MAX_HEADING_WORDS:
        return HEADING
    known = at[at != UNKNOWN]
    return int(np.bincount(known).argmax()) if len(known) else UNKNOWN


def _group(raw: str) -> str:
    """A text's closing words, which the texts of one employer or board share."""
    return " ".join(raw.split()[-8:]).lower()


def variants(example: Example) -> Iterator[Example]:
    """Yield an example and the variants that are learned from beside it."""
    units, labels = example.units, example.labels
    yield example

    def variant(kept: Sequence[TextUnit], kinds: Integers, weight: float) -> Example:
        return Example(example.group, tuple(kept), kinds, weight)

    yield variant([unit._replace(heading_kind=None) for unit in units], labels, UNKNOWN_HEADINGS)
    draw = np.random.default_rng(len(units))
    yield variant([_in_other_words(unit, draw) for unit in units], labels, OTHER_WORDS)
    body = labels != HEADING
    if body.any() and not body.all():
        yield variant([unit for unit, kept in zip(units, body, strict=True) if kept], labels[body], NO_HEADINGS)
    begins = [*_passages(labels), len(labels)]
    for size in range(1, MAX_PART + 1):
        for i in range(0, len(begins) - size, size):
            first, end = begins[i], begins[i + size]
            if end - first < len(units) and body[first:end].any():
                yield variant(
                    [units[first]._replace(after_gap=False), *units[first + 1 : end]], labels[first:end], PART
                )


def _in_other_words(unit: TextUnit, draw: np.random.Generator) -> TextUnit:
    """The unit with some of its words replaced by words that no text has; a heading keeps its own."""
    if unit.heading_kind:
        return unit
    words = [
        "".join(map(chr, draw.integers(97, 123, 7))) if word.isalpha() and draw.random() < NEW_WORDS else word
        for word in unit.text.split(" ")
    ]
    return unit._replace(text=" ".join(words))


def learned_from(examples: Sequence[Example]) -> list[Example]:
    """Return all that is learned from for examples: their variants, and short texts put together from their passages."""
    return [variant for example in examples for variant in variants(example)] + list(_composed(examples))


def _composed(examples: Sequence[Example]) -> Iterator[Example]:
    """Yield texts of a few passages, each of some units of one kind of an example, under headings that people write."""
    bodies = _bodies(examples)
    with HEADINGS_FILE.open("rb") as file:
        headings = tomllib.load(file)
    kinds = [kind for kind in KINDS if kind in headings and bodies[kind]]
    shares = np.array([3.0 if kind in DEMAND_KINDS else 1.0 for kind in kinds])
    draw = np.random.default_rng(0)
    for number in range(N_COMPOSED):
        units: list[TextUnit] = []
        labels: list[int] = []
        if draw.random() < TITLED and bodies["title"]:
            units.append(bodies["title"][draw.integers(len(bodies["title"]))][0])
            labels.append(KINDS.index("title"))
        size = int(draw.integers(1, MAX_COMPOSED + 1))
        for kind in draw.choice(kinds, size, p=shares / shares.sum()):
            known = PHRASES_OF_KIND.get(kind, ())
            wordings = [w.capitalize() for w in known] if known and draw.random() < KNOWN_HEADING else headings[kind]
            headed = draw.random() < HEADED
            if not headed and HEADING not in labels:
                kind = "about_role"  # what opens a text without a heading
            if headed:
                text = wordings[draw.integers(len(wordings))] + (":" if draw.random() < WITH_COLON else "")
                units.append(TextUnit(0, 0, text, 0, opens_line=True, heading_kind=heading_kind(text)))
                labels.append(HEADING)
            first = len(units)
            body = bodies[kind][draw.integers(len(bodies[kind]))][: int(draw.integers(1, MAX_BODY + 1))]
            units += [_in_other_words(unit, draw) for unit in body] if draw.random() < REWORDED else body
            units[first] = units[first]._replace(opens_line=True, after_gap=labels[-1:] != [HEADING])
            labels += [KINDS.index(kind)] * len(body)
        gaps = draw.random() < 0.5
        lines = np.cumsum([unit.opens_line for unit in units])
        placed = [
            unit._replace(line=int(line), after_gap=bool(i and (gaps if kind == HEADING else unit.after_gap)))
            for i, (unit, kind, line) in enumerate(zip(units, labels, lines, strict=True))
        ]
        yield Example(f"composed {number}", tuple(placed), np.array(labels), COMPOSED)


def _bodies(examples: Sequence[Example]) -> Mapping[str, list[tuple[TextUnit, ...]]]:
    """The passages of examples without their headings, by kind."""
    found: dict[str, list[tuple[TextUnit, ...]]] = defaultdict(list)
    for example in examples:
        begins = [*_passages(example.labels), len(example.labels)]
        for first, end in zip(begins, begins[1:], strict=False):
            body = [i for i in range(first, end) if example.labels[i] not in (HEADING, UNKNOWN)]
            if body:
                found[KINDS[example.labels[body[0]]]].append(tuple(example.units[i] for i in body))
    return found


def _passages(labels: Integers) -> list[int]:
    """Where a passage begins: at a heading, and where the kind changes."""
    begins = []
    for i, kind in enumerate(labels):
        before = labels[i - 1] if i else None
        if before is None or (kind != before and (kind == HEADING or before != HEADING)):
            begins.append(i)
    return begins


def fit(examples: Sequence[Example]) -> StructureModel:
    """Return the model with the greatest penalised likelihood of the labels of examples."""
    found = sorted((example for example in examples if example.units), key=lambda example: len(example.units))
    features = [example.features for example in found]
    offsets = np.cumsum([0, *(len(f.ids) for f in features)])
    starts = np.concatenate([[0], *(f.starts[1:] + o for f, o in zip(features, offsets[:-1], strict=True))])
    ids, values = (np.concatenate(parts) for parts in zip(*((f.ids, f.values) for f in features), strict=True))
    table = csr_matrix((values.astype(np.float64), ids, starts), (len(starts) - 1, SIZE))
    by_feature = table.T.tocsr()
    groups = [(found[i].features.joints, found[i].labels, found[i].weight) for i in range(len(found))]
    batches = [Texts.of(*zip(*groups[i : i + BATCH], strict=True)) for i in range(0, len(groups), BATCH)]
    edges = np.cumsum([0, *(int(batch.lengths.sum()) for batch in batches)])
    k = len(KINDS)
    shapes = ((SIZE, k), (N_JOINTS, k, k), (k,), (k,))
    sizes = [int(np.prod(shape)) for shape in shapes]
    penalty = np.repeat([PENALTY, STEP_PENALTY, EDGE_PENALTY, EDGE_PENALTY], sizes)

    def parts(x: Doubles) -> list[Doubles]:
        return [p.reshape(shape) for p, shape in zip(np.split(x, np.cumsum(sizes)[:-1]), shapes, strict=True)]

    def objective(x: Doubles) -> tuple[float, Doubles]:
        weights, *chain = parts(x)
        scores = table @ weights
        losses = [loss(b, scores[i:j], Chain(*chain)) for b, i, j in zip(batches, edges, edges[1:], strict=False)]
        values, by_scores, by_chain = zip(*losses, strict=True)
        gradient = [by_feature @ np.concatenate(by_scores), *(sum(parts) for parts in zip(*by_chain, strict=True))]
        flat = np.concatenate([np.ravel(part) for part in gradient])
        return sum(values) + 0.5 * float(penalty @ (x * x)), flat + penalty * x

    options = {"maxiter": MAX_ROUNDS, "maxcor": 8}
    best = minimize(objective, np.zeros(sum(sizes)), jac=True, method="L-BFGS-B", options=options).x
    return StructureModel(*(part.astype(np.float32) for part in parts(best)))


def write_model(model: StructureModel, out: Path, header: Mapping[str, str]) -> None:
    """Write a model, the weights of its features in eight bits."""
    scale = np.abs(model.features).max() / 127
    tensors = {
        "features": np.round(model.features / scale).astype(np.int8),
        "scale": np.array([scale], np.float32),
        "steps": model.steps,
        "first": model.first,
        "last": model.last,
    }
    save_file(tensors, out, dict(header))


def cross_validate(examples: Sequence[Example], progress: Progress) -> tuple[float, float]:
    """Return the share of letters in units of the right kind, and the F1 of letters of duties, in held-out texts."""
    counts = np.zeros(5)
    for fold in range(FOLDS):
        held_out = [e for e in examples if crc32(e.group.encode()) % FOLDS == fold]
        rest = [e for e in examples if crc32(e.group.encode()) % FOLDS != fold]
        model = fit(learned_from(rest))
        for example in held_out:
            counts += _letters(example, model)
        progress(f"fold {fold + 1} of {FOLDS}: {len(rest)} texts learned, {len(held_out)} read")
    right, letters, found, wanted, both = counts
    return float(right / letters), float(2 * both / (found + wanted))


def _letters(example: Example, model: StructureModel) -> Doubles:
    """Letters: those of the right kind, all, those found to be duties, those that are, and both."""
    got = np.array([KINDS.index(kind) for kind in model.kinds(example.units)])
    sizes = np.array([sum(map(str.isalnum, unit.text)) for unit in example.units])
    sizes = sizes * (example.labels != UNKNOWN)
    right, found, wanted = got == example.labels, got == DUTY, example.labels == DUTY
    return np.array([sizes @ right, sizes.sum(), sizes @ found, sizes @ wanted, sizes @ (found & wanted)], np.float64)
