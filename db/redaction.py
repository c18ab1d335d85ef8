"""Takes out of a text what must not be written down: keys, passwords, what users typed that an error repeats; or all that is
personal.
"""

from __future__ import annotations

import re

MAX_CHARACTERS = 2_000
"""As much of a message as is kept; what an error repeats of a long text is cut off."""

GONE = "…"
_SECRETS = (
    # The user and the password of an address.
    (re.compile(r"(?<=://)[^\s/@'\"]*@"), f"{GONE}@"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+"), rf"\1 {GONE}"),
    (re.compile(r"\bsk-[\w-]{6,}"), GONE),
    (
        re.compile(
            r"(?i)\b([\w-]*(?:password|passwd|passphrase|secret|token|api[_-]?key|authorization))(['\"]?\s*[=:]\s*)"
            r"(?:'[^']*'|\"[^\"]*\"|[^\s,;)}]+)"
        ),
        rf"\1\2{GONE}",
    ),
)
_QUOTED_INPUT = (
    # PostgreSQL repeats the row that it refuses, Pydantic and SQLAlchemy the values that they were given.
    (re.compile(r"(?m)^(DETAIL|CONTEXT|HINT|LINE \d+):.*(?:\n[ \t]+.*)*"), rf"\1: {GONE}"),
    (re.compile(r"(?s)input_value=.*?(?=, input_type=)"), f"input_value={GONE}"),
    (re.compile(r"(?s)\[parameters: .*?\](?=\n|$)"), f"[parameters: {GONE}]"),
)


def redacted(text: str, limit: int = MAX_CHARACTERS) -> str:
    """The text without secrets and without the input that an error repeats, cut to a bounded number of characters."""
    for pattern, instead in (*_QUOTED_INPUT, *_SECRETS):
        text = pattern.sub(instead, text)
    return text if len(text) <= limit else f"{text[:limit]}{GONE}"


_PERSONAL = (
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), GONE),
    (re.compile(r"\"[^\"]*\"|'[^']*'|“[^”]*”"), f"“{GONE}”"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b"), GONE),
    # Folders name users.
    (re.compile(r"(?<![\w.])(?:~|\.{1,2})?/[^\s,;:)]+"), GONE),
)


def impersonal(text: str) -> str:
    """A message without anything that it quotes, without addresses, and without folders."""
    text = redacted(text)
    for pattern, instead in _PERSONAL:
        text = pattern.sub(instead, text)
    return text
