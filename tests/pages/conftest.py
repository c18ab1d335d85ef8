"""Pages driven by Streamlit's AppTest against a real database: one workbench for tests that read, a copy for each that writes."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from html import unescape
from time import monotonic, sleep
from uuid import uuid4

import pytest
import streamlit as st
from sqlalchemy import text
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from db.embedded import EmbeddedServer
from db.services.audits import Audits
from db.services.draft_checks import DraftChecks
from db.services.gate import Gate
from db.services.workbench import Workbench
from pages.components import identity
from pages.components import workbench as process
from pages.components.kept import SESSION_TOKEN
from pipeline.catalog import Catalog
from pipeline.gate.checks import AUDIT, GOLD, AuditSides
from tests.conftest import JD, SETTINGS, own_database

SECONDS = 180
"""How long a page may take: the machine of the tests may be busy."""

Open = Callable[..., AppTest]


def _script(module: str) -> None:
    """What ``app.py`` does, without the side bar: pages are declared, so that they can be linked, and one is shown."""
    from importlib import import_module

    from pages.components.draft import ask_refused
    from pages.components.flash import show_flash
    from pages.components.frame import navigation
    from pages.components.identity import ask_waiting_name

    navigation()
    show_flash()
    ask_waiting_name()
    ask_refused()
    import_module(module).page()


def open_page(name: str, person: str = "", **query: str) -> AppTest:
    """Open a page as a person (nobody by default) with the parameters of its address."""
    app = AppTest.from_function(_script, args=(f"pages.{name}",), default_timeout=SECONDS)
    if person:
        be(app, person)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def be(app: AppTest, person: str) -> None:
    """Let a person be at the screen, as if the browser had been told so before."""
    app.session_state[SESSION_TOKEN] = token = str(uuid4())
    process.workbench().kept.keep(token, identity.PLACE, person)


def give_name(app: AppTest, name: str) -> None:
    """Answer the dialog that asks who is at the screen."""
    field(app.text_input, "Your name").set_value(name)
    button(app, "Go on").click()
    app.run()


def text_of(app: AppTest) -> str:
    """What a person reads on the page apart from labels of widgets: our own HTML, messages and warnings."""
    assert not app.exception, app.exception[0].message
    html = [
        re.sub(r"<[^>]+>", " ", re.sub(r"<(script|style)>.*?</\1>", "", element.value, flags=re.S))
        for element in app.get("html")
    ]
    messages = [e.value for kind in ("info", "warning", "error", "success") for e in getattr(app, kind)]
    return re.sub(r"\s+", " ", unescape("\n".join([*html, *messages])))


def html_of(app: AppTest) -> str:
    """Our own HTML on the page, as it is."""
    assert not app.exception, app.exception[0].message
    return "\n".join(element.value for element in app.get("html"))


def flashed(app: AppTest) -> str:
    """The message that an action left."""
    found = [re.search(r'class="jdw-status">(.*)</div>', element.value, re.S) for element in app.get("html")]
    return " ".join(unescape(message[1]) for message in found if message)


def button(app: AppTest, label: str):
    """The one button with a label."""
    (found,) = [b for b in app.button if b.label == label]
    return found


def press_in_dialog(app: AppTest, opener: str, label: str) -> None:
    """Press a button of a dialog that ``opener`` opens: here each drawing is of the whole page, so both are pressed at once."""
    button(app, opener).click()
    button(app, label).click()
    app.run()


def field(widgets, label: str):
    """The one widget with a label."""
    (found,) = [w for w in widgets if w.label == label]
    return found


@pytest.fixture(scope="session", autouse=True)
def _components_once() -> Iterator[None]:
    """Which packages bring components is looked up once: AppTest looks through all that are installed for each page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(autouse=True)
def _no_page_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """No drawing of any test may end in an error that the page did not expect: in the browser it is the last-resort page."""
    run = AppTest._run

    def run_whole(app: AppTest, *args: object, **kwargs: object) -> AppTest:
        drawn = run(app, *args, **kwargs)
        assert not drawn.exception, f"the page failed: {drawn.exception[0].message}\n{drawn.exception[0].stack_trace}"
        return drawn

    monkeypatch.setattr(AppTest, "_run", run_whole)


@pytest.fixture(autouse=True)
def _main_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest leaves its script as ``__main__``, which processes that later tests start would run."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(autouse=True)
def _audits_where_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """An audit is made where a test or a page waits for it, and not beside every page: each new store would cost seconds."""
    monkeypatch.setattr(Audits, "_audited_within", lambda *_: None)


@pytest.fixture(autouse=True)
def _checks_where_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor are gold texts and the audit run for the draft of each test; what these find is tested with the store."""
    monkeypatch.setattr(Gate, "begin", lambda *_: None)
    monkeypatch.setattr(DraftChecks, "gold", lambda *_: GOLD.judge((), 0))
    sides = AuditSides((), ())
    monkeypatch.setattr(DraftChecks, "audit", lambda *_: (AUDIT.judge(sides, Catalog(), 0), sides))


@pytest.fixture(scope="session")
def after_a_run(server: EmbeddedServer, stocked: str) -> Iterator[str]:
    """Name of a database with the clean catalog and one finished run, to be copied."""
    with own_database(server, stocked) as database:
        with database.engine.connect() as connection:
            name = str(connection.execute(text("SELECT current_database()")).scalar_one())
        workbench = Workbench(database, SETTINGS)
        run_id = workbench.executor.start(JD)
        deadline = monotonic() + SECONDS
        while not workbench.runs.load(run_id).is_finished and monotonic() < deadline:
            sleep(0.05)
        assert workbench.runs.load(run_id).status == "completed"
        workbench.close()
        yield name


def _installed(workbench: Workbench) -> Iterator[Workbench]:
    """Make it the workbench of the process for a while."""
    st.cache_data.clear()
    st.cache_resource.clear()
    process._open[:] = [workbench]
    yield workbench
    process._open.clear()
    workbench.close()


@pytest.fixture(scope="session")
def _reading(server: EmbeddedServer, after_a_run: str) -> Iterator[Workbench]:
    with own_database(server, after_a_run) as database:
        workbench = Workbench(database, SETTINGS)
        yield workbench
        workbench.close()


@pytest.fixture
def reading(_reading: Workbench) -> Iterator[Workbench]:
    """A workbench with one run, shared by tests that only read."""
    st.cache_data.clear()
    process._open[:] = [_reading]
    yield _reading
    process._open.clear()


@pytest.fixture
def writing(server: EmbeddedServer, after_a_run: str) -> Iterator[Workbench]:
    """A workbench with one run, of one test."""
    with own_database(server, after_a_run) as database:
        yield from _installed(Workbench(database, SETTINGS))


@pytest.fixture
def without_runs(server: EmbeddedServer, stocked: str) -> Iterator[Workbench]:
    """A workbench on which nothing has been run yet."""
    with own_database(server, stocked) as database:
        yield from _installed(Workbench(database, SETTINGS))
