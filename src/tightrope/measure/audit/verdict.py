"""What an audit says about one claim."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["CONTRADICTED", "MATRIX", "NOT_CHECKABLE", "REPORT", "SUPPORTED", "Asserted", "Found", "Verdict"]

SUPPORTED = "supported"
CONTRADICTED = "contradicted"
NOT_CHECKABLE = "not_checkable"

REPORT = "report"
MATRIX = "matrix"


@dataclass(frozen=True)
class Asserted:
    """What the text says.

    Parameters
    ----------
    relation
        How the world must stand to the value, such as `at_least` or `highest`.
    value
        The asserted number or answer; None where the claim is only an order.
    unit
        Unit of the value.
    period
        Times that the claim may be about.
    source
        Keys of the sources that claim it.
    """

    relation: str
    value: float | str | None
    unit: str
    period: tuple[str, ...]
    source: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """One thing that the case holds about a claim.

    Parameters
    ----------
    value
        Number or answer.
    unit
        Unit of the number and its range.
    period
        Time that it stands for; empty for a measure, whose time is that of the measures handed to the audit.
    where
        File and line of every row that it is made of, or the measure that it comes from.
    source
        Keys of the sources behind it, without the claim's own.
    what
        What the number is, in words.
    low, high
        Range; None where the source leaves it open, equal to the value where it is exact.
    agrees
        Whether it bears the claim out; None where it only stands beside the others or leaves the claim open.
    basis
        `report`: what a source says. `matrix`: made of the case's reconciled table of trade.
    how
        How the number came about, in the words of its row: whose books it is from, or their weights in the matrix.
    """

    value: float | str
    unit: str
    period: str
    where: tuple[str, ...]
    source: tuple[str, ...]
    what: str = ""
    low: float | None = None
    high: float | None = None
    agrees: bool | None = None
    basis: str = REPORT
    how: str = ""

    @property
    def span(self) -> tuple[float, float]:
        """Range with open ends as infinities; for numbers only."""
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        return low, high


@dataclass(frozen=True)
class Verdict:
    """A claim and what became of it.

    Parameters
    ----------
    id, text, ledger
        As in claims.csv.
    verdict
        `supported`, `contradicted` or `not_checkable`.
    asserted
        What the text says.
    found
        What the case holds, also where it disagrees among itself.
    why
        One sentence made from the numbers.
    probability
        Chance that a ranking holds, given the ranges of what is ranked; None for other checks.
    disputed
        Whether some sources alone would support the claim and others contradict it.
    """

    id: str
    verdict: str
    asserted: Asserted
    found: tuple[Found, ...]
    why: str
    text: str
    ledger: tuple[str, ...] = ()
    probability: float | None = None
    disputed: bool = False

    @property
    def sources(self) -> tuple[str, ...]:
        """Keys of every source on both sides, each once."""
        keys = (*self.asserted.source, *(key for found in self.found for key in found.source))
        return tuple(dict.fromkeys(keys))

    def to_json(self) -> dict[str, Any]:
        """The verdict in lists, texts and numbers only.

        Returns
        -------
        verdict
            Keys `id, verdict, asserted, found, sources, text, ledger, why, probability, disputed`; an open end of a range
            is None.
        """
        return {
            "id": self.id,
            "verdict": self.verdict,
            "asserted": _plain(asdict(self.asserted)),
            "found": [_plain(asdict(found)) for found in self.found],
            "sources": list(self.sources),
            "text": self.text,
            "ledger": list(self.ledger),
            "why": self.why,
            "probability": self.probability,
            "disputed": self.disputed,
        }


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}
