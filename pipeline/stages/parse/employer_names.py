"""The names of a text: words in capitals that stand together, with what stands before and behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.stages.parse.occupations import KNOWN, occupation_strength

MAX_NAME_WORDS = 7

_WORD = re.compile(r"[^\W_](?:[\w&'’+/-]|\.(?=[a-z0-9])){0,60}|&")
JOINERS = frozenset("of and & the for de du la von van der den und y e".split())
_LEGAL_WORDS = (
    "Inc INC inc Incorporated Ltd LTD ltd Limited LIMITED LLC llc LLP llp GmbH GMBH gmbh Corp CORP Corporation PLC Plc plc Pvt PVT Co "
    "AG SE SA SAS SRL BV NV Oy AB AS KG LP PC"
).split()
_LEGAL_SET = frozenset(_LEGAL_WORDS)
LEGAL_FORM = re.compile(
    rf"(?:,?\s{{1,2}}(?:{'|'.join(_LEGAL_WORDS)}|S\.A\.|B\.V\.|S\.r\.l\.|L\.L\.C\.?)(?!\w)\.?(?:\s&\sCo\.?(?:\sKG)?)?){{1,2}}"
)
"""The legal forms behind a name (", Inc.", " GmbH & Co. KG")."""
LEGAL_FORM_AT_END = re.compile(rf"(?:,?\s{{1,2}}(?:{'|'.join(_LEGAL_WORDS)})\.?){{1,2}}$")
_NO_NAMES = frozenset(
    "1099 a ability about above accounting ada additional administration advanced after ago ai all also america an analyze "
    "and any apac api applicant applicants apply april are area areas as asap assist at august aws ba bachelor bachelors "
    "based basic be been before below benefits bonus both bs build business but by c2c call can candidate candidates career "
    "careers certification certifications check citizen citizens citizenship city clearance click client clients cloud "
    "collaborate companies company compensation conditions conduct confidential contact content contract cookies core "
    "country county create culture customer customers data date day dear december deep define degree demonstrated "
    "department description design desirable desired develop disclaimer do does download dr drive duration during duties "
    "e-mail each east education eeo email emea employer employers employment end engineering english ensure environment eoe "
    "equal eu every excellent experience familiarity fax february field fields finance find follow following for french "
    "friday from full functional fwd general german get good great greetings group had hands-on has have he hello help here "
    "hi hiring home how how's however hr http https hybrid i i'm id ideal if implement in industry is it it's january job "
    "jobs join jr july june junior key knowledge language languages lead learn legal less let's license location locations "
    "login logistics looking main maintain maintenance make manage many march market marketing master masters may mba menu "
    "minimum mission ml monday month more most mr mrs ms multiple must must-haves my n/a new nice no none north not note "
    "november now october office on once one onsite operations opportunity or other our over overview own part participate "
    "pay people per perform perks personal phd phone please plus policy position positions posted preferred primary privacy "
    "procurement product production products professional proficiency proficient project projects proven provide qa "
    "qualifications qualified rate re read regards region remote required requirements responsibilities responsible review "
    "role roles salary sales save search secondary sector security see seeking send senior september service services shall "
    "share she should show sign similar since sincerely site skill skills skip software solid some south spanish specific "
    "sql sr start state states strong subject submit successful such summary support system systems tasks tbd team teams "
    "technical technologies technology tel terms thanks that the there these they this those three through time title to "
    "today together tools travel two type u.s ui uk under understand understanding undisclosed united url us usa ux values "
    "various via view visa vision visit w2 wanted we we're web website week west what what's when where which while who why "
    "will with work working would www year yes you you'll you're your".split()
)
"""Words that are no name, alone or as its first word."""
_NEVER_INSIDE = frozenset(
    "you your we our us i me will would can must what how why who this that these is are be job jobs role roles responsibilities requirements "
    "qualifications description candidate candidates applicants position positions overview summary location salary".split()
)
"""Words that no name holds."""
_NEVER_LAST = frozenset(
    "of and & the for de team teams role position candidate candidates office standard employees members".split()
)


@dataclass(frozen=True)
class Name:
    """Words in capitals that may be a name: their place in the view and their text; ``form_end`` is behind its legal form."""

    start: int
    end: int
    text: str
    form_end: int

    @property
    def has_legal_form(self) -> bool:
        """Whether a legal form stands behind the name or ends it."""
        return self.form_end > self.end or _ENDS_WITH_FORM.search(self.text) is not None

    @property
    def key(self) -> str:
        """The name as it is compared: small letters, no legal form, no article."""
        return name_key(self.text)


_ENDS_WITH_FORM = re.compile(rf"\s(?:{'|'.join(_LEGAL_WORDS)})\.?$")


def name_key(text: str) -> str:
    """Return a name in small letters without its legal form and a leading article."""
    bare = LEGAL_FORM.sub("", text).lower().strip(" .,")
    return bare.removeprefix("the ").replace(" & ", "&")


_POSSESSIVES = ("'s", "’s", "s’", "s'")


def names_in(view: str, limit: int) -> Iterator[Name]:
    """Yield the names of the beginning of a view in order."""
    run: list[re.Match[str]] = []
    for match in _WORD.finditer(view, 0, limit):
        word = match.group()
        if run and (run[-1].group().endswith(_POSSESSIVES) or not _is_beside(view, run[-1].end(), match.start())):
            yield from _names_of(view, run)
            run = []
        if _is_capital(word) or (run and word.lower() in JOINERS):
            run.append(match)
        elif run:
            yield from _names_of(view, run)
            run = []
    yield from _names_of(view, run)


def _is_beside(view: str, end: int, start: int) -> bool:
    return start - end <= 2 and view[end:start].strip(" ") == ""


def _is_capital(word: str) -> bool:
    return (
        word[0].isupper()
        or (any(c.isupper() for c in word[1:3]))
        or (word[0].isdigit() and any(c.isupper() for c in word))
    )


def _names_of(view: str, run: list[re.Match[str]]) -> Iterator[Name]:
    """The name of a run of words: its possessive ends it, words that open a sentence and joiners at its edges are no part."""
    words = [m.group() for m in run]
    first, last = 0, len(words) - 1
    while first <= last and _is_no_first(words, first, last):
        first += 1
    while last >= first and words[last].lower() in _NEVER_LAST:
        last -= 1
    while last > first and words[last] in _LEGAL_SET:
        last -= 1
    if first > last or last - first >= MAX_NAME_WORDS:
        return
    inner = [re.sub(r"['’]s?$", "", w) if i == last else w for i, w in enumerate(words[: last + 1])][first:]
    start, end = run[first].start(), run[last].start() + len(inner[-1])
    text = view[start:end].strip()
    half = len(text) // 2
    if half > 2 and text[:half] == text[half:]:
        start, text = start + half, text[half:]
    if not is_name(text):
        return
    form = LEGAL_FORM.match(view, end)
    yield Name(start, end, " ".join(text.split()), form.end() if form else end)


def _is_no_first(words: list[str], first: int, last: int) -> bool:
    word = words[first].lower()
    if words[first] == "US" and first < last:
        return False
    if word == "the":
        return first == last or not words[first][0].isupper()
    return word in JOINERS or (word in _NO_NAMES and (first == last or word in _NEVER_INSIDE or word in _OPENERS))


_OPENERS = frozenset(
    "at in on if as by with from about join since while for our this that when after before under over via here and or but although like "
    "today currently together welcome because although careers career why how what meet dear hi hello thanks regards".split()
)
"""Words that open a sentence before a name."""


_TITLE_ENDS = frozenset(
    "lead leads head specialist specialists expert experts professional professionals generalist intern".split()
)
"""Words with which titles end, and no names."""


def is_name(text: str) -> bool:
    """Whether words may be the name of an employer: no title, no heading, no beginning of a sentence."""
    words = [w if w == "US" else w.lower() for w in text.split()]
    if not words or len(text) < 2 or (words[0] in _NO_NAMES and len(words) == 1) or _NEVER_INSIDE & set(words):
        return False
    if text.replace(" ", "").isdigit():
        return False
    if len(words) > 1 and words[-1] in _TITLE_ENDS:
        return False
    return occupation_strength(words[-1]) < KNOWN
