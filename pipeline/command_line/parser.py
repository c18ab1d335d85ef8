"""The arguments of each command, and the function that carries it out."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from pipeline.command_line import batch, catalogs, explanations, fit, lookups, parse_eval, steps

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_CATALOG = ROOT / "seeds" / "catalog"
DEFAULT_DATA = ROOT.parent / "shared" / "data"
"""The evaluation data beside the project."""

Command = Callable[[argparse.Namespace], None]


def make_parser() -> argparse.ArgumentParser:
    """Return the parser; the parsed arguments hold the command's function as ``function``."""
    parser = argparse.ArgumentParser(prog="python -m pipeline", description="Link job descriptions to a catalog.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, function: Command, help_text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help_text, description=help_text)
        sub.add_argument("--catalog", type=Path, default=DEFAULT_CATALOG, metavar="DIR", help="catalog folder")
        sub.set_defaults(function=function)
        return sub

    sub = command("extract-from-jd", steps.extract_from_jd, "step 1: parsed JD, skills, signals, decision")
    _add_jd(sub)

    sub = command("extract-details", steps.extract_details, "step 2: library match of each skill")
    sub.add_argument("--api1", required=True, metavar="FILE", help="JSON of step 1")

    sub = command("final-role-output", steps.final_role_output, "step 3: chosen role and links")
    sub.add_argument("--api1", required=True, metavar="FILE", help="JSON of step 1")
    sub.add_argument("--api2", required=True, metavar="FILE", help="JSON of step 2")

    sub = command("run", steps.run, "all three steps, with timings")
    _add_jd(sub)

    sub = command(
        "explain", explanations.explain, "why a role, row by row, adding up, and what comes out without each row"
    )
    _add_jd(sub)
    sub.add_argument("--role", metavar="SLUG", help="another role: how it stands beside the one that is chosen")

    _add_repair(
        command("repair", explanations.repair, "the smallest changes of the catalog that put a run right, best first")
    )
    _add_batch(command("batch", batch.batch, "role and skills of many job descriptions"))

    sub = command("eval", batch.evaluate, "precision, recall, role accuracy and calibration against gold data")
    sub.add_argument("--gold", required=True, metavar="FILE.jsonl", help="job descriptions with role and skills")
    _add_hide_title(sub)

    sub = command("parse-eval", parse_eval.parse_eval, "how right the parsed fields are, against gold")
    sub.add_argument("--gold", required=True, metavar="FILE.jsonl", help="what a reader has noted of each text")
    sub.add_argument("--jds", required=True, metavar="FILE.jsonl", help='the texts: lines of {"id", "text"}')
    sub.add_argument("--wrong", action="store_true", help="first list every value that is not right")

    sub = command("titles", lookups.titles, "the roles that titles are nearest to")
    sub.add_argument("--titles", required=True, metavar="FILE.jsonl", help='lines of {"id", "title"}')
    sub.add_argument("--top", type=int, default=5, metavar="N", help="how many roles a title gets")

    sub = command("link", lookups.link, "the catalog skill that each term means, with the probability that it is right")
    sub.add_argument("--terms", required=True, metavar="FILE.jsonl", help='lines of {"id", "term", "sentence"}')

    command("audit", catalogs.audit, "what is probably wrong in a catalog, worst first, with reasons and a repair")

    sub = command("spans", lookups.spans, "token spans of knowledge in sentences, in the catalog or not")
    sub.add_argument("--sentences", required=True, metavar="FILE.jsonl", help='lines of {"id", "tokens"}')

    sub = command("fit", fit.fit, "make fitted numbers, or the tagger's weights, anew, with their figures")
    _add_fit(sub)
    _add_convert(commands.add_parser("convert", help="make a catalog folder of another source"))
    return parser


def _add_jd(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--jd", required=True, metavar="FILE", help="text file, - for standard input")
    parser.add_argument("--title", metavar="T", help="a title that the text may lack")


def _add_repair(parser: argparse.ArgumentParser) -> None:
    _add_jd(parser)
    wants = parser.add_mutually_exclusive_group(required=True)
    wants.add_argument("--want-role", metavar="SLUG", help="the role that the text is for")
    wants.add_argument("--no-role", action="store_true", help="the text is for no role of the catalog")
    wants.add_argument(
        "--want-skill", metavar="SLUG@START:END", help="a skill, and the code points where the text names it"
    )
    wants.add_argument("--not-skill", metavar="SLUG", help="a skill that the text does not mean")
    wants.add_argument("--want-dimension", metavar="SKILL:DIMENSION", help="a skill of the text, and where it belongs")
    parser.add_argument(
        "--gold", metavar="FILE.jsonl", help="job descriptions with role and skills, on which repairs are tried"
    )


def _add_hide_title(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--hide-title", action="store_true", help="ignore the title field")


def _add_batch(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "--jds",
        required=True,
        metavar="FILE",
        help='lines of {"id", "title", "text"}, or Parquet with these columns (FILE.parquet); with Ray a pattern of such files',
    )
    sub.add_argument(
        "--out",
        required=True,
        metavar="FILE",
        help="where the answers go, in input order: FILE.jsonl or FILE.parquet; with Ray a folder of Parquet",
    )
    sub.add_argument(
        "--full", action="store_true", help="each answer with the whole run: its steps and the client output"
    )
    _add_hide_title(sub)
    sub.add_argument("--engine", choices=("processes", "ray"), default="processes", help="what runs them")
    ray = sub.add_argument_group("with --engine ray")
    ray.add_argument("--address", metavar="ADDR", help="the cluster's address (default: one of this machine's cores)")
    ray.add_argument("--actors", type=_positive, metavar="N", help="how many at once (default: one a core)")
    ray.add_argument(
        "--shard-rows",
        type=_positive,
        metavar="N",
        help="rows of a file of the output (default: by what there is to do)",
    )


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError("a number from 1 on")
    return int(text)


def _add_fit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", choices=fit.FITTED, help="what is fitted")
    parser.add_argument(
        "--data", type=Path, default=DEFAULT_DATA, metavar="DIR", help=f"evaluation data (default: {DEFAULT_DATA})"
    )
    parser.add_argument("--out", default="-", metavar="FILE", help="where the file goes (default: standard output)")


def _add_convert(parser: argparse.ArgumentParser) -> None:
    formats = parser.add_subparsers(dest="format", required=True, metavar="FORMAT")
    esco = formats.add_parser("esco", help="of esco_skills.csv")
    esco.add_argument("source", type=Path, metavar="SRC", help="the ESCO file")
    esco.add_argument("folder", type=Path, metavar="DIR", help="where the catalog goes")
    esco.set_defaults(function=catalogs.convert_esco)
