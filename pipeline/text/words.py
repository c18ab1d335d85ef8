"""How common a word is in everyday English, for those who read texts; ``pipeline.commonness`` has it."""

from pipeline.commonness import commonness, is_ordinary

__all__ = ["commonness", "is_ordinary"]
