"""The model calls of one run: in parallel, within a budget, each recorded in the ledger.

A call with a transient failure (too many requests, server error, broken connection, an answer against the schema) is
repeated after growing pauses. A judgement without an answer is noted, and the local engine makes it. Responses are stored
by the hash of their request, and the same request is answered from the store at no cost. When the run is cancelled or ends, the
calls that are still in flight end with it.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic
from typing import Any, TypeVar

from pipeline.config import Config
from pipeline.engines.answers import Answer
from pipeline.engines.judgements import JUDGEMENTS, Judgement, prompt_of
from pipeline.engines.ledger import EMPTY_LEDGER, Ledger, ModelCall, Note, NoteKind, total_cost
from pipeline.engines.openai import RUN_ENDED, CallError, Server, read_answer
from pipeline.engines.prices import price_of
from pipeline.engines.provider import ModelProvider, jd_key
from pipeline.errors import RunCancelled

A = TypeVar("A", bound=Answer)

MIN_PAUSE_S, MAX_PAUSE_S = 0.5, 20.0
"""The pause before the first repetition of a call, which doubles each time, and the longest one."""
MAX_NOTE_CHARACTERS = 300
NO_SERVER = "no model server is set (OPENAI_API_KEY or OPENAI_BASE_URL), and there is no recorded answer for this text"


class Session:
    """Asks a model for the judgements of one run, within its budget; holds its ledger."""

    def __init__(
        self,
        provider: ModelProvider,
        config: Config,
        jd: str,
        on_call: Callable[[ModelCall], None] | None = None,
        earlier: Ledger = EMPTY_LEDGER,
    ) -> None:
        """``on_call`` is called with every call as it ends; ``earlier`` is the ledger of the run before it was interrupted."""
        self._provider = provider
        self._config = config
        self._subject = jd_key(jd)
        self._on_call = on_call
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._calls = list(earlier.calls)
        self._notes = list(earlier.notes)
        self._reserved = 0.0
        self._asked: dict[str, Future[Any]] = {}
        self._pool = ThreadPoolExecutor(config.calls_at_once, thread_name_prefix="model")

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def cancel(self) -> None:
        """End the calls in flight within a second, from whichever thread: what waits for one raises ``RunCancelled``."""
        self._cancelled.set()

    @property
    def calls(self) -> tuple[ModelCall, ...]:
        """The calls so far, by judgement and then in order."""
        order = list(JUDGEMENTS)
        with self._lock:
            return tuple(sorted(self._calls, key=lambda c: order.index(c.judgement)))

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes so far, each once, by judgement."""
        order = list(JUDGEMENTS)
        with self._lock:
            return tuple(sorted(dict.fromkeys(self._notes), key=lambda n: (order.index(n.judgement), n.kind, n.detail)))

    def note(self, judgement: str, kind: NoteKind, detail: str) -> None:
        """Add a note for the reader of the run."""
        with self._lock:
            self._notes.append(Note(judgement=judgement, kind=kind, detail=detail))

    def ask(self, judgement: Judgement[A], material: Mapping[str, Any]) -> Future[A | None]:
        """Ask for a judgement on ``material``, one JSON object.

        The future gives an answer of the judgement's schema, or null where the local engine must make the judgement; it
        raises nothing but ``RunCancelled``. The same question is asked once.
        """
        question = f"{judgement.name} {json.dumps(material, sort_keys=True)}"
        with self._lock:
            if question not in self._asked:
                self._asked[question] = self._pool.submit(self._judge, judgement, dict(material))
            return self._asked[question]

    def _judge(self, judgement: Judgement[A], material: dict[str, Any]) -> A | None:
        try:
            return self._answer(judgement, material)
        except CallError as error:
            if self._cancelled.is_set():
                raise RunCancelled(str(error)) from None
            self.note(judgement.name, "fallback", str(error))
        except Exception as error:  # a judgement must never cost the run
            self.note(judgement.name, "fallback", f"{type(error).__name__}: {error}"[:MAX_NOTE_CHARACTERS])
        return None

    def _answer(self, judgement: Judgement[A], material: dict[str, Any]) -> A:
        prompt = prompt_of(judgement.name)
        request = _request(self._config.models[judgement.name], judgement, prompt.text, material)
        server = self._provider.server
        key = _key(server.base_url if server else "", request)
        call = ModelCall(
            step=judgement.step,
            judgement=judgement.name,
            model=request["model"],
            prompt_version=prompt.version,
            request=request,
            response=None,
            input_tokens=0,
            output_tokens=0,
            cost_usd=0.0,
            latency_ms=0.0,
        )
        stored = self._provider.store.get(key, judgement.name, self._subject)
        if stored is not None:
            answer = read_answer(judgement, stored)
            self._record(call.model_copy(update={"response": stored, "cache_hit": True}))
            return answer
        if server is None:
            raise CallError(NO_SERVER)
        answer, response = self._call(server, judgement, call)
        self._provider.store.put(key, judgement.name, request["model"], response)
        return answer

    def _call(self, server: Server, judgement: Judgement[A], call: ModelCall) -> tuple[A, dict[str, Any]]:
        """Call until there is an answer. Raises ``CallError`` with the last reason."""
        deadline = monotonic() + self._config.judgement_deadline_s
        for attempt in range(self._config.call_attempts):
            try:
                return self._attempt(server, judgement, call, deadline)
            except CallError as error:
                wait = error.retry_after_s if error.retry_after_s is not None else MIN_PAUSE_S * 2**attempt
                pause = min(wait, MAX_PAUSE_S)
                is_last = attempt + 1 == self._config.call_attempts
                if is_last or not error.is_transient or monotonic() + pause >= deadline:
                    tries = f", after {attempt + 1} tries" if attempt else ""
                    raise CallError(f"{error}{tries}") from None
            if self._cancelled.wait(pause):
                raise CallError(RUN_ENDED)
        raise CallError("no call was allowed (call_attempts is 0)")

    def _attempt(
        self, server: Server, judgement: Judgement[A], call: ModelCall, deadline: float
    ) -> tuple[A, dict[str, Any]]:
        """One call, recorded in the ledger however it ends. Raises ``CallError``."""
        reserved = self._reserve(judgement, call)
        began = monotonic()
        response: dict[str, Any] = {"content": "", "finish_reason": None, "usage": None}
        failure: CallError | None = None
        try:
            timeout = min(self._config.call_timeout_s, max(deadline - began, 0.1))
            server.answer(call.request, response, timeout, self._cancelled)
            return read_answer(judgement, response), response
        except CallError as error:
            failure = error
            response = dict(response)  # the wire may be adding a last chunk to the other
            raise
        except Exception as error:
            # A stream of another shape is a failed call like any other: in the ledger, its reserve given back.
            failure = CallError(f"the answer cannot be read: {error}"[:240], is_transient=True)
            raise failure from None
        finally:
            ended = (monotonic() - began) * 1000
            self._record(self._priced(call, response, ended, str(failure) if failure else None), reserved)

    def _reserve(self, judgement: Judgement[Any], call: ModelCall) -> float:
        """Reserve the US dollars that a call may cost at most. Raises ``CallError`` where the budget does not suffice."""
        price = price_of(call.model)
        if price is None:
            self.note(judgement.name, "unpriced", f"the price of {call.model} is not known, so its calls count as free")
            return 0.0
        max_cost = price.cost(_tokens(json.dumps(call.request["messages"])), 0, judgement.max_tokens)
        with self._lock:
            spent = total_cost(self._calls)
            if spent + self._reserved + max_cost > self._config.budget_usd:
                raise CallError(
                    f"over budget: ${spent:.4f} of ${self._config.budget_usd:.4f} are spent, and this call may cost ${max_cost:.4f}"
                )
            self._reserved += max_cost
        return max_cost

    def _priced(self, call: ModelCall, response: dict[str, Any], latency_ms: float, error: str | None) -> ModelCall:
        """The ledger's row of a call that has ended. Tokens that the server did not count are estimated and marked as such."""
        usage = response["usage"]
        if usage is None and response["content"]:
            written = _tokens(response["content"])
            usage = {
                "prompt_tokens": _tokens(json.dumps(call.request["messages"])),
                "completion_tokens": written,
                "estimated": True,
            }
            response["usage"] = usage
        read, written = (usage or {}).get("prompt_tokens", 0), (usage or {}).get("completion_tokens", 0)
        cached = ((usage or {}).get("prompt_tokens_details") or {}).get("cached_tokens", 0)
        price = price_of(call.model)
        return call.model_copy(
            update={
                "response": response if response["content"] or usage else None,
                "input_tokens": read,
                "output_tokens": written,
                "cost_usd": round(price.cost(read, cached, written), 8) if price else 0.0,
                "latency_ms": round(latency_ms, 1),
                "error": error,
            }
        )

    def _record(self, call: ModelCall, reserved: float = 0.0) -> None:
        with self._lock:
            self._reserved -= reserved
            self._calls.append(call)
        if self._on_call is not None:
            self._on_call(call)


def _request(model: str, judgement: Judgement[Any], text: str, material: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a call: the prompt, the material as one JSON object, and the schema of the answer."""
    schema = {"name": judgement.name, "strict": True, "schema": judgement.answer.model_json_schema()}
    request: dict[str, Any] = {
        "model": model,
        "messages": [
            {"role": "system", "content": text},
            {"role": "user", "content": json.dumps(material, ensure_ascii=False, sort_keys=True)},
        ],
        "response_format": {"type": "json_schema", "json_schema": schema},
        "max_completion_tokens": judgement.max_tokens,
    }
    if not model.startswith(("o1", "o3", "o4", "gpt-5")):  # reasoning models take no temperature
        request["temperature"] = 0
    return request


def _key(base_url: str, request: Mapping[str, Any]) -> str:
    """The key of a request in the store: the SHA-256 of its JSON, in hexadecimal."""
    return hashlib.sha256(json.dumps([base_url, request], sort_keys=True).encode()).hexdigest()


def _tokens(text: str) -> int:
    """An upper estimate of the tokens of a text."""
    return len(text) // 3 + 1
