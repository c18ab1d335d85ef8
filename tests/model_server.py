"""A real HTTP server that speaks the OpenAI chat protocol, answers as it is told, and misbehaves on command."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Material = dict[str, Any]
Reply = dict[str, Any] | str | Callable[[Material], "dict[str, Any] | str"]


class ModelServer:
    """``replies`` gives the answer of each judgement (an object, raw text, or a function of the material); ``faults`` are
    taken in order, one for each request of a judgement: 429, 500, 401, "slow", "drip", "cut", "refuse", "length",
    "schema", "echo", "no usage", "null"."""

    def __init__(self) -> None:
        self.replies: dict[str, Reply] = {}
        self.faults: dict[str, list[Any]] = {}
        self.requests: list[dict[str, Any]] = []
        self.running = 0
        self.most_at_once = 0
        self.pause_s = 0.0
        self.lock = threading.Lock()
        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.httpd.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.httpd.server_address[1]}/v1"

    def asked(self, judgement: str) -> list[dict[str, Any]]:
        return [r for r in self.requests if r["response_format"]["json_schema"]["name"] == judgement]

    def _handler(server) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                judgement = body["response_format"]["json_schema"]["name"]
                with server.lock:
                    server.requests.append({**body, "authorization": self.headers.get("Authorization")})
                    faults = server.faults.get(judgement) or []
                    fault = faults.pop(0) if faults else None
                    server.running += 1
                    server.most_at_once = max(server.most_at_once, server.running)
                try:
                    time.sleep(server.pause_s)
                    self.answer(body, judgement, fault)
                except (BrokenPipeError, ConnectionResetError):
                    pass
                finally:
                    with server.lock:
                        server.running -= 1

            def answer(self, body: dict[str, Any], judgement: str, fault: Any) -> None:
                if isinstance(fault, int):
                    told = json.dumps({"error": {"message": f"told to fail with {fault}", "type": "test"}}).encode()
                    self.send_response(fault)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(told)))
                    if fault == 429:
                        self.send_header("Retry-After", "0.05")
                    self.end_headers()
                    self.wfile.write(told)
                    return
                material = json.loads(body["messages"][1]["content"])
                reply = server.replies.get(judgement, "{}")
                reply = reply(material) if callable(reply) else reply
                content = reply if isinstance(reply, str) else json.dumps(reply)
                if fault == "schema":
                    content = json.dumps({"surprise": True})
                elif fault == "echo":
                    content = body["messages"][0]["content"] + body["messages"][1]["content"]
                elif fault == "slow":
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
                    counted = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
                    self.event({**self.chunk(body, {}), "choices": [], "usage": counted})
                self.write(b"data: [DONE]\n\n")
                self.wfile.write(b"0\r\n\r\n")

            def chunk(self, body: dict[str, Any], delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
                choice = {"index": 0, "delta": delta, "finish_reason": finish}
                return {
                    "id": "c1",
                    "object": "chat.completion.chunk",
                    "created": 1,
                    "model": body["model"],
                    "choices": [choice],
                }

            def event(self, chunk: dict[str, Any]) -> None:
                self.write(f"data: {json.dumps(chunk)}\n\n".encode())

            def write(self, data: bytes) -> None:
                self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
                self.wfile.flush()

        return Handler


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
