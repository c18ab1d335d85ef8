"""The judgements that a model can make: step, schema and length of the answer, and the prompt with its version."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from pipeline.contracts.vocabularies import MATURITY_LABELS, NATURES_OF_WORK
from pipeline.contracts.vocabulary import Vocabulary
from pipeline.engines import answers

PROMPTS = Path(__file__).with_name("prompts")


A = TypeVar("A", bound=answers.Answer)


@dataclass(frozen=True)
class Judgement(Generic[A]):
    """A question to a model: the ``step`` of the wire that it belongs to and the schema of its ``answer``.

    ``max_tokens`` bounds the answer, and with it the cost of a call.
    """

    name: str
    step: int
    answer: type[A]
    max_tokens: int


PARSE = Judgement("parse", 1, answers.ParseAnswer, 1200)
SKILLS = Judgement("skills", 1, answers.SkillsAnswer, 5000)
ROLE = Judgement("role", 1, answers.RoleAnswer, 500)
SECOND_JUDGE = Judgement("second_judge", 1, answers.SecondJudgeAnswer, 500)
NEW_SKILLS = Judgement("new_skills", 2, answers.NewSkillsAnswer, 3000)
NATURE_OF_WORK = Judgement("nature_of_work", 3, answers.NatureAnswer, 400)
TECH_STACK_MATURITY = Judgement("tech_stack_maturity", 3, answers.MaturityAnswer, 400)

JUDGEMENTS: dict[str, Judgement[Any]] = {
    j.name: j for j in (PARSE, SKILLS, ROLE, SECOND_JUDGE, NEW_SKILLS, NATURE_OF_WORK, TECH_STACK_MATURITY)
}
"""By name, in the order in which a run makes them."""


@dataclass(frozen=True)
class Prompt:
    """The instructions of a judgement; ``version`` is its name with a number ("parse-3")."""

    version: str
    text: str


VOCABULARIES = {"NATURES_OF_WORK": NATURES_OF_WORK, "MATURITY_LABELS": MATURITY_LABELS}
"""The vocabularies that a prompt may list, by the name that stands for it in braces."""


@cache
def prompt_of(judgement: str) -> Prompt:
    """Return the prompt of a judgement by its name; the first line of its file is ``version: N``, and vocabularies are put in."""
    first, _, text = (PROMPTS / f"{judgement}.md").read_text(encoding="utf-8").partition("\n")
    version = re.fullmatch(r"version: (\d+)", first)
    assert version, f"{judgement}.md must begin with a line 'version: N'"
    for name, vocabulary in VOCABULARIES.items():
        text = text.replace(f"{{{name}}}", _listed(vocabulary))
    return Prompt(f"{judgement}-{version.group(1)}", text.strip())


def _listed(vocabulary: Vocabulary) -> str:
    """The words of a vocabulary with their meanings, one a line."""
    return "\n".join(f"- {word}: {meaning}" for word, meaning in vocabulary.meanings.items())
