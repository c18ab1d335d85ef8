"""The training of the branch: tokens become words with their tags, and what is written can be read and used."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.numpy import load_file

from pipeline.learned.branch import read_branch
from pipeline.learned.minilm import MiniLM
from pipeline.learned.tagger.branching import DEPTH, RANK, examples_of, train_branch
from pipeline.learned.tagger.sentences import TaggedSentence
from pipeline.learned.tagger.spans import TAGS
from pipeline.vectors import WIDTH

ROWS = [
    ("Tends Postgres clusters .", "OBIO", "BIIO"),
    ("CI/CD and Go , daily", "BOBOO", "OOOOO"),
    ("Greets visitors warmly", "OOO", "BII"),
    ("Speaks Erlang or Elm", "OBOB", "OOOO"),
    ("Plots maps with QGIS", "OOOB", "BIOO"),
    ("Waters the plants", "OOO", "BII"),
]


def sentence(text: str, knowledge: str, skill: str) -> TaggedSentence:
    return TaggedSentence(text.split(), list(knowledge), list(skill), "made up")


def letters(tags: torch.Tensor) -> str:
    return "".join(TAGS[t] for t in tags.tolist())


def test_a_token_of_several_words_begins_its_span_with_the_first() -> None:
    # CI / CD and Go , daily
    (example,) = examples_of([sentence(*ROWS[1])])
    assert (letters(example.knowledge), letters(example.skill)) == ("BIIOBOO", "OOOOOOO")
    assert example.states.shape[1] == WIDTH and len(example.first) == len(example.shapes) == len(example.letters) == 7
    assert example.first.tolist() == [1, 2, 3, 4, 5, 6, 7]


def test_a_wording_is_an_example_once_and_the_first_tags_count() -> None:
    made = examples_of([sentence(*ROWS[2]), sentence(*ROWS[0]), sentence("Greets visitors warmly", "BII", "OOO")])
    assert sorted(letters(e.knowledge) for e in made) == ["OBIO", "OOO"]


@pytest.mark.slow
def test_training_writes_a_file_that_tags_words_and_is_the_same_each_time(tmp_path: Path) -> None:
    tagged = tmp_path / "made_up.json"
    lines = [
        {"tokens": text.split(), "tags_knowledge": list(knowledge), "tags_skill": list(skill)}
        for text, knowledge, skill in ROWS
    ]
    tagged.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    progress: list[str] = []
    out, again = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    assert train_branch([tagged], out, 1, progress.append) == train_branch([tagged], again, 1) == len(ROWS)
    assert [line.split(":")[0] for line in progress] == ["epoch 1 of 1"]
    first, second = load_file(out), load_file(again)
    assert first.keys() == second.keys() and all(np.array_equal(first[name], second[name]) for name in first)
    with safe_open(out, "np") as opened:
        assert opened.metadata() == {
            "trained_on": "made_up.json",
            "sentences": str(len(ROWS)),
            "licence": "MIT (SkillSpan)",
            "seeds": "0",
        }

    weights = read_branch(out)
    assert weights.depth == DEPTH and weights.tensors[f"down.{DEPTH}.qkv"].shape[0] == RANK
    assert weights.tensors.keys() == read_branch().tensors.keys()
    made = MiniLM(branch=weights).encode_with_tags(["Speaks Erlang or Elm"])
    assert made.tags[0].shape == (4, 2) and made.tags[0].min() >= 0
