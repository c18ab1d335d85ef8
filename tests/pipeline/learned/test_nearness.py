"""Nearness: vectors stay of unit length, those of other models stay as they are, and training draws groups together."""

from pathlib import Path

import numpy as np
from safetensors import safe_open

from pipeline.learned.encoder import CachedEncoder
from pipeline.learned.fit.low_rank import GroupedTexts, Schedule, train_low_rank
from pipeline.learned.fit.nearness import write_nearness
from pipeline.learned.fitted import current_file
from pipeline.learned.nearness import AS_ENCODED, LowRank, Nearness, nearness_of, read_nearness
from pipeline.vectors import WIDTH, Vectors, unit


class OtherModel:
    name = "another-model"

    def encode(self, texts: object) -> Vectors:
        raise AssertionError


def test_names_of_one_thing_come_nearer_than_the_encoder_has_them(encoder: CachedEncoder) -> None:
    titles = encoder.encode(["quay crane operator", "ship-to-shore crane driver", "quay surveyor"])
    placed = nearness_of(encoder).titles(titles)
    assert np.allclose(np.linalg.norm(placed, axis=1), 1, atol=1e-5)
    before, after = (float(v[0] @ v[1] - v[0] @ v[2]) for v in (titles, placed))
    assert after > before


def test_vectors_of_another_model_stay_as_they_are() -> None:
    vectors = np.eye(2, 5, dtype=np.float32)
    assert nearness_of(OtherModel()) is AS_ENCODED
    assert np.array_equal(AS_ENCODED.titles(vectors), vectors) and np.array_equal(AS_ENCODED.terms(vectors), vectors)


def test_the_file_says_what_it_was_learned_from() -> None:
    with safe_open(current_file("nearness"), "np") as file:
        header = file.metadata()
    assert "O*NET" in header["fitted_on"] and "CC BY 4.0" in header["fitted_on"] and "ESCO" in header["fitted_on"]
    assert header["date"] in current_file("nearness").name and "fit nearness" in header["command"]


def test_what_is_written_is_read(tmp_path: Path) -> None:
    down, up = (np.full((4, 2), 0.5, np.float32), np.full((2, 4), 0.25, np.float32))
    write_nearness(Nearness(LowRank(down, up), LowRank(-down, up)), tmp_path / "n.safetensors", {"name": "nearness"})
    read = read_nearness(tmp_path / "n.safetensors")
    assert read.of_titles is not None and read.of_terms is not None
    assert np.array_equal(read.of_titles.down, down) and np.array_equal(read.of_terms.down, -down)


def test_training_draws_the_texts_of_a_group_together_and_is_the_same_each_time() -> None:
    random = np.random.default_rng(3)
    groups = np.repeat(np.arange(12), 4)
    # What tells groups apart is a small part of the vectors.
    shared = random.normal(size=(12, 16))[groups]
    vectors = unit(np.hstack([shared, 2 * random.normal(size=(48, WIDTH - 16))]).astype(np.float32))
    texts = GroupedTexts(vectors, groups, np.arange(48))
    schedule = Schedule(steps=40, groups_a_step=12, texts_to_find=2, rank=16, rate=5e-3)
    first, again = train_low_rank(texts, schedule), train_low_rank(texts, schedule)
    assert np.array_equal(first.down, again.down) and np.array_equal(first.up, again.up)
    same = groups[:, None] == groups[None]
    gap = [float(c[same].mean() - c[~same].mean()) for v in (vectors, first(vectors)) for c in (v @ v.T,)]
    assert gap[1] > gap[0] + 0.05
