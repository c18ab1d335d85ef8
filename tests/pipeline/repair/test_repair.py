"""Repairs of runs that are wrong: the smallest changes that put them right, and what they do to others."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.catalog import Catalog
from pipeline.catalog.changes import Change, apply, change_from_wire
from pipeline.catalog.folder import read_folder
from pipeline.catalog.index_edits import IndexEdits
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import RoleAlias, SkillDimension
from pipeline.command_line.parser import make_parser
from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.held import HeldRun
from pipeline.impact import Verdict
from pipeline.learned.encoder import CachedEncoder
from pipeline.repair import (
    JudgedRun,
    NotDimension,
    NotSkill,
    Repairer,
    WantDimension,
    WantRole,
    WantSkill,
    repair,
    skill_at,
    skill_in_dimension,
)
from pipeline.repair.group import WrongRun, repair_group
from pipeline.run import Encoded, RunContext, RunState, run_stages, until
from tests.conftest import JD, ROOT, SEED_CATALOG

PLATFORM = (ROOT / "seeds" / "jds" / "03-platform-backend-ci-in-a-list.txt").read_text(encoding="utf-8")


def held(text: str, indexes: Indexes, title: str | None = None) -> HeldRun:
    jd = until(run_stages(RunState.from_text(text, title), RunContext("r", indexes)), Encoded).jd
    return HeldRun(jd, indexes, Config())


@pytest.fixture(scope="module")
def legacy(encoder: CachedEncoder) -> IndexEdits:
    """The edits of the legacy catalog, which has faults planted."""
    return IndexEdits(Indexes(read_folder(SEED_CATALOG, ROOT / "seeds" / "legacy").catalog, encoder))


@pytest.fixture(scope="module")
def platform(legacy: IndexEdits) -> HeldRun:
    return held(PLATFORM, legacy.base)


@pytest.fixture(scope="module")
def repairer(legacy: IndexEdits) -> Repairer:
    """One that has scored the links of the catalog, which takes longest."""
    return Repairer(legacy)


def removed(change: Change) -> tuple[Any, ...]:
    return (change.table, change.key) if change.after is None else ()


def test_a_form_that_means_another_skill_is_dropped_and_the_other_found(legacy: IndexEdits, platform: HeldRun) -> None:
    assert "codeigniter" in platform.result.skill_slugs
    start = PLATFORM.index("CI/")
    want = WantSkill("ci-cd", start, start + 2)
    found = Repairer(legacy).repair(platform, want).found
    first = found[0]
    assert {change.key[1] for change in first.changes} == {"CI"} and first.changes[0].table == "skill_aliases"
    after = platform.on(legacy.after(first.changes))
    assert want.is_met(after) and "codeigniter" not in after.skill_slugs
    assert any(("skill_aliases", ("codeigniter", "CI")) in map(removed, repair.changes) for repair in found)


def test_a_skill_that_is_not_meant_goes_with_its_form(legacy: IndexEdits, platform: HeldRun) -> None:
    first = Repairer(legacy).repair(platform, NotSkill("codeigniter")).found[0]
    assert [removed(change) for change in first.changes] == [("skill_aliases", ("codeigniter", "CI"))]
    assert first.confidence_after == platform.on(legacy.after(first.changes)).confidence


def test_a_link_that_is_doubtful_goes_where_the_skill_is_where_it_belongs(
    repairer: Repairer, platform: HeldRun
) -> None:
    want = WantDimension("distributed-systems", "microservices-and-distributed-systems")
    first = repairer.repair(platform, want).found[0]
    assert [removed(c) for c in first.changes] == [("skill_dimensions", ("distributed-systems", "d_init_01"))]


def test_a_link_that_is_wrong_goes_while_the_skill_has_others_and_else_moves(
    repairer: Repairer, platform: HeldRun
) -> None:
    catalog = platform.indexes.catalog
    many = {slug: [d.slug for d in catalog.dimensions_of_skill.get(slug, ())] for slug in platform.result.skill_slugs}
    several = min(slug for slug, own in many.items() if len(own) > 1)
    found = repairer.repair(platform, NotDimension(several, many[several][0])).found
    assert [removed(c) for c in found[0].changes] == [("skill_dimensions", (several, many[several][0]))]
    alone = min(slug for slug, own in many.items() if len(own) == 1)
    for one in repairer.repair(platform, NotDimension(alone, many[alone][0])).found:
        assert {c.place[0] for c in one.changes} == {"skill_dimensions"} and len(one.changes) == 2
        assert not NotDimension(alone, many[alone][0]).is_met(platform.result)


def test_a_link_that_is_missing_is_added_or_another_moved(repairer: Repairer, platform: HeldRun) -> None:
    found = repairer.repair(platform, WantDimension("distributed-systems", "frontend-testing")).found
    assert [c.after for c in found[0].changes] == [SkillDimension("distributed-systems", "frontend-testing")]
    assert all(len(repair.changes) == 2 for repair in found[1:])


@pytest.fixture(scope="module")
def misled(indexes: Indexes) -> Indexes:
    """A catalog on which the title of the text is one of another role, alone and specific."""
    title = RoleAlias("backend-engineer", "Senior Data Engineer")
    catalog = indexes.catalog
    others = tuple(a for a in catalog.role_aliases if a.alias_text != "Senior Data Engineer")
    return indexes.for_catalog(replace(catalog, role_aliases=(*others, title)))


SPARSE = """Senior Data Engineer

Company: Juniper Freight Ltd.

Responsibilities:
- Work with colleagues of all departments on what our customers need
- Keep the notes of your work up to date for whoever comes next

Requirements:
- Python and SQL
- Good written English
"""


def test_a_wrong_role_is_put_right_by_its_title_and_what_that_does_to_judged_runs_counts(misled: Indexes) -> None:
    wrong = held(SPARSE, misled)
    assert wrong.result.role_slug == "backend-engineer"
    same = JudgedRun("same", held(SPARSE.replace("Juniper", "Cedar"), misled), verdict=Verdict("data-engineer"))
    other = JudgedRun("other", held(SPARSE.replace("Juniper", "Maple"), misled), verdict=Verdict("backend-engineer"))
    alone = JudgedRun("far", held("Chef\n\nWe cook.", misled), verdict=Verdict(None))
    found = repair(wrong, WantRole("data-engineer"), [same, other, alone]).found
    title = RoleAlias("backend-engineer", "Senior Data Engineer")
    assert found[0].changes[0].before == title and len(found[0].changes) == 1
    assert (found[0].effects.fixes, found[0].effects.breaks, found[0].effects.touched) == (("same",), ("other",), 2)
    assert [r.effects.gain for r in found] == sorted((r.effects.gain for r in found), reverse=True)


def test_every_repair_does_what_it_says_on_the_catalog_that_it_makes(misled: Indexes) -> None:
    wrong = held(SPARSE, misled)
    for found in repair(wrong, WantRole("data-engineer")).found[:3]:
        changes = [change_from_wire(json.loads(json.dumps(change))) for change in found.wire()["changes"]]
        whole = held(SPARSE, Indexes(apply(misled.catalog, changes), misled.encoder)).result
        assert (whole.role_slug, whole.confidence) == ("data-engineer", found.confidence_after)


def test_no_role_where_one_is_too_many(indexes: Indexes) -> None:
    text = (
        "Data Engineer\n\nResponsibilities:\n- Grow tomatoes and herbs under glass for the kitchen of the house\n"
        "- Keep the bees, and sell honey on the market on Saturdays\n\nRequirements:\n- A driving licence"
    )
    text_on = held(text, indexes, "Data Engineer")
    found = repair(text_on, WantRole(None))
    if text_on.result.role_slug is None:
        assert found.reason == "The run is as wanted already."
    else:
        assert found.found and all(len(r.changes) <= 2 for r in found.found)


@pytest.mark.parametrize(
    ("want", "reason"),
    [
        (WantRole("data-engineer"), "is as wanted already"),
        (WantSkill("kafka", 0, 2), "is made of|mentions|form"),
        (NotSkill("cobol"), "is as wanted already"),
        (WantDimension("cobol", "cloud-platforms"), "does not have COBOL"),
    ],
)
def test_where_nothing_helps_the_reason_is_said(want: Any, reason: str, indexes: Indexes) -> None:
    run = held(JD, indexes)
    found = repair(run, want)
    if isinstance(want, WantSkill):
        assert found.found or found.reason
        return
    assert found.found == ()
    assert reason in found.reason


def test_a_text_that_is_no_job_description_says_so(indexes: Indexes) -> None:
    found = repair(held("Nine pears.", indexes), WantRole("data-engineer"))
    assert found.found == () and "no usable job description" in found.reason


@pytest.mark.parametrize("text", ["kafka", "kafka@3", "kafka@9:4", "@1:2", "kafka@a:b"])
def test_a_skill_at_no_place_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="SLUG@START:END"):
        skill_at(text)


def test_what_is_wanted_is_read_and_must_be_known(indexes: Indexes) -> None:
    assert skill_at("c-sharp@10:12") == WantSkill("c-sharp", 10, 12)
    assert skill_in_dimension("kafka:cloud-platforms") == WantDimension("kafka", "cloud-platforms")
    with pytest.raises(InputError, match="SKILL:DIMENSION"):
        skill_in_dimension("kafka")
    run = held(JD, indexes)
    for want, what in (
        (WantRole("nobody"), "no role 'nobody'"),
        (NotSkill("nothing"), "no skill 'nothing'"),
        (WantDimension("kafka", "nowhere"), "no dimension 'nowhere'"),
        (NotDimension("nothing", "cloud-platforms"), "no skill 'nothing'"),
    ):
        with pytest.raises(InputError, match=what):
            repair(run, want)


def test_the_command_prints_a_list_and_the_reason_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, gold = tmp_path / "jd.txt", tmp_path / "gold.jsonl"
    file.write_text(JD, encoding="utf-8")
    row = {"id": "g", "title": None, "text": JD, "role": "data-engineer", "acceptable": ["data-engineer"], "skills": []}
    gold.write_text(json.dumps(row) + "\n", encoding="utf-8")
    arguments = ["repair", "--jd", str(file), "--gold", str(gold)]
    args = make_parser().parse_args([*arguments, "--not-skill", "terraform"])
    args.function(args)
    printed = json.loads(capsys.readouterr().out)
    assert list(printed[0]) == ["changes", "confidence_after", "fixes", "breaks", "touched"]
    assert printed[0]["fixes"] == ["g"] and printed[0]["touched"] == 1
    args = make_parser().parse_args([*arguments, "--want-role", "data-engineer"])
    args.function(args)
    out, err = capsys.readouterr()
    assert json.loads(out) == [] and "as wanted already" in err


def test_a_place_that_the_text_lacks_is_refused(indexes: Indexes) -> None:
    run = held(JD, indexes)
    with pytest.raises(InputError, match=f"{len(JD)} code points"):
        repair(run, WantSkill("kafka", len(JD), len(JD) + 5))


def test_a_catalog_without_rows_has_no_repair(encoder: CachedEncoder) -> None:
    run = held(JD, Indexes(Catalog(), encoder))
    assert repair(run, WantRole(None)).reason == "The run is as wanted already."


def test_one_change_puts_most_of_a_group_right(legacy: IndexEdits, platform: HeldRun) -> None:
    other = held(PLATFORM.replace("Engineer", "Developer"), legacy.base)
    group = [WrongRun("a", platform, NotSkill("codeigniter")), WrongRun("b", other, NotSkill("codeigniter"))]
    best = repair_group(group)[0]
    assert best.puts_right == ("a", "b")
    assert [removed(change) for change in best.changes] == [("skill_aliases", ("codeigniter", "CI"))]
    assert repair_group([]) == ()


def changed(legacy: IndexEdits, found: Any) -> Any:
    return legacy.after(found.changes).catalog


def test_two_dimensions_of_one_name_are_merged(legacy: IndexEdits, repairer: Repairer, platform: HeldRun) -> None:
    run = platform if "rest" in platform.result.skill_slugs else held(PLATFORM + "\n- REST APIs\n", legacy.base)
    first = repairer.repair(run, WantDimension("rest", "api-design-and-contracts")).found[0]
    catalog = changed(legacy, first)
    assert "api-contracts-and-design" in legacy.base.catalog.dimension
    assert "api-contracts-and-design" not in catalog.dimension
    assert "api-design-and-contracts" in {d.slug for d in catalog.dimensions_of_skill["rest"]}
    assert first.changes[-1].successor == "api-design-and-contracts"


def test_two_roles_that_are_one_are_merged(legacy: IndexEdits) -> None:
    text = (
        "Data Pipeline Engineer\n\nResponsibilities:\n- Build and run pipelines that load our warehouse every night\n"
        "- Model tables and keep their quality\n\nRequirements:\n- Python, SQL, Apache Spark and Apache Airflow\n"
    )
    run = held(text, legacy.base)
    assert run.result.role_slug == "data-pipeline-engineer"
    found = Repairer(legacy).repair(run, WantRole("data-engineer")).found
    merges = [repair for repair in found if repair.changes[-1].successor == "data-engineer"]
    assert merges and "data-pipeline-engineer" not in changed(legacy, merges[0]).role


def test_a_group_of_wrong_runs_is_put_right_as_the_key_does(legacy: IndexEdits) -> None:
    rows = [json.loads(line) for line in (ROOT / "seeds" / "legacy" / "key.jsonl").read_text("utf-8").splitlines()]
    key = next(row for row in rows if row["subject"] == {"skill_slug": "teamwork", "alias_text": "team"})
    text = (
        "Java Developer\n\nRequirements:\n- Java and Spring Boot\n- You help the team with {}\n- Five years of work\n"
    )
    runs = [held(text.format(what), legacy.base) for what in ("reviews", "releases", "tests", "on-call duties")]
    wrong = [WrongRun(str(i), run, NotSkill("teamwork")) for i, run in enumerate(runs)]
    assert all("teamwork" in run.result.skill_slugs for run in runs)
    best = repair_group(wrong)[0]
    assert best.puts_right == ("0", "1", "2", "3")
    assert [(c.before, c.after) for c in best.changes] == [
        (c.before, c.after) for c in map(change_from_wire, key["repair"])
    ]
