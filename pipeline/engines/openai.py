"""The model engine: judgements made by any server that speaks the OpenAI chat protocol.

A call is streamed, so that one that stalls or drips is cut off at its deadline. It is tried again after a refusal that
passes (too many requests, server error, broken connection, an answer against the schema), with growing pauses, within the
run's budget. What cannot be had is noted, and the local engine's judgement stands. An answer that was had once is kept
under the hash of its request, and the same call is answered from there at no cost.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Protocol
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from pipeline.config import Config
from pipeline.engines.judgements import JUDGEMENTS, Judgement, prompt
from pipeline.engines.ledger import ModelCall, Note, total_cost
from pipeline.engines.prices import price_of
from pipeline.errors import InputError

MAX_TEXT = 40_000
"""Characters of a job description that are sent."""
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 20.0
NO_SERVER = "no model server is set (OPENAI_API_KEY or OPENAI_BASE_URL), and there is no recorded answer for this text"


class CallStore(Protocol):
    """Keeps answers: by the hash of the request, or, when recorded for a demo, by judgement and text."""

    def get(self, key: str, judgement: str, subject: str) -> dict[str, Any] | None: ...

    def put(self, key: str, judgement: str, model: str, response: dict[str, Any]) -> None: ...


class CallError(Exception):
    """A call that gave no answer; ``passes`` says whether the same call may succeed later, ``after`` when (seconds)."""

    def __init__(self, reason: str, *, passes: bool = False, after: float | None = None) -> None:
        super().__init__(reason)
        self.passes = passes
        self.after = after


class Server:
    """A server that speaks the protocol."""

    def __init__(self, api_key: str, base_url: str | None = None) -> None:
        self._key = api_key
        self.base_url = base_url or "https://api.openai.com/v1"
        self._client: Any = None
        self._lock = threading.Lock()

    def stream(self, request: Mapping[str, Any], timeout_s: float) -> Iterator[dict[str, Any]]:
        """The chunks of the answer. Raises ``CallError``."""
        import openai

        with self._lock:
            if self._client is None:
                # Retries are ours: each of them is a row of the ledger.
                self._client = openai.OpenAI(api_key=self._key, base_url=self.base_url, max_retries=0)
        try:
            answer = self._client.chat.completions.create(
                **request, stream=True, stream_options={"include_usage": True}, timeout=timeout_s
            )
            with answer:
                for chunk in answer:
                    yield chunk.model_dump(mode="json", exclude_none=True)
        except openai.APITimeoutError:
            raise CallError(f"no answer within {timeout_s:.3g} s", passes=True) from None
        except openai.APIStatusError as error:
            passes = error.status_code in (408, 409, 429) or error.status_code >= 500
            raise CallError(
                f"HTTP {error.status_code}: {self._told(error)}", passes=passes, after=_retry_after(error.response.headers)
            ) from None
        except openai.APIConnectionError as error:
            raise CallError(f"the connection failed: {self._told(error.__cause__ or error)}", passes=True) from None
        except openai.OpenAIError as error:
            raise CallError(self._told(error), passes=True) from None
        except (OSError, ValueError) as error:
            raise CallError(f"the answer broke off: {self._told(error)}", passes=True) from None
        except Exception as error:
            # The client's transport raises types of its own when a body ends too early.
            raise CallError(f"the answer broke off: {type(error).__name__}", passes=True) from None

    def _told(self, error: BaseException) -> str:
        """What an error says, short, on one line, without the key."""
        text = " ".join(str(error).split()) or type(error).__name__
        return (text.replace(self._key, "…") if self._key else text)[:240]


def _retry_after(headers: Mapping[str, str]) -> float | None:
    try:
        return float(headers.get("retry-after", ""))
    except ValueError:
        return None


class Recording:
    """Answers recorded from a real session, found again by judgement and text, so that a demo needs no server."""

    def __init__(self, path: Path) -> None:
        """Read a file of JSON lines {"judgement", "subject", "response"}. Raises ``InputError`` with the broken line."""
        self._answers: dict[tuple[str, str], dict[str, Any]] = {}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                row = json.loads(line)
                self._answers[row["judgement"], row["subject"]] = row["response"]
            except (ValueError, KeyError, TypeError) as error:
                raise InputError(f"{path.name}, line {number}: not a recorded answer ({error!r})") from None

    def get(self, key: str, judgement: str, subject: str) -> dict[str, Any] | None:
        return self._answers.get((judgement, subject))

    def put(self, key: str, judgement: str, model: str, response: dict[str, Any]) -> None:
        """A recording is only read."""


@dataclass(frozen=True)
class OpenAIEngine:
    """A server, or none, and the answers that are kept."""

    store: CallStore
    server: Server | None = None

    @property
    def told(self) -> str:
        """Who answers, in a few words."""
        if self.server is not None:
            return str(urlsplit(self.server.base_url).netloc)
        return "recorded answers" if isinstance(self.store, Recording) else "no server"

    def session(
        self,
        config: Config,
        jd: str,
        on_call: Callable[[ModelCall], None] | None = None,
        earlier: tuple[ModelCall, ...] = (),
    ) -> Session:
        """The model's side of one run. ``on_call`` is told of every call as it ends; ``earlier`` are calls that the run
        made before it was interrupted."""
        return Session(self, config, subject_of(jd), on_call or (lambda call: None), earlier)


def server_from_environment() -> Server | None:
    """The server that ``OPENAI_API_KEY`` and ``OPENAI_BASE_URL`` name; a local one may need no key."""
    key, url = os.environ.get("OPENAI_API_KEY", ""), os.environ.get("OPENAI_BASE_URL", "")
    return Server(key or "none", url or None) if key or url else None


def subject_of(jd: str) -> str:
    """The hash by which a text's recorded answers are found."""
    return hashlib.sha256(jd.strip().encode("utf-8", "surrogatepass")).hexdigest()


class Session:
    """Asks for the judgements of one run, some at once, and keeps its ledger, its notes and its budget."""

    def __init__(
        self,
        engine: OpenAIEngine,
        config: Config,
        subject: str,
        on_call: Callable[[ModelCall], None],
        earlier: tuple[ModelCall, ...],
    ) -> None:
        self._engine = engine
        self._config = config
        self._subject = subject
        self._on_call = on_call
        self._lock = threading.Lock()
        self._calls = list(earlier)
        self._notes: list[Note] = []
        self._reserved = 0.0
        self._asked: dict[str, Future[Any]] = {}
        self._pool = ThreadPoolExecutor(config.calls_at_once, thread_name_prefix="model")

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    @property
    def calls(self) -> tuple[ModelCall, ...]:
        """The ledger so far, by judgement and then in order."""
        order = list(JUDGEMENTS)
        with self._lock:
            return tuple(sorted(self._calls, key=lambda c: order.index(c.judgement)))

    @property
    def notes(self) -> tuple[Note, ...]:
        order = list(JUDGEMENTS)
        with self._lock:
            return tuple(sorted(dict.fromkeys(self._notes), key=lambda n: (order.index(n.judgement), n.kind, n.detail)))

    def note(self, judgement: str, kind: str, detail: str) -> None:
        with self._lock:
            self._notes.append(Note.model_validate({"judgement": judgement, "kind": kind, "detail": detail}))

    def ask(self, name: str, material: Mapping[str, Any]) -> Future[Any]:
        """Ask for a judgement on ``material``; the future gives an answer of its schema, or null when the local engine
        must judge. It never raises. The same question is asked once."""
        question = f"{name} {json.dumps(material, sort_keys=True)}"
        with self._lock:
            if question not in self._asked:
                self._asked[question] = self._pool.submit(self._judge, JUDGEMENTS[name], dict(material))
            return self._asked[question]

    def _judge(self, judgement: Judgement, material: dict[str, Any]) -> BaseModel | None:
        try:
            return self._answer(judgement, material)
        except CallError as error:
            self.note(judgement.name, "fallback", str(error))
        except Exception as error:  # a judgement must never cost the run
            self.note(judgement.name, "fallback", f"{type(error).__name__}: {error}"[:300])
        return None

    def _answer(self, judgement: Judgement, material: dict[str, Any]) -> BaseModel:
        version, text = prompt(judgement.name)
        request = _request(self._config.models[judgement.name], judgement, text, material)
        server = self._engine.server
        key = _key(server.base_url if server else "", request)
        call = ModelCall(
            step=judgement.step,
            judgement=judgement.name,
            model=request["model"],
            prompt_version=version,
            request=request,
            response=None,
            input_tokens=0,
            output_tokens=0,
            cost_usd=0.0,
            latency_ms=0.0,
        )
        known = self._engine.store.get(key, judgement.name, self._subject)
        if known is not None:
            answer = _read(judgement, known)
            self._record(call.model_copy(update={"response": known, "cache_hit": True}))
            return answer
        if server is None:
            raise CallError(NO_SERVER)
        answer, response = self._call(server, judgement, call)
        self._engine.store.put(key, judgement.name, request["model"], response)
        return answer

    def _call(self, server: Server, judgement: Judgement, call: ModelCall) -> tuple[BaseModel, dict[str, Any]]:
        """Call until there is an answer. Raises ``CallError`` with the last reason."""
        deadline = monotonic() + self._config.judgement_deadline_s
        for attempt in range(self._config.call_attempts):
            worst = self._reserve(judgement, call)
            began = monotonic()
            response: dict[str, Any] = {"content": "", "finish_reason": None, "usage": None}
            error: CallError | None = None
            answer: BaseModel | None = None
            try:
                timeout = min(self._config.call_timeout_s, max(deadline - began, 0.1))
                for chunk in server.stream(call.request, timeout):
                    _add(response, chunk)
                    if monotonic() - began > timeout:
                        raise CallError(f"no whole answer within {timeout:.3g} s", passes=True)
                answer = _read(judgement, response)
            except CallError as failed:
                error = failed
            except (TypeError, ValueError, AttributeError) as failed:
                # A stream of another shape is a failed call like any other: in the ledger, its reserve given back.
                error = CallError(f"the answer cannot be read: {failed}"[:240], passes=True)
            self._record(self._priced(call, response, (monotonic() - began) * 1000, str(error) if error else None), worst)
            if answer is not None:
                return answer, response
            assert error is not None
            pause = min(error.after if error.after is not None else FIRST_PAUSE_S * 2**attempt, LONGEST_PAUSE_S)
            last = attempt + 1 == self._config.call_attempts
            if last or not error.passes or monotonic() + pause >= deadline:
                tries = f", after {attempt + 1} tries" if attempt else ""
                raise CallError(f"{error}{tries}")
            sleep(pause)
        raise CallError("no call was allowed (call_attempts is 0)")

    def _reserve(self, judgement: Judgement, call: ModelCall) -> float:
        """Set aside what a call may cost at most. Raises ``CallError`` when the budget does not hold it."""
        price = price_of(call.model)
        if price is None:
            self.note(judgement.name, "unpriced", f"the price of {call.model} is not known, so its calls count as free")
            return 0.0
        worst = price.cost(_tokens(json.dumps(call.request["messages"])), 0, judgement.max_tokens)
        with self._lock:
            spent = total_cost(self._calls)
            if spent + self._reserved + worst > self._config.budget_usd:
                raise CallError(
                    f"over budget: ${spent:.4f} of ${self._config.budget_usd:.4f} are spent, and this call may cost ${worst:.4f}"
                )
            self._reserved += worst
        return worst

    def _priced(self, call: ModelCall, response: dict[str, Any], latency_ms: float, error: str | None) -> ModelCall:
        """The ledger's row of a call that has ended. Tokens that the server did not count are estimated, and said to be."""
        usage = response["usage"]
        if usage is None and response["content"]:
            written = _tokens(response["content"])
            usage = {"prompt_tokens": _tokens(json.dumps(call.request["messages"])), "completion_tokens": written, "estimated": True}
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
        self._on_call(call)


def _request(model: str, judgement: Judgement, text: str, material: Mapping[str, Any]) -> dict[str, Any]:
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
    """The content address of a call."""
    return hashlib.sha256(json.dumps([base_url, request], sort_keys=True).encode()).hexdigest()


def _tokens(text: str) -> int:
    """About how many tokens a text has, rather too many than too few."""
    return len(text) // 3 + 1


def _add(response: dict[str, Any], chunk: Mapping[str, Any]) -> None:
    """Add a chunk of the stream to the answer so far."""
    for choice in chunk.get("choices") or []:
        delta = choice.get("delta") or {}
        response["content"] += delta.get("content") or ""
        if delta.get("refusal"):
            response["refusal"] = response.get("refusal", "") + delta["refusal"]
        response["finish_reason"] = choice.get("finish_reason") or response["finish_reason"]
    response["usage"] = chunk.get("usage") or response["usage"]


def _read(judgement: Judgement, response: Mapping[str, Any]) -> BaseModel:
    """The answer in a whole response. Raises ``CallError`` for one that is refused, cut off or against the schema."""
    if response.get("refusal"):
        raise CallError(f"the model refused: {str(response['refusal'])[:160]}")
    if response.get("finish_reason") == "content_filter":
        raise CallError("the server's content filter stopped the answer")
    if response.get("finish_reason") == "length":
        raise CallError(f"the answer was cut off at {judgement.max_tokens:,} tokens")
    if response.get("finish_reason") is None:
        raise CallError("the answer broke off before its end", passes=True)
    try:
        return judgement.answer.model_validate_json(str(response["content"]))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the answer"
        raise CallError(f"the answer breaks the schema: {where}: {first['msg']}"[:240], passes=True) from None
