"""A small store with something in every table, made by working with it: what a store of a release looks like.

``python -m tests.db.filled_store FILE`` backs one up. The files in ``stores`` were made so at releases that have shipped; they are
what tests migrate, restore and look through. When a release ships with a new form of the tables, make another.
"""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import nullcontext
from dataclasses import fields
from pathlib import Path

from db import schema
from db.server import open_database
from db.services.chunk_worker import ChunkWorker
from db.services.editions import Editions
from db.services.experiments import Way
from db.services.jd_files import read_jd_bytes
from db.services.workbench import Models, Workbench
from db.stores.collisions import CollisionFilter
from db.stores.measures import GoldResult, MeasureStore, RunResult
from db.stores.model_calls import ModelAnswerStore
from db.stores.runs import AskedBy, RunOrder
from db.stores.saved_views import View
from db.stores.vectors import PgVectorStore
from db.upkeep.backups import back_up
from pipeline.audit import Finding, Reason, check_of_kind
from pipeline.audit.subjects import AliasSubject
from pipeline.catalog import Catalog, RoleAlias
from pipeline.catalog.folder import read_folder, write_folder
from pipeline.catalog.operations import ChangeReason, edit
from pipeline.catalog.refs import ChangeSetRef, RunRef
from pipeline.config import Config
from pipeline.engines.openai import Server
from pipeline.engines.provider import ModelProvider
from pipeline.learned.encoder import CachedEncoder
from pipeline.learned.shipped_vectors import ShippedFirst
from pipeline.settings import Settings
from tests.conftest import JD, SEED_CATALOG
from tests.db.conftest import finished
from tests.model_server import serving
from tests.pipeline.engines.test_openai import GOOD
from tests.pipeline.old_runs.pages import page

ROLES = ("data-engineer", "java-backend-developer", "product-manager")
FORMS = "Spark Kafka Airflow PySpark SQL Hive Docker CI Kubernetes Python Terraform Java Redis PostgreSQL".split()
FREIGHT = JD.replace("Zephyrine and", "Zephyrine, Quuxbase and")
NOT_A_JD = "Grandmother's apple cake: mix flour, butter and sugar, fold in four apples, bake for fifty minutes.\n" * 4


def small_catalog() -> Catalog:
    """A few roles of the shipped catalog, with the skills that the texts here name."""
    shipped = read_folder(SEED_CATALOG).catalog
    slugs = {alias.skill_slug for alias in shipped.skill_aliases if alias.alias_text in FORMS}
    carried = {link.dimension_slug for link in shipped.role_dimensions if link.role_slug in ROLES}
    kept = {
        "role_slug": set(ROLES),
        "skill_slug": slugs,
        "dimension_slug": {
            link.dimension_slug
            for link in shipped.skill_dimensions
            if link.skill_slug in slugs and link.dimension_slug in carried
        },
    }
    own = {"roles": kept["role_slug"], "skills": kept["skill_slug"], "dimensions": kept["dimension_slug"]}
    tables = {}
    for table in (f.name for f in fields(Catalog) if f.init):
        rows = getattr(shipped, table)
        if table in own:
            rows = tuple(row for row in rows if row.slug in own[table])
        tables[table] = tuple(
            row for row in rows if all(getattr(row, c) in slugs for c, slugs in kept.items() if hasattr(row, c))
        )
    # A title that two roles claim.
    tables["role_aliases"] += (RoleAlias("product-manager", "Senior Data Engineer"),)
    tables["role_aliases"] += (RoleAlias("data-engineer", "Senior Data Engineer"),)
    categories = {skill.category for skill in tables["skills"]}
    tables["categories"] = tuple(c for c in tables["categories"] if c.name in categories)
    tables["sub_categories"] = tuple(s for s in tables["sub_categories"] if s.category in categories)
    return Catalog(**tables)


def fill(bench: Workbench) -> None:
    """Do something of everything."""
    first = finished(bench, bench.executor.start(FREIGHT, name="The freight company"))
    asked = Config(engine="openai", call_timeout_s=2.0, judgement_deadline_s=6.0)
    by_model = finished(bench, bench.executor.start(JD, "Data Engineer", asked))
    finished(bench, bench.executor.start(NOT_A_JD))
    asked_for, _ = bench.executor.request(RunOrder(JD + "- Once\n", asked=AskedBy("Ann", "http")), "nightly")
    finished(bench, asked_for)
    gone = finished(bench, bench.executor.start(JD + "- Gone soon\n"))
    bench.history.label([first.id, by_model.id], "freight")
    bench.verdicts.give(first.id, "Ann", "data-engineer", ["hive"], "reads well")
    bench.verdicts.give(by_model.id, "Bob", None)
    bench.parse_verdicts.give(first.id, "title", "Ann", "Data Engineer")
    bench.teamwork.comment(RunRef(gone.id), "Bob", "This one goes")
    bench.deletions.delete([gone.id], "Bob", bench.deletions.citations([gone.id])[:1])

    skill = bench.snapshots.current().catalog.skill
    why = ChangeReason("seen in a run", RunRef(first.id))
    committed = bench.change_sets.open_draft("Ann", "Who makes Kafka", edit(skill["kafka"], why, vendor="Apache"))
    bench.change_sets.commit(committed, "Ann")
    bench.change_sets.commit(bench.change_sets.open_draft("Bob", "Redis", edit(skill["redis"], why, vendor="x")), "Bob")
    bench.change_sets.undo(committed, "Bob")
    bench.change_sets.discard(bench.change_sets.open_draft("Bob", "Not needed", edit(skill["java"], why, vendor="x")))
    open_ = bench.change_sets.open_draft("Ann", "Open", edit(skill["python"], why, vendor="PSF"))
    bench.change_sets.stage(open_, edit(skill["docker"], why, vendor="Docker"))
    bench.change_sets.take_out(open_, 1, "Ann", why="not sure")
    bench.change_sets.hand_over(open_, "Bob")
    bench.teamwork.comment(ChangeSetRef(open_), "Ann", "Please have a look")
    _decide(bench)
    store = MeasureStore(bench.database.engine)
    store.keep(1, "a yardstick", [GoldResult("01-backend", "java-backend-developer", True, 3, ("java",))], 2)
    store.keep_runs(1, [RunResult(first.id, "data-engineer", True)])
    bench.kept.keep("12345678-1234-1234-1234-123456789abc", "kept-new-jd", "Half a text")
    _review(bench)
    _experiment(bench)


def _decide(bench: Workbench) -> None:
    """Decide a finding and proposals, hold another finding, and look at what has changed."""
    findings = [
        Finding(check_of_kind("wrong_alias"), AliasSubject("hive", form), 0.9, (Reason("It reads oddly."),))
        for form in ("Hive", "Apache Hive")
    ]
    bench.findings.reject(findings[0], "Ann", "it is right")
    bench.teamwork.claim("wrong_alias of Apache Hive", "Bob")
    bench.teamwork.record_visit("Ann")
    waiting = bench.proposals.find(weak=False)
    bench.proposals.decide(waiting[0].id, "rejected", "Ann", reason="no skill")
    sql = bench.snapshots.current().catalog.skill["sql"]
    bench.proposals.decide(waiting[1].id, "mapped", "Cy", edit(sql, ChangeReason("the same"), vendor="Somebody"))


def _review(bench: Workbench) -> None:
    """Fix a term's dimensions, edit a proposal, keep a view, settle a collision, and import a run of the old system."""
    dimension = bench.snapshots.current().catalog.dimensions[0].slug
    bench.locks.fix("Zephyrine", [dimension], "Ann", "where such stores are")
    while bench.queue_signs.catch_up(100):
        pass
    finished(bench, bench.executor.start(JD.replace("Zephyrine and", "Brindlequeue, Marrowgraph and")))
    bench.proposals.edit(bench.proposals.find(weak=False)[0].id, "name", "Another name", "Bob")
    bench.saved_views.save("queue", View(0, "Cy", "Skills", {"kind": "skill"}, is_shared=True))
    found = bench.collisions.find(CollisionFilter(state="")).rows[0]
    bench.collisions.leave_as_it_is(found.kind, found.key, found.parties, "Ann", "words tell them apart")
    bench.old_imports.import_files([("page.txt", page().encode())], "Bob")


def _experiment(bench: Workbench) -> None:
    """Run an experiment on two texts, one of them with gold."""
    rows = [
        {
            "id": "freight",
            "title": "Data Engineer",
            "text": JD,
            "role": "data-engineer",
            "acceptable": ["data-engineer"],
        },
        {"id": "cake", "text": NOT_A_JD},
    ]
    lines = "\n".join(json.dumps(row) for row in rows)
    started = bench.experiments.start("first", "Ann", read_jd_bytes("jds.jsonl", lines.encode()), Way())
    ChunkWorker(bench.database.engine, bench.encoder, bench.models, bench.snapshots).work(started.id, 0, nullcontext)


def main(path: Path) -> None:
    """Make such a store in a server of its own, and back it up."""
    with tempfile.TemporaryDirectory(prefix="workbench-filled-") as folder, serving() as models:
        Path(folder).chmod(0o755)
        models.replies = {
            **GOOD,
            "role": {"domain": None, "role_slug": "data-engineer", "reasoning": "It builds pipelines."},
        }
        database = open_database(None, Path(folder) / "store")
        write_folder(small_catalog(), Path(folder) / "catalog")
        schema.migrate(database.engine)
        Editions(database.engine).import_folder(Path(folder) / "catalog", "setup")
        provider = ModelProvider(ModelAnswerStore(database.engine), Server("key", models.url))
        encoder = CachedEncoder(ShippedFirst(PgVectorStore(database.engine)))
        settings = Settings(edition="clean", data_dir=Path(folder), workers=0)
        bench = Workbench(database, settings, Models(provider, encoder))
        try:
            fill(bench)
            print(back_up(database, path).model_dump_json(indent=1))
        finally:
            bench.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
