"""What the workbench and a worker process say to each other: lines of JSON over the worker's standard input and output."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, SecretStr, field_serializer

from db.stores.jobs import Lease
from pipeline.config import Config
from pipeline.settings import Settings

JUDGEMENTS = 7
"""Judgements of a run that a model may make, one after another at worst."""


class WorkerOrder(BaseModel):
    """What a worker is told when it starts, by a pipe that nobody else reads: its name, whose child it is, settings, database.

    The end of its standard input tells it to end, once it has executed the run that it has.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    parent: int
    database: str
    settings: Settings

    @field_serializer("settings")
    def _with_secrets(self, settings: Settings) -> dict[str, Any]:
        return {
            name: value.get_secret_value() if isinstance(value, SecretStr) else value
            for name, value in settings.model_dump().items()
        }


class WorkerMessage(BaseModel):
    """What a worker says: that it is ready, that it begins a run on lease and in how many seconds it is to end, that it has ended."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["ready", "begun", "ended"]
    run_id: UUID | None = None
    token: int = 0
    attempt: int = 0
    seconds: float = 0.0

    @classmethod
    def begun(cls, lease: Lease, seconds: float) -> WorkerMessage:
        """A run is begun."""
        return cls(kind="begun", run_id=lease.run_id, token=lease.token, attempt=lease.attempt, seconds=seconds)

    @property
    def lease(self) -> Lease | None:
        """The lease of the run that is begun."""
        return Lease(self.run_id, self.token, self.attempt) if self.run_id else None


def deadline_seconds(config: Config, settings: Settings) -> float:
    """How long a run may take: as the settings say, and where models judge, as long as all their judgements may take beside."""
    return settings.run_seconds + (JUDGEMENTS * config.judgement_deadline_s if config.engine == "openai" else 0.0)
