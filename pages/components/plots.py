"""What Plotly figures share: no background, the font of the pages, colours of the theme, no tool bar."""

from __future__ import annotations

import html
from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from pages.components import theme

FONT_FAMILY = "Source Sans, sans-serif"
TRANSPARENT = "rgba(0,0,0,0)"


@dataclass(frozen=True)
class PlotSize:
    """Height of a figure with its margins, in pixels, and the size of its letters."""

    height: int
    left: int = 4
    right: int = 4
    top: int = 4
    bottom: int = 4
    font_size: float = 11.5


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of a colour of the palette ("#1c2024"), each 0 to 255."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue


def faint(colour: str, opacity: float = 0.28) -> str:
    """A colour of the palette, see-through."""
    red, green, blue = channels(colour)
    return f"rgba({red},{green},{blue},{opacity})"


def short(name: str, length: int) -> str:
    """A name of at most ``length`` letters, the last of them "…" where it was cut."""
    return name if len(name) <= length else name[: length - 1].rstrip() + "…"


def verbatim(text: str) -> str:
    """The text as it was written, where Plotly reads tags: on axes, in annotations and in what it shows under the pointer."""
    return html.escape(text, quote=False)


def show(figure: go.Figure, key: str, alt: str, size: PlotSize) -> None:
    """Draw a figure in the look of the pages; ``alt`` says what it shows."""
    _lay_out(figure, size)
    st.plotly_chart(figure, key=key, config={"displayModeBar": False}, theme=None, alt=alt)


def show_points(figure: go.Figure, key: str, alt: str, size: PlotSize) -> str:
    """The same for a figure whose points lead somewhere: the ``customdata`` of the point that was chosen, which is a list that
    begins with a text; empty while none is.
    """
    _lay_out(figure, size)
    figure.update_layout(clickmode="event+select")
    event = st.plotly_chart(
        figure,
        key=key,
        config={"displayModeBar": False},
        theme=None,
        alt=alt,
        on_select="rerun",
        selection_mode="points",
    )
    points = event["selection"]["points"] if event else []
    given = points[0].get("customdata") if points else None
    return str(given[0]) if given else ""


def _lay_out(figure: go.Figure, size: PlotSize) -> None:
    figure.update_layout(
        height=size.height,
        margin={"l": size.left, "r": size.right, "t": size.top, "b": size.bottom},
        paper_bgcolor=TRANSPARENT,
        plot_bgcolor=TRANSPARENT,
        font={"family": FONT_FAMILY, "color": theme.palette()["ink"], "size": size.font_size},
    )
