"""Aliases of which the texts of runs say that they name something else than their skill."""

from __future__ import annotations

from pipeline.audit.checks.owners import WrongAlias
from pipeline.audit.checks.used_names import form_uses
from pipeline.audit.usage import Usage, UsedForm, UsedText
from pipeline.catalog import Skill, SkillAlias
from tests.pipeline.audit.small import WordEncoder, found, small

SKILLS = (
    Skill(1, "falconet", "Falconet", skill_nature="TOOL", vendor="Acme"),
    Skill(2, "quartzite", "Quartzite", skill_nature="DATABASE", vendor="Acme"),
)
ALIASES = (
    SkillAlias(1, "falconet", "Falconet", "CANONICAL", is_primary=True),
    SkillAlias(2, "falconet", "xBPF", context=("kernel",)),
    SkillAlias(3, "quartzite", "Quartzite", "CANONICAL", is_primary=True),
    SkillAlias(4, "quartzite", "Message Broker"),
)
CATALOG = small(skills=SKILLS, skill_aliases=ALIASES, skill_dimensions=())


def text(words: str, *forms: tuple[str, str]) -> UsedText:
    """A text with forms that it writes as they are, or without capitals."""
    places = [UsedForm(slug, form, words.lower().index(form.lower())) for slug, form in forms]
    return UsedText(words, None, tuple(sorted(places, key=lambda f: f.start)))


def reasons(*texts: UsedText) -> list[str]:
    findings = found(WrongAlias(), CATALOG, Usage(texts=texts), WordEncoder())
    return [r.text for f in findings for r in f.reasons if r.runs]


FALCON, BPF = ("falconet", "Falconet"), ("falconet", "xBPF")


def test_what_texts_list_beside_its_skill_is_another_thing() -> None:
    listed = (
        text("Tools: Falconet, xBPF and others", FALCON, BPF),
        text("Runtime tools (xBPF/Falconet)", FALCON, BPF),
    )
    assert reasons(*listed) == ["2 runs read “xBPF” in a list beside “Falconet”: two things, not one"]
    assert reasons(listed[0]) == []
    # One may explain the other, or be far from it.
    apart = (
        text("Falconet (xBPF) watches the kernel", FALCON, BPF),
        text("xBPF once, and later on Falconet", FALCON, BPF),
    )
    assert reasons(*apart, *apart) == []


def test_words_that_texts_write_without_a_capital_are_no_product() -> None:
    broker = ("quartzite", "Message Broker")
    lower = tuple(text(f"You run a message broker for {n} teams", broker) for n in (3, 4, 5, 6))
    why = "4 runs read “message broker” as everyday words, without a capital; Quartzite is one product"
    assert reasons(*lower) == [why]
    assert reasons(*lower[:3]) == []
    upper = tuple(text(f"You run Message Broker for {n} teams", broker) for n in (3, 4))
    assert reasons(*lower, *upper) == []


def test_uses_are_counted_by_text() -> None:
    uses = form_uses((text("Falconet, xBPF", FALCON, BPF), text("falconet", FALCON)))
    use = uses[FALCON]
    assert (use.texts, use.lower, use.beside, use.with_other) == (2, 1, {"xBPF": 1}, {"xBPF": 1})
