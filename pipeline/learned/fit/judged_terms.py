"""The terms that were judged by hand for ``fit terms``.

For each text its name, its hash, and the code points of the terms that a curator would take into a catalog and of those that
not; the texts themselves are read from the folder of the evaluation data.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.text import Span

LABELS_FILE = Path(__file__).with_name("term_labels.jsonl")


@dataclass(frozen=True)
class JudgedText:
    """A text with the spans of its raw text that were judged, and whether they were accepted."""

    text: str
    title: str | None
    judged: Mapping[Span, bool]


def judged_texts(read_texts: Callable[[str], Mapping[str, Mapping[str, Any]]]) -> list[JudgedText]:
    """Return the judged texts; ``read_texts`` gives the rows of a file by their ids.

    Raises ``InputError`` where a text has changed.
    """
    texts: dict[str, Mapping[str, Mapping[str, Any]]] = {}
    judged = []
    for label in map(json.loads, LABELS_FILE.read_text(encoding="utf-8").splitlines()):
        name = label["file"]
        if name not in texts:
            texts[name] = read_texts(name)
        row = texts[name].get(label["id"])
        if row is None or sha256(row["text"].encode()).hexdigest() != label["sha256"]:
            raise InputError(f"{name}: {label['id']} is missing or is not the text that was judged")
        places = {span: kind == "accepted" for kind in ("refused", "accepted") for span in _spans(label[kind])}
        judged.append(JudgedText(row["text"], row.get("title"), places))
    return judged


def _spans(places: str) -> Iterator[Span]:
    for place in places.split():
        start, _, end = place.partition("-")
        yield int(start), int(end)
