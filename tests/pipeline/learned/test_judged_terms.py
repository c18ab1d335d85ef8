"""Terms judged by hand are read with the texts that they were judged in."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pytest

from pipeline.errors import InputError
from pipeline.learned.fit.judged_terms import judged_texts


def test_a_text_that_has_changed_is_refused() -> None:
    def read_texts(_name: str) -> Mapping[str, Mapping[str, Any]]:
        return defaultdict(lambda: {"text": "another text"})

    with pytest.raises(InputError, match="is missing or is not the text"):
        judged_texts(read_texts)


def test_a_text_that_is_missing_is_refused() -> None:
    with pytest.raises(InputError, match="is missing or is not the text"):
        judged_texts(lambda _name: {})
