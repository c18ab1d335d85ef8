"""Search everywhere: what is found, in which order, and how fast, on the shipped catalog."""

import time

import pytest

from db.server import Database
from db.services.search import ANYWHERE, BEGINS, EXACT, MAX_OF_A_KIND, WORDS, rank_of
from db.services.workbench import Workbench
from pipeline.catalog.changes import Change
from pipeline.config import Config
from tests.conftest import SETTINGS


@pytest.fixture
def bench(ready: Database) -> Workbench:
    return Workbench(ready, SETTINGS)


def found(bench: Workbench, text: str) -> list[tuple[str, str]]:
    return [(hit.kind, hit.text) for hit in bench.search.find(text)]


@pytest.mark.parametrize(
    ("name", "words", "rank"),
    [
        ("java", "java", EXACT),
        ("javascript", "java", BEGINS),
        ("core java", "java", WORDS),
        ("java backend developer", "dev java", WORDS),
        ("ejava", "java", ANYWHERE),
        ("java", "java x", -1),
    ],
)
def test_exact_comes_before_a_beginning_before_words_before_anywhere(name: str, words: str, rank: int) -> None:
    assert rank_of(name, words, words.split()) == rank


def test_what_is_called_so_comes_first_whatever_it_is(bench: Workbench) -> None:
    assert found(bench, "java")[0] == ("skill", "Java")
    assert found(bench, " DATA  engineer")[0] == ("role", "Data Engineer")
    assert found(bench, "k8s")[0] == ("alias", "k8s")
    (hit,) = [hit for hit in bench.search.find("k8s") if hit.text == "k8s"]
    assert (hit.detail, hit.key) == ("form of Kubernetes", "k8s")
    assert found(bench, "   ") == found(bench, "nothing is called so") == []


@pytest.mark.parametrize(
    ("words", "entry"),
    [
        ("kuberntes", ("skill", "Kubernetes")),
        ("test automation engineering", ("role", "Test Automation Engineer")),
        ("sales force developer", ("role", "Salesforce Developer")),
        ("firmwear engineer", ("role", "Firmware Engineer")),
        ("container orchestrating platform", ("dimension", "Container Orchestration Platforms")),
    ],
)
def test_a_slip_or_another_ending_hides_nothing(bench: Workbench, words: str, entry: tuple[str, str]) -> None:
    assert entry in found(bench, words)[:5]


def test_what_has_the_words_comes_before_what_is_like_them(bench: Workbench) -> None:
    assert found(bench, "site reliability engineer")[0] == ("role", "Site Reliability Engineer")
    assert all("java" in name.lower() for _, name in found(bench, "java"))


def test_no_kind_pushes_the_others_out(bench: Workbench) -> None:
    kinds = [kind for kind, _ in found(bench, "data")]
    assert {"role", "dimension", "skill", "alias"} <= set(kinds)
    assert max(kinds.count(kind) for kind in kinds) == MAX_OF_A_KIND


def test_runs_are_found_by_their_name_and_the_beginning_of_their_id(bench: Workbench) -> None:
    run_id = bench.runs.create("A text", "Harbour 100% pilot", Config())
    bench.runs.create("A text", "Harbour pilot", Config())
    assert [h.key for h in bench.search.find("100% harb") if h.kind == "run"] == [str(run_id)]
    assert str(run_id) in [h.key for h in bench.search.find(str(run_id)[:8])]


def test_change_sets_are_found_by_title_number_and_owner(bench: Workbench) -> None:
    skill = bench.snapshots.current().catalog.skill["redis"]
    number = bench.change_sets.open_draft("Zoe", "Names that mislead", [Change(skill, None, "gone")])
    for words in ("mislead", f"#{number}", "zoe"):
        assert ("change set", "Names that mislead") in found(bench, words), words


def test_the_catalog_is_looked_up_as_it_is_now(bench: Workbench) -> None:
    assert ("skill", "Redis") in found(bench, "redis")
    skill = bench.snapshots.current().catalog.skill["redis"]
    renamed = Change(skill, type(skill)(**{**skill.__dict__, "display_name": "Remote Dictionary"}), "its name")
    bench.change_sets.commit(bench.change_sets.open_draft("Zoe", "A name", [renamed]), "Zoe")
    assert ("skill", "Remote Dictionary") in found(bench, "remote dict")


@pytest.mark.parametrize("words", ["a", "java", "data eng", "developer"])
def test_an_answer_takes_less_than_a_tenth_of_a_second(bench: Workbench, words: str) -> None:
    bench.search.find(words)
    times = []
    for _ in range(5):
        began = time.process_time()
        bench.search.find(words)
        times.append(time.process_time() - began)
    assert sorted(times)[2] < 0.1
