"""Why a form that stands in a sentence is not matched there."""

import pytest

from pipeline.catalog import Catalog, Skill, SkillAlias
from pipeline.catalog.aliases import AliasIndex
from pipeline.catalog.match_reasons import is_known, misses


def alias(slug: str, text: str, strategy: str = "CASE_INSENSITIVE", context: tuple[str, ...] = ()) -> SkillAlias:
    return SkillAlias(None, slug, text, "SYNONYM", strategy, False, context)


CATALOG = Catalog(
    skills=(
        Skill(None, "go", "Go Language"),
        Skill(None, "spring", "Spring Framework"),
        Skill(None, "java", "Java"),
        Skill(None, "java-ee", "Java EE"),
        Skill(None, "ci", "Continuous Integration"),
        Skill(None, "codeigniter", "CodeIgniter"),
        Skill(None, "cloud", "Cloud", is_extractable=False),
    ),
    skill_aliases=(
        alias("go", "GO", "CASE_SENSITIVE"),
        alias("spring", "Spring", context=("bean", "java")),
        alias("ci", "CI"),
        alias("codeigniter", "CI", context=("php",)),
    ),
)
INDEX = AliasIndex(CATALOG)


@pytest.mark.parametrize(
    ("text", "stretch", "skill", "obstacle"),
    [
        ("we go far", "go", "go", "case"),
        ("in Spring we plant", "Spring", "spring", "context"),
        ("a Spring-like day", "Spring", "spring", "hyphen"),
        ("uses Java EE", "Java", "java", "longer form"),
        ("Docker and CI", "CI", "codeigniter", "other owner"),
        ("moves to the Cloud", "Cloud", "cloud", "not looked for"),
        ("write to java@example.com now", "java", "java", "address"),
        ("javac", "java", "java", "inside a word"),
        ("my _java", "java", "java", "inside a word"),
    ],
)
def test_the_reason_of_each_form_that_is_not_matched(text: str, stretch: str, skill: str, obstacle: str) -> None:
    found = [(text[m.start : m.end], m.form.skill_slug, m.obstacle) for m in misses(text, INDEX, CATALOG)]
    assert (stretch, skill, obstacle) in found


def test_what_is_matched_is_no_miss_and_what_took_the_place_is_named() -> None:
    (miss,) = misses("uses Java EE", INDEX, CATALOG)
    assert miss.hit is not None and miss.hit.form.skill_slug == "java-ee"
    assert misses("uses Java", INDEX, CATALOG) == []


def test_the_words_of_which_one_must_stand_near_are_named() -> None:
    (miss,) = misses("in Spring we plant", INDEX, CATALOG)
    assert miss.words == ("bean", "java")
    assert misses("a bean in Spring", INDEX, CATALOG) == []


def test_a_term_that_no_skill_has_is_not_known() -> None:
    assert is_known("JAVA ee", INDEX)
    assert not is_known("Zephyrine", INDEX)
    assert misses("Zephyrine", INDEX, CATALOG) == []
