"""The scored aliases of the shipped catalogs, which travel with them: scoring them needs the vectors of 15,000 short texts.

The file is written by ``python -m pipeline.audit.shipping``. What it holds of a catalog is found by a digest of all that it was
scored from, so that a catalog with another row finds nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np

from pipeline.audit.owners import FITTED, SIGNS, Ownership
from pipeline.catalog.indexes import Indexes
from pipeline.catalog.value import Catalog

FILE = Path(__file__).resolve().parents[2] / "seeds" / "owners.safetensors"
VERSION = 1
"""Raised when aliases are scored otherwise from the same rows."""


def shipped_ownership(indexes: Indexes, file: Path = FILE) -> Ownership | None:
    """The scored aliases of a catalog that ships; null for any other catalog or model."""
    tensors = _read(file)
    if not tensors:
        return None
    name = digest(indexes.catalog, indexes.encoder.name)
    if f"{name}.rows" not in tensors:
        return None
    rows, better, signs, wrong = (tensors[f"{name}.{part}"] for part in ("rows", "better", "signs", "wrong"))
    catalog = indexes.catalog
    return Ownership(
        tuple(catalog.skill_aliases[row] for row in rows.tolist()),
        signs,
        wrong,
        tuple(catalog.skills[row].slug for row in better.tolist()),
    )


def write_ownerships(file: Path, scored: Mapping[str, tuple[Catalog, Ownership]]) -> None:
    """Write the scored aliases of some catalogs, each under its digest."""
    from safetensors.numpy import save_file

    tensors = {}
    for name, (catalog, owners) in scored.items():
        row_of_alias = {(a.skill_slug, a.alias_text): row for row, a in enumerate(catalog.skill_aliases)}
        row_of_skill = {s.slug: row for row, s in enumerate(catalog.skills)}
        rows = [row_of_alias[a.skill_slug, a.alias_text] for a in owners.aliases]
        tensors[f"{name}.rows"] = np.array(rows, np.int32)
        tensors[f"{name}.better"] = np.array([row_of_skill[slug] for slug in owners.better], np.int32)
        tensors[f"{name}.signs"] = np.ascontiguousarray(owners.signs)
        tensors[f"{name}.wrong"] = owners.wrong
    save_file(tensors, file)


def digest(catalog: Catalog, model: str) -> str:
    """What tells from others all that the aliases of a catalog are scored from, in hexadecimal."""
    aliases = [(a.skill_slug, a.alias_text, a.alias_type, a.is_primary) for a in catalog.skill_aliases]
    skills = [
        (s.slug, s.display_name, s.sub_category, s.context_tags, s.maturity_reasoning, s.vendor) for s in catalog.skills
    ]
    basis = [VERSION, model, SIGNS, FITTED.model_dump_json(), aliases, skills]
    return hashlib.sha256(json.dumps(basis, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()


@cache
def _read(file: Path) -> Mapping[str, np.ndarray]:
    from safetensors.numpy import load_file

    return load_file(file) if file.is_file() else {}
