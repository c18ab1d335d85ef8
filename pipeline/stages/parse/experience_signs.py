"""The words around a span of years that say whose years they are.

Patterns named ``*_BEHIND`` and ``OF_*`` are matched right behind the span, those that end in ``$`` right before it.
"""

from __future__ import annotations

import re

_GENITIVE = r"['’*]?s?['’]?"
_WORD = r"[\w/&,'’-]{1,20}\s"

EXPERIENCE = re.compile(
    r"\b(?:experience[sd]?|exp|expertise|background|yoe|seniority)(?-i:(?![a-z]))|hands[- ]on|(?:track|proven)\srecord|under\syour\sbelt|behind\syou",
    re.I,
)
"""A word for experience, also one that a capital follows ("experienceKnowledge")."""
WORK_BEHIND = re.compile(
    rf"{_GENITIVE}\)?\s{{0,2}}[,:-]?\s?(?:(?:of|in|as|with|using|on|within|at|inside|doing|worth)\b|"
    r"(?!running|during|following|including|ending)[a-z]{3,14}ing\b)",
    re.I,
)
"""What was done in the years ("5 years as a nurse", "3 years building bridges")."""
WORKED = re.compile(
    r"\b(?:you(?:'ve|’ve)?|who|has|have|having)\s(?:\w{2,10}\s){0,2}?"
    r"(?:work|cod|programm|develop|us|buil|lead|led|manag|r[ua]n|writ|design|deliver|serv|practi[cs]|"
    r"teach|taught|sell|sold|maintain|administ|test|spen[dt])\w{0,6}\b",
    re.I,
)
"""What the candidate has done, before the years ("you have worked for")."""

_LEAST = r"(?:(?:min(?:imum)?|at\sleast|over|of)\b[\s.]{0,2}){0,3}"
LABEL = re.compile(
    rf"(?:experience|\bexp)\b[^:：\d]{{0,32}}[:：][\s*_]{{0,4}}{_LEAST}$"
    rf"|^\W{{0,6}}(?:[\w/]{{1,14}}\s){{0,3}}(?:experience|exp)\b\.?[^\w\n]{{0,6}}"
    rf"(?:required|needed|range|level)?[^\w\n]{{0,6}}{_LEAST}$",
    re.I,
)
"""A label right before the years: with a colon, or at the start of its line."""
MINIMUM = re.compile(r"(?:least|requires?|min[iu]mum(?:\sof)?|\bmin\.?)\s{0,2}(?:an?\s)?$", re.I)
ABOUT_SO_MANY = re.compile(
    r"(?:more\sthan|over|above|exceeding|[≥>]|preferably|ideally|between|from|around|about)\s{0,2}(?:an?\s)?$", re.I
)
GLUED_HEADING = re.compile(r"(?:requirements|qualifications|skills|experience|education)\W{0,3}$", re.I)
"""A heading that lost its line break ("Requirements5 years")."""
LEAD_IN = re.compile(
    r"(?:[^\w\n]|\d{1,2}[.)]|minimum|min|of|at|least|with|and|plus|over|more|than|you|have|has|bring|must|possess|"
    r"requires?|required|need|around|about|preferably|ideally|typically|total|up|to|between|an?|approximately){0,8}",
    re.I,
)
"""What may stand before the years at the start of a demand."""

OF_SOMETHING_ELSE = re.compile(
    rf"{_GENITIVE}[\s-]{{0,2}}(?:of\s)?"
    r"(?:(?:full[- ]time|part[- ]time|accredited|under-?graduate|fixed[- ]term|renewable|rolling|initial|long|paid)\s){0,2}"
    r"(?:"
    r"old|ago|aged?|young|running(?=\s?(?:[,.;)]|$|as\b))|in\sa\srow|from\snow|and\sabove\sare|in\sbusiness|start-?up|"
    r"history|heritage|tradition|anniversary|tenure|service|"
    r"of\s(?:growth|success|excellence|innovation|leadership)\b(?!\s(?:experience|roles?|positions?))|"
    r"college|university|degree|diploma|bachelor(?:['’]?s)?|master(?:['’]?s)?|education|stud(?:y|ies)|school|course(?!s\staught)|"
    r"program(?:me)?\b(?!\s(?:management|manager))|apprenticeship|"
    r"contract|term|fixed|assignment|engagement|project\b(?!\s(?:manage|lead|deliver))|commitment|extension|"
    r"lease|warranty|guarantee|visa|permit|limitation|retention|vesting|cliff|roadmap|vision|plan|"
    r"of\s(?:data|records|logs|legacy|accounts|results)(?=\s{0,2}(?:[.,;)]|$|code|from|on))"
    r")s?\b",
    re.I,
)
"""Years of an age, a firm, a degree, a contract, a right, a plan, of what is stored."""
AFTER_SOMETHING_ELSE = re.compile(
    r"(?:"
    r"\b(?:last|past|next|first|previous|prior|within|every|each|coming|recent|founded|established|celebrat(?:es|ed|ing)|aged?|ages|"
    r"course\sof(?:\sthe)?|during(?:\sthe)?|duration|term|length|valid\sfor|contracts?(?:\s(?:for|of))?|project\sof|"
    r"vest(?:s|ing)?\sover|renewed\severy|in\sbusiness\sfor|older\sthan)"
    r"|^\W{0,3}(?:for|after|since)"
    r"|(?:contract|agreement|assignment|engagement|warranty|lease|licen[cs]e|passport|visa|permit|options|shares|stock|product|platform|"
    r"system|machines?)\s(?:\w{1,10}\s){0,3}(?:for|over|within|after|to|is|of|lasts|runs)"
    r")\s{0,2}[:(–-]?\s{0,2}(?:the\s)?"
    r"(?:(?:over|more\sthan|nearly|almost|about|around|past|last|next|approximately|up\sto|of|well\sover|at\sleast|a\sminimum\sof)\s)"
    r"{0,3}(?:the\s)?(?:past\s|last\s|next\s)?$",
    re.I,
)
"""A stretch of the calendar, or what else lasts for years."""

EMPLOYER = re.compile(
    r"\b(?:we|our|us|its|we['’]ve|company|firm|founders?|brand|family|client\shas|my|i\shave|"
    r"(?<!you\s)(?<!who\s)ha(?:s|ve)\sbeen|since)\b",
    re.I,
)
CANDIDATE = re.compile(
    r"\b(?:you|your|you['’]ll|candidates?|applicants?|look(?:ing)?|seek(?:s|ing)?|needs?|requires?|required|requirements?|must|"
    r"hir(?:e|ing)|wants?|expect(?:s|ed)?|someone|ideal|qualif\w{0,9}|minimum|least|who|asks?|prefer\w{0,5}|background|person|"
    r"professional|engineer|developer|experience)\b",
    re.I,
)
OPENING = re.compile(
    r"^\W{0,4}(?:with|having|after|backed\sby|thanks\sto|(?:draw|build|tapp|trad|bring)ing\s(?:up)?on?|boasting|leveraging|"
    r"combining)\b[^,]{0,40}$",
    re.I,
)
"""The start of a sentence whose subject comes behind the years ("With 30 years of experience, Acme ...")."""
OTHER_SUBJECT = re.compile(
    r",\s(?!(?:you|your|candidates?|applicants?|the\s(?:\w{1,12}\s)?(?:candidate|person|applicant|hire|developer|engineer)|"
    r"and|or|in|with|including|preferably|ideally|of|at|on|as|plus)\b)[\w&.,'’ -]{2,60}?\s"
    r"(?:is|are|has|have|was|helps?|offers?|provides?|delivers?|continues|serves?|brings|combines|remains|supports?|earned|knows|"
    r"leads|builds|makes)\b"
)
NAME_HAS = re.compile(r"^\W{0,4}(?:[A-Z][\w&.'’-]{1,20}\s){1,4}(?:has|have|brings?|boasts?|holds)\s[^.]{0,24}$")
"""A name as the subject: "Acme has 30 years of experience"."""
COLLEAGUES = re.compile(
    r"\b(?:from|with|alongside|by|your|join|among)\s(?:\w{1,14}\s){0,3}?"
    r"(?:people|engineers?|colleagues|teammates|experts?|mentors?|managers?|lead|specialists|leaders|developers|consultants|professionals|"
    r"team)\s(?:with|who\s(?:have|bring|has)|having|has|have|of)\s(?:\w{1,12}\s){0,3}$",
    re.I,
)
"""Those whom the candidate works with ("learn from people with 20 years of experience")."""
COMBINED = re.compile(r"\b(?:combined|collective|cumulative|joint)\b|\bbetween\s(?:us|them)\b", re.I)

STATED_PREFERENCE = re.compile(r"\s?\((?:required|preferred)\)", re.I)
OVERALL_BEHIND = re.compile(
    rf"{_GENITIVE}\s{{0,2}}(?:{_WORD}){{0,3}}?"
    r"(?:overall|total|professional|software|relevant|related|commercial|industry|industrial|work|working|it|comparable|progressive|"
    rf"career|equivalent|practical)\b\s{{0,2}}(?:{_WORD}){{0,4}}?(?:exp(?:erience)?|development|engineering|background)\b"
    rf"|{_GENITIVE}\s{{0,2}}(?:of\s)?exp(?:erience)?\b\s{{0,2}}(?:[^\w\s]|required|needed|is\b|or\b|and\b|$)"
    rf"|\s(?:of\s(?:{_WORD}){{0,2}}experience\s)?(?:in|as)\s(?:an?|the|this)\s(?:{_WORD}){{0,4}}?(?:role|position|capacity)\b"
    r"|\s(?:of\s(?:work\s|working\s)?experience\s)?as\san?\b",
    re.I,
)
"""Words that say that the years are those of the work as a whole, not of one skill."""
WITHIN_OTHERS = re.compile(r"(?:years?|yrs?)\b.{0,80}\b(?:with|including|of\swhich|having|out\sof)\b[^,]{0,24}$", re.I)
"""Years that are a part of other years: "10 years of experience with at least 3 years as a lead"."""
INSTEAD = re.compile(
    r"\b(?:in\slieu|instead\sof|without\s(?:an?\s)?(?:degree|diploma)|no\sdegree|high\sschool|equivalent\sto|count\s(?:for|as))\b",
    re.I,
)
"""Years that take the place of a degree."""
