"""Whether the heading over a list opens wishes or demands, whatever its wording ("Brownie points for", "You may be a good fit if").

The words of the heading decide, by weights learned from headings of many wordings; a known heading speaks for itself.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import exp

from pipeline.learned.fitted import wish_weights
from pipeline.text import JDText
from pipeline.text.headings import heading_kind

MIN_WISH, MAX_DEMAND = 0.6, 0.3
"""Probability from which on a heading opens wishes, and up to which it opens demands."""
MIN_STEM = 5
"""Letters by which two words of headings are the same but for their endings."""
JUDGED_KINDS = frozenset({"requirements", "preferred", "about_role", "body"})
"""Kinds of passages that may be wishes or demands."""


def stems(heading: str) -> frozenset[str]:
    """Return the beginnings of the words of a heading, those of its pairs of words among them."""
    words = [w[:MIN_STEM] for w in re.findall(r"[a-z]+(?:'[a-z]+)?", heading.lower().replace("’", "'"))]
    return frozenset(words) | {f"{a} {b}" for a, b in zip(words, words[1:], strict=False)}


@lru_cache(1024)
def wish_probability(heading: str) -> float:
    """Return the probability that a heading opens wishes."""
    fitted = wish_weights()
    return 1.0 / (1.0 + exp(-fitted.bias - sum(fitted.weights.get(stem, 0.0) for stem in stems(heading))))


def lead_kind(jd: JDText, position: int, kind: str) -> str:
    """Return the kind of the passage at a position, by the words of the line that opens its list; ``kind`` is what the model says."""
    lead = jd.lead_over(position) if kind in JUDGED_KINDS else None
    if lead is None or heading_kind(lead, whole=True):
        return kind
    probability = wish_probability(lead)
    if probability >= MIN_WISH:
        return "preferred"
    return "requirements" if kind == "preferred" and probability <= MAX_DEMAND else kind
