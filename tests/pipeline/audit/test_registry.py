"""Every check is listed once, under a name and with words that a curator understands."""

from __future__ import annotations

import inspect
import json
from typing import get_args

import pytest

from pipeline.audit import CHECKS, Check, Subject, check_of_kind
from pipeline.audit.check import FixPage
from tests.conftest import ROOT
from tests.pipeline.audit.small import WordEncoder, found, small


def concrete(base: type) -> set[type]:
    subclasses: list[type] = base.__subclasses__()
    classes = {c for sub in subclasses for c in concrete(sub) | {sub}}
    return {c for c in classes if not c.__name__.startswith("_") and c.__module__.startswith("pipeline.")}


def test_all_checks_are_listed_once_and_have_names_of_their_own() -> None:
    assert {type(check) for check in CHECKS} == concrete(Check)
    for names in ([check.kind for check in CHECKS], [check.label for check in CHECKS]):
        assert len(set(names)) == len(CHECKS) and all(names)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.kind)
def test_a_check_explains_itself_in_two_sentences_or_three(check: Check) -> None:
    assert type(check).__dict__["__doc__"] and check.explanation == inspect.getdoc(type(check))
    assert (
        check.explanation.endswith(".") and 2 <= check.explanation.count(". ") + check.explanation.count(".\n") + 1 <= 4
    )
    assert not set("`_{}") & set(check.explanation)
    assert issubclass(check.subject_type, Subject) and check.fix_page in get_args(FixPage)
    assert all(check_of_kind(kind) for kind in check.yields_to)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.kind)
def test_no_check_finds_anything_in_a_small_good_catalog(check: Check) -> None:
    assert found(check, small(), encoder=WordEncoder()) == []


def test_the_checks_cover_all_kinds_of_planted_faults() -> None:
    key = (ROOT / "seeds" / "legacy" / "key.jsonl").read_text(encoding="utf-8").splitlines()
    planted = {json.loads(line)["kind"] for line in key}
    assert planted and planted <= {check.kind for check in CHECKS}


def test_a_check_is_found_by_its_wire_name() -> None:
    assert [check_of_kind(check.kind) for check in CHECKS] == list(CHECKS)
    assert check_of_kind("wrong_weather") is None
