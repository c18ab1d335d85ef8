"""Text can be read: each colour of text against each ground that it stands on, in both themes, by WCAG 2.2 (4.5:1)."""

import re
import tomllib

import pytest

from pages.components.plots import channels
from pages.components.theme import DARK, LIGHT, STYLES, sheet
from tests.conftest import ROOT

TEXT = ("ink", "mute", "accent", "role", "dimension", "skill", "alias", "kra", "good", "doubt", "bad")
GROUNDS = ("paper", "side", "faint", "selected")
ON_WASH = [
    ("ink", wash)
    for wash in (
        "role-wash",
        "dimension-wash",
        "skill-wash",
        "alias-wash",
        "kra-wash",
        "new-wash",
        "good-wash",
        "doubt-wash",
        "bad-wash",
    )
]
PAIRS = [*((text, ground) for text in TEXT for ground in GROUNDS), *ON_WASH, ("on-accent", "accent"), ("paper", "ink")]
THEMES = {"light": LIGHT, "dark": DARK}


def luminance(colour: str) -> float:
    """Relative luminance of a colour "#rrggbb", 0..1 (WCAG 2.2)."""
    parts = [channel / 255 for channel in channels(colour)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1..21 (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_text_stands_out_from_what_it_stands_on(theme: str) -> None:
    palette = THEMES[theme]
    weak = {pair: round(c, 2) for pair in PAIRS if (c := contrast(palette[pair[0]], palette[pair[1]])) < 4.5}
    assert weak == {}


TINT = 0.09
"""How much of its colour the ground of a part of a text has (see read.css)."""


@pytest.mark.parametrize("theme", THEMES)
def test_a_part_of_a_text_and_its_label_stand_out_from_its_ground(theme: str) -> None:
    palette = THEMES[theme]
    paper = channels(palette["paper"])
    weak = {}
    for name in (name for name in palette if name.startswith("part-")):
        mixed = [round(TINT * c + (1 - TINT) * p) for c, p in zip(channels(palette[name]), paper, strict=True)]
        ground = "#" + "".join(f"{channel:02x}" for channel in mixed)
        for text in (palette[name], palette["ink"], palette["mute"], palette["accent"]):
            if (found := contrast(text, ground)) < 4.5:
                weak[name, text] = round(found, 2)
    assert weak == {}
    assert f"var(--c) {TINT:.0%}" in sheet()


@pytest.mark.parametrize("theme", THEMES)
def test_streamlit_has_the_same_colours(theme: str) -> None:
    given = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][theme]
    palette = THEMES[theme]
    assert (given["backgroundColor"], given["textColor"]) == (palette["paper"], palette["ink"])
    assert given["primaryColor"] == given["linkColor"] == palette["accent"]


def test_style_sheets_name_colours_of_the_palette_alone() -> None:
    named = set(re.findall(r"var\(--jdw-([a-z-]+)", sheet()))
    assert named - set(LIGHT) == set()
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;}\s,)])", sheet()) == []


def test_a_class_is_styled_by_one_sheet_alone() -> None:
    """All sheets are one on every page: two that give the same class a form of their own spoil each other's pages."""
    sheets: dict[str, set[str]] = {}
    for file in STYLES.glob("*.css"):
        for selectors in re.findall(r"(?:^|[}{;])\s*([^{}@;]+)\{", file.read_text("utf-8")):
            for selector in selectors.split(","):
                if re.fullmatch(r"\.jdw-[a-z0-9-]+", selector.strip()):
                    sheets.setdefault(selector.strip(), set()).add(file.name)
    assert len(sheets) > 30
    assert {name: files for name, files in sheets.items() if len(files) > 1} == {}
