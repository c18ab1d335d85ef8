"""The client output as a whole: what a sparse text takes from the role, the groups of skills, the JSON object."""

import pytest

from pipeline.catalog.indexes import Indexes
from pipeline.contracts import ClientOutput, FinalSkill, Mention
from pipeline.learned.encoder import CachedEncoder
from pipeline.run import run
from pipeline.stages.enrichment import client_output, enrich
from tests.pipeline.stages.enrichment.small import FULL, extraction, with_baseline

# --- what a text lacks is the role's baseline ---------------------------------------------------------------------


def test_a_text_without_duties_and_skills_takes_all_parts_from_the_baseline(encoder: CachedEncoder) -> None:
    output = client_output(extraction("java teamwork", duties=" "), with_baseline(encoder))
    assert output.sparse_jd and output.role_baseline_loaded
    assert set(output.sources.wire().values()) == {"role_baseline"}
    assert output.nature_of_work.wire() == {
        "label": "Reliability and incident response",
        "summary": "Keeps clusters up.",
        "quote": None,
    }
    assert output.tech_stack_maturity.wire() == {
        "label": "Modern Cloud Native",
        "reasoning": "Kubernetes and Helm are usual.",
        "cache_hit": False,
    }
    assert output.ai_index.value == 1.25
    assert [name for name, holds in output.ai_index.indicators.wire().items() if holds] == ["on_ai_team"]
    assert [(s.indicator, s.evidence) for s in output.ai_index.signs if s.holds] == [("on_ai_team", [])]


def test_only_what_a_text_lacks_is_taken_from_the_baseline(encoder: CachedEncoder) -> None:
    few = client_output(extraction("java teamwork"), with_baseline(encoder))
    assert few.sources.wire() == {"nature_of_work": "jd", "ai_index": "jd", "tech_stack_maturity": "role_baseline"}
    assert (few.nature_of_work.quote, few.ai_index.value) == ("You run the services of our team.", 0.0)
    silent = client_output(extraction(FULL, duties=""), with_baseline(encoder))
    assert silent.sources.wire() == {"nature_of_work": "role_baseline", "ai_index": "jd", "tech_stack_maturity": "jd"}
    assert silent.sparse_jd and silent.nature_of_work.label == "Reliability and incident response"


def test_what_little_a_text_says_of_ai_is_not_lost_in_a_lower_baseline(encoder: CachedEncoder) -> None:
    jd = extraction("pytorch", title="AI Engineer", duties="")
    low = client_output(jd, with_baseline(encoder))
    assert (low.ai_index.value, low.sources.ai_index) == (2.45, "jd")
    assert not low.ai_index.indicators.on_ai_team
    high = client_output(jd, with_baseline(encoder, ai_index=4.0))
    assert (high.ai_index.value, high.sources.ai_index) == (4.0, "role_baseline")
    assert high.ai_index.indicators.title_match and high.ai_index.indicators.on_ai_team


def test_a_full_text_takes_nothing_from_the_baseline(encoder: CachedEncoder) -> None:
    output = client_output(extraction(FULL), with_baseline(encoder))
    assert (output.sparse_jd, output.role_baseline_loaded) == (False, True)
    assert set(output.sources.wire().values()) == {"jd"}


@pytest.mark.parametrize("role", [True, False])
def test_without_a_baseline_a_sparse_text_is_judged_by_what_it_says(role: bool, small: Indexes) -> None:
    output = client_output(extraction("java", duties="", role=role), small)
    assert (output.sparse_jd, output.role_baseline_loaded) == (True, False)
    assert set(output.sources.wire().values()) == {"jd"}


# --- skill cluster and evidence -----------------------------------------------------------------------------------


def test_skills_are_grouped_by_the_role_s_dimensions_the_largest_first_the_unaligned_last(small: Indexes) -> None:
    cluster = client_output(extraction("terraform java cobol sql docker helm teamwork Zephyrine"), small).skill_cluster
    assert [(g.dimension, g.skills) for g in cluster] == [
        ("Containers", ["Docker", "Helm"]),
        ("Delivery", ["Terraform"]),
        ("Cross-cutting / unaligned", ["Java", "COBOL", "SQL", "Zephyrine"]),
    ]


def test_a_skill_without_a_slug_is_matched_by_its_name(small: Indexes) -> None:
    named = [FinalSkill(is_primary=True, skill_name=name) for name in ("docker", "Zephyrine")]
    output = client_output(extraction().model_copy(update={"skills": named}), small)
    assert [g.skills for g in output.skill_cluster] == [["docker"], ["Zephyrine"]]
    assert output.skills == ["docker", "Zephyrine"]


def test_the_skills_stand_in_the_order_in_which_the_text_names_them(small: Indexes) -> None:
    places = {"Docker": (90, 120), "Java": (40,), "Helm": (), "SQL": (70, 5)}
    skills = [
        FinalSkill(
            is_primary=True,
            skill_name=name,
            mentions=[Mention(start=start, end=start + 1, text=name) for start in starts],
        )
        for name, starts in places.items()
    ]
    output = client_output(extraction().model_copy(update={"skills": skills}), small)
    assert output.skills == ["SQL", "Java", "Docker", "Helm"]


# --- the JSON object ----------------------------------------------------------------------------------------------


def test_the_json_object_has_the_keys_of_the_wire_in_order(small: Indexes) -> None:
    output = enrich(extraction(FULL, duties="Run the services.\nKeep them fast."), small)
    assert list(output) == [
        "sparse_jd",
        "role_baseline_loaded",
        "sources",
        "nature_of_work",
        "tech_stack_maturity",
        "ai_index",
        "evidence",
        "skill_cluster",
        "kra_description",
    ]
    assert output["evidence"] == ["Java", "Docker", "Kubernetes"]
    assert output["kra_description"] == "Run the services.\nKeep them fast."
    assert output["tech_stack_maturity"]["cache_hit"] is False and output["ai_index"]["version"] == "v2.1"
    assert ClientOutput.model_validate(output).wire() == output


JD = """Site Reliability Engineer

Responsibilities
- Answer the pager at night and lead incidents until the service is back
- Define service level objectives with every team
- Remove the causes of outages for good

Requirements
- Kubernetes, Prometheus, Terraform and Python
"""


def test_what_a_run_says_of_the_work_follows_from_step_one_alone_too(indexes: Indexes) -> None:
    done = run(JD, None, "r", indexes)
    alone = enrich(done.extraction, indexes)
    assert done.client_output is not None
    whole = done.client_output
    assert whole["nature_of_work"]["label"] == "Reliability and incident response"
    assert whole["nature_of_work"]["quote"] in JD
    span = whole["nature_of_work"]["source"]
    assert JD[span["start"] : span["end"]] == whole["nature_of_work"]["quote"]
    assert alone["nature_of_work"] == {**whole["nature_of_work"], "source": None}
    assert {k: v for k, v in alone.items() if k != "nature_of_work"} == {
        k: v for k, v in whole.items() if k != "nature_of_work"
    }
