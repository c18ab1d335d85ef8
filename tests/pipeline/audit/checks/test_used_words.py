"""Forms that texts use as words of their sentences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from pipeline.audit import AuditContext
from pipeline.audit.checks.other_names import Suspect
from pipeline.audit.checks.used_words import MIN_TEXTS, aliases_used_as_words
from pipeline.audit.usage import Usage, UsedForm, UsedText
from pipeline.catalog import Skill, SkillAlias
from pipeline.catalog.indexes import Indexes
from pipeline.learned.words import word_spans
from pipeline.vectors import TaggedTexts
from tests.pipeline.audit.small import WordEncoder, small


class Tagging(WordEncoder):
    """Takes the words behind "with" for knowledge, and no other."""

    def encode_with_tags(self, texts: Sequence[str]) -> TaggedTexts:
        tags = []
        for text in texts:
            words = [text[a:b] for a, b in word_spans(text)]
            tags.append(np.array([[0.9 if words[i - 1 : i] == ["with"] else 0.05, 0.0] for i in range(len(words))]))
        return TaggedTexts(self.encode(texts), tags)


def suspects(*lines: str, form: str = "Tandem", **cells: bool) -> list[Suspect]:
    skill = Skill(1, "quartzite", "Quartzite", skill_nature="PLATFORM")
    alias = SkillAlias(1, "quartzite", form, **cells)  # type: ignore[arg-type]
    catalog = small(skills=(skill,), skill_dimensions=(), skill_aliases=(alias,))
    texts = tuple(
        UsedText(line, None, (UsedForm("quartzite", form, line.lower().index(form.lower())),)) for line in lines
    )
    return list(aliases_used_as_words(AuditContext(Indexes(catalog, Tagging()), Usage(texts=texts))))


def test_a_word_that_the_tagger_takes_for_none_is_no_form() -> None:
    (suspect,) = suspects(*["About us\nWe ride in tandem on most days\nApply"] * MIN_TEXTS)
    assert suspect.alias.alias_text == "Tandem" and suspect.score > 0.8
    assert (
        suspect.reasons[0].text
        == "of 4 texts with “Tandem” that were read, most use it as a word, where it names no Quartzite"
    )


@pytest.mark.parametrize(
    "lines, form, cells",
    [
        (["Work with Tandem systems"] * MIN_TEXTS, "Tandem", {}),
        (["We ride in tandem"] * (MIN_TEXTS - 1), "Tandem", {}),
        (["We ride in tandem"] * MIN_TEXTS, "Tandem", {"is_primary": True}),
        (["We ride in quarzzit"] * MIN_TEXTS, "quarzzit", {}),
    ],
)
def test_knowledge_few_texts_a_name_and_a_rare_word_stay(lines: list[str], form: str, cells: dict[str, bool]) -> None:
    assert suspects(*lines, form=form, **cells) == []
