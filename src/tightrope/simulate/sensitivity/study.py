"""The whole analysis: screen every assumption, share out variance, try the strongest ones, look for overturns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tightrope.base.errors import RunError
from tightrope.case.numbers import Number
from tightrope.decide.draws import Draws

from .assumptions import Assumptions, assumptions
from .headlines import Headline, headlines
from .overturn import Overturn
from .screen import Effects, Shares, elementary_effects, variance_shares
from .trials import Bar, trials
from .wiring import wiring
from .worlds import DICE, Summary, Worlds, worlds

if TYPE_CHECKING:
    from tightrope.case import Case

__all__ = ["Finding", "Study", "VarianceShares", "study"]

Array = NDArray[np.float64]
Progress = Callable[[str, int], None]


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
    draws: Draws | None = None,
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
    draws
        Of fitted weights of the decision model, one group that moves together. By default those of the case's posterior; if it
        has none its priors, each number of which is varied by itself.
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
    wired = wiring(case, (baseline, *scenarios), draws)
    model = worlds(wired, (baseline, *scenarios), seed=seed, off=off)
    varied = assumptions(wired)
    if not len(varied.single):
        raise RunError(f"{case.name} holds no assumed number with a range that its histories read: nothing to vary.")
    run = _Run(model, baseline, seed, progress)
    names = (baseline, *scenarios)
    central = {name: run.simulated(name, wired.central[:, None], "stated values", members) for name in names}
    about = headlines(model, baseline, scenarios, central)
    effects, screened = run.screen(varied, about, trajectories)
    stated = np.array([headline.value(central)[0] for headline in about])
    held = ((screened > 0) == (stated > 0)).mean(axis=0)
    strongest = [_leading(varied, effects, [column], top) for column in range(len(about))]
    tried = trials(wired, partial(run.simulated, dice=members), baseline, about, strongest, central)
    findings = tuple(
        Finding(headline, float(stated[k]), float(held[k]), k, tried[k].bars, tried[k].overturns)
        for k, headline in enumerate(about)
    )
    shares = {
        scenario: run.share([about[k] for k in columns], _leading(varied, effects, columns, top), samples)
        for scenario, columns in (run.scopes(about) if variance else {}).items()
    }
    return Study(baseline, tuple(scenarios), model, varied, effects, findings, shares)


@dataclass(frozen=True, eq=False)
class _Run:
    model: Worlds
    baseline: str
    seed: int
    progress: Progress

    def simulated(self, scenario: str, values: Array, stage: str, dice: int = DICE) -> Summary:
        """What became of worlds, with the count of histories told."""
        return self.model.outcome(scenario, values, dice=dice, progress=lambda done: self.progress(stage, done))

    def measured(self, about: Sequence[Headline], values: Array, stage: str) -> Array:
        """Every headline in every world, (world, headline)."""
        found = np.empty((values.shape[1], len(about)))
        base = self._unique(self.baseline, values, stage)
        for scenario, columns in self.scopes(about).items():
            outcomes = {self.baseline: base}
            if scenario != self.baseline:
                outcomes[scenario] = self._unique(scenario, values, stage)
            for k in columns:
                found[:, k] = about[k].value(outcomes)
        return found

    def scopes(self, about: Sequence[Headline]) -> dict[str, list[int]]:
        """Headlines by the scenario that they need."""
        scopes: dict[str, list[int]] = {}
        for k, headline in enumerate(about):
            scopes.setdefault(headline.scenario or self.baseline, []).append(k)
        return scopes

    def _unique(self, scenario: str, values: Array, stage: str) -> Summary:
        """What became of worlds many neighbours of which are alike to the scenario: it does not read the others' shocks."""
        read = self.model.wiring.read_by(scenario)
        fresh = np.concatenate([[True], (values[read, 1:] != values[read, :-1]).any(axis=0)])
        return self.simulated(scenario, values[:, fresh], stage).of(np.cumsum(fresh) - 1)

    def screen(self, varied: Assumptions, about: Sequence[Headline], trajectories: int) -> tuple[Effects, Array]:
        """Elementary effects, and every headline in every world that they were taken from, (world, headline)."""
        single, worlds = len(varied.single), []

        def function(points: Array, trajectory: NDArray[np.int_]) -> Array:
            together = varied.grouped(points[:, single:], trajectory, self.seed)
            worlds.append(self.measured(about, varied.values(points[:, :single], together), "screening"))
            return worlds[-1]

        effects = elementary_effects(varied.names, function, trajectories=trajectories, seed=self.seed)
        return effects, worlds[-1]

    def share(self, about: Sequence[Headline], leading: Sequence[int], samples: int) -> VarianceShares:
        """Variance of some headlines, shared by the leading numbers and all others in groups."""
        varied = assumptions(self.model.wiring, single=leading)
        single = len(varied.single)

        def function(points: Array, _: NDArray[np.int_]) -> Array:
            together = varied.drawn(points[:, single:], self.seed)
            return self.measured(about, varied.values(points[:, :single], together), "shares of variance")

        shares = variance_shares(varied.names, function, samples=samples, seed=self.seed)
        return VarianceShares((*varied.numbers, *varied.groups), tuple(one.name for one in about), shares)


def _leading(varied: Assumptions, effects: Effects, columns: Sequence[int], top: int) -> list[int]:
    """Places of the numbers with the largest part in the effects on any of some headlines; those without are left out."""
    size = effects.mean_size[: len(varied.single), list(columns)]
    part = (size / np.maximum(size.sum(axis=0), 1e-12)).max(axis=1)
    return [int(varied.single[k]) for k in np.argsort(-part, kind="stable")[:top] if part[k] > 0]
