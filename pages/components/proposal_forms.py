"""The forms by which a proposal of a run is approved or mapped to what is there: one for each kind of proposal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from db.services.bulk_approvals import MIN_CERTAINTY, reason_of
from db.services.results import result_of
from db.stores.proposal_keys import proposal_key
from db.stores.proposed_roles import CarriedDimension, Counted, ProposedRole
from db.stores.review_queue import Proposal
from pages.components import baseline_fields, draft, kept, markup, nearest_roles, term_lock
from pages.components.draft import DraftView
from pages.components.form_fields import choose_entries
from pages.components.identity import person
from pages.components.labels import vocabulary_label
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.catalog import (
    SKILL_NATURES,
    Catalog,
    Role,
    RoleAlias,
    RoleDimension,
    RoleKra,
    Skill,
    SkillAlias,
    SkillDimension,
)
from pipeline.catalog.changes import Change
from pipeline.catalog.operations import ChangeReason
from pipeline.catalog.slugs import free_slug
from pipeline.catalog.suggest import likely_owners
from pipeline.contracts import NearRole
from pipeline.stages.role_difference import MAX_NEAR, RoleDraft, difference
from pipeline.stages.unknown import ProposedSkill, propose

NEW_SKILL, FORM_OF_SKILL = "A new skill", "A form of a skill"
NEW_ROLE, TITLE_OF_ROLE = "A new role", "A title of a role"
MAX_LINES, LINE_HEIGHT = 8, 28
"""Lines that a field of several texts shows at most, and the pixels of one."""
CHOOSE_DIMENSION = "Choose at least one dimension"
CHOOSE_NATURE_AND_DIMENSION = "Choose what it is, and at least one dimension"


@dataclass(frozen=True)
class ProposalForm:
    """A proposal that is being decided, on the catalog that the person sees; ``after`` shows the next once it is."""

    proposal: Proposal
    view: DraftView
    after: Callable[[], None]

    @property
    def reason(self) -> ChangeReason:
        """The reason of the changes that approve it: how many runs proposed it, and the newest of them."""
        return reason_of(self.proposal)

    def key(self, name: str) -> str:
        """The key of a widget of the form."""
        return f"{name}-{self.proposal.id}"

    def kept_text(self, name: str, default: str) -> kept.TextArguments:
        """The arguments of a field whose text is kept until the proposal is decided."""
        return kept.text(kept.of_form("proposal", self.proposal.id, name), default)

    def button(
        self, label: str = "Approve", *, icon: str = ":material/check:", disabled: bool = False, help: str = ""
    ) -> bool:
        """The button that decides; whether it was pressed."""
        return st.button(
            verbatim(label), type="primary", icon=icon, shortcut="A", disabled=disabled, help=verbatim(help) or None
        )

    def choice(self, options: Sequence[str], first: str) -> str | None:
        """What the proposal becomes."""
        return st.segmented_control(
            "Becomes", options, format_func=verbatim, default=first, key=self.key("mode"), label_visibility="collapsed"
        )

    def role(self) -> str | None:
        """The role that the proposal is for, another one if the curator says so; null until one is chosen."""
        roles = self.view.catalog.role
        slugs = list(roles)
        return st.selectbox(
            "Role",
            slugs,
            index=slugs.index(self.proposal.role_slug) if self.proposal.role_slug in roles else None,
            format_func=lambda slug: roles[slug].display_name,
            placeholder="Choose the role",
            key=self.key("role"),
        )

    def approve(self, changes: Sequence[Change], done: str, status: str = "approved") -> None:
        """Stage the changes in the person's draft and note the decision."""

        def act() -> int | None:
            number = workbench().proposals.decide(self.proposal.id, status, person(), changes)
            kept.forget_forms()
            self.after()
            return number

        draft.attempt(act, lambda number: f"{done}, in your draft {number}.")


def approve_form(proposal: Proposal, view: DraftView, after: Callable[[], None]) -> None:
    """The form of a proposal's kind; ``after`` is called once it is decided."""
    FORMS[proposal.kind](ProposalForm(proposal, view, after))


def _approve_skill(form: ProposalForm) -> None:
    """Approve as it is or edited, or map to a skill that is there as one of its forms."""
    catalog = form.view.catalog
    described = _description(form)
    duplicates = [catalog.skill[s] for s in described.duplicates if s in catalog.skill] if described else []
    if described:
        st.html(markup.meta("; ".join(described.reasons)))
    becomes = form.choice([NEW_SKILL, FORM_OF_SKILL], FORM_OF_SKILL if duplicates else NEW_SKILL)
    if becomes == FORM_OF_SKILL:
        _map_to_skill(form, duplicates)
    else:
        _new_skill(form, described)


def _description(form: ProposalForm) -> ProposedSkill | None:
    """What the newest run's text says of the term: nature, dimensions, likely duplicates; null where no run is left."""
    proposal = form.proposal
    if proposal.newest_run is None:
        return None
    result = result_of(workbench().runs.load(proposal.newest_run))
    if result is None:
        return None
    key = proposal_key(proposal.text)
    skill = next((s for s in result.extraction.skills if proposal_key(s.skill_name) == key), None)
    lock = workbench().locks.in_force_for(proposal.text)
    return propose(skill, result.extraction, form.view.shown.indexes, lock) if skill else None


def _map_to_skill(form: ProposalForm, duplicates: Sequence[Skill]) -> None:
    catalog, text = form.view.catalog, form.proposal.text
    likely = dict.fromkeys([*(s.slug for s in duplicates), *(s.slug for s in likely_owners(catalog, text))])
    owner = st.selectbox(
        "Skill",
        [*likely, *(slug for slug in catalog.skill if slug not in likely)],
        index=0 if duplicates else None,
        format_func=lambda slug: catalog.skill[slug].display_name,
        placeholder="Choose the skill, the likeliest first",
        key=form.key("owner"),
    )
    alias = st.text_input("Form", **form.kept_text("form", form.proposal.name)).strip()
    taken = owner is not None and alias in {a.alias_text for a in catalog.aliases_of_skill.get(owner, ())}
    if taken and owner is not None:
        st.info(verbatim(f"“{alias}” is a form of {catalog.skill[owner].display_name} already."))
    pressed = form.button("Map", icon=":material/merge:", disabled=owner is None or not alias or taken)
    if pressed and owner is not None:
        change = form.reason.change(None, SkillAlias(None, owner, alias))
        form.approve([change], f"“{alias}” is a form of {catalog.skill[owner].display_name}", "mapped")


def _new_skill(form: ProposalForm, described: ProposedSkill | None) -> None:
    catalog, text, reason = form.view.catalog, form.proposal.text, form.reason
    edits = form.proposal.edits
    name = st.text_input("Name", **form.kept_text("name", form.proposal.name)).strip()
    left, right = st.columns(2)
    guess = described.derived.skill_nature if described and described.nature_share >= MIN_CERTAINTY else None
    guess = edits.get("nature") or guess
    with left:
        nature = st.selectbox(
            "Nature",
            SKILL_NATURES,
            index=SKILL_NATURES.index(guess) if guess in SKILL_NATURES else None,
            format_func=vocabulary_label,
            placeholder="Choose what it is",
            key=form.key("nature"),
        )
    with right:
        near = [d for d in described.dimensions if d.slug in catalog.dimension] if described else []
        likely = [d.slug for d in near if d.score >= MIN_CERTAINTY]
        if edits.get("dimension") in catalog.dimension:
            likely = [edits["dimension"]]
        dimensions = choose_entries(
            "Dimensions", catalog.dimensions, likely, placeholder="Choose where it belongs", key=form.key("placed")
        )
    unsure = [catalog.dimension[d.slug].display_name for d in near if d.slug not in likely]
    if unsure and not dimensions:
        st.html(markup.meta(f"Perhaps {' or '.join(unsure)}: by the skills beside it, not surely."))
    term_lock.show(text, catalog, dimensions, form.key("lock"))
    if form.button(disabled=not name or nature is None or not dimensions, help=CHOOSE_NATURE_AND_DIMENSION):
        slug = free_slug(name, catalog.skill.__contains__)
        rows: list[Skill | SkillAlias | SkillDimension] = [
            replace(Skill(None, slug, name, skill_nature=nature), **_facts(described, nature, catalog)),
            SkillAlias(None, slug, name, "CANONICAL", is_primary=True),
        ]
        if text.lower() != name.lower():
            rows.append(SkillAlias(None, slug, text))
        rows += [SkillDimension(slug, d) for d in dimensions]
        form.approve([reason.change(None, row) for row in rows], f"The skill “{name}” is added")


def _facts(described: ProposedSkill | None, nature: str | None, catalog: Catalog) -> dict[str, Any]:
    """The facts of a new skill that are sure enough; those of another nature than the chosen one say nothing of it."""
    if described is None:
        return {}
    facts = {"category": described.derived.category}
    if nature == described.derived.skill_nature:
        facts |= {f.fact: f.value for f in described.facts.values() if f.confidence >= MIN_CERTAINTY}
    known = (facts.get("category") or "", facts.get("sub_category") or "") in catalog.sub_category_id
    return facts if known else {fact: value for fact, value in facts.items() if fact != "sub_category"}


def _approve_title(form: ProposalForm, status: str = "approved") -> None:
    """A title by which no role is known becomes one of a role."""
    role = form.role()
    title = st.text_input("Title", **form.kept_text("title", form.proposal.name)).strip()
    is_generic = st.checkbox("Generic: it never decides alone", key=form.key("generic"))
    taken = role is not None and title in {a.alias_text for a in form.view.catalog.aliases_of_role.get(role, ())}
    if taken and role is not None:
        st.info(verbatim(f"“{title}” is a title of {form.view.catalog.role[role].display_name} already."))
    if form.button(disabled=not title or role is None or taken) and role is not None:
        change = form.reason.change(None, RoleAlias(role, title, is_generic))
        form.approve([change], f"“{title}” is a title of {form.view.catalog.role[role].display_name}", status)


def _approve_link(form: ProposalForm) -> None:
    """A dimension whose skills texts of a role name, and that the role does not carry."""
    catalog, dimension = form.view.catalog, form.proposal.text
    if dimension not in catalog.dimension:
        st.info("This dimension is no longer in the catalog: it was merged or retired.")
        return
    st.html(markup.meta("Texts of the role name skills of this dimension, which it reaches by none of its own."))
    role = form.role()
    if role is None:
        return
    name, link = catalog.role[role].display_name, RoleDimension(role, dimension)
    if link in set(catalog.role_dimensions):
        st.info(verbatim(f"{name} carries it already."))
    elif form.button():
        form.approve([form.reason.change(None, link)], f"{name} carries it")


def _approve_kra(form: ProposalForm) -> None:
    """A sentence becomes a KRA of a role."""
    role = form.role()
    text = st.text_area(
        "KRA",
        height=90,
        help="Written as it should stand, without the employer’s words",
        **form.kept_text("kra", form.proposal.name),
    ).strip()
    taken = role is not None and text in form.view.catalog.kras_of_role.get(role, ())
    if taken:
        st.info("The role has this KRA already.")
    if form.button(disabled=not text or role is None or taken) and role is not None:
        form.approve([form.reason.change(None, RoleKra(role, text))], "The KRA is added")


def _approve_role(form: ProposalForm) -> None:
    """A title of no role becomes one of a role, or a new role with what runs say of it."""
    role = form.proposal.role
    first = NEW_ROLE if role and role.dimensions else TITLE_OF_ROLE
    if form.choice([NEW_ROLE, TITLE_OF_ROLE], first) == TITLE_OF_ROLE:
        _approve_title(form, "mapped")
    else:
        _new_role(form, role or ProposedRole())


def _new_role(form: ProposalForm, role: ProposedRole) -> None:
    catalog, reason = form.view.catalog, form.reason
    name = st.text_input("Name", **form.kept_text("name", form.proposal.name)).strip()
    families = sorted({r.domain for r in catalog.roles if r.domain})
    guess = next((f.text for f in role.families if f.text in families), None)
    family_at, archetype_at = st.columns(2)
    family = family_at.selectbox(
        "Family",
        families,
        index=families.index(guess) if guess else None,
        accept_new_options=True,
        placeholder="Choose or write one",
        key=form.key("family"),
    )
    archetype = archetype_at.text_input(
        "Archetype", **form.kept_text("archetype", next((a.text for a in role.archetypes), ""))
    ).strip()
    carried = [d for d in role.dimensions if d.slug in catalog.dimension]
    dimensions = choose_entries("Dimensions", catalog.dimensions, [d.slug for d in carried], key=form.key("carried"))
    if carried:
        st.html(markup.meta(_named_in(carried, catalog)))
    titles = _lines(form, "Titles, one a line", "titles", role.aliases)
    kras = _lines(form, "KRAs, one a line", "kras", role.kras)
    slug = free_slug(name, catalog.role.__contains__)
    baseline = baseline_fields.show(form, role.baselines, slug)
    if near := _nearest(form, role, dimensions, kras):
        st.html(nearest_roles.blocks(near))
    if form.button(disabled=not name or not dimensions, help=CHOOSE_DIMENSION):
        rows = [
            Role(None, slug, name, family, archetype or None),
            *(RoleAlias(slug, title) for title in titles if title.lower() != name.lower()),
            *(RoleKra(slug, kra) for kra in kras),
            *(RoleDimension(slug, d) for d in dimensions),
            *([baseline] if baseline else []),
        ]
        form.approve([reason.change(None, row) for row in rows], f"The role “{name}” is added")


def _nearest(form: ProposalForm, role: ProposedRole, dimensions: Sequence[str], kras: Sequence[str]) -> list[NearRole]:
    """The nearest roles by what the form holds, as it is edited."""
    indexes, catalog = form.view.shown.indexes, form.view.catalog
    named = {name for d in role.dimensions for name in d.skills}
    skills = [s.slug for s in catalog.skills if s.display_name in named]
    role_draft = RoleDraft(dimensions, skills, kras)
    slugs = [near.text for near in role.nearest if near.text in catalog.role][:MAX_NEAR]
    return [difference(role_draft, slug, indexes) for slug in slugs]


def _named_in(dimensions: Sequence[CarriedDimension], catalog: Catalog) -> str:
    """The skills of texts by which a role would carry dimensions, in words."""
    named = (f"{catalog.dimension[d.slug].display_name}: {', '.join(d.skills)}" for d in dimensions)
    return "By skills of its texts. " + "; ".join(named)


def _lines(form: ProposalForm, label: str, name: str, values: Sequence[Counted]) -> list[str]:
    """A field of several texts, one a line, with those that runs gave; what stands in it."""
    given = "\n".join(value.text for value in values)
    lines = max(2, min(len(values), MAX_LINES))
    written = st.text_area(
        verbatim(label), height=LINE_HEIGHT * lines + LINE_HEIGHT // 2, **form.kept_text(name, given)
    ).splitlines()
    return list(dict.fromkeys(line.strip() for line in written if line.strip()))


FORMS: dict[str, Callable[[ProposalForm], None]] = {
    "skill": _approve_skill,
    "title": _approve_title,
    "link": _approve_link,
    "kra": _approve_kra,
    "role": _approve_role,
}
