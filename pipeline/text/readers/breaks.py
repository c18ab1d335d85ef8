"""Line breaks that a text has lost ("…clearance)Salary: …", "RequirementsBachelor's degree", "development.You will").

What lost its break shows a small letter or a closing sign right before a capital. So do names ("PowerShell", "ASP.NET"); a
break is put back where what stands on both sides of it says that it is one.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from pipeline.text.readers.vocabulary import is_word
from pipeline.text.readers.words import (
    MAX_PHRASE,
    MIN_LONE_HEADING,
    is_phrase,
    opens_duty,
    opens_sentence,
    phrase_at,
    words,
)
from pipeline.text.view import Edit, Reading

MIN_LEFT, MIN_RIGHT = 4, 4
"""Letters of two words that are told apart though neither is known to begin or to end a line."""
MIN_NAMED = 2
"""How often a text must write a word with a capital inside for it to be a name."""
MAX_RUN, MAX_TOKEN = 30, 60
"""Letters before a place that are looked at, and characters without a blank."""

_GLUED = re.compile(r"(?<=[a-z0-9.!?:;)\]%”])(?=[A-Z])|(?<=[A-Z][A-Z])(?=[A-Z][a-z]{2})")
_WORD = re.compile(r"[A-Z][a-z]{0,20}(?:-[a-z]{1,20})?(?:['’][a-z]{1,2}\b)?")
_HUMP = re.compile(r"(?:[A-Z]{2,}s?|[A-Z]?[a-z]+|[A-Z])\Z")
_NAMES = re.compile(r"\b[A-Za-z]{0,20}[a-z][A-Z][A-Za-z]{1,20}\b")
_ABBREVIATION = re.compile(r"[A-Z]{2,6}[0-9]?(?=[ ,/])")
_SMALL_NEXT = re.compile(r"[ ](?:[a-z]|\()")
_ADDRESS = ("@", "://", "www.")


def lost_breaks(text: str) -> Reading:
    """Read the line ends that are missing, and the blanks behind a colon."""
    names: Counter[str] | None = None
    edits: list[Edit] = []
    for match in _GLUED.finditer(text):
        if names is None:
            names = Counter(_NAMES.findall(text))
        place = _Place.at(text, match.start(), names)
        if place is not None:
            heading = place.heading_before()
            if heading and text[place.position - len(heading) - 1 : place.position - len(heading)] == " ":
                start = place.position - len(heading) - 1
                if not edits or edits[-1].end <= start:
                    edits.append(Edit(start, start + 1, "\n"))
            filler = "\n" if heading else place.filler()
            if filler:
                edits.append(Edit(place.position, place.position, filler))
    return Reading(edits)


def _phrase_before(text: str, end: int) -> str:
    """The longest known heading that ends at a place; empty where none does."""
    first = max(0, end - MAX_PHRASE)
    line = text[max(text.rfind("\n", first, end) + 1, first) : end]
    while line:
        if is_phrase(line) and (" " in line or len(line) >= MIN_LONE_HEADING):
            return line
        line = line.partition(" ")[2]
    return ""


@dataclass(frozen=True)
class _Place:
    """A capital right behind a letter or a closing sign."""

    text: str
    position: int
    word: str
    """The word that begins there."""
    end: int
    run: str
    """The letters right before it; empty behind a sign."""
    is_name: bool
    """Whether the text writes the whole word several times."""

    @classmethod
    def at(cls, text: str, position: int, names: Counter[str]) -> _Place | None:
        """The place at a position; null inside an address."""
        word = _WORD.match(text, position)
        first = max(0, position - MAX_TOKEN)
        token = text[max(text.rfind(" ", first, position), text.rfind("\n", first, position), first) : position]
        if word is None or any(sign in token for sign in _ADDRESS):
            return None
        begin = position
        while begin > max(0, position - MAX_RUN) and text[begin - 1].isascii() and text[begin - 1].isalpha():
            begin -= 1
        letters = text[begin:position]
        whole = letters + word.group()
        return cls(text, position, word.group(), word.end(), letters, names[whole] >= MIN_NAMED)

    def heading_before(self) -> str:
        """The known heading that ends here; empty where none does."""
        if not self.run or not self.run[0].isupper():
            return ""
        return _phrase_before(self.text, self.position)

    def filler(self) -> str:
        """What was lost here: a line break, a blank, or nothing."""
        phrase = phrase_at(self.text, self.position, self.word)
        if phrase and self._opens_line(phrase):
            return "\n"
        sign = self.text[self.position - 1]
        if sign == ":":
            return self._behind_colon()
        if sign in ".!?;":
            return "\n" if self._ends_sentence(sign) else ""
        if sign in ")]%”":
            return "\n" if self._ends_bracket(sign) else ""
        if (
            (self.is_name and not self.run[:1].islower())
            or self._next() in ("_", "(")
            or (self._next() or " ") in "0123456789"
        ):
            return ""
        return "\n" if self._ends_word() else ""

    def _next(self) -> str:
        return self.text[self.end : self.end + 1]

    def _goes_on_small(self) -> bool:
        return _SMALL_NEXT.match(self.text, self.end) is not None

    def _opens_line(self, phrase: str) -> bool:
        """Whether a known phrase is a heading or a label here: several words, or followed by a colon or glued itself."""
        behind = self.text[self.position + len(phrase) : self.position + len(phrase) + 2].lstrip(" ")[:1]
        if behind in (":", "："):
            return not is_word(self.run + self.word) or not self.run
        if " " in phrase:
            return not self.is_name
        return len(phrase) >= MIN_LONE_HEADING and self.text[self.position + len(phrase) :][:1].isupper()

    def _behind_colon(self) -> str:
        if not (
            self.text[self.position - 2 : self.position - 1].isalpha() and (is_word(self.word) or self._goes_on_small())
        ):
            return ""
        return "\n" if " " in _phrase_before(self.text, self.position - 1) else " "

    def _ends_sentence(self, sign: str) -> bool:
        """Whether a sentence ends with the sign before, and no name goes on ("ASP.NET", "E.ON") or number ("1.Design")."""
        before = self._word_before_sign()
        if len(self.word) < 2 and (capitals := _ABBREVIATION.match(self.text, self.position)):
            known = before.islower() and len(before) >= MIN_LEFT and is_word(before)
            return known and capitals.group().lower() not in words("name_tails")
        if self.word.lower() in words("name_tails") or len(self.word) < 2 or self._next() in (".", "("):
            return False
        if not before:
            return sign != "."
        if sign != "." or before[-1] in "+#)" or (before.isdigit() and len(before) > 2):
            return len(before) > 1
        if before.islower() and len(before) > 1:
            return self._next() != "" and (
                is_word(self.word.partition("-")[0]) or self._goes_on_small() or opens_sentence(self.word)
            )
        known = opens_sentence(self.word) or opens_duty(self.word) or is_word(self.word)
        return len(before) > 1 and not before.isdigit() and known and self._goes_on_small()

    def _word_before_sign(self) -> str:
        end = begin = self.position - 1
        while begin > max(0, end - MAX_RUN) and (self.text[begin - 1].isalnum() or self.text[begin - 1] in "_+#’)"):
            begin -= 1
        return self.text[begin:end]

    def _ends_bracket(self, sign: str) -> bool:
        if len(self.word) < 2:
            return False
        if sign == ")":
            opening = self.text.rfind("(", max(0, self.position - 120), self.position)
            return opening >= 0 and (self.position - opening > 4 or opens_sentence(self.word) or self._goes_on_small())
        return is_word(self.word) and len(self.word) > 2

    def _ends_word(self) -> bool:
        """Whether two words were glued that are not one name."""
        tail = self.word.lower().replace("’", "'")
        if tail in words("name_tails") or is_word(self.run + self.word):
            return False
        opener, duty = opens_sentence(self.word), opens_duty(self.word)
        if self.run[:1].islower():
            return self._ends_small_word(opener or duty)
        hump = _HUMP.search(self.run)
        size = len(hump.group()) if hump else len(self.run)
        if opener and (len(tail) > 2 or tail in ("as", "at", "we", "if")):
            return self._goes_on_small() and (size >= 3 or self.run[-1:].isupper() or not self.run)
        return duty and size > MIN_LEFT and bool(self.run) and self._goes_on_small() and not self._is_linked()

    def _ends_small_word(self, is_opener: bool) -> bool:
        before = self.text[max(0, self.position - len(self.run) - 1) : self.position - len(self.run)]
        if before in ("/", ".", "@", "#", "_", "\\", "-") and not is_opener:
            return False
        if is_opener and len(self.run) > 1:
            return True
        is_end = len(self.run) >= MIN_LEFT and is_word(self.run)
        return is_end and len(self.word) >= MIN_RIGHT and is_word(self.word) and not self._next().isupper()

    def _is_linked(self) -> bool:
        following = re.match(r" ([a-z]{1,6})\b", self.text[self.end : self.end + 9])
        return following is not None and following.group(1) in words("links")
