"""Pulls of China and Russia on all states, with influence capacity over them, by spans of sessions.

    python benchmarks/votes_pulls.py DATA [--part fbic]

DATA is the folder of source data sets. Prints the tables of docs/backtest.md.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from tightrope.app.ballots import read_ballots
from tightrope.ingest.fbic import influence
from tightrope.votes import Ballots
from tightrope.votes.items import TOPICS
from tightrope.votes.pulls import pulls

STATES = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
POWERS = ("CHN", "RUS", "USA", "TUR", "IRN", "DEU", "FRA")
SPANS = ((55, 60), (61, 66), (67, 71), (72, 75))


def capacity(votes: Ballots, path: Path, part: str) -> np.ndarray:
    """(roll, state, power): of China and Russia in the year of each roll call; 0 for other powers, which have none."""
    rows = influence(path, {"chn": "CHN", "rus": "RUS"}).query("part == @part")
    value = {(s, p, y): v for s, p, y, v in zip(rows.state, rows.partner, rows.year, rows.value, strict=True)}
    found = np.zeros((len(votes.ids), len(votes.states), len(POWERS)))
    for k, power in enumerate(POWERS[:2]):
        known = [[value.get((s, power, y), np.nan) for s in votes.states] for y in range(1991, 2021)]
        found[:, :, k] = np.array(known)[votes.years - 1991]
    return found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("data", type=Path)
    asked.add_argument("--part", default="fbic", help="fbic, econd (economic dependence), secd, econb, secb or polb.")
    args = asked.parse_args()
    folder = args.data / "unga_votes"
    votes = read_ballots(
        folder / "bsv_rollcalls_wide_1991_2022.parquet", titles=folder / "rollcall_descriptions_1991_2020.csv.gz"
    )
    votes = votes.on(votes.years <= 2020)
    every = capacity(votes, args.data / "fbic" / "fbic_chn_rus_influence_1960_2020.csv.gz", args.part)
    print("| sessions | votes | | " + " | ".join(POWERS) + " |\n| --- | --- | --- |" + " --- |" * len(POWERS))
    for first, last in SPANS:
        at = (votes.sessions >= first) & (votes.sessions <= last)
        found, leaning = pulls(votes.on(at), POWERS), pulls(votes.on(at), POWERS, levels={args.part: every[at]})
        print(f"| {first}-{last} | {found.n:,} | all states | " + " | ".join(f"{x:.2f}" for x in found.common) + " |")
        for code in STATES:
            k = found.states.index(code)
            told = (f"{x:.2f} ± {e:.2f}" for x, e in zip(found.pull[k], found.error[k], strict=True))
            print(f"| | | {code} | " + " | ".join(told) + " |")
        told = (
            f"{x:+.2f} ± {e:.2f}"
            for x, e in zip(leaning.by[args.part][:2], leaning.by_error[args.part][:2], strict=True)
        )
        print(f"| | | for each unit of {args.part} | " + " | ".join(told) + " |" + "  |" * 5)
    for name, row in zip((*TOPICS, "other"), found.by_topic, strict=True):
        print(f"| {SPANS[-1][0]}-{SPANS[-1][1]} | | {name} adds | " + " | ".join(f"{x:+.2f}" for x in row) + " |")


if __name__ == "__main__":
    main()
