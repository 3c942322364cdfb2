"""The last whole run, kept beside the person-level data so that the next one can be held against it."""

import shutil
from pathlib import Path

from armwise.provenance.release import DATASET, MANIFEST, IncompleteRelease, Release

KEPT = "last_run"


def keep(results: str | Path, interim: str | Path) -> bool:
    """Copy what `diff` needs of `results` to `interim`/last_run, and say whether there was a whole run.

    Results that are incomplete, or were changed since, replace nothing: a run that failed does not push out
    the last one that was whole. The copy is made beside and moved into place.
    """
    try:
        release = Release.read(results)
    except IncompleteRelease:
        return False
    if release.changed_since:
        return False
    place = Path(interim) / KEPT
    beside = place.with_name(f"{KEPT}.new")
    shutil.rmtree(beside, ignore_errors=True)
    (beside / "tables").mkdir(parents=True)
    for path in [release.folder / MANIFEST, release.folder / DATASET, *release.folder.glob("tables/*")]:
        shutil.copyfile(path, beside / path.relative_to(release.folder))
    shutil.rmtree(place, ignore_errors=True)
    beside.replace(place)
    return True
