"""What is one click away: skills with their library cards, the parsed text, proposals, calls, JSON."""

from __future__ import annotations

import json
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from db.runs import StoredRun
from pages.parts import theme
from pages.parts.fix import fix_kra
from pages.parts.run_view.verdict import JUDGEMENT_NAMES
from pages.parts.when import milliseconds
from pipeline.contracts import AliasRow, NewSkillMeta, SkillDetail, Step1, Step2, Step3
from pipeline.run import STAGES


def skills(step1: Step1, step2: Step2 | None) -> None:
    """All skills as a list; the selected one's library card beside it."""
    if not step1.final_skills:
        st.html('<div class="jdw-empty">No skills were found in this text.</div>')
        return
    details = {d.input_skill: d for d in step2.skills_detail} if step2 else {}
    rows = []
    for skill in step1.final_skills:
        detail = details.get(skill.skill_name)
        rows.append(
            {
                "Skill": skill.skill_name,
                "Rank": "primary" if skill.is_primary else "secondary",
                "In the catalog": "yes" if skill.slug else "new",
                "Nature": (skill.skill_nature or "").replace("_", " ").lower(),
                "Confidence": skill.confidence,
                "Mentions": len(skill.evidence),
                "Dimensions": len(detail.dimensions) if detail else None,
            }
        )
    list_at, card_at = st.columns([1.15, 1], gap="large")
    with list_at:
        event = st.dataframe(
            pd.DataFrame(rows),
            hide_index=True,
            row_height=31,
            height=min(31 * (len(rows) + 1) + 3, 560),
            on_select="rerun",
            selection_mode="single-row",
            key="skill-list",
            column_config={
                "Skill": st.column_config.TextColumn(width="medium"),
                "Confidence": st.column_config.ProgressColumn(
                    min_value=0.0, max_value=1.0, format="%.2f", width="small"
                ),
                "Mentions": st.column_config.NumberColumn(width="small"),
                "Dimensions": st.column_config.NumberColumn(width="small"),
            },
        )
    chosen = event.selection.rows  # type: ignore[union-attr]
    index = chosen[0] if chosen else 0
    with card_at:
        name = step1.final_skills[index].skill_name
        detail = details.get(name)
        if detail is None:
            st.html(
                f'<div class="jdw-b jdw-skill">{escape(name)}</div><div class="jdw-meta">The library match has not been called yet.</div>'
            )
        else:
            card(detail, step1)


def card(detail: SkillDetail, step1: Step1) -> None:
    """The library card of a skill: aliases, context tags, facts, profile, dimensions and their roles."""
    skill = next(s for s in step1.final_skills if s.skill_name == detail.input_skill)
    quotes = "".join(f'<div class="jdw-quote">{escape(q)}</div>' for q in _quotes(detail.input_skill, skill, step1))
    if detail.canonical is None:
        meta = detail.new_skill_meta
        derived = meta.derived if meta else None
        facts = [
            ("Category", derived.category), ("Sub-category", derived.sub_category), ("Nature", derived.skill_nature),
            ("Volatility", derived.volatility), ("Lifespan", derived.typical_lifespan), ("Versions", derived.version_strategy),
        ] if derived else []  # fmt: skip
        st.html(
            f'<div class="jdw-b jdw-skill">{escape(detail.input_skill)} {theme.tag("not in the catalog", "doubt")}</div>'
            + theme.caption("Facts proposed for it")
            + theme.facts([(n, escape(v)) for n, v in facts])
            + _proposed(meta)
            + theme.caption("Stands in the text")
            + quotes
        )
        return
    canonical, stored = detail.canonical, detail.facts or {}
    aliases = "".join(
        theme.tag(_alias_words(a), "alias")
        for a in detail.aliases_in_db
    )
    profile = [
        ("Category", stored.get("category")), ("Sub-category", stored.get("sub_category")), ("Nature", canonical.skill_nature),
        ("Volatility", canonical.volatility), ("Lifespan", canonical.typical_lifespan), ("Versions", stored.get("version_strategy")),
        ("Version tag", stored.get("version_tag")), ("Vendor", stored.get("vendor")), ("License", stored.get("license")),
        ("Introduced", stored.get("year_introduced")), ("Fact confidence", stored.get("confidence")),
        ("Extractable", "yes" if canonical.is_extractable else "no"), ("Also a category", "yes" if canonical.is_also_category else "no"),
        ("Ids", f"skill {canonical.id}, category {canonical.category_id}, sub-category {canonical.sub_category_id}"),
    ]  # fmt: skip
    dimensions = "".join(
        f'<div style="margin:6px 0">{theme.span(d.dimension.display_name, "dimension", bold=True)} '
        f'<span class="jdw-meta">{escape(d.dimension.slug)} · id {d.dimension.id}</span>'
        f'<div class="jdw-meta">{escape(d.dimension.rationale or "")}</div>'
        f"<div>{', '.join(theme.span(r.display_name, 'role') for r in d.roles_from_db) or theme.tag('no role has it', 'bad')}</div></div>"
        for d in detail.dimensions
    )
    tags = "".join(theme.tag(t) for t in stored.get("context_tags") or [])
    maturity = stored.get("maturity_reasoning")
    st.html(
        f'<div class="jdw-b jdw-skill" style="font-size:16px">{escape(canonical.display_name)}</div>'
        f'<div class="jdw-meta">{escape(canonical.slug)} · matched by {escape(detail.matched_via or "–")}</div>'
        + theme.caption("Stands in the text") + quotes
        + theme.caption(f"Aliases · {len(detail.aliases_in_db)}") + f"<div>{aliases or '–'}</div>"
        + theme.caption("Profile and stored facts")
        + theme.facts([(n, escape(str(v)) if v not in (None, "") else '<span class="jdw-meta">unknown</span>') for n, v in profile])
        + (f'<div class="jdw-meta">{escape(maturity)}</div>' if maturity else "")
        + (theme.caption("Context tags") + f"<div>{tags}</div>" if tags else "")
        + theme.caption(f"Dimensions · {len(detail.dimensions)}") + (dimensions or theme.tag("no dimension", "bad"))
    )  # fmt: skip


def _alias_words(alias: AliasRow) -> str:
    words = [alias.alias_text, alias.alias_type.lower()]
    if alias.is_primary:
        words.append("primary")
    if alias.match_strategy == "CASE_SENSITIVE":
        words.append("case counts")
    return " · ".join(words)


def _proposed(meta: NewSkillMeta | None) -> str:
    """Why a new skill is typed as it is, where it may belong, and what it may duplicate."""
    if meta is None:
        return ""
    parts = []
    if meta.typed and meta.typed.get("reasons"):
        parts.append(theme.caption("Typed so because") + f"<div>{escape('; '.join(meta.typed['reasons']))}</div>")
    if meta.placed:
        rows = []
        for place in meta.placed:
            share = "" if place["score"] is None else f" {place['score']:.2f}"
            because = f'<span class="jdw-meta">{share} · {escape(", ".join(place["because"]))}</span>'
            rows.append(f"<div>{theme.span(place['display_name'], 'dimension')}{because}</div>")
        parts.append(theme.caption("Proposed dimensions") + "".join(rows))
    if meta.relationships and meta.relationships.get("duplicate_of"):
        names = ", ".join(theme.span(slug, "skill") for slug in meta.relationships["duplicate_of"])
        parts.append(theme.caption("May be another form of") + f"<div>{names}</div>")
    return "".join(parts)


def _quotes(name: str, skill: Any, step1: Step1) -> list[str]:
    """The first lines of the text in which a skill stands."""
    lines = [line for block in step1.nano_parsed.roles_and_responsibilities for line in block.text.split("\n")]
    found = []
    for evidence in skill.evidence:
        line = next((x for x in lines if evidence.text in x and x not in found), None)
        if line and len(found) < 2:
            at = line.index(evidence.text)
            start = max(0, at - 110)
            found.append(("… " if start else "") + line[start : at + 150] + (" …" if len(line) > at + 150 else ""))
    return found or [e.text for e in skill.evidence[:2]] or [name]


def parsed(step1: Step1) -> None:
    """Every field of the parsed job description."""
    p = step1.nano_parsed

    def text(value: object) -> str:
        return escape(str(value)) if value not in (None, "", []) else '<span class="jdw-meta">not told</span>'

    places = "; ".join(
        ", ".join(x for x in (loc.city, loc.state, loc.country) if x) + (f" ({loc.work_mode})" if loc.work_mode else "")
        + (f" also {', '.join(loc.aliases)}" if loc.aliases else "")
        for loc in p.job_locations
    )  # fmt: skip
    pay = None
    if p.ctc:
        amounts = "–".join(f"{a:,.0f}" for a in (p.ctc.min, p.ctc.max) if a is not None)
        pay = f"{p.ctc.currency or ''} {amounts} a {p.ctc.period} ({p.ctc.raw})"
    years = None
    if p.experience:
        top = f"–{p.experience.max}" if p.experience.max else "+"
        years = f"{p.experience.min}{top} years · {p.experience.raw}"
    industry = None
    if p.domain and p.domain.primary:
        industry = p.domain.primary.domain + (f", {p.domain.secondary.domain}" if p.domain.secondary else "")
    st.html(
        theme.facts(
            [
                ("Title", text(p.role)), ("Other titles", text(", ".join(p.role_aliases))), ("Kind of work", text(p.role_archetype)),
                ("Company", text(p.company_name)), ("Industry", text(industry)), ("Experience", text(years)),
                ("Education", "<br>".join(text(f"{e.level}: {e.qualification} ({e.requirement})") for e in p.education) or text(None)),
                ("Locations", text(places)), ("Pay", text(pay)), ("Certifications", text(", ".join(p.certifications))),
                ("Web addresses", text(", ".join(p.urls))), ("Type of text", text(p.JD_type)),
                ("About the company", text(p.about_company.text if p.about_company else None)),
            ]
        )
    )  # fmt: skip
    for block in p.roles_and_responsibilities:
        heading = block.heading or "Without heading"
        with st.expander(f"{heading} · {block.word_count} words · {block.bullet_count} bullets"):
            st.html(
                f'<div class="jdw-meta">from “{escape(block.source_marker.first_5_words)} …” to “… {escape(block.source_marker.last_5_words)}”</div>'
                f'<div class="jdw-jd">{escape(block.text)}</div>'
            )


def captured(step1: Step1, step3: Step3 | None, runs: dict[int, int]) -> None:
    """What was captured for review, and what happened after the decision."""
    updates = step1.stage5_updates

    def seen(number: int | None) -> str:
        count = runs.get(number or 0, 1)
        return f"{count} run{'' if count == 1 else 's'}"

    if updates.new_skills_attached:
        rows = [
            [theme.span(s.skill_name, "skill", bold=True), "primary" if s.is_primary else "secondary",
             theme.span(s.role_display_name or "–", "role"), theme.tag(s.status, "doubt"), seen(s.queue_id), f"#{s.queue_id}"]
            for s in updates.new_skills_attached
        ]  # fmt: skip
        head = [("New skill", ""), ("Rank", ""), ("Role", ""), ("Status", ""), ("Seen in", ""), ("Queue", "n")]
        st.html(theme.table(head, rows))
    if updates.new_kras_attached:
        rows = [
            [theme.span(k.r_and_r_preview, "kra"), theme.span(k.role_display_name, "role"), f"{k.best_kra_similarity:.2f}",
             theme.tag(k.status, "doubt"), seen(k.queue_id), f"#{k.queue_id}"]
            for k in updates.new_kras_attached
        ]  # fmt: skip
        head = [
            ("Duty that no KRA covers", ""),
            ("Role", ""),
            ("Best similarity", "n"),
            ("Status", ""),
            ("Seen in", ""),
            ("Queue", "n"),
        ]
        st.html(theme.table(head, rows))
    if not updates.new_skills_attached and not updates.new_kras_attached:
        st.html('<div class="jdw-empty">Nothing new: every skill and every duty of this text is in the catalog.</div>')
    centroid = f"updated, {updates.centroid_n_after} runs" if updates.centroid_updated else "not touched"
    decision = step1.stage4_decision
    st.html(
        theme.facts(
            [
                ("Centroid of the role", escape(centroid)),
                (
                    "Alias collision",
                    escape("yes: " + "; ".join(decision.conflict) if decision.alias_collision_detected else "none"),
                ),
                (
                    "New role",
                    escape(
                        f"{decision.new_role_display_name}, queue #{updates.queue_entry_id}"
                        if decision.is_new_role
                        else "none"
                    ),
                ),
            ]
        )
    )
    if step3 and step3.library_artifacts:
        rows = [
            [escape(a.kind.replace("_", " ")), escape(a.detail), escape(str(a.db_id or "–"))]
            for a in step3.library_artifacts
        ]
        st.html(
            theme.caption("Library artifacts of this run")
            + theme.table([("Kind", ""), ("Detail", ""), ("Id", "n")], rows)
        )


def fix_kras(step1: Step1, evidence: str) -> None:
    """The KRAs by which roles were weighed; a wrong one can be mended."""
    matched = [(r, m) for r in step1.stage3_signals.kra_match_roles for m in r.kra_matches or []]
    if not matched:
        return
    st.html(theme.caption("KRAs that matched, by role"))
    for n, (role, match) in enumerate(matched):
        left, right = st.columns([12, 1], vertical_alignment="center")
        left.html(
            f"<div>{theme.span(match.kra_text, 'kra')} <span class='jdw-meta'>{match.similarity:.2f} · {escape(role.display_name)} · "
            f"“{escape(match.sentence[:160])}”</span></div>"
        )
        if right.button("Fix", key=f"fix-kra-{n}", type="tertiary"):
            fix_kra(role.slug, match.kra_text, evidence)


def client(enrichment: dict[str, Any] | None) -> None:
    """The client output, each part with its source."""
    if not enrichment:
        st.html('<div class="jdw-empty">The client output has not been written yet.</div>')
        return
    sources = {"jd": "from the text", "role_baseline": "from the role in the catalog", "model": "by the model"}
    nature, maturity, index = enrichment["nature_of_work"], enrichment["tech_stack_maturity"], enrichment["ai_index"]

    def source(name: str) -> str:
        return theme.tag(sources.get(enrichment["sources"][name], enrichment["sources"][name]))

    indicators = ", ".join(k.replace("_", " ") for k, v in index["indicators"].items() if v) or "none"
    words = "; ".join(f"{k}: {', '.join(v)}" for k, v in index["vocabulary"].items() if v) or "none"
    left, right = st.columns(2, gap="large")
    with left:
        st.html(
            (theme.tag("sparse job description", "doubt") if enrichment["sparse_jd"] else "")
            + theme.caption("Nature of work") + f'<div class="jdw-b">{escape(nature["label"])} {source("nature_of_work")}</div>'
            + f"<div>{escape(nature['summary'] or '')}</div>"
            + (f'<div class="jdw-quote">{escape(nature["quote"])}</div>' if nature["quote"] else "")
            + theme.caption("Tech stack maturity")
            + f'<div class="jdw-b">{escape(maturity["label"])} {source("tech_stack_maturity")}</div><div>{escape(maturity["reasoning"])}</div>'
            + theme.caption(f"AI index · 0 no use, 5 fully dependent · {escape(index['version'])}")
            + f'<div class="jdw-b">{index["value"]:.2f} / 5 {source("ai_index")}</div>'
            + f'<div class="jdw-meta">Indicators: {escape(indicators)}<br>Vocabulary: {escape(words)}</div>'
        )  # fmt: skip
    with right:
        groups = "".join(
            f'<div style="margin-bottom:6px">{theme.span(g["dimension"], "dimension", bold=True)}'
            f"<div>{''.join(theme.tag(s, 'skill') for s in g['skills'])}</div></div>"
            for g in enrichment["skill_cluster"]
        )
        st.html(
            theme.caption(f"Skill cluster · {len(enrichment['skill_cluster'])} groups, within the chosen role") + groups
        )
    with st.expander("KRA description"):
        st.html(f'<div class="jdw-jd">{escape(enrichment["kra_description"])}</div>')


def calls(stored: StoredRun) -> None:
    """The ledger of model calls with their cost."""
    if not stored.calls:
        st.html(
            '<div class="jdw-empty">No model was called: the local engine made every judgement. Cost $0.0000.</div>'
        )
        return
    frame = pd.DataFrame(
        {
            "Step": [c["step"] for c in stored.calls],
            "Judgement": [JUDGEMENT_NAMES[c["judgement"]] for c in stored.calls],
            "Model": [c["model"] for c in stored.calls],
            "Prompt": [c["prompt_version"] for c in stored.calls],
            "In": [c["input_tokens"] for c in stored.calls],
            "Out": [c["output_tokens"] for c in stored.calls],
            "Cost": [c["cost_usd"] for c in stored.calls],
            "Took": [c["latency_ms"] for c in stored.calls],
            "Outcome": [c["error"] or ("kept answer, at no cost" if c["cache_hit"] else "answered") for c in stored.calls],
        }
    )
    event = st.dataframe(
        frame,
        hide_index=True,
        row_height=31,
        height="content",
        on_select="rerun",
        selection_mode="single-row",
        key="call-list",
        column_config={
            "Step": st.column_config.NumberColumn(width=50),
            "In": st.column_config.NumberColumn(help="Tokens read", format="localized", width=70),
            "Out": st.column_config.NumberColumn(help="Tokens written", format="localized", width=70),
            "Cost": st.column_config.NumberColumn(format="$%.5f", width=90),
            "Took": st.column_config.NumberColumn(format="%.0f ms", width=85),
            "Outcome": st.column_config.TextColumn(width="large"),
        },
    )
    steps = " + ".join(f"step {n} ${sum(c['cost_usd'] for c in stored.calls if c['step'] == n):.4f}" for n in (1, 2, 3))
    st.html(f'<div class="jdw-meta">{steps} = ${stored.cost_usd:.4f}. Select a call to see what was asked and answered.</div>')
    chosen = event.selection.rows  # type: ignore[union-attr]
    if chosen:
        call = stored.calls[chosen[0]]
        asked_at, answered_at = st.columns(2, gap="large")
        with asked_at:
            st.html(theme.caption(f"Request · {call['prompt_version']}"))
            for message in call["request"]["messages"]:
                st.html(f'<div class="jdw-meta">{escape(message["role"])}</div><div class="jdw-jd">{escape(message["content"][:6000])}</div>')
        with answered_at:
            st.html(theme.caption("Response"))
            st.json(call["response"] or {"error": call["error"]}, expanded=2)


def timings(stored: StoredRun) -> None:
    """Where the time went, stage by stage."""
    total = sum(stored.timings_ms.values()) or 1.0
    rows = [
        [
            escape(words),
            f"step {step}",
            milliseconds(stored.timings_ms[stage]),
            f"{stored.timings_ms[stage] / total:.0%}",
        ]
        for stage, (step, words) in STAGES.items()
        if stage in stored.timings_ms
    ]
    st.html(
        theme.table(
            [("Stage", ""), ("", ""), ("Took", "n"), ("Share", "n")], [*rows, ["Sum", "", milliseconds(total), ""]]
        )
    )


def raw(stored: StoredRun) -> None:
    """The JSON of each step as the wire carries it."""
    documents = {
        "Step 1 · extract-from-jd": stored.api1,
        "Step 2 · extract-details": stored.api2,
        "Step 3 · final-role-output": stored.api3,
        "Client output": stored.enrichment,
    }
    name = st.radio("Document", list(documents), horizontal=True, label_visibility="collapsed")
    document = documents[name]
    if document is None:
        st.html('<div class="jdw-empty">This step has not been called yet.</div>')
        return
    st.download_button(
        "Download",
        json.dumps(document, indent=2),
        file_name=f"{stored.id}.json",
        mime="application/json",
        icon=":material/download:",
    )
    st.json(document, expanded=1)
