"""What the words of a sentence say about the demands in it."""

import pytest

from pipeline.text import JDText, SentenceFacts


def facts_of(sentence: str, heading: str = "Requirements") -> SentenceFacts:
    """The facts of the one sentence below a heading."""
    _heading, facts = JDText(f"{heading}:\n- {sentence}\n").facts
    return facts


def negates(sentence: str, word: str) -> bool:
    facts = facts_of(sentence)
    return facts.negates(facts.view.index(word, facts.sentence.start))


def hedges(sentence: str, word: str) -> bool:
    facts = facts_of(sentence)
    return facts.hedges(facts.view.index(word, facts.sentence.start))


@pytest.mark.parametrize(
    ("sentence", "hedged"),
    [
        ("Docker is a plus", True),
        ("Ideally you know Docker", True),
        ("Nice to have: Docker", True),
        ("Nice to have: Vim; Docker", True),
        ("Docker is not required but relevant", True),
        ("Docker is required", False),
        ("Vim is required; Docker is preferred", True),
        ("Docker is required; Vim is preferred", False),
        ("Vim required, Docker a plus", True),
        ("Docker required, Vim a plus", False),
        ("Experience with Vim is an asset, but solid Docker is a must", False),
        ("Must have Docker, good to have Vim", False),
        ("Must have Vim, good to have Docker", True),
        ("Solid Docker; Vim would be a bonus", False),
        ("Docker (mandatory) and Vim (optional)", False),
        ("Vim (mandatory) and Docker (optional)", True),
        ("Four years with Docker, preferably on Vim", False),
        ("Four years with Vim, preferably on Docker", True),
        ("Vim and Docker, ideally", True),
        ("Two years of Docker (Vim preferred) and of shells", False),
    ],
)
def test_a_wish_says_that_what_it_speaks_of_is_welcome(sentence: str, hedged: bool) -> None:
    assert hedges(sentence, "Docker") is hedged


@pytest.mark.parametrize(
    ("sentence", "word", "negated"),
    [
        ("COBOL is not required", "COBOL", True),
        ("COBOL is not required but welcome", "COBOL", False),
        ("You write Java; no COBOL experience is needed", "Java", False),
        ("You write Java; no COBOL experience is needed", "COBOL", True),
        ("Java rather than COBOL", "COBOL", True),
        ("Java rather than COBOL", "Java", False),
        ("No less than five years of experience with Java", "Java", False),
        ("Ansible is no longer needed; Puppet is", "Ansible", True),
        ("Ansible is no longer needed; Puppet is", "Puppet", False),
        ("You know Java and can skip Ansible", "Ansible", True),
        ("You know Java and can skip Ansible", "Java", False),
        ("Java is essential, COBOL is not required", "Java", False),
        ("Java is essential, COBOL is not required", "COBOL", True),
        ("Not looking for front-end work or DB2 tuning", "DB2", True),
        ("No need for Perl or COBOL", "COBOL", True),
        ("No Perl, Tcl or COBOL", "COBOL", True),
        ("No Perl, Tcl or COBOL", "Tcl", True),
        ("Last year we moved from CVS to Git", "CVS", True),
        ("Last year we moved from CVS to Git", "Git", False),
        ("You migrate data from DB2 to Oracle", "DB2", False),
    ],
)
def test_a_negated_clause_takes_back_what_stands_in_it(sentence: str, word: str, negated: bool) -> None:
    assert negates(sentence, word) is negated


def test_brackets_with_a_choice_or_examples_are_found() -> None:
    facts = facts_of("CI (Jenkins or Actions), clouds (e.g. AWS) and Java (eleven years)")
    assert [facts.view[a:b] for a, b in facts.example_spans] == ["(Jenkins or Actions)", "(e.g. AWS)"]
    assert facts.in_example(facts.view.index("AWS")) and not facts.in_example(facts.view.index("eleven"))


def test_words_that_are_written_as_technology_is_are_found() -> None:
    facts = facts_of("Store rows in DynamoDB, call gRPC from Node.js, and write to us")
    assert [facts.view[a:b] for a, b in facts.technical_spans] == ["DynamoDB", "gRPC", "Node.js"]


def test_boilerplate_that_a_last_bullet_runs_into_begins_inside_the_sentence() -> None:
    text = "You build the services that all our warehouses use from Leeds to Lisbon every single day, regardless of age"
    facts = facts_of(text)
    assert facts.boilerplate_start == facts.view.index("regardless") and not facts.is_boilerplate
    assert facts_of("We hire regardless of age").is_boilerplate
    assert facts_of("You write Java").boilerplate_start is None


def test_a_section_of_benefits_is_boilerplate_and_no_duty() -> None:
    facts = facts_of("You get Java beans", heading="Benefits")
    assert (facts.section_kind, facts.is_duty, facts.is_boilerplate) == ("benefits", False, True)
    assert facts_of("You write Java").is_duty
