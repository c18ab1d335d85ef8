"""A table of random skills with their facts, for reading: ``python -m tests.seeds.facts [--n 100] [--seed 1]``."""

from __future__ import annotations

import argparse
import random

from pipeline.catalog.folder import read_folder
from tests.conftest import ROOT


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=100, help="how many skills")
    parser.add_argument("--seed", type=int, default=1, help="which draw; another seed shows other skills")
    args = parser.parse_args()
    catalog = read_folder(ROOT / "seeds" / "catalog").catalog
    for s in random.Random(args.seed).sample(catalog.skills, args.n):
        dimensions = ", ".join(d.display_name for d in catalog.dimensions_of_skill[s.slug])
        aliases = ", ".join(a.alias_text for a in catalog.aliases_of_skill.get(s.slug, ()) if not a.is_primary)
        facts = (
            s.skill_nature,
            s.sub_category,
            s.vendor,
            s.license,
            s.year_introduced,
            s.volatility,
            s.typical_lifespan,
        )
        print(f"{s.display_name} | {' | '.join(str(f or '-') for f in facts)}")
        print(f"    in {dimensions}; aliases {aliases or '-'}")
        print(f"    {s.maturity_reasoning}")


if __name__ == "__main__":
    main()
