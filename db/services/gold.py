"""The gold texts that ship: job descriptions with the roles that are right and the skills that they ask for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

from db.services.shipped import CATALOG
from pipeline.catalog.folder import read_folder
from pipeline.config import Config
from pipeline.learned.fitted import CURRENT
from pipeline.settings import ROOT

FOLDER = ROOT / "seeds" / "jds"
GOLD_FILE = FOLDER / "gold.jsonl"
NONE = "NONE"
"""Stands among the acceptable roles of a text that no role fits."""


@dataclass(frozen=True)
class GoldText:
    """A job description with its right answers: the roles that are acceptable (null for none) and its skills, all as slugs.

    Where no role fits, skills are not asked for (``skills`` is null).
    """

    item: str
    text: str
    roles: frozenset[str | None]
    skills: frozenset[str] | None

    @property
    def label(self) -> str:
        """Its name in words."""
        return self.item.split("-", 1)[-1].replace("-", " ").capitalize()


@cache
def gold_texts() -> tuple[GoldText, ...]:
    """The gold texts, by their names."""
    slug_of = {skill.display_name: skill.slug for skill in read_folder(CATALOG).catalog.skills}
    return tuple(_gold_text(json.loads(line), slug_of) for line in GOLD_FILE.read_text("utf-8").splitlines())


def _gold_text(row: dict[str, Any], slug_of: dict[str, str]) -> GoldText:
    roles = frozenset(None if role == NONE else str(role) for role in row["acceptable"])
    skills = None if row["role"] == NONE else frozenset(slug_of[name] for name in row["skills"])
    return GoldText(row["id"], (FOLDER / f"{row['id']}.txt").read_bytes().decode("utf-8"), roles, skills)


@cache
def yardstick() -> str:
    """What tells one way of measuring from the next: a hash of the gold texts, the fitted numbers and the thresholds."""
    digest = sha256(GOLD_FILE.read_bytes())
    digest.update(json.dumps([dict(CURRENT), Config().model_dump(mode="json")], sort_keys=True).encode())
    return digest.hexdigest()[:16]
