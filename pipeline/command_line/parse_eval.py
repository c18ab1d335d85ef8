"""The command ``parse-eval``: how right the parsed fields are, against gold."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from pipeline.command_line.files import read_json_lines
from pipeline.command_line.indexes import open_indexes
from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

GOLD_KEYS = (
    "id sha256 title company experience_min experience_max education_required education_preferred locations work_mode ctc "
    "certifications urls responsibilities responsibilities_optional demands also industry jd_type"
).split()
RESAMPLES, SEED = 1000, 1
"""How often the texts are drawn again for the interval, from a fixed seed: the same parses give the same interval."""


def parse_eval(args: Namespace) -> None:
    """Print the table of the fields of parses of the texts alone, without the titles beside them."""
    from pipeline.parse_evaluation import ParseScore, mark_parse, table, wrong_values
    from pipeline.run import Parsed, RunContext, RunState, run_id_for, run_stages, until

    gold = list(read_json_lines(args.gold, *GOLD_KEYS))
    texts = {row["id"]: str(row["text"]) for row in read_json_lines(args.jds, "id", "text")}
    _check(gold, texts, args)
    indexes = open_indexes(args.catalog)
    score = ParseScore()
    for row in gold:
        text = texts[row["id"]]
        stages = run_stages(RunState.from_text(text, None), RunContext(run_id_for(text, None), indexes))
        try:
            score.parses.append(mark_parse(str(row["id"]), text, row, until(stages, Parsed).parsed))
        except ValueError as error:
            raise InputError(f"{args.gold}, {row['id']}: {error}") from None
    for line in wrong_values(score.parses) if args.wrong else ():
        print(line)
    for line in table(score.summary(_resamples(len(score.parses)))):
        print(line)


def _check(gold: list[dict[str, Any]], texts: dict[Any, str], args: Namespace) -> None:
    """Raise ``InputError`` where there is no gold, or where it is of another text than is given."""
    from hashlib import sha256

    if not gold:
        raise InputError(f"{args.gold} has no line of gold")
    for row in gold:
        text = texts.get(row["id"])
        if text is None:
            raise InputError(f"{args.gold}, {row['id']}: {args.jds} has no text of this id")
        if sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != row["sha256"]:
            raise InputError(f"{args.gold}, {row['id']}: the text in {args.jds} is another than the one that was read")


def _resamples(n: int) -> Iterator[list[int]]:
    """Draw the indexes of n texts again and again."""
    from random import Random

    random = Random(SEED)
    for _ in range(RESAMPLES):
        yield [random.choice(range(n)) for _ in range(n)]
