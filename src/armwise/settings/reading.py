"""From the text of a YAML file to a tree that knows its places."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from armwise.settings.kinds import Scalar
from armwise.settings.problems import Place, Problem
from armwise.settings.syntax import in_plain_words
from armwise.settings.tree import BlockNode, ListNode

NULL = {"", "~", "null", "Null", "NULL"}
IMPLICIT = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map")}


class Unreadable(Exception):
    """A file that holds no tree at all; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class SourceFile:
    """One YAML file: its text and the problems met while reading it."""

    def __init__(self, name: str, rank: int) -> None:
        self.name, self.rank = shown_name(name), rank
        self.problems: list[Problem] = []
        self.text = self._decoded(name)
        self.lines = self.text.splitlines() or [""]
        self._open: set[int] = set()  # the nodes that are being read, to notice a node inside itself

    def place(self, line: int, column: int) -> Place:
        """Return a place from positions that count from 1."""
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return Place(self.rank, line, column, self.name, text)

    def tree(self) -> BlockNode:
        """Return the whole file as a block; raise Unreadable when it is none."""
        try:
            root = yaml.compose(self.text, Loader=yaml.BaseLoader)
        except yaml.YAMLError as error:
            raise self._unreadable(error) from None
        except RecursionError:
            raise Unreadable(Problem(self.place(1, 1), "brackets are nested too deeply here")) from None
        if root is None:
            raise Unreadable(Problem(self.place(1, 1), "this file is empty"))
        tree = self._value(root)
        if not isinstance(tree, BlockNode):
            raise Unreadable(Problem(self._place(root), "settings are a block of keys, as `trial:`"))
        return tree

    def _decoded(self, name: str) -> str:
        try:
            return Path(name).read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            fix = f"save it as UTF-8 (line {error.object[: error.start].count(10) + 1})"
            raise self._unopened("this is no text file in UTF-8", fix) from None
        except FileNotFoundError:
            raise self._unopened("there is no such file") from None
        except OSError as error:
            raise self._unopened(f"this cannot be read: {error.strerror}") from None

    def _unopened(self, wrong: str, fix: str = "") -> Unreadable:
        return Unreadable(Problem(Place(self.rank, 1, 1, self.name), wrong, fix))

    def _unreadable(self, error: yaml.YAMLError) -> Unreadable:
        mark, wrong, fix = in_plain_words(error, self.text)
        return Unreadable(Problem(self.place(*mark), wrong, fix))

    def _place(self, node: yaml.Node) -> Place:
        return self.place(node.start_mark.line + 1, node.start_mark.column + 1)

    def _problem(self, node: yaml.Node, wrong: str, fix: str = "") -> None:
        self.problems.append(Problem(self._place(node), wrong, fix))

    def _value(self, node: yaml.Node) -> BlockNode | ListNode | Scalar | None:
        if node.tag not in IMPLICIT:
            self._problem(node, f"the tag `{node.tag}` has no meaning here", "remove it")
        if id(node) in self._open:
            self._problem(node, "this block holds itself")
            return None
        self._open.add(id(node))
        value = self._read(node)
        self._open.discard(id(node))
        return value

    def _read(self, node: yaml.Node) -> BlockNode | ListNode | Scalar | None:
        if isinstance(node, yaml.MappingNode):
            return self._block(node)
        if isinstance(node, yaml.SequenceNode):
            return self._list(node)
        plain = isinstance(node, yaml.ScalarNode) and node.style is None
        return None if plain and node.value in NULL else Scalar(node.value, plain)

    def _list(self, node: yaml.SequenceNode) -> ListNode:
        items = ListNode(self._place(node))
        for item in node.value:
            items.put(self._value(item), self._place(item))
        return items

    def _block(self, node: yaml.MappingNode) -> BlockNode:
        block = BlockNode(self._place(node))
        for key, value in self._keys(node):
            if key.value in block:
                first = block.key_places[key.value].line
                self._problem(
                    key, f"`{key.value}` stands here twice: on line {first} and again here", "keep one"
                )
            else:
                block.put(Scalar(key.value), self._value(value), self._place(key), self._place(value))
        return block

    def _keys(self, node: yaml.MappingNode) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._problem(key, "a key is a word, not a list or a block")
            elif key.value == "<<" and key.style is None:
                self._problem(
                    key,
                    "merge keys (<<) are not read",
                    "write the keys out, or use a second file over this one",
                )
            else:
                yield key, value


def shown_name(name: str) -> str:
    """Return a file's name as a person here would type it."""
    path = Path(name)
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_absolute() and path.is_relative_to(here) else name
