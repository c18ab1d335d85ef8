"""Sections, bullets and sentences with their offsets; strange texts are survived."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.text import MAX_CHARACTERS, JDText, check_text, decode, visible


def test_headings_divide_the_text() -> None:
    jd = JDText("We make maps.\n\nWhat You'll Do\n- Draw\n\nRequired Skills:\n- Python\n\nNice to have\n- Rust\n\nBenefits:\n- Lunch")
    kinds = [(s.kind, s.heading) for s in jd.sections]
    assert kinds == [
        ("body", None), ("responsibilities", "What You'll Do"), ("requirements", "Required Skills"),
        ("preferred", "Nice to have"), ("benefits", "Benefits"),
    ]  # fmt: skip


def test_headings_are_found_inside_one_long_line() -> None:
    jd = JDText("You join a team. Key Responsibilities • Draw maps • Check them Must Have Qualifications • Python")
    assert [s.kind for s in jd.sections] == ["body", "responsibilities", "requirements"]
    assert [s.text for s in jd.sentences] == ["You join a team.", "Draw maps", "Check them", "Python"]


def test_a_name_with_a_dot_does_not_end_a_sentence() -> None:
    jd = JDText("We use ASP.NET and Node.js daily. The rest is SQL.")
    assert [s.text for s in jd.sentences] == ["We use ASP.NET and Node.js daily.", "The rest is SQL."]


def test_markup_is_blanked_position_for_position() -> None:
    raw = "<p>Uses&nbsp;C&amp;C</p><script>alert('x')</script><li>Java"
    view = visible(raw)
    assert len(view) == len(raw)
    assert "script" not in view and "alert" not in view
    assert view.index("Java") == raw.index("Java")


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_text_has_sections_and_sentences_within_it(text: str) -> None:
    jd = JDText(text)
    assert len(jd.view) == len(text)
    for sentence in jd.sentences:
        assert 0 <= sentence.start < sentence.end <= len(text)
        assert jd.view[sentence.start : sentence.end].split() == sentence.text.split()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7 \xff\xfe", "is a binary file"),
        (b"Java \xff developer", "byte 5 is 0xff"),
        (b"a\0b\0" * 50, "looks like a binary file"),
    ],
)
def test_what_is_no_text_is_refused_with_its_reason(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        decode(content, "upload")


def test_five_megabytes_are_refused_in_words() -> None:
    with pytest.raises(InputError, match="5,000,000 characters; at most"):
        check_text("x" * 5_000_000)
    assert check_text("x" * MAX_CHARACTERS)
