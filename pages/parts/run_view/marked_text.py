"""The job description with its skills marked in place. All of its text is escaped."""

from __future__ import annotations

from html import escape

from pipeline.contracts import Step1
from pipeline.text import visible

SHOWN = 40_000
"""Characters that are shown; a longer text is cut and says so."""


def marked(text: str, step1: Step1) -> str:
    """HTML of the text: each skill a mark that tells alias, canonical skill and confidence, duties underlined."""
    spans: list[tuple[int, int, str, str]] = []
    for skill in step1.final_skills:
        for evidence in skill.evidence:
            if skill.slug:
                rank = "primary" if skill.is_primary else "secondary"
                told = f"{evidence.alias or evidence.text} → {skill.skill_name} · {rank} · confidence {skill.confidence or 0:.2f}"
                css = "" if skill.is_primary else "second"
            else:
                told, css = f"{skill.skill_name}: not in the catalog", "new"
            spans.append((evidence.start, evidence.end, told, css))
    chosen = step1.stage4_decision.chosen_role
    duties = []
    for role in step1.stage3_signals.kra_match_roles:
        if chosen and role.slug == chosen.slug:
            duties = [
                (m.start, m.end, f"KRA {m.similarity:.2f}: {m.kra_text}")
                for m in role.kra_matches or []
                if m.start is not None
            ]
    view = visible(text)[:SHOWN]
    return f'<div class="jdw-jd">{_render(view, sorted(spans), duties)}{"<p>… cut here</p>" if len(text) > SHOWN else ""}</div>'


def _render(view: str, spans: list[tuple[int, int, str, str]], duties: list[tuple[int | None, int | None, str]]) -> str:
    """The text in stretches that begin and end where a mark or a duty does, each wrapped by what covers it."""
    known = [(start, end, told) for start, end, told in duties if start is not None and end is not None]
    edges = {0, len(view), *(e for s in spans for e in s[:2]), *(e for d in known for e in d[:2])}
    cuts = sorted(e for e in edges if e <= len(view))
    out = []
    for left, right in zip(cuts, cuts[1:], strict=False):
        piece = escape(view[left:right])
        mark = next(((told, css) for start, end, told, css in spans if start <= left < end), None)
        duty = next((told for start, end, told in known if start <= left < end), None)
        if mark:
            piece = f'<mark class="{mark[1]}" title="{escape(mark[0])}">{piece}</mark>'
        out.append(f'<span class="kra" title="{escape(duty)}">{piece}</span>' if duty else piece)
    return "".join(out)
