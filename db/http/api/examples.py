"""Examples of bodies, for the reference."""

from __future__ import annotations

from fastapi.openapi.models import Example

from db.http.api.bodies import EXAMPLE_JD, SKILLS_KEY, STEP_1_KEY, STEP_2_KEY

_RUN_ID = "e37d1b75-e781-40f7-b368-e964dbf9a157"
_STEP_1 = {
    "run_id": _RUN_ID,
    SKILLS_KEY: [{"skill_name": "Python", "is_primary": True}, {"skill_name": "Apache Kafka", "is_primary": False}],
}
NEW_RUN_EXAMPLES: dict[str, Example] = {
    "text": Example(summary="A text", value={"jd_text": EXAMPLE_JD}),
    "whole": Example(
        summary="A text without its title, of a person",
        value={"jd_text": EXAMPLE_JD, "title": "Data Engineer", "engine": "local", "person": "Ada"},
    ),
}
DETAILS_EXAMPLES: dict[str, Example] = {
    "run": Example(summary="By the run", value={"run_id": _RUN_ID}),
    "document": Example(summary="By the answer of step 1, shortened here", value=_STEP_1),
}
ROLE_OUTPUT_EXAMPLES: dict[str, Example] = {
    "run": Example(summary="By the run", value={"run_id": _RUN_ID}),
    "documents": Example(
        summary="By the answers of steps 1 and 2, shortened here",
        value={STEP_1_KEY: _STEP_1, STEP_2_KEY: {"run_id": _RUN_ID, "skills_detail": [{"input_skill": "Python"}]}},
    ),
}
