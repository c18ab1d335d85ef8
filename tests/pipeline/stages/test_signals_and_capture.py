"""Signals as the wire defines them, and what is captured for review."""

import numpy as np
import pytest

from pipeline.catalog.indexes import Indexes
from pipeline.config import Config
from pipeline.run import run
from pipeline.stages.capture import missing_links, missing_title
from pipeline.stages.signals import Centroid, centroid_scores


def test_a_kra_score_is_the_mean_of_the_three_best_sentences(jd: str, indexes: Indexes) -> None:
    for role in run(jd, None, "r", indexes).extraction.signals.kra_match_roles:
        assert role.kra_matches is not None and len(role.kra_matches) == 3
        assert abs(role.score - sum(m.similarity for m in role.kra_matches) / 3) < 2e-4
        assert [m.similarity for m in role.kra_matches] == sorted(
            (m.similarity for m in role.kra_matches), reverse=True
        )
        assert all(m.kra_text in indexes.catalog.kras_of_role[role.slug] for m in role.kra_matches)
        assert all(jd[m.start : m.end].strip() == m.sentence for m in role.kra_matches)


def test_a_skill_score_is_matched_over_primary(jd: str, indexes: Indexes) -> None:
    extraction = run(jd, None, "r", indexes).extraction
    primary = [s for s in extraction.skills if s.is_primary]
    for role in extraction.signals.skill_match_roles:
        assert role.total_count == len(primary)
        assert role.matched_skills is not None and role.matched_count == len(role.matched_skills)
        assert role.score == round(role.matched_count / role.total_count, 4)
        assert role.matched_skills == sorted(role.matched_skills)


def test_five_roles_are_listed_the_best_first(jd: str, indexes: Indexes) -> None:
    signals = run(jd, None, "r", indexes).extraction.signals
    for rows in (signals.skill_match_roles, signals.kra_match_roles):
        ranks = [r.rank_score for r in rows]
        assert len(rows) == 5
        assert ranks == sorted(ranks, reverse=True)  # type: ignore[type-var]


def test_captured_kras_have_their_true_similarity_the_most_novel_first(jd: str, indexes: Indexes) -> None:
    extraction = run(jd, None, "r", indexes).extraction
    updates = extraction.updates
    assert updates.new_kra_attached == updates.new_kras_attached[0]
    texts = [k.r_and_r_preview for k in updates.new_kras_attached]
    assert "Maintain curated tables of harbour dues for analysts and dashboards" in texts
    own = indexes.encoder.encode(list(indexes.catalog.kras_of_role["data-engineer"]))
    for kra in updates.new_kras_attached:
        best = float((own @ indexes.encoder.encode([kra.r_and_r_preview])[0]).max())
        assert abs(kra.best_kra_similarity - best) < 2e-4
        assert best < Config().novel_kra_below
        assert kra.acceptance is not None and kra.acceptance >= Config().min_kra_probability


def test_a_captured_kra_is_whole_and_says_which_kra_of_another_role_is_nearest(jd: str, indexes: Indexes) -> None:
    long = (
        "Maintain curated tables of harbour dues, berths, pilots, tug boats and customs for analysts and dashboards, build data quality "
        "checks and data contracts for the pipelines of the warehouse, and monitor freshness, volume and schema in the lake"
    )
    kras = run(
        jd.replace("- Maintain curated", f"- {long}\n- Maintain curated"), None, "r", indexes
    ).extraction.updates.new_kras_attached
    by_text = {kra.r_and_r_preview: kra for kra in kras}
    assert len(long) > 200 and all(text in jd or text == long for text in by_text)
    kra = by_text["Maintain curated tables of harbour dues for analysts and dashboards"]
    assert kra.nearest_other is not None and kra.nearest_other.role_slug != "data-engineer"
    assert kra.nearest_other.kra_text in indexes.catalog.kras_of_role[kra.nearest_other.role_slug]
    assert kra.novelty == ("this_role" if kra.nearest_other.similarity >= Config().novel_kra_below else "every_role")


@pytest.mark.parametrize(
    "duty",
    [
        "Work together with people of all departments",
        "Take on further tasks as the need arises",
        "Keep abreast of what is new in the industry",
        "You will reconcile the records of the warehouse with those of the source systems",
        "Reconcile the records of the warehouse for Juniper Freight Ltd.",
        "Three years of experience in reconciling records of the warehouse",
        "Reconcile records of the warehouse with the",
    ],
)
def test_what_fits_any_job_speaks_to_the_reader_names_the_employer_or_is_no_whole_duty_is_not_captured(
    jd: str, indexes: Indexes, duty: str
) -> None:
    text = jd.replace("- Maintain curated", f"- {duty}\n- Maintain curated")
    captured = [k.r_and_r_preview for k in run(text, None, "r", indexes).extraction.updates.new_kras_attached]
    assert captured and duty not in captured


def test_of_two_duties_that_say_the_same_one_is_captured(jd: str, indexes: Indexes) -> None:
    text = jd.replace(
        "- Maintain curated",
        "- Maintain the curated tables of harbour dues for dashboards and analysts\n- Maintain curated",
    )
    captured = [k.r_and_r_preview for k in run(text, None, "r", indexes).extraction.updates.new_kras_attached]
    assert sum("harbour dues" in duty for duty in captured) == 1


def test_new_skills_are_captured_with_the_role(jd: str, indexes: Indexes) -> None:
    new = run(jd, None, "r", indexes).extraction.updates.new_skills_attached
    assert [(s.skill_name, s.role_slug, s.status, s.queue_id) for s in new] == [
        ("Zephyrine", "data-engineer", "pending", None)
    ]


def test_a_dimension_of_several_skills_that_the_role_does_not_reach_is_captured(jd: str, indexes: Indexes) -> None:
    library_match = run(
        jd + "\n- Salesforce, Marketo and HubSpot\n- Stakeholder management and teamwork\n", None, "r", indexes
    ).library_match
    assert library_match is not None
    found = missing_links(library_match)
    assert set(found["salesforce-administration"]) >= {"Salesforce", "Marketo"}
    carried = {d.slug for d in indexes.catalog.dimensions_of_role["data-engineer"]}
    assert not carried & set(found) and "soft-skills" not in found
    assert all(len(skills) > 1 for skills in found.values())


def test_a_title_that_no_role_has_is_captured_once_the_role_is_sure(jd: str, indexes: Indexes) -> None:
    extraction = run(jd, None, "r", indexes).extraction
    assert extraction.signals.alias_match_roles and missing_title(extraction) is None
    signals = extraction.signals.model_copy(update={"alias_match_roles": []})
    parsed = extraction.parsed.model_copy(update={"role": "Senior SAP Pipeline Wrangler"})
    unknown = extraction.model_copy(update={"signals": signals, "parsed": parsed})
    assert missing_title(unknown) == "SAP Pipeline Wrangler"
    unsure = unknown.model_copy(update={"decision": extraction.decision.model_copy(update={"confidence": 0.5})})
    assert missing_title(unsure) is None


def test_a_centroid_counts_once_enough_runs_are_behind_it() -> None:
    vectors = np.eye(3, 8, dtype=np.float32)
    total = vectors.sum(axis=0)
    few, many = Centroid(4, total), Centroid(5, total)
    assert centroid_scores(vectors, {"few": few, "many": many}, Config()) == {"many": 1.0}
