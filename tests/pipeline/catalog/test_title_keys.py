"""Titles that name the same work have one key, or keys that are near; others do not."""

import pytest

from pipeline.catalog.title_keys import are_near, title_as_written, title_key


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Carbon Accounting Engineer", "Senior Carbon Accounting Engineer (m/f/d)"),
        ("Carbon Accounting Engineer", "Engineers, Carbon Accounting"),
        ("Head of Battery Telemetry", "Battery Telemetry Head"),
        ("Telemetry Modelling Lead", "Telemetry Modeling Lead"),
        ("Library Systems Administrator", "Libraries System Administator"),
    ],
)
def test_spellings_of_a_title_are_near(title: str, other: str) -> None:
    assert are_near(title_key(title), title_key(other))


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("iOS Engineer", "IoT Engineer"),
        ("Java Developer", "JavaScript Developer"),
        ("Data Analyst", "Data Analytics Engineer"),
        ("Electrical Planner", "Electronics Planner"),
        ("Mobile Tester", "Mobile Testing Manager"),
        ("Urologist", "Neurologist"),
    ],
)
def test_other_work_is_not(title: str, other: str) -> None:
    assert not are_near(title_key(title), title_key(other))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Senior SAP BW Architect (remote)", "SAP BW Architect"),
        ("LEAD HPC CLUSTER ENGINEER", "HPC Cluster Engineer"),
        ("iOS tester", "iOS Tester"),
    ],
)
def test_a_title_is_a_name_as_it_is_written_without_noise(title: str, name: str) -> None:
    assert title_as_written(title) == name
