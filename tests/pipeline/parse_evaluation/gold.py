"""A short text with its line of gold."""

from hashlib import sha256
from typing import Any

NURSE = """Night Nurse
Harbour Clinic, Cork

Duties
- Watch over twelve patients through the night.
- Hand over to the day team in writing.

What we ask for
- Bachelor's degree in nursing
- NCLEX-RN
- 2 years on a ward
"""


def gold_row(text: str = NURSE) -> dict[str, Any]:
    """Return what a reader notes of the text."""
    return {
        "id": "nurse",
        "sha256": sha256(text.encode()).hexdigest(),
        "title": "Night Nurse",
        "company": "Harbour Clinic",
        "experience_min": 2,
        "experience_max": None,
        "education_required": "bachelor",
        "education_preferred": None,
        "locations": [["Cork"]],
        "work_mode": None,
        "ctc": None,
        "certifications": ["NCLEX-RN"],
        "urls": 0,
        "responsibilities": [["Watch over twelve", "in writing."]],
        "responsibilities_optional": [],
        "demands": [["Bachelor's degree", "on a ward"]],
        "also": {
            "title": ["Nurse (nights)"],
            "locations": ["Ireland"],
            "ctc": [{"currency": "EUR", "min": 1, "max": 1, "period": "year"}],
        },
        "industry": "Healthcare",
        "jd_type": "pass",
    }
