"""Which texts are refused, and why."""

import pytest

from pipeline.errors import InputError
from pipeline.text import MAX_CHARACTERS, check_text, decode


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"%PDF-1.7 \xff\xfe", "is a binary file"),
        (b"Java \xff developer", "byte 5 is 0xff"),
        (b"a\0b\0" * 50, "looks like a binary file"),
    ],
)
def test_what_is_no_text_is_refused_with_its_reason(content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        decode(content, "upload")


def test_five_megabytes_are_refused_in_words() -> None:
    with pytest.raises(InputError, match="5,000,000 characters; at most"):
        check_text("x" * 5_000_000)
    assert check_text("x" * MAX_CHARACTERS)
