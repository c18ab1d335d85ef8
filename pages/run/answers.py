"""The three answers that are read first: which role, why, and what to look at or what the draft's decisions do here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st
from markupsafe import Markup

from pages.components import markup
from pages.components.labels import JUDGEMENT_NAMES, count_label
from pages.components.verbatim import verbatim
from pages.run import fixing, suspects
from pages.run.doubts import doubts
from pages.run.effects import DecisionEffect
from pages.run.fixing import FixContext
from pages.run.sides import RunView, chosen_slug, roles_named
from pages.run.suspects import Suspect
from pipeline.catalog.refs import RunRef
from pipeline.contracts import RESOLUTIONS, Decision
from pipeline.stages.decision import CASE_NAMES

MAX_CONFLICTS = 3
MAX_KINDS = 4
NOTE_KINDS = (
    ("fallback", "doubt", "local engine took over"),
    ("invented", "bad", "left out: not in the text or the catalog"),
    ("unpriced", "doubt", "price not known"),
)


def show(view: RunView, effects: Sequence[DecisionEffect]) -> None:
    """Three columns; a fix of the worst is one key away."""
    with st.container(key="answers"):
        role_at, why_at, look_at = st.columns([1.05, 1.4, 1.35], gap="medium")
    role_at.html(markup.caption("Chosen role") + role_of(view))
    why_at.html(markup.caption("Why") + why(view))
    with look_at:
        if view.before is not None:
            st.html(markup.caption("What each decision does here") + effects_list(effects))
        else:
            _look_at(view)


# --- the role -----------------------------------------------------------------------------------------------------


def role_of(view: RunView) -> Markup:
    """The chosen role with how sure it is, how it came about, and what it was before."""
    decision = view.shown.extraction.decision
    was = arrow = Markup()
    if view.before is not None and chosen_slug(view.before) != chosen_slug(view.shown):
        was = markup.block(_was(view.before.extraction.decision), "jdw-was")
        arrow = Markup("→ ")
    elif view.before is not None and view.before.extraction.decision.confidence != decision.confidence:
        was = markup.meta(f"the same role, {view.before.extraction.decision.confidence:.2f} before")
    figure = _figure("How sure it is that this role is right", decision.confidence)
    if decision.chosen_role is None:
        name = markup.fill('<span class="jdw-none">No role</span>')
        if decision.none_probability is not None:
            name += _figure("How sure it is that no role of the catalog fits", decision.none_probability)
        name += _proposed(decision)
        return was + markup.block(arrow + name, "jdw-chosen") + _facts(view)
    name = view.entries.link("role", decision.chosen_role.slug, decision.chosen_role.display_name)
    return was + markup.block(arrow + name + figure, "jdw-chosen") + _more_specific(view, decision) + _facts(view)


def _more_specific(view: RunView, decision: Decision) -> Markup:
    """The more specific role below the chosen one; nothing where the text speaks for none."""
    if not decision.sub_role:
        return Markup()
    role = view.entries.catalog.role.get(decision.sub_role)
    name = view.entries.link("role", decision.sub_role, role.display_name if role else decision.sub_role)
    return markup.meta(markup.fill("more specifically {}", name))


def _figure(meaning: str, probability: float) -> Markup:
    return markup.fill(' <span class="jdw-tn" title="{}">{}</span>', meaning, f"{probability:.2f}")


def _was(decision: Decision) -> Markup:
    if decision.chosen_role is None and decision.none_probability is None:
        return markup.fill("<del>No role</del>")
    name = decision.chosen_role.display_name if decision.chosen_role else "No role"
    sure = decision.confidence if decision.chosen_role else decision.none_probability
    return markup.fill('<del>{}</del> <span class="jdw-tn">{}</span>', name, f"{sure:.2f}")


def _proposed(decision: Decision) -> Markup:
    if not decision.new_role_display_name:
        return Markup()
    return markup.meta(markup.fill("proposed: {}", markup.span(decision.new_role_display_name, "role")))


def _facts(view: RunView) -> Markup:
    """Case, family, runner-up, and how the role relates to the catalog."""
    decision = view.shown.extraction.decision
    tags = [markup.tag(f"case {decision.case} · {CASE_NAMES[decision.case]}")]
    if decision.role_family:
        tags.append(markup.tag(f"family · {decision.role_family}"))
    runner_up = next((role for role in decision.ranking if role.slug != chosen_slug(view.shown)), None)
    parts = []
    if decision.chosen_role and runner_up:
        name = view.entries.link("role", runner_up.slug, runner_up.display_name)
        parts.append(markup.fill("runner-up {} {}", name, f"{runner_up.probability:.2f}"))
    if view.shown.role_output:
        resolution = view.shown.role_output.chosen_role_resolution
        parts.append(Markup.escape(RESOLUTIONS.meanings.get(resolution, resolution.replace("_", " "))))
    return markup.meta(markup.join(parts, " · ")) + markup.join(tags)


# --- why ----------------------------------------------------------------------------------------------------------


def why(view: RunView) -> Markup:
    """The reasoning, what contradicts it, and what it names."""
    decision = view.shown.extraction.decision
    named = roles_named(view.shown)
    was = Markup()
    if view.before is not None and view.before.extraction.decision.reasoning != decision.reasoning:
        was = markup.block(view.before.extraction.decision.reasoning, "jdw-was jdw-small")
    sentence = markup.block(view.entries.linked(decision.reasoning, named))
    lines = [line[0].upper() + line[1:] for line in decision.conflict[:MAX_CONFLICTS] if line]
    conflicts = markup.join(markup.meta(view.entries.linked(line, named)) for line in lines)
    return was + sentence + conflicts + _matched(view)


def _matched(view: RunView) -> Markup:
    """The skills, dimensions and KRAs that speak for the role, as chips, folded away behind their counts."""
    decision = view.shown.extraction.decision
    kinds: tuple[tuple[str, str, Sequence[str]], ...] = (
        ("skill", "matched skill", decision.matched_skills),
        ("dimension", "matched dimension", decision.matched_dimensions),
        ("kra", "matched KRA", decision.matched_kras),
    )
    return markup.join(
        markup.fill(
            '<details class="jdw-chips"><summary>{}</summary><div>{}</div></details>',
            count_label(len(names), title),
            markup.join(_chip(view, kind, name) for name in names),
        )
        for kind, title, names in kinds
        if names
    )


def _chip(view: RunView, kind: str, name: str) -> Markup:
    if kind in ("skill", "dimension"):
        return markup.tag(view.link("skill" if kind == "skill" else "dimension", name), kind)
    return markup.tag(name, "kra wraps")


# --- what to look at ----------------------------------------------------------------------------------------------


def _look_at(view: RunView) -> None:
    """What contradicts and what Health suspects, counted and named, with the fix of the worst."""
    found = suspects.of_run(view.suspected, view.shown)
    tags = [markup.tag(label, "bad") for label in kinds_of(found)]
    tags += [markup.tag(doubt.label, doubt.tone) for doubt in doubts(view.shown.extraction, view.shown.library_match)]
    st.html(markup.caption("Look at") + markup.join(tags or [markup.tag("nothing contradicts", "good")]))
    if not found:
        return
    worst = found[0]
    st.html(markup.meta(markup.fill("{}: {}", markup.bold(worst.name), worst.reason)))
    if st.button(
        verbatim(f"Fix {worst.name}"), icon=":material/build:", shortcut="F", key="fix-worst", help="Fix the worst"
    ):
        fixing.of_suspect(worst, FixContext(chosen_slug(view.shown), RunRef(view.stored.id)))


def kinds_of(found: Sequence[Suspect]) -> list[str]:
    """The suspected rows by what is suspected, counted: "2 × wrong dimension?"; the most frequent first."""
    labels = [suspect.finding.check.label for suspect in found]
    counted = sorted(dict.fromkeys(labels), key=lambda label: (-labels.count(label), labels.index(label)))
    shown = [f"{labels.count(label)} × {label.lower()}?" for label in counted[:MAX_KINDS]]
    rest = sum(labels.count(label) for label in counted[MAX_KINDS:])
    return [*shown, f"{rest} more"] if rest else shown


def effects_list(effects: Sequence[DecisionEffect]) -> Markup:
    """Each decision that does something here, and what; then how many do nothing."""
    touching = [effect for effect in effects if effect.words]
    lines = markup.join(
        markup.fill("<li><span>{} · {}</span><b>{}</b></li>", str(effect.number), effect.title, effect.words)
        for effect in touching
    )
    rest = len(effects) - len(touching)
    quiet = markup.meta(f"{count_label(rest, 'decision does', 'decisions do')} nothing here") if rest else Markup()
    return markup.fill('<ul class="jdw-eff">{}</ul>', lines) + quiet


def notes(found: Sequence[Mapping[str, str]]) -> Markup:
    """What a reader must know of the model's judgements: where the local engine took over, what was left out.

    Each note has a ``kind``, the ``judgement`` that it is about, and its ``detail``; those of one detail share a line.
    """
    rows = []
    for kind, tone, title in NOTE_KINDS:
        of_kind = [note for note in found if note["kind"] == kind]
        for detail in dict.fromkeys(note["detail"] for note in of_kind):
            names = ", ".join(JUDGEMENT_NAMES[note["judgement"]] for note in of_kind if note["detail"] == detail)
            rows.append(markup.block(markup.fill("{} <b>{}</b> · {}", markup.tag(title, tone), names, detail)))
    return markup.block(markup.join(rows), "jdw-notes")
