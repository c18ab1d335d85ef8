"""The pictures of the README, taken from the real program: ``python -m tests.e2e.pictures [NAME ...]`` writes them beside this file.

A store of its own holds runs of the samples on the legacy catalog, verdicts from their gold, a committed repair and a draft.
"""

from __future__ import annotations

import io
import json
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from PIL import Image
from playwright.sync_api import Page, expect

from db.server import open_database
from db.services.workbench import Workbench
from pipeline.catalog.operations import ChangeReason, move_link, repoint_alias
from pipeline.catalog.refs import RunRef
from pipeline.config import Config
from tests.conftest import ROOT, SETTINGS
from tests.e2e.conftest import chromium, serving, sign

FOLDER = Path(__file__).parent
SAMPLES = ROOT / "seeds" / "jds"
WIDTH, HEIGHT = 1440, 900
COLOURS = 96
"""Colours of a picture: text stays sharp, and the file small."""
LONG = 300_000
"""Milliseconds for what is measured or audited over the whole catalog, on a busy machine too."""
SHOWN = "03-platform-backend-ci-in-a-list"
"""The sample whose run is shown: it takes CI for CodeIgniter on the legacy catalog."""
PERSON = "Ada"


def main() -> None:
    """Take the pictures, or those that are named."""
    wanted = sys.argv[1:] or list(PICTURES)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "data"
        run = prepare(data)
        with serving(data, Path(folder) / "log") as base, chromium() as browser:
            context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
            page = context.new_page()
            page.set_default_timeout(LONG)
            expect.set_options(timeout=LONG)
            page.goto(base)
            sign(page, PERSON)
            for name in wanted:
                PICTURES[name](page, base, run)
                settle(page)
                save(page.screenshot(), FOLDER / f"{name}.png")


def prepare(data: Path) -> UUID:
    """Fill a store: runs, verdicts, a committed change set and a draft; returns the run that is shown."""
    settings = SETTINGS.model_copy(update={"edition": "legacy", "data_dir": data})
    workbench = Workbench(open_database(None, data), settings)
    try:
        workbench.warm()
        gold = {row["id"]: row for row in map(json.loads, (SAMPLES / "gold.jsonl").read_text("utf-8").splitlines())}
        runs = {}
        for path in sorted(SAMPLES.glob("*.txt"), key=lambda path: path.stem == SHOWN):
            runs[path.stem] = workbench.runs.create(path.read_text("utf-8"), None, Config())
            workbench.executor.execute(runs[path.stem])
        for name in sorted(runs)[::2]:
            role = gold[name]["role"]
            workbench.verdicts.give(runs[name], "Bruno", None if role == "NONE" else role)
        _curate(workbench, runs[SHOWN])
        workbench.snapshots.findings()
        return runs[SHOWN]
    finally:
        workbench.close()


def _curate(workbench: Workbench, run: UUID) -> None:
    """Commit one repair, and leave the next in a draft."""
    catalog = workbench.snapshots.current().catalog
    reason = ChangeReason("CI in a list of tools is continuous integration", RunRef(run))
    changes = repoint_alias(catalog, "codeigniter", "CI", "ci-cd", reason)
    workbench.change_sets.stage_for(PERSON, changes)
    python = catalog.dimensions_of_skill["python"][0].slug
    moved = move_link(catalog, "python", python, "cloud-platforms", ChangeReason("asked for beside the cloud"))
    number = workbench.change_sets.stage_for("Bruno", moved)
    workbench.change_sets.commit(number, "Bruno")


# --- what is shown ------------------------------------------------------------------------------------------------


def home(page: Page, base: str, _: UUID) -> None:
    """The start, once the quality has been measured."""
    page.goto(base)
    page.locator("h1").first.wait_for()
    settle(page)
    expect(page.get_by_text(re.compile("being measured"))).to_have_count(0)


def run(page: Page, base: str, run_id: UUID) -> None:
    """A run with its text, signals and links."""
    page.goto(f"{base}/run?id={run_id}")
    page.get_by_text("Chosen role", exact=True).wait_for()


def health(page: Page, base: str, _: UUID) -> None:
    """The worst finding."""
    page.goto(f"{base}/health")
    page.locator(".st-key-accept button").wait_for()


def changes(page: Page, base: str, _: UUID) -> None:
    """The draft with its checks, once past runs are replayed and the audit is made."""
    page.goto(f"{base}/changes")
    page.get_by_text("CI").first.wait_for()
    settle(page)
    expect(page.get_by_text(re.compile("being (replayed|made)"))).to_have_count(0)


PICTURES: dict[str, Callable[[Page, str, UUID], None]] = {
    "home": home,
    "run": run,
    "health": health,
    "changes": changes,
}


def settle(page: Page) -> None:
    """Wait until the page is drawn and its charts stand still."""
    page.locator("[data-test-script-state=notRunning]").wait_for()
    page.mouse.move(0, 0)
    page.wait_for_timeout(1500)


def save(picture: bytes, path: Path) -> None:
    """Write a picture with few colours."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
