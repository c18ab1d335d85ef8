"""The colours of both themes and the style of our own HTML.

Roles, dimensions, skills, aliases and KRAs have each one colour, in light and dark; red, amber and green mean a
judgement and nothing else. A part of a text (``part-``) has the colour of its label and its edge; its ground is a tint of it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

STYLES = Path(__file__).parent / "styles"
"""A style sheet for what all pages share, ``base.css``, and one for each page that needs its own."""
LIGHT = {
    "ink": "#1c2024",
    "mute": "#60646c",
    "line": "#e3e5e8",
    "faint": "#f0f1f3",
    "paper": "#ffffff",
    "side": "#f7f8f9",
    "selected": "#eef0fc",
    "ghost": "#b9bec6",
    "accent": "#3a3ab8",
    "on-accent": "#ffffff",
    "role": "#5b5bd6",
    "dimension": "#087a6c",
    "skill": "#1f6fb2",
    "alias": "#8f6400",
    "kra": "#a03e99",
    "good": "#2e7d32",
    "doubt": "#ab5200",
    "bad": "#c62828",
    "role-wash": "#c9c9ee",
    "dimension-wash": "#bfe3de",
    "skill-wash": "#dcebf8",
    "alias-wash": "#f3e8cf",
    "kra-wash": "#f6e6f4",
    "new-wash": "#fdf3dd",
    "good-wash": "#dff0e0",
    "doubt-wash": "#fdf0dc",
    "bad-wash": "#fbe3e3",
    "part-head": "#4b4bc8",
    "part-role": "#7a3fc2",
    "part-duty": "#a03e99",
    "part-demand": "#1f6fb2",
    "part-wish": "#0b7285",
    "part-pay": "#7d5a3c",
    "part-benefit": "#0a776a",
    "part-place": "#50638c",
    "part-employer": "#7b5a72",
    "part-legal": "#60646c",
}
DARK = {
    "ink": "#e6e8eb",
    "mute": "#9ba1a9",
    "line": "#2c3037",
    "faint": "#22262c",
    "paper": "#14161a",
    "side": "#101215",
    "selected": "#23263f",
    "ghost": "#5b626c",
    "accent": "#a3a3f5",
    "on-accent": "#14161a",
    "role": "#9a9af5",
    "dimension": "#35c2ae",
    "skill": "#6cb4ee",
    "alias": "#d7a83a",
    "kra": "#d983d2",
    "good": "#66bb6a",
    "doubt": "#e3a03a",
    "bad": "#ef6b6b",
    "role-wash": "#4a4a86",
    "dimension-wash": "#1d4a45",
    "skill-wash": "#1c3a54",
    "alias-wash": "#3d3217",
    "kra-wash": "#43254a",
    "new-wash": "#463714",
    "good-wash": "#1e3a22",
    "doubt-wash": "#463714",
    "bad-wash": "#4c2323",
    "part-head": "#a3a3f5",
    "part-role": "#c39af2",
    "part-duty": "#d983d2",
    "part-demand": "#6cb4ee",
    "part-wish": "#4fc3d6",
    "part-pay": "#d0a582",
    "part-benefit": "#35c2ae",
    "part-place": "#9db0da",
    "part-employer": "#cfa3c3",
    "part-legal": "#9ba1a9",
}


def palette() -> dict[str, str]:
    """The colours of the theme that the person sees."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def style() -> str:
    """The ``<style>`` element that every page begins with; the palette's colours are its variables."""
    names = "".join(f"--jdw-{name}:{colour};" for name, colour in palette().items())
    return f"<style>:root{{{names}}}{sheet()}</style>"


@cache
def sheet() -> str:
    """The style sheets of the pages, ``base.css`` first and then by name, as one."""
    files = sorted(STYLES.glob("*.css"), key=lambda file: (file.name != "base.css", file.name))
    return "\n".join(file.read_text("utf-8") for file in files)
