"""The settings of a run: every threshold of the decision, and which engine judges. A run stores its config."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from pipeline.learned.fitted import capture_weights, decision_weights


class TermLock(BaseModel):
    """The dimensions that a curator has fixed for a term, by slug: the term is placed there and nowhere else."""

    model_config = ConfigDict(frozen=True)
    dimensions: tuple[str, ...]
    author: str = ""
    reason: str = ""


class Config(BaseModel):
    """The settings of a run. With the local engine, equal settings on equal catalogs give byte-identical runs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    engine: Literal["local", "openai"] = "local"
    models: dict[str, str] = {
        "parse": "gpt-4.1-nano",
        "skills": "gpt-4.1-mini",
        "role": "gpt-4.1-mini",
        "second_judge": "gpt-4.1",
        "new_skills": "gpt-4.1-mini",
        "nature_of_work": "gpt-4.1-nano",
        "tech_stack_maturity": "gpt-4.1-nano",
    }
    """The model that makes each judgement, with the engine ``openai``."""
    budget_usd: float = 0.05
    """US dollars that the calls of one run may cost."""
    call_timeout_s: float = 30.0
    call_attempts: int = 3
    """How often a call that fails in passing is tried."""
    judgement_deadline_s: float = 75.0
    """Seconds that all attempts of one judgement may take together."""
    calls_at_once: int = 4
    """How many calls of one run may be in flight together."""
    hide_title: bool = False
    """Ignore the title field and judge by the text alone."""
    locks: dict[str, TermLock] = {}
    """By a term's key (``fold_key``), the dimensions that a curator has fixed for it. A stored run keeps those that it took."""

    listed_roles: int = 5
    """How many roles a signal lists."""
    kra_sentences: int = 3
    """How many of a role's best sentences make its KRA score."""
    hub_correction: float = 0.5
    """Share of a KRA's hubness that is taken off its similarity."""
    kra_context: float = 2.0
    """Weight of a sentence's nearness to the role as a whole; its nearness to one KRA weighs 1."""
    secondary_weight: float = 0.5
    """Weight of a secondary skill in the weighted skill score; a primary one weighs 1."""
    skill_prior: float = 1.5
    """Weight added to the mass of the weighted skill score, so that one match of one is not certainty."""

    novel_kra_below: float = 0.62
    """A duty whose best similarity with the role's KRAs is lower is captured as a new KRA."""
    min_kra_probability: float = capture_weights().min_probability
    """Probability that a curator accepts a duty as a KRA, from which on it is captured (``stages.kra_signs``)."""
    captured_kras: int = 50
    """How many new KRAs a run proposes at most: a bound for hostile texts, since real ones have fewer duties."""
    centroid_min_runs: int = 5
    """Runs that must be filed under a role before its centroid is a signal."""

    evidence_weights: dict[str, float] = decision_weights().evidence_weights.model_dump()
    """Weights of the signals in the joint judgement (log odds a unit of evidence)."""
    calibration: tuple[float, float] = decision_weights().calibration
    """Slope and intercept that turn the leading role's certainty into the probability that it is right."""
    field_calibration: float = decision_weights().field
    """Log odds that the log odds that any role fits (``stages.field``) add to that probability, a unit."""
    contradiction_margin: float = 0.25
    """How far another role must lead in skills or KRAs to contradict a specific title."""
    min_field: float = 0.5
    """Probability that some role of the catalog fits, under which none is chosen (``stages.field``)."""

    @classmethod
    def from_stored(cls, values: Mapping[str, Any]) -> Config:
        """The config that a stored run was made with; keys that this version does not have are left out."""
        return cls.model_validate({k: v for k, v in values.items() if k in cls.model_fields})

    @classmethod
    def for_rerun(cls, values: Mapping[str, Any]) -> Config:
        """The config for a new run of a stored run's text: a person's choices in it, the thresholds of this version."""
        chosen = ("engine", "hide_title", "models", "budget_usd")
        return cls.model_validate({k: values[k] for k in chosen if k in values})
