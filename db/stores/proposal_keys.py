"""The keys under which equal proposals of the review queue meet, and spellings of one term."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from pipeline.catalog.title_keys import title_key

FAMILY = {"skill": "skill", "title": "title", "role": "title", "kra": "kra", "link": "link"}
"""Kinds whose terms may be spellings of each other: a title is one whether a role is known for it or not."""
MAX_KEY = 80
"""Letters of a key that stays readable; a longer one is hashed."""
_WORD = re.compile(r"[^\W_]+[+#]*|[+#]+")
_BRITISH = (
    (re.compile(r"is(?=(?:e|ed|er|ing|ation)$)"), "iz"),
    (re.compile(r"our$"), "or"),
    (re.compile(r"tre$"), "ter"),
)
MIN_BRITISH = 6
"""Letters of a word from which on its ending may be the British spelling of another."""


def proposal_key(value: str) -> str:
    """Return the form under which equal proposals meet: letters and digits in lower case, hashed."""
    folded = "".join(c for c in value.lower() if c.isalnum() or c in "+#")
    return hashlib.sha256((folded or value).encode("utf-8", "replace")).hexdigest()[:32]


def spelling_key(kind: str, value: str) -> str:
    """Return what spellings of one term have in common: no accents, signs or white space, each word in the singular and American."""
    if FAMILY[kind] == "title":
        bare = title_key(value)
    else:
        plain = "".join(c for c in unicodedata.normalize("NFKD", value.lower()) if not unicodedata.combining(c))
        bare = "".join(_american(_singular(word)) for word in _WORD.findall(plain))
    bare = bare or value.strip().lower()
    if len(bare) > MAX_KEY:
        bare = hashlib.sha256(bare.encode("utf-8", "replace")).hexdigest()[:32]
    return f"{FAMILY[kind]} {bare}"


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _american(word: str) -> str:
    if len(word) < MIN_BRITISH:
        return word
    for pattern, instead in _BRITISH:
        word = pattern.sub(instead, word)
    return word
