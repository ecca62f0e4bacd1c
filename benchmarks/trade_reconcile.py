"""How well reports of trade foretell their mirrors: the spread among reporters is chosen on 2022, and judged on 2023.

    python benchmarks/trade_reconcile.py FOLDER

FOLDER holds reports.csv, gdp.csv and pairs.csv as `derive/central_asia/trade.py --out FOLDER` writes them. Prints one line per
spread and hidden side: how many reports, what part of them lies within the 90% range (of all, and of those above 100 million),
the standard deviation of the errors in units of the foretold one (1 if the ranges are right), the mean log score, and the root
mean square of the log errors beside that of taking the mirror's word.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tightrope.trade.reconcile import read_pairs, read_reports, read_sizes
from tightrope.trade.reconcile.trial import trial

TUNED, JUDGED = 2022, 2023
SPREADS = (0.1, 0.15, 0.25, 0.5, 1.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    report(parser.parse_args().folder)


def report(folder: Path) -> None:
    """Print the table."""
    reports, _ = read_reports(folder / "reports.csv")
    sizes, pairs = read_sizes(folder / "gdp.csv"), read_pairs(folder / "pairs.csv")
    print("year spread hidden    n  within90  within90>100m  sd(z)  log score   rms  rms of mirror")
    best, score = SPREADS[0], float("-inf")
    for spread in SPREADS:
        found = trial(reports, TUNED, sizes=sizes, pairs=pairs, spread=spread)
        mean = sum(one.log_score() for one in found) / 2
        if mean > score:
            best, score = spread, mean
        show(TUNED, spread, found)
    print(f"chosen on {TUNED}: {best}")
    show(JUDGED, best, trial(reports, JUDGED, sizes=sizes, pairs=pairs, spread=best))


def show(year: int, spread: float, found: tuple) -> None:
    """Print the lines of one trial."""
    for one in found:
        z = (one.error / one.sd).std()
        print(
            f"{year} {spread:6.2f} {one.direction} {len(one.value):4d} {one.coverage():9.3f} {one.coverage(least=100.0):14.3f} "
            f"{z:6.2f} {one.log_score():10.3f} {(one.error**2).mean() ** 0.5:5.2f} {(one.naive**2).mean() ** 0.5:13.2f}"
        )


if __name__ == "__main__":
    main()
