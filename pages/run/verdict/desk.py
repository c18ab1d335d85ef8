"""Where a reviewer is in a run: at which step, and what is being chosen there. What was said is never kept here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import streamlit as st

from pages.run.verdict.sheet import Sheet

BACK, DRAWN = "verdict-back", "verdict-drawn"
"""Session keys: what undo takes back, the last first; whether the whole page is to be drawn again."""


@dataclass(frozen=True)
class Place:
    """A step, or the way to the first open one behind it."""

    step: str = ""
    is_behind: bool = False


@dataclass(frozen=True)
class Undo:
    """What was said last of a step of a run, and how it is taken back."""

    run_id: UUID
    step: str
    act: Callable[[], object]


@dataclass(frozen=True)
class Desk:
    """A run before a reviewer, and whether what it found is hidden from them."""

    sheet: Sheet
    is_hidden: bool

    @property
    def run_id(self) -> UUID:
        """The run that is judged."""
        return self.sheet.stored.id

    @property
    def place(self) -> Place:
        """Where the reviewer is."""
        kept: Place | None = st.session_state.get(self._key("place"))
        return kept or Place()

    def go(self, step: str, *, is_behind: bool = False) -> None:
        """Go to a step, or on from it."""
        st.session_state[self._key("place")] = Place(step, is_behind)
        self.choose("")

    @property
    def choice(self) -> str:
        """The step of which is being chosen what is right instead; empty for none."""
        return str(st.session_state.get(self._key("choice"), ""))

    def choose(self, step: str) -> None:
        """Ask what is right instead at a step, or no more."""
        st.session_state[self._key("choice")] = step
        self._forget("words", "picking")

    @property
    def words(self) -> tuple[int, int] | None:
        """The words, in code points of the raw text, of which is being chosen which skill they name."""
        found: tuple[int, int] | None = st.session_state.get(self._key("words"))
        return found

    def ask_skill(self, start: int, end: int, choice: str = "") -> None:
        """Ask which skill some words name; ``choice`` is what is chosen for them among all of the catalog."""
        self.choose(choice)
        st.session_state[self._key("words")] = (start, end)

    def leave(self) -> None:
        """Leave what is being chosen or picked; a link that is wrong is said already, so that goes on."""
        left = self.choice
        if left.startswith("link:"):
            self.go(left, is_behind=True)
        else:
            self.choose("")

    @property
    def is_picking(self) -> bool:
        """Whether words are being picked in the text by the keyboard."""
        return bool(st.session_state.get(self._key("picking")))

    def pick_words(self) -> None:
        """Let words be picked in the text by the keyboard."""
        self.choose("")
        st.session_state[self._key("picking")] = True

    @property
    def turn(self) -> int:
        """How often something was asked for: the browser moves the focus once for each."""
        return int(st.session_state.get(self._key("turn"), 0))

    def ask_focus(self) -> None:
        """Move the focus into what is asked next."""
        st.session_state[self._key("turn")] = self.turn + 1

    def can_undo(self, step: str, act: Callable[[], object]) -> None:
        """Keep how what was just said of a step is taken back."""
        st.session_state.setdefault(BACK, []).append(Undo(self.run_id, step, act))

    @property
    def undoable(self) -> bool:
        """Whether something was said of this run in this session."""
        return any(undo.run_id == self.run_id for undo in st.session_state.get(BACK, ()))

    def undo(self) -> None:
        """Take back what was said last, and go there."""
        kept: list[Undo] = st.session_state.get(BACK, [])
        own = [undo for undo in kept if undo.run_id == self.run_id]
        if own:
            kept.remove(own[-1])
            own[-1].act()
            self.go(own[-1].step)

    def begin_anew(self) -> None:
        """Forget what undo would take back, and draw the whole page again."""
        st.session_state.pop(BACK, None)
        draw_page()

    def _forget(self, *names: str) -> None:
        for name in names:
            st.session_state.pop(self._key(name), None)

    def _key(self, what: str) -> str:
        return f"verdict-{what}-{self.run_id}"


def draw_page() -> None:
    """Draw the whole page at the end of this drawing of its part."""
    st.session_state[DRAWN] = True


def draws_page() -> bool:
    """Whether the whole page is to be drawn; asked once."""
    return bool(st.session_state.pop(DRAWN, False))
