"""Fields whose content is kept until it is used: it comes back after a reload and after leaving the page, in the same browser.

``st.text_area("Comment", **kept.text(kept.place("comment", ref.key())))`` keeps a text as it is typed: a script of the page
sends it, so that it is kept even within a form and even when the page is left at once. Any other widget keeps its choice with
``choice()``. ``forget()`` empties the fields once their content was used.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypedDict
from uuid import uuid4

import streamlit as st

from db.http.routes import BROWSER_COOKIE, TOKEN
from pages.components.workbench import workbench

SESSION_TOKEN = "kept-browser"
FORM = "form"
SHOWN_BY = ("slug", "id", "set", "of", "finding")
"""Parameters of an address that name what a page shows."""
DRAWN, DRAWINGS = "kept-drawn", "kept-drawings"
"""Session keys: in which drawing each field stood last, and how many drawings of pages came to their end."""
EMPTIED = "kept-emptied"
"""Session key of the fields that are to be drawn empty."""
FILLED, LOST = "kept-filled", "kept-lost"
"""Session keys: the fields that were given their content since the last drawing that came to its end, and those of them whose
drawing was broken off: the browser may not have been told of that content.
"""


class FieldArguments(TypedDict):
    """What a widget is given, so that its content is kept."""

    key: str
    on_change: Callable[[str], None]
    args: tuple[str]


class FormTextArguments(TypedDict):
    """What a field for text is given within an ``st.form``, whose fields may not call back.

    ``value`` is its content once more: the browser is told of content that is set only once, and where that message is dropped,
    since the page is drawn anew, it begins the field with this.
    """

    key: str
    value: str


class TextArguments(FieldArguments, FormTextArguments):
    """The same outside of forms."""


def place(*parts: object) -> str:
    """The name of a field in the store, of what it is for: ``place("comment", ref.key())``. Long or odd parts are hashed."""
    name = "-".join(str(part) for part in parts)
    if re.fullmatch(r"[a-z0-9-]{1,100}", name):
        return name
    words = re.sub(r"[^a-z0-9]+", "-", str(parts[0]).lower()).strip("-")[:40]
    return f"{words}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:24]}"


def of_form(*parts: object) -> str:
    """The name of a field of a form of curation, by what it is and what the page shows; ``forget_forms()`` empties it."""
    shown = [f"{name}={st.query_params[name]}" for name in SHOWN_BY if name in st.query_params]
    return place(FORM, *parts, *shown)


def text(name: str, default: str = "") -> TextArguments:
    """Arguments for a ``st.text_area`` or ``st.text_input`` that keeps what is typed; give it no value beside them."""
    arguments = form_text(name, default)
    return {**arguments, "on_change": _keep, "args": (arguments["key"],)}


def form_text(name: str, default: str = "") -> FormTextArguments:
    """The same within an ``st.form``."""
    key = _seeded(f"kept-{name}", default)
    return {"key": key, "value": str(st.session_state[key] or "")}


def choice(name: str, default: Any = None, options: Iterable[Any] | None = None) -> FieldArguments:
    """Arguments for any other widget whose value is JSON (a choice, several, a switch), outside of forms.

    With ``options``, a kept choice that is none of them any more gives way to the default.
    """
    key = _seeded(f"chosen-{name}", default)
    chosen = st.session_state[key]
    if (
        options is not None
        and chosen != default
        and not set(chosen if isinstance(chosen, list) else [chosen]) <= {*options}
    ):
        st.session_state[key] = default
    return {"key": key, "on_change": _keep, "args": (key,)}


def value_of(name: str) -> Any:
    """What a field holds now as far as it is known: what was typed last, also when it was not sent yet; null for nothing."""
    found = workbench().kept.find(browser(), f"kept-{name}") or workbench().kept.find(browser(), f"chosen-{name}")
    return found.value if found else None


def kept_since(name: str) -> datetime | None:
    """When the content of a field was typed; null when nothing is kept."""
    found = workbench().kept.find(browser(), f"kept-{name}")
    return found.kept_at if found else None


def put(name: str, value: str) -> None:
    """Give a field another content, before it is drawn, and keep it."""
    key = f"kept-{name}"
    st.session_state[EMPTIED] = st.session_state.get(EMPTIED, frozenset()) - {key}
    st.session_state[key] = value
    workbench().kept.keep(browser(), key, value)


def put_aside(name: str, value: Any) -> None:
    """Keep a value that no field shows, to be read by ``value_of()``."""
    workbench().kept.keep(browser(), f"kept-{name}", value)


def forget(*names: str) -> None:
    """Empty fields whose content was used (a run started, a change staged, a comment sent): in the store, and when they are
    drawn again.
    """
    keys = [f"{kind}-{name}" for name in names for kind in ("kept", "chosen")]
    workbench().kept.forget(browser(), keys)
    st.session_state[EMPTIED] = st.session_state.get(EMPTIED, frozenset()) | set(keys)


def forget_forms() -> None:
    """Empty the fields of forms of curation that stood on the page: what they held was staged, perhaps once a name was given."""
    prefix = f"kept-{FORM}-"
    drawn: dict[str, int] = st.session_state.get(DRAWN, {})
    forget(*(key.removeprefix("kept-") for key, at in drawn.items() if at >= drawings() - 2 and key.startswith(prefix)))


def browser() -> str:
    """The token that names the browser: its cookie, or the one that it is being given."""
    token = str(st.context.cookies.get(BROWSER_COOKIE, ""))
    if TOKEN.fullmatch(token):
        return token
    return str(st.session_state.setdefault(SESSION_TOKEN, str(uuid4())))


def drawings() -> int:
    """How many drawings of pages came to their end in this session: what was drawn in the last one or in this one stands."""
    return int(st.session_state.get(DRAWINGS, 0))


def end_drawing() -> None:
    """Note that a page was drawn to its end: a field that it did not draw is read from the store when it comes back."""
    st.session_state[DRAWINGS] = drawings() + 1
    st.session_state[FILLED] = frozenset()


def break_off_drawing() -> None:
    """Note that a page is drawn anew before it was drawn whole: fields that were given their content are given it again."""
    st.session_state[LOST] = st.session_state.get(LOST, frozenset()) | st.session_state.get(FILLED, frozenset())


def _seeded(key: str, default: Any) -> str:
    """The key, its value in the session: what is kept, unless the field stands on the page already."""
    emptied: frozenset[str] = st.session_state.get(EMPTIED, frozenset())
    drawn: dict[str, int] = st.session_state.setdefault(DRAWN, {})
    stands = key in st.session_state and drawn.get(key, -2) >= drawings() - 1
    drawn[key] = drawings()
    if key in emptied:
        st.session_state[EMPTIED] = emptied - {key}
        _fill(key, default)
    elif not stands:
        found = workbench().kept.find(browser(), key)
        _fill(key, found.value if found else default)
    elif key in st.session_state.get(LOST, frozenset()) and st.session_state[key] not in ("", None):
        _fill(key, st.session_state[key])
    return key


def _fill(key: str, value: Any) -> None:
    """Give a field its content, which the browser is told when the field is drawn."""
    st.session_state[key] = value
    st.session_state[LOST] = st.session_state.get(LOST, frozenset()) - {key}
    st.session_state[FILLED] = st.session_state.get(FILLED, frozenset()) | {key}


def _keep(key: str) -> None:
    workbench().kept.keep(browser(), key, st.session_state.get(key))
