"""A server of the OpenAI chat protocol: one streamed call, and the answer that its chunks make up."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from pipeline.engines.answers import Answer
from pipeline.engines.judgements import Judgement

if TYPE_CHECKING:
    from openai import AsyncOpenAI

    from pipeline.engines.wire import Wire

A = TypeVar("A", bound=Answer)

RUN_ENDED = "the run was ended meanwhile"


class CallError(Exception):
    """A call without an answer. If it ``is_transient``, the same call may succeed later, after ``retry_after_s`` seconds."""

    def __init__(self, reason: str, *, is_transient: bool = False, retry_after_s: float | None = None) -> None:
        super().__init__(reason)
        self.is_transient = is_transient
        self.retry_after_s = retry_after_s


class Server:
    """A server by its URL and key; the client library is imported at the first call."""

    def __init__(self, api_key: str, base_url: str | None = None) -> None:
        self._key = api_key
        self.base_url = base_url or "https://api.openai.com/v1"
        self._opened: tuple[Wire, AsyncOpenAI] | None = None
        self._lock = threading.Lock()

    def answer(
        self, request: Mapping[str, Any], response: dict[str, Any], timeout_s: float, cancelled: threading.Event
    ) -> None:
        """Send a request and add the chunks of its answer to ``response`` as they arrive.

        Raises ``CallError``, whatever the server does, at the latest after ``timeout_s`` seconds and soon after ``cancelled``
        is set.
        """
        wire, client = self._open()
        try:
            wire.call(_collect(client, request, response, timeout_s), timeout_s, cancelled)
        except Exception as error:
            raise self._call_error(error, timeout_s) from None

    def _open(self) -> tuple[Wire, AsyncOpenAI]:
        """The wire and its client, made at the first call."""
        import openai

        from pipeline.engines.wire import Wire, bound_answer

        with self._lock:
            if self._opened is None:
                client = openai.AsyncOpenAI(
                    api_key=self._key,
                    base_url=self.base_url,
                    max_retries=0,  # retries are ours: each of them is a row of the ledger
                    default_headers={"Accept-Encoding": "identity"},
                    # The text and the key go to the server that was named, and to no other.
                    http_client=openai.DefaultAsyncHttpxClient(
                        follow_redirects=False, event_hooks={"response": [bound_answer]}
                    ),
                )
                self._opened = Wire(), client
            return self._opened

    def _call_error(self, error: Exception, timeout_s: float) -> CallError:
        """What a failed call is called, and whether the same call may succeed later."""
        import openai

        from pipeline.engines.wire import CallCancelled, UnreadableAnswer

        cause = error.__cause__ or error
        if isinstance(error, CallCancelled):
            return CallError(RUN_ENDED)
        if isinstance(cause, UnreadableAnswer):
            return CallError(str(cause))
        if isinstance(error, (TimeoutError, openai.APITimeoutError)):
            return CallError(f"no whole answer within {timeout_s:.3g} s", is_transient=True)
        if isinstance(error, openai.APIStatusError) and error.status_code < 400:
            return CallError(
                f"HTTP {error.status_code}: it sends elsewhere, which is not followed; check OPENAI_BASE_URL"
            )
        if isinstance(error, openai.APIStatusError):
            return CallError(
                f"HTTP {error.status_code}: {self._message(error)}",
                is_transient=error.status_code in (408, 409, 429) or error.status_code >= 500,
                retry_after_s=_retry_after(error.response.headers),
            )
        if isinstance(error, openai.APIConnectionError):
            return CallError(f"the connection failed: {self._message(cause)}", is_transient=True)
        if isinstance(error, openai.OpenAIError):
            return CallError(self._message(error), is_transient=True)
        return CallError(f"the answer broke off: {self._message(error)}", is_transient=True)

    def _message(self, error: BaseException) -> str:
        """The message of an error, short, on one line, without the key."""
        text = " ".join(str(error).split()) or type(error).__name__
        return (text.replace(self._key, "…") if self._key else text)[:240]


async def _collect(client: AsyncOpenAI, request: Mapping[str, Any], response: dict[str, Any], timeout_s: float) -> None:
    """Add the chunks of the answer to a request to ``response``. Raises ``UnreadableAnswer`` for one of too many."""
    from pipeline.engines.wire import MAX_CHUNKS, UnreadableAnswer

    asked = client.chat.completions.create(
        **request, stream=True, stream_options={"include_usage": True}, timeout=timeout_s
    )
    chunks = 0
    async with await asked as answer:
        async for chunk in answer:
            chunks += 1
            if chunks > MAX_CHUNKS:
                raise UnreadableAnswer(f"the answer has more than {MAX_CHUNKS:,} chunks")
            add_chunk(response, chunk.model_dump(mode="json", exclude_none=True))


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that a server asks to wait; null where it names none."""
    try:
        seconds = float(headers.get("retry-after", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds < math.inf else None


def add_chunk(response: dict[str, Any], chunk: Mapping[str, Any]) -> None:
    """Add a chunk of the stream to the response so far, which is changed in place."""
    for choice in chunk.get("choices") or []:
        delta = choice.get("delta") or {}
        response["content"] += delta.get("content") or ""
        if delta.get("refusal"):
            response["refusal"] = response.get("refusal", "") + delta["refusal"]
        response["finish_reason"] = choice.get("finish_reason") or response["finish_reason"]
    response["usage"] = chunk.get("usage") or response["usage"]


def read_answer(judgement: Judgement[A], response: Mapping[str, Any]) -> A:
    """Return the answer in a complete response. Raises ``CallError`` for one that is refused, cut off or against the schema."""
    if response.get("refusal"):
        raise CallError(f"the model refused: {str(response['refusal'])[:160]}")
    if response.get("finish_reason") == "content_filter":
        raise CallError("the server's content filter stopped the answer")
    if response.get("finish_reason") == "length":
        raise CallError(f"the answer was cut off at {judgement.max_tokens:,} tokens")
    if response.get("finish_reason") is None:
        raise CallError("the answer broke off before its end", is_transient=True)
    try:
        return judgement.answer.model_validate_json(str(response["content"]))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the answer"
        raise CallError(f"the answer breaks the schema: {where}: {first['msg']}"[:240], is_transient=True) from None
