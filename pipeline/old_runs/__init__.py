"""Runs of the old system: its pages and documents read, and its results held against ours."""

from pipeline.old_runs.beside import Beside, with_slugs
from pipeline.old_runs.documents import STEP_KEYS
from pipeline.old_runs.figures import PageFigures
from pipeline.old_runs.files import text_of_file
from pipeline.old_runs.library import library_of
from pipeline.old_runs.reading import OldFiles, OldRun, read_old_files

__all__ = [
    "STEP_KEYS",
    "Beside",
    "OldFiles",
    "OldRun",
    "PageFigures",
    "library_of",
    "read_old_files",
    "text_of_file",
    "with_slugs",
]
