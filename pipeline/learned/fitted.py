"""Fitted numbers: the current file of each name in ``weights``, and its content, checked and typed.

A file of fitted numbers is JSON with the numbers and where they come from; ``python -m pipeline fit NAME`` writes one. A
new file gets a name with its date and becomes current here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import WeightsError
from pipeline.learned.sign_weights import DemandWeights as DemandWeights
from pipeline.learned.sign_weights import Direction as Direction
from pipeline.learned.sign_weights import NatureNumbers as NatureNumbers
from pipeline.learned.sign_weights import NatureOfWorkSigns as NatureOfWorkSigns
from pipeline.learned.sign_weights import Numbers, OwnerSigns, TermSigns
from pipeline.learned.sign_weights import OrchestratorWeights as OrchestratorWeights
from pipeline.learned.sign_weights import SenseWeights as SenseWeights
from pipeline.learned.sign_weights import UnknownWeights as UnknownWeights
from pipeline.learned.sign_weights import WishWeights as WishWeights

FOLDER = Path(__file__).with_name("weights")
CURRENT: Mapping[str, str] = {
    "sense": "sense-2026-11-26.json",
    "wishes": "wishes-2026-11-26.json",
    "demand": "demand-2026-11-26.json",
    "links": "links-2026-11-21.json",
    "owners": "owners-2026-11-21.json",
    "nearest": "nearest-2026-11-26.json",
    "titles": "titles-2026-11-26.json",
    "nearness": "nearness-2026-11-26.safetensors",
    "decision": "decision-2026-11-26.json",
    "field": "field-2026-11-26.json",
    "terms": "terms-2026-11-26.json",
    "trades": "trades-2026-11-26.json",
    "capture": "capture-2026-11-26.json",
    "dimension": "dimension-2026-11-26.json",
    "nature": "nature-2026-11-26.json",
    "unknown": "unknown-2026-11-26.json",
    "orchestrator": "orchestrator-2026-11-26.json",
    "knowledge": "knowledge-2026-11-26.safetensors",
    "tagger": "tagger-2026-11-21.safetensors",
    "structure": "structure-2026-11-26.safetensors",
}
"""The file that is used, by the name that ``fit`` takes."""


class LinkSigns(Numbers):
    """Log odds that each sign of ``audit.links`` adds to a link's being wrong."""

    nearest: float
    near: float
    near_gap: float
    near_rank: float
    rationale: float
    either_rank: float
    beside: float
    roles_beside: float
    category: float
    category_of_members: float
    members_beside: float
    size: float
    text: float
    words: float
    words_gap: float
    name: float
    shared_words: float
    shared_words_gap: float
    rationale_words: float


class LinkWeights(Numbers):
    """The logistic model of whether a link of a skill and a dimension is wrong."""

    bias: float
    weights: LinkSigns
    fitted_share: float = Field(gt=0, lt=1)
    """The share of wrong links in the catalogs that the model was fitted on."""


class OwnerWeights(Numbers):
    """The logistic model of whether an alias belongs to another skill."""

    bias: float
    weights: OwnerSigns
    fitted_share: float = Field(gt=0, lt=1)
    """The share of moved aliases in the catalogs that the model was fitted on."""


class NearestWeights(Numbers):
    """Weights of a candidate's score for a term, and the logistic model of the best score and its lead."""

    letters: float
    """Weight of the similarity of letters, 0..1."""
    form: float
    """Weight of the nearness to the skill's nearest form."""
    name: float
    """Weight of the nearness to the skill's name."""
    sentence: float
    """Weight of the cosine of the term's sentence with the skill's name."""
    coverage: float
    """Weight of the share of words that the term and a form have in common."""
    lead: float
    """Weight of the lead over the next candidate beside the score."""
    slope: float
    intercept: float


class TitleWeights(Numbers):
    """Weights of the features of a role's titles (``title_signal.title_features``) and the offset of the score."""

    nearest: float
    few: float
    some: float
    middle: float
    alike: float
    few_alike: float
    likelihood: float
    many: float
    offset: float

    @property
    def of_features(self) -> tuple[float, ...]:
        """The weights in the order of the features."""
        by_meaning = (self.nearest, self.few, self.some, self.middle)
        return (*by_meaning, self.alike, self.few_alike, self.likelihood, self.many)


class SignalWeights(Numbers):
    """Log odds of a role for a unit of evidence of each signal."""

    alias: float
    title: float
    skill: float
    kra: float
    centroid: float
    family: float


class DecisionWeights(Numbers):
    """Weights of the signals in the choice of a role, and slope and intercept of the confidence."""

    evidence_weights: SignalWeights
    calibration: tuple[float, float]
    field: float
    """Log odds of the confidence for a unit of the log odds that any role fits (``stages.field``)."""


class FieldSigns(Numbers):
    """Log odds that each sign of ``stages.field`` adds to a text's being of the catalog's field."""

    technologies: float
    skill: float
    alias: float
    alias_kra: float
    alias_skill: float
    generic: float
    untitled: float
    duty: float


class FieldWeights(Numbers):
    """The logistic model of whether any role of the catalog fits a text."""

    bias: float
    weights: FieldSigns


class TradeNumbers(Numbers):
    """What parts computing from other trades: a direction of duties, the technologies of both."""

    duties: Direction
    technologies: dict[str, float]
    """How much more often occupations of computing use a technology (log to base 10), by its skill's slug."""
    generic_words: tuple[str, ...]
    """Words of titles, folded, that titles of many kinds of work share."""


class KraSigns(Numbers):
    """Log odds that each sign of ``stages.kra_signs`` adds to a duty's being taken as a KRA."""

    own: float
    other: float
    nearer_roles: float
    technologies: float
    practices: float
    short: float
    long: float
    pointing: float
    auxiliary: float
    subject: float
    figure: float
    names: float
    everyday: float
    meaning: float


class CaptureWeights(Numbers):
    """The logistic model of whether a curator takes a duty as a KRA, and from which probability on it is captured."""

    bias: float
    weights: KraSigns
    direction: list[float]
    """Of the vectors of sentences that are accepted, (width,): the cosine with it, times its length, is the sign ``meaning``."""
    min_probability: float = Field(ge=0, le=1)


class DimensionSigns(Numbers):
    """Log odds that each sign of ``catalog.best_dimension`` adds to a dimension's being the best of a skill."""

    company: float
    rationale: float
    name: float
    size: float


class DimensionWeights(Numbers):
    """The conditional logit of which dimension suits a skill best."""

    weights: DimensionSigns


class TermWeights(Numbers):
    """The logistic model of whether a term that the catalog lacks is a skill, and its threshold (a probability)."""

    bias: float
    weights: TermSigns
    min_probability: float = Field(ge=0, le=1)
    """From which on a term is proposed."""


Figures = dict[str, int | float | str]
"""Measurements by name."""

N = TypeVar("N", bound=Numbers)


class FittedFile(BaseModel, Generic[N]):
    """A file of fitted numbers and where they come from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """The name that ``fit`` takes."""
    date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    fitted_on: str
    """The data, in words."""
    figures: Figures
    """Measurements with these numbers at that date."""
    command: str
    """The command that makes the file."""
    note: str = ""
    """The origin of the numbers where it is not that command."""
    numbers: N


KINDS: Mapping[str, type[Numbers]] = {
    "sense": SenseWeights,
    "wishes": WishWeights,
    "demand": DemandWeights,
    "links": LinkWeights,
    "owners": OwnerWeights,
    "nearest": NearestWeights,
    "titles": TitleWeights,
    "decision": DecisionWeights,
    "field": FieldWeights,
    "terms": TermWeights,
    "trades": TradeNumbers,
    "capture": CaptureWeights,
    "dimension": DimensionWeights,
    "nature": NatureNumbers,
    "unknown": UnknownWeights,
    "orchestrator": OrchestratorWeights,
}
"""The type of the numbers, by the name that ``fit`` takes."""


def current_file(name: str) -> Path:
    """Return the file that is used for a name of ``CURRENT``."""
    return FOLDER / CURRENT[name]


def read_fitted(path: Path, kind: type[N]) -> FittedFile[N]:
    """Return a file's content. Raises ``WeightsError`` that names the file and each key that is missing or wrong."""
    try:
        return FittedFile[kind].model_validate_json(path.read_bytes())  # type: ignore[valid-type]
    except OSError as error:
        raise WeightsError(f"{path.name} cannot be read: {error.strerror}") from None
    except ValidationError as error:
        problems = [f"  {'.'.join(map(str, e['loc'])) or 'the file'}: {e['msg']}" for e in error.errors()]
        raise WeightsError(f"{path.name} is no file of fitted numbers:\n" + "\n".join(problems)) from None


def to_json(file: FittedFile[N]) -> str:
    """Return the text of a file: JSON that ``read_fitted`` reads."""
    return json.dumps(file.model_dump(mode="json"), indent=2) + "\n"


@cache
def sense_weights() -> SenseWeights:
    """Return the current numbers of ``stages.skills.senses``. Raises ``WeightsError``."""
    return read_fitted(current_file("sense"), SenseWeights).numbers


@cache
def wish_weights() -> WishWeights:
    """Return the current numbers of ``stages.skills.wishes``. Raises ``WeightsError``."""
    return read_fitted(current_file("wishes"), WishWeights).numbers


@cache
def demand_weights() -> DemandWeights:
    """Return the current numbers of ``stages.demand``. Raises ``WeightsError``."""
    return read_fitted(current_file("demand"), DemandWeights).numbers


@cache
def link_weights() -> LinkWeights:
    """Return the current numbers of ``audit.links``. Raises ``WeightsError``."""
    return read_fitted(current_file("links"), LinkWeights).numbers


@cache
def owner_weights() -> OwnerWeights:
    """Return the current numbers of ``audit.owners``. Raises ``WeightsError``."""
    return read_fitted(current_file("owners"), OwnerWeights).numbers


@cache
def nearest_weights() -> NearestWeights:
    """Return the current numbers of ``catalog.nearest``. Raises ``WeightsError``."""
    return read_fitted(current_file("nearest"), NearestWeights).numbers


@cache
def title_weights() -> TitleWeights:
    """Return the current numbers of ``stages.title_signal``. Raises ``WeightsError``."""
    return read_fitted(current_file("titles"), TitleWeights).numbers


@cache
def decision_weights() -> DecisionWeights:
    """Return the current defaults of ``Config``. Raises ``WeightsError``."""
    return read_fitted(current_file("decision"), DecisionWeights).numbers


@cache
def field_weights() -> FieldWeights:
    """Return the current numbers of ``stages.field``. Raises ``WeightsError``."""
    return read_fitted(current_file("field"), FieldWeights).numbers


@cache
def trade_numbers() -> TradeNumbers:
    """Return the current numbers of ``stages.trades``. Raises ``WeightsError``."""
    return read_fitted(current_file("trades"), TradeNumbers).numbers


@cache
def capture_weights() -> CaptureWeights:
    """Return the current numbers of ``stages.kra_signs``. Raises ``WeightsError``."""
    return read_fitted(current_file("capture"), CaptureWeights).numbers


@cache
def dimension_weights() -> DimensionWeights:
    """Return the current numbers of ``catalog.best_dimension``. Raises ``WeightsError``."""
    return read_fitted(current_file("dimension"), DimensionWeights).numbers


@cache
def nature_numbers() -> NatureNumbers:
    """Return the current numbers of ``stages.enrichment.nature``. Raises ``WeightsError``."""
    return read_fitted(current_file("nature"), NatureNumbers).numbers


@cache
def unknown_weights() -> UnknownWeights:
    """Return the current numbers of ``stages.unknown_signs``. Raises ``WeightsError``."""
    return read_fitted(current_file("unknown"), UnknownWeights).numbers


@cache
def orchestrator_weights() -> OrchestratorWeights:
    """Return the current numbers of ``stages.unknown_facts`` and ``stages.unknown_relations``. Raises ``WeightsError``."""
    return read_fitted(current_file("orchestrator"), OrchestratorWeights).numbers


@cache
def term_weights() -> TermWeights:
    """Return the current numbers of ``stages.skills.term_signs``. Raises ``WeightsError``."""
    return read_fitted(current_file("terms"), TermWeights).numbers
