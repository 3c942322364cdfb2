"""The settings as they stand in the files: blocks, lists and texts that know their places."""

from typing import Any

from armwise.settings.problems import Place

Path = tuple[str | int, ...]


class BlockNode(dict[str, Any]):
    """A block of keys; `key_places` and `value_places` say where each stands, `place` where it begins."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.key_places: dict[str, Place] = {}
        self.value_places: dict[str, Place] = {}

    def put(self, key: str, value: Any, key_place: Place, value_place: Place) -> None:
        """Set a key, with the places of the key and of its value."""
        self[key] = value
        self.key_places[key] = key_place
        self.value_places[key] = value_place

    def take(self, other: "BlockNode", key: str) -> None:
        """Set a key as another block has it."""
        self.put(key, other[key], other.key_places[key], other.value_places[key])

    def drop(self, key: str) -> None:
        """Remove a key."""
        for part in (self, self.key_places, self.value_places):
            part.pop(key, None)

    def rename(self, old: str, new: str) -> None:
        """Give the value of one key another key; its place stays."""
        self.put(new, self[old], self.key_places[old], self.value_places[old])
        self.drop(old)


class ListNode(list[Any]):
    """A list; `places` says where each item stands."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.places: list[Place] = []

    def put(self, value: Any, place: Place) -> None:
        """Append an item, with its place."""
        self.append(value)
        self.places.append(place)

    def drop(self, index: int) -> None:
        """Remove an item."""
        del self[index], self.places[index]


def merged(base: BlockNode, overlay: BlockNode) -> BlockNode:
    """Return `base` with `overlay` laid over it.

    Blocks are merged key by key, anything else is replaced; an empty value (or null) takes the key away, so
    that its default holds again.
    """
    result = BlockNode(base.place)
    for key in base:
        result.take(base, key)
    for key, value in overlay.items():
        both = isinstance(value, BlockNode) and isinstance(base.get(key), BlockNode)
        if both:
            result.put(key, merged(base[key], value), base.key_places[key], base.value_places[key])
        elif value is None and key in base:
            result.drop(key)
        else:
            result.take(overlay, key)
    return result


def copied(node: Any) -> Any:
    """Return a copy whose blocks and lists can be changed."""
    if isinstance(node, BlockNode):
        block = BlockNode(node.place)
        for key in node:
            block.put(key, copied(node[key]), node.key_places[key], node.value_places[key])
        return block
    if isinstance(node, ListNode):
        items = ListNode(node.place)
        for value, place in zip(node, node.places, strict=True):
            items.put(copied(value), place)
        return items
    return node


def found(root: Any, path: Path) -> Path:
    """Return the parts of `path` that lead somewhere, from `root` on.

    Parts that no block or list has (a missing key, the branch of a union) are passed over.
    """
    node = root
    parts: Path = ()
    for part in path:
        if _has(node, part):
            node, parts = node[part], (*parts, part)
    return parts


def holder(root: Any, path: Path) -> Any:
    """Return the block or list that holds the last part of `path`."""
    node = root
    for part in path[:-1]:
        node = node[part]
    return node


def place_of(root: BlockNode, path: Path, of_key: bool = False) -> Place:
    """Return where the value (or the key) at `path` stands, or the nearest thing around it."""
    path = found(root, path)
    if not path:
        return root.place
    node, part = holder(root, path), path[-1]
    if isinstance(node, ListNode):
        return node.places[int(part)]
    return node.key_places[part] if of_key else node.value_places[part]


def _has(node: Any, part: str | int) -> bool:
    if isinstance(node, BlockNode):
        return part in node
    return isinstance(node, ListNode) and isinstance(part, int) and part < len(node)
