"""A form of the catalog counts where it means its skill: everyday words, people, places, sums and other abbreviations do not."""

import pytest

from pipeline.catalog.indexes import Indexes
from pipeline.run import run
from pipeline.stages.skills import mentioned_skills
from tests.encoded_texts import encoded

KNOWN = "Platform Engineer\n\nWhat you need\n- Good command of Java, MySQL and Linux.\n"


def skills(line: str, indexes: Indexes) -> set[str]:
    return {s.slug or s.name for s in mentioned_skills(encoded(KNOWN + line, None, indexes), indexes)[0]}


@pytest.mark.parametrize(
    ("line", "slug"),
    [
        ("- Storm through obstacles with us.", "apache-storm"),
        ("- Swift answers to customers.", "swift"),
        ("- Glue the teams together.", "aws-glue"),
        ("- Open doors at banks.", "requirements-management-tools"),
        ("- Gather around the fire and react fast.", "react"),
        ("- A ruby ring for five years of service.", "ruby"),
        ("- Summer or Spring semester start.", "spring-framework"),
        ("- Write to Cassandra Hudson with questions.", "cassandra"),
        ("- Work with Elastic GmbH on site.", "elasticsearch"),
        ("- Visit our team in Hong Kong.", "kong"),
        ("- Pay of PHP 90,000 a month.", "php"),
        ("- A bonus of 95,000 CAD.", "cad"),
        ("- Salary DOE.", "design-of-experiments"),
        ("- Pay depends on experience (DOE).", "design-of-experiments"),
        ("- Work with the R&D group on data.", "r"),
        ("- An LLM degree is welcome.", "large-language-models"),
        ("- Ad hoc reports for the board.", "active-directory"),
        ("- Write middleware for our shops.", "tuxedo"),
        ("- Express thanks to volunteers.", "express-js"),
        ("- Able to spark debate in a room of experts.", "apache-spark"),
        ("- Salt the paths when it freezes.", "saltstack"),
        ("- A chef prepares lunch for us.", "chef"),
        ("- Excel in front of large audiences.", "microsoft-excel"),
        ("- Access to a crèche next door.", "microsoft-access"),
        ("- Teach teams to react to alarms.", "react"),
        ("- Report the RAG status on Fridays.", "retrieval-augmented-generation"),
        ("- Send your resume in Word format.", "microsoft-word"),
        ("- Backed by Nexus Capital and friends.", "nexus"),
        ("- Speak with Julia Harbor about the post.", "julia"),
        ("- Weekend trips to San Jose.", "san"),
        ("- Life, AD&D and dental insurance.", "active-directory"),
        ("- Apply at http:/jobs.example.com/now", "http"),
        ("- Bi-weekly pay and a bonus.", "business-intelligence"),
    ],
)
def test_other_senses_are_no_skills(line: str, slug: str, indexes: Indexes) -> None:
    assert slug not in skills(line, indexes)


@pytest.mark.parametrize(
    ("line", "slugs"),
    [
        ("- Experience with react, redux and typescript.", {"react", "redux", "typescript"}),
        ("- react developers who care", {"react"}),
        ("- Spring and Hibernate in production", {"spring-framework", "hibernate"}),
        ("- Strong Excel, Word and Outlook.", {"microsoft-excel", "microsoft-word", "microsoft-outlook"}),
        ("- Deploy with Chef, Puppet or Ansible.", {"chef", "puppet", "ansible"}),
        ("- Write clean Rust and profile it.", {"rust"}),
        ("- Go is required.", {"go"}),
        ("- Tables in PHP and MySQL", {"php", "mysql"}),
        ("- Puppet", {"puppet"}),
        ("- Sketch and Figma for drafts", {"sketch", "figma"}),
        ("- Experience with Spark, Hive and Storm", {"apache-spark", "apache-hive", "apache-storm"}),
        ("- Java Spring Boot services", {"java", "spring-boot"}),
        ("- SQL Server on Windows", {"microsoft-sql-server", "microsoft-windows"}),
        ("- Slack, Zoom and Trello", {"slack", "zoom", "trello"}),
        ("- bootstrap, angular and sass", {"bootstrap", "angular", "sass"}),
        ("- Rust or Go in production", {"rust", "go"}),
        ("- Java with Micronaut, RabbitMQ and MariaDB", {"java", "rabbitmq", "mariadb"}),
        ("- Administer AD, DNS and DHCP", {"active-directory", "dns", "dhcp"}),
    ],
)
def test_names_of_technology_stay(line: str, slugs: set[str], indexes: Indexes) -> None:
    assert slugs <= skills(line, indexes)


def test_everyday_words_of_one_dimension_in_a_list_are_names_without_any_other_technology(indexes: Indexes) -> None:
    text = "Security Engineer\n\nWhat you will do\n- Review services written in Rust and Go.\n- Report what you find.\n"
    found = {s.slug for s in mentioned_skills(encoded(text, None, indexes), indexes)[0]}
    assert {"rust", "go"} <= found


def test_the_owner_whose_context_is_nearest_is_meant(indexes: Indexes) -> None:
    found = skills("- Agents reach the tools over MCP; Microsoft Office is there too.", indexes)
    assert "model-context-protocol" in found and "comptia-a-plus" not in found


def test_several_positions_are_no_certainty(indexes: Indexes) -> None:
    text = (
        "We fill these positions in our Lyon office.\n\n1. Java Developer (2 posts): Java, Spring Boot, Hibernate\n"
        "2. Data Analyst: SQL, Tableau, Excel\n3. DevOps Engineer: Terraform, AWS, Kubernetes\n\n"
        "All positions ask for four years of experience and good French."
    )
    decision = run(text, None, "run", indexes).extraction.decision
    assert decision.confidence <= 0.5
    assert any("several positions" in line for line in decision.conflict)
