"""What a change or a comment refers to is a value and no longer a text to be parsed; the payloads of a run have their names."""

import json
import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text(), none_as_null=True)
PAYLOADS = {"api1": "extraction", "api2": "library_match", "api3": "role_output", "enrichment": "client_output"}
RUN = re.compile(r"run ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
PROPOSAL = re.compile(r"proposal (\d+)")
FINDING = re.compile(r"([a-z_]+) (\{.*\})", re.S)
CHANGE_SET = re.compile(r"change set (\d+)(?: ([a-z_]+) (.*))?", re.S)
SINGLE_KEYS = ("roles", "dimensions", "categories", "skills")
Form = dict[str, Any]


def upgrade() -> None:
    for old, new in PAYLOADS.items():
        op.alter_column("run", old, new_column_name=new)
    op.add_column("change", sa.Column("source", JSONB, nullable=True))
    _rewrite("change", sa.column("evidence", sa.String()), sa.column("source", JSONB), _source)
    # A text that names nothing was a remark: it goes to the reason.
    op.execute(
        "UPDATE change SET reason = trim(reason || ' (' || evidence || ')') WHERE source IS NULL AND evidence <> ''"
    )
    op.drop_column("change", "evidence")
    op.drop_index("ix_comment_about", table_name="comment")
    op.alter_column("comment", "about", new_column_name="about_text")
    op.add_column("comment", sa.Column("about", JSONB, nullable=True))
    _rewrite("comment", sa.column("about_text", sa.String()), sa.column("about", JSONB), _about)
    op.alter_column("comment", "about", nullable=False)
    op.drop_column("comment", "about_text")
    op.create_index("ix_comment_about", "comment", ["about"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_comment_about", table_name="comment")
    op.alter_column("comment", "about", new_column_name="about_form")
    op.add_column("comment", sa.Column("about", sa.String(), nullable=True))
    _rewrite("comment", sa.column("about_form", JSONB), sa.column("about", sa.String()), _about_text)
    op.alter_column("comment", "about", nullable=False)
    op.drop_column("comment", "about_form")
    op.create_index("ix_comment_about", "comment", ["about"], unique=False)
    op.add_column("change", sa.Column("evidence", sa.String(), server_default="", nullable=False))
    _rewrite("change", sa.column("source", JSONB), sa.column("evidence", sa.String()), _source_text)
    op.alter_column("change", "evidence", server_default=None)
    op.drop_column("change", "source")
    for old, new in PAYLOADS.items():
        op.alter_column("run", new, new_column_name=old)


def _rewrite(table: str, old: sa.ColumnClause[Any], new: sa.ColumnClause[Any], convert: Callable[[Any], Any]) -> None:
    """Fill one column from another, once for each value that there is."""
    rows = sa.table(table, old, new)
    connection = op.get_bind()
    for value in connection.execute(sa.select(old).where(old.is_not(None)).distinct()).scalars():
        if (converted := convert(value)) is not None:
            connection.execute(sa.update(rows).where(old == value).values({new: converted}))


def _source(evidence: str) -> Form | None:
    if found := RUN.fullmatch(evidence):
        return {"type": "run", "run_id": found[1]}
    if found := PROPOSAL.fullmatch(evidence):
        return {"type": "proposal", "number": int(found[1])}
    return _finding(evidence)


def _finding(text: str) -> Form | None:
    found = FINDING.fullmatch(text)
    try:
        return {"type": "finding", "kind": found[1], "subject": json.loads(found[2])} if found else None
    except ValueError:
        return None


def _about(text: str) -> Form:
    if found := CHANGE_SET.fullmatch(text):
        number, table, key = int(found[1]), found[2], found[3]
        if table is None:
            return {"type": "change_set", "number": number}
        return {"type": "change", "number": number, "table": table, "key": _key(number, table, key)}
    # Nothing else was ever written; what a hand has put there is kept as it is.
    return _finding(text.removeprefix("finding ")) or {"type": "text", "text": text}


def _key(number: int, table: str, joined: str) -> list[str]:
    """The key of a row from its parts joined by " / ": that of the change set's own row, where it has one."""
    query = sa.text(
        "SELECT key FROM change WHERE change_set_id = :number AND table_name = :table AND array_to_string(key, ' / ') = :joined"
    )
    row = op.get_bind().execute(query, {"number": number, "table": table, "joined": joined}).first()
    return list(row[0]) if row else [joined] if table in SINGLE_KEYS else joined.split(" / ", 1)


def _source_text(source: Form) -> str:
    match source["type"]:
        case "run":
            return f"run {source['run_id']}"
        case "finding":
            return f"{source['kind']} {json.dumps(source['subject'], sort_keys=True, ensure_ascii=False)}"
        case "change":
            return f"change set {source['number']} {source['table']} {' / '.join(source['key'])}"
        case "row":
            return f"{source['table']} {' / '.join(source['key'])}"
    return f"{source['type'].replace('_', ' ')} {source['number']}"


def _about_text(about: Form) -> str:
    if about["type"] == "text":
        return str(about["text"])
    return ("finding " if about["type"] == "finding" else "") + _source_text(about)
