"""The wire format is that of the old pages: every document is read and written back without loss."""

import pytest

from pipeline.contracts import ParsedJD, Step1, Step2, Step3
from tests.conftest import shared
from tests.pages_of_old import PAGES, documents


@pytest.mark.parametrize("page", PAGES)
def test_each_document_of_a_page_comes_back_as_it_was(page: str) -> None:
    found = documents(shared(f"seeds/{page}.txt"))
    assert len(found) == 4
    for model, document in zip((ParsedJD, Step1, Step2, Step3), found, strict=True):
        if document:
            assert model.model_validate(document).wire() == document


def test_unknown_keys_are_kept() -> None:
    document = documents(shared(f"seeds/{PAGES[0]}.txt"))[1] | {"added_later": {"a": [1, None]}}
    assert Step1.model_validate(document).wire() == document
