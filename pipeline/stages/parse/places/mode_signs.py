"""The words that say where the work is done, and the signs around them: all patterns of ``work_mode`` stand here."""

from __future__ import annotations

import re

from pipeline.stages.parse.places.signs import JOB_NOUNS

WORD = re.compile(
    r"\b(?:(?P<both>(?:home|remote)\s{0,2}(?:and|/|&)\s{0,2}(?:the\s+)?office|office\s{0,2}(?:and|/|&)\s{0,2}(?:home|remote))"
    r"|(?P<remote>remote(?:ly)?|work(?:ing)?[ -](?:from|at)[ -](?:home|anywhere)|wfh|wfa|tele-?commut(?:e|er|ing)|tele-?work(?:ing)?|"
    r"home[ -](?:based|office)|from\s+(?:home|anywhere)|off-?site|virtual)"
    r"|(?P<hybrid>hybrid)"
    r"|(?P<onsite>on[- ]?site|wfo|work(?:ing)?\s+from\s+(?:the\s+|our\s+)?office|in[- ]?office|office[- ]based|"
    r"in[- ]person|(?:in|at)\s+(?:the|our)\s+office|"
    r"at\s+(?:the\s+)?site))\b",
    re.I,
)
_WORK = (
    r"(?:work(?:ing|er|place)?|jobs?|roles?|positions?|opportunit(?:y|ies)|contracts?|internships?|employment|employees?|engagement|"
    r"model|schedule|arrangements?|pattern|policy|set-?up|environment|options?|basis|vacanc(?:y|ies)|opening|assignment|attendance|presence|only|possible|allowed|"
    r"ok|okay|available|eligible|friendly|first|flexibility|flexible|hours|days?|required|requirement|mandatory|mode|type|candidates?)"
)
_ONE_TO_FIVE = r"(?:(?<!\d)\d|\b(?:one|two|three|four|five|all))"
_COUNTED = (
    rf"(?:{_ONE_TO_FIVE}(?:\s?(?:-|–|to|or)\s?(?:\d|two|three|four|five))?\s*\+?\s*(?:days?|x|times?)(?:['’]?s?)"
    r"(?:\s*(?:a|per|/|each|every|in\s+a)?\s*(?:week|wk)(?:ly)?|\s+weekly)?|\b(?:once|twice)\s+(?:a|per|every|each)\s+(?:week|fortnight|month))"
)
NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "all": 5, "once": 1, "twice": 2}
FULL_WEEK = 5

NEGATED_BEFORE = re.compile(
    r"\b(?:no|not|non|never|without|isn['’]t|cannot|can['’]t|unable\s+to|neither|nor|don['’]t|doesn['’]t|won['’]t)\b(?:[\s-]+[\w/]+){0,5}?[\s-]*$",
    re.I,
)
NEGATED_BEHIND = re.compile(
    r"^[\s\w,/()\"-]{0,40}?(?:\b(?:is|are|be|was)\s+not\b|\bisn['’]t\b|\bno longer\b|\bunavailable\b|[:?-]\s*[\"']?(?:no|none|false|not\b|n/a)\b|"
    r"\bis\s+no\b|\bnot\s+(?:\w+\s+)?(?:possible|available|offered|an?\s+option|allowed|permitted|considered|accepted|supported|eligible))",
    re.I,
)
OF_WORK_BEFORE = re.compile(
    rf"(?:\b(?:fully|100\s?%|strictly|exclusively|solely|partly|entirely|completely|totally|purely|primarily|mostly|partially|mainly)[\s-]*|[(\[|•·,/:–—#][^\w\n]{{0,4}}|\s-\s*|li-|"
    rf"(?:\b(?:work|working|is|are|be|location|locations|style|type|mode|model|offer|offers|flexible|performed|done|based)|{_COUNTED})"
    rf"[\s:/(-]{{0,4}}(?:a\s+|an\s+|either\s+|in\s+a\s+|the\s+)?)$",
    re.I,
)
OF_WORK_BEHIND = re.compile(rf"^[\s-]*(?:/|\(|\w+ly|\w+[- ]based|full[- ]time|part[- ]time|(?:\w+\s+)?{_WORK})\b", re.I)
OF_WORK_SIGN = re.compile(r"^\s*(?:[)\]|•·,/:;–—.]|\s-|-\s|\n|$|from\b|within\b|in\b|anywhere\b)", re.I)
CHOICE_BEHIND = re.compile(r"^\s+(?:or|and)\b", re.I)
CHOICE_BEFORE = re.compile(r"\b(?:or|and)\s+(?:a\s+|an\s+)?$", re.I)
ROLE_BEHIND = re.compile(
    r"^[\s-]+(?:(?!(?:as|the|for|with|to|in|of|and|or|that|who|which|is|are|teams?|users?|servers?|sites?|staff|customers?)\b)"
    r"[\w/&.+#-]+\s+){0,4}?(?:roles?|positions?|jobs?|opportunity|contract|internship|opening|vacancy|"
    rf"{JOB_NOUNS})\b",
    re.I,
)
YES_BEHIND = re.compile(r"^\s*(?:\w+\s*)?[:?]\s*(?:yes|y\b|100|fully)", re.I)
TEAM = re.compile(r"^\s+team\b", re.I)
OTHER_THING = re.compile(
    r"^(?:\s?[,/]?\s?(?:or|and|/|,)\s+\w+(?:\s+\w+)?)?[\s-]{1,2}(?:teams\b|servers?|monitoring|sens(?:ing|ors?)|users?|access|support(?!ed)|sites?|desktops?|procedure|control|method|calls?|diagnos\w+|"
    r"management|connect\w+|sessions?|customers?|clients?|staff|colleagues?|stakeholders?|systems?|machines?|devices?|repositor\w+|branch\w*|"
    r"cloud|apps?|applications?|mobile|infrastructures?|integrations?|it\b|data|solutions?|development|deployments?|platforms?|architectures?|"
    r"agile|approach\w*|energy|vehicles?|cars?|engines?|search|meetings?|workshops?|interviews?|trainings?|presentations?|visits?|gym|parking|caf\w+|"
    r"cafeteria|lunch\w*|childcare|clinic|health|fitness|massage|locations?\s+around|areas?|learning|patient|events?|lab|labs|test\w*|"
    r"installation\w*|allowance|stipend|budget|equipment|service|services|reality|machine|assistants?|networks?|environments?\s+(?:such|with)|and\s+field|offices)\b",
    re.I,
)
FIRST_WORDS = frozenset(
    "remote remotely work working wfh wfa tele telecommute telecommuter telecommuting telework teleworking home from off "
    "offsite "
    "virtual hybrid on onsite wfo in office at".split()
)
COUNT = re.compile(
    rf"(?:{_COUNTED}|{_ONE_TO_FIVE}(?=[\s-]+(?:office|on-?site|home|remote|wfh|wfo)[\s-]days?\b)|(?<!\d)[1-9]\d\s?%)",
    re.I,
)
_PLACES = r"(?:office|headquarters|hq|on[- ]?site|in[- ]person|hybrid|home|remote(?:ly)?|wfh|wfo)"
PLACE_BEHIND = re.compile(
    rf"[\s\w]{{0,12}}?\s*(?:in|at|from|on|into|inside)?[\s-]*(?:the\s+|our\s+|their\s+)?(?:\w+\s+)?(?P<what>{_PLACES})\b"
    r"|\s+(?:in|at|from)\s+(?:our|the)\s+(?:\w+\s+){0,2}?(?P<site>studio|lab|plant|depot|campus|hub|premises|building)\b",
    re.I,
)
PLACE_BEFORE = re.compile(
    rf"\b(?P<what>{_PLACES}|come\s+in|commute|tele-?work(?:ing)?|tele-?commut(?:e|ing))\b[^.;\n]{{0,25}}\Z", re.I
)
GOES_ON = re.compile(
    r"^\s*(?:at|for|with|to|by|as|and|or|only|daily|every|each|full[- ]time|during|from|within|in|across|if|while|but|because|anywhere|"
    r"instead|possible|though|when|\d)\b",
    re.I,
)
OR = re.compile(r"^[)\]]?\s*(?:,|/|;|\||\bor\b|\band\b|,\s*or\b)\s*(?:(?:fully|100\s?%)\s*)?\(?$", re.I)
SOFT_BEFORE = re.compile(
    r"\b(?:temporar\w+|initially|occasional(?:ly)?|ad[- ]hoc|sometimes|previous|prior|experience)\b", re.I
)
SOFT_BEHIND = re.compile(
    r"^\s*(?:\w+\s+){0,3}?(?:temporar\w+|until|during|covid\w*|pandemic|initially|experience)\b", re.I
)
COMPOUND_BEFORE = re.compile(r"(?<!fully)(?<!non)(?<!li)(?<!semi)(?<!partially)(?<=[a-z])-$")
"""A word that a hyphen joins to the mention ("Agile-hybrid")."""
WORK_NEAR = re.compile(r"\b(?:work|job|role|position|perform|operat|employ|team|live|remain)\w*\b", re.I)
TRAVEL_NEAR = re.compile(r"\b(?:travel|visit|trip)\w*\b", re.I)
PARTLY_BEFORE = re.compile(r"\b(?:partially|partly|part|semi)[\s-]*$", re.I)
EVERY_DAY = re.compile(r"(?:every|each)\s+(?:(?:working|single|week)\s?)?day\b", re.I)
OFFICE_BEFORE = re.compile(r"\b(?:(?:in|to|at|from)\s+(?:the|our)\s+(?:\w+\s+){0,2}office|on-?\s?site)\s*\Z", re.I)
OTHER_NOUN = re.compile(r"^\s+[a-z]")
