"""Settings with all defaults filled in, put back into the form of a file."""

from typing import Any


def as_written(settings: dict[str, Any]) -> dict[str, Any]:
    """Return resolved settings with free sources back under `data.records`, and no names of contracts."""
    data: dict[str, Any] = {"records": {}}
    for name, source in settings["data"].items():
        place = data["records"] if source["contract"] == "records" else data
        place[name] = {key: value for key, value in source.items() if key != "contract"}
    return settings | {"data": data}
