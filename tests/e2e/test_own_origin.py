"""Who may talk to the running workbench: its own pages, by its own names, and nobody else."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from functools import partial
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from db.http.routes import BROWSER_COOKIE
from tests.e2e.conftest import PROXY_NAME

TOKEN = "12345678-1234-1234-1234-123456789abc"
OWN = "its own"
ORIGINS = [
    (OWN, OWN, True),
    (PROXY_NAME, f"https://{PROXY_NAME}", True),
    (OWN, "http://127.0.0.1:1", False),
    (OWN, "http://localhost", False),
    (OWN, "https://elsewhere.test", False),
    (OWN, f"https://{PROXY_NAME}", False),
    (OWN, "null", False),
    (OWN, None, False),
    ("elsewhere.test", "http://elsewhere.test", False),
]
"""The name that is asked for, the page that asks, and whether it may."""


def asking(base: str, host: str, origin: str | None) -> dict[str, str]:
    """The headers of a request to ``host`` of a page of ``origin``; a foreign proxy's word is in them too."""
    own = urlsplit(base).netloc
    headers = {"Host": own if host == OWN else host, "X-Forwarded-Host": urlsplit(origin or "").netloc}
    return headers if origin is None else {**headers, "Origin": base if origin == OWN else origin}


@pytest.mark.parametrize("host, origin, may", ORIGINS)
def test_a_socket_is_opened_for_own_pages_alone(base: str, host: str, origin: str | None, may: bool) -> None:
    server, headers = urlsplit(base), asking(base, host, origin)
    address = f"ws://{headers.pop('Host')}/_stcore/stream"
    place = (server.hostname, server.port)
    opening = partial(connect, address, additional_headers=headers, address=place, proxy=None)
    if may:
        with opening() as socket:
            assert socket.ping().wait(30)
        return
    with pytest.raises(InvalidStatus) as refused:
        opening()
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("host, origin, may", ORIGINS)
def test_what_is_typed_is_kept_for_own_pages_alone(base: str, host: str, origin: str | None, may: bool) -> None:
    body = json.dumps({"place": "kept-origin", "value": "x", "age": 1}).encode()
    headers = {"Content-Type": "application/json", "Cookie": f"{BROWSER_COOKIE}={TOKEN}"}
    request = urllib.request.Request(f"{base}/kept", body, {**headers, **asking(base, host, origin)})
    if may:
        assert urllib.request.urlopen(request).status == 204
        return
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 403


def asked_as_a_program(base: str, headers: dict[str, str]) -> tuple[int, dict[str, object]]:
    """The status and the error of a run that is asked for without a text."""
    request = urllib.request.Request(f"{base}/runs", b"{}", {"Content-Type": "application/json", **headers})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    return refused.value.code, json.load(refused.value)["error"]


@pytest.mark.parametrize("host, origin, may", ORIGINS)
def test_what_a_page_asks_of_the_routes_for_programs_is_refused_unless_it_is_ours(
    base: str, host: str, origin: str | None, may: bool
) -> None:
    is_a_program = origin is None and host == OWN
    status, error = asked_as_a_program(base, asking(base, host, origin))
    if may or is_a_program:
        # It came as far as the handler, which finds no text.
        assert (status, error["code"]) == (422, "invalid_input")
    else:
        assert (status, error["code"]) == (403, "not_allowed")


@pytest.mark.parametrize(
    "header", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}, {"Referer": "https://elsewhere.test/"}]
)
def test_a_page_that_hides_its_origin_is_no_program(base: str, header: dict[str, str]) -> None:
    assert asked_as_a_program(base, header)[0] == 403


def test_a_name_that_was_pointed_at_the_workbench_reads_nothing(base: str) -> None:
    for path in ("/", "/find?q=python", "/healthz", "/_stcore/health", "/runs", "/catalog/roles", "/openapi.json"):
        request = urllib.request.Request(f"{base}{path}", headers={"Host": "elsewhere.test"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        assert refused.value.code == 403 and "WORKBENCH_HOSTS" in refused.value.read().decode()


def test_health_tells_a_stranger_its_status_alone(base: str) -> None:
    with urllib.request.urlopen(f"{base}/healthz") as answer:
        assert json.load(answer) == {"status": "ok"}


def test_programs_and_pages_share_the_address(base: str) -> None:
    with urllib.request.urlopen(f"{base}/runs?limit=1") as answer:
        assert set(json.load(answer)) == {"items", "next_cursor"}
    with urllib.request.urlopen(f"{base}/skills") as answer:
        assert answer.headers["Content-Type"].startswith("text/html") and b'<div id="root"' in answer.read()
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{base}/skills/extract-from-jd")
    assert refused.value.code == 405 and refused.value.headers["Allow"] == "POST"
