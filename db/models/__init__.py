"""The tables. Vocabularies are check constraints, and every constraint has a name, so that a message can say which rule was
broken.
"""

from db.models.acceptance import AcceptanceRow, GroupSample, SampleJudgement
from db.models.assignments import SAMPLE_WAYS, AdjudicationRow, AssignmentItem, AssignmentRow
from db.models.attached import AttachedGoldRow, AttachedRow
from db.models.base import Base, metadata
from db.models.catalog import CATALOG_TABLES, CatalogRevision
from db.models.curation import (
    ChangeRow,
    ChangeSetRow,
    Claim,
    Comment,
    DraftDecisionRow,
    FindingDecision,
    ProposalRow,
    ProposalRun,
    Visit,
)
from db.models.experiments import (
    CAUSES_STATUSES,
    EXPERIMENT_STATUSES,
    FAILED_CASE,
    ExperimentCausesRow,
    ExperimentChunk,
    ExperimentMeasure,
    ExperimentResult,
    ExperimentRow,
    JDRow,
    JDSetRow,
)
from db.models.gate import CHECK_CLASSES, GateCheckRow, GatePolicyRow
from db.models.gold import GOLD_CHANGES, GoldChangeRow, GoldItemRow, GoldSetRow, GoldVersionRow
from db.models.kept import DeletedRun, KeptInput
from db.models.locks import TermLockRow
from db.models.quality import PARSE_FIELDS, GoldOutcome, ParseVerdictRow, RevisionFindings, RevisionMeasure, RunOutcome
from db.models.queue import ProposalEdit, ProposalSign, QueueDecisionRow, SavedView
from db.models.run_rows import RunBasisRow, StaleBasis
from db.models.runs import (
    CentroidRow,
    Collision,
    CollisionDecision,
    EmbeddingRow,
    Job,
    ModelAnswer,
    ModelCallRow,
    OldRunRow,
    RunRequestRow,
    RunRow,
    RunSkill,
    RunVector,
    StackMaturity,
    UsageCount,
    VerdictRow,
)

__all__ = [
    "CATALOG_TABLES",
    "CAUSES_STATUSES",
    "CHECK_CLASSES",
    "EXPERIMENT_STATUSES",
    "FAILED_CASE",
    "GOLD_CHANGES",
    "PARSE_FIELDS",
    "SAMPLE_WAYS",
    "AcceptanceRow",
    "AdjudicationRow",
    "AssignmentItem",
    "AssignmentRow",
    "AttachedGoldRow",
    "AttachedRow",
    "Base",
    "CatalogRevision",
    "CentroidRow",
    "ChangeRow",
    "ChangeSetRow",
    "Claim",
    "Collision",
    "CollisionDecision",
    "Comment",
    "DeletedRun",
    "DraftDecisionRow",
    "EmbeddingRow",
    "ExperimentCausesRow",
    "ExperimentChunk",
    "ExperimentMeasure",
    "ExperimentResult",
    "ExperimentRow",
    "FindingDecision",
    "GateCheckRow",
    "GatePolicyRow",
    "GoldChangeRow",
    "GoldItemRow",
    "GoldOutcome",
    "GoldSetRow",
    "GoldVersionRow",
    "GroupSample",
    "JDRow",
    "JDSetRow",
    "Job",
    "KeptInput",
    "ModelAnswer",
    "ModelCallRow",
    "OldRunRow",
    "ParseVerdictRow",
    "ProposalEdit",
    "ProposalRow",
    "ProposalRun",
    "ProposalSign",
    "QueueDecisionRow",
    "RevisionFindings",
    "RevisionMeasure",
    "RunBasisRow",
    "RunOutcome",
    "RunRequestRow",
    "RunRow",
    "RunSkill",
    "RunVector",
    "SampleJudgement",
    "SavedView",
    "StackMaturity",
    "StaleBasis",
    "TermLockRow",
    "UsageCount",
    "VerdictRow",
    "Visit",
    "metadata",
]
