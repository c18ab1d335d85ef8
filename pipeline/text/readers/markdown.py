"""Markdown: headings, bold and italic, links, code, tables, quotes, rules, and signs behind a backslash.

Only what the marks can mean by the grammar of CommonMark is taken for one, and less where names are at stake: "C#",
"snake_case" and "5*8" stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.text.view import Edit, Mark, Reading, without_overlaps

_RULE = re.compile(r"^[ ]{0,12}(?:[-=_*~#+]{3,}+|(?:[-_*=~] ?){3,}+)[ ]*+$", re.M)
_TABLE_RULE = re.compile(
    r"^[ ]{0,12}\|?(?:[ ]{0,40}:?-{2,100}+:?[ ]{0,40}\|){1,40}+(?:[ ]{0,40}:?-{2,100}+:?)?[ ]*+$", re.M
)
_TABLE_ROW = re.compile(r"^[ ]{0,12}(\|[ ]?)|([ ]{0,4}\|)[ ]*+$", re.M)
_HEADING = re.compile(r"^[ ]{0,12}(#{1,6}(?:[ ]{1,8}|(?<=##)(?=[^\s#])))([^\n]{1,300}?)([ ]{1,8}#{1,6})?[ ]*+$", re.M)
_QUOTE = re.compile(r"^[ ]{0,12}(?:>[ ]{0,3}+){1,8}+(?![\d=])", re.M)
_FENCE = re.compile(r"^[ ]{0,12}(?:```|~~~)[\w+-]{0,20}[ ]*+$", re.M)
_INLINE = re.compile(
    r"(?P<escape>\\(?=[!-/:-@\[-`{-~\n]|\Z))"
    r"|(?P<link>!?\[(?P<words>[^\[\]\n]{0,300}+)\]"
    r"\((?P<url><?[^()\s<>]{0,1000}+(?:\([^()\s]{0,100}+\)[^()\s<>]{0,300}+)?>?(?:[ ]\"[^\"\n]{0,200}+\")?)\))"
    r"|(?P<code>`{1,3})(?P<coded>[^`\n]{1,300}+)(?P=code)"
    r"|(?P<bold>\*{2,6})"
    r"|(?P<under>(?<![\w_])_{1,3}(?=[^\s_])[^_\n]{1,300}+_{1,3}(?![\w_]))"
    r"|(?P<italic>(?<!\*)\*(?=[^\s*])[^*\n]{1,300}+(?<![\s*])\*(?![\w*]))"
    r"|(?P<struck>~~)"
    r"|(?P<tag>(?<![\w&#/.\\])#(?=[A-Za-z][\w+#.-]{1,60}))"
)


def markdown(text: str) -> Reading:
    """Read the marks of Markdown, and hashtags."""
    marks: list[Mark] = []
    edits = without_overlaps([*_line_edits(text, marks), *_inline_edits(text, marks)])
    return Reading(edits, sorted(marks))


def _line_edits(text: str, marks: list[Mark]) -> Iterator[Edit]:
    if (
        "---" in text
        or "===" in text
        or "***" in text
        or "___" in text
        or "~~~" in text
        or "- -" in text
        or "* *" in text
    ):
        yield from (Edit(*m.span(), "") for m in _RULE.finditer(text))
    if "|" in text:
        rules = list(_TABLE_RULE.finditer(text))
        yield from (Edit(*m.span(), "") for m in rules)
        if rules:
            yield from (Edit(*m.span(m.lastindex or 0), "") for m in _TABLE_ROW.finditer(text))
    if "#" in text:
        for match in _HEADING.finditer(text):
            yield Edit(*match.span(1), "")
            if match.group(3):
                yield Edit(*match.span(3), "")
            marks.append(Mark(*match.span(2), "heading"))
    if ">" in text:
        yield from (Edit(*m.span(), "") for m in _QUOTE.finditer(text))
    if "```" in text or "~~~" in text:
        yield from (Edit(*m.span(), "") for m in _FENCE.finditer(text))


def _inline_edits(text: str, marks: list[Mark]) -> Iterator[Edit]:
    if not any(sign in text for sign in "\\[`*_~#"):
        return
    bold: int | None = None
    for match in _INLINE.finditer(text):
        kind, start, end = match.lastgroup or "", match.start(), match.end()
        if kind in ("escape", "struck", "tag"):
            yield Edit(start, end, "")
        elif match["bold"]:
            if _is_power(text, start, end):
                continue
            if bold is None or "\n\n" in text[bold:start]:
                bold = end
            else:
                marks.append(Mark(bold, start, "strong"))
                bold = None
            yield Edit(start, end, "")
        else:
            yield from _paired(match)


def _is_power(text: str, start: int, end: int) -> bool:
    """Whether stars stand between digits ("2**8")."""
    return text[max(0, start - 1) : start].isdigit() and text[end : end + 1].isdigit()


def _paired(match: re.Match[str]) -> Iterator[Edit]:
    """The edits of a mark that encloses words."""
    start, end = match.span()
    if match["link"]:
        if match["link"].startswith("!"):
            yield Edit(start, end, "")
            return
        yield Edit(start, match.start("words"), "")
        yield Edit(match.end("words"), end, "")
        return
    sign = match["code"] or match["under"] or match["italic"]
    size = len(sign) - len(sign.lstrip(sign[0])) if not match["code"] else len(match["code"])
    tail = len(match.group()) - len(match.group().rstrip(sign[0]))
    yield Edit(start, start + size, "")
    yield Edit(end - tail, end, "")
