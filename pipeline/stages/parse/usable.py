"""Whether a text is a job description at all: ``JD_type``."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from pipeline.contracts import JDType
from pipeline.stages.parse.occupations import KNOWN, occupation_strength
from pipeline.stages.parse.title_words import MAX_PHRASE_WORDS
from pipeline.text import JDText, lowered

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

MIN_WORDS = 12
"""Words of a text that is long enough to judge."""
MAX_WORDS = 20_000
"""A longer text is no job description, whatever its words."""
MIN_ENGLISH_SHARE, MIN_DOUBTFUL_SHARE = 0.16, 0.06
"""Share of function words of a text that is surely English, and of one that is unless the identifier is sure."""
MIN_ASCII_SHARE = 0.5
"""Share of ASCII words below which a text is not English."""
MIN_PROBABILITY, MIN_DOUBTFUL_PROBABILITY = 0.7, 0.98
"""Probability from which on the language identifier decides, and that for a text with a doubtful share."""
MIN_JOB_WORD_SHARE = 0.005
"""Share of words of the job market in a job description."""
MAX_SHORT_WORDS = 149
"""Words of a text that needs two different words of the job market; a longer one needs three."""
MIN_LETTERS_WITHOUT_SPACES = 121
"""Letters of a text with few words that is in a script without spaces rather than too short."""

_FUNCTION_WORDS = frozenset(
    "the and of to a in is for with on as be are will you we our your or an by at that this from have has it not all "
    "their they must can who work experience".split()
)
_OTHER_FUNCTION_WORDS = frozenset(
    "und der das mit für ist ein eine wir sie nicht auf bei oder zu im deine ihre et les une nous vous pour dans avec est sur votre "
    "el los una con por para que como del em uma não seu il che della sono gli een het voor wij je ook og som til af vi har jeg och "
    "att för på är din ett na się oraz jest".split()
)
"""The same of other languages of Europe, none of them an English word: they decide where the shares leave a doubt."""
_JOB_WORDS = frozenset(
    "responsibility responsibilities requirement requirements qualification qualifications experience "
    "experiences experienced years candidate candidates skill skills role position job team apply applicant "
    "applicants hiring seeking join degree salary benefits duties employer employment contract remote "
    "proficient proficiency familiar familiarity developer engineer analyst manager administrator architect "
    "consultant designer programmer dev devs vacancy recruit recruiter recruiting recruitment expertise permanent freelance "
    "portfolio expectations".split()
)
_JOB_PHRASES = tuple(
    f" {phrase}"
    for phrase in (
        "looking for, full time, full-time, part time, part-time, knowledge of, ability to, responsible for, you will, you'll, must have, "
        "nice to have, background in, hands-on, scope of work, your work, your tasks, your profile, your knowledge, your background, your mission"
    ).split(", ")
)
"""The words and phrases of the job market."""
_TERMS = re.compile(
    r"(?P<years>\b(?:exp|yrs|experience)\b\s?[:.]|\b\d{1,2}\s?\+?\s?(?:[-–]|to)?\s?(?:\d{1,2}\s?)?\+?\s?(?:yrs|yoe)\b)|"
    r"(?P<pay>\b(?:ctc|lpa|per\s(?:hour|annum|day|month)|(?:hourly|weekly|monthly|annual)\s(?:pay|rate|wage|salary)|wages?)\b|/\s?(?:hr|hour|day|year|month|yr)\b)|"
    r"(?P<hiring>\b(?:we\sneed\s(?:an?|\d|two|three)|wanted|urgent\s(?:opening|need|requirement)|openings?|immediate\s(?:joiners?|start)|start\sdate|notice\speriod|"
    r"notice\s?:|w2|c2c|corp[\s-]to[\s-]corp)\b)|"
    r"(?P<answer>\b(?:cv|cvs|r[eé]sum[eé]s?|cover\sletter|interviews?|dm\sme)\b)|"
    r"(?P<extras>\b(?:relocation|stock\soptions|equity|bonus(?:es)?|gross)\b)|"
    r"(?P<hours>\b(?:shifts?|nights|weekends|on-?site|hybrid|wfo|wfh|overtime|part\s?time|full\s?time)\b)",
    re.I,
)
"""The terms of a terse advertisement, by what they speak of; each kind counts as one word of the job market."""
_FIRST_PERSON = re.compile(r"\b(?:I|my|My)\b")
_ADDRESSED = re.compile(
    r"\b(?:you|your|we|our|us|candidates?|applicants?|hiring|seeking|looking for|my client)\b", re.I
)
MIN_FIRST_PERSON = 3
"""Words of the first person from which on a text that addresses nobody is a person's account of itself."""
_LETTER_WORDS = re.compile(r"[^\W\d_]+")


@cache
def _identifier() -> LanguageIdentifier:
    """The language identifier, loaded once, which takes a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def is_english(text: str) -> bool:
    """Return whether a text is in English: function words decide clear cases, the language identifier the others."""
    words = [w.lower() for w in _LETTER_WORDS.findall(text[:6000])]
    if not words:
        return False
    share = sum(w in _FUNCTION_WORDS for w in words) / len(words)
    if share >= MIN_ENGLISH_SHARE:
        return True
    if sum(w.isascii() for w in words) < MIN_ASCII_SHARE * len(words):
        return False
    others = sum(w in _OTHER_FUNCTION_WORDS for w in words) / len(words)
    language, probability = _identifier().classify(text[:3000])
    return bool(
        language == "en"
        or probability < MIN_PROBABILITY
        or (share >= MIN_DOUBTFUL_SHARE > others and probability < MIN_DOUBTFUL_PROBABILITY)
    )


def jd_type(jd: JDText, title: str | None = None) -> JDType:
    """Return ``pass``, or what the text is instead of a job description. ``title`` is one that was given beside the text."""
    words = _LETTER_WORDS.findall(jd.view[:200_000])
    if len(words) < MIN_WORDS:
        if words and not any(w.isascii() for w in words):
            return "not_english"
        # A text in a script without spaces has few "words", however long it is.
        return "not_english" if sum(map(len, words)) >= MIN_LETTERS_WITHOUT_SPACES else "too_short"
    if not is_english(jd.view):
        return "not_english"
    if jd.n_words > MAX_WORDS:
        return "not_a_jd"
    if _is_account_of_oneself(jd.view):
        return "not_a_jd"
    needed = 2 if len(words) <= MAX_SHORT_WORDS else 3
    signs = [w for word in words if (w := word.lower()) in _JOB_WORDS]
    folded = " ".join(lowered(jd.view).split())
    signs += [phrase for phrase in _JOB_PHRASES if phrase in folded]
    signs += _title_signs(title or "")
    if len(set(signs)) < needed or len(signs) < MIN_JOB_WORD_SHARE * len(words):
        signs += [m.lastgroup or "" for m in _TERMS.finditer(jd.view)]
    if len(set(signs)) < needed:
        return "not_a_jd"
    return "pass" if len(signs) >= MIN_JOB_WORD_SHARE * len(words) else "not_a_jd"


def _title_signs(title: str) -> list[str]:
    """What a title that names an occupation says of its text: that, and its words of the job market."""
    words = title.split()[:MAX_PHRASE_WORDS]
    if not any(occupation_strength(word) == KNOWN for word in words):
        return []
    return ["title", *(word for raw in words if (word := raw.lower().strip(".,;:()")) in _JOB_WORDS)]


def _is_account_of_oneself(view: str) -> bool:
    """Whether a text speaks of its writer alone, as a CV does."""
    return len(_FIRST_PERSON.findall(view)) >= MIN_FIRST_PERSON and not _ADDRESSED.search(view)
