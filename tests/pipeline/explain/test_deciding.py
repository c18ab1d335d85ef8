"""What of an explanation decides, and what it says of words of the text."""

from __future__ import annotations

from pipeline.catalog import Catalog, Skill, SkillAlias
from pipeline.catalog.places import place_of_text, place_text
from pipeline.explain import (
    Explanation,
    Row,
    Signal,
    SkillReasons,
    Without,
    deciding_rows,
    known_forms,
    left_out_at,
    sides,
    weakest,
    weighed_rows,
)

TITLE = Row("role_aliases", ("tester", "QA"), 2.0, Without("developer", 0.6))


def explained(*signals: Signal, role: str = "tester", left_out: tuple[SkillReasons, ...] = ()) -> Explanation:
    total = sum(signal.points for signal in signals)
    return Explanation(role, 0.8, "developer", total, signals, (), left_out, "tester", "A", "")


def test_the_rows_that_decide_are_those_without_which_another_role_comes_out() -> None:
    carried = Row("role_dimensions", ("tester", "quality"), 0.7, Without("tester", 0.5))
    name = Row("roles", ("tester",), 0.3, None)
    found = explained(
        Signal("alias", 1.0, 2.0, 2.0, None, (TITLE,)), Signal("title", 1.0, 4.0, 4.0, None, (carried, name, TITLE))
    )
    assert [(row.place[1][-1], row.points) for row in weighed_rows(found)] == [
        ("QA", 4.0),
        ("quality", 0.7),
        ("tester", 0.3),
    ]
    assert [row.place for row in deciding_rows(found)] == [("role_aliases", ("tester", "QA"))]
    least = weakest(weighed_rows(found))
    assert least is not None and least.place == ("role_dimensions", ("tester", "quality"))


def test_signals_speak_for_the_side_to_which_they_give_more() -> None:
    own = explained(Signal("alias", 1, 2, 2.0), Signal("skill", 1, 3, 3.0), Signal("kra", 1, 1, 1.0))
    other = explained(
        Signal("alias", 0, 2, 0.0), Signal("skill", 1, 3, 3.02), Signal("kra", 4, 1, 4.0), role="developer"
    )
    assert sides(own, other).own == ("alias",)
    assert sides(own, other).other == ("kra",)


def test_words_are_known_by_name_and_by_form_in_any_case_and_left_out_where_they_stand() -> None:
    kafka, rabbit = Skill(1, "kafka", "Kafka"), Skill(2, "rabbit-mq", "Rabbit MQ")
    catalog = Catalog(skills=(kafka, rabbit), skill_aliases=(SkillAlias(1, "rabbit-mq", "the Rabbit"),))
    assert [(f.skill.slug, f.alias and f.alias.alias_text) for f in known_forms(catalog, "THE rabbit")] == [
        ("rabbit-mq", "the Rabbit")
    ]
    assert [(f.skill.slug, f.alias) for f in known_forms(catalog, "kafka")] == [("kafka", None)]
    assert known_forms(catalog, " ") == []
    reasons = SkillReasons("kafka", ({"why": "form", "start": 10, "end": 15, "text": "Kafka", "aliases": ["Kafka"]},))
    found = explained(left_out=(reasons,))
    assert left_out_at(found, "afka", 11, 15) == [reasons] and left_out_at(found, "KAFKA", 90, 95) == [reasons]
    assert left_out_at(found, "Java", 90, 94) == []


def test_a_row_is_a_text_of_an_address_and_back() -> None:
    place = ("skill_aliases", ("c-sharp", 'C# "sharp"'))
    assert place_of_text(place_text(place)) == place
    for wrong in ("", "[", "[]", '["skills"]', '["skills","a","b"]', '["nothing","a"]', '["skills",1]', "{}"):
        assert place_of_text(wrong) is None
