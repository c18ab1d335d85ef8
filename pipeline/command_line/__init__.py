"""The commands of ``python -m pipeline``: pure, catalog from a folder, JSON on stdout, messages on stderr, exit code 0 or 2.

Heavy modules (Pydantic, numpy, torch) are imported by the commands that need them, so that ``--help`` answers at once.
"""
