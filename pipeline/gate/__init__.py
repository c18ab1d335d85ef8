"""The gate: what a change of the catalog makes of gold, of judged runs and of the audit, each as a check with a class, and
which of them a commit must pass.
"""

from pipeline.gate.checks import CHECKS, Check, check_named
from pipeline.gate.policy import DEFAULT, Demand, Policy, Unmet, unmet
from pipeline.gate.results import CLASSES, CheckClass, CheckResult, Example, Measure, worst

__all__ = [
    "CHECKS",
    "CLASSES",
    "DEFAULT",
    "Check",
    "CheckClass",
    "CheckResult",
    "Demand",
    "Example",
    "Measure",
    "Policy",
    "Unmet",
    "check_named",
    "unmet",
    "worst",
]
