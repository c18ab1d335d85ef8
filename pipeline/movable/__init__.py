"""What changes of the catalog make of many held runs at once: which of them surely come to what they came to, without a replay."""

from pipeline.movable.together import HeldTogether, State

__all__ = ["HeldTogether", "State"]
