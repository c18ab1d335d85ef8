"""The figures of many marked parses: accuracy where the text gives a value, silence where it gives none, and their mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.parse_evaluation.marks import EXTRA_FIELDS, FIELDS, MarkedParse

GOOD = 0.8
"""Precision and recall of duties that are well found."""


@dataclass(frozen=True)
class FieldFigures:
    """Of one field; a share is null where no text is of its kind."""

    field: str
    n_present: int
    right: float | None
    """Mean mark where the text gives a value."""
    n_absent: int
    wrongly_filled: float | None
    """Share that got a value where the text gives none."""
    score: float | None
    """Mean of ``right`` and 1 - ``wrongly_filled``."""


@dataclass(frozen=True)
class DutyFigures:
    """Of the texts that tell duties."""

    n: int
    recall: float | None
    precision: float | None
    strict_precision: float | None
    n_good: int
    """Texts with a precision and a recall of at least ``GOOD``."""
    n_none: int
    """Texts of whose duties none was found."""


@dataclass(frozen=True)
class ParseSummary:
    """The figures of all texts."""

    n: int
    fields: tuple[FieldFigures, ...]
    duties: DutyFigures
    mean_present: float | None
    """Mean of the fields' accuracy where the text gives a value."""
    macro: float | None
    """Mean of the fields' scores."""
    interval: tuple[float, float] | None
    """The 95 % interval of ``macro``, when the texts are drawn again; null without resamples."""


@dataclass
class ParseScore:
    """Marked parses, in the order of the gold."""

    parses: list[MarkedParse] = field(default_factory=list)

    def summary(self, resamples: Iterable[Sequence[int]] = ()) -> ParseSummary:
        """Return the figures. A resample is a drawing of ``len(parses)`` indexes with replacement (Efron 1979)."""
        fields = tuple(_figures(self.parses, name) for name in FIELDS + EXTRA_FIELDS)
        drawn = sorted(_macro([self.parses[i] for i in sample]) or 0.0 for sample in resamples)
        low, high = int(0.025 * len(drawn)), int(0.975 * len(drawn)) - 1
        return ParseSummary(
            n=len(self.parses),
            fields=fields,
            duties=_duties(self.parses),
            mean_present=_mean(f.right for f in fields if f.field in FIELDS),
            macro=_macro(self.parses),
            interval=(drawn[low], drawn[max(low, high)]) if drawn else None,
        )


def _mean(values: Iterable[float | None]) -> float | None:
    """The mean of the values that there are."""
    present = [value for value in values if value is not None]
    return sum(present) / len(present) if present else None


def _figures(parses: Sequence[MarkedParse], name: str) -> FieldFigures:
    marks = [parse.marks[name] for parse in parses]
    present = [mark.value for mark in marks if mark.is_present]
    absent = [mark.value for mark in marks if not mark.is_present]
    right, empty = _mean(present), _mean(absent)
    wrongly_filled = None if empty is None else 1 - empty
    return FieldFigures(name, len(present), right, len(absent), wrongly_filled, _mean((right, empty)))


def _macro(parses: Sequence[MarkedParse]) -> float | None:
    return _mean(_figures(parses, name).score for name in FIELDS)


def _duties(parses: Sequence[MarkedParse]) -> DutyFigures:
    marks = [parse.duties for parse in parses if parse.marks["responsibilities"].is_present]
    return DutyFigures(
        n=len(marks),
        recall=_mean(m.recall for m in marks),
        precision=_mean(m.precision for m in marks),
        strict_precision=_mean(m.strict_precision for m in marks),
        n_good=sum(min(m.precision, m.recall) >= GOOD for m in marks),
        n_none=sum(m.recall == 0 for m in marks),
    )
