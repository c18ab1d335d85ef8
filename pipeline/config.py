"""What a run may be told: every threshold of the decision, and which engine answers. A run stores its config."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class Config(BaseModel):
    """The knobs of a run; equal configs on equal catalogs give byte-identical runs."""

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
    """What the calls of one run may cost."""
    call_timeout_s: float = 30.0
    call_attempts: int = 3
    judgement_deadline_s: float = 75.0
    """All attempts of one judgement together."""
    calls_at_once: int = 4
    hide_title: bool = False
    """Leave the title field aside and judge by the text alone."""

    listed_roles: int = 5
    """How many roles a signal lists."""
    kra_sentences: int = 3
    """How many of a role's best sentences make its KRA score."""
    hub_correction: float = 0.5
    """Share of a KRA's hubness that is taken off its similarity."""
    kra_context: float = 2.0
    """What a sentence's nearness to the role as a whole counts beside its nearness to one KRA."""
    secondary_weight: float = 0.5
    """What a secondary skill counts beside a primary one in the weighted skill score."""
    skill_prior: float = 1.5
    """Weight of doubt in the weighted skill score: one match of one is not certainty."""

    novel_kra_below: float = 0.62
    """A duty whose best similarity with the role's KRAs is lower is captured as a new KRA."""
    captured_kras: int = 5
    centroid_min_runs: int = 5
    """From how many filed runs on a role's centroid is a signal."""

    evidence_weights: dict[str, float] = {"alias": 2.8, "title": 3.6, "skill": 5.4, "kra": 4.8, "centroid": 2.2, "family": 2.5}
    """Weights of the signals in the joint judgement (log odds a unit of evidence), fitted as a conditional logit on the
    development texts whose titles are aliases of one role, titles hidden."""
    calibration: tuple[float, float] = (7.4, -3.3)
    """Slope and intercept that turn the leading role's share into the probability that it is right."""
    contradiction_margin: float = 0.25
    """How far another role must lead in skills or KRAs to contradict a specific title."""
    no_role_below: float = 0.9
    """Joint evidence under which no role fits."""
    clear_technologies: int = 3
    clear_technologies_despite_title: int = 6
    """So many where the text has a title that no role is near to."""
    clear_joint: float = 6.8
    clear_skill: float = 0.45
    clear_kra: float = 0.5
    clear_title: float = 0.85
    """Without a specific title alias, a role needs one clear sign: so many technologies named, joint evidence, a weighted
    skill score, a KRA score, or a title as near as these. A text with none of them is outside the catalog's field."""

    @classmethod
    def stored(cls, values: Mapping[str, Any]) -> Config:
        """The config of a stored run as far as this version knows its keys."""
        return cls.model_validate({k: v for k, v in values.items() if k in cls.model_fields})

    @classmethod
    def again(cls, values: Mapping[str, Any]) -> Config:
        """What a person chose in a stored run, with the thresholds of today."""
        chosen = ("engine", "hide_title", "models", "budget_usd")
        return cls.model_validate({k: values[k] for k in chosen if k in values})
