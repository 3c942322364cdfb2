"""The command `armwise`: what one does with a trial, from the shell."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from armwise.provenance.release import Release

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its listing of local variables would show rows of persons
    rich_markup_mode=None,
    help="Analyse a randomized trial as randomized, from the extracts of a health plan to the report.",
)

Config = Annotated[
    list[str],
    typer.Option(
        "--config", "-c", metavar="FILE", help="Settings; give more files to lay them over the first."
    ),
]


@app.callback()
def armwise() -> None:
    """Keep the commands below this one, however few they are."""


@app.command(
    epilog="Example: armwise check --config config.yaml --config overlay.yaml\n\n"
    "Exits with 0 when all is well, 1 when there are problems, 2 when the command is wrong."
)
def check(config: Config = ["config.yaml"]) -> None:  # noqa: B006 (typer copies it)
    """Check settings and extracts of a trial without analysing anything."""
    from armwise.settings import SettingsError

    _refuse_absent(config)
    try:
        _check_all(config)
    except SettingsError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        typer.echo(f"{error.filename}: {error.strerror}", err=True)
        raise typer.Exit(1) from None


@app.command(
    epilog="Example: armwise new data/raw/plan --out plan.yaml\n\n"
    "Exits with 0 when settings were written, 1 when they could not be, 2 when the command is wrong."
)
def new(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="Folder of extracts, as the plan sent them.")],
    out: Annotated[str, typer.Option(metavar="FILE", help="Settings to write.")] = "config.yaml",
    rows: Annotated[int, typer.Option(min=1, help="Rows of each file to look at.")] = 20_000,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Look at a folder of extracts and write settings: a guess at what each file and column is.

    Each line says what speaks for it, in counts and shares; no value or id of a person is written.
    """
    if not Path(folder).is_dir():
        raise typer.BadParameter(f"there is no folder {folder}", param_hint="DIR")
    if Path(out).exists() and not force:
        typer.echo(f"{out} is there already: give another --out, or --force to write over it.", err=True)
        raise typer.Exit(1)
    _write_new(folder, out, rows)


@app.command(
    epilog="Example: armwise run --config my.yaml --cores 4\n\n"
    "Exits with 0 when the report was written, 1 when a step failed or the run would not start, 2 when the "
    "command is wrong, 130 when it was interrupted."
)
def run(
    config: Config = ["config.yaml"],  # noqa: B006 (typer copies it)
    cores: Annotated[str, typer.Option(metavar="N", help="How many steps at once; all: every core.")] = "all",
) -> None:
    """Run the trial to its report: what changed and what rests on it. Snakemake does the work."""
    from armwise.provenance.running import run as running

    results = _folders(config)[0]
    try:
        code, progress = running(config, cores, _show)
    except KeyboardInterrupt:
        typer.echo("\nInterrupted. Steps that had finished stand; run again to go on from there.", err=True)
        raise typer.Exit(130) from None
    typer.echo()
    if code:
        typer.echo("\n".join(progress.trouble()), err=True)
        raise typer.Exit(1)
    _say_result(results)


def _show(line: str) -> None:
    """Write over the line before on a terminal; elsewhere a line each."""
    on_terminal = sys.stdout.isatty()
    typer.echo(f"\r\x1b[K{line}" if on_terminal else line, nl=not on_terminal)


def _say_result(results: str) -> None:
    from armwise.provenance.running import key_result, rows_read

    manifest = _manifest(results)
    typer.echo("\n".join(key_result(f"{results}/report.html")))
    typer.echo(f"{rows_read(manifest or {}):,} rows of extracts read. The report: {results}/report.html")


@app.command(
    epilog="Example: armwise plan --config config.yaml --config window18.yaml\n\n"
    "Exits with 0 when the plan was made, 1 when the run would not start, 2 when the command is wrong."
)
def plan(config: Config = ["config.yaml"]) -> None:  # noqa: B006 (typer copies it)
    """Say what would run now and why, and what stays; nothing runs."""
    from armwise.provenance.dry_run import RunRefused, scheduled
    from armwise.provenance.plan import lines
    from armwise.provenance.plan import plan as planned
    from armwise.settings import load

    results = _folders(config)[0]
    try:
        jobs = scheduled(config)
    except RunRefused as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
    typer.echo("\n".join(lines(planned(jobs, load(config), _manifest(results)))))


def _manifest(folder: str) -> dict[str, Any] | None:
    """Return what the last whole run left, None where there was none."""
    from armwise.provenance.release import IncompleteRelease, Release

    try:
        return Release.read(folder).manifest
    except IncompleteRelease:
        return None


@app.command(
    epilog="Example: armwise diff results/before results/after --html diff.html\n\n"
    "Exits with 0 when no result differs, 1 when some do, 2 when there is nothing to compare."
)
def diff(
    old: Annotated[
        str | None, typer.Argument(metavar="OLD", help="Results folder; without it, those of the last run.")
    ] = None,
    new: Annotated[
        str | None, typer.Argument(metavar="NEW", help="Results folder; without it, that of the settings.")
    ] = None,
    config: Config = ["config.yaml"],  # noqa: B006 (typer copies it)
    html: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write the whole comparison as a page, too.")
    ] = None,
) -> None:
    """Say what moved between two runs: settings, inputs, and results by what the move means to a reader."""
    from armwise.provenance.compare import compare
    from armwise.provenance.diff_text import lines, page
    from armwise.provenance.keep import KEPT

    before = old or f"{_folders(config)[1]}/{KEPT}"
    after = new or _folders(config)[0]
    found = compare(_release(before), _release(after))
    typer.echo(f"From {before} to {after}.")
    typer.echo("\n".join(lines(found)))
    if html:
        Path(html).write_text(page(found, before, after), encoding="utf-8")
    raise typer.Exit(0 if found.same else 1)


@app.command(
    epilog="Example: armwise publish --config config.yaml\n\n"
    "Exits with 0 when the results were published, 1 when they could not be, 2 when the command is wrong."
)
def publish(
    config: Config = ["config.yaml"],  # noqa: B006 (typer copies it)
    into: Annotated[str, typer.Option(metavar="DIR", help="Where published results lie.")] = "published",
    replace: Annotated[bool, typer.Option("--replace", help="Replace what is published there.")] = False,
) -> None:
    """Put the results of a whole run where the authors publish them with the repository."""
    from armwise.provenance.publish import AlreadyPublished
    from armwise.provenance.publish import publish as published
    from armwise.provenance.release import IncompleteRelease

    results = _folders(config)[0]
    place = f"{into}/{Path(results).name}"
    try:
        files = published(results, place, replace)
    except (AlreadyPublished, IncompleteRelease) as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{len(files)} files published in {place}: commit them with the repository.")


@app.command(
    epilog="Example: armwise verify published/my-trial\n\n"
    "Exits with 0 when everything published was found again, 1 when something differs or is missing, 2 when "
    "there is nothing to compare."
)
def verify(
    published: Annotated[
        str | None,
        typer.Argument(metavar="PUBLISHED", help="Published results, or a full-precision ard.parquet."),
    ] = None,
    again: Annotated[
        str | None, typer.Argument(metavar="AGAIN", help="Results that were computed again, likewise.")
    ] = None,
    config: Config = ["config.yaml"],  # noqa: B006 (typer copies it)
) -> None:
    """Hold results that were computed again against those that the authors published.

    Compute them first, with `make results` or `snakemake`.
    """
    from armwise.provenance import verify as verifying

    after = again or _folders(config)[0]
    before = published or f"published/{Path(after).name}"
    if before.endswith(".parquet"):
        verdicts = verifying.verify_datasets(_file(before), _file(after))
    else:
        verdicts = verifying.verify(_release(before), _release(after))
    typer.echo(f"{after} held against {before}:\n")
    typer.echo("\n".join(verifying.as_table(verdicts)))
    raise typer.Exit(0 if all(verdict.holds for verdict in verdicts) else 1)


def _folders(config: list[str]) -> tuple[str, str]:
    """Return the folders of the results and of the person-level data of the trial of some settings."""
    from armwise.settings import SettingsError, load

    _refuse_absent(config)
    try:
        trial = load(config)["trial"]["id"]
    except SettingsError as error:
        typer.echo(error, err=True)
        raise typer.Exit(2) from None
    return f"results/{trial}", f"data/interim/{trial}"


def _release(folder: str) -> "Release":
    """Read results; say what is wrong with them where they are not those of a whole run."""
    from armwise.provenance.release import IncompleteRelease, Release

    try:
        release = Release.read(folder)
    except IncompleteRelease as error:
        typer.echo(error, err=True)
        raise typer.Exit(2) from None
    for name in release.changed_since:
        typer.echo(f"{folder}/{name} is not as its run left it: the results are incomplete.", err=True)
    return release


def _file(path: str) -> str:
    if not Path(path).is_file():
        typer.echo(f"there is no file {path}", err=True)
        raise typer.Exit(2)
    return path


def _write_new(folder: str, out: str, rows: int) -> None:
    from datetime import date

    from armwise.new.run import new as guessed

    written = guessed(Path(folder), out, rows, date.today())
    if not written.text:
        typer.echo("\n".join(written.lines), err=True)
        raise typer.Exit(1)
    Path(out).write_text(written.text, encoding="utf-8")
    typer.echo("\n".join(written.lines))


def _check_all(config: list[str]) -> None:
    from armwise.settings.loading import load_placed
    from armwise.settings.problems import SettingsError

    placed = load_placed(config)
    typer.echo(f"{', '.join(config)}: the settings are sound. Reading the extracts ...\n")
    from armwise.check.run import check as checked  # not before: it takes a second

    findings = checked(placed)
    typer.echo("\n".join(findings.lines) + "\n")
    if findings.problems:
        raise SettingsError(findings.problems)
    typer.echo("All is well: nothing here would stop the analysis.")


def _refuse_absent(files: list[str]) -> None:
    for file in files:
        if not Path(file).exists():
            raise typer.BadParameter(f"there is no file {file}", param_hint="--config")


def main() -> None:
    """Run the command that the shell names."""
    app()
