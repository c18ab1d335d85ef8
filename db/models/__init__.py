"""The tables. Vocabularies are check constraints, and every constraint has a name, so that a message can say which rule was
broken.
"""

from db.models.base import Base, naming
from db.models.catalog import (
    CatalogRevision,
    CategoryRow,
    DimensionRow,
    RoleAliasRow,
    RoleDimensionRow,
    RoleKraRow,
    RoleRow,
    SkillAliasRow,
    SkillDimensionRow,
    SkillRow,
    SubCategoryRow,
)
from db.models.curation import (
    ChangeRow,
    ChangeSetRow,
    Claim,
    Comment,
    FindingDecision,
    ProposalRow,
    ProposalRun,
    Visit,
)
from db.models.runs import (
    CentroidRow,
    Collision,
    EmbeddingRow,
    ModelAnswer,
    ModelCallRow,
    RunRow,
    RunSkill,
    RunVector,
    VerdictRow,
)

__all__ = [
    "Base",
    "CatalogRevision",
    "CategoryRow",
    "CentroidRow",
    "ChangeRow",
    "ChangeSetRow",
    "Claim",
    "Collision",
    "Comment",
    "DimensionRow",
    "EmbeddingRow",
    "FindingDecision",
    "ModelAnswer",
    "ModelCallRow",
    "ProposalRow",
    "ProposalRun",
    "RoleAliasRow",
    "RoleDimensionRow",
    "RoleKraRow",
    "RoleRow",
    "RunRow",
    "RunSkill",
    "RunVector",
    "SkillAliasRow",
    "SkillDimensionRow",
    "SkillRow",
    "SubCategoryRow",
    "VerdictRow",
    "Visit",
    "naming",
]
