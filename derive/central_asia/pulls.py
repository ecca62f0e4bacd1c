"""Derive the priors of two coefficients of the decision model from the pulls of powers on all states' votes.

    python derive/central_asia/pulls.py --data DATA [--case CASE]

DATA is the folder with the third-party files (or the environment variable TIGHTROPE_DATA). The rows `dependence` and
`alignment` of `coefficient` in parameters/coefficients.yaml are rewritten.

How much a pull (log odds for each step nearer to the power's vote) grows with the influence capacity of the power over the
state, and with how alike the two voted in the sessions before, is estimated in four spans of sessions, together and over
all states. Dependence of the case is a multiple of capacity; its slope is divided by that multiple. Votes end with 2020.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tightrope.app.ballots import read_ballots
from tightrope.case import Case, load_case
from tightrope.ingest.fbic import influence
from tightrope.measure import measures
from tightrope.votes import NO, Ballots
from tightrope.votes.pulls import pulls
from tightrope.votes.similarity import DISTANCES, pi

CASE = Path(__file__).resolve().parents[2] / "src/tightrope/cases/central_asia"
POWERS = ("CHN", "RUS", "USA", "TUR", "IRN", "DEU", "FRA")  # Germany and France stand for the EU
INFLUENCERS = POWERS[:2]  # the index has no others
SPANS = ((55, 60), (61, 66), (67, 71), (72, 75))
BEFORE = 6  # sessions over which alignment is measured, the last one before the roll call's
Z = 1.6448536  # half a 90% interval of a normal distribution
VOTES = ("bsv_rollcalls_wide_1991_2022.parquet", "rollcall_descriptions_1991_2020.csv.gz")
INDEX = "fbic/fbic_chn_rus_influence_1960_2020.csv.gz"
SOURCES = "harvard_2024_9a73d7, pardee_2020_60b3d4"


def capacity(votes: Ballots, path: Path) -> np.ndarray:
    """Return capacity of each power over each state in the year of each roll call; 0 for powers that have no index."""
    rows = influence(path, {"chn": "CHN", "rus": "RUS"}).query("part == 'fbic'")
    value = {(s, p, y): v for s, p, y, v in zip(rows.state, rows.partner, rows.year, rows.value, strict=True)}
    years, place = np.unique(votes.years, return_inverse=True)
    found = np.zeros((len(votes.ids), len(votes.states), len(POWERS)))
    for k, power in enumerate(INFLUENCERS):
        known = [[value.get((s, power, int(y)), np.nan) for s in votes.states] for y in years]
        found[:, :, k] = np.array(known)[place]
    return found


def alignment(votes: Ballots) -> np.ndarray:
    """Return Scott's pi of each state with each power over the sessions before each roll call's, (roll, state, power)."""
    cast = np.stack([votes.votes == code for code in range(1, NO + 1)], axis=-1).astype(float)
    at = [votes.state(power) for power in POWERS]
    found = np.full((len(votes.ids), len(votes.states), len(POWERS)), np.nan)
    for session in np.unique(votes.sessions):
        earlier = (votes.sessions >= session - BEFORE) & (votes.sessions < session)
        if earlier.any():
            table = np.einsum("rsk,rpl->spkl", cast[earlier], cast[earlier][:, at], optimize=True)
            with np.errstate(invalid="ignore"):
                found[votes.sessions == session] = pi(table, DISTANCES["squared"])
    return found


def scale(case: Case, path: Path) -> tuple[float, float, float]:
    """Return dependence for each unit of capacity over the case's states, its standard error, and their correlation."""
    rows = influence(path, {"chn": "CHN", "rus": "RUS"}).query("part == 'fbic'")
    last = rows[rows.year == rows.year.max()].set_index(["state", "partner"]).value
    year = int(case.start[:4])
    bound = measures(case, year)["dependence"].value
    pairs = [(i, s, p) for i, s in enumerate(case.states) for p in INFLUENCERS if (s, p) in last.index]
    x = np.array([last[s, p] for _, s, p in pairs])
    y = np.array([bound[i, case.powers.index(p)] for i, _, p in pairs])
    slope = float(x @ y / (x @ x))
    error = float(np.sqrt(((y - slope * x) ** 2).sum() / (len(x) - 1) / (x @ x)))
    return slope, error, float(np.corrcoef(x, y)[0, 1])


def slopes(votes: Ballots, path: Path) -> dict[str, np.ndarray]:
    """Return the slopes of pulls in each span, (span, power), on capacity and on alignment, and their errors."""
    levels = {"capacity": capacity(votes, path), "alignment": alignment(votes)}
    found: dict[str, list[np.ndarray]] = {}
    for first, last in SPANS:
        at = (votes.sessions >= first) & (votes.sessions <= last)
        fit = pulls(votes.on(at), POWERS, levels={name: level[at] for name, level in levels.items()})
        for name in levels:
            found.setdefault(name, []).append(fit.by[name])
            found.setdefault(f"{name} error", []).append(fit.by_error[name])
    return {name: np.array(rows) for name, rows in found.items()}


def pooled(estimate: np.ndarray, error: np.ndarray) -> tuple[float, float]:
    """Return mean of estimates and the standard deviation of one more of their kind: spread between them and error.

    >>> pooled(np.array([1.0, 3.0]), np.array([0.0, 0.0]))
    (2.0, 1.4142135623730951)
    """
    return float(estimate.mean()), float(np.sqrt(estimate.var(ddof=1) + (error**2).mean()))


def priors(data: Path, case: Path = CASE) -> dict[str, str]:
    """Return the two rows of parameters/coefficients.yaml as text."""
    folder = data / "unga_votes"
    votes = read_ballots(folder / VOTES[0], titles=folder / VOTES[1])
    found = slopes(votes.on(votes.years <= 2020), data / INDEX)
    kappa, kappa_error, alike = scale(load_case(case), data / INDEX)
    n = len(INFLUENCERS)
    by_capacity, spread = pooled(found["capacity"][:, :n].ravel(), found["capacity error"][:, :n].ravel())
    mean = by_capacity / kappa
    sd = mean * np.hypot(spread / by_capacity, kappa_error / kappa)
    spans = f"four spans of sessions {SPANS[0][0]} to {SPANS[-1][1]}, all states"
    dependence = _row(
        "dependence",
        mean,
        sd,
        f"pull of Russia and China grows by {by_capacity:.2f} for each unit of influence capacity, net of alignment ({spans}); "
        f"dependence is {kappa:.2f} (error {kappa_error:.2f}) times capacity over the case's states, correlation {alike:.2f}; "
        "range from spread between spans and powers, and errors",
    )
    mean, sd = pooled(found["alignment"].ravel(), found["alignment error"].ravel())
    how = (
        f"growth of a power's pull with alignment (Scott's pi over the {BEFORE} sessions before), net of influence capacity "
        f"({spans}, seven powers); range from spread between spans and powers, and errors"
    )
    return {"dependence": dependence, "alignment": _row("alignment", mean, sd, how)}


def _row(name: str, mean: float, sd: float, how: str) -> str:
    numbers = f"value: {mean:.3g}, low: {mean - Z * sd:.3g}, high: {mean + Z * sd:.3g}"
    return f'      - {{at: [{name}], {numbers}, kind: estimated, source: [{SOURCES}], how: "{how}"}}'


def written(text: str, rows: dict[str, str]) -> str:
    """Return coefficients.yaml with the rows of `coefficient`, not of its spread, replaced."""
    head, rest = text.split("coefficient_spread:")
    for name, row in rows.items():
        head = re.sub(rf"^ *- \{{at: \[{name}\].*$", lambda _, row=row: row, head, flags=re.MULTILINE)
    return f"{head}coefficient_spread:{rest}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Derive and write."""
    given = os.environ.get("TIGHTROPE_DATA")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=given and Path(given), required=not given)
    parser.add_argument("--case", type=Path, default=CASE)
    options = parser.parse_args(arguments)
    path = options.case / "parameters/coefficients.yaml"
    path.write_text(written(path.read_text(encoding="utf-8"), priors(options.data, options.case)), encoding="utf-8")


if __name__ == "__main__":
    main()
