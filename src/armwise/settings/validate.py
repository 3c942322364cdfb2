"""Hold a tree against the model, find every problem of form, and keep what further checks can use."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from armwise.settings.explain import closest, explained, keys_at, schema_at
from armwise.settings.kinds import Scalar
from armwise.settings.model import Settings
from armwise.settings.problems import Problem
from armwise.settings.tree import BlockNode, Path, copied, found, holder, place_of


@dataclass
class Understood:
    """The settings as far as they are understood.

    `unsure` holds the paths whose value in `settings` is a stand-in, because the file's was wrong or missing:
    nothing may be concluded from them.
    """

    tree: BlockNode
    problems: list[Problem] = field(default_factory=list)
    unsure: set[Path] = field(default_factory=set)
    settings: Settings = None  # type: ignore[assignment]  # set by `understood`

    def known(self, *path: str) -> list[str] | None:
        """Return the names declared in the block at `path`; None when they cannot be told."""
        if any(path[: len(p)] == p for p in self.unsure):
            return None
        node: Any = self.settings
        for part in path:
            node = getattr(node, part)
        left_out = [str(p[-1]) for p in self.unsure if p[:-1] == path]
        return [*node, *left_out]

    def is_unsure(self, path: Path) -> bool:
        """Say whether the value at `path`, or a part of it, is a stand-in."""
        return any(path[: len(p)] == p or p[: len(path)] == path for p in self.unsure)


def understood(tree: BlockNode) -> Understood:
    """Return the settings with every problem of form.

    A misspelt key is read as the key that was meant, and anything else that is wrong is replaced by a
    stand-in, so that what lies below or beside it is checked in the same go.
    """
    result = Understood(copied(tree))
    while True:
        try:
            result.settings = Settings.model_validate(result.tree)
        except ValidationError as error:
            errors = error.errors(include_url=False)
        else:
            return result
        result.problems += [_problem(result.tree, e) for e in errors if _is_news(result, e, errors)]
        errors.reverse()  # lists are mended from their end, so that positions stay right
        for each in sorted(errors, key=lambda e: e["type"] != "extra_forbidden"):  # misspelt keys first
            _repair(result, each)


def _problem(tree: BlockNode, error: Any) -> Problem:
    path = found(tree, error["loc"])
    of_key = error["type"] in ("missing", "extra_forbidden") or error["loc"][-1] == "[key]"
    return Problem(place_of(tree, path, of_key), *explained(error, path))


def _is_news(result: Understood, error: Any, errors: list[Any]) -> bool:
    """Say whether an error is one of the file, not a consequence of another."""
    if error["type"] != "missing":
        return True
    *block, key = _whole_path(result, error)
    misspelt = [e for e in errors if e["type"] == "extra_forbidden" and list(e["loc"][:-1]) == block]
    return not result.is_unsure((*block, key)) and key not in [_meant(result.tree, e) for e in misspelt]


def _whole_path(result: Understood, error: Any) -> Path:
    """Return the path of an error, with the last part also when it is missing in the file."""
    if error["type"] == "missing":
        return (*found(result.tree, error["loc"][:-1]), error["loc"][-1])
    return found(result.tree, error["loc"])


def _meant(tree: BlockNode, error: Any) -> str | None:
    """Return the key that an unknown key was meant to be, unless that key is there as well."""
    path = found(tree, error["loc"])
    return closest(str(path[-1]), [key for key in keys_at(path[:-1]) if key not in holder(tree, path)])


def _repair(result: Understood, error: Any) -> None:
    """Put a name in place of a misspelt key, a stand-in for what is missing; leave out what is wrong."""
    path = _whole_path(result, error)
    node, last = _block_at(result.tree, path), path[-1]
    if error["type"] == "extra_forbidden":
        meant = _meant(result.tree, error)
        node.rename(last, meant) if meant else node.drop(last)
        return
    if error["type"] == "missing" and last not in node:
        place = place_of(result.tree, path[:-1], of_key=True)
        node.put(last, _stand_in(result.tree, path), place, place)
        result.unsure.add(path)
    elif error["type"] != "missing":
        node.drop(last)
        result.unsure.add(path)


def _block_at(tree: BlockNode, path: Path) -> Any:
    """Return the block or list that holds the last part of `path`; an empty value becomes an empty block."""
    node = holder(tree, path)
    if node is None:
        node = holder(tree, path[:-1])[path[-2]] = BlockNode(place_of(tree, path[:-1]))
    return node


def _stand_in(tree: BlockNode, path: Path) -> Any:
    schema = schema_at(path)
    shapes = schema.get("anyOf") or schema.get("oneOf") or [schema]
    if any(each.get("type") == "object" or "$ref" in each for each in shapes):
        return BlockNode(tree.place)
    return Scalar((schema.get("enum") or schema.get("examples") or ["unknown"])[0])
