"""One number from the world, with everything that lets a reader judge it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["KINDS", "Quantity"]

KINDS = ("measured", "estimated", "coded", "assumed")
"""How a number came to be: published by an office; published or derived with judgement; by a coding rule; without source."""


@dataclass(frozen=True)
class Quantity:
    """One number from the world.

    Parameters
    ----------
    value
        The number; None where it is not known.
    unit
        Its unit, `1` for a pure number.
    kind
        One of `KINDS`.
    low, high
        Range in which the truth is thought to lie; None for exact.
    source
        Keys of the sources that say so.
    how
        How the number was derived from them.
    why
        Reason for an assumption or for a choice among conflicting figures.
    """

    value: float | None
    unit: str
    kind: str
    low: float | None = None
    high: float | None = None
    source: tuple[str, ...] = ()
    how: str = ""
    why: str = ""

    def faults(self) -> Iterator[tuple[str, str, str, str]]:
        """What is wrong with it, as (part, value, expected, remedy).

        Yields
        ------
        fault
            One per broken rule; none for a sound quantity.
        """
        yield from self._number_faults()
        yield from self._origin_faults()

    def _number_faults(self) -> Iterator[tuple[str, str, str, str]]:
        known = {
            name: number
            for name, number in (("low", self.low), ("value", self.value), ("high", self.high))
            if number is not None
        }
        for name, number in known.items():
            if not math.isfinite(number):
                yield name, str(number), "a finite number", "Leave it empty where it is not known."
                return
        if self.value is None and (self.low is not None or self.high is not None):
            yield (
                "value",
                "empty, but a range is given",
                "a value with the range",
                "Give the value, or leave low and high empty too.",
            )
        ordered = list(known.values())
        if ordered != sorted(ordered):
            shown = ", ".join(f"{name} {number:g}" for name, number in known.items())
            yield "range", shown, "low <= value <= high", "Correct the three numbers."

    def _origin_faults(self) -> Iterator[tuple[str, str, str, str]]:
        if self.kind not in KINDS:
            yield "kind", self.kind or "empty", "one of " + ", ".join(KINDS), "Say how the number came to be."
        elif self.kind == "assumed":
            for name, given in (("value", self.value), ("low", self.low), ("high", self.high)):
                if given is None:
                    yield (
                        name,
                        "empty",
                        "a value with low and high, because the number is assumed",
                        "Say how far from it the truth could lie.",
                    )
            if not self.why:
                yield "why", "empty", "a reason, because the number is assumed", "Write why this number."
        elif not self.source:
            yield (
                "source",
                "empty",
                f"a key of sources.bib, because the number is {self.kind}",
                "Cite the source, or make the kind `assumed` with low, high and why.",
            )
