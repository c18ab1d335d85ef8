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
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conftest import ROOT

SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def health(base: str) -> dict[str, object]:
    with urllib.request.urlopen(f"{base}/healthz", timeout=5) as answer:
        return dict(json.load(answer))


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running workbench with a database of its own, its model loaded."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    log = (tmp_path_factory.mktemp("e2e") / "log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port), "--server.headless", "true"],
        cwd=ROOT,
        env={**os.environ, "WORKBENCH_DATA": str(tmp_path_factory.mktemp("e2e-data"))},
        stdout=log,
        stderr=log,
    )
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if health(address)["embedding_model"]["ready"]:  # type: ignore[index]
                break
        except OSError:
            pass
        if process.poll() is not None:
            raise AssertionError(f"the workbench ended: {Path(log.name).read_text()}")
        time.sleep(0.3)
    yield address
    process.terminate()
    process.wait(30)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
    assert found, "Chromium is missing; 'make test' installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1480, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(30_000)
    expect.set_options(timeout=20_000)
    yield page
    context.close()


def sign(page: Page, name: str = "Ada") -> None:
    """Give a name in the side bar."""
    field = page.get_by_label("Your name")
    if field.input_value() != name:
        field.fill(name)
        field.press("Enter")
    expect(page.get_by_text("Give your name in the side bar")).to_have_count(0)


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Press a button; while a page is drawn anew, the one that goes may stand beside the one that comes."""
    button = page.get_by_role("button", name=name)
    expect(button).to_have_count(1)
    button.click()


def run_sample(page: Page, base: str, text: str) -> None:
    """Run a text from the first page and wait for its result."""
    page.goto(base)
    area = page.get_by_label("Job description")
    area.fill(text)
    area.press("Control+Enter")
    again = page.get_by_role("button", name="Run again")
    expect(page.get_by_text("Chosen role").or_(again).first).to_be_visible()
    if again.is_visible() and "/run" not in page.url:
        again.click()
    expect(page.get_by_text("Chosen role")).to_be_visible()
