"""The pages are declared once: each has its module, its address and its place in the navigation."""

from importlib import import_module
from uuid import UUID

import pytest
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from pages.components import links
from pages.components.links import PAGES, PagePlace
from pages.components.pages_directory import ignore_pages_directory
from tests.conftest import ROOT


def test_addresses_are_those_that_bookmarks_hold() -> None:
    assert [place.url_path for place in PAGES] == [
        "home",
        "new",
        "history",
        "compare",
        "run",
        "why",
        "put-right",
        "health",
        "queue",
        "verdicts",
        "collisions",
        "links",
        "aliases",
        "experiments",
        "gold",
        "thresholds",
        "trends",
        "roles",
        "dimensions",
        "skills",
        "changes",
        "revisions",
        "settings",
    ]
    assert [place.title for place in PAGES if place.default] == ["Home"]
    assert [place.title for place in PAGES if not place.visible] == ["Run", "Why", "Put right"]


@pytest.mark.parametrize("place", PAGES, ids=lambda place: place.url_path)
def test_every_page_has_its_module(place: PagePlace) -> None:
    assert callable(import_module(place.module).page)


def test_every_page_module_is_declared() -> None:
    modules = {p.stem for p in (ROOT / "pages").glob("*.py")} | {
        p.parent.name for p in (ROOT / "pages").glob("*/__init__.py")
    }
    assert modules - {"__init__", "components"} == {place.module.removeprefix("pages.") for place in PAGES}


def _links() -> None:
    from pages.components import links

    links.run_link("r1", help="A run")
    links.entity_link("skill", "redis", "Redis")
    links.change_set_link(7, "My draft")
    links.review_queue_link("Review", "skill")
    links.matrix_link("role", "tester", "As a matrix")
    links.page_link(links.HISTORY)


def test_links_lead_to_addresses() -> None:
    app = AppTest.from_function(_links).run()
    assert not app.exception
    found = [(e.proto.label, e.proto.page, e.proto.query_string) for e in app.get("page_link")]
    assert found == [
        ("Run", "run", "id=r1"),
        ("Redis", "skills", "slug=redis"),
        ("My draft", "changes", "set=7"),
        ("Review", "queue", "kind=skill"),
        ("As a matrix", "links", "by=role&of=tester"),
        ("History", "history", ""),
    ]


def test_addresses_for_links_within_a_text() -> None:
    run = UUID(int=7)
    assert links.run_url(run) == "run?id=00000000-0000-0000-0000-000000000007"
    assert links.compare_url(run, "b") == "compare?a=00000000-0000-0000-0000-000000000007&b=b"
    assert links.entity_url("skill", "c++") == "skills?slug=c%2B%2B"
    assert links.alias_url("CI/CD & more") == "aliases?words=CI%2FCD+%26+more"
    assert links.change_set_url(7) == "changes?set=7"
    assert links.finding_url("a:b") == "health?finding=a%3Ab"
    assert links.review_queue_url("skill") == "queue?kind=skill"
    assert links.page_url(links.HISTORY) == "history"


def test_a_folder_named_pages_is_not_taken_for_pages_of_streamlit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PagesManager, "uses_pages_directory", None)
    ignore_pages_directory()
    PagesManager(str(ROOT / "app.py"))
    assert PagesManager.uses_pages_directory is False


def test_without_the_switch_streamlit_would_take_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    # When this fails, Streamlit has changed, and the switch may go.
    monkeypatch.setattr(PagesManager, "uses_pages_directory", None)
    PagesManager(str(ROOT / "app.py"))
    assert PagesManager.uses_pages_directory is True
