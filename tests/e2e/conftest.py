"""The workbench as a person meets it: the real program on a port of its own, driven by Chromium."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from pages.components.errors import LAST_RESORT
from tests.conftest import ROOT

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


LONG = 90_000
"""Milliseconds for a run on a busy machine, from its start to its result."""
PATIENCE = 60_000
"""Milliseconds for anything else: several times what it takes, since other tests may have the processor."""
PROXY_NAME = "workbench.test"
"""A name under which a proxy would pass requests on."""


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def health(base: str) -> dict[str, object]:
    with urllib.request.urlopen(f"{base}/healthz", timeout=5) as answer:
        return dict(json.load(answer))


@pytest.fixture(scope="session")
def log_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the running workbench writes."""
    return tmp_path_factory.mktemp("e2e") / "log"


@contextmanager
def serving(data: Path, log_file: Path, edition: str = "clean", workers: int = 1) -> Iterator[str]:
    """Address of a workbench that runs on a data directory, its model loaded; it ends with the block.

    ``edition`` is the catalog that the store gets if it is new.
    """
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    log = log_file.open("ab")
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port), "--server.headless", "true"],
        cwd=ROOT,
        env={
            **os.environ,
            "WORKBENCH_DATA": str(data),
            "WORKBENCH_EDITION": edition,
            "WORKBENCH_HOSTS": PROXY_NAME,
            "WORKBENCH_WORKERS": str(workers),
        },
        stdout=log,
        stderr=log,
    )
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if health(address)["status"] == "ok":
                break
        except OSError:
            pass
        if process.poll() is not None:
            raise AssertionError(f"the workbench ended: {log_file.read_text()}")
        time.sleep(0.3)
    try:
        yield address
    finally:
        process.terminate()
        process.wait(30)


def executable() -> str:
    """The browser of the machine."""
    found = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
    assert found, "Chromium is missing; 'make test' installs it"
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of the machine; it ends with the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def workbench(tmp_path_factory: pytest.TempPathFactory, log_file: Path) -> Iterator[str]:
    """Address of a running workbench with a database of its own."""
    with serving(tmp_path_factory.mktemp("e2e-data"), log_file) as address:
        yield address


@pytest.fixture
def base(
    workbench: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, log_file: Path
) -> Iterator[str]:
    """Address of the workbench that the tests share. A test that is tried once more gets a new one, since its first try may have
    run its text, or changed the catalog, already.
    """
    if getattr(request.node, "execution_count", 1) == 1:
        yield workbench
    else:
        with serving(tmp_path_factory.mktemp("e2e-again"), log_file) as address:
            yield address


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """A browser with a profile on the disk, where it keeps what it has compiled of Streamlit's scripts: each page is drawn with two
    thirds of the computing.
    """
    folder = tmp_path_factory.mktemp("profile")
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=executable(), args=SWITCHES, viewport={"width": 1480, "height": 1000}
        )
        yield context
        context.close()


@pytest.fixture(autouse=True)
def _no_page_fails(log_file: Path) -> Iterator[None]:
    """No page may show its last-resort error during any test; the log has what it was."""
    before = log_file.stat().st_size if log_file.exists() else 0
    yield
    written = log_file.read_bytes()[before:].decode("utf-8", "replace") if log_file.exists() else ""
    assert LAST_RESORT not in written, written[written.index(LAST_RESORT) :][:4000]


@pytest.fixture
def page(profile: BrowserContext, base: str) -> Iterator[Page]:
    """A new page of a browser that has nothing of a test before: no cookie, and nothing stored for the workbench's address."""
    page = profile.new_page()
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield page
    profile.clear_cookies()
    # The test may have closed its own page; the first one keeps the browser open.
    session = profile.new_cdp_session(profile.pages[0])
    session.send("Storage.clearDataForOrigin", {"origin": base, "storageTypes": "cookies,local_storage,indexeddb"})
    for opened in profile.pages[1:]:
        opened.close()


def soonest(act: Callable[[], object], enough: float) -> float:
    """The seconds of an act, the least of a few tries: while other tests have the processors, one try says nothing."""
    least = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        act()
        least = min(least, time.perf_counter() - began)
        if least <= enough:
            break
    return least


IDLE = "() => new Promise(done => { requestIdleCallback(() => done()); setTimeout(done, 500) })"
"""Waits until the browser is idle; a page behind another one never is."""


def sign(page: Page, name: str) -> None:
    """Say who is at the screen; a test that stages has a name, and so a draft, of its own."""
    person = page.locator(".st-key-person button")
    expect(person).to_have_text(re.compile("Give your name|· change"))
    if f"{name} · change" in person.inner_text():
        return
    person.click()
    field = page.get_by_role("dialog").get_by_label("Your name")
    field.fill(name)
    field.press("Enter")
    expect(person).to_contain_text(f"{name} · change")
    expect(page.get_by_role("dialog")).to_have_count(0)
    settled(page)


def settled(page: Page) -> None:
    """Wait until the page is drawn whole: until then, what is about to go may still be clicked, and be gone under the click.

    The browser listens to the keys of buttons when it has nothing more to draw, some tenths of a second after they are seen.
    """
    page.locator("[data-test-script-state=notRunning]").wait_for()
    page.evaluate(IDLE)


def result(page: Page) -> None:
    """Wait for the result of a run, drawn whole; a picture's line may speak of "the chosen role" too. The worker may have to
    load the catalog first.
    """
    expect(page.get_by_text("Chosen role", exact=True)).to_be_visible(timeout=LONG)
    settled(page)


def choose_section(page: Page, name: str) -> None:
    """Choose a section of a run's details. While the pictures above are drawn, what stands below them moves, and a click may miss."""
    radio = page.get_by_role("radio", name=name, exact=True)
    for _ in range(3):
        radio.click()
        with suppress(AssertionError):
            expect(radio).to_be_checked(timeout=4_000)
            return
    expect(radio).to_be_checked()


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Press a button; while a page is drawn anew, the one that goes may stand beside the one that comes."""
    button = page.get_by_role("button", name=name)
    expect(button).to_have_count(1)
    button.click()


def key(page: Page, letter: str) -> None:
    """Press the key of a button, once the browser listens to it."""
    settled(page)
    page.keyboard.press(letter)


def start_run(page: Page, base: str, text: str) -> None:
    """Paste a text on the first page and start it with Ctrl+Enter, once the page is drawn."""
    page.goto(f"{base}/new")
    area = page.get_by_label("Job description")
    area.wait_for()
    settled(page)
    area.fill(text)
    area.press("Control+Enter")


def run_sample(page: Page, base: str, text: str) -> None:
    """Run a text from the first page and wait for its result."""
    start_run(page, base, text)
    again = page.get_by_role("button", name="Run again")
    expect(page.get_by_text("Chosen role", exact=True).or_(again).first).to_be_visible(timeout=60_000)
    if again.is_visible() and "/run" not in page.url:
        again.click()
    result(page)
