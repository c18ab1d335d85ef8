"""Pieces of HTML: text is escaped once, pieces are taken as they are."""

import pytest
from markupsafe import Markup

from pages.components import markup
from pages.components.markup import Column

HOSTILE = "<script>\"'&"
ESCAPED = "&lt;script&gt;&#34;&#39;&amp;"


@pytest.mark.parametrize(
    "piece",
    [
        markup.tag(HOSTILE, HOSTILE),
        markup.span(HOSTILE, HOSTILE),
        markup.caption(HOSTILE),
        markup.meta(HOSTILE),
        markup.meta_span(HOSTILE),
        markup.title(HOSTILE, 18),
        markup.title(HOSTILE),
        markup.heading(HOSTILE),
        markup.status(HOSTILE),
        markup.link(HOSTILE, HOSTILE, HOSTILE),
        markup.empty(HOSTILE),
        markup.quote(HOSTILE),
        markup.bold(HOSTILE),
        markup.added(HOSTILE),
        markup.removed(HOSTILE),
        markup.facts([(HOSTILE, HOSTILE)]),
        markup.table([Column(HOSTILE, HOSTILE)], [[HOSTILE]]),
        markup.join([HOSTILE, HOSTILE], HOSTILE),
        markup.fill("{}", HOSTILE),
    ],
)
def test_text_is_escaped_wherever_it_comes_in(piece: Markup) -> None:
    assert ESCAPED in piece and "<script>" not in piece


def test_a_piece_in_a_piece_is_escaped_once() -> None:
    inner = markup.tag("A & B", "good")
    assert markup.meta(inner) == '<div class="jdw-meta"><span class="jdw-tag good">A &amp; B</span></div>'
    assert markup.join([inner, "C & D"], Markup("<br>")) == f"{inner}<br>C &amp; D"
    assert markup.facts([("Name", inner)]) == f'<dl class="jdw-facts"><dt>Name</dt><dd>{inner}</dd></dl>'


def test_a_table_has_a_cell_for_each_column() -> None:
    assert markup.table(["Skill", Column("Runs", "n")], [["Git", "4"]]) == (
        '<div class="jdw-scroll"><table class="jdw-table"><thead><tr><th class="">Skill</th><th class="n">Runs</th></tr></thead>'
        '<tbody><tr><td class="">Git</td><td class="n">4</td></tr></tbody></table></div>'
    )
    with pytest.raises(ValueError, match="argument"):
        markup.table(["Skill", "Runs"], [["Git"]])


def test_headings_are_headings_and_links_are_links() -> None:
    assert markup.title("Health") == '<h1 class="jdw-title">Health</h1>'
    assert markup.title("Java", 18) == '<h2 class="jdw-title" style="font-size:18px">Java</h2>'
    assert markup.heading("Aliases", 3) == '<h3 class="jdw-heading">Aliases</h3>'
    assert markup.link("Java", "skills?slug=java", "skill") == (
        '<a class="jdw-link jdw-skill" href="skills?slug=java" target="_self">Java</a>'
    )
