"""The kinds of passages of a job description."""

from __future__ import annotations

KINDS = (
    "responsibilities",
    "requirements",
    "preferred",
    "about_role",
    "about_company",
    "benefits",
    "pay",
    "place",
    "legal",
    "apply",
    "title",
    "header",
    "heading",
    "chrome",
    "similar_jobs",
)
"""In the order of the model's scores.

A ``heading`` opens what follows it; ``header`` are facts of the posting (where, which type, since when); ``place`` are hours,
travel and conditions of the work; ``chrome`` is the furniture of a page ("Share this job").
"""
