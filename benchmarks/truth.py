"""Hold the estimates of full-size example trials against their truth, seed by seed.

Usage: python benchmarks/truth.py [--seeds 6] [--enrollments 57972]      (writes docs/truth.md)
"""

import argparse
import datetime
import subprocess
import sys
import tempfile
from math import comb
from pathlib import Path

import pyarrow.csv as pc
import pyarrow.parquet as pq
import yaml
from run import ROOT, copy_project

KEY = ("outcome", "window", "contrast", "measure")
EFFECTS = ("rate_ratio", "rate_difference", "risk_ratio", "risk_difference")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--enrollments", type=int, default=57_972)
    given = parser.parse_args()
    found = [row for seed in range(1, given.seeds + 1) for row in held(seed, given.enrollments)]
    page = render(found, given.seeds, given.enrollments)
    print(page)
    (ROOT / "docs/truth.md").write_text(page, encoding="utf-8")


def held(seed: int, enrollments: int) -> list[dict]:
    """Make one trial, run it as far as its effects, and set each beside its truth."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "trial"
        copy_project(folder)
        config = folder / "config.yaml"
        config.write_text(config.read_text().replace(".csv.gz", ".parquet"))
        size = ["--enrollments", str(enrollments), "--seed", str(seed), "--format", "parquet"]
        made = [sys.executable, "-m", "armwise.example", *size, "--out", str(folder / "data/raw")]
        subprocess.run(made, check=True)
        targets = effects_of(config)
        ran = [sys.executable, "-m", "snakemake", "--cores", "all", *targets]
        subprocess.run(ran, cwd=folder, check=True, capture_output=True)
        truth = {tuple(row[k] for k in KEY): row["value"] for row in truths(folder)}
        rows = [row for target in targets for row in pq.read_table(folder / target).to_pylist()]
    return [beside(row, truth, seed) for row in rows if wanted(row) and tuple(row[k] for k in KEY) in truth]


def effects_of(config: Path) -> list[str]:
    settings = yaml.safe_load(config.read_text())
    windows = [*settings["follow_up"]["windows"], f"by_{settings['outcomes']['covid_vaccine']['date']}"]
    return [f"data/interim/{settings['trial']['id']}/estimates/effects/{w}.parquet" for w in windows]


def truths(folder: Path) -> list[dict]:
    return pc.read_csv(folder / "data/raw/truth.csv").to_pylist()


def wanted(row: dict) -> bool:
    return row["measure"] in EFFECTS and row["subgroup"] == "all"


def beside(row: dict, truth: dict, seed: int) -> dict:
    value = truth[tuple(row[k] for k in KEY)]
    return row | {"seed": seed, "truth": value, "held": row["ci_low"] <= value <= row["ci_high"]}


def render(rows: list[dict], seeds: int, enrollments: int) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True
    ).stdout
    inside, total = sum(row["held"] for row in rows), len(rows)
    head = [
        "# The example against its truth",
        "",
        f"Written by `python benchmarks/truth.py` at commit {commit.strip()} on {datetime.date.today()}:",
        f"{seeds} seeds, {enrollments:,} enrollments each, from claim lines to effects. Of {total} intervals",
        f"of 95%, {inside} ({inside / total:.1%}) hold the truth that the generator wrote before the first",
        "claim line. Effects of one seed share their lottery, so these are not independent. By seed and",
        "analysis, the primary outcome at 12 months:",
        "",
        "| seed | analysis | rate ratio (95% CI) | truth | held |",
        "|---|---|---|---|---|",
    ]
    primary = [r for r in rows if KEY_OF_PRIMARY.items() <= r.items()]
    body = [
        f"| {r['seed']} | {r['method']} | {r['estimate']:.3f} ({r['ci_low']:.3f} to {r['ci_high']:.3f}) "
        f"| {r['truth']:.3f} | {'yes' if r['held'] else 'no'} |"
        for r in primary
    ]
    misses = seeds * 2 - sum(r["held"] for r in primary)
    chance = sum(comb(seeds * 2, k) * 0.05**k * 0.95 ** (seeds * 2 - k) for k in range(misses, seeds * 2 + 1))
    tail = [
        "",
        f"So many misses of the primary effect or more come by chance with probability {chance:.2f} or so.",
    ]
    by = ["", "| outcome | measure | intervals | held |", "|---|---|---|---|"]
    for outcome, measure in sorted({(r["outcome"], r["measure"]) for r in rows}):
        group = [r["held"] for r in rows if (r["outcome"], r["measure"]) == (outcome, measure)]
        by.append(f"| {outcome} | {measure} | {len(group)} | {sum(group)} |")
    return "\n".join([*head, *body, *tail, *by]) + "\n"


KEY_OF_PRIMARY = {"outcome": "admissions", "window": "12mo", "measure": "rate_ratio"}

if __name__ == "__main__":
    main()
