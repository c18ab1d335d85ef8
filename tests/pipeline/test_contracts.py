"""The wire format is that of the old pages: every document is read and written back without loss."""

import json

import pytest

from pipeline.contracts import (
    Extraction,
    LibraryMatch,
    ParsedJD,
    RoleOutput,
    RunDocument,
    read_document,
    wire_score,
)
from tests.conftest import shared
from tests.pages_of_old import PAGES, documents


@pytest.mark.parametrize("page", PAGES)
def test_each_document_of_a_page_comes_back_as_it_was(page: str) -> None:
    found = documents(shared(f"seeds/{page}.txt"))
    assert len(found) == 4
    for model, document in zip((ParsedJD, Extraction, LibraryMatch, RoleOutput), found, strict=True):
        if document:
            reading = read_document(model, document)
            assert (reading.given, reading.warnings) == (document, ())
            assert json.dumps(reading.document.wire(), sort_keys=True) == json.dumps(document, sort_keys=True)


def test_unknown_keys_are_kept() -> None:
    document = documents(shared(f"seeds/{PAGES[0]}.txt"))[1] | {"added_later": {"a": [1, None]}}
    assert Extraction.model_validate(document).wire() == document


def test_the_document_of_a_run_has_its_parts_under_the_names_of_the_wire() -> None:
    _, one, two, three = documents(shared(f"seeds/{PAGES[0]}.txt"))
    whole = {"api1": one, "api2": two, "api3": three, "enrichment": {}}
    read = RunDocument.model_validate(whole)
    assert read.wire() == whole and list(read.wire()) == ["api1", "api2", "api3", "enrichment"]
    assert read.library_match == LibraryMatch.model_validate(two) and read.client_output is None


def test_what_a_run_did_not_come_to_is_an_empty_object() -> None:
    _, one, _, _ = documents(shared(f"seeds/{PAGES[0]}.txt"))
    document = RunDocument(
        extraction=Extraction.model_validate(one), library_match=None, role_output=None, client_output=None
    )
    assert document.wire() == {"api1": one, "api2": {}, "api3": {}, "enrichment": {}}


def test_a_score_has_four_places_and_no_minus_zero() -> None:
    assert (wire_score(0.123456), str(wire_score(-0.00001))) == (0.1235, "0.0")
