"""Search everywhere as the browser asks for it: lines with addresses, pages among them."""

from starlette.applications import Starlette
from starlette.testclient import TestClient

from db.errors import StoreError
from db.services.search import Hit
from db.services.workbench import Workbench
from pages.components.palette import Found, lines, search_route


def answer(workbench, words: str):
    return TestClient(Starlette(routes=[search_route(workbench)])).get("/find", params={"q": words})


def test_lines_lead_to_pages(reading: Workbench) -> None:
    (first, *_) = answer(lambda: reading, "redis").json()
    assert first == {
        "kind": "skill",
        "tone": "skill",
        "text": "Redis",
        "detail": first["detail"],
        "url": "skills?slug=redis",
    }


def test_pages_are_found_by_the_beginning_of_a_word_and_all_are_listed_for_nothing(reading: Workbench) -> None:
    assert Found("page", "", "Review queue", "Review", "queue") in lines("que", [])
    titles = [line["text"] for line in answer(lambda: reading, "").json()]
    assert {"New run", "History", "Health", "Aliases"} <= set(titles)
    assert "Run" not in titles


def test_what_is_called_exactly_so_stands_before_pages() -> None:
    hits = [Hit("skill", "Health", "", "health"), Hit("skill", "Health Informatics", "", "health-informatics")]
    assert [(line.kind, line.text) for line in lines("health", hits)] == [
        ("skill", "Health"),
        ("page", "Health"),
        ("skill", "Health Informatics"),
    ]


def test_each_kind_has_its_address() -> None:
    hits = [
        Hit("role", "Tester", "", "tester"),
        Hit("dimension", "Testing", "", "testing"),
        Hit("alias", "C++", "", "C++"),
        Hit("title", "QA", "", "tester"),
        Hit("run", "A run", "", "00000000-0000-0000-0000-000000000007"),
        Hit("change set", "A set", "", "7"),
    ]
    assert [line.url for line in lines("xyz", hits)] == [
        "roles?slug=tester",
        "dimensions?slug=testing",
        "aliases?words=C%2B%2B",
        "roles?slug=tester",
        "run?id=00000000-0000-0000-0000-000000000007",
        "changes?set=7",
    ]


def test_without_a_store_the_answer_says_so() -> None:
    def gone() -> Workbench:
        raise StoreError("The database cannot be reached.")

    found = answer(gone, "redis")
    assert (found.status_code, found.json()) == (503, {"reason": "The database cannot be reached."})
