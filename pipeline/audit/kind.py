"""What the checks of the audit and those of runs have in common."""

from __future__ import annotations

import inspect
from typing import ClassVar


class Kind:
    """One kind of fault that is looked for: a subclass says how, and its instances are all equal.

    Pages show the docstring of a subclass as its explanation.
    """

    kind: ClassVar[str]
    """The name on the wire, in files and in the store."""
    label: ClassVar[str]
    """The name on a page."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @property
    def explanation(self) -> str:
        """The docstring, as text."""
        return inspect.cleandoc(type(self).__doc__ or "")
