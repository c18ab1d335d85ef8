"""The settings that a catalog may hold: a small vocabulary of keys, each with what it means and which values it takes.

They decide how the answers of runs are used, and never which answer a run comes to: two catalogs that differ in their settings alone
choose the same roles.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

NUMBER_PATTERN = r"[0-9]+([.][0-9]+)?"
"""A number as a setting writes it: digits, perhaps with a point; read alike by Python and PostgreSQL."""


@dataclass(frozen=True)
class NumberSetting:
    """A setting whose value is a number between two bounds, which both count."""

    key: str
    label: str
    """What a curator calls it."""
    meaning: str
    low: float
    high: float

    @property
    def values(self) -> str:
        """Which values it takes, in words."""
        return f"a number from {self.low:g} to {self.high:g}"

    def parse(self, text: str) -> float:
        """Return the number that a text is. Raises ``ValueError`` with the reason in words."""
        if not re.fullmatch(NUMBER_PATTERN, text):
            raise ValueError(f"{text!r} is not {self.values} such as 0.7, which {self.key} must be")
        number = float(text)
        if not self.low <= number <= self.high:
            raise ValueError(f"{text} is not {self.values}, which {self.key} must be")
        return number

    def text(self, number: float) -> str:
        """Return the text of a number, as short as tells it to four places."""
        return f"{round(number, 4):.4f}".rstrip("0").rstrip(".")


REVIEW_CONFIDENCE = NumberSetting(
    "role_without_reviewer_from",
    "Taken without a reviewer from",
    "the confidence from which on a run's role, or that it has none, is taken without a reviewer",
    0,
    1,
)
SETTING_KINDS: Mapping[str, NumberSetting] = {kind.key: kind for kind in (REVIEW_CONFIDENCE,)}
"""Every setting by its key."""
