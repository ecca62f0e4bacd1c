"""The coded decisions with known answers as arrays: what the decision model is fitted to and judged by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FitError, FrozenDict, period, quarter_index
from tightrope.case import FLAGS

from .draws import habit_names
from .utility import Agenda

if TYPE_CHECKING:
    from tightrope.case import Case, Decision

__all__ = ["Evidence", "Seen", "evidence"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Seen:
    """What each state saw in each quarter, from the figures of the case.

    Parameters
    ----------
    quarters
        Labels, ascending.
    dependence, threat, alignment, offer
        (quarter, state, power), as the decision model reads them: unit 1, unit 1, -1 to 1, and standing offers times
        credibility.
    credibility
        (quarter, power), 0 to 1.
    stress
        (quarter, state), how pressing regime security is; 1 in ordinary times.
    away
        (quarter, state), log odds that the state misses a usual roll call.
    isolation_cost
        (state,), log odds.
    """

    quarters: tuple[str, ...]
    dependence: Array
    threat: Array
    alignment: Array
    offer: Array
    credibility: Array
    stress: Array
    away: Array
    isolation_cost: Array


@dataclass(frozen=True)
class Evidence:
    """Decisions with known answers, one after another; the decision takes the place that the state has in `utilities`.

    Parameters
    ----------
    agenda
        Stances, flags and so on, each (decision, ...). Its `ties` and `key` are not used here and are None.
    dependence, threat, alignment, offer
        What the state saw, (decision, power).
    credibility
        (decision, power).
    stress, isolation_cost
        (decision,).
    absent
        1 where the option is to stay out of the room, (decision, option).
    chosen
        Number of the option taken, (decision,).
    state
        Number of the state, (decision,).
    ids, questions, kinds, dates
        Of each decision.
    options
        Names of the options of each decision.
    states, powers
        Labels.
    set_aside
        Reason and count of decisions that cannot be used.
    """

    agenda: Agenda
    dependence: Array
    threat: Array
    alignment: Array
    offer: Array
    credibility: Array
    stress: Array
    isolation_cost: Array
    absent: Array
    chosen: NDArray[np.int64]
    state: NDArray[np.int64]
    ids: tuple[str, ...]
    questions: tuple[str, ...]
    kinds: tuple[str, ...]
    dates: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]
    states: tuple[str, ...]
    powers: tuple[str, ...]
    set_aside: FrozenDict[str, int]

    def __len__(self) -> int:
        return len(self.ids)

    def on(self, which: NDArray[Any]) -> Evidence:
        """Some of the decisions; labels of states and powers stay.

        Parameters
        ----------
        which
            True per decision, or positions.

        Returns
        -------
        evidence
            In the same order as here, or as the positions have it.
        """
        at = np.flatnonzero(which) if np.asarray(which).dtype == bool else np.asarray(which)
        agenda = Agenda(*(None if x is None else x[at] for x in self.agenda))
        kept: dict[str, Any] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, np.ndarray):
                kept[item.name] = value[at]
            elif item.name in ("ids", "questions", "kinds", "dates", "options"):
                kept[item.name] = tuple(value[k] for k in at)
        return replace(self, agenda=agenda, **kept)


def evidence(case: Case, seen: Seen, *, until: str | None = None) -> Evidence:
    """Lay out the decisions of a case whose answers are known.

    Parameters
    ----------
    case
        Any case.
    seen
        What the states saw. A decision before the first quarter is judged by the first, one after the last by the last.
    until
        Last day of the decisions used, such as `2022` or `2022-06`; all by default.

    Returns
    -------
    evidence
        In the order of the case's decisions. A decision with fewer than two options decides nothing and is set aside.

    Raises
    ------
    FitError
        If none is left.

    Assumes
    -------
    States judged by the ties, threats and alignments that the figures of the year before show.

    Source
    ------
    Codebook of the case; docs/model.md eq. 5.
    """
    known = [d for d in case.decisions if d.chosen is not None]
    dated = [d for d in known if until is None or period(d.date).end <= period(until).end]
    used = [d for d in dated if len(d.options) > 1]
    aside = {
        "answer not known": len(case.decisions) - len(known),
        f"decided after {until}": len(known) - len(dated),
        "one option only": len(dated) - len(used),
    }
    if not used:
        raise FitError(
            f"{case.name}: no decision with a known answer and two options or more"
            f"{f' until {until}' if until else ''}. Add answers to decisions.yaml, or a later --until."
        )
    return _laid_out(case, seen, used, FrozenDict({why: n for why, n in aside.items() if n}))


def _laid_out(case: Case, seen: Seen, used: Sequence[Decision], aside: FrozenDict[str, int]) -> Evidence:
    state = np.array([case.states.index(d.state) for d in used])
    when = np.array([_place(d, seen.quarters) for d in used])
    agenda, absent = _agenda(case, used, seen.away[when, state])
    return Evidence(
        agenda=agenda,
        absent=absent,
        **{name: getattr(seen, name)[when, state] for name in ("dependence", "threat", "alignment", "offer", "stress")},
        credibility=seen.credibility[when],
        isolation_cost=seen.isolation_cost[state],
        chosen=np.array([d.options.index(str(d.chosen)) for d in used]),
        state=state,
        ids=tuple(d.id for d in used),
        questions=tuple(d.question.id for d in used),
        kinds=tuple(d.kind for d in used),
        dates=tuple(d.date for d in used),
        options=tuple(d.options for d in used),
        states=case.states,
        powers=case.powers,
        set_aside=aside,
    )


def _place(decision: Decision, quarters: Sequence[str]) -> int:
    return int(np.clip(quarter_index(decision.quarter) - quarter_index(quarters[0]), 0, len(quarters) - 1))


def _agenda(case: Case, used: Sequence[Decision], away: Array) -> tuple[Agenda, Array]:
    size = max(len(d.options) for d in used)
    number = {name: k for k, name in enumerate(habit_names(case))}
    stake, replaceable = case.parameter("stake", case.start).value, case.parameter("replaceability", case.start).value
    stake = stake / stake.sum(axis=1, keepdims=True)
    hold = stake * (1 - replaceable)

    def padded(rows: list[Array]) -> Array:
        full = np.zeros((len(rows), size, *rows[0].shape[1:]))
        for k, row in enumerate(rows):
            full[k, : len(row)] = row
        return full

    flags = padded([d.flags for d in used])
    named = {name: flags[..., k] for k, name in enumerate(FLAGS) if name in Agenda._fields}
    habit = padded([np.array([number[d.kind, option] for option in d.options]) for d in used])
    absent = flags[..., FLAGS.index("absence")]
    agenda = Agenda(
        stance=padded([d.stance for d in used]),
        degree=padded([d.degree for d in used]),
        offers=np.array([d.offers for d in used]),
        ties=None,
        reach=np.array([d.ties @ hold[case.states.index(d.state)] for d in used]),
        scale=np.array([d.scale for d in used]),
        open=padded([np.ones(len(d.options)) for d in used]),
        turnout=absent * away[:, None],
        habit=habit.astype(np.int32),
        key=None,
        **named,
    )
    return agenda, absent
