"""Makes the example: python -m armwise.example --enrollments 6000 --seed 20170808 --out data/raw."""

import argparse
from pathlib import Path

from armwise.example.files import FORMATS
from armwise.example.generate import generate


def main() -> None:
    """Read the arguments and make the example."""
    parser = argparse.ArgumentParser(prog="python -m armwise.example", description=__doc__)
    parser.add_argument("--enrollments", type=int, default=6000, help="how many enrollments, exactly")
    parser.add_argument("--seed", type=int, required=True, help="the same seed gives the same bytes")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--format", choices=FORMATS, default="csv.gz")
    parser.add_argument("--lines", type=float, default=33, help="claim lines per enrollment, about")
    chosen = parser.parse_args()
    generate(chosen.enrollments, chosen.seed, chosen.out, chosen.format, chosen.lines)


if __name__ == "__main__":
    main()
