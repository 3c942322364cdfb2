"""What remains of the settings while a trial is blinded, and what earlier runs make impossible."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

Config = dict[str, Any]


class NotBlind(Exception):
    """What the settings say of blinding is contradicted by what earlier runs left."""


def while_blinded(config: Config) -> Config:
    """Return the settings of a run: as declared, or without what would tell the arms of a blinded trial.

    Sources that reveal the arm are not read, and uptake is not looked at. What the trial could detect is
    computed, because that is what a blinded run is for.
    """
    if not config["trial"]["blinded"]:
        return config
    run = deepcopy(config)
    hidden = run["trial"]["blinding"]["reveals"]
    run["data"] = {name: source for name, source in run["data"].items() if name not in hidden}
    if "crosswalk" in run["data"]:
        translated = run["data"]["crosswalk"]["translates"]
        run["data"]["crosswalk"]["translates"] = [name for name in translated if name not in hidden]
    run["estimates"] |= {"uptake": None, "losses": True}
    return run


def refuse_no_more_blind(config: Config, interim: str, results: str) -> None:
    """Raise NotBlind where what earlier runs left contradicts what the settings say of blinding.

    A trial whose results were made with true assignments cannot be blinded by a word; one that was blinded
    is opened by `blinded: false`, which has its gate, and not by leaving the word out.
    """
    blinded, known = config["trial"]["blinded"], _was_blinded(Path(results) / "manifest.json")
    if blinded and known is False:
        raise NotBlind(
            f"trial.blinded: {results} and {interim} were made with the true assignments, so nobody is "
            "blinded by this setting any more. Leave it out; or move both folders away, and begin anew."
        )
    if blinded is None and (Path(interim) / "assigned").exists():
        raise NotBlind(
            "trial.blinded: earlier runs of this trial were blinded. Write `blinded: true` to keep it so, or "
            "`blinded: false` to open it, which its gate must let."
        )


def _was_blinded(manifest: Path) -> bool | None:
    """Say whether the results that are there were made blinded; None where there are none."""
    if not manifest.exists():
        return None
    return bool(json.loads(manifest.read_text(encoding="utf-8")).get("blinded"))
