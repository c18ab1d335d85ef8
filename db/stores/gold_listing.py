"""What pages ask of gold sets: a page of items that fit, an item through its versions, two versions side by side, experiments on sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, text

from db.errors import StoreError
from db.stores.gold_items import GoldItem
from db.stores.gold_versions import STATE, read_item
from pipeline.catalog.refs import Ref, ref_from_wire
from pipeline.evaluation import SkillCounts
from pipeline.experiments.results import NO_ROLE

PAGE_SIZE = 50
LENGTHS: Mapping[str, tuple[int, int]] = {"short": (0, 1500), "medium": (1500, 5000), "long": (5000, 2**31 - 1)}
"""Characters of a text, from and up to (exclusive)."""
DISAGREE, WRONG, GONE = "disagree", "wrong", "gone"
"""What may be doubtful about an item: reviewers disagree with each other or with it; the newest experiment came to another role; a role
of it is no longer in the catalog.
"""

_LISTED = f"""
    WITH state AS ({STATE}),
    said AS (
        SELECT r.jd_hash, array_agg(DISTINCT coalesce(v.role_slug, '{NO_ROLE}')::text) AS roles, count(DISTINCT v.author) AS reviewers
        FROM verdict v JOIN run r ON r.id = v.run_id WHERE v.has_role GROUP BY r.jd_hash
    ),
    tried AS (
        SELECT t.jd_id, r.role_slug, r.is_right FROM experiment e JOIN experiment_result r ON r.experiment_id = e.id
        JOIN jd_set_item t ON t.set_id = e.set_id AND t.position = r.position
        WHERE e.id = (SELECT max(id) FROM experiment WHERE gold_set_id = :set_id)
    )
    SELECT s.jd_id, s.position, s.version, i.title, i.role, i.acceptable, i.skills, i.length,
        coalesce(i.columns ->> 'source', '') AS source,
        i.label_line IS NOT NULL AS is_labelled, v.author AS changed_by, v.created_at AS changed_at, a.author AS added_by,
        coalesce(said.reviewers, 0) AS reviewers, coalesce(said.roles, ARRAY[]::text[]) AS said_roles,
        coalesce(cardinality(said.roles) > 1 OR (i.role <> '' AND NOT said.roles <@ i.acceptable), false) AS is_disputed,
        tried.is_right, tried.role_slug AS tried_role, NOT i.acceptable <@ CAST(:known AS text[]) AS has_gone_role
    FROM state s JOIN gold_item i ON i.id = s.item_id
    JOIN gold_version v ON v.set_id = :set_id AND v.number = s.version
    JOIN LATERAL (
        SELECT w.author FROM gold_change c JOIN gold_version w ON w.set_id = c.set_id AND w.number = c.version
        WHERE c.set_id = :set_id AND c.jd_id = s.jd_id AND c.kind = 'added' AND c.version <= :version ORDER BY c.version DESC LIMIT 1
    ) a ON true
    LEFT JOIN said ON said.jd_hash = i.jd_hash
    LEFT JOIN tried ON tried.jd_id = s.jd_id
"""
_FITS = f"""
    (:role = '' OR :role = ANY(acceptable)) AND (CAST(:source AS text) IS NULL OR source = :source) AND length >= :least AND length < :most
    AND (:author = '' OR added_by = :author) AND (:words = '' OR concat_ws(' ', jd_id, title, role) ILIKE :words)
    AND (CAST(:labelled AS boolean) IS NULL OR is_labelled = :labelled)
    AND (:doubt = '' OR (:doubt = '{DISAGREE}' AND is_disputed) OR (:doubt = '{WRONG}' AND NOT is_right) OR (:doubt = '{GONE}' AND has_gone_role))
"""
_PAGE = text(
    f"SELECT *, count(*) OVER () AS total FROM ({_LISTED}) listed WHERE {_FITS} "
    "ORDER BY position, jd_id LIMIT :size OFFSET :skipped"
)
_CHOICES = text(f"""
    SELECT array_agg(DISTINCT i.role) AS roles, array_agg(DISTINCT coalesce(i.columns ->> 'source', '')) AS sources
    FROM ({STATE}) s JOIN gold_item i ON i.id = s.item_id
""")
_ADDERS = text("""
    SELECT DISTINCT v.author FROM gold_change c JOIN gold_version v ON v.set_id = c.set_id AND v.number = c.version
    WHERE c.set_id = :set_id AND c.kind = 'added' AND c.version <= :version ORDER BY v.author
""")
_HISTORY = text("""
    SELECT c.version, c.kind, v.author, v.created_at, v.reason, c.source, i.line, i.label_line
    FROM gold_change c JOIN gold_version v ON v.set_id = c.set_id AND v.number = c.version LEFT JOIN gold_item i ON i.id = c.item_id
    WHERE c.set_id = :set_id AND c.jd_id = :jd_id AND c.version <= :version ORDER BY c.version DESC
""")
_NEWEST = text("""
    SELECT DISTINCT ON (c.jd_id) c.jd_id, v.author, i.value_digest
    FROM gold_change c JOIN gold_set s ON s.id = c.set_id JOIN gold_version v ON v.set_id = c.set_id AND v.number = c.version
    LEFT JOIN gold_item i ON i.id = c.item_id WHERE s.name = :name ORDER BY c.jd_id, c.version DESC
""")
_DIFFERENCE = text(f"""
    SELECT coalesce(a.jd_id, b.jd_id) AS jd_id, i.line AS before_line, i.label_line AS before_label, j.line, j.label_line
    FROM (SELECT * FROM ({STATE.replace(":version", ":before")}) x WHERE item_id IS NOT NULL) a
    FULL JOIN (SELECT * FROM ({STATE.replace(":version", ":after")}) y WHERE item_id IS NOT NULL) b ON b.jd_id = a.jd_id
    LEFT JOIN gold_item i ON i.id = a.item_id LEFT JOIN gold_item j ON j.id = b.item_id
    WHERE i.value_digest IS DISTINCT FROM j.value_digest ORDER BY coalesce(b.position, a.position), 1 LIMIT :most
""")
_TRIED = text("""
    SELECT e.id, e.name, e.gold_set_id AS set_id, e.gold_version AS version, e.created_at, e.status, r.* FROM (
        SELECT DISTINCT ON (gold_set_id) * FROM experiment WHERE gold_set_id IS NOT NULL ORDER BY gold_set_id, id DESC
    ) e CROSS JOIN LATERAL (
        SELECT count(is_right) AS n, count(*) FILTER (WHERE is_right) AS n_right, coalesce(sum(n_predicted), 0) AS predicted,
            coalesce(sum(n_right), 0) AS right_skills, coalesce(sum(n_wanted), 0) AS wanted, coalesce(sum(n_found), 0) AS found
        FROM experiment_result WHERE experiment_id = e.id
    ) r
""")
_IDS_OF_TEXTS = text(f"""
    SELECT i.jd_hash, s.jd_id FROM ({STATE}) s JOIN gold_item i ON i.id = s.item_id WHERE i.jd_hash = ANY(:hashes) ORDER BY s.position
""")
_SETS_OF_TEXT = text("""
    SELECT now.name, now.jd_id FROM (
        SELECT DISTINCT ON (c.set_id, c.jd_id) s.name, c.jd_id, c.item_id FROM gold_change c JOIN gold_set s ON s.id = c.set_id
        WHERE (c.set_id, c.jd_id) IN (SELECT h.set_id, h.jd_id FROM gold_change h JOIN gold_item i ON i.id = h.item_id WHERE i.jd_hash = :jd_hash)
        ORDER BY c.set_id, c.jd_id, c.version DESC
    ) now JOIN gold_item i ON i.id = now.item_id WHERE i.jd_hash = :jd_hash ORDER BY now.name, now.jd_id
""")


@dataclass(frozen=True)
class GoldFilter:
    """What the items of a list must meet; what is empty narrows nothing."""

    words: str = ""
    role: str = ""
    source: str | None = None
    length: str = ""
    doubt: str = ""
    author: str = ""
    labelled: bool | None = None

    def parameters(self) -> dict[str, Any]:
        """As parameters of the query."""
        least, most = LENGTHS.get(self.length, (0, 2**31 - 1))
        plain = self.words.strip().replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        return {
            "words": f"%{plain}%" if plain else "",
            "role": self.role,
            "source": self.source,
            "least": least,
            "most": most,
            "doubt": self.doubt,
            "author": self.author,
            "labelled": self.labelled,
        }


@dataclass(frozen=True)
class ListedItem:
    """An item as a list shows it. ``version`` is the one that made it so; ``said_roles`` are those of reviewers of runs of its text,
    ``is_right`` whether the newest experiment came to an acceptable role (null: it did not run on it).
    """

    jd_id: str
    position: int
    version: int
    title: str | None
    role: str
    acceptable: tuple[str, ...]
    skills: tuple[str, ...] | None
    length: int
    source: str
    is_labelled: bool
    changed_by: str
    changed_at: datetime
    added_by: str
    reviewers: int
    said_roles: tuple[str, ...]
    is_disputed: bool
    is_right: bool | None
    tried_role: str | None
    has_gone_role: bool


@dataclass(frozen=True)
class GoldPage:
    """A page of items, and how many there are in all."""

    rows: tuple[ListedItem, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE_SIZE))


@dataclass(frozen=True)
class Choices:
    """What the items of a version may be narrowed to."""

    roles: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()


@dataclass(frozen=True)
class ItemChange:
    """What a version did to an item, and the item as it was from then on (null: removed). ``source`` is what it was taken from."""

    version: int
    kind: str
    author: str
    created_at: datetime
    reason: str
    source: Ref | None
    item: GoldItem | None


@dataclass(frozen=True)
class NewestChange:
    """Who changed an item last, and what tells its value from others (null: it was removed)."""

    author: str
    value_digest: str | None


@dataclass(frozen=True)
class Differing:
    """An item that two versions do not have alike: as it was, as it is; null where it was or is not there."""

    jd_id: str
    before: GoldItem | None
    after: GoldItem | None


@dataclass(frozen=True)
class TriedOn:
    """The newest experiment on a set: on which version, and what it came to so far."""

    id: int
    name: str
    set_id: int
    version: int
    created_at: datetime
    status: str
    n: int
    n_right: int
    skills: SkillCounts = field(default_factory=SkillCounts)


class GoldListing:
    """Queries over gold sets. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def _rows(self, query: Any, **parameters: Any) -> Sequence[Any]:
        with self._engine.connect() as connection:
            return connection.execute(query, parameters).mappings().all()

    def find(self, at: tuple[int, int], wanted: GoldFilter, known_roles: Sequence[str], page: int = 1) -> GoldPage:
        """A page of the items of a version (``at``: the number of the set, that of the version) that fit, in their order.

        ``known_roles`` are the slugs of the catalog.
        """
        asked = {"set_id": at[0], "version": at[1], "known": [*known_roles, NO_ROLE]}
        asked |= {**wanted.parameters(), "size": PAGE_SIZE, "skipped": (max(page, 1) - 1) * PAGE_SIZE}
        rows = self._rows(_PAGE, **asked)
        if not rows and page > 1:
            return self.find(at, wanted, known_roles)
        listed = tuple(_listed(row) for row in rows)
        return GoldPage(listed, rows[0]["total"] if rows else 0, max(page, 1))

    def choices(self, at: tuple[int, int]) -> Choices:
        """What the items of a version may be narrowed to."""
        (row,) = self._rows(_CHOICES, set_id=at[0], version=at[1])
        adders = self._rows(_ADDERS, set_id=at[0], version=at[1])
        return Choices(
            tuple(sorted(filter(None, row["roles"] or ()))),
            tuple(sorted(row["sources"] or ())),
            tuple(a["author"] for a in adders),
        )

    def history(self, at: tuple[int, int], jd_id: str) -> list[ItemChange]:
        """What the versions up to one did to an item, the newest first. Raises ``StoreError`` where none knows it."""
        rows = self._rows(_HISTORY, set_id=at[0], version=at[1], jd_id=jd_id)
        if not rows:
            raise StoreError(f"The gold set has no item {jd_id!r} up to version {at[1]}.")
        return [_change(row) for row in rows]

    def newest_changes(self, name: str) -> dict[str, NewestChange]:
        """The newest change of each item that ever was in a set, by id; none where there is no such set."""
        return {
            row["jd_id"]: NewestChange(row["author"], row["value_digest"]) for row in self._rows(_NEWEST, name=name)
        }

    def difference(self, set_id: int, before: int, after: int, most: int = 200) -> list[Differing]:
        """The items that two versions do not have alike, at most so many."""
        rows = self._rows(_DIFFERENCE, set_id=set_id, before=before, after=after, most=most)
        return [
            Differing(
                row["jd_id"], _item(row["before_line"], row["before_label"]), _item(row["line"], row["label_line"])
            )
            for row in rows
        ]

    def tried(self) -> list[TriedOn]:
        """The newest experiment on each set that has one."""
        return [
            TriedOn(
                **{
                    name: row[name]
                    for name in ("id", "name", "set_id", "version", "created_at", "status", "n", "n_right")
                },
                skills=SkillCounts(*(int(row[n]) for n in ("predicted", "right_skills", "wanted", "found"))),
            )
            for row in self._rows(_TRIED)
        ]

    def ids_of_texts(self, at: tuple[int, int], hashes: Sequence[str]) -> dict[str, str]:
        """By the hash of a text (``jd_hash``), the id of the item of a version that has it."""
        rows = self._rows(_IDS_OF_TEXTS, set_id=at[0], version=at[1], hashes=list(hashes))
        return {row["jd_hash"]: row["jd_id"] for row in reversed(rows)}

    def sets_of_text(self, jd_hash: str) -> list[tuple[str, str]]:
        """The sets that have a text now, by its hash: the name of each and the id of the item."""
        return [(row["name"], row["jd_id"]) for row in self._rows(_SETS_OF_TEXT, jd_hash=jd_hash)]


def _listed(row: Mapping[str, Any]) -> ListedItem:
    values: dict[str, Any] = {name: row[name] for name in ListedItem.__annotations__}
    values |= {name: tuple(row[name]) for name in ("acceptable", "said_roles")}
    values["skills"] = None if row["skills"] is None else tuple(row["skills"])
    return ListedItem(**values)


def _change(row: Mapping[str, Any]) -> ItemChange:
    source = ref_from_wire(row["source"]) if row["source"] else None
    plain = {name: row[name] for name in ("version", "kind", "author", "created_at", "reason")}
    return ItemChange(**plain, source=source, item=_item(row["line"], row["label_line"]))


def _item(line: str | None, label_line: str | None) -> GoldItem | None:
    return None if line is None else read_item(line, label_line)
