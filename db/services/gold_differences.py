"""What differs between two forms of an item, in parts that a page can show one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from db.stores.gold_items import GoldItem, GoldSkill

Part = Literal["roles", "skill", "title", "text", "column", "label"]


@dataclass(frozen=True)
class ItemDifference:
    """A part that differs: which, its name (of a skill, a column, a field of the label), as it was and as it is; null for not there."""

    part: Part
    name: str
    before: str | None
    after: str | None


def item_differences(before: GoldItem, after: GoldItem) -> list[ItemDifference]:
    """What differs between an item and what it became."""
    return list(_differences(before, after))


def _differences(before: GoldItem, after: GoldItem) -> Iterator[ItemDifference]:
    if (before.role, before.acceptable) != (after.role, after.acceptable):
        yield ItemDifference("roles", "", _roles(before), _roles(after))
    yield from _of_skills(before.skills, after.skills)
    if before.title != after.title:
        yield ItemDifference("title", "", before.title, after.title)
    if before.text != after.text:
        yield ItemDifference("text", "", f"{len(before.text):,} characters", f"{len(after.text):,} characters")
    yield from _of_columns("column", before.columns, after.columns)
    if (before.label is None) != (after.label is None):
        states = [_label_state(item) for item in (before, after)]
        yield ItemDifference("label", "", *states)
    elif before.label and after.label:
        yield from _of_columns("label", _shown(before.label.row), _shown(after.label.row))


def _roles(item: GoldItem) -> str:
    if not item.has_answers:
        return "not asked for"
    return ", ".join([item.role, *(role for role in item.acceptable if role != item.role)])


def _of_skills(before: Sequence[GoldSkill] | None, after: Sequence[GoldSkill] | None) -> Iterator[ItemDifference]:
    if (before is None) != (after is None):
        states = ["not asked for" if skills is None else f"{len(skills)} skills" for skills in (before, after)]
        yield ItemDifference("skill", "", *states)
        return
    was, now = ({skill.name: skill for skill in skills or ()} for skills in (before, after))
    for name in dict.fromkeys([*was, *now]):
        if was.get(name) != now.get(name):
            yield ItemDifference("skill", name, _skill(was.get(name)), _skill(now.get(name)))


def _skill(skill: GoldSkill | None) -> str | None:
    if skill is None:
        return None
    rank = {True: "primary", False: "secondary", None: ""}[skill.primary]
    words = ", ".join(f"“{word}”" for word in skill.surface)
    return f"{words} · {rank}" if rank else words


def _of_columns(
    part: Literal["column", "label"], before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[ItemDifference]:
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            yield ItemDifference(part, name, before.get(name), after.get(name))


def _label_state(item: GoldItem) -> str | None:
    """That there is a label, with how much it says; null where there is none."""
    if item.label is None:
        return None
    given = sum(value not in (None, [], {}) for key, value in item.label.row.items() if key not in ("id", "sha256"))
    return f"{given} fields that the text gives"


def _shown(row: Mapping[str, Any]) -> dict[str, str]:
    return {key: json.dumps(value, ensure_ascii=False) for key, value in row.items()}
