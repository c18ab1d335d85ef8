"""Times, counts, names of vocabularies, and what figures share."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from pages.components import plots
from pages.components.labels import (
    COLUMN_NAMES,
    ENGINE_NAMES,
    JUDGEMENT_NAMES,
    cell_label,
    column_label,
    count_label,
    vocabulary_label,
)
from pages.components.theme import DARK, LIGHT
from pages.components.time_format import ago, milliseconds
from pipeline.catalog.tables import TABLES
from pipeline.engines.judgements import JUDGEMENTS

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=44), "just now"),
        (timedelta(minutes=1), "a minute ago"),
        (timedelta(minutes=7), "7 minutes ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(days=6), "6 days ago"),
        (timedelta(days=7), "03 Mar 2026"),
    ],
)
def test_a_moment_is_told_by_how_long_ago_it_was(past: timedelta, words: str) -> None:
    assert ago(NOW - past, NOW) == words


@pytest.mark.parametrize(("value", "words"), [(None, "–"), (0.4, "0 ms"), (9_999.0, "9999 ms"), (12_340.0, "12.3 s")])
def test_a_duration_is_told_in_milliseconds_or_seconds(value: float | None, words: str) -> None:
    assert milliseconds(value) == words


def test_counts_have_the_right_noun() -> None:
    assert [count_label(n, "run") for n in (0, 1, 4, 4000)] == ["0 runs", "1 run", "4 runs", "4,000 runs"]
    assert [count_label(n, "entry", "entries") for n in (1, 2)] == ["1 entry", "2 entries"]


def test_values_of_a_vocabulary_are_words() -> None:
    assert [vocabulary_label(v) for v in ("SOFT_SKILL", "TOOL", None)] == ["soft skill", "tool", ""]
    assert set(ENGINE_NAMES) == {"local", "openai", "old_system"}
    values = [value for table in TABLES for column in table.columns.values() for value in column.words]
    assert len(values) > 20
    assert [v for v in values if not re.fullmatch("[A-Za-z -]+", vocabulary_label(v))] == []
    assert vocabulary_label("Mainstream Modern") == "Mainstream Modern"
    assert vocabulary_label("builds_ai_products") == "its products are made with AI"
    assert cell_label("ai_indicators", ("title_match", "on_ai_team")) == "the title names AI, the team works on AI"


def test_columns_and_cells_of_the_catalog_are_words() -> None:
    names = [name for table in TABLES for name in table.columns]
    assert [n for n in names if "_" in column_label(n) or column_label(n).startswith("is ")] == []
    assert set(COLUMN_NAMES) <= set(names)
    assert cell_label("match_strategy", "CASE_SENSITIVE") == "in this case only"
    assert cell_label("is_generic", True) == "yes"
    assert cell_label("license", "apache_2_0") == "Apache 2.0"
    assert cell_label("vendor", None) == cell_label("skill_nature", None) == "nothing"
    assert cell_label("rationale", "x" * 9, 5) == "xxxx…"


def test_every_judgement_has_a_name() -> None:
    assert set(JUDGEMENTS) <= set(JUDGEMENT_NAMES)


def test_both_themes_have_the_same_colours() -> None:
    assert LIGHT.keys() == DARK.keys()


def test_colours_are_read_and_made_see_through() -> None:
    assert plots.channels("#1c2024") == (28, 32, 36)
    assert plots.faint("#ffffff", 0.5) == "rgba(255,255,255,0.5)"


@pytest.mark.parametrize(("name", "short"), [("Git", "Git"), ("Kafka", "Kafka"), ("Big Data", "Big…")])
def test_long_names_are_cut(name: str, short: str) -> None:
    assert plots.short(name, 5) == short
