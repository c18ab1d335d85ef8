"""What the shards of a folder answer: which files, with which catalog and program, and how; kept beside them as JSON."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import InputError
from pipeline.scale.blocks import DIGITS, JDTable

FILE = "batch.json"
ROOT = Path(__file__).resolve().parents[1]
_LIBRARIES = ("torch", "numpy", "tokenizers")
"""Libraries that compute: another release may round otherwise."""


class Fingerprint(BaseModel):
    """What decides what a run says, each as a digest or a name: equal ones give equal answers."""

    model_config = ConfigDict(frozen=True)

    catalog: str
    program: str
    model: str

    def differences(self, other: Fingerprint) -> list[str]:
        """What is not the same, in words."""
        words = {"catalog": "the catalog", "program": "the program", "model": "the embedding model"}
        return [word for name, word in words.items() if getattr(self, name) != getattr(other, name)]


class Input(BaseModel):
    """A file that is answered, by its name and the digest of its footer."""

    model_config = ConfigDict(frozen=True)

    file: str
    digest: str
    rows: int


class Manifest(BaseModel):
    """What a folder of shards answers. ``shard_rows`` are the rows of a shard, as many as its first run chose."""

    model_config = ConfigDict(frozen=True)

    form: Literal[1] = 1
    made_by: Fingerprint
    hide_title: bool = False
    full: bool = False
    shard_rows: int
    inputs: tuple[Input, ...]

    @property
    def rows(self) -> int:
        """The job descriptions of all files."""
        return sum(one.rows for one in self.inputs)


def fingerprint(catalog: Path, model: str) -> Fingerprint:
    """What decides what runs say in this process, with the catalog of a folder and an embedding model by its name."""
    libraries = " ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    program = [p for p in ROOT.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    return Fingerprint(
        catalog=catalog_digest(catalog),
        program=_digest(sorted(program), ROOT, libraries),
        model=model,
    )


def catalog_digest(folder: Path) -> str:
    """The digest of the catalog in a folder."""
    return _digest(sorted(folder.glob("*.csv")), folder)


def _digest(files: Sequence[Path], folder: Path, seed: str = "") -> str:
    """A digest of files with their places in a folder."""
    found = hashlib.sha256(seed.encode())
    for file in files:
        content = file.read_bytes()
        found.update(f"{file.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
    return found.hexdigest()[:DIGITS]


def inputs_of(tables: Sequence[JDTable]) -> tuple[Input, ...]:
    """Files as a manifest has them. Raises ``InputError`` where one is there twice."""
    found: dict[Input, str] = {}
    for table in tables:
        one = Input(file=table.name, digest=table.digest, rows=table.rows)
        if one in found:
            raise InputError(f"{table.path} and {found[one]} are the same file; leave one of them out.")
        found[one] = table.path
    return tuple(found)


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a folder; null where there is none. Raises ``InputError`` for one that cannot be read."""
    file = folder / FILE
    try:
        return Manifest.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not the manifest of a batch"
        raise InputError(f"{file} cannot be read: {reason}. Choose another folder for --out.") from None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of a folder, which then has the old one or the new one and nothing between."""
    write_whole(folder / FILE, (manifest.model_dump_json(indent=2) + "\n").encode())


def write_whole(file: Path, content: bytes) -> None:
    """Write a file that has its name only when all of it is on the disk."""
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    with unfinished.open("wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
    unfinished.replace(file)


def merged(folder: Path, before: Manifest | None, now: Manifest) -> Manifest:
    """The manifest with which a folder is gone on with: files may have been added, all else must be as it was.

    Raises ``InputError`` that says what is not.
    """
    if before is None:
        if any(folder.glob("*.parquet")):
            raise InputError(f"{folder} has files of Parquet of something else; choose another folder for --out.")
        return now
    changed = before.made_by.differences(now.made_by)
    changed += ["--hide-title"] if before.hide_title != now.hide_title else []
    changed += ["--full"] if before.full != now.full else []
    gone = [one.file for one in before.inputs if one not in now.inputs]
    changed += [f"the file {name}" for name in gone[:3]] + ([f"{len(gone) - 3} more files"] if len(gone) > 3 else [])
    if changed:
        raise InputError(
            f"{folder} holds answers of another batch: not the same are {', '.join(changed)}. "
            "Choose another folder for --out, or go on with what began it."
        )
    added = [one for one in now.inputs if one not in before.inputs]
    return before.model_copy(update={"inputs": (*before.inputs, *added)})
