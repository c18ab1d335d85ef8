"""How right the parsed fields of job descriptions are, against what a reader has noted of their texts (gold).

A line of gold: {"id", "sha256" of the text, "title", "company", "experience_min", "experience_max", "education_required",
"education_preferred", "locations" (one list a place: its names), "work_mode", "ctc" {"currency", "min", "max", "period"},
"certifications", "urls" (how many), "responsibilities", "responsibilities_optional" and "demands" (each [first words, last
words] of a passage), "also", "industry", "jd_type"}. "also" holds for a field further values that a fair reader accepts,
null among them for one that may be left out; places and certificates there are neither wanted nor wrong.
"""

from pipeline.parse_evaluation.figures import FieldFigures, ParseScore, ParseSummary
from pipeline.parse_evaluation.marks import EXTRA_FIELDS, FIELDS, Mark, MarkedParse, mark_parse
from pipeline.parse_evaluation.table import table, wrong_values
from pipeline.parse_evaluation.values import LEVELS, lowest_level, place_names

__all__ = [
    "EXTRA_FIELDS",
    "FIELDS",
    "LEVELS",
    "FieldFigures",
    "Mark",
    "MarkedParse",
    "ParseScore",
    "ParseSummary",
    "lowest_level",
    "mark_parse",
    "place_names",
    "table",
    "wrong_values",
]
