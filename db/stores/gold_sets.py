"""Gold sets: job descriptions with what is right of them under a name, in versions that are only ever added to.

An addition, a change or a removal makes the next version, with who made it, when and why. Items are kept once, in whatever sets
and versions they are; a version says what it did to which, so that each can be had back as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select, text

from db.errors import StoreError
from db.stores.gold_items import GoldItem, ParseLabel
from db.stores.gold_versions import (
    STATE,
    VERSIONS,
    GoldWritten,
    Plan,
    Why,
    lock_set,
    plan_addition,
    read_item,
    write_version,
)
from db.stores.runs import storable
from pipeline.catalog.refs import Ref
from pipeline.errors import InputError

MAX_NAME = 100
VERSION_SIGN = "@"
"""Stands between the name of a set and the number of a version."""
RESERVED = ("shipped", "verdicts")
"""Names of other gold that experiments may run on."""

_LINES = text(f"""
    SELECT i.line, i.label_line FROM ({STATE}) s JOIN gold_item i ON i.id = s.item_id ORDER BY s.position, s.jd_id
""")
_SETS = """
    SELECT s.id, s.name, v.number AS version, s.created_at, v.created_at AS changed_at, v.author AS changed_by,
        v.n_items, v.n_labelled, v.n_roles
    FROM gold_set s JOIN LATERAL (SELECT * FROM gold_version WHERE set_id = s.id ORDER BY number DESC LIMIT 1) v ON true
"""
_ALL, _ONE = text(f"{_SETS} ORDER BY lower(s.name), s.name"), text(f"{_SETS} WHERE s.name = :name")


@dataclass(frozen=True)
class GoldSet:
    """A gold set as its newest version has it. ``n_labelled`` items have parse labels, ``n_roles`` are the best roles of items."""

    id: int
    name: str
    version: int
    created_at: datetime
    changed_at: datetime
    changed_by: str
    n_items: int
    n_labelled: int
    n_roles: int


@dataclass(frozen=True)
class GoldVersion:
    """A version of a set: who made it, when and why, what it did, and how much the set then had."""

    set_id: int
    number: int
    created_at: datetime
    author: str
    reason: str
    n_items: int
    n_labelled: int
    n_roles: int
    n_added: int
    n_changed: int
    n_removed: int


def split_name(reference: str) -> tuple[str, int | None]:
    """The name and the version of ``NAME`` or ``NAME@VERSION``; null for the newest. Raises ``InputError``."""
    name, sign, number = reference.partition(VERSION_SIGN)
    if not sign:
        return name, None
    if not (number.isascii() and number.isdigit() and 0 < len(number) < 10):
        raise InputError(f"{reference!r}: behind {VERSION_SIGN} stands the number of a version, as in {name}@1.")
    return name, int(number)


def check_name(name: str) -> str:
    """The name of a set without blanks around it. Raises ``InputError`` for one that no set can have."""
    plain = name.strip()
    if not plain or len(plain) > MAX_NAME or not plain.isprintable():
        raise InputError(f"A gold set needs a name of 1 to {MAX_NAME} characters on one line.")
    if VERSION_SIGN in plain or plain in RESERVED:
        raise InputError(f"A gold set cannot be named {plain!r}: {VERSION_SIGN} and {', '.join(RESERVED)} are taken.")
    return plain


class GoldSets:
    """Gold sets and their versions. Safe to use from several threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # --- reading --------------------------------------------------------------------------------------------------

    def all(self) -> list[GoldSet]:
        """All gold sets, by name."""
        with self._engine.connect() as connection:
            return [GoldSet(**row) for row in connection.execute(_ALL).mappings()]

    def find(self, name: str) -> GoldSet:
        """The set of a name. Raises ``StoreError`` that names those that there are."""
        with self._engine.connect() as connection:
            row = connection.execute(_ONE, {"name": name}).mappings().first()
        if row is None:
            listed = ", ".join(found.name for found in self.all())
            raise StoreError(f"There is no gold set {name!r}; " + (f"there are {listed}." if listed else "none yet."))
        return GoldSet(**row)

    def versions(self, name: str) -> list[GoldVersion]:
        """The versions of a set, the newest first. Raises ``StoreError``."""
        query = select(VERSIONS).where(VERSIONS.c.set_id == self.find(name).id).order_by(VERSIONS.c.number.desc())
        with self._engine.connect() as connection:
            return [GoldVersion(**row) for row in connection.execute(query).mappings()]

    def items(self, name: str, version: int | None = None) -> list[GoldItem]:
        """The items of a version (null: the newest) in their order. Raises ``StoreError`` for one that there is not."""
        found = self.find(name)
        number = self.check_version(found, version)
        with self._engine.connect() as connection:
            rows = connection.execute(_LINES, {"set_id": found.id, "version": number}).all()
        return [read_item(*row) for row in rows]

    @staticmethod
    def check_version(found: GoldSet, version: int | None) -> int:
        """The version that is meant. Raises ``StoreError`` for one that the set has not."""
        if version is not None and not 1 <= version <= found.version:
            raise StoreError(f"The gold set {found.name!r} has no version {version}; its newest is {found.version}.")
        return found.version if version is None else version

    # --- writing --------------------------------------------------------------------------------------------------

    def add(
        self,
        name: str,
        items: Iterable[GoldItem | ParseLabel],
        *,
        author: str,
        reason: str,
        sources: Mapping[str, Ref] | None = None,
    ) -> GoldWritten:
        """Add items to a set, which is made where there is none; one of a known id takes the place of that.

        What is the same already changes nothing, and where all is, no version is made. A label goes to the item of its id; an
        item that comes without one keeps what it had, if that is of its text. ``sources`` say by id what an item was taken from.
        All or nothing: raises ``UnfitGold`` with every item that does not fit, ``InputError`` for a name that cannot be.
        """
        with self._engine.begin() as connection:
            return add_in(connection, name, list(items), Why(author, reason, sources or {}))

    def replace(self, name: str, item: GoldItem, *, before: GoldItem, author: str, reason: str) -> GoldWritten:
        """Let an item of a set be another, where it still is what it was ``before``. Raises ``StoreError`` where it is not."""
        with self._engine.begin() as connection:
            now = lock_set(connection, name)
            held = now.held.get(storable(item.id))
            if held is None or held.value_digest != before.value_digest:
                raise StoreError(
                    f"{item.id} has changed in {name!r} meanwhile; nothing was saved. Look at it as it is now, then try again."
                )
            return write_version(
                connection, now, plan_addition([item], now.held, keeps_answers=False), Why(author, reason)
            )

    def remove(self, name: str, ids: Sequence[str], *, author: str, reason: str) -> GoldWritten:
        """Take items out of a set; its versions of before keep them. Raises ``StoreError`` for an id that is not in it."""
        with self._engine.begin() as connection:
            return remove_in(connection, name, ids, Why(author, reason))


def add_in(connection: Connection, name: str, items: Sequence[GoldItem | ParseLabel], why: Why) -> GoldWritten:
    """Add items to a set within a transaction, as ``GoldSets.add`` does."""
    now = lock_set(connection, check_name(name), make=bool(items))
    return write_version(connection, now, plan_addition(items, now.held), why)


def remove_in(connection: Connection, name: str, ids: Sequence[str], why: Why) -> GoldWritten:
    """Take items out of a set within a transaction, as ``GoldSets.remove`` does."""
    now = lock_set(connection, name)
    wanted = tuple(dict.fromkeys(map(storable, ids)))
    if absent := [jd_id for jd_id in wanted if jd_id not in now.held]:
        raise StoreError(f"The gold set {name!r} has no item {', '.join(absent)}; nothing was removed.")
    return write_version(connection, now, Plan(removed=wanted), why)
