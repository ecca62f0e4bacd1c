"""Leave-one-out forecasts of all states' votes on the emergency session's resolutions, beside simpler models.

    python benchmarks/es11.py [--data DATA] [--roll es_11_1] [--without capacity]

Prints the tables of docs/explain/all-states.md. With DATA, the folder of source data sets, also the model of the ideal
points that others published (their values of 2021 lean on later votes) and the plain logit that they enter.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from scipy.special import softmax

from tightrope.case import Case, load_case
from tightrope.decide.ridge import multinomial
from tightrope.decide.rollcall import leave_one_out
from tightrope.decide.traits import VOTES, Record, record_of, standardised, traits
from tightrope.votes.score import cell_scores

DRAWS = 2000


def others(x: np.ndarray, votes: np.ndarray, penalty: float) -> np.ndarray:
    """Ridge logit of the four votes, each state predicted from the rest."""
    ones = np.column_stack([np.ones(len(x)), x])
    sizes = np.r_[1e-3, np.full(x.shape[1], penalty)]
    found, start = np.zeros((len(x), len(VOTES))), None
    for i in range(len(x)):
        rest = np.arange(len(x)) != i
        start = multinomial(ones[rest], votes[rest], np.ones(len(x) - 1), sizes, len(VOTES), start)
        found[i] = softmax(ones[i] @ start)
    return found


def shares(votes: np.ndarray) -> np.ndarray:
    """Shares of the others, half a vote added to each option."""
    counts = np.bincount(votes, minlength=len(VOTES))[None] - np.eye(len(VOTES))[votes] + 0.5
    return counts / counts.sum(axis=1, keepdims=True)


def line(name: str, p: np.ndarray, votes: np.ndarray, five: np.ndarray) -> None:
    """One row of the table: log loss with its 90 % bootstrap interval, and Brier score, for all and for the case's own."""
    rng, cells = np.random.default_rng(0), []
    for part in (np.arange(len(votes)), five):
        score = cell_scores(p[part], votes[part])
        drawn = score[rng.integers(0, len(part), (DRAWS, len(part))), 0].mean(axis=1)
        low, high = np.quantile(drawn, (0.05, 0.95))
        cells += [f"{score[:, 0].mean():.3f} ({low:.2f} to {high:.2f})", f"{score[:, 1].mean():.3f}"]
    print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def difference(p: np.ndarray, base: np.ndarray, votes: np.ndarray) -> None:
    """How much less the model loses than a baseline, state by state, with a 90 % bootstrap interval."""
    rng, at = np.random.default_rng(1), np.arange(len(votes))
    less = np.log(p[at, votes]) - np.log(base[at, votes])
    low, high = np.quantile(less[rng.integers(0, len(votes), (DRAWS, len(votes)))].mean(axis=1), (0.05, 0.95))
    print(f"\nThe model loses {less.mean():+.3f} ({low:+.3f} to {high:+.3f}) less than the ridge logit of the record.")


def published(data: Path, record: Record, year: int) -> np.ndarray:
    """Published ideal points of a year, (state, 1); NaN where there is none."""
    import pandas as pd

    table = pd.read_csv(data / "bsv_idealpoints/idealpoints_jul2025_1946_2022.csv.gz")
    value = table[table["year"] == year].set_index("iso3c")["idealpointall"]
    return value.reindex(list(record.states)).to_numpy(dtype=float)[:, None]


def plain(case: Case, record: Record, roll: str, ideal: np.ndarray) -> None:
    """Four-class logit without penalty to speak of: yes against abstain, per standard deviation, with standard errors."""
    from tightrope.decide.panel import figures

    day, votes = record.days[record.roll(roll)], record.votes[record.roll(roll)]
    russia, china = case.powers.index("RUS"), case.powers.index("CHN")
    got = {name: figures(case, name, record.states, day).value for name in ("capacity", "distance", "defence_pact")}
    near = np.exp(-got["distance"] / float(case.parameter("distance_scale").value))
    names = (
        "ideal point",
        "capacity of Russia",
        "capacity of China",
        "nearness to Russia",
        "nearness to China",
        "pact with Russia",
        "pact with the USA",
    )
    pact = got["defence_pact"][:, [russia, case.powers.index("USA")]]
    x = np.column_stack([ideal, got["capacity"][:, [russia, china]], near[:, [russia, china]], pact])
    use = np.isfinite(x).all(axis=1) & (votes >= 0)
    ones = np.column_stack([np.ones(use.sum()), standardised(x[use])])
    sizes = np.full(ones.shape[1], 0.01)
    b = multinomial(ones, votes[use], np.ones(use.sum()), sizes, len(VOTES))
    p = softmax(ones @ b, axis=1)
    k, n = b.shape[1], ones.shape[1]
    bend = np.einsum(
        "ip,iq,ijk->jpkq", ones, ones, np.einsum("ij,jk->ijk", p, np.eye(k)) - p[:, :, None] * p[:, None, :]
    )
    inverse = np.linalg.inv(bend.reshape(k * n, k * n) + np.kron(np.eye(k), np.diag(sizes)))
    yes, abstain = VOTES.index("yes"), VOTES.index("abstain")
    print(
        f"\nPlain logit, {use.sum()} states, yes against abstain:\n\n| per sd | coefficient | se |\n| --- | --- | --- |"
    )
    for place, name in enumerate(names, 1):
        c = np.zeros(k * n)
        c[yes * n + place], c[abstain * n + place] = 1, -1
        print(f"| {name} | {b[place, yes] - b[place, abstain]:+.2f} | {np.sqrt(c @ inverse @ c):.2f} |")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--data", type=Path)
    asked.add_argument("--roll", nargs="*", default=["es_11_1"])
    asked.add_argument("--without", nargs="*", default=[])
    args = asked.parse_args()
    case = load_case("central_asia")
    record = record_of(case)
    for roll in args.roll:
        day, cast = record.days[record.roll(roll)], record.votes[record.roll(roll)]
        known = traits(case, record, roll)
        ideal = published(args.data, record, day.year - 1) if args.data else np.full((len(cast), 1), np.nan)
        capacity = [row.state for row in case.tables["peers"] if row.attribute == "capacity" and row.period == "2020"]
        full = np.array([capacity.count(s) == 2 for s in record.states]) & (
            np.isfinite(ideal[:, 0]) if args.data else True
        )
        parts = [("all", cast >= 0), ("with every figure", (cast >= 0) & full)]
        for label, use in parts if args.data else parts[:1]:
            states = [s for s, here in zip(record.states, use, strict=True) if here]
            votes, five = cast[use], np.array([k for k, s in enumerate(states) if s in case.states])
            x = {name: part[use] for name, part in known.items()}
            near, own = x["nearness"][:, :1], np.column_stack([x["record"], x["lately"]])
            position = standardised(ideal)[use] if args.data else x["position"]
            print(
                f"\n{roll}, {len(states)} states ({label}), {len(five)} of them the case's own; what the case lacks is average\n"
            )
            print("| | all: log loss (90 %) | Brier | own: log loss (90 %) | Brier |\n| --- | --- | --- | --- | --- |")
            line("shares", shares(votes), votes, five)
            named = "published ideal point" if args.data else "ideal points"
            line(named, others(position, votes, 0.1), votes, five)
            if args.data:
                line("own ideal points (3)", others(x["position"], votes, 1.0), votes, five)
            ridge = others(np.column_stack([position, own]), votes, 3.0)
            line(f"{named} and record, ridge", ridge, votes, five)
            more = np.column_stack([position, own, x["capacity"], near])
            line("the same, capacity and nearness to Russia", others(more, votes, 3.0), votes, five)
            if label == "all":  # the same forecasts are scored on both sets of states
                said = leave_one_out(case, roll, without=args.without)
            here = [k for k, s in enumerate(said.states) if s in set(states)]
            line("model" + "".join(f" without {name}" for name in args.without), said.probability[here], votes, five)
            difference(said.probability[here], ridge, votes)
        if args.data:
            plain(case, record, roll, ideal)


if __name__ == "__main__":
    main()
