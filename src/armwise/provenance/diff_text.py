"""A comparison of two runs in a few words: for the shell, and as a page."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from armwise.provenance.compare import KINDS, Change, Comparison, Moved

DATA = ["diff.html.j2"]
MOST = 12  # lines of one kind in the shell; the page has them all
NOTHING = "\N{EM DASH}"


def lines(found: Comparison, most: int = MOST) -> Iterator[str]:
    """Yield the comparison as lines of text, at most `most` of each kind."""
    for heading, of in _facts(found):
        yield from _block(heading, [f"{c.name}: {said(c.before)} -> {said(c.after)}" for c in of], most)
    yield ""
    yield summary(found)
    for kind, heading in KINDS.items():
        texts = [line for moved in found.of(kind) for line in told(moved)]
        yield from _block(f"{heading} ({len(found.of(kind))})", texts, most)


def summary(found: Comparison) -> str:
    """Return how many results moved in each way, in one line."""
    if found.same:
        return "No result differs."
    counts = [f"{len(found.of(kind))} {heading.partition(':')[0]}" for kind, heading in KINDS.items()]
    return f"Results: {'; '.join(counts)}."


def told(moved: Moved) -> Iterator[str]:
    """Yield a moved result in words: each printed cell that changed, else its numbers."""
    if moved.printed:
        for place, before, after in moved.printed:
            yield f"{place}: {before or NOTHING} -> {after or NOTHING}"
    else:
        yield f"{moved.key}: {numbers(moved.before)} -> {numbers(moved.after)}"


def numbers(row: Mapping[str, str] | None) -> str:
    """Return what stands in a row: estimate and limits, else the count; what is hidden, failed or absent."""
    if row is None:
        return NOTHING
    if row.get("error"):
        return "not estimated"
    if row.get("estimate"):
        limits = f" ({row['ci_low']} to {row['ci_high']})" if row.get("ci_low") else ""
        return row["estimate"] + limits
    counted = next((row[name] for name in ("events", "n") if row.get(name)), None)
    return counted or ("hidden" if row.get("hidden") == "true" else NOTHING)


def said(value: Any) -> str:
    """Return a value of the settings as one would write it; a dash where there is none."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:,}" if isinstance(value, int) else str(value)


def _facts(found: Comparison) -> list[tuple[str, tuple[Change, ...]]]:
    return [
        ("settings that changed", found.settings),
        ("inputs that changed", found.inputs),
        ("made with", found.made_with),
    ]


def _block(heading: str, texts: list[str], most: int) -> Iterator[str]:
    if not texts or heading.endswith("(0)"):
        return
    yield ""
    yield heading
    yield from (f"  {text}" for text in texts[:most])
    if len(texts) > most:
        yield f"  ... and {len(texts) - most} more"


def page(found: Comparison, old: str, new: str) -> str:
    """Return the whole comparison as an HTML page that needs nothing beside it; everything is escaped."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    kinds = [(kind, heading, found.of(kind)) for kind, heading in KINDS.items()]
    words = {"facts": _facts(found), "kinds": kinds, "said": said, "numbers": numbers}
    template = environment.get_template(DATA[0])
    return template.render(summary=summary(found), old=old, new=new, **words)
