"""The gold texts that ship as a gold set: there from the first opening on, brought up to date, and whatever people made of it stays."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from sqlalchemy import Engine

from db import schema
from db.services.gold import FOLDER, GOLD_FILE
from db.stores.gold_items import GoldItem, GoldSkill
from db.stores.gold_listing import GoldListing
from db.stores.gold_sets import GoldSets
from pipeline.experiments.results import NO_ROLE

SAMPLES = "samples"
"""The name of the set."""
SETUP = "setup"
"""Who adds what ships."""
SURFACES_FILE = FOLDER / "surfaces.jsonl"
"""By the id of a gold text, the words of it that mean each of its skills, and the skills that it names as a plus."""


@cache
def sample_items() -> tuple[GoldItem, ...]:
    """The gold texts that ship, as items."""
    surfaces = {row["id"]: row for row in map(json.loads, SURFACES_FILE.read_text("utf-8").splitlines())}
    rows = map(json.loads, GOLD_FILE.read_text("utf-8").splitlines())
    return tuple(_item(row, surfaces.get(row["id"])) for row in rows)


def _item(row: dict[str, Any], surfaces: dict[str, Any] | None) -> GoldItem:
    skills = None
    if surfaces is not None and row["role"] != NO_ROLE:
        words, plus = surfaces["surface"], surfaces["plus"]
        skills = [GoldSkill(name, tuple(words[name]), name not in plus).wire() for name in row["skills"]]
    text = (FOLDER / f"{row['id']}.txt").read_bytes().decode("utf-8")
    acceptable = sorted(row["acceptable"], key=lambda role: role != row["role"])
    answer = {"role": row["role"], "acceptable": acceptable, "skills": skills}
    shows = {"shows": row["shows"]} if "shows" in row else {}
    return GoldItem.of_row({"id": row["id"], "title": None, "text": text, **answer, "source": SAMPLES, **shows})


def stock_samples(engine: Engine) -> None:
    """Have the gold texts that ship in their set: those that never were in it are added, those that nobody has touched since take
    the form of this release. What a person changed or removed stays as it is.
    """
    newest = GoldListing(engine).newest_changes(SAMPLES)
    missing = [
        item
        for item in sample_items()
        if (change := newest.get(item.id)) is None
        or (change.author == SETUP and change.value_digest not in (None, item.value_digest))
    ]
    if missing:
        GoldSets(engine).add(SAMPLES, missing, author=SETUP, reason="the gold texts that ship")


def open_gold_sets(engine: Engine) -> GoldSets:
    """The gold sets of a store whose tables are brought up to date, with the one that ships."""
    schema.migrate(engine)
    stock_samples(engine)
    return GoldSets(engine)
