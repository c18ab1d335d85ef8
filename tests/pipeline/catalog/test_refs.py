"""References are values: they survive their wire form, have a key each, and older texts are read as they were meant."""

import json
from uuid import UUID

import pytest

from pipeline.catalog.describe import ref_text
from pipeline.catalog.refs import (
    ChangeRef,
    ChangeSetRef,
    CollisionRef,
    FindingRef,
    ProposalRef,
    Ref,
    RowRef,
    RunRef,
    ref_from_text,
    ref_from_wire,
)
from pipeline.errors import InputError

RUN = UUID("3f2a91c0-0000-4000-8000-000000000007")
ROW = RowRef("skill_aliases", ("ci-cd", "CI / CD"))
REFS: dict[str, tuple[Ref, str]] = {
    "run": (RunRef(RUN), "run 3f2a91c0"),
    "finding": (
        FindingRef("wrong_alias", {"skill_slug": "codeigniter", "alias_text": "CI"}),
        "finding wrong alias: CI / codeigniter",
    ),
    "duplicate": (FindingRef("duplicate_role", {"slugs": ("a", "b")}), "finding duplicate role: a and b"),
    "change set": (ChangeSetRef(7), "change set 7"),
    "row": (ROW, "alias ci-cd / CI / CD"),
    "change": (ChangeRef(7, ROW), "alias ci-cd / CI / CD in change set 7"),
    "proposal": (ProposalRef(5), "proposal 5"),
    "collision": (CollisionRef("skill_alias", "ci"), "collision of forms: ci"),
    "title": (CollisionRef("title", "data wrangler"), "collision of titles: data wrangler"),
}


@pytest.mark.parametrize("name", REFS)
def test_a_reference_survives_its_wire_form_and_is_described(name: str) -> None:
    ref, text = REFS[name]
    read = ref_from_wire(json.loads(json.dumps(ref.wire())))
    assert read == ref and hash(read) == hash(ref) and read.key() == ref.key()
    assert ref_text(ref) == text


def test_keys_differ_and_that_of_a_finding_is_the_one_under_which_decisions_are_stored() -> None:
    assert len({ref.key() for ref, _ in REFS.values()}) == len(REFS)
    assert REFS["finding"][0].key() == 'wrong_alias {"alias_text": "CI", "skill_slug": "codeigniter"}'
    assert FindingRef("duplicate_role", {"slugs": ["a", "b"]}) == REFS["duplicate"][0]
    # The key's parts are distinct though one of them holds the sign that joins them.
    assert RowRef("skill_aliases", ("a / b", "c")).key() != RowRef("skill_aliases", ("a", "b / c")).key()


@pytest.mark.parametrize(
    "form",
    [{}, {"type": "dream"}, {"type": "run", "run_id": "7"}, {"type": "change_set"}, {"type": "finding", "kind": "x"}],
)
def test_a_form_that_is_no_reference_says_so(form: dict[str, object]) -> None:
    with pytest.raises(InputError, match="is not a reference"):
        ref_from_wire(form)


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        (f"run {RUN}", RunRef(RUN)),
        ("proposal 5", ProposalRef(5)),
        ('duplicate_role {"slugs": ["a", "b"]}', FindingRef("duplicate_role", {"slugs": ("a", "b")})),
        ("run 7", None),
        ("wrong_alias {", None),
        ("seen in the wild", None),
        ("", None),
    ],
)
def test_an_older_text_is_read_as_it_was_meant(text: str, ref: Ref | None) -> None:
    assert ref_from_text(text) == ref
