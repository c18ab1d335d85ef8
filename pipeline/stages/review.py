"""Whether a reviewer must see an answer before it is taken: by the confidence that the catalog sets for that, if it sets one.

The answer itself is not touched: a run below that confidence keeps its role.
"""

from __future__ import annotations

from pipeline.catalog.value import Catalog
from pipeline.contracts import Decision


def answer_confidence(decision: Decision) -> float:
    """Return the probability that an answer is right: that of the chosen role, or of a decision for none how sure that is."""
    if decision.chosen_role is not None:
        return decision.confidence
    return decision.none_probability or 0.0


def with_review(decision: Decision, catalog: Catalog) -> Decision:
    """Return the decision with whether a reviewer must see it, and why; null where the catalog does not set it.

    A rejected text has no answer that could be taken: nobody is asked to review it.
    """
    least = catalog.review_confidence
    if least is None or decision.case == "rejected":
        return decision
    confidence = answer_confidence(decision)
    if confidence >= least:
        return decision.model_copy(update={"needs_review": False})
    answer = decision.chosen_role.display_name if decision.chosen_role else "that no role fits"
    reason = f"{answer} has {confidence:.2f}, and the catalog takes an answer without a reviewer from {least:g} on"
    return decision.model_copy(update={"needs_review": True, "review_reason": reason})
