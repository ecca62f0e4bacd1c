"""The coding rule: from the kind of a question to what each option says to each power.

Nothing here looks at what was chosen, so coding cannot follow the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tightrope.base import read_only

from .documents import KindEntry

__all__ = ["FLAGS", "OFFER_SIZES", "RIVALS", "Coded", "coded", "offers", "stances", "tie_pattern"]

FLAGS = ("statusquo", "norm", "regime", "isolation", "placate", "evasion", "admission", "absence")
"""What an option may stand for besides its stance: keeps things as they are; upholds (1) or breaches (-1) the
norm of sovereignty; serves (1) or harms (-1) the regime; withdraws from the outside; limits at home what a power
dislikes; helps round sanctions (1) or controls them (-1); lets a power's people in; stays out of the room."""

RIVALS = "rivals"
"""In a row of ties: every power without a role; they share the change."""

OFFER_SIZES = {"small": 0.25, "moderate": 0.5, "large": 1.0}
"""Size of an offer, as part of the largest that a power makes."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Coded:
    """A question turned into numbers by the rule.

    Parameters
    ----------
    stance
        (option, power), -1 to 1.
    degree
        (option,), how far the option goes.
    ties
        (power, channel), change of the power's share at degree 1.
    flags
        (option, flag), in the order of `FLAGS`.
    """

    stance: Array
    degree: Array
    ties: Array
    flags: Array


def coded(
    kind: KindEntry,
    roles: Mapping[str, Sequence[str]],
    options: Sequence[str],
    *,
    powers: Sequence[str],
    channels: Sequence[str],
    affinity: Array,
) -> Coded:
    """Apply the coding rule of a kind to one question.

    Parameters
    ----------
    kind
        Entry of the codebook.
    roles
        Powers that fill each role of the kind.
    options
        Options of the question, in order.
    powers, channels
        Labels of the two dimensions.
    affinity
        (power, power), how alike two powers see things, -1 to 1.

    Returns
    -------
    coded
        Read-only arrays.
    """
    return Coded(
        stance=read_only(stances(kind, roles, options, powers=powers, affinity=affinity)),
        degree=read_only([kind.options[option].degree for option in options]),
        ties=read_only(tie_pattern(kind, roles, powers=powers, channels=channels)),
        flags=read_only([[kind.options[option].flags.get(flag, 0.0) for flag in FLAGS] for option in options]),
    )


def stances(
    kind: KindEntry,
    roles: Mapping[str, Sequence[str]],
    options: Sequence[str],
    *,
    powers: Sequence[str],
    affinity: Array,
) -> Array:
    """How each power sees each option.

    A power in a role sees it as the codebook says for the role (the mean, if it fills several). A power in no
    role sees it through those that fill one: the part `spill` of the mean over them of affinity times their stance.

    Parameters
    ----------
    kind
        Entry of the codebook.
    roles
        Powers that fill each role.
    options
        Options of the question.
    powers
        Labels of the power dimension.
    affinity
        (power, power), -1 to 1.

    Returns
    -------
    stance
        (option, power), -1 to 1.

    Assumes
    -------
    Powers outside a question judge it by those inside whom they are like; nothing else about them matters.

    Source
    ------
    The rule is ours; the numbers are in the codebook, which gives its reasons.
    """
    member = _membership(roles, powers)  # (role, power)
    by_role = np.array([[kind.options[option].stance[role] for role in roles] for option in options], dtype=np.float64)
    by_role = by_role.reshape(len(options), len(roles))
    filled = member.sum(axis=0)
    direct = by_role @ member / np.maximum(filled, 1)
    # a power without a role leaves the others' stances weighted by how alike it is to each of them
    seen = by_role @ (member @ affinity.T) / max(int((filled > 0).sum()), 1)
    return np.where(filled > 0, direct, np.clip(kind.spill * seen, -1.0, 1.0))


def tie_pattern(
    kind: KindEntry, roles: Mapping[str, Sequence[str]], *, powers: Sequence[str], channels: Sequence[str]
) -> Array:
    """Change of each power's share of each channel if an option of degree 1 is chosen.

    Parameters
    ----------
    kind
        Entry of the codebook.
    roles
        Powers that fill each role.
    powers, channels
        Labels of the two dimensions.

    Returns
    -------
    ties
        (power, channel), share points.

    Assumes
    -------
    Ties move in proportion to the degree of what is chosen, whoever the state is.

    Source
    ------
    The rule is ours; the numbers are in the codebook.
    """
    pattern = np.zeros((len(powers), len(channels)))
    taken = {power for named in roles.values() for power in named}
    rivals = [power for power in powers if power not in taken]
    for row in kind.ties:
        named = rivals if row.role == RIVALS else roles.get(row.role, ())
        change = row.change / max(len(rivals), 1) if row.role == RIVALS else row.change
        for power in named:
            pattern[powers.index(power), channels.index(row.channel)] += change
    return pattern


def offers(sizes: Mapping[str, str], powers: Sequence[str]) -> Array:
    """Offers put with a question.

    Parameters
    ----------
    sizes
        Word of `OFFER_SIZES` for each power that offers something.
    powers
        Labels of the power dimension.

    Returns
    -------
    offers
        (power,), 0 where a power offers nothing.
    """
    return read_only([OFFER_SIZES[sizes[power]] if power in sizes else 0.0 for power in powers])


def _membership(roles: Mapping[str, Sequence[str]], powers: Sequence[str]) -> Array:
    member = np.zeros((len(roles), len(powers)))
    for row, named in enumerate(roles.values()):
        for power in named:
            member[row, powers.index(power)] = 1.0
    return member
