"""A table or query of a PostgreSQL database: copied into a file, which is read as any other."""

import gzip
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from armwise.extracts.errors import ExtractError

# Values are written alike whatever the server's own settings; nothing can be changed in the database.
SESSION = (
    "SET TimeZone = 'UTC'",
    "SET DateStyle = 'ISO, YMD'",
    "SET client_encoding = 'UTF8'",
    "SET default_transaction_read_only = on",
)
SECONDS = 10  # to wait for a server
BOOLEAN, NUMERIC = 16, 1700  # PostgreSQL's numbers of these types


def copy(source: str, database: dict[str, Any], path: str) -> None:
    """Copy what `database` (of the source in the settings) names into the gzipped CSV file at `path`.

    The rows are streamed. Raises ExtractError.
    """
    from psycopg import sql

    written = Path(path).with_suffix(".part")
    written.parent.mkdir(parents=True, exist_ok=True)
    with _session(source, database) as cursor:
        chosen = _as_text(cursor, _chosen(source, database, cursor))
        statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv, HEADER true)").format(chosen)
        with (
            written.open("wb") as file,
            gzip.GzipFile("", "wb", 1, file, mtime=0) as packed,
            cursor.copy(statement) as rows,
        ):
            for row in rows:
                packed.write(row)
    written.rename(path)


def state(source: str, database: dict[str, Any]) -> str:
    """Return what tells whether the data have changed: the declared version, else a hash of all rows.

    The server computes the hash, which does not depend on the order of the rows. Raises ExtractError.
    """
    from psycopg import sql

    if database.get("version"):
        return str(database["version"])
    with _session(source, database) as cursor:
        chosen = _chosen(source, database, cursor)
        columns = _columns(cursor, chosen)
        cursor.execute(
            sql.SQL(
                "SELECT count(*), coalesce(sum(hashtextextended((the_row.*)::text, 0)::numeric), 0) "
                "FROM ({}) AS the_row"
            ).format(chosen)
        )
        return hashlib.sha256(repr((columns, cursor.fetchone())).encode()).hexdigest()


def _chosen(source: str, database: dict[str, Any], cursor: Any) -> Any:
    """Return the query that is declared, or that of the table."""
    from psycopg import sql

    if database.get("query"):
        return sql.SQL(database["query"].strip().rstrip(";"))
    cursor.execute("SELECT to_regclass(%s)::text", [database["table"]])
    (named,) = cursor.fetchone()
    if named is None:
        raise ExtractError(
            f"data.{source}.database: there is no table {database['table']} that this user may see. Name it "
            "with its schema, as claims.lines."
        )
    return sql.SQL("SELECT * FROM {}").format(sql.SQL(named))


def _columns(cursor: Any, chosen: Any) -> list[tuple[str, int]]:
    """Return the names and types of the columns of a query."""
    from psycopg import sql

    cursor.execute(sql.SQL("SELECT * FROM ({}) AS the_row LIMIT 0").format(chosen))
    return [(column.name, column.type_code) for column in cursor.description]


def _as_text(cursor: Any, chosen: Any) -> Any:
    """Return the query with true and false in words, and numbers without the zeros behind the point."""
    from psycopg import sql

    ways = {BOOLEAN: "{}::text", NUMERIC: "trim_scale({})"}
    names = [
        sql.SQL(ways.get(kind, "{}") + " AS {}").format(sql.Identifier(name), sql.Identifier(name))
        if kind in ways
        else sql.Identifier(name)
        for name, kind in _columns(cursor, chosen)
    ]
    return sql.SQL("SELECT {} FROM ({}) AS the_row").format(sql.SQL(", ").join(names), chosen)


@contextmanager
def _session(source: str, database: dict[str, Any]) -> Iterator[Any]:
    """Open a session that only reads. What goes wrong is said without connection string and values."""
    import psycopg

    variable = database["connection"]
    try:
        address = os.path.expandvars(variable)
        connection = psycopg.connect(address, connect_timeout=SECONDS, autocommit=True)
    except psycopg.Error as error:
        raise ExtractError(f"data.{source}.database: {_no_session(variable, error)}") from None
    with connection, connection.cursor() as cursor:
        try:
            for setting in SESSION:
                cursor.execute(setting)
            yield cursor
        except psycopg.Error as error:
            raise ExtractError(f"data.{source}.database: {_no_rows(error)}") from None


def _no_session(variable: str, error: Exception) -> str:
    from psycopg import OperationalError

    said = str(error)
    if "authentication failed" in said or "no password" in said or "role" in said:
        return f"the server refuses the user or the password. Check {variable}."
    if "does not exist" in said:
        return f"the server has no such database. Check {variable}."
    if not isinstance(error, OperationalError):
        return f"{variable} is no connection string. Write it as postgresql://user@server/plan."
    return f"no server answers. Check {variable}, and that the server can be reached from here."


def _no_rows(error: Any) -> str:
    """Say why the server refuses a query: in its words where these are about the query, not about values."""
    if (error.sqlstate or "").startswith("42"):
        return f"the server refuses it: {error.diag.message_primary}. Correct `table` or `query`."
    state = error.sqlstate or "none"
    return f"the server stopped while it gave the rows (SQLSTATE {state}). Try the query there."
