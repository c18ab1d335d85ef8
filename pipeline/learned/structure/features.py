"""What the structure model sees of each unit: its words, its form, its place, its neighbours and the heading above it.

A feature is a number below ``SIZE``, the hash of its name; features that collide share a weight. Words weigh less the more
there are of them, so that a long sentence speaks no louder than a short one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from pipeline.learned.structure.units import TextUnit

SIZE = 1 << 15
"""How many features there are."""
MAX_TOKENS = 32
"""Words of a unit that are seen: its first ones, and the last quarter of this number where it has more."""
MAX_HEADING_TOKENS = 9
MAX_CHARACTERS = 600
"""Code points of a unit that are seen from its start."""

_TOKEN = re.compile(r"[^\W\d_]{1,40}|\d{1,12}|[^\w\s]")
_LINK = re.compile(r"https?://|www\.|\.com\b|\.io\b")
_ADDRESS = re.compile(r"[\w.]@\w")
_LABEL_SPLIT = re.compile(r"[:：–—]|\s-\s")
MAX_LABEL = 32
"""Code points before a colon that may be a label ("Location: Pune")."""
_MONEY = frozenset("$€£₹¥")
_UNI, _BI, _FIRST, _SECOND, _PAIR, _TRIPLE, _LAST, _HEAD, _HEAD_BI, _BEFORE, _BEHIND, _LABEL = (
    0x9E3779B1 * n & 0xFFFFFFFF for n in range(1, 13)
)

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]


class Features(NamedTuple):
    """The features of the units of a text: those of unit ``i`` are ``ids[starts[i]:starts[i + 1]]``, each with its value."""

    ids: Integers
    values: Floats
    starts: Integers
    joints: Integers
    """How each unit follows the one before it (``joint``), one number a unit."""


class _Read(NamedTuple):
    """A unit as it is read once: hashes of its words, the words themselves, its form, whether it looks like a heading."""

    words: tuple[str, ...]
    hashes: tuple[int, ...]
    form: tuple[str, ...]
    heads: bool


N_JOINTS = 5


def joint(before: TextUnit, unit: TextUnit) -> int:
    """Return how a unit follows another: in its line, as a next bullet, in a next line, behind a gap, or to or from a bullet."""
    if not unit.opens_line:
        return 1 if unit.bullet and before.bullet else 0
    if unit.after_gap:
        return 3
    if unit.bullet and before.bullet:
        return 1
    return 4 if unit.bullet != before.bullet else 2


@lru_cache(maxsize=1 << 16)
def _hash(word: str) -> int:
    return crc32(word.encode("utf-8", "replace"))


def _mix(salt: int, *hashes: int) -> int:
    """A feature of hashes in their order."""
    value = salt
    for h in hashes:
        value = ((value ^ h) * 0x01000193 + (h >> 15)) & 0xFFFFFFFF
    value ^= value >> 16
    value = value * 0x85EBCA6B & 0xFFFFFFFF
    return (value ^ value >> 13) % SIZE


def _mix_all(salt: int, *hashes: npt.NDArray[np.uint64]) -> Integers:
    """``_mix`` of each place of arrays of hashes."""
    low = np.uint64(0xFFFFFFFF)
    value = np.full(len(hashes[0]), salt, np.uint64)
    for h in hashes:
        value = ((value ^ h) * np.uint64(0x01000193) + (h >> np.uint64(15))) & low
    value ^= value >> np.uint64(16)
    value = value * np.uint64(0x85EBCA6B) & low
    return ((value ^ value >> np.uint64(13)) % np.uint64(SIZE)).astype(np.int64)


@lru_cache(maxsize=1 << 16)
def _named(name: str) -> int:
    return _mix(_hash(name))


def features_of(units: Sequence[TextUnit]) -> Features:
    """Return the features of the units of a text."""
    reads = [
        _read(unit, _is_alone(units, i), units[i + 1] if i + 1 < len(units) else None) for i, unit in enumerate(units)
    ]
    kinds = {unit.heading_kind for unit in units} - {None}
    document = [f"document:{kind}" for kind in sorted(filter(None, kinds))]
    document.append(f"units:{_bin(len(units), (1, 2, 4, 8, 16, 40))}")
    named: list[int] = []
    counts: list[int] = []
    headings: list[int] = []
    above = _Above()
    for i in range(len(units)):
        names = [*reads[i].form, *_position(i, len(units)), *above.names(i), *_around(reads, units, i)]
        own = [_named(name) for name in names]
        own += [_named(f"{d}|{above.kind}") for d in document]
        own += _ends(reads, i)
        named += own
        counts.append(len(own))
        headings.append(above.line_at if above.words else -1)
        above.pass_unit(i, units[i], reads[i])
    joints = [0, *(joint(a, b) for a, b in zip(units, units[1:], strict=False))][: len(units)]
    own_at = np.repeat(np.arange(len(units)), counts)
    word_ids, word_at = _words([read.hashes for read in reads], range(len(units)), _UNI, _BI)
    above_hashes = [reads[h].hashes[:MAX_HEADING_TOKENS] if h >= 0 else () for h in headings]
    head_ids, head_at = _words(above_hashes, range(len(units)), _HEAD, _HEAD_BI)
    at = np.concatenate([own_at, word_at, head_at])
    values = np.concatenate([np.ones(len(own_at)), _shares(word_at), _shares(head_at)])
    order = np.argsort(at, kind="stable")
    ids = np.concatenate([np.array(named, np.int64), word_ids, head_ids])[order]
    starts = np.concatenate([[0], np.cumsum(np.bincount(at, minlength=len(units)))])
    return Features(ids, values[order].astype(np.float32), starts, np.array(joints, np.int64))


def _words(hashes: Sequence[Sequence[int]], rows: Sequence[int], one: int, two: int) -> tuple[Integers, Integers]:
    """Features of the words and pairs of words of each row, and the row of each."""
    sizes = [len(row) for row in hashes]
    flat = np.array([h for row in hashes for h in row], np.uint64)
    at = np.repeat(np.array(rows, np.int64), sizes)
    inside = at[1:] == at[:-1] if len(at) else np.zeros(0, bool)
    pairs = _mix_all(two, flat[:-1][inside], flat[1:][inside])
    return np.concatenate([_mix_all(one, flat), pairs]), np.concatenate([at, at[1:][inside]])


def _shares(rows: Integers) -> npt.NDArray[np.float64]:
    """What each of the words of rows counts: less, the more there are in its row."""
    return np.asarray(1.5 / np.bincount(rows)[rows] ** 0.25, np.float64) if len(rows) else np.zeros(0)


class _Above:
    """The headings above a unit: the nearest known one, and the nearest line that looks like one."""

    def __init__(self) -> None:
        self.kind = "none"
        self.kind_at = 0
        self.line_at = 0
        self.line_kind = "none"
        self.words = False
        self.passed: list[str] = []

    def names(self, at: int) -> list[str]:
        """Features of the unit at an index."""
        near = _bin(at - self.line_at, (1, 2, 4, 8, 16))
        names = [f"above:{self.kind}", f"above:{self.kind}:{_bin(at - self.kind_at, (1, 2, 4, 8, 16))}"]
        names += [f"line:{self.line_kind}:{near}", f"line since:{self.line_at > self.kind_at}:{self.kind}"]
        return names + [f"passed:{kind}" for kind in self.passed]

    def pass_unit(self, at: int, unit: TextUnit, read: _Read) -> None:
        """Go on below a unit."""
        if unit.heading_kind:
            self.kind, self.kind_at = unit.heading_kind, at
            if unit.heading_kind not in self.passed:
                self.passed.append(unit.heading_kind)
        if unit.heading_kind or read.heads:
            self.line_at, self.line_kind, self.words = at, unit.heading_kind or "unknown", True


def _read(unit: TextUnit, alone: bool, following: TextUnit | None) -> _Read:
    text = unit.text[:MAX_CHARACTERS].replace("’", "'")
    found = _TOKEN.findall(text)
    if len(unit.text) > MAX_CHARACTERS:
        found += _TOKEN.findall(unit.text[-60:])
    if len(found) > MAX_TOKENS:
        found = found[: MAX_TOKENS - MAX_TOKENS // 4] + found[-MAX_TOKENS // 4 :]
    words = tuple(str(len(w)) * 2 if w.isdigit() else w.lower() for w in found)
    spoken = [w for w in found if w[0].isalpha()]
    heads = alone and 0 < len(spoken) <= MAX_HEADING_TOKENS and _heads(unit, text.rstrip()[-1:], spoken, following)
    return _Read(words, tuple(map(_hash, words)), tuple(_form(unit, text, alone, spoken, heads)), heads)


def _heads(unit: TextUnit, last: str, spoken: Sequence[str], following: TextUnit | None) -> bool:
    """Whether a short line looks like a heading of what follows it."""
    if unit.mark_covers or last in ":：?":
        return True
    if unit.bullet or last in ".;,":
        return False
    longer = following is not None and len(following.text) > 3 * len(unit.text)
    return longer or unit.after_gap or (following is not None and following.bullet) or all(w.isupper() for w in spoken)


def _is_alone(units: Sequence[TextUnit], i: int) -> bool:
    """Whether a unit is the only one of its line."""
    before = i > 0 and units[i - 1].line == units[i].line
    return not before and not (i + 1 < len(units) and units[i + 1].line == units[i].line)


def _form(unit: TextUnit, text: str, alone: bool, spoken: Sequence[str], heads: bool) -> list[str]:
    last = text.rstrip()[-1:]
    capitals = sum(w[0].isupper() for w in spoken) / max(1, len(spoken))
    upper = len(spoken) > 0 and all(w.isupper() for w in spoken)
    ending = last if last in ".:?!;," else "word" if last.isalnum() else "sign"
    length = _bin(len(spoken), (1, 2, 3, 5, 8, 14, 25))
    place = f"{'bullet' if unit.bullet else 'line' if unit.opens_line else 'running'}{'/alone' if alone else ''}"
    names = [
        f"heading:{unit.heading_kind}",
        f"place:{place}",
        f"gap:{unit.after_gap}",
        f"length:{length}",
        f"length:{length}:{place}:{ending}",
        f"ending:{ending}",
        f"capitals:{int(capitals * 4)}:{upper}",
        f"heads:{heads}:{upper}:{ending}",
    ]
    if unit.mark:
        names.append(f"mark:{unit.mark}:{unit.mark_covers}")
    if any(c.isdigit() for c in text):
        names.append("digit")
    if not _MONEY.isdisjoint(text):
        names.append("money")
    if _LINK.search(text):
        names.append("link")
    if _ADDRESS.search(text):
        names.append("address")
    opening = text[:1]
    if opening and not opening.isalnum():
        names.append("opens:" + (opening if opening.isascii() else "sign"))
    elif opening.islower():
        names.append("opens:lower")
    label = _LABEL_SPLIT.search(text[: MAX_LABEL + 2])
    if label and label.start():
        names += ["label", f"label:{' '.join(text[: label.start()].lower().split())}"]
    return names


def _position(i: int, n: int) -> list[str]:
    return [
        f"index:{_bin(i, (0, 1, 2, 4, 8, 16))}",
        f"from end:{_bin(n - 1 - i, (0, 1, 2, 4, 8))}",
        f"part:{5 * i // n}",
    ]


def _around(reads: Sequence[_Read], units: Sequence[TextUnit], i: int) -> list[str]:
    """The form of the neighbours."""
    names = []
    for side, j in (("before", i - 1), ("behind", i + 1)):
        if not 0 <= j < len(units):
            names.append(f"{side}:none")
            continue
        other = units[j]
        names.append(f"{side}:heading:{other.heading_kind}:{reads[j].heads}")
        names.append(f"{side}:{other.bullet}:{other.opens_line}:{_bin(len(reads[j].words), (2, 5, 12))}")
    return names


def _ends(reads: Sequence[_Read], i: int) -> list[int]:
    """Hashes of the words at the ends of a unit and of its neighbours' first words."""
    words, hashes = reads[i].words, reads[i].hashes
    found = []
    if hashes:
        found += [_mix(_FIRST, hashes[0]), _mix(_FIRST, _hash("-" + words[0][-3:])), _mix(_LAST, hashes[-1])]
        found += [_mix(_FIRST, _hash("=" + words[0][-1:]))]
    if len(hashes) > 1:
        found += [_mix(_SECOND, hashes[1]), _mix(_PAIR, hashes[0], hashes[1])]
    if len(hashes) > 2:
        found.append(_mix(_TRIPLE, *hashes[:3]))
    if i and reads[i - 1].hashes:
        found.append(_mix(_BEFORE, reads[i - 1].hashes[0]))
    if i + 1 < len(reads) and reads[i + 1].hashes:
        found.append(_mix(_BEHIND, reads[i + 1].hashes[0]))
    return found


def _bin(value: int, edges: Sequence[int]) -> int:
    """The number of edges below a value."""
    return bisect_left(edges, value)
