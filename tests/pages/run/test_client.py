"""The client output of a run: what is cited leads to its place, documents of before are shown, text is escaped."""

from __future__ import annotations

from typing import Any

from pages.run.details import client, client_ai
from pages.run.details.client_places import CitedText
from tests import wire_values as wire
from tests.pages.run import views

TEXT = "Rosewood Ltd.\n\nDuties\nTrain <b>models</b> that price rooms.\nKeep Python services fast."
QUOTE = "Keep Python services fast."
SPAN = {"start": TEXT.index(QUOTE), "end": TEXT.index(QUOTE) + len(QUOTE)}


def output(**parts: Any) -> dict[str, Any]:
    """A client output as the old system writes it, with other parts."""
    return {
        "sparse_jd": False,
        "role_baseline_loaded": True,
        "sources": {"nature_of_work": "jd", "ai_index": "role_baseline", "tech_stack_maturity": "model"},
        "nature_of_work": {"label": "API and service implementation", "summary": None, "quote": QUOTE},
        "tech_stack_maturity": {"label": "Mainstream", "reasoning": "Python <i>decides</i>.", "cache_hit": True},
        "ai_index": {
            "value": 1.8,
            "version": "v2.1",
            "indicators": {"title_match": False, "on_ai_team": True},
            "vocabulary": {"assistants": [], "frameworks": ["PyTorch"], "concepts": []},
        },
        "evidence": ["Python"],
        "skill_cluster": [{"dimension": "Cross-cutting / unaligned", "skills": ["Python"]}],
        "kra_description": "",
        **parts,
    }


def test_a_quote_leads_to_its_place_and_overlapping_places_are_marked_once() -> None:
    nature = {"label": "API and service implementation", "summary": None, "quote": QUOTE, "source": SPAN}
    inner = {"start": SPAN["start"] + 5, "end": SPAN["start"] + 11}
    sign = {
        "indicator": "has_ai_skill",
        "holds": True,
        "weight": 0.25,
        "evidence": [{"text": "Python", "skill": "python", "source": inner}],
    }
    shown = output(nature_of_work=nature)
    shown["ai_index"]["signs"] = [sign]
    cited = CitedText.of_output(TEXT, shown)
    assert [mark.name for mark in cited.marks] == ["nature"]
    anchor = f"client-fact-{cited.marks[0].start}"
    assert f'href="#{anchor}"' in cited.link(QUOTE, SPAN) and f'href="#{anchor}"' in cited.link("in the text", inner)
    assert f'id="{anchor}"' in cited.html()


def test_words_of_unknown_place_are_no_link() -> None:
    cited = CitedText.of_output(TEXT, output())
    assert cited.marks == () and cited.link("<Rosewood>", None) == "&lt;Rosewood&gt;"
    assert cited.link("Rosewood", {"start": 900, "end": 910}) == "Rosewood"


def test_a_document_of_before_is_shown_without_what_it_lacks() -> None:
    html = client_ai.shown(views.view(views.result(wire.extraction())), output(), CitedText.of_output(TEXT, output()))
    assert "1.80" in html and "from the role&#39;s baseline" in html
    assert "The team works on AI" in html and "usual for the role" in html
    assert "×2" in html and "PyTorch" in html and "Here:" not in html


def test_the_sum_behind_the_number_is_said() -> None:
    shown = output(sources={"nature_of_work": "jd", "ai_index": "jd", "tech_stack_maturity": "jd"})
    shown["ai_index"]["signs"] = [{"indicator": "on_ai_team", "holds": True, "weight": 0.5, "evidence": []}]
    html = client_ai.shown(views.view(views.result(wire.extraction())), shown, CitedText.of_output(TEXT, shown))
    assert "0.5 of 0.5" in html
    assert "Here: 0.5 + (1 × 0 + 2 × 1 + 3 × 0) / 10, which is 0.2, = 0.70." in html


def test_the_state_of_the_output_stands_above_it() -> None:
    html = client._state(output(sparse_jd=True), needs_review=True)
    for words in (
        "needs a reviewer",
        "sparse job description",
        "role baseline loaded",
        "cache hit",
        "maturity by the model",
    ):
        assert words in html


def test_the_scale_marks_the_label_that_holds_and_no_other() -> None:
    assert client._scale("Mainstream").count('class="now"') == 1
    assert client._scale("Unknown") == ""
