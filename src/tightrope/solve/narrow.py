"""The arrays of a world cut down to one of its states, which are a fraction of the work."""

from __future__ import annotations

from typing import Any

from tightrope.decide.utility import Agenda, Coefficients
from tightrope.simulate.step import Acted, Choices, Dice, Taken
from tightrope.simulate.world import Forcing, Member, World

__all__ = ["narrow"]

_NOBODYS = ("habits", "capability", "credibility", "soft_power", "reversion", "volatility", "strengths")
_POWERS = ("aggression", "attention", "capability", "invasion", "sanctioned", "sanctioner", "withdrawal")

AXIS: dict[type[Any], dict[str, int | None]] = {
    Member: {"share": 1, "rest": 1, "hold": 1, **dict.fromkeys(_NOBODYS)},
    Coefficients: {},
    World: {"volume": 1},
    Forcing: {"offer": 1, "corridor": 1, **dict.fromkeys(_POWERS)},
    Agenda: {**dict.fromkeys(Agenda._fields, 1), "ties": 2},
    Acted: {},
    Choices: {},
    Taken: dict.fromkeys(Taken._fields, 1),
    Dice: {"common": None},
}
"""Axis of the state in each record of the model; None for what has none, 0 for every field not named."""


def narrow(record: Any, state: int, *, leading: int = 0) -> Any:
    """The same record of the model for one state, whose axis stays with length one.

    Parameters
    ----------
    record
        An instance of one of the types of `AXIS`.
    state
        Its number.
    leading
        Axes before those of the record, such as the quarter. The slot of an agenda and of what was taken is not among
        them.

    Returns
    -------
    narrow
        Powers and channels are all there, so what the state does by itself is the same.
    """

    def cut(x: Any, axis: int | None) -> Any:
        if type(x) in AXIS:
            return narrow(x, state, leading=leading)
        if isinstance(x, tuple):
            return tuple(cut(part, axis) for part in x)
        return x if axis is None else x[(slice(None),) * (leading + axis) + (slice(state, state + 1),)]

    axes = AXIS[type(record)]
    return type(record)(**{name: cut(x, axes.get(name, 0)) for name, x in record._asdict().items()})
