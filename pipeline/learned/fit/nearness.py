"""``fit nearness``: the changes of vectors by which titles and terms are compared, and the file that holds them.

Titles are grouped by the occupation of O*NET that they are of, terms by the skill of ESCO that they name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from pipeline.catalog.aliases import fold_key
from pipeline.catalog.esco import read_esco
from pipeline.catalog.value import Catalog
from pipeline.errors import InputError
from pipeline.learned.fit.low_rank import GroupedTexts, Schedule, train_low_rank
from pipeline.learned.fit.titles import read_occupations, train_titles
from pipeline.learned.nearness import LowRank, Nearness
from pipeline.vectors import Encoder

TITLES_FILE, TERMS_FILE = "onet_alternate_titles.csv", "esco_skills.csv"
TERM_SCHEDULE = Schedule(steps=400, groups_a_step=500, texts_to_find=3)
Progress = Callable[[str], None]


def train_terms(catalog: Catalog, encoder: Encoder) -> LowRank:
    """Return the change that is learned from the forms of a catalog's skills."""
    pairs = sorted({(a.skill_slug, a.alias_text) for a in catalog.skill_aliases})
    _, groups = np.unique([slug for slug, _ in pairs], return_inverse=True)
    _, wordings = np.unique([fold_key(text) for _, text in pairs], return_inverse=True)
    vectors = encoder.encode([text for _, text in pairs])
    return train_low_rank(GroupedTexts(vectors, groups.astype(np.int64), wordings.astype(np.int64)), TERM_SCHEDULE)


def fit_nearness(folder: Path, encoder: Encoder, out: Path, date: str, progress: Progress) -> None:
    """Train both changes on the files of a folder and write them to ``out``. Raises ``InputError``."""
    for name in (TITLES_FILE, TERMS_FILE):
        if not (folder / name).is_file():
            raise InputError(f"{folder / name}: there is no such file; give the folder that holds it with --data DIR")
    occupations = read_occupations(folder / TITLES_FILE)
    titles = train_titles(occupations, occupations.titles, occupations.names, encoder)
    progress(f"titles: {len(occupations.titles)} of {len(occupations.names)} occupations")
    skills = read_esco(folder / TERMS_FILE)
    terms = train_terms(skills, encoder)
    progress(f"terms: {len(skills.skill_aliases)} of {len(skills.skills)} skills")
    header = {
        "name": "nearness",
        "date": date,
        "encoder": encoder.name,
        "fitted_on": f"titles: {len(occupations.titles)} alternate titles of {len(occupations.names)} occupations of O*NET "
        "(U.S. Department of Labor, Employment and Training Administration, CC BY 4.0); "
        f"terms: {len(skills.skill_aliases)} labels of {len(skills.skills)} skills of ESCO 1.1.1 (European Commission, its terms of reuse)",
        "command": "python -m pipeline fit nearness --out FILE",
    }
    write_nearness(Nearness(titles, terms), out, header)


def write_nearness(nearness: Nearness, out: Path, header: Mapping[str, str]) -> None:
    """Write both changes, in 16 bits."""
    parts = {"titles": nearness.of_titles, "terms": nearness.of_terms}
    tensors = {
        f"{name}.{side}": np.ascontiguousarray(getattr(part, side), np.float16)
        for name, part in parts.items()
        if part is not None
        for side in ("down", "up")
    }
    save_file(tensors, out, dict(header))
