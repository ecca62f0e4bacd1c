"""What a power can do to a state before it decides, what that costs, and what it does to the world of the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tightrope.base.errors import RunError
from tightrope.simulate.world import Forcing, channels

if TYPE_CHECKING:
    from tightrope.case import Case

__all__ = ["PARAMETERS", "PRESSURES", "QUESTION", "Lever", "Prices", "levers", "packaged", "prices"]

QUESTION = "offer_with_question"
STANDING = "standing_offer"
PRESSURES = ("barrier", "remittance_cut", "expulsion", "extension", "aggression", "restraint", "attention")
"""Pressures by the names of the shocks they are, and `restraint`, which gives up aggression."""

_CHANNEL = {"barrier": "trade", "remittance_cut": "remittances", "expulsion": "people"}
_UNIT = {
    QUESTION: "full offers",
    STANDING: "full offers",
    "barrier": "part of trade stopped",
    "remittance_cut": "part of remittances cut",
    "expulsion": "part of migrants expelled",
    "extension": "part of a full extension of sanctions",
    "aggression": "aggression added",
    "restraint": "part of aggression given up",
    "attention": "attention added",
}
PARAMETERS = {
    "lever_cost": ("[lever]", f"{QUESTION}, {', '.join(PRESSURES)}"),
    "standing_offer_cost": ("[channel]", "every channel"),
    "outcome_worth": ("[power]", "every power"),
    "power_budget": ("[power]", "every power"),
}
"""What a case has to declare to be solved: by name the dimensions, and the labels that need a value."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Lever:
    """One thing that every power can do to the state that decides.

    Parameters
    ----------
    name
        `QUESTION`, `standing_offer`, or one of `PRESSURES`.
    channel
        Channel on which it acts; None where it acts on no single one.
    unit
        In what its amount is counted; an amount of one is all of it.
    """

    name: str
    channel: str | None
    unit: str


def levers(case: Case) -> tuple[Lever, ...]:
    """Every lever, in the order of the last axis of a package.

    Parameters
    ----------
    case
        Any case.

    Returns
    -------
    levers
        The offer with the question, a standing offer in each channel of the simulation, the pressures.
    """
    offers = [Lever(STANDING, channel, _UNIT[STANDING]) for channel in channels(case)]
    pressures = [Lever(name, _CHANNEL.get(name), _UNIT[name]) for name in PRESSURES]
    return (Lever(QUESTION, None, _UNIT[QUESTION]), *offers, *pressures)


@dataclass(frozen=True)
class Prices:
    """Costs and stakes of the powers, in the cost of a full offer made with the question.

    Parameters
    ----------
    cost, cost_low, cost_high
        Of a full amount of each lever, (lever,), above 0.
    worth
        What a power would pay to see an option that it wants in full (stance 1) taken rather than one about which it
        does not care (stance 0), (power,).
    budget
        Most that it spends on one decision, (power,).
    usable
        Which levers exist: a standing offer in a channel that the case lacks does not, (lever,).
    """

    cost: Array
    cost_low: Array
    cost_high: Array
    worth: Array
    budget: Array
    usable: NDArray[np.bool_]


def prices(case: Case, quarter: str) -> Prices:
    """What the levers of a case cost.

    Parameters
    ----------
    case
        Any case.
    quarter
        When.

    Returns
    -------
    prices
        From the parameters of the case.

    Raises
    ------
    RunError
        If a parameter of `PARAMETERS` is missing, lacks a value, or has one below zero, with all that is wrong.
    """
    known = levers(case)
    if problems := _lacking(case):
        raise RunError(_incomplete(case, problems))
    pressure, offer = case.parameter("lever_cost", quarter), case.parameter("standing_offer_cost", quarter)
    worth, budget = (case.parameter(name, quarter).value for name in ("outcome_worth", "power_budget"))
    at = case.labels("lever")
    bounds = []
    for ours, theirs in zip(
        (pressure.value, pressure.low, pressure.high), (offer.value, offer.low, offer.high), strict=True
    ):
        of_offers = [
            theirs[case.channels.index(one.channel)] if one.channel in case.channels else 1.0
            for one in known
            if one.name == STANDING
        ]
        bounds.append(np.array([ours[at.index(QUESTION)], *of_offers, *(ours[at.index(name)] for name in PRESSURES)]))
    usable = np.array([one.name != STANDING or one.channel in case.channels for one in known])
    problems = [
        f"{name} is unknown or negative on {quarter}" for name, x in (("outcome_worth", worth), ("power_budget", budget))
        if not (x >= 0).all()
    ] + [
        f"the cost of {one.name}{f' in {one.channel}' if one.name == STANDING else ''} is unknown or not above 0 on {quarter}"
        for one, x, is_there in zip(known, bounds[0], usable, strict=True)
        if is_there and not x > 0
    ]  # fmt: skip
    if problems:
        raise RunError(_incomplete(case, problems))
    return Prices(bounds[0], bounds[1], bounds[2], worth, budget, usable)


def _lacking(case: Case) -> list[str]:
    found = [
        f"parameter {name} with dims {dims} and a value for {labels}"
        for name, (dims, labels) in PARAMETERS.items()
        if name not in case.parameters or f"[{', '.join(case.parameters[name].dims)}]" != dims
    ]
    if not found:
        there = case.labels("lever")
        found = [f"lever_cost at [{name}]" for name in (QUESTION, *PRESSURES) if name not in there]
    return found


def _incomplete(case: Case, problems: list[str]) -> str:
    return (
        f"{case.name}: what would move a state can be solved for only where the case says what things cost:\n  "
        + "\n  ".join(problems)
        + "\nAdd it to parameters/solve.yaml, kind `assumed` with a range and a reason; `tightrope new` writes one to copy."
    )


def packaged(now: Forcing, packages: Any, state: int, penalty_trade: Any) -> Forcing:
    """What the world does to the states in a quarter in which packages are in force.

    Parameters
    ----------
    now
        Without them, one quarter, each field (..., member).
    packages
        Amount of each lever that each power uses, (power, lever), 0 to 1, in the order of `levers`.
    state
        Number of the state at which they are aimed.
    penalty_trade
        Part of trade lost at full extension, (member,).

    Returns
    -------
    packaged
        As `now`. Offers and pressures reach one state. Aggression, restraint and attention are a power's towards all.

    Assumes
    -------
    A package adds to what there is, up to the most that there can be.

    Source
    ------
    The levers are the shocks of scenarios (`tightrope.case.shocks`); that a package adds to them is ours.
    """
    xp = packages.__array_namespace__()
    count = len(now.offer)
    offers = packages[:, 1 : 1 + count]
    used = {name: packages[:, 1 + count + k] for k, name in enumerate(PRESSURES)}

    def more(level: Any, name: str) -> Any:
        return xp.minimum(level.at[state].add(used[name][:, None]), 1)

    stopped = more(now.barrier, "barrier")
    cut = xp.zeros_like(stopped).at[state].set(penalty_trade * used["extension"][:, None])
    return now._replace(
        offer=xp.minimum(now.offer.at[:, state].add(offers.T[:, :, None]), 1),
        barrier=stopped + (1 - stopped) * cut,
        remittance_cut=more(now.remittance_cut, "remittance_cut"),
        expulsion=more(now.expulsion, "expulsion"),
        extension=more(now.extension, "extension"),
        aggression=(now.aggression + used["aggression"][:, None]) * (1 - used["restraint"][:, None]),
        attention=xp.minimum(now.attention + used["attention"][:, None], 1),
    )
