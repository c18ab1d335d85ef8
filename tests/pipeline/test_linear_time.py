"""The time of a run grows with the length of a text and with nothing else, whatever the text repeats."""

from collections.abc import Sequence

import numpy as np
import pytest

from pipeline.catalog import Catalog
from pipeline.catalog.indexes import Indexes
from pipeline.run import run
from pipeline.stages.encoding import MAX_CHARACTERS, MAX_SENTENCE_CHARACTERS, MAX_SENTENCES
from pipeline.text import JDText
from pipeline.vectors import WIDTH, TaggedTexts, Vectors, untagged
from tests.conftest import least_seconds

LONG = 100_000
MAX_SECONDS, MAX_GROWTH = 3.0, 15.0
"""What a text of ``LONG`` characters may take, and how much more ten times a text may take than the text."""
MANY = 30_000
"""Characters of a text that is tried with every fragment; the mixtures are tried at full length."""
NOISE = 0.4
"""Seconds of the processor within which the growth says nothing."""

JD = (
    "Senior Java Developer\n\nNorthpeak builds billing software in Leeds.\n\nResponsibilities\n- Design REST services in Java "
    "for the billing team.\n\nRequirements\n- 3+ years of experience with Java, a degree in computer science\n"
    "Salary: $100,000 - $120,000\nLocation: London\nYou will "
)

BLANKS = [" ", "\t", "\n", "\r\n", "\r", " \n", "\r\n \r\n", "\xa0", "\u200b", "\u2028"]
NUMBERS = "1¦1,¦1.¦1-¦1 ¦$1¦$1,¦$1k - ¦3 years ¦5+ years of ¦5 to ¦5 LPA ¦%¦₹¦per ¦salary ".split("¦")
SIGNS = [*"()[]{}<>|*#_-=~`'\":;!?&@/\\•–.,“‘"]
SIGNS_APART = "()¦[](¦](¦* ¦- ¦• ¦# ¦> ¦| a ¦|-¦: ¦, ¦...".split("¦")
MARKUP = '<p>¦<p ¦<a "¦</¦<!--¦<script>¦<div hidden>¦<li>¦<b>¦**a** ¦`a¦&amp;¦&amp;amp;¦&#¦\\n¦\\"¦{"a":"'.split("¦")
WORDS = "a¦A¦aA¦Aa¦a ¦A ¦Aa ¦a.¦A.¦a. ¦A. ¦Word. ¦a\n¦- a\n¦1. a\n¦ab-\n¦R ¦e.g. (¦é¦中¦😀¦â€¦Ã¦e\u0301¦ﬁ".split("¦")
PHRASES = (
    "http://¦http://a.b/c ¦www.a¦a@¦a@b.c ¦and ¦or ¦Java, ¦Java ¦C++ ¦a: ¦Title:\n¦Location: ¦London, ¦at A ¦About ¦We are ¦looking for a ¦"
    "not ¦no ¦degree in ¦Bachelor's ¦remote ¦years of experience ¦the team. Key Responsibilities ¦the teamResponsibilities:"
).split("¦")
FRAGMENTS = [*BLANKS, *NUMBERS, *SIGNS, *SIGNS_APART, *MARKUP, *WORDS, *PHRASES]


class ConstantEncoder:
    """An encoder that takes no time: what is measured is all else, and what it is given."""

    name = "constant"
    n_characters = 0
    n_texts = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.n_characters = sum(min(len(t), MAX_SENTENCE_CHARACTERS) for t in texts)
        self.n_texts = len(texts)
        rows = np.zeros((len(texts), WIDTH), np.float32)
        rows[:, 0] = 1.0
        return rows

    def encode_with_tags(self, texts: Sequence[str]) -> TaggedTexts:
        return untagged(self.encode(texts))


@pytest.fixture(scope="module")
def constant(catalog: Catalog) -> Indexes:
    indexes = Indexes(catalog, ConstantEncoder())
    run(JD, None, "warm", indexes)
    return indexes


def seconds(text: str, indexes: Indexes, enough: float) -> float:
    return least_seconds(lambda: run(text, None, "r", indexes), enough)


def assert_linear(fragment: str, before: str, behind: str, size: int, indexes: Indexes) -> None:
    texts = [before + fragment * (n // len(fragment)) + behind for n in (size // 10, size)]
    short = seconds(texts[0], indexes, NOISE)
    most = min(MAX_SECONDS * size / LONG, max(NOISE, MAX_GROWTH * short))
    assert seconds(texts[1], indexes, most) <= most


@pytest.mark.slow
@pytest.mark.parametrize("fragment", FRAGMENTS, ids=ascii)
def test_a_repeated_fragment_is_read_in_linear_time(fragment: str, constant: Indexes) -> None:
    assert_linear(fragment, "", "", MANY, constant)


@pytest.mark.slow
@pytest.mark.parametrize("fragment", FRAGMENTS, ids=ascii)
def test_a_fragment_that_is_repeated_inside_a_job_description_is(fragment: str, constant: Indexes) -> None:
    assert_linear(fragment, JD, " need it.\n", MANY, constant)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_fragments_in_any_mixture_are(seed: int, constant: Indexes) -> None:
    chosen = np.random.default_rng(seed)
    unit = "".join(
        FRAGMENTS[i] * int(n)
        for i, n in zip(chosen.integers(0, len(FRAGMENTS), 4), chosen.integers(1, 30, 4), strict=True)
    )
    assert_linear(unit, JD, "\n", LONG, constant)


def test_the_lines_of_an_empty_page_take_no_time(constant: Indexes) -> None:
    text = "Java developer\r\n" + "\r\n" * 3_000 + "You build services in Java for our team."
    assert seconds(text, constant, NOISE) <= NOISE


def test_what_is_encoded_of_a_text_is_bounded(constant: Indexes) -> None:
    many = "".join(
        f"- Design the service number {i} for our billing team in Java ({'; '.join('abcdefghij')}).\n"
        for i in range(900)
    )
    encoder = constant.encoder
    assert isinstance(encoder, ConstantEncoder)
    run(f"Java Developer\n\nResponsibilities\n{many}", None, "r", constant)
    assert 0 < encoder.n_texts <= MAX_SENTENCES + 1 and encoder.n_characters <= MAX_CHARACTERS + MAX_SENTENCE_CHARACTERS


@pytest.mark.parametrize(
    "fragment", ["\r\n", " ", "<p ", "&amp;amp;", "** ", "aA", "1,", "(", "• ", "a.", '{"a":"', "ab-\n"], ids=ascii
)
def test_the_view_of_a_long_text_is_made_at_once(fragment: str) -> None:
    text = fragment * (LONG // len(fragment))
    assert least_seconds(lambda: JDText(text).view, MAX_SECONDS / 3) <= MAX_SECONDS / 3
