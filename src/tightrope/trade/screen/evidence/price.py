"""Prices, where weights are known: what an evader pays, and what is only dearer."""

from __future__ import annotations

import warnings

import numpy as np

from ..panel import Array
from ..tail import trailing
from .seen import WINDOW, Seen, ahead

__all__ = ["asking_price", "price", "unit_value"]


def unit_value(found: Seen) -> Array:
    """Log of the hub's asking price over the price it paid, above the pair's usual margin, within [-2, 2].

    NaN where a weight or a flow is missing.

    Source
    ------
    Price premium of evasion: [ChupilkinJavorcikPlekhanov2023]_; formula ours.
    """
    panel = found.panel
    asked = _price(ahead(_known(panel.onward, panel.onward_weight)), ahead(panel.onward_weight))
    paid = _price(
        trailing(_known(panel.inflow, panel.inflow_weight), WINDOW), trailing(panel.inflow_weight, WINDOW)
    )  # fmt: skip
    return _against_usual(asked - paid, panel.event)


def asking_price(found: Seen) -> Array:
    """The same within one month: log of the price asked over the price paid, above the pair's usual margin."""
    panel = found.panel
    asked, paid = _price(panel.onward, panel.onward_weight), _price(panel.inflow, panel.inflow_weight)
    return _against_usual(asked - paid, panel.event)


def price(found: Seen) -> Array:
    """Log of the price paid for what came in, above the pair's usual price, within [-2, 2].

    A rise says that part of the excess is no more goods but dearer ones.
    """
    panel = found.panel
    paid = _price(trailing(_known(panel.inflow, panel.inflow_weight), WINDOW), trailing(panel.inflow_weight, WINDOW))
    return _against_usual(paid, panel.event)


def _known(flow: Array, weight: Array) -> Array:
    return np.where(weight > 0, flow, np.nan)


def _price(value: Array, weight: Array) -> Array:
    known = (value > 0) & (weight > 0)
    return np.where(known, np.log(np.where(known, value, 1.0) / np.where(known, weight, 1.0)), np.nan)


def _against_usual(log_price: Array, event: int) -> Array:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a pair without any price has no usual one
        usual = np.nanmedian(log_price[..., :event], axis=-1, keepdims=True)
    return np.clip(log_price - usual, -2, 2)
