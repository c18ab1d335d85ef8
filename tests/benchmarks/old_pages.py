"""Our pipeline on the texts of the old system's pages, beside what those pages say.

``python -m tests.benchmarks old_pages`` prints it: role, case, skills, dimensions of each skill, and what was captured, for a person
to read, and what either run is found to have got wrong. Nothing here is a figure that could be met by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap

from db.services.results import RunResult
from pipeline.catalog.folder import read_folder
from pipeline.catalog.indexes import Indexes
from pipeline.contracts import LibraryMatch
from pipeline.file_store import FileStore
from pipeline.learned.encoder import CachedEncoder
from pipeline.learned.shipped_vectors import ShippedFirst
from pipeline.old_runs import OldRun, read_old_files, with_slugs
from pipeline.old_runs.faults import CheckedRun, faults_of
from pipeline.run import Run, run
from tests.conftest import SEED_CATALOG, SETTINGS, SHARED
from tests.pages_of_old import PAGES, SHIPPED

WIDTH = 58
"""Letters of a column."""


def bench_old_pages() -> None:
    """Each page beside our run of its text."""
    print("Our run of each old page's text beside the page")
    indexes = Indexes(read_folder(SEED_CATALOG).catalog, CachedEncoder(ShippedFirst(FileStore(SETTINGS.vector_file))))
    paths = [path for path in (*(SHARED / "seeds" / f"{page}.txt" for page in PAGES), SHIPPED) if path.exists()]
    if len(paths) == 1:
        print("  skipped but for the page that ships: the evaluation data is not here")
    for path in paths:
        (old,) = read_old_files([(path.name, path.read_text(encoding="utf-8"))]).runs
        _print_beside(old, run(old.jd_text, None, old.run_id, indexes), indexes)


def _print_beside(old: OldRun, ours: Run, indexes: Indexes) -> None:
    theirs = RunResult(with_slugs(old.extraction, old.library_match), old.library_match, old.role_output)
    mine = RunResult(ours.extraction, ours.library_match, ours.role_output)
    print(f"\n  {old.files[0]}: “{old.extraction.parsed.role}”, {len(old.jd_text.split())} words")
    _row("", "the old page", "our run")
    _row("role", _role(theirs), _role(mine))
    _row("case", theirs.extraction.decision.case, mine.extraction.decision.case)
    for label, primary in (("primary", True), ("secondary", False)):
        _row(label, *(_skills(result, primary=primary) for result in (theirs, mine)))
    _row("dimensions", _dimensions(theirs.library_match), _dimensions(mine.library_match))
    _row("captured", _captured(theirs), _captured(mine))
    found = CheckedRun(
        old.extraction, old.library_match, old.role_output, old.client_output, indexes, old.figures, ours.extraction
    )
    checked = CheckedRun(
        ours.extraction, ours.library_match, ours.role_output, ours.client_output, indexes, ours=ours.extraction
    )
    labels = [[fault.check.label for fault in faults_of(run_checked)] for run_checked in (found, checked)]
    _row("found wrong", *(", ".join(_counted(names)) or "nothing" for names in labels))


def _role(result: RunResult) -> str:
    decision = result.extraction.decision
    name = decision.chosen_role.display_name if decision.chosen_role else "no role"
    return f"{name} {decision.confidence:.2f}"


def _skills(result: RunResult, *, primary: bool) -> str:
    chosen = [s for s in result.extraction.skills if s.is_primary == primary and s.skill_nature != "SOFT_SKILL"]
    is_looked_up = result.library_match is not None
    return f"{len(chosen)}: " + ", ".join(
        s.skill_name + (" (new)" if is_looked_up and not s.slug else "") for s in chosen
    )


def _dimensions(match: LibraryMatch | None) -> str:
    """Each skill with the dimension under which it is shown: the best one, or the first that the chosen role carries."""
    if match is None:
        return "not called"
    chosen = match.chosen_role.slug if match.chosen_role else None
    found = []
    for detail in match.skills_detail:
        links = sorted(
            detail.dimensions, key=lambda d: (not d.best, chosen not in {role.slug for role in d.roles_from_db})
        )
        if links:
            inside = chosen in {role.slug for role in links[0].roles_from_db}
            found.append(
                f"{detail.input_skill} > {links[0].dimension.display_name}{'' if inside else ' (beside the role)'}"
            )
    return "; ".join(found)


def _captured(result: RunResult) -> str:
    updates = result.extraction.updates
    kras = updates.new_kras_attached or ([updates.new_kra_attached] if updates.new_kra_attached else [])
    lines = [f"{kra.best_kra_similarity:.2f} {' '.join(kra.r_and_r_preview.split())}" for kra in kras]
    return " | ".join([*lines, *(f"skill {skill.skill_name}" for skill in updates.new_skills_attached)]) or "nothing"


def _counted(names: Sequence[str]) -> Iterable[str]:
    return (f"{names.count(name)} x {name}" if names.count(name) > 1 else name for name in dict.fromkeys(names))


def _row(label: str, left: str, right: str) -> None:
    """A row of two columns, each broken into lines."""
    columns = [wrap(text, WIDTH) or [""] for text in (left, right)]
    for n in range(max(map(len, columns))):
        cells = [column[n] if n < len(column) else "" for column in columns]
        print(f"    {label if n == 0 else '':12} {cells[0]:{WIDTH}}  {cells[1]}")
