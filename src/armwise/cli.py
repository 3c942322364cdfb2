"""The command `armwise`: what one does with a trial, from the shell."""

from pathlib import Path
from typing import Annotated

import typer

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
