"""The command line's cache of vectors: it keeps what it is given, and does no harm where it cannot."""

from pathlib import Path

from pipeline.file_store import BATCH_SIZE, FileStore


def test_vectors_are_kept_by_model_and_key(tmp_path: Path) -> None:
    path = tmp_path / "new" / "v.sqlite3"
    rows = {f"k{n}": bytes([n % 256]) for n in range(BATCH_SIZE + 1)}
    FileStore(path).put("m", rows)
    FileStore(path).put("m", {"k0": b"another"})
    assert FileStore(path).get("m", [*rows, "none"]) == rows
    assert FileStore(path).get("other", ["k0"]) == {}


def test_a_file_that_is_no_database_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "v.sqlite3"
    path.write_bytes(b"this is no database at all" * 100)
    store = FileStore(path)
    store.put("m", {"a": b"x"})
    assert store.get("m", ["a"]) == {}


def test_a_folder_that_cannot_be_made_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = FileStore(tmp_path / "file" / "v.sqlite3")
    store.put("m", {"a": b"x"})
    assert store.get("m", ["a"]) == {}
