"""The command line as DESIGN has it: JSON on stdout, messages on stderr, 0 or a clear error and 2."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.command_line.fit import FITTED
from pipeline.learned.fitted import CURRENT
from tests.conftest import ROOT
from tests.pipeline.parse_evaluation.gold import NURSE, gold_row


def call(*args: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *args], cwd=ROOT, input=stdin, capture_output=True, timeout=180
    )


def answer(*args: str, stdin: bytes | None = None) -> Any:
    result = call(*args, stdin=stdin)
    assert result.returncode == 0, result.stderr.decode()
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def jd_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "jd.txt"
    path.write_bytes((ROOT / "seeds" / "jds" / "04-payments-backend-java-python.txt").read_bytes())
    return path


@pytest.mark.slow
def test_the_three_steps_one_after_the_other_are_a_run(jd_file: Path, tmp_path: Path) -> None:
    whole = answer("run", "--jd", str(jd_file))
    assert set(whole) == {"api1", "api2", "api3", "enrichment", "timings_ms"}
    one = call("extract-from-jd", "--jd", "-", stdin=jd_file.read_bytes()).stdout
    assert json.loads(one) == whole["api1"]
    (tmp_path / "1.json").write_bytes(one)
    two = call("extract-details", "--api1", str(tmp_path / "1.json")).stdout
    assert json.loads(two) == whole["api2"]
    (tmp_path / "2.json").write_bytes(two)
    three = answer("final-role-output", "--api1", str(tmp_path / "1.json"), "--api2", str(tmp_path / "2.json"))
    costs = {k: v for k, v in whole["api3"].items() if k.startswith("llm_cost")}
    assert three | costs == whole["api3"]


@pytest.mark.slow
def test_what_was_not_understood_is_listed_and_the_steps_go_on(tmp_path: Path) -> None:
    sent = {
        "run_id": "r",
        "final_skills": [{"skill_name": "Python", "is_primary": True}],
        "stage4_decision": {"case": "Q", "chosen_role": "data-engineer"},
    }
    two = call("extract-details", "--api1", "-", stdin=json.dumps(sent).encode())
    answered = json.loads(two.stdout)
    assert two.returncode == 0 and answered["skills_detail"][0]["canonical"]["slug"] == "python"
    assert "stage4_decision.case" in {warning["path"] for warning in answered["warnings"]}
    assert "warning: step 1, stage4_decision.case: is “Q”; read as “D”" in two.stderr.decode()
    empty = tmp_path / "2.json"
    empty.write_text("{}")
    three = call("final-role-output", "--api1", "-", "--api2", str(empty), stdin=json.dumps(sent).encode())
    answered = json.loads(three.stdout)
    assert (answered["chosen_role"]["slug"], answered["chosen_role_resolution"]) == ("data-engineer", "in_db")
    assert answered["final_input_skills"] == [{"skill": "Python", "tag": "in_db"}]
    assert {"api1.stage4_decision.case", "api2"} <= {warning["path"] for warning in answered["warnings"]}


@pytest.mark.slow
@pytest.mark.parametrize("command", [("extract-from-jd",), ("explain",), ("repair", "--want-role", "data-engineer")])
def test_a_second_process_gives_the_same_bytes(command: tuple[str, ...], jd_file: Path) -> None:
    first, second = (call(*command, "--jd", str(jd_file)) for _ in range(2))
    assert first.returncode == 0 and first.stdout == second.stdout


@pytest.mark.slow
def test_batch_keeps_the_order_and_the_keys(tmp_path: Path, jd_file: Path) -> None:
    text = jd_file.read_text(encoding="utf-8")
    rows = [
        {"id": "b", "title": "Backend Engineer", "text": text},
        {"id": 7, "title": None, "text": ""},
        {"id": "binary", "title": None, "text": "\0\1" * 99},
        {"id": "a", "title": "QA Lead", "text": "😀 " + text},
    ]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    result = call("batch", "--jds", str(tmp_path / "in.jsonl"), "--out", str(tmp_path / "out.jsonl"))
    assert result.returncode == 0, result.stderr.decode()
    out = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [o["id"] for o in out] == ["b", 7, "binary", "a"]
    assert (out[0]["role"], out[1]["role"], out[1]["case"]) == ("backend-engineer", None, "rejected")
    assert {"Java", "Python"} <= {skill["skill_name"] for skill in out[0]["skills"]}
    assert [len(o["skills"]) > 0 for o in out] == [True, False, False, True]
    for row, o in zip(rows, out, strict=True):
        assert set(o) == {"id", "role", "confidence", "case", "skills"}
        for skill in o["skills"]:
            assert set(skill) == {"skill_name", "slug", "is_primary", "evidence"}
            assert all(str(row["text"])[e["start"] : e["end"]] == e["text"] for e in skill["evidence"])


@pytest.mark.slow
def test_a_full_batch_has_the_whole_run_in_each_line(tmp_path: Path, jd_file: Path) -> None:
    rows = [{"id": 1, "text": jd_file.read_text(encoding="utf-8")}, {"id": 2, "text": ""}, {"id": 3, "text": "\0" * 99}]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    result = call("batch", "--full", "--jds", str(tmp_path / "in.jsonl"), "--out", "-")
    assert result.returncode == 0, result.stderr.decode()
    usable, empty, unreadable = (json.loads(line) for line in result.stdout.splitlines())
    steps = ("api1", "api2", "api3", "enrichment")
    whole = answer("run", "--jd", str(jd_file))
    assert {step: usable[step] for step in steps} == {step: whole[step] for step in steps}
    assert usable["role"] == "backend-engineer"
    assert (empty["api1"]["nano_parsed"]["JD_type"], empty["api2"]) == ("too_short", {})
    assert {step: unreadable[step] for step in steps} == {step: {} for step in steps}


@pytest.mark.slow
def test_a_batch_reads_and_writes_parquet(tmp_path: Path, jd_file: Path) -> None:
    text = jd_file.read_text(encoding="utf-8")
    pq.write_table(pa.table({"id": [1, 2], "title": [None, "QA"], "text": [text, None]}), tmp_path / "in.parquet")
    result = call("batch", "--jds", str(tmp_path / "in.parquet"), "--out", str(tmp_path / "out.parquet"))
    assert result.returncode == 0, result.stderr.decode()
    first, second = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert list(first) == ["id", "role", "confidence", "case", "skills", "error"]
    assert (first["id"], first["role"], first["error"]) == ("1", "backend-engineer", None)
    assert all(text[e["start"] : e["end"]] == e["text"] for s in first["skills"] for e in s["evidence"])
    assert second == {
        "id": "2",
        "role": None,
        "confidence": 0.0,
        "case": "rejected",
        "skills": [],
        "error": "“text” is missing.",
    }
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.parquet", "out.parquet"]


def gold_files(tmp_path: Path, text: str, **changed: Any) -> tuple[str, ...]:
    row = gold_row(text) | changed
    (tmp_path / "gold.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    (tmp_path / "jds.jsonl").write_text(json.dumps({"id": row["id"], "text": text}) + "\n", encoding="utf-8")
    return ("parse-eval", "--gold", str(tmp_path / "gold.jsonl"), "--jds", str(tmp_path / "jds.jsonl"))


@pytest.mark.slow
def test_parse_eval_prints_the_table_and_first_what_is_wrong(tmp_path: Path) -> None:
    result = call(*gold_files(tmp_path, NURSE, certifications=["TEFL"]), "--wrong")
    assert result.returncode == 0, result.stderr.decode()
    lines = result.stdout.decode().splitlines()
    wrong = next(line for line in lines if line.startswith("nurse") and "certifications" in line)
    assert wrong.split() == ["nurse", "certifications", "0.00", "gold", '["TEFL"]', "found", '["NCLEX-RN"]']
    assert "education_required         1  1.000        0               –   1.000" in lines
    assert lines[-1].startswith("macro ") and lines[-1].endswith(" of 1 JDs")


@pytest.mark.parametrize(
    ("changed", "message"),
    [({"sha256": "0"}, "nurse: the text in"), ({"responsibilities": [["Sing", "loudly."]]}, "no passage from “Sing”")],
)
def test_gold_of_another_text_is_refused(tmp_path: Path, changed: dict[str, Any], message: str) -> None:
    result = call(*gold_files(tmp_path, NURSE, **changed))
    assert (result.returncode, result.stdout) == (2, b"")
    assert message in result.stderr.decode()


@pytest.mark.slow
def test_titles_give_the_nearest_roles(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text(
        '{"id": 1, "title": "Sr. DevOps Engineer (AWS)"}\n{"id": 2, "title": "Head of cake"}\n'
    )
    result = call("titles", "--titles", str(tmp_path / "t.jsonl"), "--top", "3")
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert first["roles"][0] == {"slug": "devops-engineer", "score": 1.0}
    assert len(first["roles"]) == len(second["roles"]) == 3
    assert second["roles"][0]["score"] < 0.8


@pytest.mark.parametrize(
    ("args", "stdin", "message"),
    [
        (("run", "--jd", "no-such-file.txt"), None, "no-such-file.txt cannot be read"),
        (("run", "--jd", "-"), b"Java \xff", "standard input is not UTF-8: byte 5 is 0xff"),
        (("extract-details", "--api1", "-"), b"{", "is not JSON"),
        (("extract-details", "--api1", "-"), b'{"run_id": 1}', "final_skills: is missing"),
        (("titles", "--titles", "-"), b'{"id": 1}\n', "line 1: the key 'title' is missing"),
        (("titles", "--titles", "-", "--catalog", "no-such-folder"), b"", "there is no such folder"),
    ],
)
def test_bad_input_gets_a_clear_error_and_2(args: tuple[str, ...], stdin: bytes | None, message: str) -> None:
    result = call(*args, stdin=stdin)
    assert (result.returncode, result.stdout) == (2, b"")
    assert message in result.stderr.decode()
    assert "Traceback" not in result.stderr.decode()


def test_what_can_be_fitted_are_the_files_of_fitted_numbers() -> None:
    assert set(CURRENT) == set(FITTED)


def test_help_answers_within_half_a_second() -> None:
    took = []
    for _ in range(4):
        began = time.perf_counter()
        assert call("--help").returncode == 0
        took.append(time.perf_counter() - began)
    assert min(took) < 0.5


@pytest.mark.slow
def test_commands_without_embeddings_import_no_torch(tmp_path: Path, jd_file: Path) -> None:
    code = (
        "import sys; sys.argv = ['pipeline', 'extract-details', '--api1', sys.argv[1]];"
        "import pipeline.__main__ as m; m.main(); assert 'torch' not in sys.modules"
    )
    (tmp_path / "1.json").write_bytes(call("extract-from-jd", "--jd", str(jd_file)).stdout)
    result = subprocess.run([sys.executable, "-c", code, str(tmp_path / "1.json")], cwd=ROOT, capture_output=True)
    assert result.returncode == 0, result.stderr.decode()
