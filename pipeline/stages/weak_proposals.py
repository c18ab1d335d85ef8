"""Why a proposal is probably no entry of a catalog, by its words and the text in which it stands.

A weak proposal is kept and counted, and shown on request: the reasons here are signs, not proofs. What a run proposes on
the wire is untouched by them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.stages.kra_form import refusal
from pipeline.text.duty import duty_share

RULES = 2
"""Version of the rules: what was judged by others is judged anew."""
MIN_TITLE_WORDS = 2

_STUDIES = frozenset(
    "accounting anthropology arts astronomy biochemistry biology botany business chemistry commerce design economics "
    "education electronics engineering english finance geography geology history humanities informatics journalism law "
    "linguistics literature marketing math mathematics maths mechanics medicine meteorology neuroscience nursing pharmacy "
    "philosophy physics physiology politics psychology sociology statistics".split()
)
_COLOURS = frozenset(
    "black blue brown gold green grey gray orange purple red silver white yellow bronze platinum".split()
)
_ORDINARY = frozenset(
    "administration aggregation automation billing communication compliance control cost customers database databases delivery "
    "development documentation hardware internet inventory leadership level management modeling networking operations planning "
    "pricing procurement purchasing quality reporting requirements sales scripting security software support testing training "
    "voice writing".split()
)
"""Words that say nothing by themselves."""
_PLACES = frozenset(
    "argentina australia austria bangalore bangkok barcelona beijing belgium bengaluru berlin brazil brussels bulgaria california "
    "chennai chile china colombia copenhagen croatia czechia dallas delhi denmark denver dubai dublin egypt estonia finland "
    "france frankfurt germany greece hamburg helsinki houston hungary hyderabad indonesia ireland israel italy japan kenya korea "
    "kyiv latvia lisbon lithuania luxembourg lyon madrid malaysia manchester manila massachusetts melbourne mexico miami milan "
    "montreal moscow mumbai munich netherlands nigeria noida norway oslo ottawa pakistan paris peru philadelphia philippines "
    "phoenix poland portugal prague pune rome romania seattle serbia shanghai singapore slovakia slovenia spain stockholm sweden "
    "switzerland sydney taipei taiwan tampa texas thailand tokyo toronto turkey ukraine vancouver vienna vietnam virginia warsaw "
    "washington wroclaw zurich".split()
)
_BROAD_TITLES = frozenset(
    "administrator analyst architect associate consultant coordinator designer developer director engineer executive expert "
    "intern lead manager officer programmer specialist supervisor technician trainee".split()
)
_SINGULAR_DUTIES = frozenset(
    "analyzes assists builds collaborates conducts coordinates creates defines designs develops ensures implements leads "
    "maintains manages monitors participates performs prepares provides reviews supports works writes".split()
)
"""What begins a line most often where a text speaks of the holder of a job, and what is then glued to the line before."""
MIN_DUTY = 0.02
"""Share of the structure model's probability for a duty, below which a sentence by itself is none; of catalog KRAs 4 % are below."""
_LABEL = re.compile(r"^[\w&/ -]{2,45}:\s+")
"""What stands before a duty: "Data governance: establish tests"."""
_GLUED = re.compile(r"[a-z)][A-Z][a-z]{2}|[a-z]\.[A-Z][a-z]")
_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_BULLET = re.compile(r"^[\W_]+")


@dataclass(frozen=True)
class ProposedTerm:
    """A proposal to be judged: its words, the whole text in which it was found, and the employer of that text."""

    text: str
    jd: str = ""
    employer: str = ""


def weak_skill(term: ProposedTerm) -> str:
    """Return why a new skill is probably none, in words; empty where nothing speaks against it."""
    name, low = term.text, term.text.lower()
    if low in _STUDIES or _stands_in(
        term, rf"\b(?:degree|bachelor|master|b\.?s\.?|major)\b[^.\n]{{0,90}}\b{re.escape(name)}\b"
    ):
        return "a field of study"
    if low in _COLOURS:
        return "a colour"
    if low in _PLACES or _stands_in(term, rf"\b{re.escape(name)}, [A-Z]{{2}}\b"):
        return "a place"
    if _is_employer(term):
        return "the employer’s name"
    if name.endswith("+") and re.fullmatch(r"[A-Za-z]{3,}\+", name):
        return "a word with a sign of a list behind it"
    if _is_glued(term):
        return "two words that lost the break between them"
    if "/" in name and all(len(part) > 1 for part in name.split("/")):
        return "more than one term"
    return "an ordinary word" if low in _ORDINARY else ""


def weak_title(term: ProposedTerm) -> str:
    """Return why a title is probably of no use: it names no field of work; empty where nothing speaks against it."""
    words = re.findall(r"\w+", term.text.lower())
    if len(words) < MIN_TITLE_WORDS and words and words[0].removesuffix("s") in _BROAD_TITLES:
        return "a title that names no field of work"
    if _GLUED.search(term.text):
        return "two words that lost the break between them"
    return ""


def weak_kra(term: ProposedTerm) -> str:
    """Return why a sentence is probably no duty of a role; empty where nothing speaks against it."""
    text = _BULLET.sub("", term.text)
    reason = refusal(text, term.employer)
    if reason or any(duty_share(part) >= MIN_DUTY for part in (text, _LABEL.sub("", text))):
        return reason
    return "it does not read like a duty"


def _is_employer(term: ProposedTerm) -> bool:
    """Whether a term is, or is part of, the name of the one who hires."""
    name = re.escape(term.text)
    if term.employer and re.search(rf"\b{name}\b", term.employer):
        return True
    signs = (
        rf"\b(?:[Aa]bout|[Jj]oin|JOIN|ABOUT) {name}\b(?! team)",
        rf"\b{name}(?:[’']s)? (?:is|are) (?:an? (?!plus|must|bonus|asset|nice)|the |looking|seeking|hiring|proud|committed|growing|building)",
        rf"\b{name},? (?:Inc|LLC|Ltd|GmbH|Corp|Limited|plc)\b",
    )
    return any(_stands_in(term, sign) for sign in signs)


def _stands_in(term: ProposedTerm, pattern: str) -> bool:
    """Whether the text of a term, if it is known, has a pattern."""
    return bool(term.jd) and re.search(pattern, term.jd) is not None


def _is_glued(term: ProposedTerm) -> bool:
    """Whether a term is two words of the text run together: both parts stand alone in it, or the second is a small word."""
    name = term.text
    cuts = [m.start() for m in _HUMP.finditer(name)][1:]
    for cut in cuts:
        first, second = name[:cut], name[cut:]
        if second in ("So", "If", "In", "To", "We", "You", "Our", "The", "And", "For", "Or", "At", "As"):
            return True
        if len(first) < 3 or len(second) < 3:
            continue
        if second.lower() in _SINGULAR_DUTIES:
            return True
        if _stands_alone(first, term.jd) and _stands_alone(second, term.jd):
            return True
    return bool(re.fullmatch(r"etc[A-Z]\w+", name))


def _stands_alone(part: str, jd: str) -> bool:
    return bool(jd) and re.search(rf"(?<![\w-]){re.escape(part)}(?!\w)", jd, re.IGNORECASE) is not None
