"""The parsed text made readable: in the colours of its structure with each fact at its place, and the facts beside it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.services.parse_gold import label_values
from db.stores.parse_verdicts import ParseVerdict
from db.stores.runs import StoredRun
from pages.components import markup
from pages.components.labels import count_label
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.run import parse_verdicts
from pages.run.facts import Fact, fact_marks, facts_of, mark_of
from pages.run.parts import legend, passages
from pages.run.text import Layers, Mark, fact_anchor, marked_text
from pipeline.contracts import ParsedJD, ResponsibilityBlock
from pipeline.text import JDText

MISSING = markup.meta_span("not in the text")
PLACE = "read"
"""What the anchors of this text begin with."""
TEXT_HEIGHT = 720


def show(stored: StoredRun, parsed: ParsedJD) -> None:
    """The text, and beside it every fact with what reviewers say of it; a value leads to its place."""
    jd = JDText(stored.jd_text)
    marks = fact_marks(jd, parsed)
    with st.container(key="parsed"):
        text_at, facts_at = st.columns([1.25, 1], gap="medium")
    with text_at, st.container(height=TEXT_HEIGHT, border=False, key="parsed-text"):
        st.html(read_text(jd, marks))
    with facts_at:
        _facts(stored, parsed, jd, marks)


def read_text(jd: JDText, marks: Sequence[Mark]) -> Markup:
    """The text in its colours, under the switches that turn them off."""
    found = passages(jd)
    others = (("fact", "Facts"),) if marks else ()
    text = marked_text(jd.view, Layers(facts=marks, passages=found, place=PLACE))
    return markup.block(legend(found, others) + text, "jdw-read")


def _facts(stored: StoredRun, parsed: ParsedJD, jd: JDText, marks: Sequence[Mark]) -> None:
    given = workbench().parse_verdicts.of_run(stored.id)
    read = label_values(parsed, jd)
    for fact in facts_of(parsed):
        with st.container(key=f"fact-{fact.name.lower().replace(' ', '-').replace(',', '')}", horizontal=True):
            st.html(row(fact, jd, marks) + parse_verdicts.lines_of(given, fact.field, read.get(fact.field)))
            if fact.field and not stored.is_old:
                _judge(stored, parsed, fact, given)
    for block in parsed.roles_and_responsibilities:
        _block(block)


def _judge(stored: StoredRun, parsed: ParsedJD, fact: Fact, given: Sequence[ParseVerdict]) -> None:
    """The button that opens the form; it says by its name which field it is about."""
    icon = ":material/edit:" if parse_verdicts.own_verdict(given, fact.field) else ":material/how_to_reg:"
    if st.button(verbatim(f"Judge {fact.name.lower()}"), icon=icon, type="tertiary", key=f"judge-fact-{fact.field}"):
        parse_verdicts.form(stored, parsed, fact)


def row(fact: Fact, jd: JDText, marks: Sequence[Mark]) -> Markup:
    """A fact with its value, each part of which leads to its place in the text."""
    parts = [_linked(fact, piece_mark, words, marks) for words, piece_mark in _with_marks(fact, jd)]
    return markup.fill(
        '<div class="jdw-fact"><span>{}</span><div>{}</div></div>',
        fact.name,
        markup.join(parts, Markup("<br>")) or MISSING,
    )


def _with_marks(fact: Fact, jd: JDText) -> list[tuple[str, Mark | None]]:
    return [(piece.words, mark_of(jd, fact, piece)) for piece in fact.pieces]


def _linked(fact: Fact, mark: Mark | None, words: str, marks: Sequence[Mark]) -> Markup:
    """The words, as a link to the mark at their place; another fact may have its mark there."""
    if mark is None or not fact.mark:
        return Markup.escape(words)
    shown = next((other for other in marks if other.start < mark.end and mark.start < other.end), None)
    if shown is None:
        return Markup.escape(words)
    return markup.fill('<a class="jdw-link" href="#{}">{}</a>', fact_anchor(PLACE, shown), words)


def _block(block: ResponsibilityBlock) -> None:
    """A block of duties or demands, behind its heading."""
    words, bullets = count_label(block.word_count, "word"), count_label(block.bullet_count, "bullet")
    with st.expander(verbatim(f"{block.heading or 'Without heading'} · {words} · {bullets}")):
        first, last = block.source_marker.first_5_words, block.source_marker.last_5_words
        st.html(markup.meta(f"from “{first} …” to “… {last}”") + markup.block(block.text, "jdw-jd"))
