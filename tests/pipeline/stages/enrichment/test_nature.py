"""The nature of work, by the duties above all."""

import pytest

from pipeline.catalog.indexes import Indexes
from pipeline.contracts.vocabularies import NATURES_OF_WORK
from pipeline.learned.encoder import CachedEncoder
from pipeline.stages.enrichment import client_output
from pipeline.stages.enrichment.nature import LABELS, whole
from tests.pipeline.stages.enrichment.small import FULL, extraction, with_baseline

DUTIES = {
    "Mobile application implementation": (
        "Write the iPhone app in Swift and put it into the App Store.",
        "Make the Android version start faster on old phones.",
    ),
    "Data analysis and reporting": (
        "Explain to management why sales moved last week.",
        "Keep the Tableau dashboards of all shops in order.",
    ),
    "Project and delivery management": (
        "Keep the plan, the budget and the risks of three projects.",
        "Report their progress to the steering committee.",
    ),
    "User support and service desk": (
        "Take calls of colleagues whose laptops fail.",
        "Reset passwords and close tickets in time.",
    ),
}


@pytest.mark.parametrize(("label", "duties"), DUTIES.items())
def test_the_duties_decide_against_the_family_of_the_role(
    label: str, duties: tuple[str, ...], encoder: CachedEncoder
) -> None:
    nature = client_output(extraction(FULL, duties="\n".join(duties)), with_baseline(encoder)).nature_of_work
    assert nature.label == label
    assert nature.quote in duties and nature.summary == " ".join(duties)


def test_the_baseline_of_the_role_tips_duties_that_say_little(encoder: CachedEncoder) -> None:
    duties = "Watch the alerts at night.\nInvestigate what happened and write it down."
    labels = {
        client_output(extraction(duties=duties), with_baseline(encoder, nature_of_work=label)).nature_of_work.label
        for label in ("Reliability and incident response", "Security engineering and defence")
    }
    assert labels == {"Reliability and incident response", "Security engineering and defence"}


def test_a_text_that_says_nothing_is_unclassified(small: Indexes) -> None:
    nature = client_output(extraction(FULL, duties="", title="", role=False), small).nature_of_work
    assert (nature.label, nature.summary, nature.quote) == ("Unclassified work", None, None)


def test_without_duties_the_sentences_nearest_to_kras_are_read(small: Indexes) -> None:
    jd = extraction(FULL, duties="", sentences=("Provision cloud accounts with Terraform.", "Automate every release."))
    assert client_output(jd, small).nature_of_work.label == "Infrastructure and platform operation"


def test_a_duty_that_says_the_same_again_is_not_part_of_the_summary(small: Indexes) -> None:
    duties = (
        "Build REST services for payments\nBuild REST services for the payments of customers\n"
        "Write migrations of the service's PostgreSQL schema"
    )
    nature = client_output(extraction(FULL, duties=duties), small).nature_of_work
    assert nature.summary is not None and nature.summary.count("REST services") == 1
    assert nature.summary.endswith("Write migrations of the service's PostgreSQL schema.")


def test_the_labels_are_those_of_the_vocabulary_that_say_something() -> None:
    assert len(LABELS) == len(NATURES_OF_WORK.words) - 1 and NATURES_OF_WORK.instead not in LABELS


@pytest.mark.parametrize(
    ("duty", "sentence"),
    [("build services;", "Build services."), ("Why not?", "Why not?"), ("Runs it -", "Runs it.")],
)
def test_a_duty_in_a_summary_is_a_whole_sentence(duty: str, sentence: str) -> None:
    assert whole(duty) == sentence
