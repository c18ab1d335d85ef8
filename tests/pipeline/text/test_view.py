"""What is seen of a pasted text, and where each character of it stands in the raw text."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.text import JDText
from pipeline.text.view import Edit, Mark, Reading, View


def seen(raw: str) -> str:
    return JDText(raw).view


def raw_of(raw: str, words: str) -> str:
    """What stands in the raw text for words of the view."""
    jd = JDText(raw)
    start = jd.view.index(words)
    first, last = jd.raw_span(start, start + len(words))
    return raw[first:last]


def test_edits_one_behind_the_other_keep_the_places_of_the_raw_text() -> None:
    view = View.of_raw("a&b c")
    view = view.read(lambda _: Reading([Edit(1, 2, " and "), Edit(4, 4, "\n")]))
    view = view.read(lambda text: Reading([Edit(text.index(" "), text.index("and"), "")], [Mark(4, 5, "strong")]))
    assert view.text == "aand b \nc"
    assert view.starts.tolist() == [0, 1, 1, 1, 1, 2, 3, 4, 4]
    assert view.ends.tolist() == [1, 2, 2, 2, 2, 3, 4, 4, 5]
    assert view.raw_span(1, 4) == (1, 2) and view.raw_span(7, 8) == (4, 4) and view.raw_span(9, 9) == (5, 5)
    assert view.span_of(1, 3) == (1, 6) and view.span_of(4, 5) == (8, 9) and view.span_of(5, 5) == (9, 9)


def test_the_empty_text_has_an_empty_view() -> None:
    jd = JDText("")
    assert (jd.view, jd.raw_span(0, 0), jd.view_span(0, 0), jd.marks) == ("", (0, 0), (0, 0), ())


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=6),
            st.sampled_from(
                [
                    "<p>",
                    "</p>",
                    "<li>",
                    "<b>",
                    "<!--",
                    "-->",
                    "<div hidden>",
                    "</div>",
                    "&amp;",
                    "&lt;i&gt;",
                    "\\n",
                    "**",
                    "*",
                ]
            ),
            st.sampled_from(
                ["\n# ", "| a | b |\n|--|--|\n", "`", "[a](b)", "\r\n", "â€™", "ﬁ", "\u200b", "e\u0301", "- ", '{"a":"']
            ),
        ),
        max_size=40,
    )
)
@example(["<LI>", "\x9e\x95"])
def test_places_never_run_backwards(parts: list[str]) -> None:
    raw = "".join(parts)
    view = JDText(raw).mapped_view
    assert len(view.text) == len(view.starts) == len(view.ends)
    assert (view.starts <= view.ends).all()
    assert (np.diff(view.starts) >= 0).all() and (np.diff(view.ends) >= 0).all()
    assert not len(view.ends) or (view.starts[0] >= 0 and view.ends[-1] <= len(raw))
    assert all(0 <= m.start < m.end <= len(view.text) for m in view.marks)


def test_what_is_found_in_the_view_is_quoted_as_the_text_writes_it() -> None:
    assert raw_of("We do R&amp;D daily", "R&D") == "R&amp;D"
    assert raw_of("Know <b>Spring</b> Boot", "Spring Boot") == "Spring</b> Boot"
    assert raw_of("Use Air\ufb02ow", "Airflow") == "Air\ufb02ow"
    assert raw_of("Use **Kafka** now", "Kafka") == "Kafka"


def test_a_span_of_the_raw_text_is_found_in_the_view() -> None:
    jd = JDText("<p>Know <b>Java</b></p>")
    start, end = jd.view_span(11, 15)
    assert jd.view[start:end] == "Java"
    hidden = jd.view_span(8, 11)
    assert hidden[0] == hidden[1]


@pytest.mark.parametrize(
    "raw",
    [
        "a < b and x <y, C<T>, Map<K, V>, List<String>, I <3 it",
        "5*8 = 40, snake_case, A_B, __x, C# and F#, C++, 2**8, #1 of 3",
        "AT&T, R&D, Q&A at http://a.example/?x=1&region=2&copy=3",
        "Grade A - B - C, 3 | 4, ~5 years, ½ day, m², X™",
        "PowerShell\nJavaScript\niOS\n\nDevOps",
        "C:\\new\\test and \\d+",
    ],
)
def test_what_only_looks_like_markup_stays(raw: str) -> None:
    assert seen(raw) == raw
    assert JDText(raw).raw_span(3, 9) == (3, 9)
