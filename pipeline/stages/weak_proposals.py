"""Why a proposal is probably no entry of a catalog, by its words and the text in which it stands.

A weak proposal is kept and counted, and shown on request: the reasons here are signs, not proofs. What a run proposes on
the wire is untouched by them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

RULES = 1
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
_DUTIES = frozenset(
    "accept act adapt add address administer adopt advise advocate align analyse analyze animate answer anticipate apply "
    "architect arrange assess assign assist attend audit author automate back balance begin bridge bring build calculate calibrate carry "
    "certify challenge champion check choose clarify classify clean close coach code collaborate collect communicate compare "
    "compile complete compose conceive conduct configure connect construct consult contribute control convert coordinate "
    "cover craft create cultivate curate customise customize cut debug define deliver demonstrate deploy derive design determine develop "
    "devise diagnose digitise direct discover document draft draw drive edit educate elicit embed empower enable encourage "
    "encrypt enforce engage engineer enhance enrich ensure escalate establish estimate evaluate evolve examine execute exercise expand "
    "explain explore extend extract facilitate feed find fine-tune fix follow forecast form formulate foster gather generate "
    "govern grant grasp grow guard guide hand handle harden help hire host hunt identify illustrate implement import improve increase "
    "influence ingest initiate innovate inspect install instrument integrate interact interface interpret interview introduce "
    "invent investigate keep launch lay lead leverage liaise load log maintain make manage map measure meet mend mentor "
    "migrate model modernise modernize monitor motivate move negotiate observe offer onboard operate optimise optimize "
    "orchestrate order organise organize oversee own package participate partner patch perform plan play port prepare present "
    "price prioritise prioritize process produce profile program programme promote propose protect prototype prove provide "
    "provision publish pull query raise rationalise read recommend reconcile record recruit redesign reduce refactor refine "
    "register release render replace replicate report represent reproduce research resolve respond restore retrieve reuse "
    "review revise roll run scale scan schedule scope script secure segment select sell serve set shape share ship simplify "
    "simulate solve source specify speed split sponsor stage stay standardise standardize steer store streamline strengthen "
    "structure study supervise supply support surface sustain synthesise synthesize tackle take talk target teach test trace track "
    "train transform translate triage troubleshoot tune turn undertake unify update upgrade use utilise utilize validate verify visit "
    "visualise visualize walk watch work write".split()
)
"""What people are asked to do, as the first word of a KRA says it."""
_LABEL = re.compile(r"^[\w&/ -]{2,45}:\s+")
"""What stands before a duty: "Data governance: establish tests"."""
_DUTY_NOUN = re.compile(r"\w+(?:tion|ment|ance|ysis|up) (?:of|and) ", re.IGNORECASE)
_DEMAND = re.compile(
    r"\b(?:years?|degree|bachelor\S*|diploma|certifi\w+|experience (?:with|in|of|on|using)|knowledge of|familiarity|"
    r"proficien\w+|ability to|(?:is|are) (?:a plus|preferred|required|mandatory)|visa|salary|resume)\b",
    re.IGNORECASE,
)
_EMPLOYER_SPEAKS = re.compile(r"\b(?:you|your|we|us|I)\b")
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
    if low in _STUDIES or re.search(
        rf"\b(?:degree|bachelor|master|b\.?s\.?|major)\b[^.\n]{{0,90}}\b{re.escape(name)}\b", term.jd
    ):
        return "a field of study"
    if low in _COLOURS:
        return "a colour"
    if low in _PLACES or re.search(rf"\b{re.escape(name)}, [A-Z]{{2}}\b", term.jd):
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
    if _GLUED.search(text):
        return "two lines that lost the break between them"
    if _EMPLOYER_SPEAKS.search(text):
        return "it speaks to the reader"
    if _DEMAND.search(text):
        return "a demand on the candidate"
    if term.employer and term.employer.lower() in text.lower():
        return "it names the employer"
    return "" if any(map(_begins_with_duty, (text, _LABEL.sub("", text)))) else "it does not begin with what is done"


def _begins_with_duty(text: str) -> bool:
    """Whether a sentence begins with what is done: a verb of duty, behind an adverb or not, or a noun made of one."""
    words = [w.strip(",;:.()").lower() for w in text.split()[:2]]
    if not words:
        return False
    return _is_duty(words[0]) or (words[0].endswith("ly") and _is_duty(words[-1])) or _DUTY_NOUN.match(text) is not None


def _is_duty(word: str) -> bool:
    """Whether a word is a verb of duty in any of its forms ("builds", "building", "applies")."""
    stems = [word]
    if word.endswith("ies"):
        stems.append(word[:-3] + "y")
    if word.endswith("s"):
        stems += [word[:-1], word[:-2]]
    if word.endswith("ing"):
        stem = word[:-3]
        stems += [stem, stem + "e", stem[:-1]]
    return any(stem in _DUTIES for stem in stems)


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
    return any(re.search(sign, term.jd) for sign in signs)


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
        if second[-1] == "s" and _is_duty(second.lower()):
            return True
        if _stands_alone(first, term.jd) and _stands_alone(second, term.jd):
            return True
    return bool(re.fullmatch(r"etc[A-Z]\w+", name))


def _stands_alone(part: str, jd: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(part)}(?!\w)", jd, re.IGNORECASE) is not None
