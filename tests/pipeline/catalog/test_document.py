"""docs/catalog.md lists the columns that the code declares."""

import re

from pipeline.catalog.document import with_tables
from pipeline.catalog.tables import TABLES
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "catalog.md").read_text(encoding="utf-8")


def test_the_tables_of_the_document_are_those_of_the_code() -> None:
    assert with_tables(TEXT) == TEXT, "run: python -m pipeline.catalog.document docs/catalog.md"
    assert re.findall(r"^### (\w+)\.csv$", TEXT, re.M) == [t.name for t in TABLES]


def test_a_column_says_its_type_its_empty_cell_and_its_vocabulary() -> None:
    assert "| `is_extractable` | true or false | is true |  |" in TEXT
    assert "| `volatility` | text | is null | STABLE, MEDIUM, VOLATILE |" in TEXT
    assert "| `role_slug` | text | is refused | part of the key; names a row of roles.csv by its slug |" in TEXT


def test_the_modules_that_the_document_names_are_there() -> None:
    names = re.findall(r"`((?:pipeline|db|tests)[./][\w./]+)`", TEXT)
    paths = [n if n.endswith(".py") else n.removesuffix(".Catalog").replace(".", "/") + ".py" for n in names]
    assert paths and [p for p in paths if not (ROOT / p).exists()] == []
