"""The title of a job description, its archetype, and its other forms."""

from __future__ import annotations

import re

from pipeline.catalog.titles import fold_title, title_forms
from pipeline.text import JDText

MAX_TITLE_CHARACTERS = 200
MAX_LABEL_CHARACTERS, MAX_HEAD_CHARACTERS = 3000, 2000
"""Characters of a text that are searched for a labelled title, and for one in its first lines."""
MAX_LINE_WORDS = 10
"""Words of a line that may be the title."""
MAX_SENTENCES, MAX_OPENING_SENTENCES = 40, 12
"""Sentences that are searched for a phrase like "looking for", and for the title as a subject."""
MAX_ALIASES, MAX_ALIAS_WORDS = 6, 6
"""Other forms of a title on the wire, and words of each."""

TITLE_NOUNS = (
    "engineer developer architect analyst administrator admin manager consultant designer scientist specialist lead "
    "programmer tester technician researcher director officer coordinator writer master owner expert head strategist "
    "dba sre sdet devops associate executive advisor supervisor intern trainee practitioner modeler modeller auditor"
).split()
_NOUN = r"(?:" + "|".join(TITLE_NOUNS) + r")"
_LABEL = re.compile(
    r"^\s*[*#>•-]*\s*(?:job\s+title|title|position(?:\s+title)?|role(?:\s+title)?|job\s+role|designation|job\s+name|vacancy)\s*"
    r"[:：–-]\s*(?P<title>[^\n]{2,120})",
    re.I | re.M,
)
_SOUGHT = re.compile(
    r"\b(?:looking\s+for|seeking|hiring(?:\s+for)?|recruiting|in\s+search\s+of|searching\s+for|need(?:s|ing)?|join\s+(?:us|our\s+team)\s+as|"
    r"opening\s+for|opportunity\s+for|role\s+of|position\s+of|as|for)\s+(?:an?|our\s+next|the|two|several|multiple|one)\s+"
    rf"(?P<title>(?:[\w+#./&'’-]+,?\s+){{0,6}}?{_NOUN}s?)\b",
    re.I,
)
_SUBJECT = re.compile(
    rf"^(?:The|As\s+an?|Our)\s+(?P<title>(?:[A-Z][\w+#./&-]*\s+){{0,5}}{_NOUN.replace('(?:', '(?i:')})\b", re.M
)
_WANTED = re.compile(
    rf"^(?P<title>(?:[A-Z][\w+#./&-]*\s+){{0,5}}{_NOUN.replace('(?:', '(?i:')})\s+(?:needed|wanted|required|sought|\(m/f)\b"
)
_FLUFF = re.compile(
    r"^(?:(?:innovative|experienced|talented|passionate|motivated|skilled|highly|self-motivated|dynamic|strong|hands-on|"
    r"driven|energetic|results-oriented|detail-oriented|ambitious|exceptional|professional|qualified|creative|bright|great|"
    r"enthusiastic|seasoned|proactive|dedicated|new|full[- ]time|part[- ]time|remote|local|immediate|collaborative|technical(?=,)|"
    r"and|an?|the|very|extremely|well-rounded|versatile|contract)[,\s]+)+",
    re.I,
)
_TITLE_TAIL = re.compile(
    r"\s*(?:\||;|\(\s*(?:id|req|job)\b|\bID:|\s[-–—]\s*(?:remote|hybrid|onsite)\b|"
    r"\s—\s|\s(?:job\s+)?(?:location|company|duration|position|client|rate|salary|department|experience|type|reports?\s+to)\s*[:：]|"
    r"\s(?:at|@)\s+(?-i:[A-Z])).*$",
    re.I,
)


def job_title(jd: JDText, given: str | None) -> str | None:
    """Return the title: the given one, a labelled one, the first line, or from a sentence that names the position; else null."""
    if given and given.strip():
        return " ".join(given.split())[:MAX_TITLE_CHARACTERS]
    labelled = _LABEL.search(jd.view[:MAX_LABEL_CHARACTERS])
    if labelled:
        return _tidy(labelled.group("title"))
    first_line = _title_line(jd)
    if first_line:
        return _tidy(first_line)
    phrase = _wanted(jd) or _sought(jd) or _subject(jd)
    return _capital(_tidy(phrase)) if phrase else None


def _title_line(jd: JDText) -> str | None:
    """One of the first two lines, where it is short and names an occupation."""
    lines = [" ".join(line.split()) for line in jd.view[:MAX_HEAD_CHARACTERS].split("\n") if line.strip()]
    for line in lines[:2]:
        bare = line.strip("#*•- ")
        is_short = len(bare.split()) <= MAX_LINE_WORDS and not bare.endswith((".", ":", ","))
        if is_short and bare[:1].isupper() and re.search(rf"\b{_NOUN}s?\b", bare, re.I):
            return bare
    return None


def _wanted(jd: JDText) -> str | None:
    """The title of an opening like "Network Engineer needed"."""
    match = _WANTED.match(jd.sentences[0].text) if jd.sentences else None
    return match.group("title") if match else None


def _sought(jd: JDText) -> str | None:
    """The title in a sentence like "We are looking for an experienced data engineer", without adjectives of praise."""
    for sentence in jd.sentences[:MAX_SENTENCES]:
        match = _SOUGHT.search(sentence.text)
        words = _FLUFF.sub("", match.group("title")).strip(" ,").split() if match else []
        if len(words) > 1 and words[-1].lower().rstrip("s") in TITLE_NOUNS:
            return " ".join(words)
    return None


def _subject(jd: JDText) -> str | None:
    """The title that is the subject of a sentence like "The Data Engineer will"."""
    for sentence in jd.sentences[:MAX_OPENING_SENTENCES]:
        match = _SUBJECT.match(sentence.text)
        if match and len(match.group("title").split()) > 1:
            return match.group("title")
    return None


def _tidy(title: str) -> str:
    return " ".join(_TITLE_TAIL.sub("", title).split()).strip(" -–:,*")[:MAX_TITLE_CHARACTERS]


def _capital(title: str) -> str:
    """The title in title case; words with capitals stay as they are."""
    return " ".join(w if any(c.isupper() for c in w) else w.capitalize() for w in title.split())


_ARCHETYPES = (
    ("Management", r"\b(?:manager|director|head|vp|chief|scrum master|product owner|coordinator|delivery lead)\b"),
    ("Architecture", r"\barchitect\b"),
    ("Data & Analytics", r"\b(?:data|analytics?|bi|business intelligence|statistician|scientist|reporting)\b"),
    ("Design", r"\b(?:designer|ux|ui|creative)\b"),
    ("Quality", r"\b(?:qa|test(?:er|ing)?|quality|sdet)\b"),
    ("Operations", r"\b(?:administrator|admin|support|operations|technician|help ?desk|network|infrastructure|dba)\b"),
    ("Consulting", r"\b(?:consultant|analyst|advisor)\b"),
    ("Engineering", r"\b(?:engineer|developer|programmer|devops|sre|software|coder|development)\b"),
)


def role_archetype(title: str | None) -> str | None:
    """Return the archetype of a title ("Engineering", "Data & Analytics"); null without a title."""
    if not title:
        return None
    return next((archetype for archetype, pattern in _ARCHETYPES if re.search(pattern, title, re.I)), "Other")


def role_aliases(title: str | None) -> list[str]:
    """Return other forms of a title: without seniority and noise, its parts, engineer for developer and the reverse."""
    if not title:
        return []
    forms: list[str] = []
    for form in title_forms(title):
        forms += [form, _swapped(form)]
    own = fold_title(title)
    kept = [
        form
        for form in dict.fromkeys(forms)
        if form != own and len(form.split()) <= MAX_ALIAS_WORDS and re.search(rf"\b{_NOUN}\b", form)
    ]
    return [_display(form) for form in kept[:MAX_ALIASES]]


def _swapped(form: str) -> str:
    if "developer" in form:
        return re.sub(r"\bdeveloper\b", "engineer", form)
    return re.sub(r"\bengineer\b", "developer", form)


_SMALL_WORDS = frozenset("and of for in to the".split())
_CAPITALS = frozenset("qa ui ux bi it ml ai sap sql etl dba sre iam crm erp php aws nlp ios api".split())
_SPELLINGS = {
    "ios": "iOS",
    "devops": "DevOps",
    "mlops": "MLOps",
    "php": "PHP",
    ".net": ".NET",
    "javascript": "JavaScript",
}


def _display(form: str) -> str:
    """A folded title in its usual spelling."""
    return " ".join(_SPELLINGS.get(word) or _cased(word) for word in form.split())


def _cased(word: str) -> str:
    if word in _CAPITALS:
        return word.upper()
    return word if word in _SMALL_WORDS or not word[0].isalpha() else word.capitalize()
