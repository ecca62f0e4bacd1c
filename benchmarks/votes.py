"""Roll calls: what was aimed at, what others reached, and what this reaches, in one table.

    python benchmarks/votes.py [--only ideal imputation forecast] [--draws 1] [--sessions 62-74]

Runs the parts of votes_ideal.py and votes_backtest.py. The column `others` is quoted and not measured here: emIRT is a program
in R (its dynIRT knows yes and not-yes, in one dimension), timed on two cores of another machine on the same votes; the
imputation of others was scored on another random tenth. The data folder is TIGHTROPE_DATA, or shared/data beside the checkout.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import replace

import votes_backtest
import votes_ideal

from tightrope.app.ballots import read_ballots
from tightrope.votes import Ballots
from tightrope.votes.ideal import ideal_points
from tightrope.votes.ordinal import Prior
from tightrope.votes.score import report

Row = tuple[str, str, str, str]
"""What, others, aim, measured."""


def ideal() -> Iterator[Row]:
    votes = votes_ideal.record()
    for dims, others, aim in ((1, "emIRT 2.8-4.5 s", "<= 2 s"), (3, "-", "<= 10 s")):
        cpu = time.process_time()
        found = ideal_points(votes, dims)
        cpu = time.process_time() - cpu
        told = (
            f"{found.fit.seconds:.1f} s wall, {cpu:.1f} s CPU, {found.fit.iterations} steps, gain {found.fit.gain:.0e}"
        )
        yield f"{dims}-D fit, {len(found.states)} states x {len(votes.ids):,} roll calls", others, aim, told
        if dims == 1:
            yield from agreements(votes, found)


def agreements(votes: Ballots, usual: votes_ideal.IdealPoints) -> Iterator[Row]:
    """With the usual drift, and with the one that agrees best: what choosing by the yardstick itself would add."""
    for label, found in (("", usual), (", drift 0.6", ideal_points(votes, prior=replace(Prior.usual(1), drift=0.6)))):
        same = votes_ideal.agreement(found.points[:, :, 0], votes_ideal.published(found))
        yield (
            f"correlation with published points, within session / within-state change{label}",
            "emIRT .979 / .78",
            ">= .98 / >= .80",
            f"{same['within session, mean']:.3f} / {same['within state, from session to session']:.3f}",
        )


def imputation(votes: Ballots, draws: int) -> Iterator[Row]:
    for seed in range(1, draws + 1):
        found, five = votes_backtest.imputed_once(votes, seed)
        lines = found["baselines"]
        yield (
            f"imputation, draw {seed}: log loss, all / five republics",
            f"boosted trees .130 / .200; twelve similar states {lines['similar_states']['log_loss']:.3f} (here), "
            f"1-D points {lines['ideal_point']['log_loss']:.3f} (here)",
            "<= .13 / <= .19",
            f"{found['model']['log_loss']:.3f} / {five:.3f}",
        )


def forecast(votes: Ballots, sessions: range) -> Iterator[Row]:
    given = tuple(votes_backtest.GIVEN.split(","))
    found = report(votes_backtest.rolling(votes, sessions, given))
    best = found["best_baseline"]
    low, high = best["share_95"]
    yield (
        f"forecast, sessions {sessions[0]} to {sessions[-1]}: log loss of the five republics",
        f"{best['name'].replace('_', ' ')} {found['baselines'][best['name']]['log_loss']:.3f} (here)",
        "10 % lower, interval without 0",
        f"{found['model']['log_loss']:.3f}: {best['share']:.0%} lower, {low:.0%} to {high:.0%}",
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = ("ideal", "imputation", "forecast")
    asked.add_argument("--only", nargs="+", choices=parts, default=parts)
    asked.add_argument("--draws", type=int, default=1, help="Random tenths to fill in.")
    asked.add_argument("--sessions", default="62-74", help="First and last, joined by a dash.")
    args = asked.parse_args()
    folder = votes_ideal.DATA / "unga_votes"
    votes = read_ballots(
        folder / "bsv_rollcalls_wide_1991_2022.parquet", titles=folder / "rollcall_descriptions_1991_2020.csv.gz"
    )
    first, last = map(int, args.sessions.split("-"))
    print("| | others (quoted, unless `here`) | aim | measured |\n| --- | --- | --- | --- |")
    runs = {
        "ideal": ideal,
        "imputation": lambda: imputation(votes, args.draws),
        "forecast": lambda: forecast(votes, range(first, last + 1)),
    }
    for part in args.only:
        for row in runs[part]():
            print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
