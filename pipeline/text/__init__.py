"""A job description as text: its visible view with the offsets of the raw text, its sections, sentences and their facts."""

from pipeline.text.facts import SentenceFacts, Span
from pipeline.text.given import MAX_CHARACTERS, check_text, decode
from pipeline.text.jd import JDText, view_text, word_count
from pipeline.text.phrases import PhraseFinder
from pipeline.text.sections import DEMAND_KINDS, DUTY_KINDS, HEADING, SILENT_KINDS, Section
from pipeline.text.sentences import Sentence
from pipeline.text.view import BULLETS, Mark, View, lowered

__all__ = [
    "BULLETS",
    "DEMAND_KINDS",
    "DUTY_KINDS",
    "HEADING",
    "MAX_CHARACTERS",
    "SILENT_KINDS",
    "JDText",
    "Mark",
    "PhraseFinder",
    "Section",
    "Sentence",
    "SentenceFacts",
    "Span",
    "View",
    "check_text",
    "decode",
    "lowered",
    "view_text",
    "word_count",
]
