"""Search everywhere: what the palette of the browser (``scripts/palette.js``) asks while a person types, answered with
addresses of pages. The keys / and Ctrl+K open it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from db.services.search import Hit
from db.services.workbench import Workbench
from pages.components import links

MAX_WORDS = 200
"""Characters of a question that are looked at."""


@dataclass(frozen=True)
class Found:
    """A line of the palette: what it is, its name in the colour of its kind, a word on it, and where it leads."""

    kind: str
    tone: str
    text: str
    detail: str
    url: str


def search_route(workbench: Callable[[], Workbench]) -> Route:
    """``GET /find?q=``: the lines for what was typed; pages alone for nothing."""

    async def find(request: Request) -> JSONResponse:
        words = request.query_params.get("q", "")[:MAX_WORDS]
        try:
            hits = await asyncio.to_thread(lambda: workbench().search.find(words))
        except Exception as error:
            return JSONResponse({"reason": str(error)}, status_code=503)
        return JSONResponse([asdict(line) for line in lines(words, hits)])

    return Route("/find", find)


def lines(words: str, hits: list[Hit]) -> list[Found]:
    """The pages that are called so, and what was found."""
    wanted = words.casefold().strip()
    pages = [
        Found("page", "", place.title, place.section, links.page_url(place))
        for place in links.PAGES
        if place.visible
        and any(word.startswith(wanted) for word in (place.title.casefold(), *place.title.casefold().split()))
    ]
    found = [_found(hit) for hit in hits]
    exact = [line for line in found if line.text.casefold() == wanted]
    return [*exact, *pages, *(line for line in found if line not in exact)]


def _found(hit: Hit) -> Found:
    """The line of a hit, with the address of its page."""
    match hit.kind:
        case "role" | "dimension" | "skill":
            return Found(hit.kind, hit.kind, hit.text, hit.detail, links.entity_url(hit.kind, hit.key))
        case "alias":
            return Found("alias", "alias", hit.text, hit.detail, links.alias_url(hit.key))
        case "title":
            return Found("title", "alias", hit.text, hit.detail, links.entity_url("role", hit.key))
        case "run":
            return Found("run", "", hit.text, hit.detail, links.run_url(hit.key))
        case "change set":
            return Found("change set", "", hit.text, hit.detail, links.change_set_url(int(hit.key)))
