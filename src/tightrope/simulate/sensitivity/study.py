"""The whole analysis: screen every assumption, share out variance, try the strongest ones, look for overturns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tightrope.base.errors import RunError
from tightrope.case.numbers import Number

from .assumptions import Assumptions, assumptions
from .headlines import Headline, headlines
from .overturn import Overturn, between, first_flip, line, overturn
from .screen import Effects, Shares, elementary_effects, variance_shares
from .wiring import wiring
from .worlds import DICE, Summary, Worlds, worlds

if TYPE_CHECKING:
    from tightrope.case import Case

__all__ = ["Bar", "Finding", "Study", "VarianceShares", "study"]

Array = NDArray[np.float64]
Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Bar:
    """A number's bar in a tornado chart.

    Parameters
    ----------
    number
        Moved to the ends of its range, all others at their stated values.
    at_low, at_high
        The headline there.
    """

    number: Number
    at_low: float
    at_high: float


@dataclass(frozen=True, eq=False)
class Finding:
    """A headline and what assumptions do to it.

    Parameters
    ----------
    headline
        What it is about.
    central
        Its number at stated values.
    held
        Part of the screened worlds in which the number has the sign that it has at stated values.
    column
        Where its effects stand in `Study.effects`.
    bars
        Of the numbers that move it most, the widest bar first.
    overturns
        Values that overturn it, the nearest first; empty where none of the tried values does, or where it only tells a number.
    """

    headline: Headline
    central: float
    held: float
    column: int
    bars: tuple[Bar, ...]
    overturns: tuple[Overturn, ...]


@dataclass(frozen=True, eq=False)
class VarianceShares:
    """Shares of variance of the headlines of one scenario.

    Parameters
    ----------
    factors
        The numbers and groups that share.
    headlines
        Names.
    shares
        (factor, headline).
    """

    factors: tuple[Number | str, ...]
    headlines: tuple[str, ...]
    shares: Shares


@dataclass(frozen=True, eq=False)
class Study:
    """A sensitivity analysis of a case.

    Parameters
    ----------
    baseline, scenarios
        Names.
    model
        With which it was done.
    varied
        The factors of the screening.
    effects
        (factor, headline).
    findings
        One for each headline.
    shares
        By scenario, if asked for.
    """

    baseline: str
    scenarios: tuple[str, ...]
    model: Worlds
    varied: Assumptions
    effects: Effects
    findings: tuple[Finding, ...]
    shares: dict[str, VarianceShares] = field(default_factory=dict)


def study(
    case: Case,
    baseline: str,
    scenarios: Sequence[str] = (),
    *,
    variance: bool = False,
    top: int = 12,
    trajectories: int = 10,
    samples: int = 256,
    members: int = 32,
    seed: int = 7,
    off: Sequence[str] = (),
    progress: Progress = lambda stage, done: None,
) -> Study:
    """Find out which assumptions move what the model says.

    Parameters
    ----------
    case
        Any case.
    baseline, scenarios
        Scenario that tells what happened, and those whose differences to it are looked at.
    variance
        Whether to share out the variance of the headlines too.
    top
        How many of the strongest numbers are tried on each headline, and share its variance.
    trajectories, samples
        See `elementary_effects` and `variance_shares`.
    members
        Histories of each world in which a number is tried; the screening and the shares take `DICE` of each.
    seed
        Of dice and designs.
    off
        Mechanisms to switch off.
    progress
        Called with the stage and the number of histories done since the last call.

    Returns
    -------
    study
        Effects, tornado bars and overturns of every headline.

    Raises
    ------
    RunError
        If the case has nothing to vary, or a size is wrong.

    Assumes
    -------
    Numbers err independently. Chance is the same in all worlds: the mean over the same few histories stands for each.

    Source
    ------
    [Morris1991]_, [Sobol1993]_, [Saltelli2010]_.
    """
    wired = wiring(case, (baseline, *scenarios))
    model = worlds(wired, (baseline, *scenarios), seed=seed, off=off)
    varied = assumptions(wired)
    if not len(varied.single):
        raise RunError(f"{case.name} holds no assumed number with a range that its histories read: nothing to vary.")
    run = _Run(model, baseline, members, seed, progress)
    central = {name: model.outcome(name, wired.central[:, None], dice=members) for name in (baseline, *scenarios)}
    about = headlines(model, baseline, scenarios, central)
    effects, screened = run.screen(varied, about, trajectories)
    stated = np.array([headline.value(central)[0] for headline in about])
    held = ((screened > 0) == (stated > 0)).mean(axis=0)
    strongest = [_strongest(varied, effects, column, top) for column in range(len(about))]
    tried = run.tried(about, strongest, central)
    findings = tuple(
        Finding(headline, float(stated[k]), float(held[k]), k, bars, overturns)
        for k, (headline, (bars, overturns)) in enumerate(zip(about, tried, strict=True))
    )
    shares = run.share(about, effects, varied, top, samples) if variance else {}
    return Study(baseline, tuple(scenarios), model, varied, effects, findings, shares)


def _strongest(varied: Assumptions, effects: Effects, column: int, top: int) -> list[int]:
    """Places in the wiring's vector of the numbers that move a headline most; those that do not move it are left out."""
    size = effects.mean_size[: len(varied.single), column]
    return [int(varied.single[k]) for k in np.argsort(-size, kind="stable")[:top] if size[k] > 0]


@dataclass(frozen=True, eq=False)
class _Run:
    model: Worlds
    baseline: str
    members: int
    seed: int
    progress: Progress

    def _scopes(self, about: Sequence[Headline]) -> dict[str, list[int]]:
        """Headlines by the scenario that they need; the baseline's first."""
        scopes: dict[str, list[int]] = {self.baseline: []}
        for k, headline in enumerate(about):
            scopes.setdefault(headline.scenario or self.baseline, []).append(k)
        return scopes

    def _outcomes(self, scenario: str, values: Array, stage: str, dice: int) -> Summary:
        def told(done: int) -> None:
            self.progress(stage, done)

        return self.model.outcome(scenario, values, dice=dice, progress=told)

    def _measured(
        self, about: Sequence[Headline], columns: Mapping[str, list[int]], values: Array, stage: str
    ) -> Array:
        """Every headline in every world, (world, headline)."""
        found = np.full((values.shape[1], len(about)), np.nan)
        base = self._unique(self.baseline, values, stage)
        for scenario, some in columns.items():
            outcomes = {self.baseline: base}
            if scenario != self.baseline:
                outcomes[scenario] = self._unique(scenario, values, stage)
            for k in some:
                found[:, k] = about[k].value(outcomes)
        return found

    def _unique(self, scenario: str, values: Array, stage: str) -> Summary:
        """What became of worlds in which many neighbours are alike to the scenario: it does not read the others' shocks."""
        read = self._read_by(scenario)
        fresh = np.concatenate([[True], (values[read, 1:] != values[read, :-1]).any(axis=0)])
        outcome = self._outcomes(scenario, values[:, fresh], stage, DICE)
        at = np.cumsum(fresh) - 1
        return Summary({k: x[at] for k, x in outcome.fields.items()}, {k: x[at] for k, x in outcome.odds.items()})

    def _read_by(self, scenario: str) -> NDArray[np.bool_]:
        wired = self.model.wiring
        shocks = {wired.shocks[shock] for shock in wired.case.scenario(scenario).shocks}
        return np.array([n.place[0] != "shock" or k in shocks for k, n in enumerate(wired.numbers)])

    def screen(self, varied: Assumptions, about: Sequence[Headline], trajectories: int) -> tuple[Effects, Array]:
        columns, kept = self._scopes(about), []
        single = len(varied.single)

        def function(points: Array, trajectory: NDArray[np.int_]) -> Array:
            together = varied.grouped(points[:, single:], trajectory, self.seed)
            kept.append(self._measured(about, columns, varied.values(points[:, :single], together), "screening"))
            return kept[-1]

        effects = elementary_effects(varied.names, function, trajectories=trajectories, seed=self.seed)
        return effects, kept[-1]

    def share(
        self, about: Sequence[Headline], effects: Effects, varied: Assumptions, top: int, samples: int
    ) -> dict[str, VarianceShares]:
        found = {}
        for scenario, columns in self._scopes(about).items():
            if not columns:
                continue
            alone = _leading(varied, effects, columns, top)
            some = assumptions(self.model.wiring, single=alone)
            mine = [about[k] for k in columns]

            def function(
                points: Array,
                trajectory: NDArray[np.int_],
                some: Assumptions = some,
                mine: Sequence[Headline] = mine,
                scenario: str = scenario,
            ) -> Array:
                single = len(some.single)
                values = some.values(points[:, :single], some.drawn(points[:, single:], self.seed))
                return self._measured(mine, {scenario: list(range(len(mine)))}, values, "shares of variance")

            shares = variance_shares(some.names, function, samples=samples, seed=self.seed)
            factors: tuple[Number | str, ...] = (*some.numbers, *some.groups)
            found[scenario] = VarianceShares(factors, tuple(headline.name for headline in mine), shares)
        return found

    def tried(
        self, about: Sequence[Headline], strongest: Sequence[list[int]], central: Mapping[str, Summary]
    ) -> list[tuple[tuple[Bar, ...], tuple[Overturn, ...]]]:
        found: list[tuple[tuple[Bar, ...], tuple[Overturn, ...]]] = [((), ())] * len(about)
        needed = sorted({k for some in strongest for k in some})
        base = _Trials(self, self.baseline, [(k, side) for k in needed for side in (-1, 1)], central)
        for scenario, columns in self._scopes(about).items():
            sides = [(k, side) for k in sorted({k for c in columns for k in strongest[c]}) for side in (-1, 1)]
            mine = base if scenario == self.baseline else _Trials(self, scenario, sides, central)
            stated = {c: float(about[c].value(central)[0]) for c in columns}
            margins = {
                (c, k, side): about[c].value({self.baseline: base.of(k, side), scenario: mine.of(k, side)})
                for c in columns
                for k in strongest[c]
                for side in (-1, 1)
            }
            zoomed = self._zoomed(about, scenario, stated, margins)
            for c in columns:
                bars = [self._bar(k, stated[c], margins[c, k, -1], margins[c, k, 1]) for k in strongest[c]]
                bars.sort(key=lambda bar: -abs(bar.at_high - bar.at_low))
                found[c] = tuple(bars), tuple(zoomed.get(c, ()))
        return found

    def _bar(self, k: int, stated: float, low: Array, high: Array) -> Bar:
        number = self.model.wiring.numbers[k]

        def at(side: int, margins: Array) -> float:
            end = number.low if side < 0 else number.high
            values = line(number, side)
            return float(margins[np.flatnonzero(values == end)[0]]) if len(values) else stated

        return Bar(number, at(-1, low), at(1, high))

    def _zoomed(
        self,
        about: Sequence[Headline],
        scenario: str,
        stated: Mapping[int, float],
        margins: Mapping[tuple[int, int, int], Array],
        most: int = 3,
    ) -> dict[int, list[Overturn]]:
        """The nearest overturns of each conclusion, found again on a finer grid."""
        numbers, jobs = self.model.wiring.numbers, []
        for c, central in stated.items():
            if not about[c].is_conclusion:
                continue
            coarse = []
            for (column, k, side), margin in margins.items():
                values = line(numbers[k], side)
                flip = first_flip(central, margin) if column == c and len(values) else None
                if flip is not None:
                    rough = overturn(numbers[k], central, values, margin)
                    coarse.append(
                        (
                            rough.part if rough else np.inf,
                            c,
                            k,
                            values[flip - 1] if flip else numbers[k].value,
                            values[flip],
                        )
                    )
            jobs += sorted(coarse)[:most]
        if not jobs:
            return {}
        grids = [between(held, broke) for *_, held, broke in jobs]
        values = np.repeat(self.model.wiring.central[:, None], sum(map(len, grids)), axis=1)
        ends = np.cumsum([len(grid) for grid in grids])
        for (_, _, k, *_), grid, end in zip(jobs, grids, ends, strict=True):
            values[k, end - len(grid) : end] = grid
        outcomes = {
            name: self._outcomes(name, values, "overturns", self.members)
            for name in dict.fromkeys((self.baseline, scenario))
        }
        found: dict[int, list[Overturn]] = {}
        for (_, c, k, *_), grid, end in zip(jobs, grids, ends, strict=True):
            here = about[c].value(outcomes)[end - len(grid) : end]
            one = overturn(numbers[k], stated[c], grid, here)
            if one is not None:
                found.setdefault(c, []).append(one)
        return {c: sorted(some, key=lambda one: one.part) for c, some in found.items()}


def _leading(varied: Assumptions, effects: Effects, columns: Iterable[int], top: int) -> list[int]:
    """Numbers with the largest part of the summed effects on some headlines."""
    size = effects.mean_size[: len(varied.single), list(columns)]
    part = (size / np.maximum(size.sum(axis=0), 1e-12)).max(axis=1)
    return [int(varied.single[k]) for k in np.argsort(-part, kind="stable")[:top] if part[k] > 0]


class _Trials:
    """What becomes of the worlds in which one number is tried along its lines."""

    def __init__(
        self, run: _Run, scenario: str, sides: Sequence[tuple[int, int]], central: Mapping[str, Summary]
    ) -> None:
        wired = run.model.wiring
        read = run._read_by(scenario)
        self._central = central[scenario]
        self._size = {key: len(line(wired.numbers[key[0]], key[1])) for key in sides}
        asked = [key for key in sides if self._size[key] and read[key[0]]]
        self._end = dict(zip(asked, np.cumsum([self._size[key] for key in asked]).tolist(), strict=True))
        if asked:
            values = np.repeat(wired.central[:, None], sum(self._size[key] for key in asked), axis=1)
            for k, side in asked:
                end = self._end[k, side]
                values[k, end - self._size[k, side] : end] = line(wired.numbers[k], side)
            self._outcome = run._outcomes(scenario, values, "tornado", run.members)

    def of(self, k: int, side: int) -> Summary:
        """Along a line; the central world again and again where the scenario does not read the number."""
        size = self._size[k, side]
        if (k, side) not in self._end:
            whole, at = self._central, np.zeros(size, dtype=int)
        else:
            whole, at = self._outcome, np.arange(self._end[k, side] - size, self._end[k, side])
        return Summary({n: x[at] for n, x in whole.fields.items()}, {n: x[at] for n, x in whole.odds.items()})
