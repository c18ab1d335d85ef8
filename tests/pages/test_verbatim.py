"""No text of a person or a job description is ever a format or Markdown: every page shows it as it was written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

import pytest
from google.protobuf.message import Message
from markupsafe import escape
from streamlit.testing.v1 import AppTest

from db.services.workbench import Workbench
from pages.components import links
from pages.components.verbatim import WORD_JOINER, verbatim
from pipeline.catalog import RoleAlias, RoleKra, SkillAlias
from pipeline.catalog.operations import ChangeReason, edit
from pipeline.catalog.refs import ChangeSetRef
from pipeline.config import Config
from tests.conftest import JD
from tests.pages.conftest import open_page

MARK = "Zyx"
HOSTILE = MARK + r" {x} {} %s %(y)s $a$ :red[z] :material/home: **b** [l](u) <i>&lt; \ ` _q_ -- {runs} www.z.org"

# --- the texts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["Node.js", "C++", "C#", "R&D", ".NET", "CI/CD", "snake_case", "1-2", "a – b", "A: b", "x (y)!", "12:30"]
)
def test_a_text_without_marks_is_as_it_was(text: str) -> None:
    assert verbatim(text) == text


@pytest.mark.parametrize(
    "text, written",
    [
        ("**b** `c` ~d~", r"\*\*b\*\* \`c\` \~d\~"),
        ("_q_ __init__", r"\_q\_ \_\_init\_\_"),
        ("[l](u) <i> $a$", r"\[l](u) \<i> \$a\$"),
        (r"\ &lt; &#35;", r"\\ \&lt; \&#35;"),
        ("# h\n- a\n1. b\n   > c", "\\# h\n\\- a\n1\\. b\n\\> c"),
        (
            ":red[x] :material/home: http://z",
            f":{WORD_JOINER}red\\[x] :{WORD_JOINER}material/home: http:{WORD_JOINER}//z",
        ),
        ("a -- b >= c", f"a -{WORD_JOINER}- b >{WORD_JOINER}= c"),
    ],
)
def test_what_would_be_a_mark_or_a_sign_is_itself(text: str, written: str) -> None:
    assert verbatim(text) == written


# --- the pages ------------------------------------------------------------------------------------------------------

READ_AS_MARKDOWN = frozenset("label help body".split())
"""Fields of what Streamlit sends to the browser that are read as Markdown there."""
OPTIONS = ("radio options", "button_group content")
QUERY = {
    "run": {"id": "{run}"},
    "compare": {"a": "{run}", "draft": "{draft}"},
    "roles": {"slug": "data-engineer"},
    "dimensions": {"slug": "{dimension}"},
    "skills": {"slug": "python"},
    "changes": {"set": "{draft}"},
    "revisions": {"set": "{committed}"},
    "links": {"by": "role", "of": "data-engineer"},
    "aliases": {"words": MARK},
    "history": {"words": MARK},
}
"""What the pages are opened with, the others with nothing. Health waits for an audit; all that it shows is HTML of ours."""


@pytest.fixture
def hostile(writing: Workbench) -> dict[str, str]:
    """A workbench in which entries of each kind, a person, a run, a label, comments and drafts are called so; their keys."""
    catalog = writing.snapshots.current().catalog
    why, sets = ChangeReason(HOSTILE), writing.change_sets
    dimension = catalog.dimensions_of_skill["python"][0]
    changes = [
        *edit(catalog.role["data-engineer"], why, display_name=HOSTILE, domain=HOSTILE),
        *edit(dimension, why, display_name=HOSTILE, rationale=HOSTILE),
        *edit(catalog.skill["python"], why, display_name=HOSTILE, maturity_reasoning=HOSTILE),
        why.change(None, SkillAlias(None, "python", HOSTILE)),
        why.change(None, RoleAlias("data-engineer", HOSTILE)),
        why.change(None, RoleKra("data-engineer", HOSTILE)),
    ]
    committed = sets.open_draft("Ada", HOSTILE, changes)
    sets.commit(committed, HOSTILE)
    run_id = writing.runs.create(JD, HOSTILE, Config(), HOSTILE)
    writing.executor.execute(run_id)
    writing.verdicts.give(run_id, HOSTILE, None, ["python"], HOSTILE)
    writing.history.label([run_id], HOSTILE)
    draft = sets.stage_for(HOSTILE, edit(catalog.skill["java"], why, vendor=HOSTILE), title=HOSTILE)
    sets.rename(draft, HOSTILE)
    writing.teamwork.comment(ChangeSetRef(draft), HOSTILE, HOSTILE)
    return {"run": str(run_id), "draft": str(draft), "committed": str(committed), "dimension": dimension.slug}


def test_every_page_shows_a_hostile_text_as_it_was_written(hostile: dict[str, str]) -> None:
    shown = set()
    for page in (page for page in links.PAGES if page.url_path != "health"):
        query = {name: value.format(**hostile) for name, value in QUERY.get(page.url_path, {}).items()}
        app = open_page(page.module.removeprefix("pages."), HOSTILE, **query)
        sent = list(_texts(app))
        shown |= {page.title for _, text in sent if MARK in text}
        for written, text in sent:
            bare = text.replace(quote_plus(HOSTILE), "")
            assert bare.count(MARK) == bare.count(written), f"{page.title}: {text}"
    assert shown >= {"Home", "Compare", "Run", "Review queue", "Roles", "Dimensions", "Skills", "My draft", "Revisions"}


def _texts(app: AppTest) -> Iterator[tuple[str, str]]:
    """Every text of a page that a browser reads as HTML or Markdown, and how the hostile one is written there."""
    for block in (app.main, app.sidebar):
        for node in _nodes(block):
            if node.type == "html":
                yield str(escape(HOSTILE)), node.proto.body
            elif isinstance(node.proto, Message):
                yield from ((verbatim(HOSTILE), text) for text in _strings(node.proto, node.type))


def _nodes(block: Any) -> Iterator[Any]:
    for child in block.children.values():
        yield child
        yield from _nodes(child) if hasattr(child, "children") else ()


def _strings(message: Message, element: str) -> Iterator[str]:
    """The texts of what Streamlit sends to the browser that are read as Markdown there."""
    for field, value in message.ListFields():
        for item in value if field.is_repeated else [value]:
            if isinstance(item, Message):
                yield from _strings(item, element)
            elif field.name in READ_AS_MARKDOWN or f"{element} {field.name}" in OPTIONS:
                yield str(item)
