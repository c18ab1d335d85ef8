"""Which certificates a text asks for, by name."""

import pytest

from pipeline.stages.parse.certificates import certifications
from pipeline.text import JDText


def read(sentence: str) -> list[str]:
    jd = JDText(
        f"Senior Tester\n\nWhat you need\n- Experience with tools.\n- {sentence}\n- Good humour in all weathers."
    )
    return certifications(jd)[0]


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("DP-203 or DP-900 certification is a must", ["DP-203", "DP-900"]),
        ("PMP or PRINCE2 certification preferred.", ["PMP", "PRINCE2"]),
        ("ITIL v4 Foundation certification", ["ITIL v4 Foundation"]),
        ("CompTIA Security+ or CySA+ desirable", ["CompTIA Security+", "CySA+"]),
        ("Microsoft Certified: Azure Data Engineer Associate", ["Microsoft Certified: Azure Data Engineer Associate"]),
        ("Databricks certified data engineer", ["Databricks certified data engineer"]),
        ("TOGAF certified architect preferred", ["TOGAF"]),
        ("AWS Certified DevOps Engineer – Professional, CKS", ["AWS Certified DevOps Engineer – Professional", "CKS"]),
        ("You are certified in Workday HCM", ["Workday HCM"]),
        ("Certified Kubernetes Administrator (CKA) is a bonus", ["Certified Kubernetes Administrator (CKA)"]),
        ("Project Management Professional (PMP) or equivalent", ["Project Management Professional (PMP)"]),
        ("Certifications such as CISSP, CISM or CEH are welcome.", ["CISSP", "CISM", "CEH"]),
        (
            "Certifications (e.g., Vault Associate, Consul Associate) are a plus",
            ["Vault Associate", "Consul Associate"],
        ),
        ("Qualification: CA / CMA", ["CA", "CMA"]),
        ("Licensed as a Professional Engineer in Texas", ["Professional Engineer"]),
        ("Must hold a nursing license and BLS certification", ["nursing license", "BLS"]),
        ("First aid certificate required", ["First aid certificate"]),
        ("Kubernetes certificate (KCNA/CKS) welcome", ["KCNA", "CKS"]),
        ("Professional Engineer (PE) license or EIT", ["Professional Engineer (PE)", "EIT"]),
        ("Qualified accountant (ACA, ACCA, CIMA)", ["ACA", "ACCA", "CIMA"]),
        ("Agile coach certification is welcome", ["Agile coach certification"]),
        ("Full UK driving licence", ["UK driving licence"]),
        ("Alibaba cloud certification a plus", ["Alibaba cloud certification"]),
        ("Certification in beekeeping required", ["beekeeping"]),
        ("Administrator (ADM 201) certification", ["Administrator (ADM 201)"]),
        ("CPA or CMA preferred", ["CPA", "CMA"]),
        ("TEFL/CELTA certificate", ["TEFL", "CELTA"]),
        ("Licensed insurance agent in Oregon", ["Licensed insurance agent"]),
        ("GIAC GCIH, GCFA", ["GIAC", "GCIH", "GCFA"]),
        ("Class A CDL with clean record, OSHA 30", ["CDL", "OSHA 30"]),
    ],
)
def test_a_certificate_is_known_by_its_form_or_by_the_words_beside_it(sentence: str, names: list[str]) -> None:
    assert read(sentence) == names


@pytest.mark.parametrize(
    "sentence",
    [
        "Watch over the OCP (OpenShift) clusters.",
        "Good knowledge of ITIL processes and Six Sigma",
        "Customer Success Manager (CSM) for our largest accounts",
        "Our team of certified developers works for CPA firms.",
        "We are an ISO 27001 certified company.",
        "We are Great Place to Work certified.",
        "Certified women-owned business",
        "Manage SSL/TLS certificates and their renewal.",
        "You provide a birth certificate on the first day.",
        "Suppliers self-certify their parts.",
        "Software license compliance and license management",
        "You will obtain SOC 2 certification for our platform",
        "We pay for your AWS certification.",
        "Relevant industry certifications are a plus.",
        "No certifications needed",
        "Sell to RNs, NPs and MDs; residents of CA and NY",
        "Partner with certified public accountants",
        "Gift certificates for the team",
        "Registered office in Hull, registered under number 12345",
        "Training budget and certifications",
        "Professional security certifications are preferred.",
        "Approve certificates in the admin console",
    ],
)
def test_products_employers_duties_and_kinds_are_no_certificate(sentence: str) -> None:
    assert read(sentence) == []


def test_items_under_a_heading_of_certificates_are_names_each_once_with_its_place() -> None:
    text = "Requirements:\n- CCNP\n\nCertifications:\n- CCNP Enterprise\n- Fortinet NSE 4\n- CCNP\n\nBenefits:\n- Free lunch\n"
    names, places = certifications(JDText(text))
    assert names == ["CCNP", "CCNP Enterprise", "Fortinet NSE 4"]
    assert [text[p.start : p.end] for p in places if p] == names
