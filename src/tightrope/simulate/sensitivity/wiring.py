"""Which number of a case each input of the model takes, so that many worlds with other numbers can be made at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tightrope.case.numbers import Number, all_numbers, with_numbers
from tightrope.decide.draws import Draws, prior

from ..forcing import Reading, read_levels
from ..inputs import inputs
from ..mechanisms import mechanisms
from ..trade_shocks import TRADE_PARAMETERS
from ..weights import weights
from ..world import Forcing

if TYPE_CHECKING:
    from tightrope.case import Case, Shock

__all__ = ["MEANS", "Wiring", "wiring"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]

MEANS = -1.0
"""In place of a draw: the means of all draws."""

NONE = -1
"""Index of an input that takes no number of the case as it stands."""


@dataclass(frozen=True, eq=False)
class Wiring:
    """A case as a vector of numbers, and the inputs of its simulation as places in that vector.

    Parameters
    ----------
    case
        The case.
    numbers
        Those that a simulation of one of the wired scenarios reads. A vector of values has one for each, and one more at
        its end: which draw of fitted weights the world has, `MEANS` for their means.
    cells
        Which number each input takes, (input,); `NONE` for what is computed beforehand.
    computed
        Value of each input, (input,), used where no number is taken as it stands.
    mean, spread
        Which number each coefficient's mean and spread between states takes, (coefficient,); none if there are draws.
    draws
        Of fitted weights, which stand in for the case's priors; None for the priors.
    parameters
        Which number each cell of a parameter takes at a quarter.
    shocks
        Which number each shock takes.
    """

    case: Case
    numbers: tuple[Number, ...]
    cells: Index
    computed: NDArray[np.float32]
    mean: Index
    spread: Index
    draws: Draws | None
    parameters: dict[tuple[str, str], Index]
    shocks: dict[Shock, int]

    @property
    def central(self) -> Array:
        """Stated values, and `MEANS`, (number + 1,)."""
        return np.array([*(number.value for number in self.numbers), MEANS])

    def read_by(self, scenario: str) -> NDArray[np.bool_]:
        """Which of the numbers a scenario reads, (number + 1,): all but the shocks of other scenarios."""
        own = {self.shocks[shock] for shock in self.case.scenario(scenario).shocks}
        return np.array([*(number.place[0] != "shock" or k in own for k, number in enumerate(self.numbers)), True])

    def inputs(self, values: Array) -> NDArray[np.float32]:
        """Every input of each world, (input, world), from the values of the numbers, (number, world)."""
        taken: NDArray[np.float32] = np.where(
            (self.cells != NONE)[:, None], values[self.cells], self.computed[:, None]
        ).astype(np.float32)
        return taken

    def levels(self, scenario: str, values: Array, switches: dict[str, float] | None = None) -> Forcing:
        """Levels of every kind of shock in each world, each field (quarter, ..., world)."""

        def parameter(name: str, at: str) -> Array:
            index = self.parameters[name, at]
            return np.where((index != NONE)[..., None], values[index], np.nan)

        reading = Reading(values.shape[1], parameter, lambda shock: values[self.shocks[shock]], of_ends=False)
        return read_levels(self.case, scenario, switches or dict.fromkeys(mechanisms, 1.0), reading)


def wiring(case: Case, scenarios: Sequence[str], draws: Draws | None = None) -> Wiring:
    """Find out which number each input of the simulation takes.

    Every number is replaced by its own tag, and the tags are looked for where the simulation reads. So the rules by which
    rows are chosen stand in one place only.

    Parameters
    ----------
    case
        Any case.
    scenarios
        Those that are to be simulated.
    draws
        Of fitted weights; by default those of the case's posterior, if it has one, else its priors.

    Returns
    -------
    wiring
        Of the numbers that these scenarios read.
    """
    everything = all_numbers(case)
    # Tags are negative: no input is, and what a case lacks stands at 0 or 1.
    tagged = with_numbers(case, {number.place: (-1.0 - k,) * 3 for k, number in enumerate(everything)})
    fitted = weights(case) if draws is None else draws
    draws = fitted if fitted.basis == "posterior" else None
    given, found, stated = inputs(case, fitted), inputs(tagged, fitted), prior(tagged)
    cells = np.concatenate([_tags(item.value).ravel() for item in found.ranges.values()])
    parameters = {(name, q): _tags(tagged.parameter(name, q).value) for name in LEVELS for q in case.quarters}
    if case.tables.get("trade"):
        parameters |= {(name, case.start): _tags(tagged.parameter(name, case.start).value) for name in TRADE_PARAMETERS}
    if case.dimensions.get("corridor"):
        parameters |= {(name, case.start): _tags(tagged.parameter(name, case.start).value) for name in CORRIDORS}
    shocks = {shock: -1 - int(shock.value) for name in scenarios for shock in tagged.scenario(name).shocks}
    mean, spread = (_tags(x) if draws is None else np.empty(0, np.intp) for x in (stated.mean, stated.spread))
    read = np.unique(
        np.concatenate([cells, mean, spread, *(x.ravel() for x in parameters.values()), list(shocks.values())]).astype(
            int
        )
    )
    read = read[read != NONE]
    # From the place among all numbers to the place among those that are read; NONE, the last place, stays NONE.
    place = np.full(len(everything) + 1, NONE)
    place[read] = np.arange(len(read))
    told = {number.place: k for k, number in enumerate(everything)}
    return Wiring(
        case=case,
        numbers=tuple(everything[k] for k in read),
        cells=place[cells],
        computed=np.concatenate([item.value.ravel() for item in given.ranges.values()]),
        mean=place[mean],
        spread=place[spread],
        draws=draws,
        parameters={key: place[index] for key, index in parameters.items()},
        shocks={
            shock: int(place[told["shock", name, str(k)]])
            for name, scenario in case.scenarios.items()
            for k, shock in enumerate(scenario.shocks)
        },
    )


LEVELS = ("aggression", "attention")
CORRIDORS = ("corridor_open", "corridor_effect")


def _tags(values: Any) -> Index:
    """Places that tags stand for; `NONE` where there is no tag."""
    flat = np.nan_to_num(np.asarray(values, dtype=float), nan=0.0)
    is_tag = (flat < 0) & (flat == np.round(flat))
    tags: Index = np.where(is_tag, -1 - flat, NONE).astype(np.intp)
    return tags
