"""Gold sets: items added, changed and removed in versions, read back as they were given; files in and out, all or nothing."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db.errors import StoreError
from db.server import Database
from db.services.experiments import Experiments, Way
from db.services.gold_files import GoldFileError, export_bytes, import_gold, read_gold
from db.services.jd_files import gold_names, read_jds
from db.services.snapshots import CatalogSnapshots
from db.stores.gold_items import ANSWERS, KEYS, LABEL_KEYS, GoldItem, GoldSkill, InvalidGold, ParseLabel
from db.stores.gold_sets import GoldSets, check_name, split_name
from db.stores.gold_versions import UnfitGold
from pipeline.catalog.refs import ProposalRef
from pipeline.command_line.files import read_json_lines
from pipeline.command_line.parse_eval import GOLD_KEYS
from pipeline.errors import InputError
from tests.conftest import own_database

BAKER = {
    "id": "baker-1",
    "title": "Data Engineer",
    "text": "We look for a data engineer.\n\nYou build loads with Kafka.\nYou know SQL. Naïve\u0000 😀",
    "role": "data-engineer",
    "acceptable": ["data-engineer", "analytics-engineer"],
    "skills": [
        {"name": "Kafka", "surface": ["Kafka"], "primary": True},
        {"name": "SQL", "surface": ["SQL"], "primary": False, "note": "kept"},
    ],
    "source": "board",
    "weights": [1, 2.50, 1e3],
}
GARDEN = {
    "id": 7,
    "title": None,
    "text": "We keep gardens.",
    "role": "NONE",
    "acceptable": ["NONE"],
    "skills": None,
}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def label(item: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return {
        "id": item["id"],
        "sha256": digest(item["text"]),
        "title": item["title"],
        "company": None,
        "experience_min": None,
        "experience_max": 4,
        "education_required": "bachelor",
        "education_preferred": None,
        "locations": [["Pune", "Poona"]],
        "work_mode": None,
        "ctc": {"currency": "INR", "min": 1.5, "max": None, "period": "year"},
        "certifications": [],
        "urls": 0,
        "responsibilities": None,
        "responsibilities_optional": [],
        "demands": [],
        "also": {"title": ["Engineer"]},
        "industry": None,
        "jd_type": "pass",
        **changed,
    }


def lines(*rows: object) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


@pytest.fixture(scope="module")
def database(server, stocked) -> Iterator[Database]:
    with own_database(server, stocked) as database:
        yield database


@pytest.fixture(scope="module")
def sets(database: Database) -> GoldSets:
    return GoldSets(database.engine)


def put(sets: GoldSets, name: str, *rows: dict[str, Any], author: str = "Ann", reason: str = "first"):
    return sets.add(name, [GoldItem.of_row(row) for row in rows], author=author, reason=reason)


def test_what_is_exported_is_what_was_imported_to_the_byte(sets: GoldSets) -> None:
    # Odd spacing, escapes, numbers and keys of its own: nothing of it is written anew.
    odd = b'{"skills": null,  "id": "odd", "text": "a \\u00e9 \\ud800 b", "title":null, "role":"NONE","acceptable":["NONE"], "x": 1.50}'
    content = lines(BAKER, GARDEN) + odd + b"\n"
    done = import_gold(sets, "bytes", [read_gold("f.jsonl", content)], "Ann")
    assert (done.version, done.added, done.changed, done.unchanged) == (1, ("baker-1", "7", "odd"), (), ())
    assert export_bytes(sets.items("bytes")) == content
    labels = lines(label(GARDEN), label(BAKER))
    done = import_gold(sets, "bytes", [read_gold("p.jsonl", labels)], "Bob", "read by Bob")
    assert (done.version, done.changed) == (2, ("7", "baker-1"))
    assert export_bytes(sets.items("bytes")) == content
    assert export_bytes(sets.items("bytes"), parse=True) == lines(label(BAKER), label(GARDEN))
    assert export_bytes(sets.items("bytes", 1), parse=True) == b""
    found = sets.find("bytes")
    assert (found.version, found.n_items, found.n_labelled, found.n_roles, found.changed_by) == (2, 3, 2, 1, "Bob")


def test_the_same_again_changes_nothing_and_a_changed_item_makes_a_version(sets: GoldSets) -> None:
    put(sets, "grows", BAKER, GARDEN)
    again = put(sets, "grows", dict(reversed(BAKER.items())), GARDEN, author="Bob")
    assert (again.version, again.unchanged, again.added) == (1, ("baker-1", "7"), ())
    changed = BAKER | {"acceptable": ["data-engineer"]}
    done = put(sets, "grows", changed, GARDEN | {"id": "8"}, author="Bob", reason="only one fits")
    assert (done.version, done.changed, done.added) == (2, ("baker-1",), ("8",))
    assert [item.id for item in sets.items("grows")] == ["baker-1", "7", "8"]
    assert [item.row for item in sets.items("grows", 1)] == [BAKER, GARDEN]
    gone = sets.remove("grows", ["7"], author="Cy", reason="no job")
    assert (gone.version, gone.removed) == (3, ("7",))
    assert [item.id for item in sets.items("grows")] == ["baker-1", "8"]
    assert put(sets, "grows", GARDEN).version == 4
    assert [item.id for item in sets.items("grows")] == ["baker-1", "8", "7"]
    told = [
        (v.number, v.author, v.reason, v.n_items, v.n_added, v.n_changed, v.n_removed) for v in sets.versions("grows")
    ]
    assert told == [
        (4, "Ann", "first", 3, 1, 0, 0),
        (3, "Cy", "no job", 2, 0, 0, 1),
        (2, "Bob", "only one fits", 3, 1, 1, 0),
        (1, "Ann", "first", 2, 2, 0, 0),
    ]


def test_a_label_of_the_text_of_before_stays_with_the_version_of_before(sets: GoldSets) -> None:
    put(sets, "labels", BAKER)
    sets.add("labels", [ParseLabel.of_row(label(BAKER))], author="Ann", reason="read")
    kept = put(sets, "labels", BAKER | {"source": "mail"})
    assert (kept.version, kept.unlabelled, sets.find("labels").n_labelled) == (3, (), 1)
    done = put(sets, "labels", BAKER | {"text": BAKER["text"] + " More."})
    assert (done.version, done.unlabelled, sets.find("labels").n_labelled) == (4, ("baker-1",), 0)
    (before,) = sets.items("labels", 3)
    assert before.label is not None and before.label.row == label(BAKER)


def test_labels_that_fit_no_text_are_refused_together(sets: GoldSets) -> None:
    put(sets, "fits", BAKER)
    wrong = [
        ParseLabel.of_row(label(BAKER, sha256="0" * 64)),
        ParseLabel.of_row(label(GARDEN)),
    ]
    with pytest.raises(UnfitGold) as refused:
        sets.add("fits", [GoldItem.of_row(GARDEN | {"id": "9"}), *wrong], author="Ann", reason="x")
    assert [error.jd_id for error in refused.value.items] == ["baker-1", "7"]
    assert sets.find("fits").version == 1
    file = read_gold("p.jsonl", lines(label(BAKER), label(GARDEN), label(BAKER | {"id": "b2"})))
    with pytest.raises(GoldFileError) as by_line:
        import_gold(sets, "fits", [file], "Ann")
    assert [(p.line, p.field) for p in by_line.value.problems] == [(2, "id"), (3, "id")]
    # The text may come in the same file as its label.
    both = read_gold("both.jsonl", lines(label(GARDEN), GARDEN))
    assert import_gold(sets, "fits", [both], "Ann").added == ("7",)
    with pytest.raises(InvalidGold, match="the text has no passage from “Bake bread”"):
        GoldItem.of_row(BAKER, label=ParseLabel.of_row(label(BAKER, demands=[["Bake bread", "Kafka."]])))


def test_a_text_may_have_a_parse_label_alone_and_keeps_what_is_right_of_it_if_that_is_known(
    sets: GoldSets, database: Database, tmp_path: Path
) -> None:
    alone = {"id": "p-1", "title": None, "text": "We bake bread.", "source": "board"}
    texts, labels = lines(alone), lines(label(alone))
    with pytest.raises(GoldFileError, match=r"t.jsonl, line 1, “role” is missing; only a text whose parse label comes"):
        import_gold(sets, "alone", [read_gold("t.jsonl", texts)], "Ann")
    done = import_gold(sets, "alone", [read_gold("t.jsonl", texts), read_gold("p.jsonl", labels)], "Ann")
    assert done.added == ("p-1",) and (sets.find("alone").n_items, sets.find("alone").n_roles) == (1, 0)
    items = sets.items("alone")
    assert export_bytes(items) == texts and export_bytes(items, parse=True) == labels
    assert (items[0].role, items[0].acceptable, items[0].skills, items[0].gold) == ("", (), None, None)
    with pytest.raises(InputError, match="it is not said what is right"):
        read_jds("gold:alone", database.engine)
    put(sets, "alone", BAKER)
    assert [jd.id for jd in read_jds("gold:alone", database.engine).jds] == ["baker-1"]
    # The texts of a set come once more beside their labels: what is right of one is not lost.
    bare = {key: BAKER[key] for key in ("id", "title", "text")}
    done = import_gold(sets, "alone", [read_gold("t.jsonl", lines(bare, label(bare)))], "Ann")
    assert done.changed == ("baker-1",) and sets.items("alone")[1].role == "data-engineer"
    with pytest.raises(GoldFileError, match="“text” is another than the set has"):
        import_gold(sets, "alone", [read_gold("t.jsonl", lines({**bare, "text": "x"}))], "Ann")
    edited = items[0].edited(acceptable=["data-engineer"])
    assert (edited.role, edited.skills, edited.has_answers) == ("data-engineer", None, True)
    sets.replace("alone", edited, before=items[0], author="Ann", reason="a role")
    sets.replace("alone", items[0], before=edited, author="Ann", reason="taken back")
    assert not sets.items("alone")[0].has_answers

    file = tmp_path / "gold.jsonl"
    file.write_bytes(export_bytes(items))
    (read,) = read_json_lines(str(file), *KEYS, together=ANSWERS)
    assert read == alone
    with pytest.raises(InputError, match="the key 'acceptable' is missing"):
        list(read_json_lines(_written(file, {**alone, "role": "NONE"}), *KEYS, together=ANSWERS))


def _written(file: Path, row: dict[str, Any]) -> str:
    file.write_bytes(lines(row))
    return str(file)


def test_all_that_is_wrong_with_a_file_is_said_by_line_and_field_and_nothing_is_imported(sets: GoldSets) -> None:
    broken = [
        b"{not json}",
        b"[1]",
        lines({"id": "a", "text": " ", "role": "x", "acceptable": ["y"], "skills": "no"}).strip(),
        lines(
            BAKER | {"id": True, "skills": [{"name": "Rust", "surface": ["Rust"]}, 5, {"name": "Q", "surface": []}]}
        ).strip(),
        lines(GARDEN).strip(),
        lines(GARDEN).strip(),
        lines({k: v for k, v in label(BAKER, urls="two", experience_max="4").items() if k != "demands"}).strip(),
        b'{"id": NaN}',
        b"\xff",
    ]
    with pytest.raises(GoldFileError) as error:
        read_gold("f.jsonl", b"\n\n".join(broken))
    assert [((p.line + 1) // 2, p.field) for p in error.value.problems] == [
        (1, ""),
        (2, ""),
        (3, "title"),
        (3, "text"),
        (3, "acceptable"),
        (3, "skills"),
        (4, "id"),
        (4, "skills.1.surface"),
        (4, "skills.2"),
        (4, "skills.3.surface"),
        (6, "id"),
        (7, "experience_max"),
        (7, "urls"),
        (7, "demands"),
        (8, ""),
        (9, ""),
    ]
    assert 'f.jsonl, line 7, “skills.1.surface” of "Rust" is not in the text: ["Rust"]' in str(error.value)
    assert "f.jsonl, line 11, “id” '7' stands in line 9 already" in str(error.value)
    assert "(16 problems), nothing was changed" in str(error.value)
    with pytest.raises(GoldFileError, match="“sha256” is missing"):
        read_gold("f.jsonl", lines(BAKER), parse=True)
    with pytest.raises(InputError, match="holds no gold"):
        read_gold("f.jsonl", b"\n\n")


def test_labels_have_the_keys_that_the_command_asks_for() -> None:
    assert list(LABEL_KEYS) == GOLD_KEYS


def test_an_edit_keeps_all_else_and_is_refused_where_somebody_was_faster(sets: GoldSets) -> None:
    put(sets, "edits", BAKER)
    (before,) = sets.items("edits")
    edited = before.edited(
        acceptable=["analytics-engineer"], skills=[*before.skills[1:], GoldSkill("ETL", ("loads",), True)]
    )
    assert edited.row == BAKER | {
        "role": "analytics-engineer",
        "acceptable": ["analytics-engineer"],
        "skills": [BAKER["skills"][1], {"name": "ETL", "surface": ["loads"], "primary": True}],
    }
    assert sets.replace("edits", edited, before=before, author="Bob", reason="no Kafka").changed == ("baker-1",)
    with pytest.raises(StoreError, match="has changed in 'edits' meanwhile"):
        sets.replace("edits", before, before=before, author="Cy", reason="late")
    assert before.edited(acceptable=before.acceptable) is before
    with pytest.raises(InvalidGold, match=r'“skills.1.surface” of "ETL" is not in the text'):
        before.edited(skills=[GoldSkill("ETL", ("elephants",))])


def test_what_an_item_was_taken_from_is_kept(sets: GoldSets, database: Database) -> None:
    sets.add("sourced", [GoldItem.of_row(BAKER)], author="Ann", reason="x", sources={"baker-1": ProposalRef(4)})
    query = "SELECT source FROM gold_change JOIN gold_set s ON s.id = set_id WHERE s.name = 'sourced'"
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql(query).scalars().all() == [{"type": "proposal", "number": 4}]


def test_two_who_add_at_once_make_two_versions(sets: GoldSets) -> None:
    threads = [
        threading.Thread(target=put, args=(sets, "race", GARDEN | {"id": f"g{n}"}), kwargs={"author": f"A{n}"})
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(v.number for v in sets.versions("race")) == [1, 2, 3, 4]
    assert sorted(item.id for item in sets.items("race")) == ["g0", "g1", "g2", "g3"]


@pytest.mark.parametrize("name", ["", "  ", "a@2", "verdicts", "x\ny", "x" * 101])
def test_a_name_that_cannot_be_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        check_name(name)


def test_sets_and_versions_that_are_not_there_are_named(sets: GoldSets) -> None:
    put(sets, "named", GARDEN)
    with pytest.raises(StoreError, match=r"There is no gold set 'nought'; there are .*named"):
        sets.items("nought")
    with pytest.raises(StoreError, match="has no version 2; its newest is 1"):
        sets.items("named", 2)
    with pytest.raises(StoreError, match="has no item nobody"):
        sets.remove("named", ["nobody"], author="Ann", reason="")
    assert split_name("named@12") == ("named", 12)
    with pytest.raises(InputError, match="the number of a version"):
        split_name("named@latest")


def test_an_experiment_says_which_version_of_which_set_it_ran_on(sets: GoldSets, database: Database, encoder) -> None:
    put(sets, "tried", BAKER, GARDEN)
    experiments = Experiments(database.engine, CatalogSnapshots(database.engine, encoder))
    first = experiments.start("on gold", "Ann", read_jds("gold:tried", database.engine), Way())
    assert (first.set_name, first.gold_version, first.size, first.gold) == ("gold:tried@1", 1, 2, 2)
    put(sets, "tried", GARDEN | {"id": "8"})
    assert read_jds("gold:tried@1", database.engine).jds == read_jds("gold:tried", database.engine).jds[:2]
    assert gold_names(database.engine)["tried"] == 3
    with pytest.raises(InputError, match=r"There is no gold 'nought'; there are gold:.*gold:verdicts"):
        read_jds("gold:nought", database.engine)


def test_files_of_the_evaluation_come_back_to_the_byte(sets: GoldSets) -> None:
    from tests.conftest import shared

    for name, parse in (("jds_dev", False), ("parse_dev", True), ("jds_dev_2", False), ("parse_dev_2", True)):
        content = Path(shared(f"data/{name}.jsonl")).read_bytes()
        before = sets.items("dev") if sets.all() and any(s.name == "dev" for s in sets.all()) else []
        import_gold(sets, "dev", [read_gold(name, content)], "Ann")
        given = {json.loads(line)["id"] for line in content.splitlines()}
        items = [item for item in sets.items("dev") if item.id in given]
        assert export_bytes(items, parse) == content
        assert len(sets.items("dev")) == len(before) + (0 if parse else len(given))
    assert (sets.find("dev").version, sets.find("dev").n_items, sets.find("dev").n_labelled) == (4, 130, 130)


def test_the_commands_import_export_and_list(server, stocked, tmp_path, monkeypatch, capsys) -> None:
    from db import __main__ as command

    def call(*args: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["db", "--author", "Ann", *args])
        code = command.main()
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    with own_database(server, stocked) as database:
        monkeypatch.setattr(command, "open_database", lambda *_: database)
        monkeypatch.setattr(database, "close", lambda: None)
        jds, labels, out = (tmp_path / name for name in ("jds.jsonl", "labels.jsonl", "out.jsonl"))
        jds.write_bytes(lines(BAKER, GARDEN))
        labels.write_bytes(lines(label(BAKER)))
        assert call("gold", "import", "mine", str(jds))[:2] == (0, "gold set 'mine', version 1: 2 added\n")
        assert call("gold", "import", "mine", str(jds))[1] == "gold set 'mine', version 1: 2 unchanged\n"
        assert call("gold", "import", "mine", str(labels))[1] == "gold set 'mine', version 2: 1 changed\n"
        assert call("gold", "export", "mine", str(out))[1] == f"2 items written to {out}\n"
        assert out.read_bytes() == jds.read_bytes()
        assert call("gold", "export", "mine", str(out), "--parse")[1] == f"1 parse label written to {out}\n"
        assert out.read_bytes() == labels.read_bytes()
        call("gold", "export", "mine", str(out), "--parse", "--version", "1")
        assert out.read_bytes() == b""
        shown = call("gold", "list")[1].splitlines()
        assert [line.split("  ")[:3] for line in shown] == [
            ["mine", "version 2", "2 items, 1 role, 1 with parse labels"],
            ["samples", "version 1", "24 items, 18 roles, 0 with parse labels"],
        ]
        assert "mine@2" in call("gold", "list", "mine")[1]
        jds.write_bytes(b"{}\n")
        code, said, errors = call("gold", "import", "mine", str(jds))
        assert (code, said) == (2, "") and "line 1, “id” is missing" in errors
        assert call("gold", "export", "nought", str(out))[0] == 2
