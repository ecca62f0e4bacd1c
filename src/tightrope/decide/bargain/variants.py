"""The choices that published accounts of expected-utility bargaining leave open, and the sets of them that have a name."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from tightrope.base import TightropeError, suggestion

__all__ = ["VARIANTS", "Rules", "rules"]


@dataclass(frozen=True)
class Rules:
    """How actors reckon their chances, how bold they are, and which offer they take.

    Parameters
    ----------
    chance
        What the support for a challenger is divided by. ``pair``: the support for it and for the challenged, so that the
        two chances sum to 1. ``all``: the support in every contest of every pair, which makes each chance small.
    risk
        What an actor's danger is compared with to find how bold it is. ``others``: the danger of all actors. ``own``: its
        own danger if it held each of the positions held. ``neutral``: nothing; the exponent is 1.
    choice
        Which offer an actor takes. ``nearest``: the one that moves it least, of any kind. ``ranked``: a lost
        confrontation before a compromise before a capitulation, and among compromises the one whose sides, weighted by
        what they expect, lie lowest on the scale.
    capitulates
        Whether an actor gives in wholly where it expects to lose more than the challenger expects to gain.
    stays
        Probability, 0 to 1, that a rival who is not challenged keeps its position (Q).

    Source
    ------
    ``own``: [BuenoDeMesquita1985]_. ``others``, ``nearest``: [Scholz2011]_, who give the model of
    [BuenoDeMesquita1997]_. ``all``, ``ranked`` and no capitulation: the public replication [Jmckib2014]_.
    """

    chance: Literal["pair", "all"] = "pair"
    risk: Literal["others", "own", "neutral"] = "others"
    choice: Literal["nearest", "ranked"] = "nearest"
    capitulates: bool = True
    stays: float = 1.0

    def __post_init__(self) -> None:
        for name, known in _KNOWN.items():
            if getattr(self, name) not in known:
                raise TightropeError(f"{name}: `{getattr(self, name)}`. {suggestion(str(getattr(self, name)), known)}")
        if self.risk == "own" and self.chance == "all":
            raise TightropeError("risk `own` is not defined for chance `all`. Give one of the two another value.")
        if not 0 <= self.stays <= 1:
            raise TightropeError(f"stays: {self.stays:g}. Expected a probability, 0 to 1.")

    def as_dict(self) -> dict[str, str | bool | float]:
        """The rules by name, for JSON."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


_KNOWN = {"chance": ("pair", "all"), "risk": ("others", "own", "neutral"), "choice": ("nearest", "ranked")}

VARIANTS: dict[str, Rules] = {
    "scholz": Rules(),
    "original": Rules(risk="own"),
    "replication": Rules(chance="all", risk="others", choice="ranked", capitulates=False),
}
"""Named sets of rules: those of Scholz, Calbert and Smith, as their readers report them; with the danger that Bueno de
Mesquita first defined; and what the public replication computes, to the last digit."""


def rules(name: str) -> Rules:
    """Rules by name.

    Parameters
    ----------
    name
        One of `VARIANTS`.

    Returns
    -------
    rules
        The set of that name.

    Raises
    ------
    TightropeError
        With the names there are.
    """
    if name not in VARIANTS:
        raise TightropeError(f"No variant `{name}`. {suggestion(name, VARIANTS)}")
    return VARIANTS[name]
