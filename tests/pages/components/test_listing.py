"""A table that is painted on a canvas has a text form: real rows, numbers aligned, nothing that reads "None"."""

from streamlit.testing.v1 import AppTest

from tests.pages.conftest import text_of


def _page(count: int) -> None:
    import pandas as pd

    from pages.components.listing import as_text

    frame = pd.DataFrame(
        {
            "Role": [f"<b>Tester {i}</b>" for i in range(count)],
            "Sure": [0.5] * count,
            "Note": [None] * count,
            "Open": [True] * count,
            "Skills": [["Git", "Java"]] * count,
            "When": [pd.Timestamp(2026, 3, 10, 12)] * count,
            "Id": range(count),
        }
    )
    as_text(frame, "Runs", [c for c in frame.columns if c != "Id"], {"Role": lambda i: f"run?id={frame['Id'].iloc[i]}"})


def test_each_row_is_written_with_its_link() -> None:
    app = AppTest.from_function(_page, args=(2,)).run()
    (html,) = [e.value for e in app.get("html")]
    assert (
        text_of(app).split()
        == (
            "Runs as text · 2 rows Role Sure Note Open Skills When"
            " <b>Tester 0</b> 0.5 yes Git, Java 10 Mar 2026 12:00 <b>Tester 1</b> 0.5 yes Git, Java 10 Mar 2026 12:00"
        ).split()
    )
    assert '<a class="jdw-link" href="run?id=1" target="_self">&lt;b&gt;Tester 1&lt;/b&gt;</a>' in html
    assert '<td class="n">0.5</td>' in html and "None" not in html


def test_a_long_table_says_how_much_of_it_is_written() -> None:
    assert "Runs as text · 200 rows of 201, the first" in text_of(AppTest.from_function(_page, args=(201,)).run())


def test_an_empty_table_is_written_too() -> None:
    assert "Runs as text · 0 rows" in text_of(AppTest.from_function(_page, args=(0,)).run())
