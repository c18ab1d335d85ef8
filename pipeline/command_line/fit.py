"""The command ``fit``: fitted numbers, or the weights of the tagger, of nearness or of the structure model, made anew."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from pipeline.command_line.files import read_json_lines, write_text
from pipeline.command_line.indexes import open_indexes
from pipeline.errors import InputError

FITTED = (
    "sense",
    "wishes",
    "demand",
    "links",
    "owners",
    "nearest",
    "nearness",
    "titles",
    "decision",
    "field",
    "terms",
    "trades",
    "capture",
    "dimension",
    "nature",
    "unknown",
    "orchestrator",
    "knowledge",
    "tagger",
    "structure",
)
"""The names of ``learned.fitted.CURRENT``, which are not imported, so that ``--help`` is fast."""


def fit(args: Namespace) -> None:
    """Write the file of fitted numbers of ``args.name``, dated today."""
    if args.name == "tagger":
        _fit_tagger(args)
        return
    if args.name == "knowledge":
        _fit_branch(args)
        return
    if args.name == "structure":
        _fit_structure(args)
        return
    if args.name == "nearness":
        _fit_nearness(args)
        return
    from pipeline.learned.fit.command import FitData, fit

    data = FitData(open_indexes(args.catalog), args.data, read_json_lines)
    write_text(fit(args.name, data, _today()), args.out)


def _today() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).date().isoformat()


def _fit_nearness(args: Namespace) -> None:
    from pipeline.learned.fit.nearness import fit_nearness

    if args.out == "-":
        raise InputError("the weights of nearness are a binary file; give its path with --out FILE")
    encoder = open_indexes(args.catalog).encoder
    fit_nearness(args.data, encoder, Path(args.out), _today(), lambda line: print(line, file=sys.stderr, flush=True))


def _fit_tagger(args: Namespace) -> None:
    from pipeline.catalog.folder import read_folder
    from pipeline.learned.tagger.training import train

    files = sorted(args.data.glob("skillspan_*.json"))
    if not files:
        raise InputError(f"{args.data}: there is no skillspan_*.json; give the folder that holds them with --data DIR")
    if args.out == "-":
        raise InputError("the tagger's weights are a binary file; give its path with --out FILE")
    catalog = read_folder(args.catalog).catalog
    sentences = train(files, catalog, Path(args.out), progress=lambda line: print(line, file=sys.stderr, flush=True))
    print(f"trained on {sentences} sentences, written to {args.out}", file=sys.stderr)


def _fit_branch(args: Namespace) -> None:
    from pipeline.learned.tagger.branching import train_branch

    files = sorted(args.data.glob("skillspan_*.json"))
    if not files:
        raise InputError(f"{args.data}: there is no skillspan_*.json; give the folder that holds them with --data DIR")
    if args.out == "-":
        raise InputError("the branch's weights are a binary file; give its path with --out FILE")
    sentences = train_branch(files, Path(args.out), progress=lambda line: print(line, file=sys.stderr, flush=True))
    print(f"trained on {sentences} sentences, written to {args.out}", file=sys.stderr)


def _fit_structure(args: Namespace) -> None:
    from pipeline.learned.fit.structure import fit_structure

    if args.out == "-":
        raise InputError("the structure model's weights are a binary file; give its path with --out FILE")
    texts = fit_structure(args.data, Path(args.out), lambda line: print(line, file=sys.stderr, flush=True))
    print(f"fitted on {texts} texts, written to {args.out}", file=sys.stderr)
