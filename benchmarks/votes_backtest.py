"""Forecasts of whole sessions of the five Central Asian states, session after session, and votes filled in.

    python benchmarks/votes_backtest.py DATA [--sessions 62-74] [--given RUS,...] [--imputation]

DATA is the folder of source data sets. Prints the tables of docs/backtest.md. Each session is forecast from those
before it alone; what the fit may choose is chosen on the last two of these.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from tightrope.app.ballots import read_ballots
from tightrope.votes import Ballots
from tightrope.votes.score import Scored, report
from tightrope.votes.trial import forecast_trial, imputation_trial

STATES = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
GIVEN = "RUS,CHN,USA,TUR,IRN,DEU,FRA"


def rolling(votes: Ballots, sessions: range, given: tuple[str, ...]) -> Scored:
    """One `Scored` of all the sessions, each forecast from the past alone."""
    parts = []
    for session in sessions:
        past, ahead = votes.on(votes.sessions < session), votes.on(votes.sessions == session)
        parts.append(forecast_trial(past, ahead, given=given, states=STATES).scored)
    names = parts[0].probabilities
    return Scored(
        np.concatenate([p.votes for p in parts]),
        np.concatenate([p.sessions for p in parts]),
        parts[0].states,
        {name: np.concatenate([p.probabilities[name] for p in parts]) for name in names},
        np.concatenate([p.kinds for p in parts]),
    )


def row(name: str, n: int, scores: dict[str, dict[str, float]], names: list[str]) -> str:
    told = " | ".join(f"{scores[key]['log_loss']:.3f}" for key in names)
    return f"| {name} | {n:,} | {told} |"


def tables(found: dict) -> None:
    names = ["model", *found["baselines"]]
    print("| | votes | " + " | ".join(name.replace("_", " ") for name in names) + " |")
    print("| --- | --- |" + " --- |" * len(names))
    groups = {f"session {k}": v for k, v in found["by_session"].items()} | found["by_state"] | found["by_kind"]
    for name, some in groups.items():
        if some["n"]:
            print(row(name, some["n"], {"model": some["model"], **some["baselines"]}, names))
    print(row("**all**", found["n"], {"model": found["model"], **found["baselines"]}, names))
    for metric in ("brier", "accuracy"):
        told = " | ".join(f"{(found['model'] if k == 'model' else found['baselines'][k])[metric]:.3f}" for k in names)
        print(f"| {metric} | {found['n']:,} | {told} |")
    four = found["with_absent"]
    print(f"| log loss with absent | {four['n']:,} | " + " | ".join(f"{four[k]['log_loss']:.3f}" for k in names) + " |")
    best = found["best_baseline"]
    low, high = best["share_95"]
    print(
        f"\nModel {found['model']['log_loss']:.4f} against {best['name'].replace('_', ' ')}: {best['share']:.1%} lower, "
        f"95% interval over sessions {low:.1%} to {high:.1%}. Calibration error {found['calibration']['error']:.3f}.\n"
    )
    print("| said | seen | told |\n| --- | --- | --- |")
    for at in found["calibration"]["bins"]:
        print(f"| {at['said']:.2f} | {at['seen']:.2f} | {at['n']:,} |")


def imputed_once(votes: Ballots, seed: int) -> tuple[dict, float]:
    """Report on a random tenth of 1992 to 2019, and the log loss of the five republics in it."""
    some = votes.on((votes.years >= 1992) & (votes.years <= 2019))
    hidden = (some.votes <= 8) & (np.random.default_rng(seed).random(some.votes.shape) < 0.1)
    train = replace(some, votes=np.where(hidden, 9, some.votes).astype(np.int8))
    test = replace(some, votes=np.where(hidden, some.votes, 9).astype(np.int8))
    found = report(imputation_trial(train, test).scored, n_draws=100)
    five = [found["by_state"][code] for code in STATES]
    return found, sum(f["n"] * f["model"]["log_loss"] for f in five) / sum(f["n"] for f in five)


def imputed(votes: Ballots) -> None:
    print(
        "\n| draw | votes | log loss | Brier | accuracy | five republics | twelve similar states | ideal point | seconds |"
    )
    print("|" + " --- |" * 9)
    for seed in range(1, 6):
        start = time.perf_counter()
        found, loss = imputed_once(votes, seed)
        model = found["model"]
        print(
            f"| {seed} | {found['n']:,} | {model['log_loss']:.3f} | {model['brier']:.3f} | {model['accuracy']:.3f} | "
            f"{loss:.3f} | {found['baselines']['similar_states']['log_loss']:.3f} | "
            f"{found['baselines']['ideal_point']['log_loss']:.3f} | {time.perf_counter() - start:.0f} |",
            flush=True,
        )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("data", type=Path)
    asked.add_argument("--sessions", default="62-74", help="First and last, joined by a dash.")
    asked.add_argument("--given", default=GIVEN, help="Powers whose votes are known; may be empty.")
    asked.add_argument("--imputation", action="store_true", help="Random tenths held out instead.")
    args = asked.parse_args()
    folder = args.data / "unga_votes"
    votes = read_ballots(
        folder / "bsv_rollcalls_wide_1991_2022.parquet", titles=folder / "rollcall_descriptions_1991_2020.csv.gz"
    )
    if args.imputation:
        imputed(votes)
        return
    first, last = map(int, args.sessions.split("-"))
    start = time.perf_counter()
    given = tuple(code for code in args.given.split(",") if code)
    tables(report(rolling(votes, range(first, last + 1), given)))
    print(f"\n{time.perf_counter() - start:.0f} seconds.")


if __name__ == "__main__":
    main()
