"""docs/wire.md lists the keys and the words that the contracts declare, and each says what it means."""

import re

from pipeline import contracts
from pipeline.contracts.base import Wire
from pipeline.contracts.document import all_vocabularies, with_wire
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "wire.md").read_text(encoding="utf-8")
MODELS = [m for m in vars(contracts).values() if isinstance(m, type) and issubclass(m, Wire) and m is not Wire]


def test_the_document_is_that_of_the_contracts() -> None:
    assert with_wire(TEXT) == TEXT, "run: python -m pipeline.contracts.document docs/wire.md"


def test_every_object_stands_in_it_once() -> None:
    assert [m.__name__ for m in MODELS if TEXT.count(f"\n### {m.__name__}\n") != 1] == []


def test_every_key_and_every_word_says_what_it_means() -> None:
    assert [(m.__name__, n) for m in MODELS for n, f in m.model_fields.items() if not f.description] == []
    assert [(v.name, word) for v in all_vocabularies() for word, meaning in v.meanings.items() if not meaning] == []
    assert [v.name for v in all_vocabularies() if v.instead not in v.words] == []


def test_links_within_it_lead_somewhere() -> None:
    headings = {h.lower().replace(" ", "-") for h in re.findall(r"^#+ (.+)$", TEXT, re.M)}
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) - headings == set()


def test_what_a_value_may_be_is_said_in_words() -> None:
    assert "| `period` | [pay period](#pay-period) or null |" in TEXT
    assert "| `max` | number or null |" in TEXT
    assert "| `final_skills` | list: [FinalSkill](#finalskill) |" in TEXT
