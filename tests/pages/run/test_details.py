"""Details of a run as values: quotes, steps and timings."""

from pages.run import banner
from pages.run.details import timings
from pages.run.details.library_card import quotes
from pipeline.contracts import Mention, ResponsibilityBlock, SourceMarker
from tests import wire_values as wire
from tests.pages.run.views import stored


def block(text: str) -> ResponsibilityBlock:
    marker = SourceMarker(first_5_words="", last_5_words="")
    return ResponsibilityBlock(
        bullet_count=0, heading=None, heading_was_present=False, source_marker=marker, text=text, word_count=1
    )


def mention(text: str) -> Mention:
    return Mention(start=0, end=len(text), text=text)


def test_a_skill_is_quoted_by_its_first_two_lines() -> None:
    jd = wire.parsed(roles_and_responsibilities=[block("uses Git\nknows Git\nloves Git")])
    git = wire.skill("Git", mentions=[mention("Git")] * 3)
    assert quotes(git, jd) == ["uses Git", "knows Git"]


def test_a_long_line_is_cut_around_the_mention() -> None:
    (quote,) = quotes(
        wire.skill("Git", mentions=[mention("Git")]),
        wire.parsed(roles_and_responsibilities=[block("a" * 200 + " Git " + "b" * 200)]),
    )
    assert quote.startswith("… aaa") and quote.endswith("b …") and len(quote) == 2 + 110 + 150 + 2


def test_a_skill_outside_the_duties_is_quoted_by_its_forms_and_one_without_mention_by_its_name() -> None:
    assert quotes(wire.skill("Git", mentions=[mention("git")]), wire.parsed()) == ["git"]
    assert quotes(wire.skill("Git"), wire.parsed()) == ["Git"]


def test_timings_are_told_in_the_order_of_the_stages_with_their_share() -> None:
    assert timings.rows({"skills": 75.0, "parse": 25.0, "unknown": 0.0}) == [
        ("Reading the text", "step 1", "25 ms", "25%"),
        ("Finding skills", "step 1", "75 ms", "75%"),
        ("Sum", "", "100 ms", ""),
    ]
    assert timings.rows({}) == [("Sum", "", "0 ms", "")]


def test_each_step_has_its_route_time_and_cost_and_says_when_it_was_not_called() -> None:
    run = stored(
        timings_ms={"parse": 40.0, "skills": 60.0},
        duration_ms=110.0,
        cost_usd=0.0125,
        calls=({"step": 1, "cost_usd": 0.0125},),
    )
    assert timings.step_rows(run) == [
        ("1 · Extraction", "extract-from-jd", "100 ms", "$0.0125", "done"),
        ("2 · Library match", "extract-details", "–", "$0.0000", "not called yet"),
        ("3 · Role output", "final-role-output", "–", "$0.0000", "not called yet"),
        ("Sum", "", "110 ms", "$0.0125", ""),
    ]
    assert banner.steps(run) == (
        "1 Extraction 100 ms $0.0125 · 2 Library match not called yet · 3 Role output not called yet · in all 110 ms $0.0125"
    )
