"""What a run of the old system got wrong, in the terms of the audit: one class a check, each reading the run's documents alone, or
beside our run of the same text.
"""

from pipeline.old_runs.faults.check import CheckedRun, Fault, RunCheck
from pipeline.old_runs.faults.registry import RUN_CHECKS, faults_of

__all__ = ["RUN_CHECKS", "CheckedRun", "Fault", "RunCheck", "faults_of"]
