"""A real HTTP server that speaks the OpenAI chat protocol, with given answers and given faults."""

from __future__ import annotations

import gzip
import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Material = dict[str, Any]
Reply = dict[str, Any] | str | Callable[[Material], "dict[str, Any] | str"]


OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/event-stream\r\n"
ERROR = b"HTTP/1.1 500 Oh\r\nConnection: close\r\nContent-Type: application/json\r\n"
MOVED = b"HTTP/1.1 307 There\r\nConnection: close\r\nLocation: /v1/chat/completions\r\n"
PACKED = b"Content-Encoding: gzip\r\n"
BOMB = gzip.compress(bytes(50_000_000))
SLOW, FAST = 0.05, 0.0
HOSTILE: dict[str, tuple[bytes, bytes, float]] = {
    "no answer": (b"", b"", SLOW),
    "a byte of the head at a time": (OK + b"X: ", b"x", SLOW),
    "a byte of the body at a time": (OK + b"\r\n", b"x", SLOW),
    "comments": (OK + b"\r\n", b": wait\n\n", SLOW),
    "an endless head": (OK, b"X: x\r\n" * 1000, FAST),
    "an endless line": (OK + b"\r\ndata: ", b"x" * 65_536, FAST),
    "endless events": (OK + b"\r\n", b"data: {}\n\n" * 1000, FAST),
    "endless blank lines": (OK + b"\r\n", b"\n" * 65_536, FAST),
    "an endless error": (ERROR + b"\r\n", b"x" * 65_536, FAST),
    "a packed answer": (OK + PACKED + b"\r\n", BOMB, FAST),
    "a packed error": (ERROR + PACKED + b"Content-Length: %d\r\n\r\n" % len(BOMB) + BOMB, b"", SLOW),
    "a redirect": (MOVED + b"Content-Length: 0\r\n\r\n", b"", SLOW),
    "a redirect without end": (MOVED + b"\r\n", b"x" * 65_536, FAST),
}
"""What a server may do that is no answer: what it sends first, what it sends again and again, and its pause (seconds)."""


class ModelServer:
    """``replies`` gives the answer of each judgement (an object, raw text, or a function of the material); ``faults`` are
    taken in order, one for each request of a judgement: 429, 500, 401, "slow", "drip", "cut", "refuse", "length",
    "schema", "echo", "no usage", "null", and those of ``HOSTILE``.
    """

    def __init__(self) -> None:
        self.replies: dict[str, Reply] = {}
        self.faults: dict[str, list[Any]] = {}
        self.requests: list[dict[str, Any]] = []
        self.running = 0
        self.most_at_once = 0
        self.pause_s = 0.0
        self.lock = threading.Lock()
        self.idle = threading.Condition(self.lock)
        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.httpd.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.httpd.server_address[1]}/v1"

    def asked(self, judgement: str) -> list[dict[str, Any]]:
        return [r for r in self.requests if r["response_format"]["json_schema"]["name"] == judgement]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        return type("Handler", (_Handler,), {"model_server": self})

    def begin(self, request: dict[str, Any], judgement: str) -> Any:
        """Record a request, and give the fault with which it is answered; null for none."""
        with self.lock:
            self.requests.append(request)
            faults = self.faults.get(judgement) or []
            self.running += 1
            self.most_at_once = max(self.most_at_once, self.running)
            return faults.pop(0) if faults else None

    def end(self) -> None:
        with self.lock:
            self.running -= 1
            self.idle.notify_all()

    def is_left_alone(self, within_s: float) -> bool:
        """Wait until no request is being answered any more: the clients have taken their answers, or gone."""
        with self.idle:
            return self.idle.wait_for(lambda: self.running == 0, within_s)

    def content(self, body: dict[str, Any], judgement: str, fault: Any) -> str:
        """The text of the answer."""
        if fault == "schema":
            return json.dumps({"surprise": True})
        if fault == "echo":
            return str(body["messages"][0]["content"] + body["messages"][1]["content"])
        reply = self.replies.get(judgement, "{}")
        reply = reply(json.loads(body["messages"][1]["content"])) if callable(reply) else reply
        return reply if isinstance(reply, str) else json.dumps(reply)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model_server: ModelServer

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        judgement = body["response_format"]["json_schema"]["name"]
        sent = {**body, "authorization": self.headers.get("Authorization"), "connection": self.client_address}
        fault = self.model_server.begin(sent, judgement)
        try:
            time.sleep(self.model_server.pause_s)
            if fault in HOSTILE:
                self.misbehave(*HOSTILE[fault])
            elif isinstance(fault, int):
                self.refuse(fault)
            else:
                self.answer(body, self.model_server.content(body, judgement, fault), fault)
        except (BrokenPipeError, ConnectionResetError):
            pass
        finally:
            self.model_server.end()

    def misbehave(self, first: bytes, again: bytes, pause_s: float) -> None:
        """Send without end, until the client goes."""
        self.close_connection = True
        self.wfile.write(first)
        while not select.select([self.connection], [], [], pause_s)[0]:
            self.wfile.write(again)

    def refuse(self, status: int) -> None:
        error = {"message": f"made to fail with {status}", "type": "test"}
        payload = json.dumps({"error": error}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        if status == 429:
            self.send_header("Retry-After", "0.05")
        self.end_headers()
        self.wfile.write(payload)

    def answer(self, body: dict[str, Any], content: str, fault: Any) -> None:
        """Stream the answer in chunks, with the fault."""
        if fault == "slow":
            time.sleep(30)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        pieces = [content[i : i + 40] for i in range(0, len(content), 40)] or [""]
        if fault == "cut":
            pieces = pieces[: max(1, len(pieces) // 2)]
        if fault == "refuse":
            self.event(self.chunk(body, {"refusal": "I would rather not."}))
            pieces = []
        for piece in pieces:
            self.event(self.chunk(body, {"content": piece}))
            if fault == "drip":
                time.sleep(0.3)
        if fault == "cut":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.event(self.chunk(body, {}, "length" if fault == "length" else "stop"))
        if fault != "no usage":
            usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
            self.event({**self.chunk(body, {}), "choices": [], "usage": usage})
        self.write(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def chunk(self, body: dict[str, Any], delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        chunk = {"id": "c1", "object": "chat.completion.chunk", "created": 1}
        return {**chunk, "model": body["model"], "choices": [choice]}

    def event(self, chunk: dict[str, Any]) -> None:
        self.write(f"data: {json.dumps(chunk)}\n\n".encode())

    def write(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


@contextmanager
def serving() -> Iterator[ModelServer]:
    server = ModelServer()
    thread = threading.Thread(target=server.httpd.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.httpd.shutdown()
        server.httpd.server_close()
