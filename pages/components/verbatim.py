"""Text as it was written, where Streamlit reads Markdown: in labels, options, help and messages.

A name may hold whatever a person or a job description writes: ``**``, ``$a$``, ``:red[x]``, ``:material/home:``. What is put
together into such a place goes through ``verbatim()``, whole; ``tests/test_house_rules.py`` finds what does not.
"""

from __future__ import annotations

import re

WORD_JOINER = "\u2060"
"""Has no width and breaks nothing: between two characters it makes them no sign."""

MARKS = re.compile(
    r"""[\\`*~$<\[|]                     # wherever they stand
    | (?<![^\W_])_ | _(?![^\W_])         # at the edge of a word
    | &(?=\#?\w+;)                       # of a named character
    | (?:(?<=^)|(?<=\n))[-+=>\#]         # at the beginning of a line
    | (?:(?<=^\d)|(?<=\n\d)|(?<=^\d\d)|(?<=\n\d\d))[.)]""",
    re.VERBOSE,
)
"""What Markdown reads as a mark, and as itself behind a backslash."""
SIGNS = re.compile(
    r"""(?<=:)(?=[A-Za-z/+_-]|\d\w*:)    # an icon, an emoji, a colour, an address
    | (?<=\bwww)(?=\.)
    | (?:(?<=^[-<>~])|(?<=\s[-<>~]))(?=(?:->|[->=])(?!\S))  # arrows and dashes of their own""",
    re.VERBOSE,
)
"""Places within what Streamlit replaces by a sign, whether or not there is a backslash."""


def markdown_text(text: str) -> str:
    """The text for a place in any Markdown, on lines that are not indented."""
    return MARKS.sub(r"\\\g<0>", re.sub(r"^[ \t]+", "", text, flags=re.M))


def verbatim(text: str | Exception) -> str:
    """The text for a place in which Streamlit reads its Markdown."""
    return markdown_text(SIGNS.sub(WORD_JOINER, str(text)))
