"""The judgements that a model can make: step, schema of the answer, room for it, and the prompt with its version."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.engines import answers

PROMPTS = Path(__file__).with_name("prompts")


@dataclass(frozen=True)
class Judgement:
    """``max_tokens`` bounds the answer, and with it what a call can cost."""

    name: str
    step: int
    answer: type[answers.Answer]
    max_tokens: int


JUDGEMENTS = {
    j.name: j
    for j in (
        Judgement("parse", 1, answers.ParseAnswer, 1200),
        Judgement("skills", 1, answers.SkillsAnswer, 5000),
        Judgement("role", 1, answers.RoleAnswer, 500),
        Judgement("second_judge", 1, answers.SecondJudgeAnswer, 500),
        Judgement("new_skills", 2, answers.NewSkillsAnswer, 3000),
        Judgement("nature_of_work", 3, answers.NatureAnswer, 400),
        Judgement("tech_stack_maturity", 3, answers.MaturityAnswer, 400),
    )
}


@cache
def prompt(judgement: str) -> tuple[str, str]:
    """Version and text of a judgement's prompt; the first line of its file is ``version: N``."""
    first, _, text = (PROMPTS / f"{judgement}.md").read_text(encoding="utf-8").partition("\n")
    version = re.fullmatch(r"version: (\d+)", first)
    assert version, f"{judgement}.md must begin with a line 'version: N'"
    return f"{judgement}-{version.group(1)}", text.strip()
