"""Experiments whose results are written down as a test wants them, without a run."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import text

from db.services.experiments import Way
from db.services.jd_files import read_jd_bytes
from db.services.workbench import Workbench
from db.stores.experiments import Experiment

Answer = tuple[str | None, float, bool]
"""A role (null for none), the confidence of the answer, and whether it is right."""

_RESULT = text("""
    INSERT INTO experiment_result (experiment_id, position, role_slug, "case", confidence, none_probability, skills, milliseconds,
        cost_usd, is_right, n_predicted, n_right, n_wanted, n_found)
    VALUES (:experiment, :position, :role, :case, :confidence, :none, CAST(:skills AS jsonb), 20 + :position, 0.5, :is_right, 4, 3, 5, 3)
""")
_DONE = text("UPDATE experiment_chunk SET done = size, ended_at = now() WHERE experiment_id = :experiment")
_FINISHED = text("UPDATE experiment SET status = 'finished', ended_at = now() WHERE id = :experiment")
SKILLS = json.dumps([["SQL", "sql", True, [0, 3]], ["Zephyrine", None, False, [5, 14]]])


def stored(
    bench: Workbench, name: str, answers: Sequence[Answer], revision: int | None = None, set_name: str = "gold.jsonl"
) -> Experiment:
    """A finished experiment with these answers, one a job description; each has four skills of which three are right."""
    rows = [{"id": f"{n}", "text": f"Text {n} of {len(answers)}", "role": "NONE"} for n in range(len(answers))]
    jds = read_jd_bytes(set_name, "\n".join(map(json.dumps, rows)).encode())
    found = bench.experiments.start(name, "Ada", jds, Way(revision))
    with bench.database.engine.begin() as connection:
        for position, (role, confidence, is_right) in enumerate(answers):
            sure = {"confidence": confidence if role else 0.0, "none": None if role else confidence}
            cells = {"role": role, "case": "B" if role else "D", "is_right": is_right, "skills": SKILLS, **sure}
            connection.execute(_RESULT, {"experiment": found.id, "position": position, **cells})
        for statement in (_DONE, _FINISHED):
            connection.execute(statement, {"experiment": found.id})
    return bench.experiments.load(found.id)
