"""Whose the databases of the embedded server are: of a role that is no superuser, with all that is in them."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
from psycopg.sql import SQL, Identifier

from db.postgres import ROLE, SUPERUSER

TEMPLATE = "template1"
"""What new databases are copies of: pgvector is made there, as a superuser alone may."""
OWNED = """
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND c.relowner = %s::regrole
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                  AND (d.deptype = 'e' OR (c.relkind = 'S' AND d.deptype IN ('a', 'i'))))
"""
"""Tables, views and sequences of the superuser's; not those of extensions, nor sequences that go with their table."""


def hand_over(address: Callable[[str], str]) -> None:
    """Make the workbench's role, and give it what an earlier release left to the superuser; does nothing when that is done.

    ``address`` gives the superuser's address of a database. The role may connect when all is done, and not before.
    """
    role = Identifier(ROLE)
    with psycopg.connect(address("postgres"), autocommit=True, connect_timeout=5) as connection:
        found = connection.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone()
        if found == (True,):
            return
        if found is None:
            connection.execute(SQL("CREATE ROLE {} NOLOGIN CREATEDB").format(role))
        names = connection.execute("SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'")
        databases = [str(name) for (name,) in names]
        with psycopg.connect(address(TEMPLATE), autocommit=True) as template:
            template.execute("CREATE EXTENSION IF NOT EXISTS vector")
        for name in databases:
            _give(address(name), name)
        connection.execute(SQL("ALTER ROLE {} LOGIN").format(role))


def _give(address: str, name: str) -> None:
    """Make the role the owner of a database and of what is in it."""
    role = Identifier(ROLE)
    with psycopg.connect(address) as connection:
        for (relation,) in connection.execute(OWNED, [SUPERUSER]).fetchall():
            connection.execute(SQL("ALTER TABLE {} OWNER TO {}").format(SQL(relation), role))
        connection.execute(SQL("ALTER DATABASE {} OWNER TO {}").format(Identifier(name), role))
