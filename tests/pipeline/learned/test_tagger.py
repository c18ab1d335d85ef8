"""The tagger of knowledge: spans hold together, are the same alone and beside others, and can be trained."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file

from pipeline.catalog import Catalog
from pipeline.catalog.indexes import Indexes
from pipeline.errors import InputError
from pipeline.learned.fitted import current_file
from pipeline.learned.tagger.features import MAX_LETTERS, WORD_COLUMNS, Features
from pipeline.learned.tagger.model import Tagger
from pipeline.learned.tagger.sentences import read_sentences
from pipeline.learned.tagger.spans import TAGS, decode, spans_of, strict_f1
from pipeline.learned.tagger.training import Schedule, train
from tests.conftest import ROOT, shared

SENTENCES = [
    "Experience with Docker , Kubernetes and Terraform .".split(),
    "We are a friendly team in the heart of town .".split(),
    [],
    "Knowledge of Zylophone ORM and PostgreSQL is required 😀".split(),
    ["word"] * 700,
]


@pytest.fixture(scope="module")
def tagger(indexes: Indexes) -> Tagger:
    return Tagger(indexes.catalog, indexes.aliases)


@pytest.mark.slow
def test_spans_are_the_same_alone_and_beside_others(tagger: Tagger) -> None:
    found = tagger.spans(SENTENCES)
    assert {(2, 2), (4, 4), (6, 6)} <= set(found[0])
    assert found[1] == [] and found[2] == []
    assert any(first <= 5 <= last for first, last in found[3])
    assert [tagger.spans([s])[0] for s in SENTENCES] == found


def test_decode_never_goes_on_in_what_has_not_begun() -> None:
    scores = np.random.default_rng(0).normal(size=(200, 3)).astype(np.float32)
    scores[:, TAGS.index("I")] += 1
    spans = decode(scores)
    assert spans and all(a <= b for a, b in spans) and all(x[1] < y[0] for x, y in zip(spans, spans[1:], strict=False))
    assert decode(np.zeros((0, 3), np.float32)) == []
    assert decode(np.array([[0, -9, 9], [-9, 0, 9]], np.float32)) == [(1, 1)]


def test_tags_mean_spans() -> None:
    assert spans_of("OBIOBBI") == [(1, 2), (4, 4), (5, 6)]
    assert spans_of("OOO") == []


def test_features_have_their_shape(indexes: Indexes) -> None:
    features = Features(indexes.catalog, indexes.aliases)
    for words in filter(None, SENTENCES):
        columns, letters = features.for_words(words)
        assert columns.shape == (len(words), 3 * WORD_COLUMNS) and letters.shape == (len(words), MAX_LETTERS)


def test_the_weights_are_small_and_say_what_they_were_trained_on() -> None:
    assert current_file("tagger").stat().st_size < 5_000_000
    with safe_open(current_file("tagger"), "np") as weights:
        assert {"trained_on", "sentences", "licence"} <= set(weights.metadata())


@pytest.mark.slow
def test_training_is_repeatable(catalog: Catalog, tmp_path: Path) -> None:
    rows = [
        {"tokens": s, "tags_knowledge": ["B" if w[0].isupper() else "O" for w in s], "tags_skill": ["O"] * len(s)}
        for s in SENTENCES[:2] * 20
    ]
    (tmp_path / "skillspan_own.json").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    made = [tmp_path / "a", tmp_path / "b"]
    assert [train([tmp_path / "skillspan_own.json"], catalog, out, Schedule(1, 1)) for out in made] == [40, 40]
    first, second = (load_file(out) for out in made)
    assert first.keys() == second.keys() and all(np.array_equal(first[name], second[name]) for name in first)


@pytest.mark.parametrize(
    "line",
    [
        "{",
        '{"tokens": ["a"]}',
        '{"tokens": ["a"], "tags_knowledge": [], "tags_skill": ["O"]}',
        '{"tokens": ["a"], "tags_knowledge": ["X"], "tags_skill": ["O"]}',
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "s.json").write_text(
        '{"tokens": ["a"], "tags_knowledge": ["B"], "tags_skill": ["O"]}\n' + line, encoding="utf-8"
    )
    with pytest.raises(InputError, match=r"s\.json, line 2"):
        read_sentences(tmp_path / "s.json")


@pytest.mark.slow
def test_gold_spans_are_found_again(tagger: Tagger) -> None:
    """That the weights and the features belong together; these sentences are in the training data, so it is no figure."""
    rows = read_sentences(shared("data/skillspan_dev.json"))[:300]
    assert strict_f1(tagger.spans([r.words for r in rows]), [spans_of(r.knowledge) for r in rows]) > 0.5


@pytest.mark.slow
def test_the_command_answers_in_order(tmp_path: Path) -> None:
    lines = [json.dumps({"id": n, "tokens": s}) for n, s in enumerate(SENTENCES[:3])]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "pipeline", "spans", "--sentences", str(tmp_path / "in.jsonl")],
        cwd=ROOT,
        capture_output=True,
    )
    assert result.returncode == 0, result.stderr.decode()
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [a["id"] for a in answers] == [0, 1, 2]
    assert [2, 2] in answers[0]["spans"] and answers[1]["spans"] == answers[2]["spans"] == []
