"""Fixed-width files: columns that stand at the same place of every line, without a header."""

from pathlib import Path
from typing import Any

from ibis.backends.duckdb import Backend

from armwise.extracts.engine import name, quoted
from armwise.extracts.formats import long_lines
from armwise.extracts.formats.text import in_utf8
from armwise.extracts.opened import LINE, Opened

NOWHERE = "\x1f\x1e\x1f"  # splits no line: no text has these characters in a row


def open_fixed_width(
    engine: Backend, path: str, settings: dict[str, Any], view: str, scratch: Path
) -> Opened:
    """Open a fixed-width file; every column is text, blank where a line ends before it.

    Blank lines are no rows. `fields` are {column: [first character from 1, number of characters]}.
    """
    text = in_utf8(path, settings.get("encoding", "utf-8"), scratch, view)
    columns = ", ".join(
        f"substring(line, {start}, {width}) AS {name(column)}"
        for column, (start, width) in settings["fields"].items()
    )
    broken = f"broken_{view}"
    set_apart = f"store_rejects = true, rejects_table = '{broken}', rejects_scan = 'scans_{view}'"
    engine.raw_sql(
        f"CREATE TEMP VIEW {view} AS SELECT {columns}, {LINE} FROM ("
        f"SELECT line, row_number() OVER () AS {LINE} FROM read_csv({quoted(text)}, "
        f"columns = {{'line': 'VARCHAR'}}, auto_detect = false, header = false, delim = {quoted(NOWHERE)}, "
        f"quote = '', escape = '', buffer_size = {long_lines.BUFFER}, {set_apart})) WHERE trim(line) <> ''"
    )
    return Opened(path, engine.table(view), list(settings["fields"]), text, broken)
