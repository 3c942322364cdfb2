"""Rules for the block `data`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import combinations

from armwise.settings.checks.declared import columns_named
from armwise.settings.checks.events import known_events
from armwise.settings.checks.rule import Broken, all_listed, given_sources, unlisted
from armwise.settings.data import STANDARD, Layout, Source, contract_name
from armwise.settings.known import COLUMNS
from armwise.settings.outcomes import Outcome
from armwise.settings.tree import Path
from armwise.settings.validate import Understood


def one_kind_of_data(result: Understood) -> Iterator[Broken]:
    """A trial comes as one row per person, or as extracts of which one says who was randomized."""
    given = given_sources(result)
    if not given:
        yield Broken(
            ("data",), "no data are declared", "give `participants`, or `enrollment` and other extracts", True
        )
    elif "participants" in given and len(given) > 1:
        others = ", ".join(f"`{name}`" for name in _in_order(given - {"participants"}))
        wrong = f"`participants` (one row per person) cannot stand beside {others}"
        yield Broken(
            ("data", "participants"), wrong, "keep the one kind of data that the trial comes as", True
        )
    elif given.isdisjoint({"participants", "enrollment"}):
        yield Broken(("data",), "`enrollment` is missing: nothing says who was randomized", of_key=True)


def one_place_to_read(result: Understood) -> Iterator[Broken]:
    """A source lies in files or in a database, and of a database a table or a query is read."""
    for name, source in result.settings.data.sources().items():
        if (source.path is None) == (source.database is None):
            wrong = f"`data.{name}` needs a `path` or a `database`" + (", not both" if source.path else "")
            yield Broken(
                result.settings.data.path(name),
                wrong,
                "say where the extract lies: {path: data/raw/...}",
                True,
            )
        if source.database and (source.database.table is None) == (source.database.query is None):
            wrong = f"`data.{name}.database` needs a `table` or a `query`"
            fix = "keep one of them" if source.database.table else "as {table: claims.lines}"
            yield Broken((*result.settings.data.path(name), "database"), wrong, fix, True)


def formats_do_not_contradict(result: Understood) -> Iterator[Broken]:
    """Of two formats for dates none reads a day of the other as another day."""
    for _, path, layout in result.settings.data.layouts():
        if isinstance(layout.date_format, list):
            for first, second in combinations(layout.date_format, 2):
                if _read_differently(first, second) or _read_differently(second, first):
                    wrong = f"03/04 cannot be told from 04/03 when {first} and {second} both hold"
                    fix = "name one format, and let the plan write the others in it"
                    yield Broken((*path, "date_format"), wrong, fix)


def _read_differently(written: str, read: str) -> bool:
    """Say whether a day written in one format is read as another day in the other."""
    day = datetime(2003, 4, 5)
    try:
        return datetime.strptime(day.strftime(written), read) != day
    except ValueError:
        return False


LAYOUT = {"format", "delimiter", "quote", "encoding", "fields", "sheet"}


def layout_fits_the_format(result: Understood) -> Iterator[Broken]:
    """How a file is written is said of files; `fields` belong to fixed-width ones, which need them."""
    for name, source in result.settings.data.sources().items():
        for key in sorted(LAYOUT & source.model_fields_set) if source.database else ():
            wrong = f"`{key}` says how a file is written, and `data.{name}` comes from a database"
            yield Broken((*result.settings.data.path(name), key), wrong, "leave it out", True)
    for _, path, layout in result.settings.data.layouts():
        yield from _fields_fit(path, layout)
        if layout.format == "csv" and layout.quote == layout.delimiter:
            yield Broken((*path, "quote"), "`quote` and `delimiter` are the same character")


def _fields_fit(path: Path, layout: Layout) -> Iterator[Broken]:
    if layout.format == "fixed_width" and not layout.fields:
        fix = "as fields: {MEMBER_NO: [1, 9], ADMITTED: [10, 8]}"
        yield Broken((*path, "format"), "a fixed-width file needs its `fields`", fix)
    for column, place in layout.fields.items():
        if len(place) != 2:
            fix = "as [10, 8]: from the 10th character on, 8 characters"
            yield Broken(
                (*path, "fields", column), f"column `{column}` needs its first character and its width", fix
            )
    if layout.fields and layout.format not in ("auto", "fixed_width"):
        wrong = f"`fields` are for fixed-width files, and this one is {layout.format}"
        yield Broken((*path, "fields"), wrong, "leave one of them out", True)


def each_path_has_one_layout(result: Understood) -> Iterator[Broken]:
    """A file of a source has one layout. (Patterns that overlap are found while reading.)"""
    seen: set[tuple[str, str]] = set()
    for name, path, layout in result.settings.data.layouts():
        if layout.path is not None and (name, layout.path) in seen:
            wrong = f"`{layout.path}` has a layout of its own above"
            yield Broken((*path, "path"), wrong, "name each file in one layout of the source")
        seen.add((name, layout.path or ""))


def claims_have_coverage(result: Understood) -> Iterator[Broken]:
    """A source that sees people only while covered needs the spans of coverage."""
    for name, source in result.settings.data.sources().items():
        if source.observed_while == "covered" and "coverage" not in given_sources(result):
            wrong = f"`{name}` is observed while covered, and `coverage` is not declared"
            path = result.settings.data.path(name)
            yield Broken(path, wrong, "declare `coverage`, or set `observed_while: always`", True)


def events_are_complete_through_a_day(result: Understood) -> Iterator[Broken]:
    """A source whose events count says through which day it is complete."""
    sources = result.settings.data.sources()
    for name in sorted(_counted_sources(result) & set(sources)):
        if sources[name].complete_through is None:
            path = result.settings.data.path(name)
            wrong = (
                f"`complete_through` is missing in `{_dotted(path)}`: a window could end after the data do"
            )
            fix = 'give the last day that the extract holds whole, as complete_through: "2020-03-31"'
            if not result.is_unsure((*path, "complete_through")):
                yield Broken(path, wrong, fix, True)


def crosswalk_translates_sources(result: Understood) -> Iterator[Broken]:
    """The crosswalk translates sources that are declared and name persons."""
    crosswalk = result.settings.data.crosswalk
    if crosswalk is not None:
        known = sorted(given_sources(result) - {"crosswalk", "participants"})
        path = ("data", "crosswalk", "translates")
        yield from all_listed(path, crosswalk.translates, "source", known)
        if not crosswalk.translates:
            wrong = "`crosswalk` translates no source"
            yield Broken(
                ("data", "crosswalk"), wrong, "name those that it does, as translates: [deaths]", True
            )


def columns_are_in_the_contract(result: Understood) -> Iterator[Broken]:
    """`columns` and `values` name columns of the contract, or those that other blocks name."""
    for name, path, layout in result.settings.data.layouts():
        known = [*COLUMNS[contract_name(name)], *_columns_named_elsewhere(result, name)]
        for key in ("columns", "values"):
            for column in getattr(layout, key):
                if column not in known:
                    kind = f"column in the contract of `{name}`:"
                    yield unlisted((*path, key, column), column, kind, known)._replace(of_key=True)


def names_of_records_are_free(result: Understood) -> Iterator[Broken]:
    """A source of one's own has no name that armwise gives to a source itself."""
    taken: dict[str, str] = {name.lower(): name for name in [*STANDARD, "records"]}
    for name in result.settings.data.records:
        first = taken.setdefault(name.lower(), name)
        path = ("data", "records", name)
        if first in STANDARD:
            fix = f"give it as `data.{first}`, or choose another name"
            yield Broken(path, f"`{first}` is a source with a contract of its own", fix, True)
        elif first != name or name == "records":
            yield Broken(path, f"the name `{first}` is taken already", "choose another name", True)


def values_of_arm_are_arms(result: Understood) -> Iterator[Broken]:
    """Values of the arm column become names of arms."""
    arms = result.known("trial", "arms")
    for _, path, layout in result.settings.data.layouts():
        for theirs, ours in layout.values.get("arm", {}).items():
            if arms and ours not in arms:
                yield unlisted((*path, "values", "arm", theirs), ours, "arm", arms)


def unset_variables(result: Understood, environment: Mapping[str, str]) -> Iterator[Broken]:
    """Every ${NAME} in a path or a connection is set in the environment."""
    for path, text, example in _with_variables(result):
        for variable in dict.fromkeys(re.findall(r"\$\{(\w+)\}", text)):
            if not environment.get(variable):
                wrong = f"the environment variable {variable} is not set"
                yield Broken(path, wrong, f"set it first: export {variable}={example}")


def _with_variables(result: Understood) -> Iterator[tuple[Path, str, str]]:
    """Yield what may name a variable: where it stands, its text, and what a value looks like."""
    for _, place, layout in result.settings.data.layouts():
        yield (*place, "path"), layout.path or "", "/path/to/the/data"
        if isinstance(layout, Source) and layout.database:
            connection = layout.database.connection
            yield (*place, "database", "connection"), connection, "postgresql://user@server/plan"
    classification = result.settings.events.ed_visit.nyu_file
    yield ("events", "ed_visit", "nyu_file"), classification or "", "/path/to/the/file"


def _counted_sources(result: Understood) -> set[str]:
    """Return the sources whose events are outcomes or uptake."""
    uptake = result.settings.estimates.uptake
    events = [each.event for each in result.settings.outcomes.values()] + [uptake.event if uptake else None]
    known = known_events(result)
    return {known[event].source for event in events if event in known}


def _columns_named_elsewhere(result: Understood, source: str) -> Iterable[str]:
    """Return the columns that characteristics, outcomes and uptake take from a source."""
    settings = result.settings
    if contract_name(source) == "records":
        for event in settings.events.declared.values():
            yield from (column for _, column in columns_named(event) if event.source == source)
    if source in ("participants", "enrollment"):
        yield from settings.baseline
        yield from (each.column for each in settings.baseline.values() if each.column)
    if source == "participants":
        for outcome in settings.outcomes.values():
            yield from _outcome_columns(outcome)
        if settings.estimates.uptake and settings.estimates.uptake.column:
            yield settings.estimates.uptake.column


def _in_order(sources: set[str]) -> list[str]:
    """Return sources in the order of the settings model, free ones last."""
    return [*(name for name in STANDARD if name in sources), *sorted(sources - set(STANDARD))]


def _dotted(path: Path) -> str:
    return ".".join(map(str, path))


def _outcome_columns(outcome: Outcome) -> Iterator[str]:
    """Yield the columns of the participants that an outcome takes."""
    yield from (name for name in (outcome.followed, outcome.died, *outcome.event_days) if name)
    for column in (outcome.column, outcome.exposure, outcome.weight):
        if isinstance(column, dict):
            yield from column.values()
        elif column:
            yield column


RULES = (
    one_kind_of_data,
    one_place_to_read,
    formats_do_not_contradict,
    layout_fits_the_format,
    each_path_has_one_layout,
    claims_have_coverage,
    events_are_complete_through_a_day,
    columns_are_in_the_contract,
    names_of_records_are_free,
    values_of_arm_are_arms,
    crosswalk_translates_sources,
)
