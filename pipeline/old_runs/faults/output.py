"""Checks of what a run took from its text, what it proposes, and what it says of itself."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.catalog.value import TECHNOLOGY
from pipeline.contracts import FinalSkill, NewKra, Persistence
from pipeline.old_runs.faults.check import CheckedRun, Fault, RunCheck

MAX_NAMED = 24


class ExtractionMisses(RunCheck):
    """Skills that the text names and the run did not take from it. Our run of the same text found them."""

    kind = "missing_skill"
    label = "Extraction misses"
    step = "skills"
    needs_ours = True

    def find(self, run: CheckedRun) -> Iterator[Fault]:
        """Yield the skills of our run that this one has under no name, technologies and what the position demands first."""
        if run.ours is None:
            return
        known = {skill.skill_name.lower() for skill in run.extraction.skills}
        for detail in run.details:
            known |= {alias.alias_text.lower() for alias in detail.aliases_in_db}
            known |= {detail.canonical.display_name.lower()} if detail.canonical else set()
        missed = [
            skill for skill in run.ours.skills if skill.skill_nature != "SOFT_SKILL" and _is_missing(skill, known)
        ]
        if missed:
            ordered = sorted(missed, key=lambda skill: (skill.skill_nature not in TECHNOLOGY, not skill.is_primary))
            names = [skill.skill_name for skill in ordered]
            more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
            yield Fault(
                self,
                f"{len(names)} skill{'s' if len(names) > 1 else ''}",
                f"the text names {', '.join(names[:MAX_NAMED])}{more}, which the run does not have",
            )


def _is_missing(skill: FinalSkill, known: set[str]) -> bool:
    """Whether a skill of our catalog is known by none of its names."""
    forms = {x.lower() for m in skill.mentions for x in (m.text, m.alias) if x}
    return skill.slug is not None and not known & (forms | {skill.skill_name.lower(), skill.slug.replace("-", " ")})


class CapturedBlock(RunCheck):
    """The duty that was captured as a new KRA is a whole block of the text, cut off, and its similarity to the KRAs that are there was
    not computed: nobody can decide about it.
    """

    kind = "captured_block"
    label = "Captured KRA is a block"
    step = "proposals"

    def find(self, run: CheckedRun) -> Iterator[Fault]:
        """Yield captured KRAs of several duties, or without a similarity."""
        updates = run.extraction.updates
        captured = {k.r_and_r_preview: k for k in (updates.new_kra_attached, *updates.new_kras_attached) if k}
        blocks = [block.text for block in run.extraction.parsed.roles_and_responsibilities]
        for kra in captured.values():
            why = list(_block_reasons(kra, blocks))
            if why:
                yield Fault(self, kra.r_and_r_preview.split("\n")[0], f"it {' and '.join(why)}")


def _block_reasons(kra: NewKra, blocks: list[str]) -> Iterator[str]:
    lines = [line for line in kra.r_and_r_preview.split("\n") if line.strip()]
    if len(lines) > 1:
        yield f"holds {len(lines)} duties of one block" + (
            ", the last one cut off" if any(_is_cut(kra.r_and_r_preview, block) for block in blocks) else ""
        )
    if kra.best_kra_similarity == 0.0:
        yield "says 0.00 for the nearest KRA, whatever that is"


def _is_cut(preview: str, block: str) -> bool:
    """Whether a preview is the beginning of a block and ends within a word or a sentence of it."""
    return block.startswith(preview) and len(block) > len(preview) and not preview.endswith((".", "\n"))


class DisagreeingFigures(RunCheck):
    """One figure of the run says something else than another: a cost on the page that its JSON does not have, links that are marked as
    saved beside a counter that says none were.
    """

    kind = "figures"
    label = "Figures that disagree"
    step = "run"

    def find(self, run: CheckedRun) -> Iterator[Fault]:
        """Yield the cost, and the counters of links, that disagree."""
        output, cost = run.role_output, run.figures.cost_usd
        if output is not None and cost and output.llm_cost_total_usd is None:
            yield Fault(self, "Cost", f"the page shows ${cost:.4f}, the JSON of step 3 says null")
        if output is None or "new_skills_proposed" in output.persistence.model_fields_set:
            # A document that counts what it proposes apart says what its other counters are of.
            return
        for what, marked, counted in _links(output.persistence):
            if marked and not counted:
                yield Fault(
                    self, what, f"{marked} row{'s are' if marked > 1 else ' is'} marked as saved, the counter says 0"
                )


def _links(persistence: Persistence) -> tuple[tuple[str, int, int], ...]:
    items = persistence.items
    return (
        ("Links of skills", sum(i.skill_dimension_saved for i in items), persistence.skill_dimension_saved),
        ("Links of the role", sum(i.role_dimension_saved for i in items), persistence.role_dimension_saved),
    )


class SilentStop(RunCheck):
    """The run stopped before its last step, and nothing says why."""

    kind = "silent_stop"
    label = "Stopped without a word"
    step = "run"

    def find(self, run: CheckedRun) -> Iterator[Fault]:
        """Yield the step behind which a run that was not rejected stopped."""
        if run.extraction.rejected or run.extraction.decision.chosen_role is None:
            return
        if run.library_match is None or run.role_output is None:
            last = 1 if run.library_match is None else 2
            calls = "; its list of model calls never came" if run.figures.calls_are_missing else ""
            yield Fault(self, f"After step {last}", f"step {last + 1} was not called, and nothing says why{calls}")
