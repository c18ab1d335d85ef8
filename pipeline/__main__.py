"""The command line: pure, catalog from a folder, JSON on stdout, messages on stderr, exit code 0 or 2.

Heavy modules are imported by the commands that need them, so that ``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError, WorkbenchError

if TYPE_CHECKING:
    from pipeline.catalog.indexes import Indexes
    from pipeline.contracts import Step1

DEFAULT_CATALOG = Path(__file__).resolve().parent.parent / "seeds" / "catalog"


def _read(name: str) -> bytes:
    """The bytes of a file, or of standard input for ``-``."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror}") from None


def _text(name: str) -> str:
    from pipeline.text import decode

    return decode(_read(name), "standard input" if name == "-" else name)


def _json(name: str) -> Any:
    try:
        return json.loads(_read(name))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{name} is not JSON: {error}") from None


def _json_lines(name: str, *required: str) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file. Raises ``InputError`` that names the line and what it lacks."""
    for number, line in enumerate(_read(name).split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise InputError(f"{name}, line {number}: not JSON: {error}") from None
        if not isinstance(row, dict):
            raise InputError(f"{name}, line {number}: an object is wanted, this is {type(row).__name__}")
        missing = [key for key in required if key not in row]
        if missing:
            raise InputError(f"{name}, line {number}: the key {missing[0]!r} is missing; wanted are {', '.join(required)}")
        yield row


def _indexes(args: argparse.Namespace) -> Indexes:
    from pipeline.catalog.folder import read_folder
    from pipeline.catalog.indexes import Indexes
    from pipeline.embedding import CachedEncoder, FileStore, user_cache

    reading = read_folder(args.catalog)
    for warning in reading.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    return Indexes(reading.catalog, CachedEncoder(FileStore(user_cache()), os.environ.get("EMBEDDING_MODEL", "")))


def _step1(name: str) -> Step1:
    from pydantic import ValidationError

    from pipeline.contracts import Step1

    try:
        return Step1.model_validate(_json(name))
    except ValidationError as error:
        raise InputError(_invalid(name, "step 1", error)) from None


def _invalid(name: str, what: str, error: Any) -> str:
    details = [f"  {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:10]]
    return f"{name} is not the JSON of {what}:\n" + "\n".join(details)


def _print(value: Any) -> None:
    json.dump(value, sys.stdout, indent=2)
    sys.stdout.write("\n")


# --- commands -----------------------------------------------------------------------------------------------------


def extract_from_jd(args: argparse.Namespace) -> None:
    from pipeline.run import run, run_id_for

    text = _text(args.jd)
    _print(run(text, args.title, run_id_for(text, args.title), _indexes(args)).api1.wire())


def extract_details(args: argparse.Namespace) -> None:
    from pipeline.stages.details import extract_details

    _print(extract_details(_step1(args.api1), _indexes(args)).wire())


def final_role_output(args: argparse.Namespace) -> None:
    from pydantic import ValidationError

    from pipeline.contracts import Step2
    from pipeline.stages.final_output import final_output

    if args.api1 == "-" and args.api2 == "-":
        raise InputError("--api1 and --api2 cannot both be standard input; give a file for one of them")
    step1 = _step1(args.api1)
    try:
        step2 = Step2.model_validate(_json(args.api2))
    except ValidationError as error:
        raise InputError(_invalid(args.api2, "step 2", error)) from None
    _print(final_output(step1, step2, _indexes(args)).wire())


def run_command(args: argparse.Namespace) -> None:
    from pipeline.run import Run, run_id_for, steps

    text = _text(args.jd)
    indexes = _indexes(args)
    from pipeline.config import Config

    timings: dict[str, float] = {}
    before = perf_counter()
    last: Any = None
    for done in steps(text, args.title, run_id_for(text, args.title), indexes, Config()):
        now = perf_counter()
        timings[done.stage] = round((now - before) * 1000, 2)
        before = now
        last = done.value
    assert isinstance(last, Run)
    timings["total"] = round(sum(timings.values()), 2)
    _print({**last.wire(), "timings_ms": timings})


def batch(args: argparse.Namespace) -> None:
    from pipeline.config import Config
    from pipeline.run import run, run_id_for

    rows = list(_json_lines(args.jds, "id", "text"))
    indexes = _indexes(args)
    config = Config(hide_title=args.hide_title)
    lines = []
    for row in rows:
        text, title = str(row["text"]), row.get("title")
        try:
            result = run(text, str(title) if title else None, run_id_for(text, None), indexes, config)
            answer = _batch_row(row["id"], result)
        except InputError as error:
            # One text that is none does not cost the others their answers.
            print(f"{row['id']}: {error}", file=sys.stderr)
            answer = {"id": row["id"], "role": None, "confidence": 0.0, "case": "rejected", "skills": []}
        lines.append(json.dumps(answer))
    out = "".join(line + "\n" for line in lines)
    if args.out == "-":
        sys.stdout.write(out)
        return
    try:
        Path(args.out).write_text(out, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{args.out} cannot be written: {error.strerror}") from None
    print(f"{len(lines)} job descriptions written to {args.out}", file=sys.stderr)


def _batch_row(given_id: Any, result: Any) -> dict[str, Any]:
    decision = result.api1.stage4_decision
    return {
        "id": given_id,
        "role": decision.chosen_role.slug if decision.chosen_role else None,
        "confidence": decision.confidence,
        "case": decision.case,
        "skills": [
            {
                "skill_name": s.skill_name,
                "slug": s.slug,
                "is_primary": s.is_primary,
                "evidence": [{"start": e.start, "end": e.end, "text": e.text} for e in s.evidence],
            }
            for s in result.api1.final_skills
            if s.skill_nature != "SOFT_SKILL"
        ],
    }


def titles(args: argparse.Namespace) -> None:
    from pipeline.catalog.indexes import bare_title
    from pipeline.catalog.value import slug_order
    from pipeline.contracts import wire_score
    from pipeline.stages.signals import title_scores

    rows = list(_json_lines(args.titles, "id", "title"))
    indexes = _indexes(args)
    vectors = indexes.encoder.encode([bare_title(str(row["title"])) for row in rows])
    for row, vector in zip(rows, vectors, strict=True):
        scores = title_scores(str(row["title"]), vector, indexes)
        best = sorted(scores, key=lambda slug: (-scores[slug], slug_order(slug)))[: args.top]
        answer = {"id": row["id"], "roles": [{"slug": s, "score": wire_score(min(scores[s], 1.0))} for s in best]}
        sys.stdout.write(json.dumps(answer) + "\n")


def evaluate(args: argparse.Namespace) -> None:
    from pipeline.config import Config
    from pipeline.evaluation import Score
    from pipeline.run import run, run_id_for

    rows = list(_json_lines(args.gold, "id", "title", "text", "role", "acceptable", "skills"))
    indexes = _indexes(args)
    config = Config(hide_title=args.hide_title)
    score = Score()
    for row in rows:
        score.add(row, run(row["text"], row["title"], run_id_for(row["text"], None), indexes, config))
    _print(score.report())


def link(args: argparse.Namespace) -> None:
    from pipeline.catalog.nearest import NearestSkills
    from pipeline.contracts import wire_score

    rows = list(_json_lines(args.terms, "id", "term", "sentence"))
    guesses = NearestSkills(_indexes(args)).guess([(str(r["term"]), str(r["sentence"] or "")) for r in rows])
    for row, guess in zip(rows, guesses, strict=True):
        print(json.dumps({"id": row["id"], "slug": guess.slug, "score": wire_score(guess.probability)}, ensure_ascii=False))


def spans(args: argparse.Namespace) -> None:
    from pipeline.tagger import Tagger

    rows = list(_json_lines(args.sentences, "id", "tokens"))
    indexes = _indexes(args)
    tagger = Tagger(indexes.catalog, indexes.aliases)
    for row, found in zip(rows, tagger.spans([[str(t) for t in row["tokens"]] for row in rows]), strict=True):
        print(json.dumps({"id": row["id"], "spans": found}))


def train_tagger(args: argparse.Namespace) -> None:
    from pipeline.catalog.folder import read_folder
    from pipeline.tagger import WEIGHTS
    from pipeline.tagger.training import train

    files = sorted(args.folder.glob("skillspan_*.json"))
    if not files:
        raise InputError(f"{args.folder}: there is no skillspan_*.json; give the folder that holds them")
    catalog = read_folder(args.catalog).catalog
    _print({"sentences": train(files, catalog, args.out or WEIGHTS, told=lambda line: print(line, file=sys.stderr, flush=True))})


def audit_command(args: argparse.Namespace) -> None:
    from pipeline.audit import audit

    _print([finding.wire() for finding in audit(_indexes(args))])


def convert(args: argparse.Namespace) -> None:
    from pipeline.catalog.esco import read_esco
    from pipeline.catalog.folder import write_folder

    catalog = read_esco(args.source)
    write_folder(catalog, args.folder)
    _print(catalog.counts())


# --- the parser ---------------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipeline", description="Link job descriptions to a catalog.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, function: Callable[[argparse.Namespace], None], help_text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help_text, description=help_text)
        sub.add_argument("--catalog", type=Path, default=DEFAULT_CATALOG, metavar="DIR", help="catalog folder")
        sub.set_defaults(function=function)
        return sub

    sub = command("extract-from-jd", extract_from_jd, "step 1: parsed JD, skills, signals, decision")
    sub.add_argument("--jd", required=True, metavar="FILE", help="text file, - for standard input")
    sub.add_argument("--title", metavar="T", help="a title that the text may lack")

    sub = command("extract-details", extract_details, "step 2: library match of each skill")
    sub.add_argument("--api1", required=True, metavar="FILE", help="JSON of step 1")

    sub = command("final-role-output", final_role_output, "step 3: chosen role and links")
    sub.add_argument("--api1", required=True, metavar="FILE", help="JSON of step 1")
    sub.add_argument("--api2", required=True, metavar="FILE", help="JSON of step 2")

    sub = command("run", run_command, "all three steps, with timings")
    sub.add_argument("--jd", required=True, metavar="FILE", help="text file, - for standard input")
    sub.add_argument("--title", metavar="T", help="a title that the text may lack")

    sub = command("batch", batch, "role and skills of many job descriptions")
    sub.add_argument("--jds", required=True, metavar="FILE.jsonl", help='lines of {"id", "title", "text"}')
    sub.add_argument("--out", required=True, metavar="FILE.jsonl", help="where the answers go, in input order")
    sub.add_argument("--hide-title", action="store_true", help="ignore the title field")

    sub = command("eval", evaluate, "precision, recall, role accuracy and calibration against gold data")
    sub.add_argument("--gold", required=True, metavar="FILE.jsonl", help="job descriptions with role and skills")
    sub.add_argument("--hide-title", action="store_true", help="ignore the title field")

    sub = command("titles", titles, "the roles that titles are nearest to")
    sub.add_argument("--titles", required=True, metavar="FILE.jsonl", help='lines of {"id", "title"}')
    sub.add_argument("--top", type=int, default=5, metavar="N", help="how many roles a title gets")

    sub = command("link", link, "the catalog skill that each term means, with the probability that it is right")
    sub.add_argument("--terms", required=True, metavar="FILE.jsonl", help='lines of {"id", "term", "sentence"}')

    command("audit", audit_command, "what is probably wrong in a catalog, worst first, with reasons and a repair")

    sub = command("spans", spans, "token spans of knowledge in sentences, in the catalog or not")
    sub.add_argument("--sentences", required=True, metavar="FILE.jsonl", help='lines of {"id", "tokens"}')

    sub = command("train-tagger", train_tagger, "train the tagger of spans on a folder of SkillSpan files")
    sub.add_argument("folder", type=Path, metavar="DIR", help="holds skillspan_*.json")
    sub.add_argument("--out", type=Path, metavar="FILE", help="where the weights go (default: in place of those that ship)")

    sub = commands.add_parser("convert", help="make a catalog folder of another source")
    source = sub.add_subparsers(dest="format", required=True, metavar="FORMAT")
    sub = source.add_parser("esco", help="of esco_skills.csv")
    sub.add_argument("source", type=Path, metavar="SRC", help="the ESCO file")
    sub.add_argument("folder", type=Path, metavar="DIR", help="where the catalog goes")
    sub.set_defaults(function=convert)
    return parser


def main() -> int:
    args = _parser().parse_args()
    try:
        args.function(args)
    except WorkbenchError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
