"""Web addresses as they stand in texts of every kind."""

import pytest

from pipeline.stages.parse.urls import urls
from pipeline.text import JDText


@pytest.mark.parametrize(
    ("text", "address", "written"),
    [
        ("Read (www.birch.example/team).", "www.birch.example/team", "www.birch.example/team"),
        ("See https://birch.example/x_(y)/z).", "https://birch.example/x_(y)/z", "https://birch.example/x_(y)/z"),
        ("**https://birch.example/a\\_b**", "https://birch.example/a_b", "https://birch.example/a\\_b"),
        (
            "[Apply](https://birch.example/q?a=1&amp;b=2)",
            "https://birch.example/q?a=1&b=2",
            "https://birch.example/q?a=1&amp;b=2",
        ),
        ('<a href="https://birch.example/p#z">go</a>', "https://birch.example/p#z", "https://birch.example/p#z"),
        ('"url": "https:\\/\\/birch.example\\/1",', "https://birch.example/1", "https:\\/\\/birch.example\\/1"),
        ("“https://birch.example:8080/ü”", "https://birch.example:8080/ü", "https://birch.example:8080/ü"),
    ],
)
def test_an_address_is_given_as_it_is_meant_with_the_place_where_it_is_written(
    text: str, address: str, written: str
) -> None:
    ((found, place),) = urls(JDText(text)).items()
    assert (found, text[place.start : place.end]) == (address, written)


def test_an_address_is_listed_once_and_what_names_no_host_not_at_all() -> None:
    text = "https://elm.example, https://elm.example/b and https://elm.example; http:// and www. and a@www.elm.example"
    assert list(urls(JDText(text))) == ["https://elm.example", "https://elm.example/b"]
