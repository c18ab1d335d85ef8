"""Marks in the text: each character is shown once, escaped, under the marks that cover it; what a draft changes is said there."""

import pytest

from pages.run.text import (
    MAX_SHOWN,
    Layers,
    Mark,
    Stretch,
    changed,
    compared_marks,
    duty_marks,
    heading,
    marked_text,
    plain_text,
    skill_marks,
    stretches,
    title_mark,
)
from pipeline.contracts import KraMatch, Mention
from tests.wire_values import extraction, role_score, skill

AB, BC = Mark(0, 2, "ab"), Mark(1, 3, "bc")


def test_a_text_without_marks_is_one_stretch_and_an_empty_one_none() -> None:
    assert stretches("abc", Layers()) == [Stretch("abc")]
    assert stretches("", Layers()) == []


def test_where_marks_overlap_the_first_counts() -> None:
    assert stretches("abcd", Layers([AB, BC], [])) == [
        Stretch("a", AB),
        Stretch("b", AB, is_last=True),
        Stretch("c", BC, is_last=True),
        Stretch("d"),
    ]


def test_a_duty_goes_on_under_the_skills_in_it() -> None:
    duty, inner = Mark(0, 6, "duty"), Mark(2, 4, "skill")
    assert stretches("abcdef", Layers([inner], [duty])) == [
        Stretch("ab", None, duty),
        Stretch("cd", inner, duty, is_last=True),
        Stretch("ef", None, duty),
    ]


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        (Mark(0, 3, "all"), ["abc"]),
        (Mark(2, 3, "last"), ["ab", "c"]),
        (Mark(2, 9, "beyond"), ["ab", "c"]),
        (Mark(7, 9, "behind"), ["abc"]),
        (Mark(1, 1, "empty"), ["a", "bc"]),
    ],
)
def test_marks_at_and_behind_the_end_lose_no_text(mark: Mark, expected: list[str]) -> None:
    assert [stretch.text for stretch in stretches("abc", Layers([mark], []))] == expected


def test_a_mark_that_is_cut_by_the_end_still_marks_what_is_shown() -> None:
    mark = Mark(2, 9, "beyond")
    assert stretches("abc", Layers([mark], []))[-1] == Stretch("c", mark, is_last=True)


def test_a_skill_says_its_form_its_name_its_rank_and_how_sure_it_is() -> None:
    mention = Mention(start=3, end=6, text="K8s", alias="k8s")
    found = skill_marks(
        extraction(
            [
                skill("Kubernetes", primary=False, mentions=[mention]),
                skill("Zephyrine", (0, 2), known=False),
            ]
        )
    )
    assert found == [
        Mark(0, 2, "Zephyrine: not in the catalog", "new", "Zephyrine"),
        Mark(3, 6, "k8s → Kubernetes · secondary · confidence 0.90", "second", "Kubernetes"),
    ]


def test_duties_are_those_of_the_chosen_role_that_have_a_place() -> None:
    placed = KraMatch(kra_text="Builds pipelines", sentence="s", similarity=0.812, start=4, end=9)
    unplaced = KraMatch(kra_text="Runs them", sentence="s", similarity=0.7)
    signals = {
        "kra_match_roles": [
            role_score("Other", kra_matches=[placed]),
            role_score("Data Engineer", kra_matches=[placed, unplaced]),
        ]
    }
    assert duty_marks(extraction(chosen="Data Engineer", signals=signals)) == [Mark(4, 9, "KRA 0.81: Builds pipelines")]
    assert duty_marks(extraction(signals=signals)) == []


def test_a_title_is_marked_where_the_text_holds_it_and_a_generic_one_says_so() -> None:
    generic = role_score("Developer", alias_text="software engineer", is_generic=True)
    step = extraction(signals={"alias_match_roles": [generic]})
    mark = title_mark("Senior Software Engineer", step)
    assert mark and (mark.start, mark.end, mark.name) == (7, 24, "Developer")
    assert mark.label == "software engineer → Developer · title, generic: it does not decide"
    assert title_mark("Nothing of it", step) is None and title_mark("Software Engineer", extraction()) is None


def test_a_mark_says_what_it_was_and_one_that_is_gone_stays_to_be_seen() -> None:
    before = [
        Mark(0, 2, "CI → CodeIgniter", name="CodeIgniter"),
        Mark(5, 9, "x", name="Java"),
        Mark(12, 14, "y", name="Go"),
    ]
    now = [Mark(0, 2, "CI → CI/CD", name="CI/CD"), Mark(5, 9, "x", name="Java"), Mark(20, 22, "z", name="Hive")]
    found = compared_marks(now, before, {})
    assert [(mark.start, mark.was, mark.now) for mark in found] == [
        (0, "CodeIgniter", "CI/CD"),
        (5, "", ""),
        (12, "Go", ""),
        (20, "not marked", "Hive"),
    ]
    assert [mark.start for mark in changed(found)] == [0, 12, 20]
    assert "3 marks changed" in heading(found) and '<a href="#mark-0">CI/CD</a>' in heading(found)


def test_the_first_mark_of_a_skill_says_which_dimension_it_left() -> None:
    marks = [Mark(0, 3, "a", name="EDA"), Mark(9, 12, "a", name="EDA")]
    first, second = compared_marks(marks, marks, {"EDA": ("React", "Streaming")})
    assert (first.was, first.now, second.is_changed) == ("React", "Streaming", False)


def test_text_and_labels_are_escaped_and_marks_are_reached_by_the_keyboard() -> None:
    text = '1 < "R" & more'
    hostile = skill('R" onmouseover="x()', (5, 6))
    assert marked_text(text, Layers(skill_marks(extraction([hostile])))) == (
        '<div class="jdw-jd">1 &lt; &#34;'
        '<mark class="" tabindex="0" role="note" '
        'aria-label="R&#34; onmouseover=&#34;x() → R&#34; onmouseover=&#34;x() · primary · confidence 0.90">R</mark>'
        "&#34; &amp; more</div>"
    )
    assert plain_text("<script>") == '<p class="jdw-cap">Job description</p><div class="jdw-jd">&lt;script&gt;</div>'


def test_a_changed_mark_has_an_anchor_and_its_note_behind_it() -> None:
    html = marked_text("CI!", Layers([Mark(0, 2, "CI", "chg", "CI/CD", "CodeIgniter", "CI/CD")], []))
    assert 'id="mark-0">CI</mark> <span class="n2"><del>CodeIgniter</del> <ins>CI/CD</ins></span>!' in html


def test_a_long_text_is_cut_and_says_so() -> None:
    long = marked_text("x" * (MAX_SHOWN + 1), Layers())
    assert long.count("x") == MAX_SHOWN and long.endswith("<p>… cut here</p></div>")
    assert "cut here" not in marked_text("x" * MAX_SHOWN, Layers())
