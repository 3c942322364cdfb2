"""Speed and memory of the data rooms, each beside its peer in one run.

From typed claim lines to outcomes: the steps, as Snakemake runs them, beside one hand-written query of the
same file. From CSV.gz to typed claim lines: the step `ingest` beside DuckDB's own reading of typed columns.

Usage: python benchmarks/data_rooms.py [--millions 1 5] [--csv 1] [--made FOLDER]     (prints the page)
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import duckdb
from project import ROOT, copy_project
from rooms.claim_lines import make
from rooms.process import Used, used_by

TIMES = {1: 3, 5: 3, 20: 2, 100: 1}  # millions of lines: how often both are run, in turn; the fastest counts
CSV_MILLIONS, CSV_TIMES = 5, 3
ENROLLMENTS = 57_972
SMALL = ["enrollment", "coverage", "deaths", "vaccinations", "contacts"]
WINDOWS = ["6mo", "12mo"]
STRICTEST = {"time": 3.0, "memory": 4.0, "csv": 1.5}
LITTLE = 1000  # megabytes that each step may have, where it is to go on to the disk
# What the settings of all events have beyond those of the example.
ALL_EVENTS = """
events:
  declared:
    hba1c_test: {source: utilization, where: {procedure_code: "83036"}, one_per: person_day}
outcomes:
  outpatient_visits: {label: Outpatient visits, event: outpatient_visit, measure: count}
  hba1c_tests: {label: Tests of hemoglobin A1c, event: hba1c_test, measure: count}
"""
STEPS_OF_CLAIMS = ["encounters", "outpatient_visit", "declared_event", "cohort", "outcomes"]


class Way(NamedTuple):
    """One way from claim lines to outcomes: which query is its peer, and words for Snakemake."""

    what: str
    query: str
    words: tuple[str, ...] = ()


EXAMPLE = Way("stays and ED visits", "yardstick")
EVERYTHING = Way("all events", "yardstick_of_all", ("--configfile", "config.yaml", "all_events.yaml"))
LIMITED = EVERYTHING._replace(
    what="all events, 1 GB",
    words=(
        *EVERYTHING.words,
        "--set-resources",
        *(f"{step}:mem_mb={LITTLE}" for step in STEPS_OF_CLAIMS),
    ),
)


TO_OUTCOMES = """\
## From typed claim lines to outcomes

All steps between the typed extracts and the outcomes of two windows (events, cohort, counts, days at risk),
from the start of the first job to the end of the last, beside a hand-written query in DuckDB of the same
Parquet file.

- Stays and ED visits: as the settings of the example have it, beside benchmarks/rooms/yardstick.sql, which
  resolves no versions of claims and so does less than the steps.
- All events: with outpatient visits and a declared event (tests of hemoglobin A1c), beside
  benchmarks/rooms/yardstick_of_all.sql, which resolves versions and finds all events in one scan.
- All events, 1 GB: each step limited to that, beside the query with 2 GB. The outcomes are the same bytes.

57,972 enrollments; three quarters of the lines are of people who were never randomized, in the order of the
days of service. Fastest of several runs in turn; of 100 million lines, one run. CPU of the steps counts
Snakemake itself. Memory: the largest process. Growth: of the seconds since the size before, over that of the
lines.

| lines | what | steps | query | ratio | limit | CPU | query | ratio | memory | limit | query | spilled \
| growth |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
"""


class Pair(NamedTuple):
    """What the steps and their peer used, on so many lines."""

    lines: int
    steps: Used
    peer: Used
    what: str = ""

    @property
    def ratio(self) -> float:
        """Return how many times as long the steps take."""
        return self.steps.seconds / self.peer.seconds


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--millions", type=int, nargs="*", default=list(TIMES))
    parser.add_argument(
        "--csv", type=float, default=CSV_MILLIONS, help="millions of lines of the CSV.gz file"
    )
    parser.add_argument("--made", type=Path, help="a folder that keeps claim lines, as 100.parquet")
    chosen = parser.parse_args()
    print("\n".join(page(chosen.millions, chosen.csv, chosen.made)))


def page(millions: list[int], csv_millions: float, made: Path | None = None) -> list[str]:
    """Measure in a folder that is removed, and return the lines of the page."""
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder) / "trial", made)
        to_outcomes = [pair for number in millions for pair in trial.outcomes(number, max(millions))]
        tables = table_of_outcomes(to_outcomes)
        return [*tables, *table_of_csv(trial.csv(csv_millions))] if csv_millions else tables


class Trial:
    """A copy of the project with the example's extracts at full size, but for its claim lines."""

    def __init__(self, folder: Path, made: Path | None = None) -> None:
        self.made = made or folder.parent
        self.folder, self.temporary = folder, folder / "data/interim/community-connect-example/temporary"
        self.interim = self.temporary.parent
        self.claims = folder / "data/raw/claim_lines.parquet"
        copy_project(folder)
        words = ["--enrollments", str(ENROLLMENTS), "--lines", "1", "--seed", "1", "--format", "parquet"]
        run([sys.executable, "-m", "armwise.example", *words, "--out", str(self.claims.parent)], folder)
        config = folder / "config.yaml"
        config.write_text(config.read_text().replace(".csv.gz", ".parquet"))
        (folder / "all_events.yaml").write_text(ALL_EVENTS)
        self.snakemake([self.extract(source) for source in SMALL])

    def extract(self, source: str) -> str:
        """Return the path of the typed table of a source."""
        return str(self.interim / f"extracts/{source}.parquet")

    def snakemake(self, targets: list[str], *words: str) -> Used:
        """Have Snakemake make some files."""
        paths = [str(Path(target).relative_to(self.folder)) for target in targets]
        command = [sys.executable, "-m", "snakemake", "--cores", "2", *words, "--", *paths]
        return used_by(command, self.folder, self.temporary)

    def outcomes(self, millions: int, most: int) -> list[Pair]:
        """Measure from typed claim lines to the outcomes of two windows, in each way."""
        claims, made = Path(self.extract("utilization")), self.made / f"{millions}.parquet"
        if not made.exists():
            make(millions * 1_000_000, made)
        claims.unlink(missing_ok=True)
        claims.symlink_to(made.resolve())
        pairs = [self.pair(EXAMPLE, TIMES.get(millions, 1)), self.pair(EVERYTHING, TIMES.get(millions, 1))]
        if millions == most:
            pairs.append(self.limited(pairs[-1]))
        claims.unlink()
        return pairs

    def pair(self, way: Way, times: int) -> Pair:
        """Measure one way and its query, in turn."""
        steps, peers = [], []
        for _ in range(times):
            peers.append(self.yardstick(way))
            steps.append(self.steps(way))
        return Pair(self.lines(), min(steps), min(peers), way.what)

    def limited(self, unlimited: Pair) -> Pair:
        """Measure with little memory, and hold the outcomes against those made with plenty."""
        before = self.written()
        steps = self.steps(LIMITED)
        if self.written() != before:
            raise SystemExit("with little memory the outcomes are others")
        return unlimited._replace(steps=steps, what=LIMITED.what)

    def written(self) -> list[bytes]:
        """Return the bytes of the outcomes."""
        return [self.outcomes_of(window).read_bytes() for window in WINDOWS]

    def outcomes_of(self, window: str) -> Path:
        """Return the path of the outcomes of a window."""
        return self.interim / f"outcomes/{window}.parquet"

    def lines(self) -> int:
        """Return the number of typed claim lines."""
        found = duckdb.execute(f"SELECT count(*) FROM '{self.extract('utilization')}'").fetchone()
        return found[0] if found else 0

    def rules(self, *words: str) -> list[str]:
        """Return the names of all rules."""
        command = [sys.executable, "-m", "snakemake", "--list-rules", *words]
        said = subprocess.run(command, cwd=self.folder, check=True, capture_output=True, text=True)
        return said.stdout.split()

    def yardstick(self, way: Way) -> Used:
        """Run the hand-written query."""
        paths = [str(self.interim / "extracts"), str(self.folder / "counted.parquet"), str(self.temporary)]
        script = ROOT / "benchmarks/rooms/yardstick.py"
        return used_by([sys.executable, str(script), way.query, *paths], self.folder, self.temporary)

    def steps(self, way: Way) -> Used:
        """Run all steps between the extracts and the outcomes; the time is from the first job to the last."""
        for made in ("events", "outcomes", "benchmarks"):
            shutil.rmtree(self.interim / made, ignore_errors=True)
        (self.interim / "cohort.parquet").unlink(missing_ok=True)
        targets = [str(self.outcomes_of(window)) for window in WINDOWS]
        rules = [rule for rule in self.rules(*way.words) if rule != "ingest"]
        used = self.snakemake(targets, *way.words, "--allowed-rules", *rules)
        return used._replace(seconds=span(self.interim / "benchmarks"))

    def csv(self, millions: float) -> Pair:
        """Measure from CSV.gz to typed claim lines."""
        raw = self.claims.with_suffix("").with_suffix(".csv.gz")
        make(round(millions * 1_000_000), raw)
        config = self.folder / "config.yaml"
        config.write_text(config.read_text().replace("claim_lines.parquet", "claim_lines.csv.gz"))
        steps, peers = [], []
        for _ in range(CSV_TIMES):
            peers.append(self.own_reading(raw))
            steps.append(self.ingest())
        lines = self.lines()
        return Pair(lines, min(steps), min(peers))

    def ingest(self) -> Used:
        """Run the step that reads the claim lines."""
        Path(self.extract("utilization")).unlink(missing_ok=True)
        shutil.rmtree(self.interim / "benchmarks", ignore_errors=True)
        used = self.snakemake([self.extract("utilization")])
        return used._replace(seconds=span(self.interim / "benchmarks"))

    def own_reading(self, raw: Path) -> Used:
        """Have DuckDB read typed columns of the file and write them to Parquet."""
        paths = [str(raw), str(self.folder / "read.parquet"), str(self.temporary)]
        return used_by(
            [sys.executable, str(ROOT / "benchmarks/rooms/own_reading.py"), *paths],
            self.folder,
            self.temporary,
        )


def run(command: list[str], folder: Path) -> None:
    """Run a command that has to succeed."""
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def span(benchmarks: Path) -> float:
    """Return the seconds from the start of the first job to the end of the last."""
    ends = {path: path.stat().st_mtime for path in benchmarks.rglob("*.tsv")}
    took = {path: float(path.read_text().splitlines()[1].split("\t")[0]) for path in ends}
    return max(ends.values()) - min(end - took[path] for path, end in ends.items())


def table_of_outcomes(pairs: list[Pair]) -> list[str]:
    """Return the table of the way to the outcomes."""
    header = TO_OUTCOMES.splitlines()
    before: dict[str, Pair] = {}
    rows = []
    for pair in pairs:
        rows.append(row_of_outcomes(pair, before.get(pair.what)))
        before[pair.what] = pair
    return [*header, *rows, ""]


def row_of_outcomes(pair: Pair, before: Pair | None) -> str:
    """Return one row; the limit of time holds for the largest size."""
    steps, peer = pair.steps, pair.peer
    growth = before and steps.seconds / before.steps.seconds / (pair.lines / before.lines)
    cells = [
        f"{pair.lines:,}",
        pair.what,
        f"{steps.seconds:.1f} s",
        f"{peer.seconds:.1f} s",
        f"{pair.ratio:.2f}",
        f"{STRICTEST['time']:.0f}" if pair.lines > 90_000_000 else "",
        f"{steps.cpu:.1f} s",
        f"{peer.cpu:.1f} s",
        f"{steps.cpu / peer.cpu:.2f}",
        f"{steps.memory_gb:.2f} GB",
        f"{STRICTEST['memory']:.0f} GB",
        f"{peer.memory_gb:.2f} GB",
        f"{steps.spilled_gb:.1f} GB",
        f"{growth:.2f}" if growth else "",
    ]
    return f"| {' | '.join(cells)} |"


def table_of_csv(pair: Pair) -> list[str]:
    """Return the table of reading CSV.gz."""
    steps, peer = pair.steps, pair.peer
    cells = [
        f"{pair.lines:,}",
        f"{steps.seconds:.1f} s",
        f"{peer.seconds:.1f} s",
        f"{pair.ratio:.2f}",
        f"{STRICTEST['csv']}",
        f"{steps.cpu:.1f} s",
        f"{peer.cpu:.1f} s",
        f"{steps.memory_gb:.2f} GB",
        f"{peer.memory_gb:.2f} GB",
    ]
    return [
        "## From CSV.gz to typed claim lines",
        "",
        "The step `ingest`, which checks every row against the contract and gives account of each, beside",
        "DuckDB's own `read_csv` with the types declared, written to the same kind of Parquet.",
        "",
        "| claim lines | ingest | DuckDB | ratio | limit | ingest, CPU | DuckDB, CPU | memory | DuckDB |",
        "|---|---|---|---|---|---|---|---|---|",
        f"| {' | '.join(cells)} |",
        "",
    ]


if __name__ == "__main__":
    main()
