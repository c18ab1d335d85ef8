"""Degrees, certificates and addresses are read in time linear in the text, whatever it holds."""

import pytest

from pipeline.stages.parse.certificates import certifications
from pipeline.stages.parse.education import education
from pipeline.stages.parse.urls import urls
from pipeline.text import JDText, Section, Sentence, SentenceFacts
from tests.conftest import least_seconds

LENGTH = 100_000
MAX_SECONDS = 1.0
FRAGMENTS = [
    " ",
    "\r\n",
    "1,",
    "(",
    "<",
    "• ",
    "a.",
    "$1",
    "A-",
    "B.",
    "https://a",
    "graduate ",
    "(MS ",
    "BSc, ",
    "PMP, ",
]
FRAGMENTS += ["Certified Aa ", "X license, ", "Certificates: A, ", "degree preferred ", "CKA/"]


class OneSentence(JDText):
    """A text of a single sentence, so that the time is that of these facts alone."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        facts = SentenceFacts(Sentence(0, len(text), text, 0), "requirements", True, text)
        self.__dict__ |= {
            "view": text,
            "facts": (facts,),
            "sections": (Section("requirements", "Certificates", 0, 0, len(text)),),
        }

    @property
    def view(self) -> str:
        return self.raw

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        return start, end


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_a_long_repetition_takes_no_time(fragment: str) -> None:
    jd = OneSentence((fragment * LENGTH)[:LENGTH])
    took = least_seconds(lambda: (education(jd), certifications(jd), urls(jd)), MAX_SECONDS)
    assert took <= MAX_SECONDS
