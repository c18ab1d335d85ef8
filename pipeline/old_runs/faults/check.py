"""The classes of a check of a run and of what it finds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from pipeline.audit.kind import Kind
from pipeline.catalog.changes import Place
from pipeline.catalog.indexes import Indexes
from pipeline.contracts import Extraction, LibraryMatch, RoleOutput, SkillDetail
from pipeline.old_runs.figures import PageFigures


@dataclass(frozen=True)
class CheckedRun:
    """What the checks read: a run's documents as far as it came, and the figures of its page.

    ``ours`` is step 1 of our run of the same text, null where there is none. ``indexes`` are those of our catalog, by which
    titles, languages and frameworks are known.
    """

    extraction: Extraction
    library_match: LibraryMatch | None
    role_output: RoleOutput | None
    client_output: Mapping[str, Any] | None
    indexes: Indexes
    figures: PageFigures = field(default_factory=PageFigures)
    ours: Extraction | None = None

    @cached_property
    def details(self) -> tuple[SkillDetail, ...]:
        """The skills in the library; none before step 2."""
        return tuple(self.library_match.skills_detail) if self.library_match else ()

    @property
    def chosen(self) -> str | None:
        """The slug of the chosen role."""
        role = self.extraction.decision.chosen_role
        return role.slug if role else None


@dataclass(frozen=True)
class Fault:
    """Something that a run got wrong: what it is about, and a sentence that a person can check in the run.

    ``places`` are the rows of a catalog that have the fault, where it is one of the catalog: whoever has the same rows may have it too.
    """

    check: RunCheck
    subject: str
    reason: str
    places: tuple[Place, ...] = ()

    @property
    def kind(self) -> str:
        """The kind of its check."""
        return self.check.kind


class RunCheck(Kind, ABC):
    """One kind of fault that a run may have; where the audit of the catalog looks for the same fault, ``kind`` is the same."""

    step: ClassVar[str]
    """Where in the run it is seen: ``skills``, ``signals``, ``role``, ``library``, ``proposals``, ``output`` or ``run``."""
    needs_ours: ClassVar[bool] = False
    """Whether it reads our run of the same text beside."""

    @abstractmethod
    def find(self, run: CheckedRun) -> Iterator[Fault]:
        """Yield the faults of this kind."""
