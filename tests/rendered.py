"""The made-up trial on disk, written as the steps of the graph write it."""

from pathlib import Path
from typing import Any

from made_up import COLUMNS, SETTINGS, Record, ard

from armwise.disclosure.publish import disclose, write_rows
from armwise.report.figures.names import figure_names
from armwise.report.figures.write import write_figure
from armwise.report.page.build import write_page
from armwise.report.tables.catalogue import write_table
from armwise.report.tables.names import table_names
from armwise.report.workbook import write_workbook

PROVENANCE = {"settings": "ab" * 32, "data": {"enrollment.csv.gz": "cd" * 32}, "code": "ef" * 32}


def render(folder: Path, rows: list[Record] | None = None, blocks: dict[str, Any] | None = None) -> Path:
    """Write everything that is shown of a made-up trial into `folder`, which is returned."""
    settings = blocks or SETTINGS
    report = settings["report"]
    shown, _ = disclose(rows or ard(), report["small_cell"], report["data_are_public"])
    (folder / "tables").mkdir(parents=True)
    (folder / "figures").mkdir()
    dataset = folder / "ard.csv"
    write_rows(shown, [*COLUMNS, "hidden"], dataset)
    tables, figures, stored = {}, {}, {}
    blocks_of_tables = [settings[block] for block in ("baseline", "estimates", "follow_up", "outcomes")]
    by_participant = any(outcome.get("column") for outcome in settings["outcomes"].values())
    for name in table_names(*blocks_of_tables, by_participant):
        tables[name] = folder / f"tables/{name}.html"
        stored[name] = folder.with_name(f"{folder.name}_stored") / f"{name}.json"
        stored[name].parent.mkdir(exist_ok=True)
        write_table(name, dataset, folder / f"tables/{name}.csv", tables[name], settings, stored[name])
    write_workbook(list(stored.values()), folder / "tables.xlsx")
    subgroups = settings["estimates"]["subgroups"]
    curve, uptake = (settings["estimates"].get(name) for name in ("specification_curve", "uptake"))
    blocks_of_figures = (settings["outcomes"], settings["baseline"], subgroups, settings["roles"])
    for name in figure_names(*blocks_of_figures, curve, uptake):
        stem = folder / f"figures/{name}"
        figures[name] = stem.with_suffix(".svg")
        files = [stem.with_suffix(suffix) for suffix in (".svg", ".pdf", ".png", ".csv")]
        write_figure(name, dataset, *files, settings)
    page = folder / "report.html"
    write_page(page, ard=dataset, tables=tables, figures=figures, settings=settings, provenance=PROVENANCE)
    return folder
