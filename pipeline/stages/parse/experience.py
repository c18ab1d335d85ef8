"""Years of experience that a job description demands: the span of years in it that is most likely asked of the candidate.

``years.py`` finds the spans of time. Whose years they are is decided here, by signs that each weigh something; among several
demands the required one goes before the preferred one, the overall one before that for a single skill.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from pipeline.contracts import Experience, TextSpan
from pipeline.stages.parse.clause import words_before, words_behind
from pipeline.stages.parse.years import Years, find_years
from pipeline.text import JDText

MAX_SPANS = 300
"""Spans of time of a text that are judged."""
MIN_WEIGHT = 3
"""The weight from which years are a demand."""
MAX_QUOTATION = 80
"""A text of at most so many code points is a quotation of a demand."""
MAX_BEFORE, MAX_BEHIND = 120, 160
"""Code points before and behind a span that say whose years it is."""

_EXPERIENCE = re.compile(r"\b(?:experiences?|exp|expertise|background|yoe|seniority)\b|hands[- ]on|track\srecord", re.I)
_WORK_BEHIND = re.compile(
    r"['’*]?s?['’]?\)?\s{0,2}[,:-]?\s?(?:(?:of|in|as|with|using|on|within|at|inside|doing|worth)\b|(?!running|during|following|including|ending)[a-z]{3,14}ing\b)",
    re.I,
)
_WORKED = re.compile(
    r"\b(?:you(?:'ve|’ve)?|who|has|have|having)\s(?:\w{2,10}\s){0,2}?(?:work|cod|programm|develop|us|buil|lead|led|manag|r[ua]n|writ|design|deliver|serv|practi[cs]|"
    r"teach|taught|sell|sold|maintain|administ|test)\w{0,6}\b",
    re.I,
)
_LEAST = r"(?:(?:min(?:imum)?|at\sleast|over|of)\b[\s.]{0,2}){0,3}"
_LABEL = re.compile(
    rf"(?:experience|\bexp)\b[^:：\d]{{0,32}}[:：][\s*_]{{0,4}}{_LEAST}$"
    rf"|^\W{{0,6}}(?:[\w/]{{1,14}}\s){{0,3}}(?:experience|exp)\b\.?[^\w\n]{{0,6}}(?:required|needed|range|level)?[^\w\n]{{0,6}}{_LEAST}$",
    re.I,
)
"""A label right before the years: with a colon, or at the start of its line."""
_AT_LEAST = re.compile(
    r"(?:least|minimum(?:\sof)?|min\.?|more\sthan|over|above|exceeding|[≥>]|requires?|preferably|ideally|between|from|around|about)\s{0,2}(?:an?\s)?$",
    re.I,
)
_LEAD_IN = re.compile(
    r"(?:[^\w\n]|\d{1,2}[.)]|minimum|min|of|at|least|with|and|plus|over|more|than|you|have|has|bring|must|possess|requires?|required|need|around|about|"
    r"preferably|ideally|typically|total|up|to|between|an?|around|approximately|\s){0,8}$",
    re.I,
)
_OF_SOMETHING_ELSE = re.compile(
    r"['’*]?s?['’]?[\s-]{0,2}(?:of\s)?(?:full[- ]time\s|part[- ]time\s|accredited\s|under-?graduate\s|"
    r"fixed[- ]term\s|renewable\s|rolling\s|initial\s|long\s|paid\s){0,2}"
    r"(?:old\b|ago\b|age\b|aged\b|running\b|in\sa\srow|from\snow|history|heritage|tradition|anniversary|tenure|service\b|colleges?\b|university|degree|diploma|"
    r"bachelor|master|education|stud(?:y|ies)|school|course(?!s\s(?:taught))|program(?:me)?\b(?!\s(?:management|manager))|apprenticeship|contract|term\b|fixed|"
    r"assignment|engagement|project\b(?!\s(?:manage|lead|deliver))|lease|warranty|roadmap|vision|plan\b|visa|permit|commitment|extension|in\sbusiness|"
    r"of\s(?:growth|success|excellence|innovation|leadership)\b|start-?up|vesting|cliff|retention|limitation|guarantee|and\sabove\sare)",
    re.I,
)
_AFTER_SOMETHING_ELSE = re.compile(
    r"(?:\b(?:last|past|next|first|previous|prior|within|every|each|coming|recent|founded|established|celebrat(?:es|ed|ing)|aged?|ages|course\sof(?:\sthe)?|during(?:\sthe)?|"
    r"duration|term|length|valid\sfor|contract(?:\s(?:for|of))?|project\sof|vest(?:s|ing)?\sover|renewed\severy|in\sbusiness\sfor|older\sthan)|^\W{0,3}(?:for|after|since)|"
    r"(?:contract|agreement|assignment|engagement|warranty|lease|licen[cs]e|passport|visa|permit|options|shares|stock|product|platform|system|machines?)\s"
    r"(?:\w{1,10}\s){0,3}(?:for|over|within|after|to|is|of|lasts|runs))"
    r"\s{0,2}[:–-]?\s{0,2}(?:the\s)?(?:(?:over|more\sthan|nearly|almost|about|around|past|last|next|approximately|up\sto|of|well\sover)\s){0,3}(?:the\s)?(?:past\s|last\s|next\s)?$",
    re.I,
)
_EMPLOYER = re.compile(
    r"\b(?:we|our|us|its|we've|company|firm|founders?|brand|family|client\shas|(?<!you\s)(?<!who\s)ha(?:s|ve)\sbeen|since)\b",
    re.I,
)
_CANDIDATE = re.compile(
    r"\b(?:you|your|you'll|candidates?|applicants?|look(?:ing)?|seek(?:s|ing)?|needs?|requires?|required|requirements?|must|hir(?:e|ing)|wants?|expect(?:s|ed)?|someone|ideal|qualif\w{0,9}|"
    r"minimum|least|who|asks?|prefer\w{0,5}|background|person|professional|engineer|developer|experience)\b",
    re.I,
)
_OPENING = re.compile(
    r"^\W{0,4}(?:with|having|after|backed\sby|thanks\sto|(?:draw|build|tapp|trad|bring)ing\s(?:up)?on?|boasting|leveraging|combining)\b[^,]{0,40}$",
    re.I,
)
_OTHER_SUBJECT = re.compile(
    r",\s(?!(?:you|your|candidates?|applicants?|the\s(?:\w{1,12}\s)?(?:candidate|person|applicant|hire|developer|engineer)|and|or|in|with|including|preferably|"
    r"ideally|of|at|on|as|plus)\b)[\w&.,'’ -]{2,60}?\s(?:is|are|has|have|was|helps?|offers?|provides?|delivers?|"
    r"continues|serves?|brings|combines|remains|supports?|earned|knows|leads|builds|makes)\b"
)
_COMBINED = re.compile(r"\b(?:combined|collective|cumulative|joint)\b|\bbetween\s(?:us|them)\b", re.I)
_PREFERRED = re.compile(
    r"\b(?:prefer(?:red|ably|ence)|ideally|desir(?:ed|able)|(?:is|are|an?|be)\s(?:\w{1,10}\s)?(?:plus|bonus|asset|advantage)\b|nice\sto\shave|optional|welcome|advantageous|not\srequired)\b",
    re.I,
)
_WORD = r"[\w/&,'’-]{1,20}\s"
_OVERALL = re.compile(
    rf"['’*]?s?['’]?\s{{0,2}}(?:{_WORD}){{0,3}}?(?:overall|total|professional|software|relevant|related|commercial|industry|industrial|work|working|it|"
    rf"comparable|progressive|career|equivalent|practical)\b\s{{0,2}}(?:{_WORD}){{0,4}}?(?:exp(?:erience)?|development|engineering|background)\b"
    r"|['’*]?s?['’]?\s{0,2}(?:of\s)?exp(?:erience)?\b\s{0,2}(?:[^\w\s]|required|needed|is\b|$)"
    rf"|\s(?:of\s(?:{_WORD}){{0,2}}experience\s)?(?:in|as)\s(?:an?|the|this)\s(?:{_WORD}){{0,4}}?(?:role|position|capacity)\b"
    r"|\s(?:of\s(?:work\s|working\s)?experience\s)?as\san?\b",
    re.I,
)
"""Words behind years that say that they are those of the work as a whole, not of one skill."""
_INSTEAD = re.compile(
    r"\b(?:in\slieu|instead\sof|without\s(?:an?\s)?(?:degree|diploma)|no\sdegree|high\sschool|equivalent\sto|count\s(?:for|as))\b",
    re.I,
)
_WEIGHT_OF_KIND = {
    "requirements": 1,
    "preferred": 1,
    "about_company": -3,
    "benefits": -4,
    "legal": -3,
    "apply": -1,
    "similar_jobs": -6,
    "chrome": -3,
}


@dataclass(frozen=True)
class _Demand:
    """Years with how likely they are asked of the candidate."""

    years: Years
    weight: int
    is_required: bool
    is_labelled: bool
    is_overall: bool
    behind: str

    @property
    def rank(self) -> tuple[bool, bool, bool, int]:
        """What decides between several demands: of those for single skills the longest counts, of others the first."""
        single = not (self.is_labelled or self.is_overall)
        return self.is_required, self.is_labelled, self.is_overall, self.years.low if single else 0


def experience(jd: JDText) -> Experience | None:
    """Return the years that are demanded: required before preferred, labelled before overall before those for one skill."""
    spans = sorted(islice(find_years(jd.view), MAX_SPANS), key=lambda span: span.start)
    demands = [demand for span in spans if (demand := _judge(jd, span)) and demand.weight >= MIN_WEIGHT]
    best = max(demands, key=lambda demand: demand.rank, default=None)
    return _wire(jd, best) if best else None


def _judge(jd: JDText, years: Years) -> _Demand | None:
    """The demand that a span of years is, weighed; null where it is clearly something else."""
    view = jd.view
    before, behind = words_before(view, years.start, MAX_BEFORE), words_behind(view, years.end, MAX_BEHIND)
    if not years.is_labelled and (_is_of_something_else(before, behind) or _is_the_employer_s(before, behind)):
        return None
    kind = jd.kind_at(years.start)
    labelled = years.is_labelled or _LABEL.search(before) is not None
    weight = (4 if labelled else 0) + (2 if len(view) <= MAX_QUOTATION else 0)
    weight += 3 if years.unit.replace(".", "") == "yoe" else 0
    weight += _weight_of_words(years, before, behind) + _WEIGHT_OF_KIND.get(kind, 0)
    preferred = kind == "preferred" or _is_preferred(before, behind)
    overall = _OVERALL.match(behind) is not None and not _INSTEAD.search(before[-60:] + behind)
    return _Demand(years, weight, not preferred, labelled, overall, behind)


def _is_of_something_else(before: str, behind: str) -> bool:
    """Whether the years are those of an age, a contract, a degree, a stretch of the calendar."""
    return _OF_SOMETHING_ELSE.match(behind) is not None or _AFTER_SOMETHING_ELSE.search(before) is not None


def _is_the_employer_s(before: str, behind: str) -> bool:
    """Whether the sentence tells of the employer's years, not of the candidate's."""
    if _COMBINED.search(before[-40:] + behind[:60]):
        return True
    if _OPENING.search(before) and _OTHER_SUBJECT.search(behind):
        return True
    return _last(_EMPLOYER, before) > _last(_CANDIDATE, before)


def _last(pattern: re.Pattern[str], words: str) -> int:
    """Where the last of the words of a pattern ends; -1 without any."""
    return max((m.end() for m in pattern.finditer(words)), default=-1)


def _weight_of_words(years: Years, before: str, behind: str) -> int:
    """By the words around: of experience or work, at least so many, at the start of its line."""
    months_or_one = years.unit.startswith("mo") or (years.low == 1 and years.high is None and not years.has_plus)
    weight = 3 if _EXPERIENCE.search(behind[:110]) or _EXPERIENCE.search(before[-60:]) else 0
    weight += 3 if _WORKED.search(before) else 0
    weight += 1 if before.rstrip().endswith("(") and behind.lstrip().startswith(")") else 0
    weight += 2 if _WORK_BEHIND.match(behind) else 0
    weight += 1 if years.has_plus or _AT_LEAST.search(before) else 0
    weight += 1 if years.high is not None else 0
    weight += 1 if _LEAD_IN.fullmatch(before[-40:]) else 0
    weight += 1 if not before.strip(" *_-–•·") and not behind.strip(" *_-)") else 0
    weight += 2 if re.match(r"\s?\((?:required|preferred)\)", behind, re.I) else 0
    return weight - 2 if months_or_one else weight


def _is_preferred(before: str, behind: str) -> bool:
    """Whether the clause of the years says that they are welcome rather than required."""
    return _PREFERRED.search(behind.split(",")[0]) is not None or _PREFERRED.search(before[-40:]) is not None


def _wire(jd: JDText, demand: _Demand) -> Experience:
    years = demand.years
    end = years.end if demand.is_labelled else years.end + len(demand.behind)
    words = jd.view[years.start : end].rstrip(" ,:-–*_")
    first, last = jd.raw_span(years.start, years.start + len(words))
    return Experience(
        max=years.high,
        min=years.low,
        raw=" ".join(words.split()),
        source=TextSpan(start=first, end=last),
    )
