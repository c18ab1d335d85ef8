"""Pieces of HTML that pages put together: labels, names in their colour, captions, facts, tables.

Text is escaped wherever it comes in; what is a ``Markup`` already is taken as it is. Put pieces together with ``+`` and
``join``: an f-string or ``str.join`` of pieces is plain text again, and would be escaped by the next piece.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup


@dataclass(frozen=True)
class Column:
    """A column of a table: its title and its CSS class ("n" for numbers, "w3" and "w4" for a third and a quarter)."""

    title: str
    css: str = ""


def fill(template: str, *parts: str) -> Markup:
    """The template, which is HTML written in the code, with each ``{}`` replaced by an escaped part."""
    return Markup(template).format(*parts)


def join(parts: Iterable[str], separator: str = "") -> Markup:
    """The pieces one after the other; those that are plain text are escaped, and so is the separator."""
    return Markup(separator if isinstance(separator, Markup) else Markup.escape(separator)).join(parts)


def block(content: str, css: str = "") -> Markup:
    """A block of its own, with a CSS class or without."""
    return fill('<div class="{}">{}</div>', css, content) if css else fill("<div>{}</div>", content)


def meta(content: str) -> Markup:
    """A line of secondary text, grey and small."""
    return block(content, "jdw-meta")


def meta_span(content: str) -> Markup:
    """Secondary text within a line."""
    return fill('<span class="jdw-meta">{}</span>', content)


def bold(content: str) -> Markup:
    """Text that stands out within a line."""
    return fill('<span class="jdw-b">{}</span>', content)


def title(content: str, size_px: int | None = None) -> Markup:
    """The title of a page, its one ``<h1>``; with a smaller size that of a card on it, an ``<h2>``."""
    if size_px is None:
        return fill('<h1 class="jdw-title">{}</h1>', content)
    return fill('<h2 class="jdw-title" style="font-size:{}px">{}</h2>', str(size_px), content)


def heading(content: str, level: Literal[2, 3] = 2) -> Markup:
    """The heading of a part of a page, an ``<h2>``; an ``<h3>`` within a card that has one."""
    return fill('<h{} class="jdw-heading">{}</h{}>', str(level), content, str(level))


def link(text: str, url: str, kind: str = "") -> Markup:
    """A link to a page of the workbench (see the addresses of ``links``), in the colour of its kind where one is given.

    A click changes the page within the session (``scripts/links.js``).
    """
    return fill('<a class="jdw-link{}" href="{}" target="_self">{}</a>', f" jdw-{kind}" if kind else "", url, text)


def status(content: str) -> Markup:
    """What has just happened, read out by a screen reader without the focus moving there."""
    return fill('<div role="status" class="jdw-status">{}</div>', content)


def empty(content: str) -> Markup:
    """What stands where there is nothing to show, and what to do about it."""
    return block(content, "jdw-empty")


def quote(content: str) -> Markup:
    """A passage of a text."""
    return block(content, "jdw-quote")


def caption(text: str) -> Markup:
    """The small heading of a part of a page."""
    return fill('<p class="jdw-cap">{}</p>', text)


def tag(text: str, tone: str = "") -> Markup:
    """A small label; ``tone`` is an entity ("skill") or a judgement ("good", "doubt", "bad")."""
    return fill('<span class="jdw-tag {}">{}</span>', tone, text)


def span(text: str, kind: str, *, bold: bool = False) -> Markup:
    """A name in the colour of its kind ("role", "dimension", "skill", "alias", "kra")."""
    return fill('<span class="jdw-{}">{}</span>', f"{kind} jdw-b" if bold else kind, text)


def removed(text: str) -> Markup:
    """What a change takes away: red and struck through."""
    return fill('<span class="jdw-old">{}</span>', text)


def added(text: str) -> Markup:
    """What a change brings: green and underlined."""
    return fill('<span class="jdw-new">{}</span>', text)


def facts(pairs: Iterable[tuple[str, str]]) -> Markup:
    """A list of facts, name and value."""
    rows = join(fill("<dt>{}</dt><dd>{}</dd>", name, value) for name, value in pairs)
    return fill('<dl class="jdw-facts">{}</dl>', rows)


def table(columns: Sequence[str | Column], rows: Iterable[Sequence[str]]) -> Markup:
    """A table; each row has a cell for each column, in their order."""
    heads = [column if isinstance(column, Column) else Column(column) for column in columns]
    top = join(fill('<th class="{}">{}</th>', head.css, head.title) for head in heads)
    body = join(
        fill("<tr>{}</tr>", join(fill('<td class="{}">{}</td>', h.css, c) for h, c in zip(heads, row, strict=True)))
        for row in rows
    )
    return fill(
        '<div class="jdw-scroll"><table class="jdw-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>',
        top,
        body,
    )
