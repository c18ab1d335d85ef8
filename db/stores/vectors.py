"""Vectors in PostgreSQL: embeddings by model and text hash, and the centroids of roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import numpy as np
import psycopg
from pgvector import Vector
from pgvector.psycopg.vector import VectorBinaryDumper
from psycopg import Connection as PsycopgConnection
from sqlalchemy import Connection, Engine, text

from pipeline.stages.signals import Centroid
from pipeline.vectors import Vectors

# Once for the process, and not ``register_vector`` on a connection: that adds classes with each call, and none is freed. The
# dumper names no type, so the server takes what it sends for the vector of the column; vectors come back as bytes (``vector_send``).
psycopg.adapters.register_dumper(np.ndarray, VectorBinaryDumper)


class PgVectorStore:
    """Keeps embeddings in the table ``embedding``; a ``VectorStore`` of the pipeline."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, model: str, keys: Sequence[str]) -> Mapping[str, bytes]:
        """The vectors of texts that are kept, float32 as bytes, by the hash of the text."""
        if not keys:
            return {}
        with self._engine.connect() as connection:
            cursor = _driver(connection).cursor(binary=True)
            cursor.execute(
                "SELECT key, vector_send(vector) FROM embedding WHERE model = %s AND key = ANY(%s)", [model, list(keys)]
            )
            return {str(key): _array(sent).tobytes() for key, sent in cursor.fetchall()}

    def put(self, model: str, vectors: Mapping[str, bytes]) -> None:
        """Keep vectors of a model, float32 as bytes, by the hash of the text."""
        with self._engine.connect() as connection:
            driver = _driver(connection)
            cursor = driver.cursor()
            # A cache: a lost row is made again, so that a commit need not wait for the disk.
            cursor.execute("SET LOCAL synchronous_commit = off")
            rows = [(model, key, np.frombuffer(bits, np.float32)) for key, bits in sorted(vectors.items())]
            cursor.executemany(
                "INSERT INTO embedding (model, key, vector) VALUES (%s, %s, %b) ON CONFLICT DO NOTHING", rows
            )
            driver.commit()


def _driver(connection: Connection) -> PsycopgConnection[tuple[object, ...]]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, PsycopgConnection)
    return driver


def _array(sent: object) -> Vectors:
    """The vector, float32, that ``vector_send`` gave as bytes."""
    assert isinstance(sent, bytes)
    return np.asarray(Vector.from_binary(sent).to_numpy(), np.float32)


def load_centroids(engine: Engine, model: str) -> dict[str, Centroid]:
    """Centroids by role slug for one embedding model."""
    with engine.connect() as connection:
        cursor = _driver(connection).cursor(binary=True)
        cursor.execute("SELECT role_slug, n, vector_send(total) FROM role_centroid WHERE model = %s", [model])
        return {str(slug): Centroid(int(str(n)), _array(sent)) for slug, n, sent in cursor.fetchall()}


def load_centroids_before(engine: Engine, model: str, run_id: UUID) -> dict[str, Centroid]:
    """Centroids by role slug as a run may have had them: of the runs that were made before it and are still there.

    Those of today less what was filed since, which of a run that one looks at is little.
    """
    with engine.connect() as connection:
        cursor = _driver(connection).cursor(binary=True)
        cursor.execute(
            "SELECT role_slug, c.n - coalesce(s.n, 0), vector_send(CASE WHEN s.n IS NULL THEN c.total ELSE c.total - s.total END) "
            "FROM role_centroid c LEFT JOIN (SELECT v.role_slug, count(*) AS n, sum(v.vector) AS total FROM run_vector v "
            "JOIN run ON run.id = v.run_id WHERE v.model = %s AND run.created_at >= (SELECT created_at FROM run WHERE id = %s) "
            "GROUP BY v.role_slug) s USING (role_slug) WHERE c.model = %s AND c.n > coalesce(s.n, 0)",
            [model, run_id, model],
        )
        return {str(slug): Centroid(int(str(n)), _array(sent)) for slug, n, sent in cursor.fetchall()}


def load_filed(engine: Engine, role_slug: str, model: str) -> tuple[list[UUID], Vectors]:
    """The runs that are filed under a role, in order of their ids, and their vectors, (n, width) float32, by one embedding model."""
    with engine.connect() as connection:
        cursor = _driver(connection).cursor(binary=True)
        cursor.execute(
            "SELECT run_id, vector_send(vector) FROM run_vector WHERE role_slug = %s AND model = %s ORDER BY run_id",
            [role_slug, model],
        )
        rows = cursor.fetchall()
    if not rows:
        return [], np.zeros((0, 0), np.float32)
    # All at once: what is sent of a vector is four bytes of its width and then its numbers, the highest byte first.
    sent = np.frombuffer(b"".join(bits for _, bits in rows if isinstance(bits, bytes)), np.uint8).reshape(len(rows), -1)
    vectors = np.ascontiguousarray(sent[:, 4:]).view(">f4").astype(np.float32)
    return [run_id for run_id, _ in rows if isinstance(run_id, UUID)], vectors


def file_run(connection: Connection, run_id: UUID, role_slug: str, model: str, vector: Vectors) -> int:
    """File a run under a role and return how many runs the role's centroid is now made of."""
    driver = _driver(connection)
    cursor = driver.cursor()
    cursor.execute(
        "INSERT INTO run_vector (run_id, role_slug, model, vector) VALUES (%s, %s, %s, %b) ON CONFLICT (run_id) DO NOTHING",
        [run_id, role_slug, model, vector],
    )
    if cursor.rowcount:
        cursor.execute(
            "INSERT INTO role_centroid (role_slug, model, n, total) VALUES (%s, %s, 1, %b) ON CONFLICT (role_slug, model) "
            "DO UPDATE SET n = role_centroid.n + 1, total = role_centroid.total + EXCLUDED.total",
            [role_slug, model, vector],
        )
    cursor.execute("SELECT n FROM role_centroid WHERE role_slug = %s AND model = %s", [role_slug, model])
    row = cursor.fetchone()
    return int(str(row[0])) if row else 0


def rebuild_centroids(connection: Connection, role_slug: str | None = None) -> None:
    """Make the centroids anew from the filed runs: those of one role, or all."""
    only = "WHERE role_slug = :role" if role_slug else ""
    values = {"role": role_slug} if role_slug else {}
    connection.execute(text(f"DELETE FROM role_centroid {only}"), values)
    connection.execute(
        text(
            "INSERT INTO role_centroid (role_slug, model, n, total) "
            f"SELECT role_slug, model, count(*), sum(vector) FROM run_vector {only} GROUP BY role_slug, model"
        ),
        values,
    )
