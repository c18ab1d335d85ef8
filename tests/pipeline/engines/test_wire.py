"""Calls to servers that do what they like: each call ends in time, stays small, and ends when its run does."""

from __future__ import annotations

import json
import socket
import threading
import tracemalloc
from collections.abc import Iterator
from time import monotonic
from typing import Any

import pytest

from pipeline.config import Config
from pipeline.engines import engine_for
from pipeline.engines.judgements import PARSE
from pipeline.engines.ledger import ModelCall
from pipeline.engines.openai import RUN_ENDED, CallError, Server
from pipeline.engines.provider import ModelProvider
from pipeline.errors import RunCancelled
from pipeline.text import JDText
from tests.conftest import JD
from tests.memory_store import Answers
from tests.model_server import HOSTILE, ModelServer, serving

SECONDS, SOON = 0.4, 5.0
"""The time that a call is given, and a bound on its end that a busy machine keeps too."""
MAX_MEMORY = 60_000_000
REQUEST: dict[str, Any] = {
    "model": "m",
    "messages": [{"role": "user", "content": "Well?"}],
    "response_format": {"type": "json_schema", "json_schema": {"name": "parse"}},
}
LATE, LARGE = "no whole answer within 0.4 s", "the answer is longer than 4 MB"
REASONS = {
    "an endless head": "the connection failed",
    "an endless line": LARGE,
    "an endless error": LARGE,
    "a packed answer": "the answer is packed (gzip), which was not asked for",
    "a packed error": "HTTP 500",
    "a redirect": "HTTP 307: it sends elsewhere",
    "a redirect without end": LARGE,
}
"""Why a call fails; the others are late, or, where reading them takes a while, may be."""
SLOW_TO_READ = ("endless events", "endless blank lines")


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serving() as server:
        yield server


def failure(url: str, timeout_s: float = SECONDS, cancelled: threading.Event | None = None) -> CallError:
    """The failure of a call, which has ended soon."""
    began = monotonic()
    with pytest.raises(CallError) as caught:
        Server("sk-secret", url).answer(REQUEST, _empty(), timeout_s, cancelled or threading.Event())
    assert monotonic() - began < SOON
    return caught.value


def _empty() -> dict[str, Any]:
    return {"content": "", "finish_reason": None, "usage": None}


@pytest.mark.parametrize("fault", HOSTILE)
def test_a_call_ends_in_time_and_stays_small_whatever_arrives(fault: str, server: ModelServer) -> None:
    server.faults["parse"] = [fault]
    failure(server.url, 0.0)  # the libraries are loaded before anything is measured
    server.faults["parse"] = [fault]
    tracemalloc.start()
    try:
        error = failure(server.url, 30.0 if fault in REASONS else SECONDS)
        assert tracemalloc.get_traced_memory()[1] < MAX_MEMORY
    finally:
        tracemalloc.stop()
    assert REASONS.get(fault, LATE) in str(error) or fault in SLOW_TO_READ
    assert server.is_left_alone(SOON), "the connection is still open"
    assert len(server.requests) <= 2, "a redirect was followed"


def test_a_connection_that_is_never_made_ends_in_time() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        address = listening.getsockname()
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:  # they fill the queue of those who wait to be let in
            one.setblocking(False)
            one.connect_ex(address)
        assert str(failure(f"http://127.0.0.1:{address[1]}/v1")) == LATE
        for one in waiting:
            one.close()


def test_a_call_ends_soon_after_it_is_cancelled(server: ModelServer) -> None:
    server.faults["parse"] = ["no answer"]
    cancelled = threading.Event()
    threading.Timer(0.1, cancelled.set).start()
    assert str(failure(server.url, 60.0, cancelled)) == RUN_ENDED
    assert server.is_left_alone(SOON)


def test_a_run_that_is_cancelled_waits_for_no_judgement_and_its_calls_are_in_the_ledger(server: ModelServer) -> None:
    server.faults = {name: ["no answer"] for name in ("parse", "skills", "nature_of_work")}
    calls: list[ModelCall] = []
    began, provider = monotonic(), ModelProvider(Answers(), Server("k", server.url))
    with engine_for(Config(engine="openai"), provider, JD, calls.append) as engine:
        threading.Timer(0.3, engine.cancel).start()
        with pytest.raises(RunCancelled, match=RUN_ENDED):
            engine.parse(JDText(JD), None)
    assert monotonic() - began < SOON and server.is_left_alone(SOON)
    assert {c.judgement for c in calls} == {"parse", "skills", "nature_of_work"}
    assert {c.error for c in calls} == {RUN_ENDED}


def test_a_run_that_fails_elsewhere_does_not_wait_for_its_calls(server: ModelServer) -> None:
    server.faults["parse"] = ["no answer"]
    began, provider = monotonic(), ModelProvider(Answers(), Server("k", server.url))
    with pytest.raises(ZeroDivisionError), engine_for(Config(engine="openai"), provider, JD) as engine:
        engine._session.ask(PARSE, {"text": JD})  # type: ignore[attr-defined]
        raise ZeroDivisionError
    assert monotonic() - began < SOON


def test_answers_come_whole_over_a_connection_that_is_kept(server: ModelServer) -> None:
    server.replies["parse"] = {"long": "x" * 20_000}
    asked = Server("k", server.url)
    for _ in range(3):
        response = _empty()
        asked.answer(REQUEST, response, 30.0, threading.Event())
        assert json.loads(response["content"]) == server.replies["parse"] and response["finish_reason"] == "stop"
    assert len({request["connection"] for request in server.requests}) == 1
