"""What pydantic found wrong, in plain words."""

import difflib
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from armwise.settings.kinds import shown
from armwise.settings.model import Settings
from armwise.settings.tree import Path

LIMITS = {
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "{ge:g} or more",
    "less_than": "less than {lt:g}",
    "less_than_equal": "{le:g} or less",
}
SHAPES = {"model_type": "a block of keys", "dict_type": "a block of keys", "list_type": "a list"}
LENGTHS = {
    "too_short": "at least one item",
    "string_too_short": "one character",
    "string_too_long": "one character",
}


def explained(error: dict[str, Any], path: Path) -> tuple[str, str]:
    """Return what is wrong and a fix, for one error of pydantic at `path` (without union branches)."""
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "plain":
        return context["wrong"], context["fix"]
    if kind == "missing":
        return f"`{error['loc'][-1]}` is missing{_in(path)}", _meaning((*path, error["loc"][-1]))
    if kind == "extra_forbidden":
        return f"unknown key `{path[-1]}`{_in(path[:-1])}", unknown_key_fix(path)
    if kind == "literal_error":
        choices = _choices(context["expected"])
        return f"{shown(value)} is none of {', '.join(choices)}", did_you_mean(str(value), choices)
    if kind in LIMITS:
        return f"{shown(value)} is out of range: {LIMITS[kind].format(**context)} is expected here", ""
    if kind in SHAPES or kind in LENGTHS:
        return f"{(SHAPES | LENGTHS)[kind]} is expected here, not {shown(value)}", _example(kind, path)
    return f"{error['msg'][0].lower()}{error['msg'][1:]}", ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a question that names the closest known word, or the known words, or nothing."""
    close = closest(word, known)
    return f"did you mean `{close}`?" if close else ""


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that `word` was probably meant to be."""
    by_small = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower(), by_small, n=1, cutoff=0.6)
    return by_small[close[0]] if close else None


def unknown_key_fix(path: Path) -> str:
    """Say which key was meant, where the key belongs, or which keys there are."""
    word, known = str(path[-1]), keys_at(path[:-1])
    if ":" in word and closest(word.split(":")[0], known):
        return "put a space after the colon"
    if question := did_you_mean(word, known):
        return question
    if around := [path[:n] for n in range(len(path) - 2, 0, -1) if word in keys_at(path[:n])]:
        return f"it belongs under `{'.'.join(map(str, around[0]))}`"
    homes = [".".join(map(str, home)) for home, _ in all_keys() if home[-1] == word and len(home) > 1]
    if homes:
        return f"it belongs under `{homes[0].rpartition('.')[0]}`"
    return f"known here: {', '.join(known)}" if known else ""


def keys_at(path: Path) -> list[str]:
    """Return the keys that the block at `path` may have; none when its keys are free names."""
    return [key for branch in _branches(schema_at(path)) for key in branch.get("properties", {})]


def all_keys() -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield every key with the schema of its value and whether it is `needed`; free names are <name>."""
    yield from _keys_below((), _schema())


@cache
def _schema() -> dict[str, Any]:
    return Settings.model_json_schema()


def _in(path: Path) -> str:
    return f" in `{'.'.join(map(str, path))}`" if path else ""


def _meaning(path: Path) -> str:
    meaning = schema_at(path).get("description", "")
    return " ".join(meaning.split()).partition(". ")[0].rstrip(".")


def _example(kind: str, path: Path) -> str:
    if kind == "model_type":
        return f"its keys are {', '.join(keys_at(path))}"
    return {"dict_type": "as {name: ...}", "list_type": "as [one, another]"}.get(kind, "")


def _choices(expected: str) -> list[str]:
    return [word.strip("' ") for word in expected.replace(" or ", ",").split(",")]


def _keys_below(path: Path, schema: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    for name, below in schema.get("properties", {}).items():
        yield (*path, name), {**_whole(below), "needed": name in schema.get("required", [])}
        for branch in _branches(below):
            yield from _keys_below((*path, name), branch)
    free = schema.get("additionalProperties")
    for branch in _branches(free) if isinstance(free, dict) else ():
        if "properties" in branch:
            yield from _keys_below((*path, "<name>"), branch)


def schema_at(path: Path) -> dict[str, Any]:
    """Return the JSON schema of the value at `path`."""
    schema = _schema()
    for part in path:
        schema = _step(schema, part)
    return schema


def _step(schema: dict[str, Any], part: str | int) -> dict[str, Any]:
    for branch in _branches(schema):
        inside = branch.get("items") if isinstance(part, int) else branch.get("properties", {}).get(part)
        inside = inside or branch.get("additionalProperties")
        if isinstance(inside, dict):
            return _whole(inside)
    return {}


def _whole(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with what it refers to; its own description goes first."""
    return {**next(_branches(schema)), **schema} if "$ref" in schema else schema


def _branches(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what a schema may stand for: itself, what it refers to, or each branch of a union."""
    if "$ref" in schema:
        yield from _branches(_schema()["$defs"][schema["$ref"].rpartition("/")[2]])
    elif "anyOf" in schema or "oneOf" in schema:
        for branch in schema.get("anyOf", schema.get("oneOf", [])):
            yield from _branches(branch)
    else:
        yield schema
