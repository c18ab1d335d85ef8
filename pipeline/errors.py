"""The errors of the core. Each message is written for the person who reads it."""


class WorkbenchError(Exception):
    """Something a person can put right; the message says what was wrong, where, and what to do."""


class CatalogError(WorkbenchError):
    """A catalog folder that cannot be read. Holds every problem that was found, not only the first."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        count = f"{len(problems)} problems" if len(problems) > 1 else "1 problem"
        super().__init__(f"The catalog was not read ({count}), nothing was imported:\n" + "\n".join(problems))


class InputError(WorkbenchError):
    """A text or a file that no run can be made of."""


class EmbeddingError(WorkbenchError):
    """The embedding model is missing or is not the one that was asked for."""
