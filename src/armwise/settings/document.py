"""Write the JSON schema for editors and the reference page: `python -m armwise.settings.document`."""

import json
import pathlib
import re
from collections.abc import Iterator
from typing import Any

from armwise.settings.explain import all_keys
from armwise.settings.model import Settings
from armwise.settings.tree import Path

SCHEMA = pathlib.Path("workflow/schemas/config.schema.json")
PAGE = pathlib.Path("docs/settings.md")
HEAD = """# Settings

Everything that `config.yaml` may hold. Unknown keys are refused; a missing key has the default shown, or
none. `armwise check` says what is wrong, and where. Several files can be given: each is laid over the ones
before it, block by block, and an empty value takes a key away.

A value is read as the kind that its key expects, whatever YAML would make of it: `no` is a text where text
is expected, `0450` keeps its zero in a code, a day needs no quotes. Numbers are written in digits (`45`,
`0.01`, `1e-3`), true and false as `true` and `false`.

*Written by `python -m armwise.settings.document` from the settings model; do not edit.*
"""
Key = tuple[Path, dict[str, Any]]
KINDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}


def main() -> None:
    """Write both files below the working folder."""
    for path, text in ((SCHEMA, schema()), (PAGE, page())):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"wrote {path}")


def schema() -> str:
    """Return the JSON schema of a settings file."""
    said = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_one_line(Settings.model_json_schema()),
    }
    return json.dumps(said | {"title": "Settings of an armwise trial"}, indent=2, ensure_ascii=False) + "\n"


def page() -> str:
    """Return the reference page in Markdown: one table per block."""
    keys = list(all_keys())
    blocks = [str(path[0]) for path, _ in keys if len(path) == 1]
    return HEAD + "".join(_section(block, [key for key in keys if key[0][0] == block]) for block in blocks)


def _section(block: str, keys: list[Key]) -> str:
    (_, own), *below = keys
    head = ["| key | value | default | meaning |", "|---|---|---|---|"] if below else []
    rows = [_row(path, schema) for path, schema in _sources_once(below)]
    return "\n".join(["", f"## `{block}`", "", _meaning(own), "", *head, *rows, ""])


def _sources_once(keys: list[Key]) -> Iterator[Key]:
    """Yield the keys with those that every source has once, below `data.<source>`."""
    sources = [path[1] for path, _ in keys if path[0] == "data" and len(path) == 2]
    yield from ((path, schema) for path, schema in keys if len(path) == 2 or not sources)
    for (_, source, *key), schema in keys:
        if sources and key and source == sources[0]:
            yield ("data", "<source>", *key), schema
    common = [path[2:] for path, _ in keys if path[1:2] == tuple(sources[:1])]
    yield from (key for key in keys if sources and key[0][2:] and key[0][2:] not in common)


def _row(path: Path, schema: dict[str, Any]) -> str:
    key = ".".join(map(str, path[1:]))
    cells = (f"`{key}`", kind(schema), _default(schema), _meaning(schema))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def kind(schema: dict[str, Any]) -> str:
    """Return what a value may be, in words."""
    if "enum" in schema:
        return ", ".join(f"`{choice}`" for choice in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    branches = [b for b in schema.get("anyOf", schema.get("oneOf", [])) if b.get("type") != "null"]
    if branches:
        return " or ".join(dict.fromkeys(kind(branch) for branch in branches))
    return _of_type(schema)


def _of_type(schema: dict[str, Any]) -> str:
    type_ = schema.get("type", "object")
    if isinstance(type_, list):
        return "text or number"
    if type_ == "array":
        return f"list of {_plural(kind(schema['items']))}"
    if type_ == "object" and "additionalProperties" in schema and schema["additionalProperties"]:
        return f"block of names, each with {kind(schema['additionalProperties'])}"
    if type_ == "object":
        return "block"
    if schema.get("format") == "date":
        return "day"
    return KINDS[type_] + _range(schema)


def _plural(kinds: str) -> str:
    """Return `text or number` as `texts or numbers`."""
    singular = kinds.partition(" of names")[0]
    return re.sub(r"\b(text|number|block)\b", r"\1s", singular)


def _range(schema: dict[str, Any]) -> str:
    words = {
        "minimum": "from {}",
        "exclusiveMinimum": "above {}",
        "maximum": "to {}",
        "exclusiveMaximum": "below {}",
    }
    limits = [words[key].format(f"{schema[key]:g}") for key in words if key in schema]
    return f" {' '.join(limits)}" if limits else ""


def _default(schema: dict[str, Any]) -> str:
    if schema.get("default") is None:
        return "*needed*" if schema["needed"] else ""
    return f"`{json.dumps(schema['default'], ensure_ascii=False)}`".replace('`"', "`").replace('"`', "`")


def _meaning(schema: dict[str, Any]) -> str:
    return " ".join(schema.get("description", "").split())


def _one_line(node: Any) -> Any:
    """Return a schema whose descriptions are one line each."""
    if isinstance(node, dict):
        return {
            k: " ".join(v.split()) if k == "description" and isinstance(v, str) else _one_line(v)
            for k, v in node.items()
        }
    return [_one_line(item) for item in node] if isinstance(node, list) else node


if __name__ == "__main__":
    main()
