"""Goods that a country buys from itself."""

from __future__ import annotations

from collections.abc import Mapping

from tightrope.base import TightropeError

from .matrix import Cell

__all__ = ["domestic"]


def domestic(
    sizes: Mapping[tuple[str, int], float],
    exports: Mapping[tuple[str, int], float],
    *,
    output_per_gdp: tuple[float, float, float],
    smallest: float = 0.1,
) -> tuple[Cell, ...]:
    """Gross output of goods less exports.

    Parameters
    ----------
    sizes
        GDP by (country, year), millions of the currency.
    exports
        Exports of goods by (country, year), millions.
    output_per_gdp
        Gross output of goods over GDP: middle, low and high, unit 1. It lies above the part of goods in GDP because output
        counts what one firm buys from another.
    smallest
        Least part of the output that is sold at home, unit 1: exports that hold re-exports can exceed what the middle ratio
        gives. Ours.

    Returns
    -------
    cells
        One per country and year of `exports`; `how` says where the least part was taken.

    Assumes
    -------
    One ratio for all countries and years; the range is meant to hold most single countries.

    Source
    ------
    Output less exports as internal trade: [Yotov2016]_ ch. 1. The ratio in the place of statistics of production is ours.

    Examples
    --------
    >>> one = domestic({("KAZ", 2021): 200.0}, {("KAZ", 2021): 60.0}, output_per_gdp=(0.8, 0.5, 1.2))[0]
    >>> one.value, one.low, one.high
    (100.0, 40.0, 180.0)
    """
    value, low, high = output_per_gdp
    if not 0 < low <= value <= high:
        raise TightropeError(
            f"Output per GDP is {value:g}, from {low:g} to {high:g}; expected 0 < low <= value <= high."
        )
    if not 0 < smallest < 1:
        raise TightropeError(f"The least part sold at home is {smallest:g}; expected a part between 0 and 1.")
    cells = []
    for (country, year), sold in sorted(exports.items()):
        output = {name: ratio * sizes[country, year] for name, ratio in (("v", value), ("l", low), ("h", high))}
        rest = {name: max(one - sold, smallest * one) for name, one in output.items()}
        how = f"{value:g} of GDP as output of goods, less exports"
        if output["v"] - sold < smallest * output["v"]:
            how = f"exports exceed {1 - smallest:.0%} of {value:g} of GDP; the least part of output, {smallest:.0%}"
        cells.append(Cell(country, country, year, rest["v"], rest["l"], rest["h"], rest["v"], "domestic", how))
    return tuple(cells)
