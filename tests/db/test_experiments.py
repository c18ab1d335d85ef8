"""Experiments in this process: started, done in chunks, failing, paused, taken over, compared, exported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sqlalchemy import text

from db.errors import StoreError
from db.server import Database
from db.services.chunk_worker import ChunkWorker
from db.services.experiment_export import export
from db.services.experiments import Experiments, Way
from db.services.jd_files import JDFile, read_jd_bytes, read_jds
from db.services.workbench import Workbench
from db.stores import chunk_jobs
from db.stores.experiment_chunks import ChunkStore
from db.stores.experiments import CHUNK_SIZE
from pipeline.catalog.changes import Change
from pipeline.catalog.indexes import Indexes
from pipeline.command_line import batch as batch_command
from pipeline.config import Config
from pipeline.errors import InputError
from tests.conftest import JD, SETTINGS, own_database

GO = "Go Developer\n\nWe look for a Go developer.\n\nRequirements:\n- Go, Kubernetes and PostgreSQL\n- gRPC services\n"
ROWS = [
    {
        "id": "freight",
        "title": "Senior Data Engineer",
        "text": JD,
        "source": "board",
        "role": "data-engineer",
        "acceptable": ["data-engineer"],
        "skills": [{"name": "Kafka", "surface": ["Kafka"]}, {"name": "Cobol", "surface": ["Cobol"]}],
    },
    {
        "id": "go",
        "title": None,
        "text": GO,
        "source": "mail",
        "role": "go-backend-developer",
        "acceptable": ["go-backend-developer"],
    },
    {"id": "nought", "text": "Nothing to see here.", "role": "NONE", "acceptable": ["NONE"], "remote": True},
]


@pytest.fixture(scope="module")
def bench(server, stocked) -> Iterator[Workbench]:
    with own_database(server, stocked) as database:
        bench = Workbench(database, SETTINGS)
        yield bench
        bench.executor.close()


@pytest.fixture
def experiments(bench: Workbench) -> Experiments:
    return bench.experiments


def worker_of(bench: Workbench) -> ChunkWorker:
    return ChunkWorker(bench.database.engine, bench.encoder, bench.models, bench.snapshots)


def jds(*rows: dict[str, object]) -> JDFile:
    lines = "\n".join(json.dumps(row) for row in rows or ROWS)
    return read_jd_bytes("jds.jsonl", lines.encode())


def queued(database: Database, experiment: int) -> list[int]:
    query = text(
        "SELECT args ->> 'number' FROM procrastinate.procrastinate_jobs WHERE args ->> 'experiment' = :n ORDER BY id"
    )
    with database.engine.connect() as connection:
        return [int(number) for number in connection.execute(query, {"n": str(experiment)}).scalars()]


def test_what_an_experiment_finds_is_what_a_plain_batch_finds(
    bench: Workbench, experiments: Experiments, indexes: Indexes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = experiments.start("plain", "Ada", jds(), Way())
    assert (found.status, found.size, found.gold, found.done, found.set_name) == ("running", 3, 3, 0, "jds.jsonl")
    assert queued(bench.database, found.id) == [0]
    worker_of(bench).work(found.id, 0, nullcontext)
    found = experiments.load("plain")
    assert (found.status, found.done, found.failed, found.is_over) == ("finished", 3, 0, True)

    monkeypatch.setattr(batch_command, "_indexes", lambda _: indexes)
    asked = batch_command.Asked(Path(), hide_title=False, full=False)
    plain = [json.loads(batch_command.answer(asked, row)) for row in ROWS]
    export(experiments, "plain", out := tmp_path / "out.jsonl")
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [{key: line[key] for key in first} for line, first in zip(lines, plain, strict=True)] == plain
    assert [line["is_right"] for line in lines] == [True, True, True]

    rows = tmp_path / "out.parquet"
    assert export(experiments, "plain", rows) == 3
    table = pq.read_table(rows).to_pylist()
    assert [{key: row[key] for key in first} for row, first in zip(table, plain, strict=True)] == plain


def test_no_sentence_of_its_texts_fills_the_store_with_vectors(bench: Workbench, experiments: Experiments) -> None:
    def vectors() -> int:
        with bench.database.engine.connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM embedding")).scalar_one())

    found = experiments.start("vectors", "Ada", jds(ROWS[0]), Way())
    before = vectors()
    worker_of(bench).work(found.id, 0, nullcontext)
    assert (experiments.load(found.id).done, vectors()) == (1, before)


def test_marks_and_columns_come_back_for_a_comparison(bench: Workbench, experiments: Experiments) -> None:
    a, b = (
        experiments.start(name, "Ada", jds(), Way(config=config))
        for name, config in (("A", Config()), ("B", Config(min_field=1.0)))
    )
    assert a.set_id == b.set_id
    for found in (a, b):
        worker_of(bench).work(found.id, 0, nullcontext)
    both = experiments.compare("A", "B")
    assert both.has_same_texts
    first = both.comparison.pairs[0].a
    assert (first.gold_role, first.columns, first.title) == (
        "data-engineer",
        {"source": "board"},
        "Senior Data Engineer",
    )
    assert first.marks and first.marks.skills and (first.marks.skills.wanted, first.marks.skills.found) == (2, 1)
    assert (both.comparison.roles.right_a, both.comparison.roles.broken) == (3, 2)
    assert {s.by for s in both.comparison.slices} >= {"family", "source", "case", "remote"}
    with pytest.raises(StoreError, match="There is no experiment “C”"):
        experiments.compare("A", "C")


def test_a_job_description_that_fails_three_times_is_recorded_as_failed_and_the_others_are_done(
    bench: Workbench, experiments: Experiments, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract, tried = ChunkWorker._extract, []

    def poisonous(self, jd, way, calls):
        tried.append(jd.id)
        if jd.id == "go":
            raise ValueError("that text again")
        return extract(self, jd, way, calls)

    monkeypatch.setattr(ChunkWorker, "_extract", poisonous)
    found = experiments.start("poison", "Ada", jds(), Way())
    worker_of(bench).work(found.id, 0, nullcontext)
    found = experiments.load(found.id)
    assert (found.status, found.done, found.failed) == ("finished", 3, 1)
    assert tried == ["freight", "go", "go", "go", "nought"]
    broken = experiments.result(found, "go")
    assert broken and broken.outcome.error == "It failed 3 times: ValueError: that text again."
    assert broken.marks and broken.marks.is_right is False


def test_one_that_killed_three_workers_is_not_tried_again(bench: Workbench, experiments: Experiments) -> None:
    found = experiments.start("killer", "Ada", jds(), Way())
    with bench.database.engine.begin() as connection:
        connection.execute(
            text("UPDATE experiment_chunk SET trying = 0, attempts = 3, token = 3 WHERE experiment_id = :id"),
            {"id": found.id},
        )
    worker_of(bench).work(found.id, 0, nullcontext)
    found = experiments.load(found.id)
    assert (found.done, found.failed) == (3, 1)
    broken = experiments.result(found, "freight")
    assert broken and broken.outcome.error == "It failed 3 times: the worker that had it ended each time."


def test_a_worker_that_was_taken_for_lost_writes_nothing(bench: Workbench, experiments: Experiments) -> None:
    found = experiments.start("lost", "Ada", jds(), Way())
    chunks = ChunkStore(bench.database.engine)
    old = chunks.take(found.id, 0)
    assert old is not None and chunks.begin(old, 0) == 1
    worker_of(bench).work(found.id, 0, nullcontext)
    assert chunks.begin(old, 1) == 0
    assert chunks.take(found.id, 0) is None
    assert len(experiments.results(experiments.load(found.id))) == 3


def test_a_pause_is_heeded_after_the_job_description_at_hand_and_it_goes_on_from_there(
    bench: Workbench, experiments: Experiments, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = experiments.start("paused", "Ada", jds(), Way())
    extract = ChunkWorker._extract

    def pausing(self, jd, way, calls):
        if jd.id == "freight" and experiments.load("paused").status == "running":
            experiments.pause("paused")
        return extract(self, jd, way, calls)

    monkeypatch.setattr(ChunkWorker, "_extract", pausing)
    worker_of(bench).work(found.id, 0, nullcontext)
    found = experiments.load(found.id)
    assert (found.status, found.done, found.seconds_left, queued(bench.database, found.id)) == ("paused", 1, None, [])
    with pytest.raises(StoreError, match="“paused” is paused; only one that runs can be paused"):
        experiments.pause("paused")
    assert experiments.resume(found.id).status == "running"
    assert queued(bench.database, found.id) == [0]
    worker_of(bench).work(found.id, 0, nullcontext)
    assert (experiments.load(found.id).status, experiments.load(found.id).done) == ("finished", 3)
    with pytest.raises(StoreError, match="is finished; nothing of it is left"):
        experiments.cancel(found.id)


def test_a_cancelled_one_keeps_what_is_done_and_is_done_no_further(bench: Workbench, experiments: Experiments) -> None:
    found = experiments.start("cancelled", "Ada", jds(), Way())
    assert experiments.cancel(found.id).status == "cancelled"
    worker_of(bench).work(found.id, 0, nullcontext)
    assert experiments.load(found.id).done == 0


def test_chunks_that_are_not_queued_are_put_back(bench: Workbench, experiments: Experiments) -> None:
    many = [{"id": str(i), "text": f"{GO}{i}"} for i in range(2 * CHUNK_SIZE + 1)]
    found = experiments.start("restocked", "Ada", jds(*many), Way())
    assert queued(bench.database, found.id) == [0, 1, 2]
    with bench.database.engine.begin() as connection:
        # As after a backup was restored: the queue is no part of it.
        connection.execute(text("DROP SCHEMA procrastinate CASCADE"))
    chunk_jobs.prepare(bench.database.engine)
    chunk_jobs.restock(bench.database.engine)
    assert queued(bench.database, found.id) == [0, 1, 2]
    assert chunk_jobs.restock(bench.database.engine) == 0
    experiments.cancel(found.id)


def hidden(bench: Workbench, slug: str) -> Change:
    """The change by which no text is read for a skill any more."""
    skill = bench.snapshots.current().catalog.skill[slug]
    return Change(skill, replace(skill, is_extractable=False))


def skills_of(experiments: Experiments, name: str) -> frozenset[str]:
    (result,) = experiments.results(experiments.load(name))
    return result.skills


def test_it_runs_on_the_catalog_of_its_draft_as_that_was_when_it_began(
    bench: Workbench, experiments: Experiments
) -> None:
    draft = bench.change_sets.open_draft("Ada", "No Kafka", [hidden(bench, "kafka")])
    for name, number in (("without", draft), ("with", None)):
        found = experiments.start(name, "Ada", jds(ROWS[0]), Way(draft=number))
        assert (found.draft, len(found.changes)) == (number, 1 if number else 0)
        if number:
            bench.change_sets.discard(number, "Ada")
        worker_of(bench).work(found.id, 0, nullcontext)
    assert "kafka" in skills_of(experiments, "with")
    assert "kafka" not in skills_of(experiments, "without")
    with pytest.raises(StoreError, match=f"Change set {draft} is discarded, no draft"):
        experiments.start("too late", "Ada", jds(), Way(draft=draft))


def test_a_revision_of_before_is_made_again(bench: Workbench, experiments: Experiments) -> None:
    before = bench.catalog.revision()
    bench.change_sets.commit(bench.change_sets.open_draft("Ada", "No Terraform", [hidden(bench, "terraform")]), "Ada")
    for name, revision in (("then", before), ("now", None)):
        made = experiments.start(name, "Ada", jds(ROWS[0]), Way(revision=revision))
        worker_of(bench).work(made.id, 0, nullcontext)
    assert "terraform" in skills_of(experiments, "then")
    assert "terraform" not in skills_of(experiments, "now")
    with pytest.raises(StoreError, match="There is no revision 0"):
        experiments.start("never", "Ada", jds(), Way(revision=0))


def test_names_are_one_experiment_s(experiments: Experiments) -> None:
    experiments.cancel(experiments.start("once", "Ada", jds(), Way()).id)
    with pytest.raises(StoreError, match="There is an experiment “once” already"):
        experiments.start("once", "Bo", jds(), Way())
    assert experiments.free_name("once") == "once 2"
    with pytest.raises(StoreError, match="more than a number"):
        experiments.start("12", "Bo", jds(), Way())
    with pytest.raises(StoreError, match="There is no experiment “99999”"):
        experiments.load("99999")


def test_a_report_stands_alone_and_escapes_what_texts_say(
    bench: Workbench, experiments: Experiments, tmp_path: Path
) -> None:
    rows = [{**row, "title": f"<script>alert({i})</script>"} for i, row in enumerate(ROWS)]
    for name, config in (("left", Config()), ("right", Config(min_field=1.0))):
        worker_of(bench).work(experiments.start(name, "Ada", jds(*rows), Way(config=config)).id, 0, nullcontext)
    export(experiments, "right", file := tmp_path / "report.html", "left")
    page = file.read_text(encoding="utf-8")
    assert "2 fewer roles right of 3" in page and "0 fixed, 2 broken, p = 0.50" in page
    assert "<script" not in page and "&lt;script&gt;alert(0)" in page
    assert "http" not in page and "src=" not in page
    with pytest.raises(StoreError, match="the ending says the form"):
        export(experiments, "right", tmp_path / "report.pdf")
    with pytest.raises(StoreError, match="Only a report"):
        export(experiments, "right", tmp_path / "report.jsonl", "left")


# --- job descriptions from outside --------------------------------------------------------------------------------


def test_what_is_wrong_with_a_file_is_said_of_each_line() -> None:
    lines = [
        '{"id": 1, "text": "a"}',
        "{",
        '{"id": 1, "text": "b"}',
        '{"text": "c"}',
        '{"id": 4}',
        '{"id": 5, "text": 5}',
        '["x"]',
    ]
    with pytest.raises(InputError) as raised:
        read_jd_bytes("jds.jsonl", "\n".join(lines).encode())
    said = str(raised.value).splitlines()
    assert [line.split(": ")[0] for line in said] == [f"jds.jsonl, line {n}" for n in (2, 3, 4, 5, 6, 7)]
    assert "the id '1' stands at line 1 already" in said[1]
    assert [line.split(": ", 1)[1] for line in said[2:5]] == [
        "“id” is missing.",
        "“text” is missing.",
        "“text” must be a text.",
    ]
    with pytest.raises(InputError, match="holds no job description"):
        read_jd_bytes("jds.jsonl", b"\n")


def test_parquet_and_json_lines_say_the_same(tmp_path: Path) -> None:
    import pyarrow as pa

    rows = [
        {"id": str(i), "title": None, "text": "x", "country": "IN", "pay": i, "role": "go-backend-developer"}
        for i in range(3)
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "jds.parquet")
    found = read_jd_bytes("jds.parquet", (tmp_path / "jds.parquet").read_bytes())
    assert found.jds == jds(*rows).jds
    assert found.jds[1].columns == {"country": "IN", "pay": "1"}
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        read_jd_bytes("jds.parquet", b"PAR1")


def test_gold_of_the_store_is_named(bench: Workbench, experiments: Experiments) -> None:
    engine = bench.database.engine
    shipped = read_jds("gold:shipped", engine)
    assert len(shipped.jds) == 24 and all(jd.gold for jd in shipped.jds)
    assert experiments.gold()["samples"] == 24
    with pytest.raises(InputError, match="There is no gold 'mine'; there are gold:samples, gold:verdicts"):
        read_jds("gold:mine", engine)
    run_id = bench.executor.start(JD, "Data Engineer")
    bench.verdicts.give(run_id, "Ada", "data-engineer")
    (judged,) = read_jds("gold:verdicts", engine).jds
    assert (judged.id, judged.text, judged.gold and judged.gold.roles) == (str(run_id), JD, ("data-engineer",))


def test_a_text_that_the_database_cannot_hold_is_kept_position_for_position(
    bench: Workbench, experiments: Experiments
) -> None:
    found = experiments.start(
        "odd", "Ada", jds({"id": "\x00", "text": f"{GO}\x00\ud800", "role": "go-backend-developer"}), Way()
    )
    worker_of(bench).work(found.id, 0, nullcontext)
    (result,) = experiments.results(experiments.load(found.id))
    assert (result.id, result.length) == ("\ufffd", len(GO) + 2)
