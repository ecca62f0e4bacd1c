"""Read the trade register of the SIPRI Arms Transfers Database as its web tool exports it."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

__all__ = ["deliveries", "register"]

NAMES = {
    "Recipient": "recipient",
    "Supplier": "supplier",
    "Year of order": "ordered",
    "Number ordered": "number_ordered",
    "Number delivered": "number_delivered",
    "Weapon designation": "weapon",
    "Weapon description": "description",
    "Year(s) of delivery": "delivered",
    "SIPRI TIV of delivered weapons": "tiv",
}


def register(paths: list[Path]) -> pd.DataFrame:
    """Return the deals of all files with short column names; misaligned rows (order year outside 1940-2030) are dropped."""
    deals = pd.concat([pd.read_csv(path) for path in paths], ignore_index=True)
    deals = deals.rename(columns=NAMES)[list(NAMES.values())]
    deals["ordered"] = pd.to_numeric(deals["ordered"], errors="coerce")
    return deals[deals["ordered"].between(1940, 2030)].reset_index(drop=True)


def deliveries(deals: pd.DataFrame) -> pd.DataFrame:
    """Return rows `recipient, supplier, year, tiv`: volume delivered (million TIV), spread evenly over the listed years.

    Assumes that a deal with several delivery years was delivered in equal parts; the register does not say.
    """
    rows = []
    for deal in deals.itertuples():
        years = [int(year) for year in re.findall(r"\d{4}", str(deal.delivered))]
        rows += [(deal.recipient, deal.supplier, year, deal.tiv / len(years)) for year in years]
    return pd.DataFrame(rows, columns=["recipient", "supplier", "year", "tiv"])
