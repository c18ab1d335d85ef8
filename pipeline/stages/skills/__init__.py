"""The skills of a text: those of the catalog (``extract``), terms that it lacks (``new_terms``), and their values (``found``)."""

from pipeline.stages.skills.extract import (
    SkillMemo,
    candidate_terms,
    demand_candidate,
    extract_skills,
    is_mention,
    mentioned_skills,
)
from pipeline.stages.skills.found import FoundSkill, SkillMention, mention_at

__all__ = [
    "FoundSkill",
    "SkillMemo",
    "SkillMention",
    "candidate_terms",
    "demand_candidate",
    "extract_skills",
    "is_mention",
    "mention_at",
    "mentioned_skills",
]
