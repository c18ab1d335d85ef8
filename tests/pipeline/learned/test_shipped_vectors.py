"""Vectors from the shipped file, from memory, from another store: in this order, each as it was written."""

from pathlib import Path

import numpy as np

from pipeline.learned.shipped_vectors import ShippedFirst, read_vectors, write_vectors
from pipeline.vectors import WIDTH, text_key
from tests.memory_store import MemoryStore


def bits(value: float) -> bytes:
    return np.full(WIDTH, value, np.float32).tobytes()


def test_a_shipped_vector_comes_back_bit_by_bit_and_only_for_its_model(tmp_path: Path) -> None:
    file = tmp_path / "vectors.safetensors"
    write_vectors(file, "m", {text_key("Java"): bits(0.1), text_key("Kafka"): bits(0.2)})
    store = ShippedFirst(MemoryStore(), file)
    assert store.get("m", [text_key("Kafka"), text_key("Rust")]) == {text_key("Kafka"): bits(0.2)}
    assert store.get("other", [text_key("Kafka")]) == {}


def test_other_vectors_are_kept_by_the_other_store_and_read_from_it_once(tmp_path: Path) -> None:
    kept = MemoryStore()
    kept.put("m", {text_key("Rust"): bits(0.3)})
    store = ShippedFirst(kept, tmp_path / "missing.safetensors")
    assert store.get("m", [text_key("Rust")]) == {text_key("Rust"): bits(0.3)}
    store.put("m", {text_key("Go"): bits(0.4)})
    assert kept.get("m", [text_key("Go")]) == {text_key("Go"): bits(0.4)}
    store._store = MemoryStore()  # What was read or written once is in memory.
    assert set(store.get("m", [text_key("Rust"), text_key("Go")])) == {text_key("Rust"), text_key("Go")}


def test_without_the_file_nothing_is_shipped(tmp_path: Path) -> None:
    assert read_vectors(tmp_path / "missing.safetensors", "m")[0] == {}
