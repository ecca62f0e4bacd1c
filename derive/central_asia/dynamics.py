"""Derive the volatility of ties, and reversion where the data can tell, from the case's yearly shares.

    python derive/central_asia/dynamics.py [--case FOLDER] [--show]

Run it after the scripts that write ties.csv. The rows of `volatility` and `reversion` in parameters/dynamics.yaml are
rewritten; `--show` prints the estimates and writes nothing. No figure later
than the year in which the case's period starts is used.

A share's logarithm follows from the tie equation of docs/model.md (eq. 10, near its target): each tie keeps a part of
its distance from where it tends and adds a shock made of four parts; the power's share is its tie over all ties and the
rest. That makes the logarithms of all shares of a channel jointly normal. A share of a flow is that of the four quarters
of its year, any other that of the year's last quarter. Each tie's own level is unknown and drops out. A row's range is
taken as 90% of its error, of which an unknown part is new each year; the rest is the same every year and drops out too.
Volatility, reversion and that part have a flat prior (reversion a second one: the range that the case states).
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rows import Row, read
from scipy.linalg import eigh

from tightrope.case import Case, load_case
from tightrope.simulate.happened import FLOWS

CASE = Path(__file__).resolve().parents[2] / "src/tightrope/cases/central_asia"
Z = 1.6448536  # half a 90% interval of a normal distribution
LEAST_SHARE = 0.02  # below it the floor and the rounding of a source decide how much a share changes
LEAST_CHANGES = 20  # an error of a sixth in a standard deviation: 1 / sqrt(2 * 20)
ROUNDING = 0.005  # error of a row without a range, as part of it: three digits are given
COMMON = ((0.0, 0.25), (0.5, 0.5), (1.0, 0.25))  # places within the range of `common_share`, with their weights
SIGMAS = np.linspace(0.005, 0.6, 120)
REVERSIONS = np.array([0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.45, 0.65, 0.9])
FRESH = np.linspace(0.0, 1.0, 6)


@dataclass(frozen=True)
class Shares:
    """Yearly shares of one channel: one entry for each row that counts.

    Parameters
    ----------
    cell
        Place of state and power, (row, 2).
    year, value, error
        (row,); the error is relative and one standard deviation.
    mean
        Share of each power in each state over the years, (state, power), 0 where unknown.
    sources
        Keys that the rows cite.
    """

    cell: np.ndarray
    year: np.ndarray
    value: np.ndarray
    error: np.ndarray
    mean: np.ndarray
    sources: tuple[str, ...]

    @property
    def changes(self) -> int:
        """Rows beyond the first of each tie."""
        return len(self.cell) - len(np.unique(self.cell, axis=0))

    def without(self, state: int) -> Shares:
        """The rows of the other states."""
        at = self.cell[:, 0] != state
        return Shares(self.cell[at], self.year[at], self.value[at], self.error[at], self.mean, self.sources)


def shares(case: Case, rows: Sequence[Row], channel: str, least: float = LEAST_SHARE) -> Shares:
    """Chosen, not assumed yearly rows of a channel up to the start of the period, of ties with at least two of them."""
    last = int(case.start[:4])
    kept = [
        r
        for r in rows
        if (r["channel"], r["chosen"]) == (channel, "yes") and r["period"].isdigit() and int(r["period"]) <= last
    ]
    mean = np.zeros((len(case.states), len(case.powers)))
    series: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in kept:
        series[case.states.index(row["state"]), case.powers.index(row["power"])].append(row)
    for cell, own in series.items():
        mean[cell] = np.mean([float(r["value"]) for r in own])
    mean /= np.maximum(mean.sum(axis=1, keepdims=True), 1)
    used = [
        (cell, r)
        for cell, own in sorted(series.items())
        for r in own
        if mean[cell] >= least and r["kind"] != "assumed" and sum(x["kind"] != "assumed" for x in own) > 1
    ]
    value = np.array([float(r["value"]) for _, r in used])
    low = np.array([float(r["low"] or r["value"]) for _, r in used])
    high = np.array([float(r["high"] or r["value"]) for _, r in used])
    return Shares(
        np.array([cell for cell, _ in used], dtype=int).reshape(-1, 2),
        np.array([int(r["period"]) for _, r in used], dtype=int),
        value,
        np.maximum((high - low) / (2 * Z * value), ROUNDING),
        mean,
        tuple(dict.fromkeys(key for _, r in used for key in r["source"].split(";") if key)),
    )


def in_time(years: np.ndarray, reversion: float, *, flow: bool) -> np.ndarray:
    """Covariance of a tie's yearly readings, (year, year), for shocks of one a quarter.

    >>> in_time(np.array([0, 1]), 0.5, flow=False).round(4)
    array([[1.3333, 0.0833],
           [0.0833, 1.3333]])
    """
    keep = 1 - reversion
    quarters = np.arange(4) if flow else np.array([3])
    at = (4 * years[:, None] + quarters).ravel()
    lag = np.abs(at[:, None] - at)
    n, m = len(years), len(quarters)
    found: np.ndarray = (keep**lag / (1 - keep**2)).reshape(n, m, n, m).mean(axis=(1, 3))
    return found


def between(n: int, m: int, common: float) -> np.ndarray:
    """Covariance of the shocks of a quarter between ties, (state * power, state * power): eq. 10.

    >>> between(1, 2, 0.5)
    array([[1. , 0.5],
           [0.5, 1. ]])
    """
    state, power = np.repeat(np.arange(n), m), np.tile(np.arange(m), n)
    same_state, same_power = state[:, None] == state, power[:, None] == power
    return common / 2 * (same_power + 1.0) + (1 - common) / 2 * (same_state * same_power + 1.0 * same_state)


def into_shares(mean: np.ndarray) -> np.ndarray:
    """How the logarithms of shares follow those of ties, (state * power, state * power): own tie less the mean of all."""
    n, m = mean.shape
    state = np.repeat(np.arange(n), m)
    return np.eye(n * m) - (state[:, None] == state) * mean.ravel()


def likelihood(given: Shares, common: tuple[float, ...], *, flow: bool) -> np.ndarray:
    """Log likelihood, (common, reversion, fresh, sigma)."""
    n, m = given.mean.shape
    at = given.cell[:, 0] * m + given.cell[:, 1]
    years = np.arange(given.year.min(), given.year.max() + 1)
    when = given.year - years[0]
    # The level of each tie drops out: only what is orthogonal to the ties' constants counts.
    levels = (at[:, None] == np.unique(at)).astype(float)
    basis = np.linalg.svd(levels)[0][:, levels.shape[1] :]
    y = basis.T @ np.log(given.value)
    error = basis.T @ (basis * given.error[:, None] ** 2)
    floor = ROUNDING**2 * np.eye(len(y))
    map_ = into_shares(given.mean)
    found = np.empty((len(common), len(REVERSIONS), len(FRESH), len(SIGMAS)))
    for h, part in enumerate(common):
        ties = map_ @ between(n, m, part) @ map_.T
        for r, reversion in enumerate(REVERSIONS):
            moved = basis.T @ (ties[np.ix_(at, at)] * in_time(years, reversion, flow=flow)[np.ix_(when, when)]) @ basis
            for k, fresh in enumerate(FRESH):
                values, vectors = eigh(moved, fresh * error + floor)
                spread = SIGMAS[:, None] ** 2 * values + 1
                norm = np.linalg.slogdet(fresh * error + floor)[1]
                seen = (vectors.T @ y) ** 2
                found[h, r, k] = -0.5 * (np.log(spread).sum(axis=1) + (seen / spread).sum(axis=1) + norm)
    return found


def assumed_weight(low: float, value: float, high: float) -> np.ndarray:
    """Weight of each reversion if half of the probability lies evenly on either side of the value."""
    ends = np.concatenate([[0.0], (REVERSIONS[1:] + REVERSIONS[:-1]) / 2, [1.0]])
    below = np.interp(ends, [low, value, high], [0.0, 0.5, 1.0])
    return np.diff(below)


def quantiles(grid: np.ndarray, weight: np.ndarray) -> tuple[float, float, float]:
    """5%, 50% and 95% of a distribution on a grid.

    >>> [round(x, 3) for x in quantiles(np.array([0.0, 1.0, 2.0]), np.array([1.0, 1.0, 1.0]))]
    [0.075, 1.0, 1.925]
    """
    # Weight of a point is spread evenly over its surroundings: cumulative halfway through it.
    total = np.concatenate([[0.0], np.cumsum(weight) / weight.sum()])
    half = np.diff(grid) / 2
    ends = np.concatenate([[grid[0]], grid[:-1] + half, [grid[-1]]])
    low, middle, high = np.interp([0.05, 0.5, 0.95], total, ends)
    return float(low), float(middle), float(high)


@dataclass(frozen=True)
class Found:
    """What the shares of a channel say: 5%, 50% and 95% of volatility, and of reversion if all values were as likely."""

    channel: str
    changes: int
    sources: tuple[str, ...]
    volatility: tuple[float, float, float]
    reversion: tuple[float, float, float]


def estimate(case: Case, given: Shares, channel: str) -> Found:
    """Estimate of a channel; volatility is averaged over the reversion and common part that the case states."""
    stated = case.parameter("reversion")
    c = case.channels.index(channel)
    part = case.parameter("common_share")
    ends = [float(x) for x in (part.low, part.value, part.high)]
    common = tuple(float(np.interp(2 * place, [0, 1, 2], ends)) for place, _ in COMMON)
    log = likelihood(given, common, flow=channel in FLOWS)
    weight = np.exp(log - log.max()) * np.array([w for _, w in COMMON])[:, None, None, None]
    prior = assumed_weight(*(float(x[c]) for x in (stated.low, stated.value, stated.high)))
    flat = np.gradient(REVERSIONS)
    return Found(
        channel,
        given.changes,
        given.sources,
        quantiles(SIGMAS, (weight * prior[:, None, None]).sum(axis=(0, 1, 2))),
        quantiles(REVERSIONS, weight.sum(axis=(0, 2, 3)) * flat),
    )


def estimates(case: Case, folder: Path) -> dict[str, Found | int]:
    """Estimate of each channel, or how many yearly changes there are where they are too few."""
    rows = read(folder / "ties.csv")
    found: dict[str, Found | int] = {}
    for channel in case.channels:
        given = shares(case, rows, channel)
        found[channel] = estimate(case, given, channel) if given.changes >= LEAST_CHANGES else given.changes
    return found


def reasons(found: Found | int, year: int) -> tuple[str, str]:
    """Reasons of the rows of reversion and of volatility that stay assumed."""
    if isinstance(found, Found):
        low, _, high = found.reversion
        told = f"yearly shares up to {year} leave it between {low:.2f} and {high:.2f}"
        return f"judgement: a tie is renegotiated after about the inverse of it in quarters; {told}", ""
    told = f"yearly changes up to {year} that ties.csv can tell: {found}, too few to estimate from (at least {LEAST_CHANGES})"
    return f"judgement: a tie is renegotiated after about the inverse of it in quarters; {told}", f"judgement; {told}"


def written(text: str, found: dict[str, Found | int], year: int) -> str:
    """Return dynamics.yaml with its rows of `reversion` and `volatility` brought up to date."""
    head, rest = text.split("volatility:", 1)
    middle, tail = rest.split("soft_power:", 1)
    for channel, one in found.items():
        slow, moved = reasons(one, year)
        head = _why(head, channel, slow)
        if isinstance(one, Found):
            middle = re.sub(rf"^ *- \{{at: \[{channel}\].*$", lambda _, o=one: row(o, year), middle, flags=re.MULTILINE)
        else:
            middle = _why(middle, channel, moved)
    return f"{head}volatility:{middle}soft_power:{tail}"


def _why(text: str, channel: str, why: str) -> str:
    return re.sub(
        rf'^( *- \{{at: \[{channel}\].*kind: assumed, why: )".*?"', rf'\g<1>"{why}"', text, flags=re.MULTILINE
    )


def row(found: Found, year: int) -> str:
    """One estimated row of `volatility`."""
    low, middle, high = found.volatility
    how = (
        f"median and 90% interval given {found.changes} yearly changes up to {year} of shares of {LEAST_SHARE:g} and more in "
        f"{CASE.name}, by the tie equation, with errors of reporting and the assumed reversion (derive/central_asia/dynamics.py)"
    )
    keys = ", ".join(found.sources)
    return (
        f"      - {{at: [{found.channel}], value: {middle:.2g}, low: {low:.2g}, high: {high:.2g}, kind: estimated, "
        f'source: [{keys}], how: "{how}"}}'
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Derive, and write or show."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", type=Path, default=CASE)
    parser.add_argument("--show", action="store_true", help="print the estimates and write nothing")
    options = parser.parse_args(arguments)
    case = load_case(options.case)
    found = estimates(case, options.case)
    path = options.case / "parameters/dynamics.yaml"
    if not options.show:
        text = path.read_text(encoding="utf-8")
        path.write_text(written(text, found, int(case.start[:4])), encoding="utf-8")
        return
    for channel, one in found.items():
        if isinstance(one, int):
            print(f"{channel:12} {one:3} changes: too few")
        else:
            low, middle, high = one.volatility
            slow = "{:.2f} to {:.2f}".format(*one.reversion[::2])
            print(
                f"{channel:12} {one.changes:3} changes: volatility {middle:.3f} ({low:.3f} to {high:.3f}), reversion {slow}"
            )


if __name__ == "__main__":
    main()
