"""What is put to the states and when, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tightrope.base.random import keys
from tightrope.case import FLAGS
from tightrope.decide.draws import usual_names
from tightrope.decide.utility import Agenda, log_odds

from .world import channels

if TYPE_CHECKING:
    from tightrope.case import Case, Decision

__all__ = ["Timetable", "timetable"]


@dataclass(frozen=True)
class Timetable:
    """Decisions laid out in (quarter, slot, state).

    Parameters
    ----------
    agenda
        Arrays with leading axes (quarter, slot, state).
    place
        Where each decision lies: id -> (quarter, slot, state).
    decisions
        The decisions by id.
    """

    agenda: Agenda
    place: dict[str, tuple[int, int, int]]
    decisions: dict[str, Decision]


def timetable(
    case: Case, decisions: Sequence[Decision], quarters: Sequence[str], hold: NDArray[Any], seed: int
) -> Timetable:
    """Lay decisions out.

    Parameters
    ----------
    case
        Whose states, powers and channels they concern.
    decisions
        To be laid out. Each belongs to one of `quarters`, or, if there is one quarter only, to that one.
    quarters
        Labels of the first axis.
    hold
        Stake less what could be replaced at its central value, (channel, state), unit 1.
    seed
        Of the draws that decide. A decision's key depends on its id alone, so adding a question changes no other draw.

    Returns
    -------
    timetable
        With one empty slot if there is no decision at all.
    """
    at: dict[str, tuple[int, int, int]] = {}
    filled: dict[tuple[int, int], int] = {}
    for d in decisions:
        t = quarters.index(d.quarter) if len(quarters) > 1 else 0
        i = case.states.index(d.state)
        slot = filled.get((t, i), 0)
        filled[t, i] = slot + 1
        at[d.id] = (t, slot, i)
    slots = max(filled.values(), default=1)
    options = max((len(d.options) for d in decisions), default=2)
    kept = channels(case)
    agenda = _blank(len(quarters), slots, len(case.states), options, len(case.powers), len(kept))
    usual = {(question, option): k for k, (question, _, _, option) in enumerate(usual_names(case)) if question}
    away = log_odds(case.attribute("absence", int(case.start[:4]), actors=case.states).value)
    columns = [case.channels.index(c) if c in case.channels else -1 for c in kept]
    for d in decisions:
        _fill(agenda, at[d.id], d, columns, hold, _key(seed, d.id))
        t, slot, i = at[d.id]
        agenda.habit[t, slot, i, : len(d.options)] = [usual[d.question.id, option] for option in d.options]
        agenda.turnout[t, slot, i, : len(d.options)] = d.flags[:, FLAGS.index("absence")] * away[i]
    return Timetable(agenda, at, {d.id: d for d in decisions})


@lru_cache(maxsize=10_000)
def _key(seed: int, decision: str) -> NDArray[np.uint32]:
    return keys(seed, f"decision/{decision}")


def _blank(t: int, s: int, i: int, o: int, p: int, c: int) -> Agenda:
    def zeros(*tail: int) -> NDArray[np.float32]:
        return np.zeros((t, s, i, *tail), dtype=np.float32)

    return Agenda(
        stance=zeros(o, p),
        degree=zeros(o),
        regime=zeros(o),
        norm=zeros(o),
        statusquo=zeros(o),
        isolation=zeros(o),
        placate=zeros(o),
        evasion=zeros(o),
        admission=zeros(o),
        turnout=zeros(o),
        habit=np.zeros((t, s, i, o), dtype=np.int32),
        offers=zeros(p),
        ties=np.zeros((t, s, c, i, p), dtype=np.float32),
        reach=zeros(p),
        scale=zeros(),
        open=zeros(o),
        key=np.zeros((t, s, i, 2), dtype=np.uint32),
    )


def _fill(
    agenda: Agenda, place: tuple[int, int, int], d: Decision, columns: list[int], hold: NDArray[Any], key: Any
) -> None:
    n = len(d.options)
    agenda.stance[place][:n] = d.stance
    agenda.degree[place][:n] = d.degree
    for name in ("regime", "norm", "statusquo", "isolation", "placate", "evasion", "admission"):
        getattr(agenda, name)[place][:n] = d.flags[:, FLAGS.index(name)]
    agenda.offers[place][:] = d.offers
    known = [k for k, c in enumerate(columns) if c >= 0]
    agenda.ties[place[0], place[1], known, place[2]] = d.ties[:, [columns[k] for k in known]].T
    agenda.reach[place][:] = hold[:, place[2]] @ agenda.ties[place[0], place[1], :, place[2]]
    agenda.scale[place] = d.scale
    agenda.open[place][:n] = 1
    agenda.key[place][:] = key
