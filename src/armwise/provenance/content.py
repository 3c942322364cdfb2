"""Fingerprints by content: the same settings, data, code and versions give the same words anywhere."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def file_hash(path: str | Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def settings_hash(settings: dict[str, Any]) -> str:
    """Return the SHA-256 of resolved settings, whatever the order of their keys."""
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()


def tree_hash(paths: Iterable[str | Path]) -> str:
    """Return one SHA-256 for several files, by name and content; where they lie does not matter."""
    lines = sorted(f"{Path(p).name} {file_hash(p)}" for p in paths)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def fingerprint(settings: dict[str, Any], data: list[str], code: list[str], lock: str) -> dict[str, Any]:
    """Return what a result depends on and nothing else: no commit, clock, machine or folder."""
    return {
        "settings": settings_hash(settings),
        "data": {Path(p).name: file_hash(p) for p in sorted(data)},
        "code": tree_hash(code),
        "lock": file_hash(lock),
    }
