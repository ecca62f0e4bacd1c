"""Which numbers are varied: each assumed one alone, all others by kind, and why some assumed ones are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tightrope.base.random import keys, uniform, within
from tightrope.case.numbers import TABLES, Number, all_numbers

from .wiring import Wiring

__all__ = ["ASSUMED", "WEIGHTS", "Assumptions", "assumptions"]

ASSUMED = "assumed"

WEIGHTS = "weights of the decision model"
"""The group whose coordinate picks a draw of fitted weights; the last of the groups."""

PRIORS = ("coefficient", "coefficient_spread")

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Assumptions:
    """The factors of a sensitivity analysis: numbers varied one by one, then groups of numbers that move together.

    Parameters
    ----------
    wiring
        Whose numbers they are.
    single
        Numbers varied one by one, as places in the wiring's vector.
    groups
        By name, numbers that move together.
    set_aside
        How many assumed numbers of the case are not varied, by reason.
    """

    wiring: Wiring
    single: Index
    groups: dict[str, Index]
    set_aside: dict[str, int]

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Those varied one by one."""
        return tuple(self.wiring.numbers[k] for k in self.single)

    @property
    def names(self) -> list[str]:
        """Of the factors: where a number stands, or a group's name."""
        return [*("/".join(number.place) for number in self.numbers), *self.groups]

    def values(self, points: Array, together: Array) -> Array:
        """Numbers at points of the unit cube.

        Parameters
        ----------
        points
            Place of each single number within its range, (point, number): 0 low, 1/2 the value, 1 high.
        together
            Place of every number of the groups, (point, number of the groups), the groups one after the other.

        Returns
        -------
        values
            Of all numbers of the wiring, (number, point); those that are in no group at their value.
        """
        found = np.repeat(self.wiring.central[:, None], len(points), axis=1)
        moved = np.concatenate([self.single, *(index for name, index in self.groups.items() if name != WEIGHTS)])
        at = np.concatenate([points, together], axis=1).T
        if self.wiring.draws is not None:
            found[-1] = np.floor(at[-1] * self.wiring.draws.coefficients.shape[-1])
            at = at[:-1]
        value, low, high = (
            np.array([getattr(self.wiring.numbers[k], end) for k in moved])[:, None] for end in ("value", "low", "high")
        )
        found[moved] = within(at, value, low, high)
        return found

    def grouped(self, points: Array, trajectory: NDArray[np.int_], seed: int, levels: int = 4) -> Array:
        """Places of the groups' numbers on the grid of Morris' design.

        In a trajectory each number of a group has two places, half the grid apart, and takes the one or the other as the
        group's own coordinate lies in the lower or the upper half: all move at once, each in a direction of its own.

        Parameters
        ----------
        points
            Coordinate of each group, (point, group).
        trajectory
            Which trajectory each point is of, (point,).
        seed
            Of the two places.
        levels
            Of the grid, even.

        Returns
        -------
        places
            (point, number of the groups).

        Source
        ------
        Effects of groups: [Campolongo2007]_ sec. 2.2.
        """
        parts = []
        for k, (name, index) in enumerate(self.groups.items()):
            of = trajectory.astype(np.uint32)
            dice = uniform(keys(seed, f"sensitivity/{name}", 2, len(index)), of).astype(float)
            if name == WEIGHTS:  # any two draws of the fit
                parts.append(np.where(points[:, k, None] > 0.5, dice[0].T, dice[1].T))
                continue
            first = np.floor(dice[0] * (levels // 2)) / (levels - 1)  # (number, point)
            upper = (points[:, k] > 0.5)[None] ^ (dice[1] > 0.5)
            parts.append((first + upper * (levels / 2) / (levels - 1)).T)
        return np.concatenate(parts, axis=1) if parts else np.zeros((len(points), 0))

    def drawn(self, points: Array, seed: int) -> Array:
        """Places of the groups' numbers, all drawn anew wherever the group's coordinate changes.

        Parameters
        ----------
        points
            Coordinate of each group, (point, group), 0 to 1. It says which draw is taken, and its size means nothing.
        seed
            Of the draws.

        Returns
        -------
        places
            (point, number of the groups), uniform on [0, 1].

        Source
        ------
        A coordinate that picks a whole set of inputs: [LilburneTarantola2009]_.
        """
        parts = []
        for k, (name, index) in enumerate(self.groups.items()):
            which = np.floor(points[:, k] * 2.0**31).astype(np.uint32)
            parts.append(uniform(keys(seed, f"sensitivity/{name}", len(index)), which).T.astype(float))
        return np.concatenate(parts, axis=1) if parts else np.zeros((len(points), 0))


def assumptions(wiring: Wiring, *, single: Sequence[int] | None = None) -> Assumptions:
    """What to vary.

    Parameters
    ----------
    wiring
        Of a case.
    single
        Numbers to vary one by one, as places in the wiring's vector; by default every assumed one that has a range.
        Assumed numbers with a range that are not among them form a group of their own.

    Returns
    -------
    assumptions
        With the other numbers that have a range in a group for each kind.
    """
    ranged = [k for k, number in enumerate(wiring.numbers) if number.has_range]
    alone = [k for k in ranged if wiring.numbers[k].kind == ASSUMED] if single is None else list(single)
    kinds: dict[str, list[int]] = {}
    for k in ranged:
        if k not in set(alone):
            kinds.setdefault(wiring.numbers[k].kind, []).append(k)
    groups = {
        f"all {kind}" if kind != ASSUMED else "all other assumed": np.array(v) for kind, v in sorted(kinds.items())
    }
    if wiring.draws is not None:
        groups[WEIGHTS] = np.array([len(wiring.numbers)])
    return Assumptions(wiring, np.array(alone, dtype=np.intp), groups, _set_aside(wiring))


def _set_aside(wiring: Wiring) -> dict[str, int]:
    read = {number.place for number in wiring.numbers}
    reasons = [
        "no range" if number.place in read else _unread(wiring, number)
        for number in all_numbers(wiring.case)
        if number.kind == ASSUMED and not (number.place in read and number.has_range)
    ]
    return dict(Counter(reasons))


def _unread(wiring: Wiring, number: Number) -> str:
    """Why no history reads a number."""
    sort, holder = number.place[0], number.place[1]
    if sort == "shock":
        return "shock of a scenario that was not asked for"
    if sort in TABLES:
        return "figure that no history draws: of another time than the start, or taken as it stands"
    if wiring.draws is not None and holder in PRIORS:
        return "prior that a fit stands in for"
    used = {n.place[1] for n in wiring.numbers if n.place[0] == "parameter"}
    if holder in used:
        return "another row of the parameter holds in all its cells"
    return "parameter that no history draws"
