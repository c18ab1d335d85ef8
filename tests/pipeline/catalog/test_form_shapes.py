"""What a new term shares with the forms of a catalog: letters, joined words, stems, initials, tails, versions."""

import pytest

from pipeline.catalog.form_shapes import Shape, initials, joined, stem
from pipeline.catalog.indexes import Indexes


def test_forms_are_compared_without_blanks_in_the_singular_and_by_initials() -> None:
    assert joined("open-source tool") == "opensourcetool"
    assert stem("unit tests") == "unit test"
    assert initials("cloud development kit") == ("cdk",)
    assert initials("internet of things") == ("iot", "it")
    assert initials("java") == ()


@pytest.mark.parametrize(
    ("term", "slug", "shared"),
    [
        ("Opensource", "open-source", "joined"),
        ("unit test", "unit-testing", "stem"),
        ("GKE", "google-kubernetes-engine", "initials"),
        ("CDK", "aws-cdk", "tail"),
        ("Kubernettes", "kubernetes", "letters"),
    ],
)
def test_a_term_shares_its_shape_with_a_form(term: str, slug: str, shared: str, indexes: Indexes) -> None:
    found = indexes.form_shapes.like(term)
    assert slug in found, sorted(found)
    assert getattr(found[slug], shared)


def test_a_skill_that_is_hidden_is_not_found(indexes: Indexes) -> None:
    shapes = indexes.form_shapes
    assert "open-source" in shapes.like("Opensource")
    assert "open-source" not in shapes.like("Opensource", Shape("", "open-source"))


def test_the_longest_form_within_a_term_is_found_with_the_words_around_it(indexes: Indexes) -> None:
    found = indexes.form_shapes.within("advanced Spring Boot wizardry")
    assert [(shape.slug, before, behind) for shape, before, behind in found] == [
        ("spring-boot", ("advanced",), ("wizardry",))
    ]


@pytest.mark.parametrize(
    ("words", "is_version"), [(("17",), True), (("v2.x",), True), (("tuning",), False), ((), False)]
)
def test_numbers_and_words_of_editions_make_a_version(
    words: tuple[str, ...], is_version: bool, indexes: Indexes
) -> None:
    assert indexes.form_shapes.is_version(words) is is_version
