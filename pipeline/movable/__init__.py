"""Which of many held runs a change of the catalog can move, reckoned from what they rest on, without replaying any."""

from pipeline.movable.estimate import Estimate, estimate
from pipeline.movable.texts import Footing, HeldTexts, footing_of

__all__ = ["Estimate", "Footing", "HeldTexts", "estimate", "footing_of"]
