"""What a key does to a verdict: it is in the store before the page is drawn again, and is taken back one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from db.stores.verdicts import Answer, GivenVerdict, LinkVerdict, MissingSkill
from pages.components.flash import flash
from pages.components.identity import has_name, person
from pages.components.workbench import workbench
from pages.run.parse_verdicts import own_verdict
from pages.run.verdict.desk import Desk, draw_page
from pages.run.verdict.sheet import FactStep, LinkStep, MissingStep, RoleStep, SkillStep, Step
from pipeline.verdicts import (
    link_verdict,
    skill_word,
    sorted_by,
    with_link,
    with_missing,
    with_role,
    with_skill,
    without_missing,
    without_role,
)

Edit = Callable[[Answer], Answer]


def _named(act: Callable[[], None]) -> None:
    """Do it as the person at the screen; where nobody is known, ask who it is first, which draws the whole page."""
    if has_name(act):
        act()
    else:
        draw_page()


def _write(desk: Desk, step: Step, edit: Edit) -> None:
    author, store = person(), workbench().verdicts
    before = store.change(desk.run_id, author, edit, is_blind=desk.is_hidden)
    before_it = before.answer if before else Answer()
    desk.can_undo(step.key, lambda: store.change(desk.run_id, author, lambda now: as_before(now, before_it, step)))


def as_before(answer: Answer, other: Answer, step: Step) -> Answer:
    """The answer with what another says of a step."""
    match step:
        case RoleStep():
            return with_role(answer, other.role_slug) if other.has_role else without_role(answer)
        case SkillStep(point=point):
            return with_skill(answer, point, skill_word(other, point))
        case LinkStep(point=link):
            return with_link(answer, link, link_verdict(other, link))
        case MissingStep(found=found):
            before = next((m for m in other.missing_skills if (m.start, m.end) == (found.start, found.end)), None)
            return with_missing(answer, before) if before else without_missing(answer, found)
    return answer


def give_role(desk: Desk, slug: str | None) -> None:
    """The right role, null for none."""

    def give() -> None:
        _write(desk, RoleStep(), lambda answer: with_role(answer, slug))
        desk.go(RoleStep.key, is_behind=True)

    _named(give)


def give_skill(desk: Desk, step: SkillStep, is_right: bool) -> None:
    """Whether the text means a skill that was found."""

    def give() -> None:
        _write(desk, step, lambda answer: with_skill(answer, step.point, is_right))
        desk.go(step.key, is_behind=True)

    _named(give)


def give_other_skill(desk: Desk, step: SkillStep) -> None:
    """That a skill is wrong; then is asked which one its words name."""

    def give() -> None:
        _write(desk, step, lambda answer: with_skill(answer, step.point, False))
        desk.go(step.key, is_behind=True)
        if step.skill.mentions:
            desk.ask_skill(step.skill.mentions[0].start, step.skill.mentions[0].end)

    _named(give)


def give_missing(desk: Desk, found: MissingSkill) -> None:
    """Which skill some words name."""

    def give() -> None:
        _write(desk, MissingStep(found, ""), lambda answer: with_missing(answer, found))
        desk.choose("")

    _named(give)


def take_mark_away(desk: Desk, step: MissingStep) -> None:
    """That some words name no skill after all."""
    _write(desk, step, lambda answer: without_missing(answer, step.found))
    desk.go(step.key, is_behind=True)


def give_link(desk: Desk, step: LinkStep, is_right: bool, right_dimension: str | None = None) -> None:
    """Whether a skill belongs into a dimension. Of a wrong link is asked then where it belongs; that may stay open."""
    verdict = LinkVerdict(step.point.skill_slug, step.point.dimension_slug, is_right, right_dimension)

    def give() -> None:
        _write(desk, step, lambda answer: with_link(answer, step.point, verdict))
        asks = not is_right and right_dimension is None
        desk.go(step.key, is_behind=not asks)
        if asks:
            desk.choose(step.key)
            desk.ask_focus()

    _named(give)


def give_fact(desk: Desk, step: FactStep, value: Any) -> None:
    """What the text gives for a field, as it was read or not; it is a verdict of the reader's page like those given there."""

    def give() -> None:
        author, store, field = person(), workbench().parse_verdicts, step.fact.field
        before = own_verdict(store.of_run(desk.run_id), field)
        store.give(desk.run_id, field, author, value)
        value_before = before.value if before else None
        put_back = (lambda: store.give(desk.run_id, field, author, value_before)) if before else None
        desk.can_undo(step.key, put_back or (lambda: store.withdraw(desk.run_id, field, author)))
        desk.go(step.key, is_behind=True)

    _named(give)


def give_rest(desk: Desk, steps: Sequence[Step], noun: str) -> None:
    """That all of some steps are right; one way back takes all of them back."""

    def right(answer: Answer) -> Answer:
        for step in steps:
            if isinstance(step, SkillStep):
                answer = with_skill(answer, step.point, True)
            elif isinstance(step, LinkStep):
                answer = with_link(answer, step.point, LinkVerdict(*_slugs(step), True))
        return answer

    def give() -> None:
        author, store = person(), workbench().verdicts
        before = store.change(desk.run_id, author, right)
        before_it = before.answer if before else Answer()

        def back(answer: Answer) -> Answer:
            for step in steps:
                answer = as_before(answer, before_it, step)
            return answer

        flash(f"{len(steps)} {noun} called right.", undo=lambda: _change(desk, author, back))
        desk.go(steps[-1].key, is_behind=True)
        draw_page()

    _named(give)


def _slugs(step: LinkStep) -> tuple[str, str]:
    return step.point.skill_slug, step.point.dimension_slug


def _change(desk: Desk, author: str, edit: Edit) -> None:
    workbench().verdicts.change(desk.run_id, author, edit)


def give_note(desk: Desk, words: str) -> None:
    """Why, for who asks later."""

    def give() -> None:
        note = words.strip()
        workbench().verdicts.change(
            desk.run_id, person(), lambda answer: replace(answer, note=note), is_blind=desk.is_hidden
        )

    _named(give)


def reveal(desk: Desk) -> None:
    """Show what the run found: what was said so far is kept as it was said blind."""
    skills = desk.sheet.result.extraction.skills
    workbench().verdicts.reveal(desk.run_id, person(), lambda answer: sorted_by(answer, skills))
    desk.go(RoleStep.key, is_behind=True)
    desk.begin_anew()


def withdraw(desk: Desk, own: GivenVerdict) -> None:
    """Take the whole verdict back."""
    store = workbench().verdicts
    store.withdraw(desk.run_id, own.author)
    flash("Your verdict is taken back.", undo=lambda: store.put_back(desk.run_id, own.author, own))
    desk.go("")
    desk.begin_anew()
