"""How concentrated a state's ties are."""

from __future__ import annotations

from typing import Any

from tightrope.base.arrays import namespace

__all__ = ["concentration", "trade_dependence"]


def concentration(share: Any) -> tuple[Any, Any]:
    """Herfindahl-Hirschman index of a state's ties in a channel, as bounds.

    Only the named powers' shares are known. The lower bound spreads the rest over many small partners, the upper bound
    gives all of it to one.

    Parameters
    ----------
    share
        (state, power, channel, ...), unit 1, summing to at most one over powers.

    Returns
    -------
    low, high
        (state, channel, ...), unit 1, within [0, 1]. NaN if any share is unknown.

    Assumes
    -------
    The powers of the case are separate partners.

    Source
    ------
    [Hirschman1945]_ app. A; [Herfindahl1950]_.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = concentration(np.array([[[0.5], [0.3]]]))
    >>> low.round(2), high.round(2)
    (array([[0.34]]), array([[0.38]]))
    """
    low = (share * share).sum(axis=1)
    rest = 1 - share.sum(axis=1)
    return low, low + rest * rest


def trade_dependence(flow: Any, total: Any, gdp: Any) -> tuple[Any, Any]:
    """Export or import dependence: a partner's part of the flow, and the flow with it as part of the economy.

    Parameters
    ----------
    flow
        Exports to, or imports from, each power, (state, power), USD million a year.
    total
        Exports to, or imports from, all partners, (state,), USD million a year.
    gdp
        Gross domestic product, (state,), USD million a year.

    Returns
    -------
    of_flow, of_gdp
        (state, power), unit 1. NaN where a flow or total is unknown, and where a total is zero.

    Assumes
    -------
    Goods only; re-exports and transit stay in.

    Source
    ------
    Partner share and trade-to-GDP ratios as in [Barbieri1996]_.

    Examples
    --------
    >>> import numpy as np
    >>> trade_dependence(np.array([[2.0]]), np.array([8.0]), np.array([20.0]))
    (array([[0.25]]), array([[0.1]]))
    """
    xp = namespace(flow)
    known = xp.where(total > 0, total, xp.nan)
    return flow / known[:, None], flow / gdp[:, None]
