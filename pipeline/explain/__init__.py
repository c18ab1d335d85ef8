"""Why a run came to its role, row by row, adding up; what comes out without each row; why each skill was taken or left out."""

from pipeline.explain.explaining import Explainer, explain
from pipeline.explain.value import Explanation, Row, Signal, SkillReasons, Without

__all__ = ["Explainer", "Explanation", "Row", "Signal", "SkillReasons", "Without", "explain"]
