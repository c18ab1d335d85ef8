"""Title and company of a job description."""

from __future__ import annotations

import re

from pipeline.catalog.indexes import fold_title, title_forms
from pipeline.text import JDText

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
_SUBJECT = re.compile(rf"^(?:The|As\s+an?|Our)\s+(?P<title>(?:[A-Z][\w+#./&-]*\s+){{0,5}}{_NOUN.replace('(?:', '(?i:')})\b", re.M)
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
_TITLE_TAIL = re.compile(r"\s*(?:\||;|\(\s*(?:id|req|job)\b|\bID:|\s[-–—]\s*(?:remote|hybrid|onsite)\b|"
    r"\s—\s|\s(?:job\s+)?(?:location|company|duration|position|client|rate|salary|department|experience|type|reports?\s+to)\s*[:：]|"
    r"\s(?:at|@)\s+(?-i:[A-Z])).*$",
    re.I,
)

_COMPANY_LABEL = re.compile(
    r"^\s*[*#>•-]*\s*(?:company(?:\s+name)?|employer|organi[sz]ation|client|hiring\s+company)\s*[:：]\s*(?P<name>[^\n,|]{2,80})", re.I | re.M
)
_NAME = r"(?P<name>(?:[A-Z][\w&.'’-]*)(?:\s+(?:[A-Z&][\w&.'’-]*|of|and|the|for|de|[&])){0,4})"
_COMPANY_PHRASES = (
    re.compile(rf"\bjob\s+is\s+with\s+{_NAME}"),
    re.compile(rf"(?:^|\n)\s*About\s+{_NAME}\s*(?:\n|:|$)"),
    re.compile(rf"\b(?:Here\s+at|At|Join(?:ing)?)\s+{_NAME},\s"),
    re.compile(rf"(?:^|[\n.]\s*){_NAME}\s+(?:is\s+(?:an?|the|seeking|looking|hiring|currently|pioneering|one|searching|proud|on)\b|seeks\b|has\s+an?\s+|provides\b|offers\b)"),
    re.compile(rf"\bCareers\s+(?:with|at)\s+{_NAME}[.,]"),
    re.compile(rf"\bopportunity\s+(?:with|at)\s+{_NAME}\b"),
)
_NO_COMPANY = frozenset(
    "the this that our we you i it they he she who what as in at if job role position team company candidate ideal "
    "experience about us a an there here qualified applicants applicant summary description overview responsibilities "
    "requirements qualifications title location client duration must strong please required preferred each all "
    "benefits work equal opportunity employer employment minimum education knowledge ability degree skills salary "
    "contract engineering software data today together with your join".split()
)


def job_title(jd: JDText, given: str | None, titles_known: frozenset[str]) -> str | None:
    """The title: as given, as labelled, from the first line, or from the sentence that says who is sought."""
    if given and given.strip():
        return " ".join(given.split())[:200]
    labelled = _LABEL.search(jd.view[:3000])
    if labelled:
        return _tidy(labelled.group("title"))
    lines = [" ".join(line.split()) for line in jd.view[:2000].split("\n") if line.strip()]
    for line in lines[:2]:
        bare = line.strip("#*•- ")
        if len(bare.split()) <= 10 and not bare.endswith((".", ":", ",")) and _looks_like_title(bare, titles_known):
            return _tidy(bare)
    wanted = _WANTED.match(jd.sentences[0].text) if jd.sentences else None
    if wanted:
        return _capital(_tidy(wanted.group("title")))
    found = [m for m in (_SOUGHT.search(s.text) for s in jd.sentences[:40]) if m]
    for match in found:
        title = _FLUFF.sub("", match.group("title")).strip(" ,")
        if title and title.split()[-1].lower().rstrip("s") in TITLE_NOUNS and len(title.split()) > 1:
            return _capital(_tidy(title))
    for sentence in jd.sentences[:12]:
        subject = _SUBJECT.match(sentence.text)
        if subject and len(subject.group("title").split()) > 1:
            return _capital(_tidy(subject.group("title")))
    return None


def _looks_like_title(line: str, titles_known: frozenset[str]) -> bool:
    if any(form in titles_known for form in title_forms(line)[:3]):
        return True
    return bool(re.search(rf"\b{_NOUN}s?\b", line, re.I)) and line[:1].isupper()


def _tidy(title: str) -> str:
    return " ".join(_TITLE_TAIL.sub("", title).split()).strip(" -–:,*")[:200]


def _capital(title: str) -> str:
    """Title case where the text had none, names that carry capitals left alone."""
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
    """The kind of work that a title names, in one word."""
    if not title:
        return None
    for archetype, pattern in _ARCHETYPES:
        if re.search(pattern, title, re.I):
            return archetype
    return "Other"


def role_aliases(title: str | None) -> list[str]:
    """Other forms of a title: without seniority and noise, its parts, engineer for developer and the reverse."""
    if not title:
        return []
    forms: list[str] = []
    for form in title_forms(title):
        forms.append(form)
        swapped = re.sub(r"\bdeveloper\b", "engineer", form) if "developer" in form else re.sub(r"\bengineer\b", "developer", form)
        forms.append(swapped)
    own = fold_title(title)
    kept = [f for f in dict.fromkeys(forms) if f != own and len(f.split()) <= 6 and re.search(rf"\b{_NOUN}\b", f)]
    return [_display(f) for f in kept[:6]]


def _display(form: str) -> str:
    small = {"and", "of", "for", "in", "to", "the"}
    upper = {"qa", "ui", "ux", "bi", "it", "ml", "ai", "sap", "sql", "etl", "dba", "sre", "iam", "crm", "erp", "php", "aws", "nlp", "ios", "api"}
    fixed = {"ios": "iOS", "devops": "DevOps", "mlops": "MLOps", "php": "PHP", ".net": ".NET", "javascript": "JavaScript"}
    return " ".join(
        fixed.get(w) or (w.upper() if w in upper else w if w in small or not w[0].isalpha() else w.capitalize()) for w in form.split()
    )


def company_name(jd: JDText) -> str | None:
    """The employer as labelled, or as the subject of the sentences that introduce it."""
    labelled = _COMPANY_LABEL.search(jd.view[:3000])
    if labelled:
        name = " ".join(labelled.group("name").split()).strip(" *")
        return name if name.endswith(("Inc.", "Ltd.", "Co.", "Corp.")) else name.rstrip(".")
    for pattern in _COMPANY_PHRASES:
        for match in pattern.finditer(jd.view[:6000]):
            name = " ".join(match.group("name").split()).strip(" .,-&'’")
            name = re.sub(r"\s+(?:and|of|the|for|de|&)$", "", name)
            words = name.split()
            if not words or words[0].lower() in _NO_COMPANY or len(name) < 2:
                continue
            if words[-1].lower().rstrip("s") in TITLE_NOUNS or any(w.lower() in ("team", "candidate", "role", "group's") for w in words):
                continue
            return name
    return None
