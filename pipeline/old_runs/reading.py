"""Files of the old system, read as runs: pages saved as text and JSON documents, several files of one run together.

What cannot be read of a file is said with its place and with what to do; the other files are read all the same.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from pipeline.contracts import (
    ClientOutput,
    Extraction,
    LibraryMatch,
    ReadingWarning,
    RoleOutput,
    UnworkableDocument,
    read_document,
)
from pipeline.contracts.base import Wire
from pipeline.errors import InputError
from pipeline.old_runs.cards import read_artifacts, read_cards
from pipeline.old_runs.client_output import read_client_output
from pipeline.old_runs.documents import (
    CLIENT_OUTPUT,
    STEP_NAMES,
    StepDocument,
    documents_of_json,
    documents_of_page,
)
from pipeline.old_runs.figures import PageFigures, read_figures
from pipeline.old_runs.layout import Layout, is_page, job_description, read_layout, refuse_empty
from pipeline.old_runs.quoted import quoted_text

W = TypeVar("W", bound=Wire)
TextSource = Literal["page", "cut", "documents"]
_ID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


@dataclass(frozen=True)
class OldRun:
    """A run of the old system as far as its files tell it.

    ``text_source`` says where the text is from: whole on the ``page`` (or in a document of the whole run), ``cut`` off there, or
    put together from what step 1 quotes in ``documents``. ``given`` are the documents of the steps as they were sent.
    """

    run_id: str
    extraction: Extraction
    library_match: LibraryMatch | None
    role_output: RoleOutput | None
    client_output: Mapping[str, Any] | None
    jd_text: str
    text_source: TextSource
    figures: PageFigures
    given: Mapping[int, Mapping[str, Any]]
    warnings: tuple[ReadingWarning, ...]
    files: tuple[str, ...]


@dataclass(frozen=True)
class OldFiles:
    """What files hold: the runs, and by the name of a file why it, or a part of it, was not read."""

    runs: tuple[OldRun, ...]
    refused: Mapping[str, str]


@dataclass(frozen=True)
class _Source:
    """The part of a file that is about one run."""

    file: str
    steps: tuple[StepDocument, ...]
    jd_text: str | None = None
    page: Layout | None = None
    problems: tuple[str, ...] = ()

    @property
    def run_id(self) -> str | None:
        """The id of the run: that of its steps, else the one that the page has."""
        named = next((step.run_id for step in self.steps if step.run_id), None)
        return named or (_id_of_page(self.page) if self.page else None)


@dataclass
class _Gathered:
    """The sources of one run as they come, and its steps, each once."""

    run_id: str
    sources: list[_Source] = field(default_factory=list)
    steps: dict[int, StepDocument] = field(default_factory=dict)

    def conflict(self, source: _Source) -> str | None:
        """Why a source is not of the same run after all; null where it is."""
        for step in source.steps:
            known = self.steps.get(step.step)
            if known is not None and known.value != step.value:
                what = STEP_NAMES.get(step.step, "the client output")
                return f"{step.place}: {what} of run {self.run_id} is another one than in {known.place}. Import them apart."
        return None

    def add(self, source: _Source) -> None:
        """Take what a source adds."""
        self.sources.append(source)
        self.steps |= {step.step: step for step in source.steps if step.step not in self.steps}


def read_old_files(files: Sequence[tuple[str, str]]) -> OldFiles:
    """Read files, each a name and its text, as runs of the old system in the order in which they come first."""
    refused: dict[str, str] = {}
    gathered: dict[str, _Gathered] = {}
    for name, text in files:
        try:
            for source in _sources(name, text):
                run_id = source.run_id or _id_of_content(source)
                run = gathered.setdefault(run_id, _Gathered(run_id))
                if problem := run.conflict(source):
                    refused[name] = problem
                else:
                    run.add(source)
        except InputError as error:
            refused[name] = str(error)
    runs = []
    for run in gathered.values():
        try:
            runs.append(_read(run))
        except InputError as error:
            refused |= {source.file: str(error) for source in run.sources}
    return OldFiles(tuple(runs), refused)


def _sources(name: str, text: str) -> Iterator[_Source]:
    refuse_empty(text, name)
    if text.lstrip("\ufeff \t\r\n")[:1] not in ("{", "[") and is_page(text):
        layout = read_layout(text)
        found = documents_of_page(layout, name)
        yield _Source(name, found.steps, None, layout, found.problems)
        return
    for run in documents_of_json(text, name):
        yield _Source(name, run.steps, run.jd_text)


def _id_of_page(layout: Layout) -> str | None:
    match = _ID.search(" ".join(layout.part("run").written))
    return match.group().lower() if match else None


def _id_of_content(source: _Source) -> str:
    """An id for a run that names none: the same document has the same one. Raises ``InputError`` for a later step alone."""
    first = next((step for step in source.steps if step.step == 1), None)
    if first is None:
        what = ", ".join(STEP_NAMES.get(step.step, "the client output") for step in source.steps) or "no step"
        problem = source.problems[0] if source.problems else f"{source.file} has {what} of a run that it does not name."
        raise InputError(f"{problem} Without API 1 of the same run nothing can be imported.")
    content = json.dumps(first.value, sort_keys=True, ensure_ascii=False)
    return f"sha256:{hashlib.sha256(content.encode('utf-8', 'surrogatepass')).hexdigest()}"


# --- a run ---------------------------------------------------------------------------------------------------------


def _read(run: _Gathered) -> OldRun:
    """The run that some sources tell. Raises ``InputError`` where its step 1 is missing or cannot be worked with."""
    problems = [problem for source in run.sources for problem in source.problems]
    if 1 not in run.steps:
        lacking = f"Run {run.run_id} has no API 1 (extract-from-jd), on which everything else rests."
        raise InputError(
            problems[0]
            if problems
            else f"{lacking} Import its file together with {', '.join(dict.fromkeys(s.file for s in run.sources))}."
        )
    pages = [source.page for source in run.sources if source.page]
    values = {step: document.value for step, document in run.steps.items()}
    with_cards, facts_problem = _with_cards(values.get(2), pages)
    warnings = [ReadingWarning(path="the page", problem=problem) for problem in [*problems, *facts_problem]]
    extraction = _step(Extraction, run.steps[1], values[1], warnings)
    library_match = _step(LibraryMatch, run.steps[2], with_cards, warnings) if with_cards else None
    role_output = _step(RoleOutput, run.steps[3], _with_artifacts(values[3], pages), warnings) if 3 in values else None
    text, source = _text_of(run, extraction)
    names = [skill.skill_name for skill in extraction.skills]
    on_pages = (read_client_output(page.part("client_output"), names) for page in pages)
    described = values.get(CLIENT_OUTPUT) or next(filter(None, on_pages), None)
    return OldRun(
        run_id=run.run_id,
        extraction=extraction,
        library_match=library_match,
        role_output=role_output,
        client_output=_client_output(described, warnings) if described else None,
        jd_text=text,
        text_source=source,
        figures=next(map(read_figures, pages), PageFigures()),
        given={step: value for step, value in values.items() if step in STEP_NAMES},
        warnings=tuple(warnings),
        files=tuple(dict.fromkeys(source.file for source in run.sources)),
    )


def _step(model: type[W], document: StepDocument, value: Mapping[str, Any], warnings: list[ReadingWarning]) -> W:
    """A step as it is read; what was not understood is added to the warnings. Raises ``InputError``."""
    try:
        reading = read_document(model, value)
    except UnworkableDocument as error:
        first = error.problems[0]
        raise InputError(
            f"{document.place}: {STEP_NAMES[document.step]} cannot be worked with: {first.path}: {first.problem}. "
            "Save it from the old system once more, or put that right in the file."
        ) from None
    key = f"api{document.step}"
    warnings += [ReadingWarning(path=f"{key}.{w.path}", problem=w.problem) for w in reading.warnings]
    return reading.document


def _client_output(value: Mapping[str, Any], warnings: list[ReadingWarning]) -> Mapping[str, Any] | None:
    """The client output as it is read; null where nothing can be made of it, which is a warning alone."""
    try:
        reading = read_document(ClientOutput, value)
    except UnworkableDocument as error:
        warnings += [ReadingWarning(path=f"enrichment.{p.path}", problem=p.problem) for p in error.problems]
        return None
    warnings += [ReadingWarning(path=f"enrichment.{w.path}", problem=w.problem) for w in reading.warnings]
    return reading.document.wire()


def _with_cards(value: Mapping[str, Any] | None, pages: Sequence[Layout]) -> tuple[Mapping[str, Any] | None, list[str]]:
    """Step 2 with the facts of its skill cards, which stand on the page alone; and what could not be told of them."""
    cards = next(filter(None, map(read_cards, pages)), [])
    details = value.get("skills_detail") if value else None
    if value is None or not cards or not isinstance(details, list):
        return value, []
    matched = [n for n, detail in enumerate(details) if isinstance(detail, dict) and detail.get("canonical")]
    if len(matched) != len(cards):
        return value, [
            f"has {len(cards)} skill cards for {len(matched)} matched skills; their stored facts are left out"
        ]
    facts = dict(zip(matched, cards, strict=True))
    with_facts = [{**detail, "facts": facts[n]} if n in facts else detail for n, detail in enumerate(details)]
    return {**value, "skills_detail": with_facts}, []


def _with_artifacts(value: Mapping[str, Any], pages: Sequence[Layout]) -> Mapping[str, Any]:
    """Step 3 with the artifacts that stand on the page alone."""
    artifacts = next(filter(None, map(read_artifacts, pages)), [])
    return {**value, "library_artifacts": artifacts} if artifacts and "library_artifacts" not in value else value


def _text_of(run: _Gathered, extraction: Extraction) -> tuple[str, TextSource]:
    """The job description: that of a page or a document where one has it, else what step 1 quotes of it."""
    pages = [job_description(source.page.part("text")) for source in run.sources if source.page]
    whole = next((page.text for page in pages if page.text and not page.is_cut), None)
    given = whole or next((source.jd_text for source in run.sources if source.jd_text), None)
    if given:
        return given, "page"
    cut = next((page.text for page in pages if page.text), None)
    return (cut, "cut") if cut else (quoted_text(extraction.parsed), "documents")
