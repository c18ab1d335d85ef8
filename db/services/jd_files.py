"""Job descriptions from outside: a file of JSON Lines or Parquet, or gold that the store has, as what an experiment runs on.

``gold:NAME`` is the newest version of a gold set, ``gold:NAME@VERSION`` one of before; ``gold:shipped`` are the gold texts that ship,
by slugs, and ``gold:verdicts`` the runs that reviewers have judged.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from db.services.gold import gold_texts
from db.services.gold_samples import stock_samples
from db.stores.experiments import GoldSource
from db.stores.gold_items import GoldItem
from db.stores.gold_sets import VERSION_SIGN, GoldSets, split_name
from db.stores.jd_sets import NewJD
from pipeline.errors import InputError
from pipeline.experiments.results import Gold

GOLD = "gold:"
VERDICTS = "verdicts"
MAX_PROBLEMS_SHOWN = 10
_OWN_KEYS = frozenset(("id", "title", "text", "role", "acceptable", "skills", "primary"))
"""Keys that are no columns of a job description."""
_JUDGED = text("""
    SELECT DISTINCT ON (r.id) r.id, r.given_title, r.jd_text, v.role_slug, r.engine
    FROM verdict v JOIN run r ON r.id = v.run_id WHERE v.has_role ORDER BY r.id, v.created_at DESC
""")


@dataclass(frozen=True)
class JDFile:
    """Job descriptions under a name; ``gold`` is the version of a gold set that they are."""

    name: str
    jds: tuple[NewJD, ...]
    gold: GoldSource | None = None


def read_jds(source: str, engine: Engine) -> JDFile:
    """Read job descriptions from a file by its name, or gold of the store by ``gold:NAME``.

    Raises ``InputError`` that lists what is wrong with which line, or names the gold that there is.
    """
    if source.startswith(GOLD):
        return _gold(source.removeprefix(GOLD), engine)
    path = Path(source)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{source} cannot be read: {error.strerror}") from None
    return read_jd_bytes(path.name, content)


def read_jd_bytes(name: str, content: bytes) -> JDFile:
    """Read the bytes of a file, of the form that its name's ending says. Raises ``InputError`` as ``read_jds`` does."""
    rows = _parquet_rows(name, content) if name.lower().endswith(".parquet") else _json_rows(content)
    jds: list[NewJD] = []
    problems: list[str] = []
    place_of: dict[str, str] = {}
    for place, row in rows:
        try:
            if isinstance(row, InputError):
                raise row
            jd = _jd(row)
            if jd.id in place_of:
                raise InputError(f"the id {jd.id!r} stands at {place_of[jd.id]} already; ids must differ.")
            place_of[jd.id] = place
            jds.append(jd)
        except InputError as error:
            problems.append(f"{name}, {place}: {error}")
    if problems:
        more = len(problems) - MAX_PROBLEMS_SHOWN
        shown = problems[:MAX_PROBLEMS_SHOWN] + ([f"and {more} more"] if more > 0 else [])
        raise InputError("\n".join(shown))
    if not jds:
        raise InputError(f"{name} holds no job description; each line is an object with “id” and “text”.")
    return JDFile(name, tuple(jds))


def gold_names(engine: Engine) -> dict[str, int]:
    """The gold that the store has, by name, with the number of its job descriptions: gold sets, and the runs that were judged. The gold
    texts that ship are the set of samples.
    """
    sets = {found.name: found.n_items for found in GoldSets(engine).all()}
    return sets | {VERDICTS: sum(1 for _ in _judged(engine))}


def _gold(reference: str, engine: Engine) -> JDFile:
    """The gold of a name, perhaps with a version. Raises ``InputError`` that names what there is."""
    if reference in _GOLD:
        return JDFile(f"{GOLD}{reference}", tuple(_GOLD[reference](engine)))
    stock_samples(engine)
    sets = GoldSets(engine)
    name, asked = split_name(reference)
    found = next((known for known in sets.all() if known.name == name), None)
    if found is None:
        listed = ", ".join(f"{GOLD}{known}" for known in gold_names(engine))
        raise InputError(f"There is no gold {name!r}; there are {listed}.")
    version = sets.check_version(found, asked)
    jds = tuple(_jd_of(item) for item in sets.items(name, version) if item.has_answers)
    if not jds:
        raise InputError(
            f"Of the texts of gold {name!r} it is not said what is right, only what they say: nothing to be run."
        )
    return JDFile(f"{GOLD}{name}{VERSION_SIGN}{version}", jds, GoldSource(found.id, version))


def _jd_of(item: GoldItem) -> NewJD:
    return NewJD(item.id, item.text, item.title, item.gold, item.columns)


def _shipped(_: Engine) -> Iterator[NewJD]:
    """The gold texts that ship; a role that is acceptable stands for none where no role fits."""
    for gold in gold_texts():
        roles = tuple(sorted(gold.roles, key=lambda role: role or ""))
        yield NewJD(gold.item, gold.text, None, Gold(roles, slugs=gold.skills), {})


def _judged(engine: Engine) -> Iterator[NewJD]:
    """The runs that reviewers have judged, each by its newest verdict, which says the role."""
    with engine.connect() as connection:
        for row in connection.execute(_JUDGED):
            yield NewJD(str(row.id), row.jd_text, row.given_title, Gold((row.role_slug,)), {"engine": row.engine})


_GOLD: Mapping[str, Callable[[Engine], Iterable[NewJD]]] = {"shipped": _shipped, VERDICTS: _judged}


def _json_rows(content: bytes) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            yield f"line {number}", json.loads(line)
        except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
            yield f"line {number}", InputError(f"this is not JSON: {error}")


def _parquet_rows(name: str, content: bytes) -> Iterator[tuple[str, Any]]:
    import pyarrow
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(pyarrow.BufferReader(content))
    except pyarrow.ArrowException as error:
        raise InputError(f"{name} cannot be read as Parquet: {error}") from None
    number = 0
    for batch in table.to_batches():
        for row in batch.to_pylist():
            number += 1
            yield f"row {number}", row


def _jd(row: Any) -> NewJD:
    """A job description from the object of a line. Raises ``InputError`` that names the key."""
    if not isinstance(row, Mapping):
        raise InputError(f"an object is needed, this is {type(row).__name__}.")
    jd_id, jd_text, title = row.get("id"), row.get("text"), row.get("title")
    if jd_id is None or isinstance(jd_id, list | Mapping) or not str(jd_id).strip():
        raise InputError("“id” is missing.")
    if not isinstance(jd_text, str):
        raise InputError("“text” is missing." if jd_text is None else "“text” must be a text.")
    if title is not None and not isinstance(title, str):
        raise InputError("“title” must be a text.")
    columns = {str(key): _column(value) for key, value in row.items() if key not in _OWN_KEYS and _is_column(value)}
    return NewJD(str(jd_id), jd_text, title or None, Gold.of_row(row), columns)


def _is_column(value: object) -> bool:
    return value is not None and not isinstance(value, list | Mapping | bytes)


def _column(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def with_slugs(jds: Sequence[NewJD], slug_of: Mapping[str, str]) -> tuple[NewJD, ...]:
    """Job descriptions whose gold skills, where they are given by name, are those slugs; ``slug_of`` has that of each name."""

    def named(gold: Gold) -> Gold:
        return replace(gold, slugs=frozenset(slug_of.get(skill, skill) for skill in gold.slugs or ()))

    return tuple(replace(jd, gold=named(jd.gold)) if jd.gold and jd.gold.slugs else jd for jd in jds)
