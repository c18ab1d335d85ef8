"""Where the answers of a model come from: a server, and the store of earlier answers."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from typing_extensions import override

from pipeline.engines.openai import Server
from pipeline.errors import InputError


class CallStore(Protocol):
    """Stores responses by the hash of the request, or, recorded for a demo, by judgement and text."""

    def get(self, key: str, judgement: str, subject: str) -> dict[str, Any] | None:
        """Return the stored response to a call, null without one; ``subject`` is the text's key (``jd_key``)."""
        ...

    def put(self, key: str, judgement: str, model: str, response: dict[str, Any]) -> None:
        """Store the response to a call."""
        ...


class Recording(CallStore):
    """Responses recorded from a real run, by judgement and text, so that a demo needs no server."""

    def __init__(self, path: Path) -> None:
        """Read a file of JSON lines {"judgement", "subject", "response"}. Raises ``InputError`` with the broken line."""
        self._answers: dict[tuple[str, str], dict[str, Any]] = {}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                row = json.loads(line)
                self._answers[row["judgement"], row["subject"]] = row["response"]
            except (ValueError, KeyError, TypeError) as error:
                raise InputError(f"{path.name}, line {number}: not a recorded answer ({error!r})") from None

    @override
    def get(self, key: str, judgement: str, subject: str) -> dict[str, Any] | None:
        """Return the recorded response to a judgement on a text."""
        return self._answers.get((judgement, subject))

    def put(self, key: str, judgement: str, model: str, response: dict[str, Any]) -> None:
        """Do nothing: a recording is only read."""


@dataclass(frozen=True)
class ModelProvider:
    """A server, null for none, and the store of earlier answers."""

    store: CallStore
    server: Server | None = None

    @property
    def label(self) -> str:
        """The name of the source of answers, for a page."""
        if self.server is not None:
            return str(urlsplit(self.server.base_url).netloc)
        return "recorded answers" if isinstance(self.store, Recording) else "no server"


def jd_key(jd: str) -> str:
    """Return the key of a text in a recording: the SHA-256 of its stripped UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(jd.strip().encode("utf-8", "surrogatepass")).hexdigest()
