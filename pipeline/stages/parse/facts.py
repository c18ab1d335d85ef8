"""Facts with a form of their own: experience, pay, education, certifications, addresses."""

from __future__ import annotations

import re

from pipeline.contracts import Ctc, Education, Experience
from pipeline.text import JDText

_NUMBERS = {
    w: n
    for n, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split()
    )
}
_N = r"(?:\d{1,2}|" + "|".join(_NUMBERS) + ")"
_YEARS = re.compile(
    rf"(?<![\d$£€₹.,])(?P<min>{_N})(?:\s*\(\s*\d{{1,2}}\s*\))?\s*\+?\s*"
    rf"(?:(?:-|–|—|to|or)\s*(?P<max>{_N})(?:\s*\(\s*\d{{1,2}}\s*\))?\s*)?(?P<plus>\+|or\s+more|plus)?\s*"
    r"(?:full\s+)?(?:years?|yrs?)\b\.?['’]?(?P<rest>[^\n.;•]{0,160})",
    re.I,
)
_ABOUT_WORK = re.compile(r"experience|work|background|hands|develop|engineer|program|industry|in\s|of\s|with\s|as\s", re.I)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBERS[text.lower()]


def experience(jd: JDText) -> Experience | None:
    """Years asked for: the label if there is one, else the first demand, a general one before one for a single skill."""
    best: tuple[int, Experience] | None = None
    for sentence in jd.sentences:
        section = jd.sections[sentence.section]
        kind = section.kind
        if kind in ("about_company", "benefits", "legal"):
            continue
        headed = (section.heading or "").lower() == "experience" and not jd.view[section.start : sentence.start].strip(" :：")
        for match in _YEARS.finditer(sentence.text):
            low = _number(match.group("min"))
            high = _number(match.group("max")) if match.group("max") else None
            if low > 40 or (high is not None and (high > 45 or high < low)):
                continue
            rest = match.group("rest")
            before = sentence.text[: match.start()].lower()
            if not (headed or _ABOUT_WORK.search(rest) or re.search(r"experience|minimum|least|exp\b", before)):
                continue
            if re.search(r"\b(?:old|founded|history|anniversary|degree|college)\b", rest[:40].lower() + before[-20:]):
                continue
            labelled = headed or bool(re.match(r"\s*(?:work\s+)?exp(?:erience)?\b\s*(?:required)?\s*[:–-]?", before))
            general = bool(re.search(r"professional|software|relevant|overall|total|work\s*experience|development|industry", rest, re.I))
            rank = 0 if labelled else 1 if general else 2
            if kind == "preferred":
                rank += 3
            if best is None or rank < best[0]:
                raw = (match.group().strip() if not labelled else match.group()[: match.start("rest") - match.start()]).strip(" ,:-")
                best = rank, Experience(max=high, min=low, raw=raw)
    return best[1] if best else None


_CURRENCY = {
    "$": "USD", "us$": "USD", "usd": "USD", "£": "GBP", "gbp": "GBP", "€": "EUR", "eur": "EUR", "₹": "INR", "inr": "INR",
    "rs": "INR", "rs.": "INR", "cad": "CAD", "c$": "CAD", "ca$": "CAD", "aud": "AUD", "a$": "AUD", "sgd": "SGD", "s$": "SGD",
    "chf": "CHF", "jpy": "JPY", "¥": "JPY", "aed": "AED",
}  # fmt: skip
_SIGN = r"(?:US\$|CA\$|C\$|A\$|S\$|[$£€₹¥]|\b(?:USD|GBP|EUR|INR|CAD|AUD|SGD|CHF|JPY|AED)\b|\bRs\b\.?)"
_AMOUNT = r"\d[\d,]*(?:\.\d+)?"
_UNIT = r"(?:k\b|K\b|\s*(?:lakhs?|lacs?|lpa|L\b|LPA|crores?|cr\b|million|mn\b|m\b))?"
_PAY = re.compile(
    rf"(?P<sign>{_SIGN})\s*(?P<min>{_AMOUNT})\s*(?P<unit1>{_UNIT})"
    rf"(?:\s*(?:-|–|—|to|and)\s*(?:{_SIGN})?\s*(?P<max>{_AMOUNT})\s*(?P<unit2>{_UNIT}))?\s*(?P<code>\b(?:USD|GBP|EUR|INR|CAD|AUD|SGD)\b)?",
    re.I,
)
_LPA = re.compile(
    rf"(?P<min>{_AMOUNT})\s*(?:-|–|—|to)?\s*(?P<max>{_AMOUNT})?\s*(?P<unit>lpa|lakhs?\s*(?:per\s*annum|p\.?a\.?)?|lacs?)\b", re.I
)
_PERIODS = (
    ("hour", r"(?:/|per|an)\s*(?:hour|hr)\b|\bhourly\b|\bp\.?h\b|/h\b"),
    ("day", r"(?:/|per|a)\s*day\b|\bdaily\b"),
    ("month", r"(?:/|per|a)\s*month\b|\bmonthly\b|\bp\.?m\b\.?"),
    ("year", r"(?:/|per|a)\s*(?:year|annum|yr)\b|\bannual(?:ly)?\b|\byearly\b|\bp\.?a\b\.?|\blpa\b|\bsalary\b|\bctc\b"),
)
_ABOUT_PAY = re.compile(
    r"salary|compensation|pay\b|ctc|wage|rate|package|per\s+(?:hour|year|annum)|stipend|base\b|/\s*(?:hr|hour|year)", re.I
)
_NOT_PAY = re.compile(r"\b(?:billion|revenue|funding|assets|budget|raised|transactions?)\b", re.I)
_SCALE = {"k": 1e3, "lakh": 1e5, "lac": 1e5, "lpa": 1e5, "l": 1e5, "crore": 1e7, "cr": 1e7, "million": 1e6, "mn": 1e6, "m": 1e6}


def _scaled(amount: str, unit: str) -> float:
    return float(amount.replace(",", "")) * _SCALE.get(unit.strip().lower().rstrip("s"), 1.0)


def pay(jd: JDText) -> Ctc | None:
    """Pay with currency and period, when the sentence around the amount speaks of pay."""
    view = jd.view
    for match in _PAY.finditer(view):
        around = view[max(0, match.start() - 90) : match.end() + 50]
        unit = match.group("unit2") or match.group("unit1") or ""
        low = _scaled(match.group("min"), match.group("unit1") or unit)
        high = _scaled(match.group("max"), unit) if match.group("max") else None
        period = _period(view[match.start() : match.end() + 30]) or _period(around)
        if not _ABOUT_PAY.search(around) or _NOT_PAY.search(around[70:]) or low < 5:
            continue
        if unit.strip().lower() in ("million", "mn", "m"):
            continue
        if high is None and period is None and not match.group("unit1") and low < 400:
            continue
        currency = _CURRENCY.get(match.group("sign").lower()) or (match.group("code") or "").upper() or None
        if match.group("code"):
            currency = match.group("code").upper()
        if period is None:
            period = "hour" if (high or low) < 400 else "year"
        return Ctc(raw=" ".join(match.group().split()), min=low, max=high, currency=currency, period=period)
    match_lpa = _LPA.search(view)
    if match_lpa and re.search(r"lpa|ctc|salary|package|annum|p\.a", view[max(0, match_lpa.start() - 60) : match_lpa.end() + 20], re.I):
        high_text = match_lpa.group("max")
        return Ctc(
            raw=" ".join(match_lpa.group().split()),
            min=_scaled(match_lpa.group("min"), "lakh"),
            max=_scaled(high_text, "lakh") if high_text else None,
            currency="INR",
            period="year",
        )
    return None


def _period(text: str) -> str | None:
    for period, pattern in _PERIODS:
        if re.search(pattern, text, re.I):
            return period
    return None


# Level, qualification and how it is written; the lowest degree that suffices is the last that fits.
_DEGREES = (
    ("Doctorate", "PHD", r"\b(?:ph\.?\s?d\.?|doctorate|doctoral)(?!\w)"),
    ("Master's", "MBA", r"\bmba\b"),
    (
        "Master's",
        "MTECH/ME/MSC/MCA",
        r"\b(?:master['’]?s?(?:\s+of|\s+in|\s+degree|['’]|\s*(?:or|/))|m\.?\s?s\.?(?=\s+(?:in|degree|or)\b|/)|"
        r"m\.?tech|mca|m\.?sc|m\.e\.)(?!\w)",
    ),
    (
        "Bachelor's",
        "BTECH/BE/BSC",
        r"\b(?:bachelor['’]?s?\b|b\.?\s?s\.?(?=[\s/,(]*(?:in|degree|or|and|/|m\.?s|computer|engineering)\b)|"
        r"b\.?\s?a\.?(?=[\s/]*(?:in|degree|or|b\.?s)\b)|b\.?tech|b\.e\.|bca|b\.?sc|undergraduate\s+degree|"
        r"university\s+degree|4[- ]year\s+degree|college\s+degree)(?!\w)",
    ),
    ("Associate", "ASSOCIATE", r"\bassociate['’]?s?\s+degree\b"),
    ("High School", "HIGH SCHOOL", r"\b(?:high\s+school|ged)\b"),
)
_FIELD = re.compile(
    r"\b(?:in|of)\s+(?P<field>(?:(?:an?|the)\s+)?(?:[A-Za-z&/]+,?\s+){0,4}?(?:science|engineering|technology|mathematics|statistics|systems?|"
    r"business|finance|economics|physics|analytics|applications|management|marketing|design|informatics|arts|discipline|field))\b",
    re.I,
)
_BARE_FIELD = re.compile(r"\b(Computer Science|Information Technology|Engineering|Computer Engineering|Mathematics)\b")


def education(jd: JDText) -> list[Education]:
    """Degrees asked for, one entry a sentence that names any: the lowest degree that suffices."""
    found: list[Education] = []
    for sentence in jd.sentences:
        kind = jd.sections[sentence.section].kind
        if kind in ("about_company", "benefits", "legal"):
            continue
        named = [(level, code) for level, code, pattern in _DEGREES if re.search(pattern, sentence.text, re.I)]
        if not named:
            continue
        level, code = named[-1]
        if level == "High School" and not re.search(r"diploma|ged|required|degree|education", sentence.text, re.I):
            continue
        field = _FIELD.search(sentence.text)
        bare = _BARE_FIELD.search(sentence.text)
        subject = " ".join(field.group("field").split()) if field else bare.group() if bare else None
        preferred = kind == "preferred" or re.search(r"\b(?:preferred|a plus|desirable|nice to have|desired)\b", sentence.text, re.I)
        raw = sentence.text
        if len(raw) > 240:
            at = re.search("|".join(p for _, _, p in _DEGREES), raw, re.I)
            start = max(0, at.start() - 20) if at else 0
            raw = raw[start : start + 240]
        entry = Education(
            level=level,
            qualification=f"{code} - {subject}" if subject else code,
            raw=raw,
            requirement="preferred" if preferred else "required",
        )
        if all(e.level != entry.level or e.qualification != entry.qualification for e in found):
            found.append(entry)
    return found[:6]


_CERTIFICATES = re.compile(
    r"\b(?:AWS\s+Certified(?:\s+[A-Z][\w-]+){0,4}|Azure\s+(?:Administrator|Developer|Solutions?\s+Architect|Data\s+Engineer|Fundamentals)"
    r"(?:\s+(?:Associate|Expert))?|Microsoft\s+Certified(?:\s*:?\s*[A-Z][\w-]+){0,4}|Google\s+Cloud\s+Certified(?:\s+[A-Z][\w-]+){0,3}|"
    r"CISSP|CISA|CISM|CRISC|CEH|OSCP|CCNA|CCNP|CCIE|CCSP|CompTIA\s+\w+\+?|Security\+|Network\+|A\+\s+certification|GIAC|GCIH|"
    r"PMP|PMI-ACP|PRINCE2|CAPM|CSM|CSPO|PSM(?:\s+I{1,3})?|PSPO|SAFe(?:\s+[A-Z]\w+){0,2}(?=\s+cert)|ITIL(?:\s*(?:v?[34]|Foundation))*|"
    r"CBAP|CKA|CKAD|CKS|RHCE|RHCSA|MCSE|MCSA|MCSD|MCITP|OCP|OCA|OCJP|SCJP|ISTQB|TOGAF|VCP|VCAP|HashiCorp\s+Certified(?:\s+[A-Z]\w+){0,3}|"
    r"Salesforce\s+Certified(?:\s+[A-Z][\w-]+){0,4}|ServiceNow\s+Certified(?:\s+[A-Z][\w-]+){0,3}|Six\s+Sigma(?:\s+(?:Green|Black)\s+Belt)?|"
    r"(?:Green|Black)\s+Belt|CPA|CFA|FRM|Certified\s+(?:[A-Z][\w-]+\s?){1,4})\b"
)


def certifications(jd: JDText) -> list[str]:
    """Certificates by name, in order of first appearance."""
    found = [" ".join(m.group().split()) for m in _CERTIFICATES.finditer(jd.view[:200_000])]
    return list(dict.fromkeys(name for name in found if name not in ("Certified",)))


_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+[^\s<>\"')\].,;:!?]", re.I)


def urls(jd: JDText) -> list[str]:
    """Web addresses of the text as given (also those inside markup), in order of first appearance."""
    return list(dict.fromkeys(m.group() for m in _URL.finditer(jd.raw[:200_000])))
