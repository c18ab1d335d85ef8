"""Stage 3a: the skills of a text, each with its evidence, its rank and the catalog skill that it is.

Known skills come from the alias index. Terms that the catalog lacks are taken from enumerations in which known skills
stand, and from tokens that are written as only names of technology are ("DynamoDB", "gRPC").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pipeline.catalog.indexes import Indexes
from pipeline.contracts import Evidence, FinalSkill, wire_score
from pipeline.stages import demand
from pipeline.text import BOILERPLATE_KINDS, JDText, Sentence, duty_sections

T = TypeVar("T")
_HEDGE = re.compile(
    r"\b(?:(?:is|are|would be|be|an?|big|huge|strong|definite|added|great)\s+(?:an?\s+)?(?:plus|bonus|advantage|asset)|nice[- ]to[- ]haves?|"
    r"good[- ]to[- ]have|preferred|preferably|desirable|desired|optional(?:ly)?|advantageous|ideally|bonus points|beneficial|helpful|"
    r"(?:but|though|yet)\s+(?:\w+\s+)?(?:relevant|useful|welcome|valued|appreciated|nice))\b",
    re.I,
)
_CLAUSE = re.compile(r"[.;:!?]|,?\s\b(?:but|however|although|while)\b", re.I)
_NOT_ASKED = re.compile(
    r"\bnot\s+(?:strictly\s+)?(?:be\s+)?(?:a\s+)?(?:required|mandatory|necessary|needed|requirement|essential|expected)\b|"
    r"\bno\s+(?!less|fewer|substitute|matter)(?:\w+\s+){0,3}?(?:experience|knowledge|skills?)\b|\bno need\b|"
    r"\b(?:do not|don't|does not|doesn't|will not|won't|need not|never)\s+(?:need|require|use|have to|expect|work|know|touch)\b",
    re.I,
)
_NOT_THIS = re.compile(r"(?:\bnot|\bno longer|\brather than|\binstead of|\baway from)\s+$", re.I)
_BOILERPLATE = re.compile(
    r"\b(?:equal (?:employment )?opportunity|affirmative action|regardless of|without regard to|sexual orientation|gender identity|"
    r"veteran status|reasonable accommodation|drug[- ]free|background (?:check|investigation)|401\s?\(?k\)?|paid time off|"
    r"dental|health insurance|third[- ]party|recruitment agenc)\b",
    re.I,
)
_EXAMPLE = re.compile(r"\((?:\s*(?:e\.?g\.?|such as|like|for example|i\.?e\.?)[^()]*|[^()]*\bor\b[^()]*)\)", re.I)


@dataclass(frozen=True)
class Mention:
    """One place at which a skill stands in the text."""

    start: int
    end: int
    text: str
    alias: str
    section: str
    hedged: bool


@dataclass(frozen=True)
class FoundSkill:
    """A skill of the text; ``slug`` is null for a term that the catalog lacks."""

    name: str
    slug: str | None
    nature: str | None
    is_primary: bool
    confidence: float
    mentions: tuple[Mention, ...]
    rivals: tuple[str, ...] = ()
    in_context: bool = False
    """Whether what stands near decided what the form means."""

    def wire(self) -> FinalSkill:
        rivals = {"rivals": list(self.rivals)} if self.rivals else {}
        return FinalSkill(
            is_primary=self.is_primary,
            skill_name=self.name,
            slug=self.slug,
            confidence=wire_score(self.confidence),
            skill_nature=self.nature,
            evidence=[
                Evidence(start=m.start, end=m.end, text=m.text, alias=m.alias, section=m.section) for m in self.mentions
            ],
            **rivals,
        )


@dataclass
class _Gathering:
    mentions: list[Mention] = field(default_factory=list)
    rivals: set[str] = field(default_factory=set)
    in_context: bool = False


def boilerplate_from(jd: JDText, sentence: Sentence) -> int | None:
    """Where in the text the employer's standing text begins inside a sentence; null when it speaks of the position.

    Pasted texts run a last bullet and the standing text together, so that a sentence may be both.
    """
    def find() -> int | None:
        if jd.sections[sentence.section].kind in BOILERPLATE_KINDS:
            return sentence.start
        found = _BOILERPLATE.search(jd.view, sentence.start, sentence.end)
        return found.start() if found else None

    return _once(jd, "boilerplate", sentence.start, find)


def _once(jd: JDText, what: str, at: int, find: Callable[[], T]) -> T:
    """What is true of the sentence or clause that starts at a place, found when first asked for."""
    key = what, at
    if key not in jd.told:
        jd.told[key] = find()
    told: T = jd.told[key]
    return told


def is_boilerplate(jd: JDText, sentence: Sentence) -> bool:
    """Whether a sentence is standing text as a whole."""
    start = boilerplate_from(jd, sentence)
    return start is not None and start - sentence.start < 80


def extract_skills(jd: JDText, title: str | None, indexes: Indexes) -> tuple[FoundSkill, ...]:
    """The skills that the text demands, in order of first appearance."""
    catalog = indexes.catalog
    duties = duty_sections(jd)
    gathered: dict[str, _Gathering] = {}
    taken: list[tuple[int, int]] = []
    listed: dict[int, int] = {}
    for hit in indexes.aliases.find(jd.view):
        sentence = jd.sentence_at(hit.start)
        taken.append((hit.start, hit.end))
        soft = catalog.skill[hit.form.skill_slug].skill_nature == "SOFT_SKILL"
        if soft and (sentence is None or sentence.section not in duties):
            continue
        standing_text = boilerplate_from(jd, sentence) if sentence else None
        if standing_text is not None and hit.start >= standing_text:
            continue
        if sentence is not None and _is_negated(jd, sentence, hit.start):
            continue
        mention = Mention(
            hit.start, hit.end, jd.raw[hit.start : hit.end], hit.form.alias_text, *standing(jd, hit.start, sentence)
        )
        skill = gathered.setdefault(hit.form.skill_slug, _Gathering())
        skill.mentions.append(mention)
        skill.rivals.update(hit.rivals)
        skill.in_context |= bool(hit.form.context)
        if sentence is not None and catalog.skill[hit.form.skill_slug].skill_nature not in ("SOFT_SKILL", "DOMAIN"):
            listed[sentence.start] = listed.get(sentence.start, 0) + 1
    in_title = {hit.form.skill_slug for hit in indexes.aliases.find(title)} if title else set()
    unhedged = any(not m.hedged for skill in gathered.values() for m in skill.mentions)
    found = []
    for slug, skill in gathered.items():
        row = catalog.skill[slug]
        primary = row.skill_nature != "SOFT_SKILL" and (
            slug in in_title or not unhedged or any(not m.hedged for m in skill.mentions)
        )
        mentions, rivals = tuple(skill.mentions), tuple(sorted(skill.rivals))
        found.append(FoundSkill(row.display_name, slug, row.skill_nature, primary, 1.0, mentions, rivals, skill.in_context))
    found += _new_terms(jd, taken, listed)
    demanded = _demanded(jd, found, in_title, indexes)
    return tuple(sorted(demanded, key=lambda s: (s.mentions[0].start, s.mentions[0].end)))


def _demanded(jd: JDText, found: list[FoundSkill], in_title: set[str], indexes: Indexes) -> list[FoundSkill]:
    """Those that the text demands rather than mentions, each with the probability of it as its confidence."""
    starts = sorted(m.start for skill in found if skill.nature != "SOFT_SKILL" for m in skill.mentions)
    kept = []
    for skill in found:
        certain = skill.nature == "SOFT_SKILL" or skill.slug in in_title
        likely = demand.probability(
            jd,
            skill.nature,
            [demand.Place(m.start, m.end, m.section) for m in skill.mentions],
            starts,
            reach=indexes.skill_weight.get(skill.slug or "", 0.0),
            is_primary=skill.is_primary,
            in_context=skill.in_context or skill.slug is None,
        )
        if certain or likely >= demand.MINIMUM:
            kept.append(replace(skill, confidence=max(likely, demand.MINIMUM)))
    return kept


def _is_negated(jd: JDText, sentence: Sentence, at: int) -> bool:
    """Whether the clause in which a skill stands says that it is not asked for ("no COBOL needed", "Java, not JavaScript")."""
    view, first, last = jd.view, sentence.start, sentence.end
    if _once(jd, "hedged at all", first, lambda: bool(_HEDGE.search(view, first, last))):
        return False
    edges = _once(jd, "clauses", first, lambda: [m.start() for m in _CLAUSE.finditer(view, first, last)])
    start = max((e for e in edges if e <= at), default=first)
    end = min((e for e in edges if e > at), default=last)
    if _NOT_THIS.search(view, max(start, at - 16), at):
        return True
    return _once(jd, "not asked for", start, lambda: bool(_NOT_ASKED.search(view, start, end)))


def standing(jd: JDText, position: int, sentence: Sentence | None) -> tuple[str, bool]:
    """Section of a mention, and whether the text takes the demand back ("is a plus", an example in brackets)."""
    kind = jd.kind_at(position)
    if sentence is None:
        return kind, kind in ("preferred", "about_company")
    if kind in ("preferred", "about_company") or _once(jd, "hedged", sentence.start, lambda: bool(_HEDGE.search(sentence.text))):
        return kind, True
    text = jd.view[sentence.start : sentence.end]
    at = position - sentence.start
    examples = _once(jd, "examples", sentence.start, lambda: [m.span() for m in _EXAMPLE.finditer(text)])
    return kind, any(a <= at < b for a, b in examples)


# --- terms that the catalog lacks ---------------------------------------------------------------------------------

_TECHNICAL = re.compile(
    r"(?<![\w./@-])(?:[A-Z][a-z]+(?:[A-Z][a-z0-9]*)+[A-Z0-9]*|[a-z]{1,3}[A-Z][A-Za-z0-9]+|[A-Z]{2,}[a-z]+[A-Z0-9]\w*|"
    r"[A-Za-z][\w-]*\.(?:js|io|NET|py|ai)|[A-Z][A-Z0-9]{2,5}[/-][A-Z][A-Z0-9]{1,5}|[A-Z][A-Za-z]*[+#]+)(?![\w@])"
)
_LIST_ITEM = re.compile(r"(?<![\w./@-])[A-Z][\w+#.-]*(?:\s(?:[A-Z][\w+#.-]*|[A-Z0-9]+)){0,2}(?![\w@])")
_SEPARATOR = re.compile(r"\s*(?:,|/|;|\bor\b|\band\b|&|\(|\))\s*(?:and\s+|or\s+)?")
_COMMON = frozenset(
    "The This That These Those You Your We Our They It In On At As An A And Or For With To Of By From If When What Who How "
    "Must Should Will Would Can May Experience Experienced Knowledge Strong Excellent Good Ability Understanding Proven "
    "Responsible Work Working Design Develop Build Create Manage Support Provide Ensure Team Teams Bachelor Bachelors Master "
    "Masters Degree Computer Science Engineering Information Technology Years Year Senior Junior Lead Principal Manager "
    "Engineer Developer Analyst Architect Consultant Administrator Director Specialist Company Client Clients Customer "
    "Customers Business Data Software Systems System Application Applications Development Project Product Services Service "
    "Security Required Preferred Requirements Qualifications Responsibilities Skills Location Position Job Role Title Duration "
    "Contract Remote Hybrid Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June "
    "July August September October November December English USA US UK EU India Canada Europe America North South East West "
    "New York San Francisco Boston Chicago London CEO CTO CIO CFO VP HR IT PM AM EST PST CST GPA LLC Inc Ltd Corp EEO EOE "
    "USD GBP EUR II III IV PhD MS BS BA MBA TBD NA N/A FTE ASAP FAQ CV ID H1B W2 C2C GC USC OPT CPT EAD Fortune Global "
    "Minimum Plus Also Other Others Familiarity Familiar Proficiency Proficient Hands Expertise Expert Advanced Basic Solid "
    "Working Demonstrated Relevant Related Professional Technical Tools Technologies Frameworks Languages Platforms Databases "
    "Cloud Web Mobile Agile Please Apply Benefits Salary Health Dental Vision Life Paid Time Off Equal Opportunity Employer "
    "Act Analyze Analysis Assist Collaborate Communicate Communication Complete Conduct Define Deliver Document Drive "
    "Evaluate Execute Follow Help Identify Implement Improve Integrate Lead Maintain Make Monitor Operate Own Participate Perform "
    "Plan Prepare Review Run Serve Test Train Troubleshoot Understand Use Write Note Overview Summary About Join".split()
)


_HUMP = re.compile(r"[A-Z][a-z]+|[A-Z]+(?![a-z])")


def _is_glued(term: str) -> bool:
    """Whether a term is two words that lost their line break ("ResponsibilitiesCreate"), as pasted texts have them."""
    humps = _HUMP.findall(term)
    return len(humps) > 1 and (any(h in _COMMON or h == "TM" for h in humps[1:]) or (humps[0] in _COMMON and len(humps[0]) > 5))


def _new_terms(jd: JDText, taken: list[tuple[int, int]], listed: dict[int, int]) -> list[FoundSkill]:
    """Technical terms that no alias covers, from the sentences that speak of duties and demands."""
    company = {w for s in jd.sections if s.kind == "about_company" for w in (s.heading or "").split()}
    duties = duty_sections(jd)
    terms: dict[str, list[Mention]] = {}
    for sentence in jd.sentences:
        if sentence.section not in duties or boilerplate_from(jd, sentence) is not None:
            continue
        text = jd.view[sentence.start : sentence.end]
        spans = list(_once(jd, "technical", sentence.start, lambda text=text: [m.span() for m in _TECHNICAL.finditer(text)]))  # type: ignore[misc]
        if listed.get(sentence.start, 0) >= 2:
            spans += _enumerated(text, sentence.start, taken)
        for start, end in sorted(set(spans)):
            a, b = sentence.start + start, sentence.start + end
            term = jd.view[a:b].rstrip(".-")
            b = a + len(term)
            words = term.split()
            overlaps = any(x < b and a < y for x, y in taken)
            if overlaps or len(term) < 3 or len(term) > 40 or any(w in _COMMON or w in company for w in words) or _is_glued(term):
                continue
            section, hedged = standing(jd, a, sentence)
            terms.setdefault(term, []).append(Mention(a, b, jd.raw[a:b], term, section, hedged))
            taken.append((a, b))
    return [
        FoundSkill(term, None, None, any(not m.hedged for m in mentions), 0.5, tuple(mentions))
        for term, mentions in terms.items()
    ]


def _enumerated(text: str, offset: int, taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Capitalised items of an enumeration that stand directly beside a known skill."""
    edges = [0]
    for match in _SEPARATOR.finditer(text):
        edges += [match.start(), match.end()]
    edges.append(len(text))
    items = [(edges[i], edges[i + 1]) for i in range(0, len(edges) - 1, 2)]
    known = [any(a < offset + y and offset + x < b for a, b in taken) and y - x <= 40 for x, y in items]
    found = []
    for i, (start, end) in enumerate(items):
        neighbours = (known[i - 1] if i else False) + (known[i + 1] if i + 1 < len(items) else False)
        item = _LIST_ITEM.fullmatch(text[start:end].strip(" ."))
        if neighbours and not known[i] and item and i:
            at = start + text[start:end].index(item.group())
            found.append((at, at + len(item.group())))
    return found
