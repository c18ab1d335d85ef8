"""Words as the tagger takes them: their places, their first pieces, how they are written, their groups of letters."""

import numpy as np
import pytest

from pipeline.learned.words import BUCKETS, MAX_GROUPS, SHAPE_COLUMNS, first_pieces, letter_groups, shapes, word_spans


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" \t\n", []),
        ("Writes Node.js, C++ and F#.", ["Writes", "Node.js", ",", "C++", "and", "F#", "."]),
        ("CI/CD|SRE;ops", ["CI", "/", "CD", "|", "SRE", ";", "ops"]),
        ("knows (deep) Rust):", ["knows", "(", "deep", ")", "Rust", "):"]),
        ("• “Vim” – ‘vi’", ["•", "“", "Vim", "”", "–", "‘", "vi", "’"]),
        ("- .NET -Go- a--b", ["-", ".NET", "-", "Go", "-", "a--b"]),
        ("... 3.11? 日本語！", ["...", "3.11", "?", "日本語！"]),
    ],
)
def test_words_stand_without_the_signs_around_them(text: str, words: list[str]) -> None:
    assert [text[a:b] for a, b in word_spans(text)] == words


def test_words_cover_everything_but_white_space_in_order() -> None:
    text = "Keeps <b>logs</b> (ELK), «Graylog»; “Loki”/Tempo|Mimir… and\u00a0— *more* — [etc.]"
    spans = word_spans(text)
    assert "".join(text[a:b] for a, b in spans) == "".join(text.split())
    assert all(before[1] <= after[0] for before, after in zip(spans, spans[1:], strict=False))


def test_a_word_begins_at_its_first_piece() -> None:
    # "[CLS] kub ##ectl [gap] run . [SEP]" of "kubectl run."; the model read no further than the sign.
    pieces = [(0, 0), (0, 3), (3, 7), (8, 11), (11, 12), (0, 0)]
    assert first_pieces(pieces, [(0, 7), (8, 11), (11, 12)]) == [1, 3, 4]
    assert first_pieces(pieces, [(0, 7), (8, 11), (11, 12), (13, 20)]) == [1, 3, 4, -1]
    assert first_pieces([], [(0, 3)]) == [-1]


def test_a_word_of_which_the_tokenizer_makes_no_piece_has_none() -> None:
    assert first_pieces([(0, 3), (6, 9)], [(0, 3), (4, 5), (6, 9)]) == [0, -1, 1]
    # Two words in one piece: it is the first one's.
    assert first_pieces([(0, 4)], [(0, 2), (2, 4)]) == [0, -1]


def test_shapes_say_how_a_word_is_written() -> None:
    words = ["Kotlin", "SQL", "gRPC", "log4j", "C#", "and", "/", "7", "<b"]
    rows = shapes(words)
    assert rows.shape == (len(words), SHAPE_COLUMNS) and rows.dtype == np.float32
    flags = {
        "capital first": (0, {"Kotlin", "SQL", "C#"}),
        "capitals": (1, {"SQL"}),
        "digits": (2, {"log4j", "7"}),
        "signs alone": (3, {"/"}),
        "between names": (4, {"/"}),
        "and, or": (5, {"and"}),
        "a mark": (6, {"<b"}),
        "capitals within": (7, {"gRPC"}),
        "small letters": (9, {"log4j", "and", "<b"}),
        "ends in + or #": (11, {"C#"}),
        "number": (13, {"7"}),
    }
    for name, (column, expected) in flags.items():
        assert {w for w, on in zip(words, rows[:, column], strict=True) if on} == expected, name
    assert rows[0, 8] == pytest.approx(6 / 12) and shapes(["a" * 40])[0, 8] == 1.0
    assert shapes([]).shape == (0, SHAPE_COLUMNS)


def test_a_common_word_is_more_common_than_a_name() -> None:
    common, rare = shapes(["with", "zzyzxdb"])[:, 14:16].tolist()
    assert common[0] > 0.5 and common[1] == 0.0
    assert rare == [0.0, 1.0]


def test_groups_of_letters_are_those_of_the_word_with_its_ends() -> None:
    # <go>: three of three letters less one, one of four.
    (row,) = letter_groups(["go"]).tolist()
    assert sum(g > 0 for g in row) == 3 and row[3:] == [0] * (MAX_GROUPS - 3)
    rows = letter_groups(["docker", "dockers", "Docker", "\ud800"])
    assert rows.shape == (4, MAX_GROUPS) and rows.dtype == np.int64
    assert rows.min() >= 0 and rows.max() < BUCKETS
    kept = [set(r) - {0} for r in rows.tolist()]
    assert len(kept[0] & kept[1]) > len(kept[0] & kept[2]) > 0
    assert kept[3]


def test_long_words_have_no_more_groups_than_are_read() -> None:
    long, longer = letter_groups(["antidisestablishment", "antidisestablishmentarianism"]).tolist()
    assert long == longer and all(long)
    assert letter_groups([]).shape == (0, MAX_GROUPS)
