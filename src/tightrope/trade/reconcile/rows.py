"""What the engine takes: reports of flows, and known sums of them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Report", "Total"]


@dataclass(frozen=True)
class Report:
    """What one reporter says about one flow in one year.

    Parameters
    ----------
    reporter, exporter, importer
        Codes; the reporter is usually one of the two.
    year
        Calendar year.
    value
        Millions of the currency; 0 is a report of no trade.
    basis
        `fob`, the value at the exporter's border, or `cif`, with freight and insurance to the importer's.
    sd
        Relative standard error that the user states; None where it is to be estimated; 0 is exact.
    line
        Where it stands.
    """

    reporter: str
    exporter: str
    importer: str
    year: int
    value: float
    basis: str
    sd: float | None = None
    line: int = 0


@dataclass(frozen=True)
class Total:
    """A sum of flows that is known.

    Parameters
    ----------
    exporters, importers
        Codes; empty is every country but those on the other side.
    year
        Calendar year.
    value
        Millions of the currency.
    basis
        `fob` or `cif`.
    sd
        Relative standard error; 0 is exact; None takes it from the reporters on the exporters' side.
    both
        Whether the flows the other way are in the sum too, as in a turnover.
    line
        Where it stands.
    """

    exporters: tuple[str, ...]
    importers: tuple[str, ...]
    year: int
    value: float
    basis: str = "fob"
    sd: float | None = 0.0
    both: bool = False
    line: int = 0
