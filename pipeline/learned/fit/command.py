"""``python -m pipeline fit NAME``: reads the data of a name, fits its numbers, and puts them into a file's form."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.catalog.esco import read_esco
from pipeline.catalog.indexes import Indexes
from pipeline.errors import InputError
from pipeline.learned.fit.capture import fit_capture
from pipeline.learned.fit.decision import fit_decision
from pipeline.learned.fit.demand import fit_demand, observe
from pipeline.learned.fit.dimension import fit_dimension
from pipeline.learned.fit.field import fit_field
from pipeline.learned.fit.judged_terms import judged_texts
from pipeline.learned.fit.nature import fit_nature
from pipeline.learned.fit.nearest import fit_nearest, questions_of, read_terms
from pipeline.learned.fit.orchestrator import fit_orchestrator
from pipeline.learned.fit.planted import ALIAS_SHARE, FIT_SEEDS, LINK_SHARE, fit_links, fit_owners
from pipeline.learned.fit.sense import fit_sense, judged_forms
from pipeline.learned.fit.terms import fit_terms, observe_terms
from pipeline.learned.fit.titles import fit_titles, read_occupations
from pipeline.learned.fit.trades import TradeSources, fit_trades
from pipeline.learned.fit.unknown import fit_unknown
from pipeline.learned.fit.wishes import fit_wishes
from pipeline.learned.fitted import KINDS, Figures, FittedFile, to_json

Row = Mapping[str, Any]
Fitted = tuple[Any, Figures]
RowReader = Callable[..., Iterable[Row]]
"""Takes the name of a JSON Lines file and the keys that each line must have. Raises ``InputError``."""

FITTED_ON = {
    "sense": "jds_dev.jsonl, jds_dev_2.jsonl and jds_load.jsonl: forms judged by hand; short passages written for the fit",
    "wishes": "headings written for the fit, of the file of known ones and of those of the structure model",
    "demand": "jds_dev.jsonl and jds_dev_2.jsonl: the skills that the texts mention, right or wrong by the rule of eval",
    "links": f"the catalog with {LINK_SHARE:.0%} of its links redirected, seeds {FIT_SEEDS[0]} to {FIT_SEEDS[-1]}",
    "owners": f"the catalog with {ALIAS_SHARE:.0%} of its aliases moved, seeds {FIT_SEEDS[0]} to {FIT_SEEDS[-1]}",
    "nearest": "decorte_tech_validation.csv and decorte_house_validation.csv against esco_skills.csv: spans of real postings that "
    "people linked to ESCO (SkillSpan)",
    "titles": "onet_alternate_titles.csv (O*NET, CC BY 4.0): titles of occupations from which no nearness was learned",
    "decision": "jds_load.jsonl: texts whose titles are aliases of exactly one role, titles hidden; "
    "the confidence on jds_dev.jsonl and jds_dev_2.jsonl",
    "terms": "jds_dev.jsonl and jds_dev_2.jsonl: terms beside the catalog's skills, right where they overlap a gold surface; "
    "terms of these and of jds_load.jsonl judged by hand",
    "trades": "onet_alternate_titles.csv, onet_technology_skills.txt, esco_skills.csv, skillspan_train.json and the catalog",
    "field": "jds_dev.jsonl and jds_dev_2.jsonl, titles shown, hidden and absent: whether the gold role is NONE",
    "capture": "capture_labels.jsonl: sentences of jds_load.jsonl that were read and judged as KRAs",
    "dimension": "dimension_labels.jsonl: skills of jds_dev.jsonl and jds_dev_2.jsonl of which the best dimensions were chosen",
    "nature": "duties written for the fit, the KRAs of the catalog by their roles' baselines; nature_labels.jsonl: texts of jds_dev.jsonl "
    "and jds_dev_2.jsonl that were read and labelled",
    "unknown": "jds_dev.jsonl and jds_dev_2.jsonl: each catalog skill that they name, hidden from the catalog in one text",
    "orchestrator": "the catalog: forms and skills that are hidden from it; facts and alternatives on those that jds_dev.jsonl and "
    "jds_dev_2.jsonl name, hidden in one text",
}
GOLD_KEYS = ("id", "title", "text", "role", "acceptable", "skills")


LABEL = "preferredLabel"
"""The kind of ESCO's labels of which each skill has one."""


@dataclass(frozen=True)
class FitData:
    """The data on which numbers are fitted: the catalog with its indexes, and the folder of the evaluation data."""

    indexes: Indexes
    folder: Path
    read_rows: RowReader

    def gold(self) -> list[Row]:
        """Return the job descriptions with gold roles and skills. Raises ``InputError``."""
        return [row for name in ("jds_dev.jsonl", "jds_dev_2.jsonl") for row in self.rows(name, *GOLD_KEYS)]

    def rows(self, name: str, *keys: str) -> list[Row]:
        """Return the rows of a file of the folder. Raises ``InputError`` where it is missing or broken."""
        return list(self.read_rows(str(self.path(name)), *keys))

    def texts(self, name: str) -> Mapping[str, Row]:
        """Return the rows of a file of texts by their ids. Raises ``InputError`` where it is missing or broken."""
        return {row["id"]: row for row in self.rows(name, "id", "text")}

    def path(self, name: str) -> Path:
        """Return the path of a file of the folder. Raises ``InputError`` where it is missing."""
        path = self.folder / name
        if not path.is_file():
            raise InputError(f"{path}: there is no such file; give the folder of the evaluation data with --data DIR")
        return path


def fit(name: str, data: FitData, date: str) -> str:
    """Return the text of the file of a name, fitted anew; ``date`` is YYYY-MM-DD. Raises ``InputError``."""
    numbers, figures = FITS[name](data)
    kind = KINDS[name]
    file = FittedFile[kind](  # type: ignore[valid-type]
        name=name,
        date=date,
        fitted_on=FITTED_ON[name],
        figures=figures,
        command=f"python -m pipeline fit {name}",
        numbers=numbers,
    )
    return to_json(file)


def _sense(data: FitData) -> Fitted:
    return fit_sense(judged_forms(data.texts, data.indexes))


def _demand(data: FitData) -> Fitted:
    parts = {name: data.rows(f"{name}.jsonl", *GOLD_KEYS) for name in ("jds_dev", "jds_dev_2")}
    return fit_demand({name: observe([r for r in rows if r["skills"]], data.indexes) for name, rows in parts.items()})


def _links(data: FitData) -> Fitted:
    return fit_links(data.indexes.catalog, data.indexes.encoder)


def _owners(data: FitData) -> Fitted:
    return fit_owners(data.indexes.catalog, data.indexes.encoder)


def _nearest(data: FitData) -> Fitted:
    indexes = Indexes(read_esco(data.path("esco_skills.csv")), data.indexes.encoder)
    files = {source: data.path(f"decorte_{source}_validation.csv") for source in ("tech", "house")}
    questions = [q for source, path in files.items() for q in questions_of(read_terms(path), indexes, source)]
    return fit_nearest(questions)


def _titles(data: FitData) -> Fitted:
    return fit_titles(read_occupations(data.path("onet_alternate_titles.csv")), data.indexes.encoder)


def _decision(data: FitData) -> Fitted:
    return fit_decision(data.rows("jds_load.jsonl", "title", "text"), data.gold(), data.indexes)


def _terms(data: FitData) -> Fitted:
    return fit_terms(observe_terms(data.gold(), data.indexes, judged_texts(data.texts)))


def _field(data: FitData) -> Fitted:
    return fit_field(data.gold(), data.indexes)


def _trades(data: FitData) -> Fitted:
    def table(name: str, delimiter: str, *columns: str) -> list[tuple[str, str]]:
        with data.path(name).open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file, delimiter=delimiter) if row.get("type", LABEL) == LABEL]
        return [(row[columns[0]], row[columns[1]]) for row in rows]

    sentences = data.rows("skillspan_train.json", "tokens", "source")
    sources = TradeSources(
        titles=table("onet_alternate_titles.csv", ",", "onet_code", "alternate_title"),
        tools=table("onet_technology_skills.txt", "\t", "O*NET-SOC Code", "Example"),
        labels=table("esco_skills.csv", ",", "description", "hierarchy_levels"),
        sentences=[(" ".join(row["tokens"]), row["source"] == "tech") for row in sentences],
    )
    return fit_trades(sources, data.indexes)


def _capture(data: FitData) -> Fitted:
    return fit_capture(data.rows("jds_load.jsonl", "id", "title", "text"), data.indexes)


def _dimension(data: FitData) -> Fitted:
    return fit_dimension(data.indexes)


def _nature(data: FitData) -> Fitted:
    rows = {str(row["id"]): row for row in data.gold()}
    return fit_nature(rows, data.indexes)


def _unknown(data: FitData) -> Fitted:
    return fit_unknown(data.gold(), data.indexes)


def _orchestrator(data: FitData) -> Fitted:
    return fit_orchestrator(data.gold(), data.indexes)


FITS: Mapping[str, Callable[[FitData], Fitted]] = {
    "sense": _sense,
    "wishes": lambda _data: fit_wishes(),
    "demand": _demand,
    "links": _links,
    "owners": _owners,
    "nearest": _nearest,
    "titles": _titles,
    "decision": _decision,
    "field": _field,
    "terms": _terms,
    "trades": _trades,
    "capture": _capture,
    "dimension": _dimension,
    "nature": _nature,
    "unknown": _unknown,
    "orchestrator": _orchestrator,
}
