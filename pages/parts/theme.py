"""Colours, the one style sheet, and small pieces of HTML. Every text that goes into HTML is escaped here.

Roles, dimensions, skills, aliases and KRAs have each one colour, in light and dark; red, amber and green mean a
judgement and nothing else.
"""

from __future__ import annotations

from html import escape

import streamlit as st

LIGHT = {
    "ink": "#1c2024", "mute": "#60646c", "line": "#e3e5e8", "faint": "#f0f1f3", "paper": "#ffffff", "accent": "#3a3ab8",
    "role": "#5b5bd6", "dimension": "#0b8a7a", "skill": "#1f6fb2", "alias": "#8f6400", "kra": "#a03e99",
    "good": "#2e7d32", "doubt": "#b26a00", "bad": "#c62828",
    "skill-wash": "#dcebf8", "new-wash": "#fdf3dd", "kra-wash": "#f6e6f4", "role-wash": "#c9c9ee", "bad-wash": "#fbe3e3",
}  # fmt: skip
DARK = {
    "ink": "#e6e8eb", "mute": "#9ba1a9", "line": "#2c3037", "faint": "#22262c", "paper": "#14161a", "accent": "#8b8bf0",
    "role": "#9a9af5", "dimension": "#35c2ae", "skill": "#6cb4ee", "alias": "#d7a83a", "kra": "#d983d2",
    "good": "#66bb6a", "doubt": "#e3a03a", "bad": "#ef6b6b",
    "skill-wash": "#1c3a54", "new-wash": "#463714", "kra-wash": "#43254a", "role-wash": "#4a4a86", "bad-wash": "#4c2323",
}  # fmt: skip


def palette() -> dict[str, str]:
    """The colours of the theme that the person sees."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def style() -> str:
    """The style sheet of our own HTML, in one place."""
    names = "".join(f"--jdw-{name}:{colour};" for name, colour in palette().items())
    return f"<style>:root{{{names}}}{_CSS}</style>"


_CSS = """
[data-testid="stMainBlockContainer"]{padding:2.6rem 2rem 3rem;max-width:1560px}
@media (max-width:800px){[data-testid="stMainBlockContainer"]{padding:4.2rem 1.2rem 3rem}}
[data-testid="stVerticalBlock"]{gap:.7rem}
[data-testid="stSidebarHeader"]::before{content:"JD Workbench";font-size:15px;font-weight:650;color:var(--jdw-ink)}
.jdw-foot{padding-top:10px;border-top:1px solid var(--jdw-line);font-size:12px;color:var(--jdw-mute);line-height:1.6}
.jdw-cap{font-size:12px;color:var(--jdw-mute);margin:0 0 4px}*+.jdw-cap{margin-top:10px}
.jdw-meta{color:var(--jdw-mute);font-size:13px}
.jdw-title{font-size:20px;font-weight:650;line-height:1.3;overflow-wrap:anywhere}
.jdw-verdict{display:grid;grid-template-columns:minmax(190px,1fr) minmax(240px,1.5fr) minmax(200px,1.1fr);gap:26px;
  border-top:1px solid var(--jdw-line);border-bottom:1px solid var(--jdw-line);padding:12px 0 14px;line-height:1.5}
@media(max-width:900px){.jdw-verdict{grid-template-columns:1fr;gap:12px}}
.jdw-chosen{font-size:19px;font-weight:650;color:var(--jdw-role)}
.jdw-none{color:var(--jdw-mute)}
.jdw-role{color:var(--jdw-role)}
.jdw-dimension{color:var(--jdw-dimension)}.jdw-skill{color:var(--jdw-skill)}.jdw-alias{color:var(--jdw-alias)}.jdw-kra{color:var(--jdw-kra)}
.jdw-b{font-weight:600}
.jdw-tag{display:inline-block;
  font-size:12px;border:1px solid var(--jdw-line);border-radius:10px;padding:0 7px;color:var(--jdw-mute);margin:0 4px 3px 0;white-space:nowrap}
.jdw-tag.good{color:var(--jdw-good);border-color:var(--jdw-good)}
.jdw-tag.doubt{color:var(--jdw-doubt);border-color:var(--jdw-doubt)}.jdw-tag.bad{color:var(--jdw-bad);border-color:var(--jdw-bad)}
.jdw-tag.skill{color:var(--jdw-skill);border-color:var(--jdw-skill)}.jdw-tag.dimension{color:var(--jdw-dimension);border-color:var(--jdw-dimension)}
.jdw-tag.role{color:var(--jdw-role);border-color:var(--jdw-role)}.jdw-tag.alias{color:var(--jdw-alias);border-color:var(--jdw-alias)}
.jdw-jd{font-size:13.5px;line-height:1.62;white-space:pre-wrap;overflow-wrap:anywhere;padding-right:10px}
.jdw-jd mark{
  background:var(--jdw-skill-wash);color:inherit;border-bottom:2px solid var(--jdw-skill);padding:0 1px;border-radius:2px 2px 0 0;cursor:help}
.jdw-jd mark.second{border-bottom-style:dotted}
.jdw-jd mark.new{background:var(--jdw-new-wash);border-color:var(--jdw-doubt)}
.jdw-jd .kra{background:var(--jdw-kra-wash);border-bottom:1px solid var(--jdw-kra)}
.jdw-table{border-collapse:collapse;width:100%;font-size:13.5px}
.jdw-table th{font-size:12px;color:var(--jdw-mute);text-align:left;font-weight:600;border-bottom:1px solid var(--jdw-line);padding:4px 8px}
.jdw-table td{padding:5px 8px;border-bottom:1px solid var(--jdw-faint);vertical-align:top;overflow-wrap:anywhere}
.jdw-table td.n,.jdw-table th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.jdw-table .w3{width:33%}.jdw-table .w4{width:25%}
.jdw-scroll{overflow-x:auto}
.jdw-facts{margin:4px 0;display:grid;grid-template-columns:max-content 1fr;gap:3px 16px;font-size:13.5px}
.jdw-facts dt{color:var(--jdw-mute)}.jdw-facts dd{margin:0;overflow-wrap:anywhere}
.jdw-stages{font-size:13.5px;line-height:1.9}
.jdw-stages .t{color:var(--jdw-mute);font-variant-numeric:tabular-nums;margin-left:8px}
.jdw-stages .now{color:var(--jdw-accent);font-weight:600}.jdw-stages .wait{color:var(--jdw-mute)}
.jdw-quote{border-left:2px solid var(--jdw-line);padding-left:10px;overflow-wrap:anywhere}
@media(max-width:1150px){.st-key-side-by-side [data-testid="stHorizontalBlock"]{flex-wrap:wrap}
  .st-key-side-by-side [data-testid="stColumn"]{min-width:330px;flex:1 1 330px}}
.jdw-notes{font-size:13px;line-height:1.7;border-bottom:1px solid var(--jdw-line);padding-bottom:8px;overflow-wrap:anywhere}
.jdw-head{color:var(--jdw-mute);font-weight:600;padding:4px 0}.jdw-head>div{font-size:12px}
.st-key-links [data-testid="stHorizontalBlock"]{border-bottom:1px solid var(--jdw-faint);padding:2px 0}
.jdw-hit{background:var(--jdw-skill-wash);color:inherit;border-bottom:2px solid var(--jdw-skill);padding:0 1px}
.jdw-old{color:var(--jdw-bad);text-decoration:line-through}.jdw-new{color:var(--jdw-good);text-decoration:underline}
.jdw-empty{color:var(--jdw-mute);padding:18px 0}
"""


def tag(text: str, tone: str = "") -> str:
    """A small label; ``tone`` is an entity or a judgement."""
    return f'<span class="jdw-tag {escape(tone)}">{escape(text)}</span>'


def span(text: str, kind: str, *, bold: bool = False) -> str:
    """A name in the colour of its kind."""
    return f'<span class="jdw-{escape(kind)}{" jdw-b" if bold else ""}">{escape(text)}</span>'


def caption(text: str) -> str:
    return f'<p class="jdw-cap">{escape(text)}</p>'


def facts(pairs: list[tuple[str, str]]) -> str:
    """A list of facts; the values are HTML that the caller has escaped."""
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{value}</dd>" for name, value in pairs)
    return f'<dl class="jdw-facts">{rows}</dl>'


def table(head: list[tuple[str, str]], rows: list[list[str]]) -> str:
    """A table; ``head`` gives title and class ("n" for numbers) of each column, cells are escaped HTML."""
    top = "".join(f'<th class="{css}">{escape(title)}</th>' for title, css in head)
    body = "".join(
        "<tr>" + "".join(f'<td class="{css}">{cell}</td>' for (_, css), cell in zip(head, row, strict=True)) + "</tr>"
        for row in rows
    )
    return f'<div class="jdw-scroll"><table class="jdw-table"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
