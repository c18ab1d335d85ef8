"""A vocabulary of the wire: the words that a value may be, each with what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, GetCoreSchemaHandler


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Words with their meanings, the only place that lists them. ``Annotated[str, VOCABULARY]`` is a text that is one of them.

    ``instead`` is the word that a document is read with where it holds another, or none, and null is no value.
    """

    name: str
    meanings: Mapping[str, str]
    instead: str
    former: Mapping[str, str] = field(default_factory=dict)
    """What words were called in documents and runs of before; read as those of today."""

    @property
    def words(self) -> tuple[str, ...]:
        """The words, in their order."""
        return tuple(self.meanings)

    def word_for(self, text: str) -> str | None:
        """The word that a text is but for case, blanks and dashes ("On-Site" is ``onsite``); null where it is none."""
        folded = _folded(text)
        return next((word for word in self.meanings if _folded(word) == folded), self.former.get(text.strip().lower()))

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> Any:
        """Let a model accept the words alone, and a former one as that of today."""
        word: Any = Literal[self.words]
        return handler.generate_schema(Annotated[word, BeforeValidator(self._word_of_today)] if self.former else word)

    def _word_of_today(self, word: Any) -> Any:
        return self.former.get(word.strip().lower(), word) if isinstance(word, str) else word


def _folded(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
