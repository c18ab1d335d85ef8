"""The folded form of a text, in which forms of the catalog are looked for, with the place of each of its characters in the raw one.

Case, kinds of dashes and quotes, hyphen against space, runs of white space, blanks around a slash, and signs that no name contains
make no difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

_BLANKS = "-\t\n\r\v\f"
_WIDE_BLANKS = "‐‑‒–—−\u00a0\u202f\u2009\u3000"
_SIGNS = ",;:()[]{}\"'!?*|<>=~"
_WIDE_SIGNS = "•●▪·…“”‘’«»"


def _blank(text: str, signs: str) -> str:
    for sign in signs:
        text = text.replace(sign, " ")
    return text


@dataclass(frozen=True)
class Folded:
    """A folded text behind one blank; ``places`` holds the position in the raw text of each position of ``text``.

    ``places`` is null where nothing was left out, so that positions differ by the leading blank alone.
    """

    text: str
    places: npt.NDArray[np.int64] | None


def fold(text: str) -> Folded:
    """Return the folded text with the positions of its characters in the raw one."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    low = _blank(low, _BLANKS)
    plain = low.isascii()
    if not plain:
        low = _blank(low, _WIDE_BLANKS)
    places = None
    if "  " in low or " /" in low or "/ " in low:
        low, places = _squeeze(low)
    low = _blank(low, _SIGNS)
    if not plain:
        low = _blank(low, _WIDE_SIGNS)
    return Folded(f" {low}", places)


def _squeeze(low: str) -> tuple[str, npt.NDArray[np.int64]]:
    """The text with one blank for many and none around a slash, and the old position of each of its characters."""
    codec = "ascii" if low.isascii() else "utf-32-le"
    signs = np.frombuffer(low.encode(codec, "surrogatepass"), np.uint8 if codec == "ascii" else np.uint32)
    blank = signs == 32
    places = np.flatnonzero(~(blank & np.concatenate(([False], blank[:-1]))))
    signs = signs[places]
    beside = np.zeros(len(signs) + 2, bool)
    slash = signs == 47
    beside[:-2] |= slash
    beside[2:] |= slash
    stays = ~((signs == 32) & beside[1:-1])
    return signs[stays].tobytes().decode(codec, "surrogatepass"), places[stays]


@lru_cache(maxsize=1 << 17)
def fold_key(text: str) -> str:
    """Return the folded form of an alias or a term, by which forms are looked up."""
    return " ".join(fold(text.strip()).text.split())
