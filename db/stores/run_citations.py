"""What rests on runs: changes, decisions about findings, proposals, comments and verdicts, each with what it quotes of the text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from pipeline.catalog.refs import ChangeSetRef, FindingRef, ProposalRef, Ref, RunRef, ref_from_wire
from pipeline.errors import InputError

AROUND = 90
"""How much of a text stands around what is quoted, in code points on each side."""
PROPOSAL_STATES = {"pending": "waiting", "approved": "approved", "mapped": "mapped", "rejected": "rejected"}
PROPOSED = {"skill": "skill", "kra": "KRA", "role": "role", "title": "title", "link": "link of a role"}
DECIDED = {"accepted": "accepted", "rejected": "rejected", "unsure": "left open"}

_CHANGES = text("""
SELECT s.id, s.title, s.status, c.key, c.source, c.position
FROM change c JOIN change_set s ON s.id = c.change_set_id
WHERE s.status <> 'discarded' AND (c.source->>'run_id' = ANY(:runs) OR c.source->>'type' = 'finding')
ORDER BY s.id, c.position
""")
_PROPOSALS = text("""
SELECT r.run_id, p.id, p.kind, p.text, p.status, coalesce(r.evidence, '') AS evidence
FROM proposal_run r JOIN proposal p ON p.id = r.proposal_id WHERE r.run_id = ANY(:ids) ORDER BY p.id
""")


@dataclass(frozen=True)
class Citation:
    """Something that rests on a run: a reference to it, what it is in words, and what it quotes of the run."""

    run_id: UUID
    ref: Ref
    label: str
    quote: str

    @property
    def key(self) -> str:
        """What tells it from others."""
        return f"{self.run_id} {self.ref.key()} {self.label}"

    def wire(self) -> dict[str, Any]:
        """The JSON form, without the run."""
        return {"ref": self.ref.wire(), "label": self.label, "quote": self.quote}


@dataclass(frozen=True)
class _Run:
    """A run as far as it is quoted: its text, and where it matched each skill by which form."""

    id: UUID
    jd: str
    role: str
    forms: tuple[tuple[str, str, int], ...]

    def quote_of(self, words: Sequence[str]) -> str:
        """The stretch around the first place at which a skill or a form of ``words`` was matched; else what the run chose."""
        wanted = {word.lower() for word in words}
        for slug, form, start in sorted(self.forms, key=lambda found: found[2]):
            if slug in words or form.lower() in wanted:
                return self.stretch(start, len(form))
        return f"The run chose {self.role}." if self.role else "The run chose no role."

    def matched(self, subject: Mapping[str, Any]) -> bool:
        """Whether the run matched what a finding is about: the skill, by the alias if it is about one."""
        alias = str(subject.get("alias_text", "")).lower()
        return any(slug == subject.get("skill_slug") and alias in ("", form.lower()) for slug, form, _ in self.forms)

    def stretch(self, start: int, length: int) -> str:
        """A place of the text with what stands around it in its line: other lines may name people."""
        end = start + length
        before, after = self.jd[max(0, start - AROUND) : start], self.jd[end : end + AROUND]
        line = before[before.rfind("\n") + 1 :] + self.jd[start:end] + after.split("\n", 1)[0]
        return " ".join(line.split())


def citations_of(connection: Connection, run_ids: Sequence[UUID]) -> list[Citation]:
    """What rests on these runs, each citing thing once a run: changes first, then decisions, proposals, comments, verdicts."""
    runs = _load(connection, run_ids)
    found = [
        *_of_changes(connection, runs),
        *_of_decisions(connection, runs),
        *_of_proposals(connection, runs),
        *_of_people(connection, runs),
    ]
    return list({citation.key: citation for citation in reversed(found)}.values())[::-1]


def _load(connection: Connection, run_ids: Sequence[UUID]) -> dict[str, _Run]:
    ids = {"ids": list(run_ids)}
    forms: dict[str, list[tuple[str, str, int]]] = {}
    query = text("SELECT run_id, skill_slug, form, start FROM run_skill WHERE run_id = ANY(:ids)")
    for run_id, slug, form, start in connection.execute(query, ids):
        forms.setdefault(str(run_id), []).append((str(slug), str(form), int(start)))
    rows = connection.execute(text("SELECT id, jd_text, coalesce(role_name, '') FROM run WHERE id = ANY(:ids)"), ids)
    return {str(i): _Run(UUID(str(i)), jd, role, tuple(forms.get(str(i), ()))) for i, jd, role in rows}


def _of_changes(connection: Connection, runs: Mapping[str, _Run]) -> Iterator[Citation]:
    for row in connection.execute(_CHANGES, {"runs": list(runs)}):
        label = f"{'Draft' if row.status == 'draft' else 'Change set'} {row.id} “{row.title}”"
        for run in _sources(row.source, runs):
            yield Citation(run.id, ChangeSetRef(row.id), label, run.quote_of(row.key))


def _sources(source: Mapping[str, Any], runs: Mapping[str, _Run]) -> list[_Run]:
    """The runs that a change rests on: the one that it names, or those in which its finding did harm."""
    if source.get("run_id") in runs:
        return [runs[source["run_id"]]]
    return [run for run in runs.values() if run.matched(source.get("subject") or {})]


def _of_decisions(connection: Connection, runs: Mapping[str, _Run]) -> Iterator[Citation]:
    for row in connection.execute(text("SELECT key, decision, author FROM finding_decision ORDER BY decided_at")):
        kind, _, subject = str(row.key).partition(" ")
        try:
            ref = FindingRef(kind, json.loads(subject))
        except (ValueError, AttributeError):
            continue
        names = [name for name in ref.subject.values() if isinstance(name, str)]
        for run in runs.values():
            if run.matched(ref.subject):
                label = f"Finding on {' · '.join(names)}, {DECIDED[row.decision]} by {row.author}"
                yield Citation(run.id, ref, label, run.quote_of(names))


def _of_proposals(connection: Connection, runs: Mapping[str, _Run]) -> Iterator[Citation]:
    for row in connection.execute(_PROPOSALS, {"ids": [run.id for run in runs.values()]}):
        run = runs[str(row.run_id)]
        at = run.jd.find(row.evidence) if row.evidence else -1
        quote = run.stretch(at, len(row.evidence)) if at >= 0 else row.evidence or row.text
        label = f"Proposed {PROPOSED[row.kind]} “{row.text}”, {PROPOSAL_STATES[row.status]}"
        yield Citation(run.id, ProposalRef(row.id), label, quote)


def _of_people(connection: Connection, runs: Mapping[str, _Run]) -> Iterator[Citation]:
    """What people said of the runs themselves: comments and verdicts."""
    comments = text("SELECT about, author, body FROM comment WHERE about->>'run_id' = ANY(:runs) ORDER BY id")
    for row in connection.execute(comments, {"runs": list(runs)}):
        try:
            ref = ref_from_wire(row.about)
        except InputError:
            continue
        yield Citation(runs[row.about["run_id"]].id, ref, f"Comment by {row.author}", row.body)
    yield from _of_verdicts(connection, runs)
    read = text(
        "SELECT run_id, author, string_agg(field || ': ' || value, '; ' ORDER BY field) AS quote "
        "FROM parse_verdict WHERE run_id = ANY(:ids) GROUP BY run_id, author ORDER BY run_id, author"
    )
    for row in connection.execute(read, {"ids": [run.id for run in runs.values()]}):
        yield Citation(row.run_id, RunRef(row.run_id), f"What {row.author} says that the text gives", row.quote)


def _of_verdicts(connection: Connection, runs: Mapping[str, _Run]) -> Iterator[Citation]:
    verdicts = text(
        "SELECT v.run_id, v.author, v.note, v.has_role, v.wrong_skills || v.wrong_terms AS wrong, v.missing_skills AS missing, "
        "v.links, coalesce(r.display_name, v.role_slug, '') AS role "
        "FROM verdict v LEFT JOIN role r ON r.slug = v.role_slug WHERE v.run_id = ANY(:ids) ORDER BY v.created_at"
    )
    for row in connection.execute(verdicts, {"ids": [run.id for run in runs.values()]}):
        words = [f"The right role is {row.role}." if row.role else "No role is right."] if row.has_role else []
        wrong_links = [
            f"{link['skill_slug']} in {link['dimension_slug']}" for link in row.links if not link["is_right"]
        ]
        for label, named in (
            ("Not meant", row.wrong),
            ("Missing", [found["text"] for found in row.missing]),
            ("Wrong links", wrong_links),
        ):
            if named:
                words.append(f"{label}: {', '.join(named)}.")
        quote = " ".join([*words, row.note]).strip()
        yield Citation(row.run_id, RunRef(row.run_id), f"Verdict of {row.author}", quote)
