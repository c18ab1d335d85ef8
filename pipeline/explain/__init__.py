"""Why a run came to its role, row by row, adding up; what comes out without each row; why each skill was taken or left out."""

from pipeline.explain.asked import KnownForm, known_forms, left_out_at, taken_at
from pipeline.explain.deciding import Sides, WeighedRow, deciding_rows, sides, weakest, weighed_rows
from pipeline.explain.explaining import Explainer, explain
from pipeline.explain.value import Explanation, Row, Signal, SkillReasons, Without

__all__ = [
    "Explainer",
    "Explanation",
    "KnownForm",
    "Row",
    "Sides",
    "Signal",
    "SkillReasons",
    "WeighedRow",
    "Without",
    "deciding_rows",
    "explain",
    "known_forms",
    "left_out_at",
    "sides",
    "taken_at",
    "weakest",
    "weighed_rows",
]
