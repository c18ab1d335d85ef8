"""The marks of one parsed job description, field by field, against its line of gold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.contracts import Ctc, ParsedJD
from pipeline.parse_evaluation.names import match_names, same_name, same_title
from pipeline.parse_evaluation.passages import DutyMarks, duty_marks
from pipeline.parse_evaluation.values import lowest_level, place_names

FIELDS = (
    "title",
    "company",
    "experience",
    "education_required",
    "education_preferred",
    "locations",
    "work_mode",
    "ctc",
    "certifications",
    "urls",
    "responsibilities",
)
"""The fields of the macro figure."""
EXTRA_FIELDS = ("industry", "jd_type")
"""The fields beside it."""

_PERIODS = {"annual": "year", "annually": "year", "monthly": "month", "daily": "day", "hourly": "hour"}


@dataclass(frozen=True)
class Mark:
    """The mark of one field. Where the text gives no value, it is 1 for a field left empty."""

    is_present: bool
    """Whether the text gives a value."""
    value: float
    """From 0 to 1."""
    gold: Any
    found: Any


@dataclass(frozen=True)
class MarkedParse:
    """The marks of one job description by field."""

    jd_id: str
    marks: Mapping[str, Mark]
    duties: DutyMarks


def mark_parse(jd_id: str, text: str, gold: Mapping[str, Any], parsed: ParsedJD) -> MarkedParse:
    """Mark every field of a parse. Raises ``ValueError`` for a passage of the gold that the text lacks."""
    also: Mapping[str, Sequence[Any]] = gold["also"]

    def exact(
        field: str, wanted: Any, found: Any, same: Callable[[Any, Any], bool] = lambda a, b: bool(a == b)
    ) -> Mark:
        accepted = [wanted, *also.get(field, [])]
        right = any(found is None if a is None else found is not None and same(a, found) for a in accepted)
        return Mark(wanted is not None, float(right), wanted, found)

    duties = duty_marks(text, gold, parsed.roles_and_responsibilities)
    industry = parsed.domain.primary.domain if parsed.domain and parsed.domain.primary else None
    urls = exact("urls", gold["urls"], len(parsed.urls))
    marks = {
        "title": exact("title", gold["title"], parsed.role, same_title),
        "company": exact("company", gold["company"], parsed.company_name, same_name),
        "experience": exact("experience", _years(gold["experience_min"], gold["experience_max"]), _years_of(parsed)),
        "education_required": exact(
            "education_required", gold["education_required"], lowest_level(parsed.education, True)
        ),
        "education_preferred": exact(
            "education_preferred", gold["education_preferred"], lowest_level(parsed.education, False)
        ),
        "locations": _names("locations", gold["locations"], also, place_names(parsed.job_locations)),
        "work_mode": _work_mode(gold["work_mode"], also.get("work_mode", []), parsed),
        "ctc": exact("ctc", _pay_of_gold(gold["ctc"]), _pay(parsed.ctc)),
        "certifications": _certificates(gold["certifications"], also, parsed),
        "urls": Mark(gold["urls"] > 0, urls.value, urls.gold, urls.found),
        "responsibilities": _duties(gold["responsibilities"], duties, parsed),
        "industry": exact("industry", gold["industry"], industry),
        "jd_type": exact("jd_type", gold["jd_type"], parsed.JD_type),
    }
    return MarkedParse(jd_id, marks, duties)


def _names(
    field: str, gold: Sequence[Sequence[str]], also: Mapping[str, Sequence[Any]], found: Sequence[Sequence[str]]
) -> Mark:
    match = match_names(gold, also.get(field, []), found)
    return Mark(bool(gold), match.f1 if gold else float(not match.counted), gold, found)


def _certificates(gold: Sequence[str], also: Mapping[str, Sequence[Any]], parsed: ParsedJD) -> Mark:
    mark = _names("certifications", [[name] for name in gold], also, [[name] for name in parsed.certifications])
    return replace(mark, gold=gold, found=parsed.certifications)


def _work_mode(gold: str | None, also: Sequence[str | None], parsed: ParsedJD) -> Mark:
    modes = sorted({p.work_mode for p in parsed.job_locations if p.work_mode})
    accepted = {gold, *also}
    right = set(modes) <= accepted if modes else None in accepted
    return Mark(gold is not None, float(right), gold, modes)


def _duties(gold: Any, duties: DutyMarks, parsed: ParsedJD) -> Mark:
    headings = [block.heading for block in parsed.roles_and_responsibilities]
    found = (
        f"precision {duties.precision:.2f} (strict {duties.strict_precision:.2f}) recall {duties.recall:.2f} "
        f"noise {duties.noise:.2f}, blocks {headings}"
    )
    return Mark(gold is not None, 1 - duties.noise if gold is None else duties.f1, gold, found)


def _years(low: float | None, high: float | None) -> list[float | None] | None:
    return None if low is None and high is None else [low, high]


def _years_of(parsed: ParsedJD) -> list[float | None] | None:
    return _years(parsed.experience.min, parsed.experience.max) if parsed.experience else None


def _pay(ctc: Ctc | None) -> dict[str, Any] | None:
    return _pay_of_gold(ctc.model_dump(mode="json")) if ctc else None


def _pay_of_gold(ctc: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The parts of a pay that are marked; null where it has no amount."""
    if not ctc or (ctc["min"] is None and ctc["max"] is None):
        return None
    return {
        "currency": ctc["currency"],
        "min": ctc["min"],
        "max": ctc["max"],
        "period": _PERIODS.get(ctc["period"], ctc["period"]),
    }
