"""Put results where the authors publish them with the repository: on purpose, never by a run."""

import shutil
from pathlib import Path

from armwise.provenance.release import IncompleteRelease, Release


class AlreadyPublished(ValueError):
    """Something is published there already, and what was published is a fact."""


def publish(results: str | Path, place: str | Path, replace: bool = False) -> list[str]:
    """Copy a whole run's results to `place` and return the names of the files, sorted.

    Raise IncompleteRelease where the run did not finish or a file was changed since; AlreadyPublished where
    `place` holds results and `replace` was not said. The copy is made beside and moved into place.
    """
    release, place = Release.read(results), Path(place)
    if release.changed_since:
        names = ", ".join(release.changed_since[:3])
        raise IncompleteRelease(f"{results} is not as the run left it ({names}): run it again first")
    if place.exists() and not replace:
        raise AlreadyPublished(f"{place} holds results already; --replace puts these in their place")
    beside = place.with_name(f"{place.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(release.folder, beside)
    shutil.rmtree(place, ignore_errors=True)
    beside.replace(place)
    return sorted(path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file())
