"""The errors of the pipeline. Each message is written for the person who reads it."""


class WorkbenchError(Exception):
    """An error that a person can correct; the message names what is wrong, where, and what to do."""


class CatalogError(WorkbenchError):
    """A catalog folder that cannot be read; ``problems`` holds every problem, not only the first."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        count = f"{len(problems)} problems" if len(problems) > 1 else "1 problem"
        super().__init__(f"The catalog was not read ({count}), nothing was imported:\n" + "\n".join(problems))


class InputError(WorkbenchError):
    """Input that cannot be used: a text, a file, an argument or a row; nothing was done with it."""


class RunCancelled(WorkbenchError):
    """A run that was ended from outside while a judgement of it was waited for."""


class EmbeddingError(WorkbenchError):
    """The embedding model is missing, cannot be loaded, or has other weights than expected."""


class WeightsError(WorkbenchError):
    """A file of fitted numbers that is missing or broken."""
