"""``/metrics``: true counts of a store that several processes work on, told to this machine alone."""

from __future__ import annotations

import re
import threading
import time
from types import SimpleNamespace
from typing import Any, cast

import psycopg
import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from db.embedded import EmbeddedServer
from db.errors import StoreError
from db.http.metrics import metrics_route
from db.server import Database, WatchedPool
from db.services.store_metrics import StoreMetrics
from db.services.workbench import Workbench


def no_store() -> Workbench:
    raise StoreError("The database cannot be reached.")


def values(body: str) -> dict[str, float]:
    """The samples by name and labels."""
    return {name: float(value) for name, value in re.findall(r"^(\w+(?:\{.*\})?) (\S+)$", body, re.M)}


def of_store(metrics: StoreMetrics) -> dict[str, float]:
    return values(metrics.exposition().decode())


@pytest.mark.parametrize(
    ("client", "host", "headers", "status"),
    [
        ("127.0.0.1", "127.0.0.1:8501", {}, 200),
        ("::1", "[::1]:8501", {}, 200),
        ("::ffff:127.0.0.1", "localhost", {}, 200),
        ("10.0.0.5", "127.0.0.1:8501", {}, 404),
        ("127.0.0.1", "workbench.example", {}, 404),
        ("127.0.0.1", "127.0.0.1", {"X-Forwarded-For": "10.0.0.5"}, 404),
        ("127.0.0.1", "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("127.0.0.1", "127.0.0.1", {"Forwarded": "for=10.0.0.5"}, 404),
        ("127.0.0.1", "127.0.0.1", {"X-Real-IP": "10.0.0.5"}, 404),
        ("testclient", "localhost", {}, 404),
    ],
)
def test_it_is_for_programs_of_this_machine(client: str, host: str, headers: dict[str, str], status: int) -> None:
    app = Starlette(routes=[metrics_route(no_store)])
    answer = TestClient(app, client=(client, 50_000)).get("/metrics", headers={"Host": host, **headers})
    assert answer.status_code == status
    assert ("workbench" in answer.text) is (status == 200)


def test_without_a_store_it_tells_what_the_process_measures(caplog: pytest.LogCaptureFixture) -> None:
    app = Starlette(routes=[metrics_route(no_store)])
    told = values(TestClient(app, base_url="http://localhost", client=("127.0.0.1", 1)).get("/metrics").text)
    assert told["workbench_store_reachable"] == 0 and told["process_resident_memory_bytes"] > 1e7
    assert not [name for name in told if name.startswith("workbench_runs")]
    assert "does not reach its store" in caplog.text


def test_it_tells_what_all_processes_did_each_thing_once(filled: Database) -> None:
    metrics = StoreMetrics(filled.engine)
    bench: Any = SimpleNamespace(metrics=metrics)
    app = Starlette(routes=[metrics_route(lambda: cast(Workbench, bench))])
    answer = TestClient(app, base_url="http://localhost", client=("127.0.0.1", 1)).get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    told = values(answer.text)
    assert told["workbench_store_reachable"] == 1
    assert told['workbench_runs{status="completed"}'] == 2 and told['workbench_runs{status="rejected"}'] == 1
    assert told['workbench_pool_connections{state="at most"}'] == 32 and told["workbench_pool_waiting"] == 0
    assert told['workbench_queue_runs{state="waiting"}'] == told["workbench_queue_oldest_seconds"] == 0
    # What was before is not new.
    assert not [name for name in told if name.startswith(("workbench_stage_seconds_count", "workbench_model_call"))]
    with filled.engine.begin() as connection:
        job = "INSERT INTO job (run_id, queued_at, lease_until) SELECT id, now() - interval '1 hour', :lease FROM run WHERE engine = :engine"
        connection.execute(text(job), {"lease": None, "engine": "openai"})
        connection.execute(text(job), {"lease": "tomorrow", "engine": "local"})
        cells = (
            "run_id, step, judgement, model, prompt_version, request, input_tokens, output_tokens, cost_usd, latency_ms"
        )
        again = f"SELECT {cells}, cache_hit, 'HTTP 500' FROM llm_call WHERE judgement = 'skills'"
        connection.execute(text(f"INSERT INTO llm_call ({cells}, cache_hit, error) {again}"))
        ended = "UPDATE run SET created_at = now(), updated_at = now(), timings_ms = :timings WHERE engine = 'openai'"
        connection.execute(text(ended), {"timings": '{"parsed": 20, "decided": 3000}'})
    for _ in range(2):
        told = of_store(metrics)
        assert told['workbench_queue_runs{state="waiting"}'] == 1
        assert told['workbench_queue_runs{state="executing"}'] == 2
        assert told["workbench_queue_oldest_seconds"] >= 3600
        assert told['workbench_stage_seconds_count{stage="decided"}'] == 1
        assert told['workbench_stage_seconds_sum{stage="decided"}'] == 3
        assert told['workbench_stage_seconds_bucket{le="0.025",stage="parsed"}'] == 1
        (failed,) = [n for name, n in told.items() if "call_seconds_count" in name and 'outcome="failed"' in name]
        assert failed == 1
    assert next(n for name, n in told.items() if name.startswith("workbench_model_cost_dollars_total")) > 0


def test_who_waits_for_a_connection_is_counted(server: EmbeddedServer) -> None:
    pool = WatchedPool(lambda: psycopg.connect(server.url("postgres")), 1, 0)
    taken = pool.connect()
    waiting = threading.Thread(target=lambda: pool.connect().close())
    waiting.start()
    deadline = time.monotonic() + 20
    while not pool.waiting and time.monotonic() < deadline:
        time.sleep(0.005)
    assert (pool.waiting, pool.checkedout(), pool.most) == (1, 1, 1)
    taken.close()
    waiting.join()
    assert pool.waiting == 0
    pool.dispose()
