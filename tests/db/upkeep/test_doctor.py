"""The doctor on a real store: nothing wrong is called wrong, each fault is found, and the bundle has nothing personal or secret."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from zipfile import ZipFile

import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from db import schema
from db.embedded import EmbeddedServer
from db.errors import StoreError
from db.redaction import impersonal
from db.server import Database
from db.services.shipped import shipped_edition
from db.upkeep.backups import restore
from db.upkeep.bundle import write_bundle
from db.upkeep.doctor import examine, examine_store
from db.upkeep.integrity import references_section, revisions_section, runs_section
from db.upkeep.report import Report, Section, Verdict
from db.upkeep.server_facts import query_shape
from pipeline.settings import Settings
from tests.conftest import own_database
from tests.db.conftest import OLD_STORE


def problems(database: Database) -> list[str]:
    return [problem for section in examine_store(database) for problem in section.problems]


def change(database: Database, *statements: str) -> None:
    with database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


@pytest.fixture(scope="module")
def examined(server: EmbeddedServer) -> Iterator[Database]:
    """A store that several tests look at, each with a fault of its own that it takes back."""
    with own_database(server) as database:
        restore(database, OLD_STORE)
        yield database


def test_a_store_that_is_whole_is_healthy(filled: Database) -> None:
    report = Report(tuple(examine_store(filled)), is_reached=True)
    assert report.problems == () and report.verdict is Verdict.HEALTHY
    assert report.text().endswith("\nAll is well.")
    read = {section.title: section.facts for section in report.sections}
    assert read["runs"] == {"read": 3, "by status": {"completed": 2, "rejected": 1}, "model calls": 5}
    assert (read["revisions"]["newest"], read["revisions"]["taken back"], read["revisions"]["drafts read"]) == (4, 3, 2)
    assert read["tables"]["at migration"] == schema.newest_revision(filled.engine)


FORGED = "UPDATE skill SET vendor = 'Forged' WHERE slug = 'kafka'"
LOST_RUN = (
    "ALTER TABLE verdict DROP CONSTRAINT fk_verdict_run_id",
    "UPDATE verdict SET run_id = gen_random_uuid() WHERE author = 'Bob'",
    "ALTER TABLE verdict ADD CONSTRAINT fk_verdict_run_id FOREIGN KEY (run_id) REFERENCES run (id) NOT VALID",
)
SHIPPED = f"UPDATE catalog_revision SET edition = 'clean', fingerprint = '{shipped_edition('clean').fingerprint}' WHERE id = 1"


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (
            ["UPDATE run SET extraction = '{\"x\": 1}' WHERE engine = 'openai'"],
            [r"Runs .* [0-9a-f-]{36} \(extraction\)"],
        ),
        (["UPDATE run SET jd_hash = 'x'"], [r"Runs that cannot be read: (\S+ \(hash of the text\)(, |\.$)){3}"]),
        (["UPDATE run SET role_output = NULL WHERE engine = 'openai'"], ["completed without all of its steps"]),
        (["UPDATE llm_call SET request = '[]'"], ["Model calls that cannot be read: 5"]),
        ([FORGED], ["Revision 4 left rows otherwise than they stand: 1"]),
        (
            ["UPDATE change SET before = NULL, after = NULL WHERE change_set_id = 2"],
            ["changes of revision 3 cannot be read"],
        ),
        ([SHIPPED], ["Revision 1 bears the hash of a shipped catalog and is not that catalog"]),
        (
            ['UPDATE draft_decision SET origin = \'{"type": "x"}\' WHERE change_set_id = 5'],
            ["Drafts that cannot be read: 5"],
        ),
        (
            ["UPDATE catalog_revision SET change_set_id = 5 WHERE id = 3"],
            ["revisions whose change set .*: 1", "without a revision: 1"],
        ),
        (
            LOST_RUN,
            [
                "fk_verdict_run_id has not been checked",
                r"Rows of verdict refer to rows of run .*: 1 \(fk_verdict_run_id\)",
            ],
        ),
        (["INSERT INTO job (run_id) SELECT id FROM run"], ["queued runs that have come to their end: 3"]),
        (["UPDATE role_centroid SET n = 9"], ["centroids that count other runs .*: 1"]),
    ],
)
def test_each_fault_is_found(examined: Database, statements: list[str], found: list[str]) -> None:
    with examined.engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
        sections = references_section(connection), revisions_section(connection), runs_section(connection)
        told = [problem for section in sections for problem in section.problems]
    for sentence in found:
        assert [t for t in told if re.search(sentence, t)], told


def test_counts_that_runs_do_not_bear_out_are_found(filled: Database) -> None:
    change(filled, "UPDATE usage_count SET runs = runs + 1 WHERE kind IN ('run', 'role')")
    assert problems(filled) == ["Counts of what runs used are not what the runs say (role 1, run 1)."]


def test_overrides_of_the_gate_are_counted_and_one_without_a_why_is_found(filled: Database) -> None:
    def gate() -> Section:
        return next(section for section in examine_store(filled) if section.title == "gate")

    whole = gate()
    assert whole.problems == () and (whole.facts["commits"], whole.facts["overridden"]) == (3, 0)
    newest = "WHERE status = 'committed' AND revision_id = (SELECT max(revision_id) FROM change_set)"
    change(filled, f"UPDATE change_set SET override_checks = '{{gold,rules}}', override_why = ' ' {newest}")
    (problem,) = gate().problems
    assert re.fullmatch(r"Change sets that override the gate without saying why: \d+\.", problem)
    assert (gate().facts["overridden"], gate().facts["checks overridden"]) == (1, {"gold": 1, "rules": 1})
    change(filled, "UPDATE change_set SET override_checks = '{}', override_why = ''")


def test_a_queue_that_stands_still_is_found(filled: Database) -> None:
    change(
        filled,
        "UPDATE run SET status = 'created' WHERE engine = 'local'",
        "INSERT INTO job (run_id, queued_at) SELECT id, now() - interval '1 hour' FROM run WHERE name IS NOT NULL",
    )
    queue = next(section for section in examine_store(filled) if section.title == "queue")
    assert (queue.facts["waiting"], queue.facts["executing"], queue.facts["stopped, to be resumed"]) == (1, 0, 1)
    assert queue.problems == ("Runs wait (1) and none is executed; start the workbench, or see its log if it runs.",)


def test_a_store_of_another_release_is_told_what_to_do_and_not_read(filled: Database) -> None:
    schema.downgrade(filled.engine, "0012")
    newest = schema.newest_revision(filled.engine)
    if newest != "0012":
        assert problems(filled) == ["The tables are at 0012; run 'python -m db migrate'."]
    change(filled, "UPDATE alembic_version SET version_num = '9999'")
    assert problems(filled) == ["The tables are at 9999, of a newer release than this one; use that release."]


# --- what goes out of the house -----------------------------------------------------------------------------------

PLANTED = re.compile(r"(?i)\b(ann|bob|cy|jane)\b|jane_|juniper|harbour|zephyrine|hunter2|sk-[a-z0-9]|apple cake")
LINE = {
    "at": "2026-11-25T20:20:37Z",
    "level": "error",
    "run": "00000000-0000-0000-0000-000000000001",
    "errors": [{"type": "KeyError", "message": "Jane", "places": ["/home/jane/lib/python3.11/site-packages/x.py:3 f"]}],
}


@contextmanager
def a_query_of_jane(url: str) -> Iterator[None]:
    """A query that runs, with a name and a text in it."""
    with psycopg.connect(url, application_name="jane", autocommit=True) as connection:

        def ask() -> None:
            with suppress(psycopg.errors.QueryCanceled):
                connection.execute("SELECT pg_sleep(60), 'Juniper Freight' AS jane, $$harbour$$ -- for Jane")

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            with psycopg.connect(url, autocommit=True) as other:
                while not other.execute(
                    "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'"
                ).fetchone():
                    pass
            yield
        finally:
            connection.cancel()
            asking.join()


def test_the_bundle_has_nothing_personal_or_secret(filled: Database, server: EmbeddedServer, tmp_path: Path) -> None:
    key = '{"api_key": "sk-abcdef123"}'
    change(
        filled,
        "CREATE TABLE jane_notes (juniper text)",
        "COMMENT ON TABLE run IS 'for Jane'",
        f"UPDATE llm_call SET request = '{key}', error = 'sk-abcdef123 of Jane at Juniper'",
        "UPDATE run SET error = 'Jane was here', status = 'failed', name = 'Jane' WHERE engine = 'openai'",
        "UPDATE run SET jd_hash = 'zephyrine' WHERE engine = 'openai'",
        FORGED,
    )
    data_dir = tmp_path / "home" / "jane"
    (data_dir / "logs").mkdir(parents=True)
    lines = [
        LINE | {"logger": "workbench", "event": "Jane's run failed", "template": "run %s failed"},
        LINE | {"logger": "streamlit", "event": "of Jane", "template": "of Jane"},
    ]
    (data_dir / "logs" / "workbench.jsonl").write_text("\n".join([*map(json.dumps, lines), "Jane"]))
    with filled.engine.connect() as connection:
        url = server.url(str(connection.execute(text("SELECT current_database()")).scalar_one()))
    settings = Settings(
        database_url=url,
        data_dir=data_dir,
        openai_api_key=SecretStr("sk-abcdef123"),
        embedding_model="/home/jane/model",
    )
    with a_query_of_jane(url):
        report = examine(settings)
    write_bundle(report, data_dir, tmp_path / "bundle.zip")
    assert report.verdict is Verdict.UNWELL and len(report.problems) == 2
    with ZipFile(tmp_path / "bundle.zip") as bundle:
        held = {name: bundle.read(name).decode() for name in bundle.namelist()}
    assert set(held) == {"report.json", "report.txt", "log.jsonl"}
    assert {name: PLANTED.findall(content) for name, content in held.items() if PLANTED.search(content)} == {}
    assert str(tmp_path) not in str(held) and url not in str(held)
    # What it is for is there.
    assert "pg_sleep" in held["report.json"] and '"OPENAI_API_KEY": "set"' in held["report.json"]
    ours, theirs = map(json.loads, held["log.jsonl"].splitlines())
    assert ours["message"] == "run %s failed" and ours["run"] == LINE["run"] and "message" not in theirs
    assert ours["errors"] == [{"type": "KeyError", "places": ["x.py:3 f"]}]


def test_without_its_server_it_says_what_it_can(tmp_path: Path) -> None:
    report = examine(Settings(database_url="postgresql://jane:hunter2@127.0.0.1:1/jane_db", data_dir=tmp_path))
    assert report.verdict is Verdict.UNREACHABLE
    assert [section.title for section in report.sections] == ["machine", "settings", "data folder", "server"]
    assert "the server of DATABASE_URL cannot be reached" in report.text() and not PLANTED.search(report.text())
    assert report.text().endswith("The store could not be examined; what is above does not need it.")
    write_bundle(report, tmp_path, tmp_path / "bundle.zip")
    with pytest.raises(StoreError, match="is there already"):
        write_bundle(report, tmp_path, tmp_path / "bundle.zip")


def test_a_report_is_read_at_a_glance() -> None:
    report = Report((Section("sizes", {"run": {"rows": 12_000, "MB": 3.5}, "slowest": []}, ("It is full.",)),), True)
    assert report.text() == (
        "Sizes\n  run      rows 12,000, MB 3.5\n  slowest  none\n  ! It is full.\n\n1 thing is wrong, marked ! above."
    )


def test_a_query_shows_its_shape_alone() -> None:
    query = (
        "SELECT jd_text FROM run /* Ann */ WHERE name = 'Ann''s' AND \"Bob\" > 12 AND note = $t$Cy$t$ AND id = $1 -- Cy"
    )
    words = frozenset("select from where and run jd_text name id".split())
    assert (
        query_shape(query, words)
        == "SELECT jd_text FROM run '…' WHERE name = '…' AND … > … AND … = '…' AND id = $1 '…'"
    )


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ('FATAL: role "jane" of 10.0.0.7 at jane@x.org', "FATAL: role “…” of … at …"),
        (
            "The server in /home/jane/.data does not start: exit 3. Its log is postgres/log there.",
            "The server in … does not start: exit 3. Its log is postgres/log there.",
        ),
        ("postgresql://jane:hunter2@host/jane is gone", "postgresql:… is gone"),
    ],
)
def test_a_message_is_kept_without_what_it_quotes(message: str, kept: str) -> None:
    assert impersonal(message) == kept
