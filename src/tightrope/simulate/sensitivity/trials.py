"""The strongest numbers tried one at a time: the bars of a tornado chart, and the values that overturn a conclusion."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tightrope.case.numbers import Number

from .headlines import Headline
from .overturn import Overturn, between, first_flip, line, overturn
from .wiring import Wiring
from .worlds import Summary

__all__ = ["Bar", "Trials", "trials"]

Array = NDArray[np.float64]

Simulated = Callable[[str, Array, str], Summary]
"""From a scenario, values of the numbers (number, world) and the stage to what became of the worlds."""

SIDES = (-1, 1)


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


@dataclass(frozen=True)
class Trials:
    """What trying numbers showed of a headline.

    Parameters
    ----------
    bars
        The widest first.
    overturns
        Values that overturn the conclusion, the nearest first.
    """

    bars: tuple[Bar, ...]
    overturns: tuple[Overturn, ...]


def trials(
    wired: Wiring,
    simulated: Simulated,
    baseline: str,
    about: Sequence[Headline],
    strongest: Sequence[Sequence[int]],
    central: Mapping[str, Summary],
    *,
    nearest: int = 3,
) -> list[Trials]:
    """Try numbers on headlines.

    Parameters
    ----------
    wired
        Of the case.
    simulated
        Simulates worlds.
    baseline
        Scenario that tells what happened.
    about
        The headlines.
    strongest
        For each headline the numbers to try, as places in the wiring's vector.
    central
        What became of the one world in which every number has its stated value, by scenario.
    nearest
        How many of the nearest overturns of a conclusion are looked for on a finer grid.

    Returns
    -------
    trials
        One for each headline.
    """
    run = _Run(wired, simulated, baseline, about, central)
    found: dict[int, Trials] = {}
    base = run.lines(baseline, {k for some in strongest for k in some})
    for scenario in dict.fromkeys(headline.scenario or baseline for headline in about):
        mine = [c for c, headline in enumerate(about) if (headline.scenario or baseline) == scenario]
        there = base if scenario == baseline else run.lines(scenario, {k for c in mine for k in strongest[c]})
        margins = {
            (c, k, side): about[c].value({baseline: base[k, side], scenario: there[k, side]})
            for c in mine
            for k in strongest[c]
            for side in SIDES
        }
        finer = run.finer(scenario, [job for c in mine for job in run.brackets(c, strongest[c], margins, nearest)])
        for c in mine:
            bars = [run.bar(c, k, margins[c, k, -1], margins[c, k, 1]) for k in strongest[c]]
            bars.sort(key=lambda bar: -abs(bar.at_high - bar.at_low))
            found[c] = Trials(tuple(bars), tuple(sorted(finer.get(c, ()), key=lambda one: one.part)))
    return [found[c] for c in range(len(about))]


@dataclass(frozen=True)
class _Bracket:
    """Two values of a number between which a conclusion breaks."""

    part: float
    conclusion: int
    number: int
    held: float
    broke: float


@dataclass(frozen=True, eq=False)
class _Run:
    wired: Wiring
    simulated: Simulated
    baseline: str
    about: Sequence[Headline]
    central: Mapping[str, Summary]

    def lines(self, scenario: str, numbers: set[int]) -> dict[tuple[int, int], Summary]:
        """What becomes of the worlds along both lines of each number."""
        keys = [(k, side) for k in sorted(numbers) for side in SIDES]
        segments = [(k, line(self.wired.numbers[k], side)) for k, side in keys]
        return dict(zip(keys, self.along(scenario, segments, "tornado"), strict=True))

    def along(self, scenario: str, segments: Sequence[tuple[int, Array]], stage: str) -> list[Summary]:
        """What becomes of worlds in which one number takes one value after the other, a summary for each segment."""
        read = self.wired.read_by(scenario)
        tried = [(k, values) for k, values in segments if read[k]]
        worlds = np.repeat(self.wired.central[:, None], sum(len(values) for _, values in tried), axis=1)
        ends = np.cumsum([len(values) for _, values in tried]).tolist()
        for (k, values), end in zip(tried, ends, strict=True):
            worlds[k, end - len(values) : end] = values
        outcome = self.simulated(scenario, worlds, stage) if worlds.shape[1] else None
        left = iter(ends)

        def one(k: int, size: int) -> Summary:
            if not read[k] or outcome is None:  # nothing changes
                return self.central[scenario].of(np.zeros(size, dtype=int))
            end = next(left)
            return outcome.of(np.arange(end - size, end))

        return [one(k, len(values)) for k, values in segments]

    def _stated(self, c: int) -> float:
        return float(self.about[c].value(self.central)[0])

    def bar(self, c: int, k: int, low: Array, high: Array) -> Bar:
        number = self.wired.numbers[k]

        def at(side: int, end: float, margins: Array) -> float:
            values = line(number, side)
            return float(margins[np.flatnonzero(values == end)[0]]) if len(values) else self._stated(c)

        return Bar(number, at(-1, number.low, low), at(1, number.high, high))

    def brackets(
        self, c: int, numbers: Sequence[int], margins: Mapping[tuple[int, int, int], Array], nearest: int
    ) -> list[_Bracket]:
        """Where a conclusion breaks on the coarse lines, the nearest first."""
        return sorted(self._brackets(c, numbers, margins), key=lambda one: one.part)[:nearest]

    def _brackets(
        self, c: int, numbers: Sequence[int], margins: Mapping[tuple[int, int, int], Array]
    ) -> Iterator[_Bracket]:
        if not self.about[c].is_conclusion:
            return
        for k in numbers:
            for side in SIDES:
                number, along = self.wired.numbers[k], margins[c, k, side]
                values = line(number, side)
                rough = overturn(number, self._stated(c), values, along)
                if rough is not None:
                    flip = first_flip(self._stated(c), along) or 0
                    yield _Bracket(rough.part, c, k, values[flip - 1] if flip else number.value, rough.value)

    def finer(self, scenario: str, brackets: Sequence[_Bracket]) -> dict[int, list[Overturn]]:
        """Overturns found again on a fine grid within each bracket, by conclusion."""
        segments = [(one.number, between(one.held, one.broke)) for one in brackets]
        outcomes = {name: self.along(name, segments, "overturns") for name in dict.fromkeys((self.baseline, scenario))}
        found: dict[int, list[Overturn]] = {}
        for j, (one, (k, values)) in enumerate(zip(brackets, segments, strict=True)):
            c = one.conclusion
            margins = self.about[c].value({name: some[j] for name, some in outcomes.items()})
            exact = overturn(self.wired.numbers[k], self._stated(c), values, margins)
            if exact is not None:
                found.setdefault(c, []).append(exact)
        return found
