"""A vocabulary of the wire: the words that a value may be, each with what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Words with their meanings, the only place that lists them. ``Annotated[str, VOCABULARY]`` is a text that is one of them.

    ``instead`` is the word that a document is read with where it holds another, or none, and null is no value.
    """

    name: str
    meanings: Mapping[str, str]
    instead: str

    @property
    def words(self) -> tuple[str, ...]:
        """The words, in their order."""
        return tuple(self.meanings)

    def word_for(self, text: str) -> str | None:
        """The word that a text is but for case, blanks and dashes ("On-Site" is ``onsite``); null where it is none."""
        return {_folded(word): word for word in self.meanings}.get(_folded(text))

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let a model accept the words alone."""
        return core_schema.literal_schema(list(self.words))


def _folded(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
