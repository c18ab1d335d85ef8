"""Migrations on databases that hold rows: what was stored in an older form is there in the newer, and back."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from db import schema
from db.server import Database
from db.services.results import result_of
from db.services.workbench import Workbench
from db.stores.run_filters import HistoryFilter
from db.stores.teamwork import about_draft
from db.upkeep.backup_file import open_backup
from db.upkeep.backups import restore
from db.upkeep.table_copies import read_tables, rows_as_text
from tests.conftest import SETTINGS
from tests.db.conftest import LAST_STORE, OLD_STORES

RUN = "3f2a91c0-0000-4000-8000-000000000007"
FINDING = 'wrong_alias {"alias_text": "CI", "skill_slug": "codeigniter"}'
EVIDENCE = (f"run {RUN}", FINDING, "proposal 5", "", "seen in the wild")
ABOUT = ("change set 1", "change set 1 skill_aliases ci / CI / CD", "change set 1 skills x / y", f"finding {FINDING}")


def rows(database: Database, query: str) -> list[Any]:
    with database.engine.connect() as connection:
        return list(connection.execute(text(query)).scalars())


def old_rows(database: Database) -> None:
    """A run, a change set and comments as the seventh migration left them."""
    with database.engine.begin() as connection:
        connection.execute(text("INSERT INTO catalog_revision (author, note) VALUES ('ann', 'import')"))
        connection.execute(
            text(
                "INSERT INTO run (id, status, jd_text, jd_hash, engine, config, revision_id, api1, api2, enrichment) "
                "VALUES (:id, 'completed', 'x', 'x', 'local', '{}', 1, '{\"n\": 1}', '{\"n\": 2}', '{\"n\": 4}')"
            ),
            {"id": RUN},
        )
        connection.execute(
            text("INSERT INTO change_set (title, kind, author, owner) VALUES ('Repairs', 'edit', 'ann', 'ann')")
        )
        for i, evidence in enumerate(EVIDENCE):
            connection.execute(
                text(
                    "INSERT INTO change (change_set_id, position, table_name, key, reason, evidence) "
                    "VALUES (1, :i, 'skill_aliases', ARRAY['ci', 'CI / CD'], 'wrong', :evidence)"
                ),
                {"i": i, "evidence": evidence},
            )
        for about in ABOUT:
            connection.execute(
                text("INSERT INTO comment (about, author, body) VALUES (:about, 'bob', 'why')"), {"about": about}
            )


def test_references_become_values_and_texts_again(database: Database) -> None:
    schema.migrate(database.engine, "0007")
    old_rows(database)
    finding = {
        "type": "finding",
        "kind": "wrong_alias",
        "subject": {"alias_text": "CI", "skill_slug": "codeigniter"},
    }
    schema.migrate(database.engine, "0008")
    assert rows(database, "SELECT source FROM change ORDER BY position") == [
        {"type": "run", "run_id": RUN},
        finding,
        {"type": "proposal", "number": 5},
        None,
        None,
    ]
    reasons = rows(database, "SELECT reason FROM change ORDER BY position")
    assert reasons == [*["wrong"] * 4, "wrong (seen in the wild)"]
    assert rows(database, "SELECT about FROM comment ORDER BY id") == [
        {"type": "change_set", "number": 1},
        {"type": "change", "number": 1, "table": "skill_aliases", "key": ["ci", "CI / CD"]},
        {"type": "change", "number": 1, "table": "skills", "key": ["x / y"]},
        finding,
    ]
    schema.downgrade(database.engine, "0007")
    assert rows(database, "SELECT evidence FROM change ORDER BY position") == [*EVIDENCE[:4], ""]
    assert rows(database, "SELECT about FROM comment ORDER BY id") == list(ABOUT)
    schema.migrate(database.engine, "0008")
    assert rows(database, "SELECT source FROM change ORDER BY position")[1] == finding


def test_the_payloads_of_a_run_keep_their_content_under_their_names(database: Database) -> None:
    schema.migrate(database.engine, "0007")
    old_rows(database)
    schema.migrate(database.engine, "0008")
    query = "SELECT jsonb_build_array(extraction, library_match, role_output, client_output) FROM run"
    assert rows(database, query) == [[{"n": 1}, {"n": 2}, None, {"n": 4}]]
    schema.downgrade(database.engine, "0007")
    assert rows(database, "SELECT jsonb_build_array(api1, api2, api3, enrichment) FROM run") == [
        [{"n": 1}, {"n": 2}, None, {"n": 4}]
    ]


def test_rows_of_a_draft_become_decisions_and_none_is_lost(database: Database) -> None:
    schema.migrate(database.engine, "0010")
    found = '{"type": "finding", "kind": "wrong_alias", "subject": {"alias_text": "CI", "skill_slug": "x"}}'
    drafted = [("wrong", found, "ann"), ("wrong", found, "ann"), ("", None, "bob"), ("wrong", found, "ann")]
    with database.engine.begin() as connection:
        for kind in ("edit", "reset"):
            connection.execute(
                text("INSERT INTO change_set (title, kind, author, owner) VALUES ('x', :kind, 'ann', 'ann')"),
                {"kind": kind},
            )
        for number in (1, 2):
            for i, (reason, source, author) in enumerate(drafted):
                connection.execute(
                    text(
                        "INSERT INTO change (change_set_id, position, table_name, key, reason, source, author) VALUES "
                        "(:n, :i, 'skill_aliases', ARRAY['x', CAST(:i AS text)], :reason, CAST(:source AS jsonb), :author)"
                    ),
                    {"n": number, "i": i, "reason": reason, "source": source, "author": author},
                )
    schema.migrate(database.engine, "0011")
    assert rows(database, "SELECT decision FROM change ORDER BY change_set_id, position") == [1, 1, 2, 3, 1, 1, 1, 1]
    decided = (
        "SELECT author || ' ' || coalesce(origin->>'kind', '-') FROM draft_decision ORDER BY change_set_id, number"
    )
    assert rows(database, decided)[:3] == ["ann wrong_alias", "bob -", "ann wrong_alias"]
    assert rows(database, "SELECT count(*) FROM draft_decision") == [4]
    schema.downgrade(database.engine, "0010")
    assert rows(database, "SELECT count(*) FROM change") == [8]
    schema.migrate(database.engine)


def test_runs_that_were_there_are_counted(database: Database) -> None:
    schema.migrate(database.engine, "0007")
    old_rows(database)
    schema.migrate(database.engine, "0012")
    with database.engine.begin() as connection:
        for statement in (
            "UPDATE run SET role_slug = 'data-engineer'",
            f"INSERT INTO run_skill VALUES ('{RUN}', 'kafka', 'Kafka', 3)",
            "INSERT INTO proposal (kind, key, text) VALUES ('skill', 'zephyrine', 'Zephyrine')",
            f"INSERT INTO proposal_run VALUES (1, '{RUN}', 'Zephyrine')",
        ):
            connection.execute(text(statement))
    schema.migrate(database.engine)
    counts = "SELECT concat_ws(' ', kind, slug, form, runs) FROM usage_count ORDER BY kind"
    assert rows(database, counts) == ["form kafka Kafka 1", "role data-engineer  1", "run   1", "skill kafka  1"]
    assert rows(database, "SELECT concat_ws(' ', runs, texts, newest_run) FROM proposal") == [f"1 1 {RUN}"]
    assert rows(database, "SELECT run_at = created_at FROM run_skill JOIN run ON run.id = run_id") == [True]


def test_what_was_logged_of_collisions_is_found_by_its_folded_form_with_its_place(database: Database) -> None:
    schema.migrate(database.engine, "0007")
    old_rows(database)
    schema.migrate(database.engine, "0020")
    titles = [
        {"alias_text": "Engineer", "is_generic": True},
        {"alias_text": "Full-Stack Developer", "is_generic": False},
    ]
    logged = (
        ("skill_alias", "Monte-Carlo", "“monte carlo” at 123", "{a,b}"),
        ("title", "Sr. Full Stack Dev at Acme", "the title is an alias of A and B", "{a,b}"),
        ("signals", "Front-End  Wizard", "skills speak for A", "{a,b}"),
        ("skill_alias", "CI", "by hand", "{a}"),
    )
    with database.engine.begin() as connection:
        signals = json.dumps({"stage3_signals": {"alias_match_roles": titles}})
        connection.execute(text("UPDATE run SET extraction = CAST(:e AS jsonb)"), {"e": signals})
        for kind, term, detail, parties in logged:
            connection.execute(
                text(
                    "INSERT INTO collision (run_id, kind, term, chosen, parties, detail) "
                    "VALUES (:run, :kind, :term, 'a', CAST(:parties AS text[]), :detail)"
                ),
                {"run": RUN, "kind": kind, "term": term, "parties": parties, "detail": detail},
            )
    schema.migrate(database.engine)
    assert rows(database, "SELECT concat_ws(' ', key, start, length) FROM collision ORDER BY id") == [
        "monte carlo 123 11",
        "fullstack developer",
        "frontend wizard",
        "ci",
    ]
    assert rows(database, "SELECT term FROM collision ORDER BY id") == [term for _, term, _, _ in logged]
    schema.downgrade(database.engine, "0020")
    assert rows(database, "SELECT count(*) FROM collision") == [4]
    schema.migrate(database.engine)


# --- a whole store of an earlier release --------------------------------------------------------------------------


def differing(database: Database, store: Path) -> list[str]:
    """The tables whose rows, in the columns that they had, are not those of an old store."""
    with (
        open_backup(store, schema.known_revisions(database.engine)) as old,
        database.engine.connect() as connection,
    ):
        tables = {table.name: table for table in read_tables(connection)}
        return [
            name
            for name, content in old.manifest.tables.items()
            if b"".join(old.parts(name))
            != b"".join(rows_as_text(connection, replace(tables[name], columns=content.columns)))
        ]


@pytest.mark.parametrize("store", OLD_STORES, ids=lambda store: store.stem)
def test_a_store_of_an_earlier_release_has_every_row_when_it_is_migrated_and_when_it_is_taken_back(
    database: Database, store: Path
) -> None:
    restore(database, store)
    assert schema.current_revision(database.engine) == schema.newest_revision(database.engine)
    assert differing(database, store) == []
    schema.downgrade(database.engine, store.stem)
    assert differing(database, store) == []
    schema.migrate(database.engine)
    assert differing(database, store) == []


def test_the_workbench_goes_on_with_all_of_a_store_of_the_last_release(database: Database) -> None:
    restore(database, LAST_STORE)
    bench = Workbench(database, SETTINGS)
    try:
        zephyrine, kept = bench.locks.of_term("Zephyrine"), bench.saved_views.find("queue", "Ann")
        assert zephyrine is not None and (zephyrine.author, zephyrine.reason) == ("Ann", "where such stores are")
        assert [(view.owner, view.name, view.address) for view in kept] == [("Cy", "Skills", {"kind": "skill"})]
        assert [(d.author, d.reason) for d in bench.collisions.decisions()] == [("Ann", "words tell them apart")]
        edited = [p.name for p in bench.proposals.find(weak=False) if p.edits]
        assert edited == ["Another name"]
        old = next(r for r in bench.history.find(HistoryFilter()).rows if r["engine"] == "old_system")
        assert bench.runs.load(old["id"]).title == "Harbour Software Engineer"
        (experiment,) = bench.experiments.all()
        assert (experiment.name, experiment.author, experiment.status, experiment.done) == (
            "first",
            "Ann",
            "finished",
            2,
        )
        assert [r.role for r in bench.experiments.results(experiment)] == ["data-engineer", None]
        assert len(bench.snapshots.current().catalog.role_baselines) == 3
    finally:
        bench.close()


def test_the_workbench_reads_all_of_a_store_of_the_release_before(filled: Database) -> None:
    bench = Workbench(filled, SETTINGS)
    try:
        runs = [bench.runs.load(row["id"]) for row in bench.history.find(HistoryFilter()).rows]
        assert sorted(run.status for run in runs) == ["completed", "completed", "rejected"]
        assert {run.role_slug for run in runs if result_of(run)} == {"data-engineer", None}
        by_model = next(run for run in runs if run.engine == "openai")
        assert len(by_model.calls) == 5 and by_model.cost_usd > 0
        named = next(run for run in runs if run.label == "The freight company")
        assert [(v.author, v.role_slug, v.note) for v in bench.verdicts.of_run(named.id)] == [
            ("Ann", "data-engineer", "reads well")
        ]
        assert [(s.title, s.status) for s in bench.change_sets.newest()] == [
            ("Repairs by Cy", "draft"),
            ("Open", "draft"),
            ("Not needed", "discarded"),
            ("Undo: Who makes Kafka", "committed"),
            ("Redis", "committed"),
            ("Who makes Kafka", "committed"),
        ]
        python, docker = bench.change_sets.decisions(5)
        assert python.out is not None and (python.out.why, python.out.by) == ("not sure", "Ann")
        assert docker.out is None and docker.rows
        assert bench.change_sets.check(5) == ((), ())
        assert [c.body for c in bench.teamwork.comments([about_draft(5)])] == ["Please have a look"]
        assert [(p.text, p.runs) for p in bench.proposals.find()] == [("Quuxbase", 1)]
        kept = bench.kept.find("12345678-1234-1234-1234-123456789abc", "kept-new-jd")
        assert kept is not None and kept.value == "Half a text"
        (measured,) = [q for q in bench.quality.revisions() if q.is_measured]
        assert (measured.revision.id, measured.changed_runs) == (1, 1)
        # Work goes on: the run of a text is found again, and a draft is committed.
        assert "Quuxbase" in named.jd_text and bench.history.of_same_text(named.jd_text)[0].id == named.id
        bench.change_sets.commit(5, "Bob")
    finally:
        bench.close()
