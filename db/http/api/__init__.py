"""HTTP for programs: the three steps, runs, and lists of what the store holds, on FastAPI beside the pages.

A handler asks the workbench in a thread of its own pool (``service``), so that nobody else waits for the event loop; a run is
executed by the workers as always, and a request waits for its step. Every error has one shape (``errors``).
"""
