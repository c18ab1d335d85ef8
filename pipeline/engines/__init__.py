"""The engines that make the judgements of a run: the local one by rule, the other by asking a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipeline.config import Config
from pipeline.engines.ledger import EMPTY_LEDGER, Ledger, ModelCall
from pipeline.engines.local import LocalEngine
from pipeline.engines.model.engine import ModelEngine
from pipeline.engines.protocol import Engine
from pipeline.engines.provider import ModelProvider
from pipeline.engines.session import Session

__all__ = ["Engine", "LocalEngine", "ModelEngine", "engine_for"]


@contextmanager
def engine_for(
    config: Config,
    provider: ModelProvider | None,
    jd: str,
    on_call: Callable[[ModelCall], None] | None = None,
    earlier: Ledger = EMPTY_LEDGER,
) -> Iterator[Engine]:
    """The engine that a run's config names; the local one where ``provider`` is null.

    ``on_call`` is called with every model call as it ends; ``earlier`` is the ledger of the run before it was interrupted.
    Calls that are still queued when the context ends are not made, and those in flight are ended.
    """
    local = LocalEngine()
    if provider is None or config.engine == "local":
        yield local
        return
    with Session(provider, config, jd, on_call, earlier) as session:
        yield ModelEngine(session, local)
