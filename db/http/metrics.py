"""``/metrics`` for Prometheus, to programs of this machine alone: to anybody else there is no such route."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from db.meters import PROCESS
from db.services.workbench import Workbench

log = logging.getLogger("workbench")

FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "x-client-ip")
"""Headers by which a proxy says that it asks for somebody else."""


def metrics_route(workbench: Callable[[], Workbench]) -> Route:
    """The route; ``workbench`` gives the workbench of the process, and may raise ``StoreError``: then what the process has
    measured itself is told alone.
    """

    async def metrics(request: Request) -> Response:
        if not is_from_this_machine(request):
            return PlainTextResponse("Not Found", 404)
        return Response(await asyncio.to_thread(exposition, workbench), media_type=CONTENT_TYPE_LATEST)

    return Route("/metrics", metrics)


def exposition(workbench: Callable[[], Workbench]) -> bytes:
    """What the process has measured, whether the store is there, and what it has."""
    try:
        shared, is_there = workbench().metrics.exposition(), 1
    except Exception:
        log.exception("asked for its metrics, the workbench does not reach its store")
        shared, is_there = b"", 0
    reachable = (
        "# HELP workbench_store_reachable Whether the store could be asked.\n"
        f"# TYPE workbench_store_reachable gauge\nworkbench_store_reachable {is_there}\n"
    )
    return generate_latest(PROCESS) + reachable.encode() + shared


def is_from_this_machine(request: Request) -> bool:
    """Whether a program of this machine asks for itself: it has an address of this machine, names the workbench by one, and no
    proxy says that it passes a request on.
    """
    client = request.client.host if request.client else ""
    name = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    is_passed_on = any(header in request.headers for header in FORWARDED)
    return is_loopback(client) and (name == "localhost" or is_loopback(name)) and not is_passed_on


def is_loopback(host: str) -> bool:
    """Whether an address in numbers is one of this machine."""
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
