"""Aliases are found as whole words, the longest first, at the right offsets, with case and context honoured."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.catalog import Catalog, Dimension, Skill, SkillAlias, SkillDimension
from pipeline.catalog.aliases import AliasIndex
from pipeline.catalog.indexes import Indexes


def index(*aliases: tuple[str, str] | tuple[str, str, str] | tuple[str, str, str, tuple[str, ...]]) -> AliasIndex:
    slugs = list(dict.fromkeys(a[0] for a in aliases))
    rows = tuple(
        SkillAlias(
            None, a[0], a[1], "SYNONYM", a[2] if len(a) > 2 else "CASE_INSENSITIVE", False, a[3] if len(a) > 3 else ()
        )
        for a in aliases
    )
    return AliasIndex(Catalog(skills=tuple(Skill(None, s, f"~{s}~") for s in slugs), skill_aliases=rows))


def found(index: AliasIndex, text: str) -> list[tuple[str, str]]:
    return [(h.form.skill_slug, text[h.start : h.end]) for h in index.find(text)]


def test_a_shorter_alias_is_found_where_the_longer_one_fails_at_the_word_boundary() -> None:
    both = index(("java", "Java"), ("javascript", "Java Script"))
    assert found(both, "Java scripting, java script") == [("java", "Java"), ("javascript", "java script")]


@pytest.mark.parametrize("text", ["javac", "_java", "xjava", "Java2", "java_home"])
def test_parts_of_words_are_not_found(text: str) -> None:
    assert found(index(("java", "Java")), text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C, C++ and C#", [("c", "C"), ("cpp", "C++"), ("csharp", "C#")]),
        ("(C++)", [("cpp", "C++")]),
        ("C/C++", [("c", "C"), ("cpp", "C++")]),
        ("C+", []),
    ],
)
def test_signs_belong_to_the_word(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(index(("c", "C"), ("cpp", "C++"), ("csharp", "C#")), text) == expected


def test_offsets_are_code_points_of_the_text_as_given() -> None:
    text = "𝔘𝔫𝔦 – İstanbul  ·  ci  /  cd,\u00a0event‑driven\n architecture"
    both = index(("cicd", "CI/CD"), ("eda", "event-driven architecture"))
    assert found(both, text) == [("cicd", "ci  /  cd"), ("eda", "event‑driven\n architecture")]


def test_case_sensitive_aliases_need_their_case() -> None:
    go = index(("go", "Go", "CASE_SENSITIVE"))
    assert found(go, "go to Go, GO") == [("go", "Go")]


def test_context_decides_ordinary_words() -> None:
    go = index(("go", "Go", "CASE_SENSITIVE", ("programming", "languages")))
    assert found(go, "Go home early.") == []
    assert found(go, "Languages: Go") == [("go", "Go")]
    assert found(go, "Go-to-market for programming tools") == []


def test_a_neighbour_of_the_same_dimension_is_context() -> None:
    catalog = Catalog(
        dimensions=(Dimension(None, "languages", "Languages"),),
        skills=(Skill(None, "go", "Golang"), Skill(None, "python", "Python")),
        skill_aliases=(SkillAlias(None, "go", "Go", "SYNONYM", "CASE_SENSITIVE", False, ("goroutine",)),),
        skill_dimensions=(SkillDimension("go", "languages"), SkillDimension("python", "languages")),
    )
    assert found(AliasIndex(catalog), "Go, Python") == [("go", "Go"), ("python", "Python")]


def test_a_plural_is_the_same_skill() -> None:
    assert found(index(("rest", "REST API")), "REST APIs, rest apis.") == [("rest", "REST APIs"), ("rest", "rest apis")]


def test_a_form_goes_before_the_plural_of_a_shorter_one() -> None:
    forms = index(("cisco-uc", "Cisco UC"), ("cisco-ucs", "Cisco UCS"))
    assert found(forms, "Cisco UCS and Cisco UC") == [("cisco-ucs", "Cisco UCS"), ("cisco-uc", "Cisco UC")]


def test_addresses_hold_no_skills() -> None:
    java = index(("java", "Java"))
    assert found(java, "see https://example.com/java/intro, mail java@example.com, Java") == [("java", "Java")]


def test_ci_in_a_list_is_not_codeigniter(indexes: Indexes) -> None:
    text = "Docker/CI/K8s experience is not required"
    assert found(indexes.aliases, text) == [("docker", "Docker"), ("ci-cd", "CI"), ("kubernetes", "K8s")]


@settings(max_examples=200, deadline=None)
@given(before=st.text(max_size=60), behind=st.text(max_size=60))
def test_a_form_is_found_at_its_place_in_any_text(before: str, behind: str) -> None:
    text = f"{before} Zephyrine  Core {behind}"
    hits = index(("z", "zephyrine core")).find(text)
    if "@" not in text and "www." not in text and "://" not in text:
        assert (len(before) + 1, len(before) + 16) in [(h.start, h.end) for h in hits]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="javC+#./ -\n()s,İ", max_size=60))
def test_hits_never_overlap_and_lie_in_the_text(text: str) -> None:
    hits = index(("java", "Java"), ("c", "C"), ("cpp", "C++"), ("vav", "va v")).find(text)
    edges = [e for h in hits for e in (h.start, h.end)]
    assert edges == sorted(edges)
    assert all(0 <= e <= len(text) for e in edges)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Java Developer\nExperience: 5 years", []),
        ("- developer\n- experience", []),
        ("Developer - Experience", []),
        ("Tools and habits that make a good developer\nexperience in our teams", [("dx", "developer\nexperience")]),
        (
            "We look after everything that makes the Developer\nExperience of our teams",
            [("dx", "Developer\nExperience")],
        ),
    ],
)
def test_forms_end_with_their_line_unless_it_is_wrapped(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(index(("dx", "Developer Experience")), text) == expected


def test_a_form_that_says_two_skills_gives_both() -> None:
    catalog = Catalog(
        skills=(
            Skill(None, "java", "Java", skill_nature="LANGUAGE"),
            Skill(None, "boot", "Spring Boot"),
            Skill(None, "db", "~"),
        ),
        skill_aliases=tuple(
            SkillAlias(None, slug, text, "SYNONYM", "CASE_INSENSITIVE", False, ())
            for slug, text in (("boot", "Java Spring Boot"), ("db", "Java Server"))
        ),
    )
    both = AliasIndex(catalog)
    assert found(both, "Java Spring Boot") == [("java", "Java"), ("boot", "Spring Boot")]
    assert found(both, "Java Server") == [("db", "Java Server")]


def test_a_name_out_of_context_is_found_only_where_it_is_asked_for() -> None:
    go = index(("go", "Go", "CASE_SENSITIVE", ("programming",)))
    assert go.find("Write clean Go daily") == []
    (hit,) = go.find("Write clean Go daily", out_of_context=True)
    assert hit.out_of_context and hit.form.skill_slug == "go"
    assert go.find("They go home", out_of_context=True) == []
