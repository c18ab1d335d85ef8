"""From a run that is wrong, the smallest changes of the catalog that make it right, and what they do to other runs."""

from pipeline.repair.judged import Effects, JudgedRun
from pipeline.repair.repairing import Repair, Repairer, Repairs, repair
from pipeline.repair.wants import (
    NotDimension,
    NotSkill,
    Want,
    WantDimension,
    WantRole,
    WantSkill,
    skill_at,
    skill_in_dimension,
)

__all__ = [
    "Effects",
    "JudgedRun",
    "NotDimension",
    "NotSkill",
    "Repair",
    "Repairer",
    "Repairs",
    "Want",
    "WantDimension",
    "WantRole",
    "WantSkill",
    "repair",
    "skill_at",
    "skill_in_dimension",
]
