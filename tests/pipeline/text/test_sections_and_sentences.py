"""Sections, bullets and sentences with their offsets; strange texts are survived."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text import JDText, PhraseFinder
from pipeline.text.headings import HEADINGS_FILE, PHRASES_OF_KIND


def test_headings_divide_the_text() -> None:
    jd = JDText(
        "We make maps.\n\nWhat You'll Do\n- Draw\n\nRequired Skills:\n- Python\n\nNice to have\n- Rust\n\nBenefits:\n- Lunch"
    )
    assert [(s.kind, s.heading) for s in jd.sections][1:] == [
        ("responsibilities", "What You'll Do"),
        ("requirements", "Required Skills"),
        ("preferred", "Nice to have"),
        ("benefits", "Benefits"),
    ]
    assert [f.sentence.text for f in jd.facts if f.section_kind == "heading"] == [
        "What You'll Do",
        "Required Skills",
        "Nice to have",
        "Benefits",
    ]


def test_sections_cover_the_view_and_their_bodies_are_behind_the_heading() -> None:
    jd = JDText("Tester\n\nWhat you'll do\n- Break things\n- Mend them\n\nPerks\n- A bicycle")
    assert jd.sections[0].heading_start == 0 and jd.sections[-1].end == len(jd.view)
    assert all(a.end == b.heading_start for a, b in zip(jd.sections, jd.sections[1:], strict=False))
    (duties,) = (s for s in jd.sections if s.kind == "responsibilities")
    assert jd.view[duties.start : duties.end].strip() == "- Break things\n- Mend them"


def test_headings_are_found_inside_one_long_line() -> None:
    jd = JDText("You join a team. Key Responsibilities • Draw maps • Check them Must Have Qualifications • Python")
    assert [s.kind for s in jd.sections][1:] == ["responsibilities", "requirements"]
    assert [f.sentence.text for f in jd.facts if f.section_kind != "heading"] == [
        "You join a team.",
        "Draw maps",
        "Check them",
        "Python",
    ]


def test_a_name_with_a_dot_does_not_end_a_sentence() -> None:
    jd = JDText("We use ASP.NET and Node.js daily. The rest is SQL.")
    assert [s.text for s in jd.sentences] == ["We use ASP.NET and Node.js daily.", "The rest is SQL."]


def test_a_heading_that_nobody_knows_opens_a_section_of_what_is_below() -> None:
    jd = JDText(
        "Data Engineer\n\nHow you will spend your days:\n- Design, build and maintain data pipelines\n"
        "- Work closely with stakeholders to understand their needs\n\n"
        "What we would like you to carry along:\n- 3+ years of experience in testing\n- Good knowledge of SQL"
    )
    assert [(s.kind, s.heading) for s in jd.sections][1:] == [
        ("responsibilities", "How you will spend your days"),
        ("requirements", "What we would like you to carry along"),
    ]


def test_what_a_line_is_does_not_run_on_under_a_known_heading() -> None:
    jd = JDText(
        "Requirements:\n- 5+ years of experience with Python\n- Strong knowledge of SQL\n\n"
        "We are an equal opportunity employer and do not discriminate on the basis of race, religion or age."
    )
    assert [f.section_kind for f in jd.facts] == ["heading", "requirements", "requirements", "legal"]


def test_only_duties_make_blocks() -> None:
    marked = JDText("We make maps and need help.\n\nResponsibilities:\n- Draw maps\n\nRequirements:\n- A steady hand")
    assert [marked.sections[i].kind for i in marked.duty_sections] == ["responsibilities"]
    assert JDText("").sections == [] and JDText("").duty_sections == frozenset()


def test_a_position_is_found_in_its_section_and_its_sentence() -> None:
    jd = JDText("We make maps. You draw.\n\nBenefits:\n- Lunch")
    draw, lunch, colon = jd.raw.index("draw"), jd.raw.index("Lunch"), jd.raw.index(":")
    assert jd.kind_at(draw) == jd.sections[0].kind and jd.kind_at(lunch) == "benefits"
    sentence, facts = jd.sentence_at(draw), jd.facts_at(lunch)
    assert sentence is not None and sentence.text == "You draw."
    assert facts is not None and (facts.sentence.text, facts.section_kind) == ("Lunch", "benefits")
    assert jd.sentence_at(colon) is None and jd.facts_at(colon) is None and JDText("").sentence_at(0) is None


def test_a_heading_phrase_is_in_lower_case_and_stands_under_one_kind() -> None:
    assert HEADINGS_FILE.exists() and len(PHRASES_OF_KIND) == 9
    phrases = Counter(phrase for phrases in PHRASES_OF_KIND.values() for phrase in phrases)
    assert len(phrases) > 200 and max(phrases.values()) == 1
    assert all(phrase == " ".join(phrase.lower().replace("’", "'").split()) for phrase in phrases)


def test_phrases_are_found_as_whole_words_with_overlaps() -> None:
    finder = PhraseFinder(["bank", "credit union", "union"])
    assert finder.find("a bank, a credit union, banking") == [
        (2, 6, "bank"),
        (10, 22, "credit union"),
        (17, 22, "union"),
    ]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_text_has_sections_and_sentences_within_it(text: str) -> None:
    jd = JDText(text)
    for sentence in jd.sentences:
        assert 0 <= sentence.start < sentence.end <= len(jd.view)
        assert jd.view[sentence.start : sentence.end].split() == sentence.text.split()
