"""Whether a sentence by itself reads like a duty."""

from __future__ import annotations

import numpy as np

from pipeline.learned.structure.features import features_of
from pipeline.learned.structure.kinds import KINDS
from pipeline.learned.structure.model import structure_model
from pipeline.learned.structure.units import TextUnit


def duty_share(text: str) -> float:
    """Return how probably (0..1) a bullet of this text amid alike ones is a duty, by the words that the structure model knows."""
    bullets = [TextUnit(0, len(text), text, line, opens_line=True, bullet=True) for line in range(3)]
    scores = structure_model().scores(features_of(bullets))[1]
    shares = np.exp(scores - scores.max())
    return float(shares[KINDS.index("responsibilities")] / shares.sum())
