"""Slugs of names: the spelling of signs for each kind of entry, and a number where a slug is taken."""

import pytest

from pipeline.catalog.slugs import ESCO_SPELLINGS, NEW_SKILL_SPELLINGS, free_slug, slug_of, transliterated_slug


@pytest.mark.parametrize(
    ("name", "new_skill", "esco"),
    [
        ("C++", "cpp", "cpp"),
        ("C#", "c-sharp", "c-sharp"),
        ("ASP.NET", "asp-net", "aspdot-net"),
        ("Notepad++", "notepad-plus-plus", "notepad"),
        ("CI/CD & more_things", "ci-cd-more-things", "ci-cd-more-things"),
        ("1,000 d'Artagnan", "1-000-d-artagnan", "1-000-d-artagnan"),
        ("AT&amp;T &#65;", "at-amp-t-sharp-65", "at-amp-t-65"),
        ("CO² Café", "co-caf", "co-caf"),
        ("++", "plus-plus", ""),
    ],
)
def test_signs_are_spelled_as_the_entry_asks(name: str, new_skill: str, esco: str) -> None:
    assert slug_of(name, NEW_SKILL_SPELLINGS) == new_skill
    assert slug_of(name, ESCO_SPELLINGS) == esco


def test_a_cut_slug_ends_in_a_letter_or_digit() -> None:
    assert slug_of("use concurrent programming", max_length=15) == "use-concurrent"


def test_a_transliterated_slug_is_ascii() -> None:
    assert transliterated_slug("Développeur Java/C++") == "developpeur-java-c"
    assert transliterated_slug("++") == ""


def test_a_free_slug_keeps_letters_of_any_script_and_takes_the_first_free_number() -> None:
    assert free_slug("CI/CD & more", set().__contains__) == "ci-cd-more"
    assert free_slug("Café 日本", set().__contains__) == "café-日本"
    assert free_slug("Kafka", {"kafka", "kafka-2"}.__contains__) == "kafka-3"
    assert free_slug("++", set().__contains__) == "unnamed"
