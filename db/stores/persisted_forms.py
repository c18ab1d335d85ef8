"""Which forms of a run's skills stand in the catalog because runs proposed them as new terms and a curator took them over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import Connection, text

from db.stores.proposal_keys import proposal_key
from pipeline.contracts import Extraction, FinalSkill, LibraryMatch, SkillDetail

_PERSISTED = text("""
SELECT p.key, a.skill_slug, a.alias_text
FROM proposal p
JOIN change_set s ON s.id = p.change_set_id AND s.status = 'committed'
JOIN draft_decision d ON d.change_set_id = s.id AND d.out_at IS NULL
  AND d.origin @> jsonb_build_object('type', 'proposal', 'number', p.id)
JOIN change c ON c.change_set_id = s.id AND c.decision = d.number AND c.table_name = 'skill_aliases' AND c.after IS NOT NULL
JOIN skill_alias a ON a.skill_slug = c.key[1] AND a.alias_text = c.key[2] AND a.alias_type <> 'CANONICAL'
WHERE p.kind = 'skill' AND p.status IN ('approved', 'mapped') AND p.key = ANY(:keys)
ORDER BY p.id, a.alias_text
""")
_FORMS = text(f"""
SELECT DISTINCT s ->> 'skill_name' AS name, coalesce(e ->> 'alias', e ->> 'text') AS form
FROM run
CROSS JOIN LATERAL jsonb_array_elements(run.extraction -> '{Extraction.key_of("skills")}') s
CROSS JOIN LATERAL jsonb_array_elements(coalesce(s -> '{FinalSkill.key_of("mentions")}', '[]')) e
WHERE run.id = :run ORDER BY 1, 2
""")


def note_persisted(connection: Connection, run_id: UUID, match: LibraryMatch) -> LibraryMatch:
    """Return step 2 with what became of the forms by which the run met its skills: a form that runs proposed as a new term, that
    a curator mapped to a skill in a change set that is committed, and that stands in the catalog still, is persisted.
    """
    forms: dict[str, list[str]] = defaultdict(list)
    for name, form in connection.execute(_FORMS, {"run": run_id}):
        forms[name].append(form)
    persisted = _persisted(connection, [form for of_skill in forms.values() for form in of_skill])
    if not persisted:
        return match

    def form_of(name: str, slug: str | None) -> str | None:
        found = (persisted.get(proposal_key(form)) for form in forms.get(name, ()))
        return next((text for entry in found if entry for owner, text in [entry] if slug in (None, owner)), None)

    details = [
        _noted(d, form_of(d.input_skill, d.canonical.slug if d.canonical else None)) for d in match.skills_detail
    ]
    matches = [
        m.model_copy(update={"alias_persisted": form_of(m.input_term, m.matched_canonical.slug) is not None})
        for m in match.alias_matches
    ]
    count = sum(d.new_alias_persisted for d in details)
    return match.model_copy(update={"skills_detail": details, "alias_matches": matches, "new_aliases_persisted": count})


def _noted(detail: SkillDetail, form: str | None) -> SkillDetail:
    if form is None:
        return detail
    return detail.model_copy(update={"new_alias_persisted": True, "new_alias_text": form})


def _persisted(connection: Connection, forms: Iterable[str]) -> Mapping[str, tuple[str, str]]:
    """By the key of a proposal, the skill and the form that stands in the catalog by it."""
    keys = sorted({proposal_key(form) for form in forms})
    rows = connection.execute(_PERSISTED, {"keys": keys}) if keys else ()
    return {row.key: (row.skill_slug, row.alias_text) for row in rows}
