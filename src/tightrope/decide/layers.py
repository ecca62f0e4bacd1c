"""What a fit learns from, layer by layer: the coded decisions, and all states' votes on roll calls."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .draws import habit_names, prior
from .utility import COEFFICIENTS, Agenda, Coefficients, log_odds, pull, utilities

if TYPE_CHECKING:
    from tightrope.case import Case

    from .evidence import Evidence
    from .panel import Panel

__all__ = ["MODEL", "Data", "Grid", "Layer", "data", "slopes"]

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

MODEL = "two layers, habits, question effects; 1"
"""Part of the digest of a fit: a posterior of another model is stale."""


class Layer(NamedTuple):
    """Coded decisions; utility is linear in the coefficients, so slopes and an offset are all that a fit needs of it."""

    slopes: Any
    """(decision, option, coefficient)."""
    offset: Any
    """(decision, option): worth with all coefficients at zero; hugely negative where the option is not open."""
    habit: Any
    """Row of the habits, (decision, option)."""
    question: Any
    """Number of the question, (decision,)."""
    state: Any
    """Number of the state, (decision,)."""
    chosen: Any
    """Number of the option taken, (decision,)."""
    scale: Any
    """How decided choices of the kind are, (decision,)."""


class Grid(NamedTuple):
    """Roll calls by states of the rest of the world."""

    slopes: Any
    """(roll, state, option, coefficient)."""
    offset: Any
    """(roll, 1, option): hugely negative where the option is not open."""
    habit: Any
    """Row of the habits, (roll, option)."""
    question: Any
    """Number of the question, (roll,)."""
    degree: Any
    """How far the option goes with the text, (roll, option)."""
    absent: Any
    """1 where the option is to stay away, (roll, option)."""
    chosen: Any
    """Number of the option taken, (roll, state); 0 where the vote is not known."""
    known: Any
    """1 where the vote is known, (roll, state)."""
    scale: Any
    """How decided choices of the kind are, (roll,)."""


class Data(NamedTuple):
    """All that a fit learns from."""

    decisions: Layer
    panel: Grid | None
    prior_mean: Array
    prior_deviation: Array
    prior_spread: Array
    """Each (coefficient,)."""
    states: tuple[str, ...]
    others: tuple[str, ...]
    questions: tuple[str, ...]
    habits: tuple[tuple[str, str], ...]
    ids: tuple[str, ...]
    """Of the decisions."""
    set_aside: Mapping[str, int]

    @property
    def digest(self) -> str:
        """Twelve characters; the same data, priors and model give the same."""
        total = hashlib.sha256(MODEL.encode())
        arrays = (self.prior_mean, self.prior_deviation, self.prior_spread, *self.decisions, *(self.panel or ()))
        for array in arrays:
            # To six digits, so that another processor's last bits make no other data; moved a little, because products of
            # short decimals lie just where rounding would go either way.
            total.update((np.round(np.asarray(array, dtype=np.float64) + 0.3141592653e-6, 6) + 0.0).tobytes())
        for labels in (self.states, self.others, self.questions, self.habits, self.ids):
            total.update(repr(labels).encode())
        return total.hexdigest()[:12]


def data(case: Case, evidence: Evidence, panel: Panel | None = None, *, capacity_scale: float = 1.0) -> Data:
    """Put the layers together.

    Parameters
    ----------
    case
        Gives the priors and the names of habits.
    evidence
        The coded decisions.
    panel
        All states on roll calls; none where the case has none.
    capacity_scale
        Dependence for each unit of influence capacity, to put the panel's capacity on the scale of dependence.

    Returns
    -------
    data
        Questions of both layers are the same where their ids are.
    """
    stated = prior(case)
    questions = tuple(dict.fromkeys((*evidence.questions, *(() if panel is None else panel.rolls))))
    place = {name: k for k, name in enumerate(questions)}
    grid: Grid | None = None
    others: tuple[str, ...] = ()
    aside = dict(evidence.set_aside)
    if panel is not None:
        grid, others, left = _grid(case, panel, place, capacity_scale)
        aside |= left
    return Data(
        _layer(evidence, place),
        grid,
        stated.mean,
        stated.deviation,
        stated.spread,
        case.states,
        others,
        questions,
        habit_names(case),
        evidence.ids,
        aside,
    )


def slopes(agenda: Agenda, seen: Mapping[str, Array]) -> tuple[Array, Array]:
    """Worth of every option as a linear function of the coefficients.

    Parameters
    ----------
    agenda
        Each (cell, ...).
    seen
        `dependence, threat, alignment, offer, credibility`, (cell, power), and `stress, isolation_cost`, (cell,).

    Returns
    -------
    slopes, offset
        (cell, option, coefficient) and (cell, option). An option that is not open has an offset of -1e9.

    Source
    ------
    `utilities`, the function that the simulation runs, at unit weights less its value at none.
    """
    pairs = {name: seen[name][..., None] for name in ("dependence", "threat", "alignment", "offer")}

    def worth(weights: Array) -> Array:
        common = Coefficients(*(np.full((len(agenda.scale), 1), w) for w in weights))
        found: Array = utilities(
            agenda,
            common,
            pull(common, **pairs),
            dependence=pairs["dependence"],
            threat=pairs["threat"],
            credibility=seen["credibility"].T[..., None],
            stress=seen["stress"][:, None],
            isolation_cost=seen["isolation_cost"][:, None],
        )[..., 0].T
        return found

    none = worth(np.zeros(len(COEFFICIENTS)))
    found = np.stack([worth(unit) - none for unit in np.eye(len(COEFFICIENTS))], axis=-1)
    return found * agenda.open[..., None], np.where(agenda.open == 1, none, -1e9)


def _layer(evidence: Evidence, place: Mapping[str, int]) -> Layer:
    names = ("dependence", "threat", "alignment", "offer", "credibility", "stress", "isolation_cost")
    slope, offset = slopes(evidence.agenda, {name: getattr(evidence, name) for name in names})
    question = np.array([place[name] for name in evidence.questions])
    return Layer(
        slope,
        offset,
        evidence.agenda.habit,
        question,
        evidence.state,
        evidence.chosen,
        evidence.agenda.scale,
    )


def _grid(
    case: Case, panel: Panel, place: Mapping[str, int], capacity_scale: float
) -> tuple[Grid, tuple[str, ...], dict[str, int]]:
    """Votes of the states that are neither in the case nor one of its powers, their labels, and what is left out.

    A figure about one power that is not known counts as the mean over the cells in which it is: the pull that it explains
    is then the same for all and goes into the question's own effect.
    """
    mine = np.isin(np.array(panel.states), case.states)[panel.state]
    power = panel.own.any(axis=1)
    unknown = np.isnan(panel.alignment).all(axis=1) | np.isnan(panel.away)
    kept = ~mine & ~power & ~unknown
    aside = {
        "votes of the case's own states, which are among its decisions": int(mine.sum()),
        "votes of powers and their members": int((power & ~mine).sum()),
        "votes of states without a voting record": int((unknown & ~power & ~mine).sum()),
    }
    slope, _ = slopes(*_as_decisions(panel, kept, capacity_scale))
    others, column = np.unique(panel.state[kept], return_inverse=True)
    row = panel.roll[kept]
    shape = (len(panel.rolls), len(others))
    wide = np.zeros((*shape, *slope.shape[1:]))
    wide[row, column] = slope
    chosen, known = np.zeros(shape, dtype=np.int64), np.zeros(shape)
    chosen[row, column], known[row, column] = panel.chosen[kept], 1
    first = np.array([np.flatnonzero(panel.roll == r)[0] for r in range(len(panel.rolls))])
    grid = Grid(
        wide,
        np.where(panel.open[first] == 1, 0.0, -1e9)[:, None],
        _habits(case, panel),
        np.array([place[name] for name in panel.rolls]),
        panel.degree[first],
        panel.absent[first],
        chosen,
        known,
        panel.scale[first],
    )
    return grid, tuple(panel.states[k] for k in others), {why: n for why, n in aside.items() if n}


def _as_decisions(panel: Panel, kept: NDArray[np.bool_], capacity_scale: float) -> tuple[Agenda, dict[str, Array]]:
    def filled(x: Array) -> Array:
        known = np.isfinite(x)
        mean = np.where(known, x, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        return np.where(known, x, mean)

    size, none = int(kept.sum()), np.zeros_like(panel.degree[kept])
    pairs = np.zeros((size, len(panel.powers)))
    named = {name: getattr(panel, name)[kept] for name in ("stance", "degree", "regime", "norm", "statusquo", "open")}
    agenda = Agenda(
        **named,
        **dict.fromkeys(("isolation", "placate", "evasion", "admission"), none),
        turnout=panel.absent[kept] * log_odds(1 / (1 + np.exp(-panel.away[kept])))[:, None],
        habit=none,
        offers=pairs,
        ties=None,
        reach=pairs,
        scale=panel.scale[kept],
        key=None,
    )
    seen = {
        "dependence": filled(capacity_scale * panel.dependence_capacity[kept]),
        "threat": filled(panel.threat[kept]),
        "alignment": filled(panel.alignment[kept]),
        "offer": pairs,
        "credibility": pairs,
        "stress": np.ones(size),
        "isolation_cost": np.zeros(size),
    }
    return agenda, seen


def _habits(case: Case, panel: Panel) -> Ints:
    """Habit of each option of each roll call, (roll, option)."""
    number = {name: k for k, name in enumerate(habit_names(case))}
    kinds: Mapping[str, str] = {row.question: row.kind for row in case.tables["peer_votes"]}
    found = np.zeros((len(panel.rolls), panel.open.shape[1]), dtype=np.int64)
    for r, roll in enumerate(panel.rolls):
        options: Sequence[str] = tuple(case.kinds[kinds[roll]].options)
        found[r, : len(options)] = [number[kinds[roll], option] for option in options]
    return found
