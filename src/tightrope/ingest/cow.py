"""Read the Correlates of War family as redistributed by {peacesciencer}: capabilities, borders, distance, capitals, alliances."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["alliances", "border_distances", "capabilities", "capitals", "country_codes", "great_circle", "land_borders"]


def country_codes(path: Path) -> dict[int, str]:
    """Return the ISO-3 code of each numeric Correlates of War state code.

    Source: the `codelist` of the R package countrycode (columns `cown`, `iso3c`).
    """
    table = pd.read_csv(path, usecols=["cown", "iso3c"]).dropna()
    return {int(number): code for number, code in zip(table["cown"], table["iso3c"], strict=True)}


def capabilities(path: Path, codes: dict[int, str]) -> pd.DataFrame:
    """Return national material capabilities as rows `state, year, milex, cinc`.

    `milex` is in thousand current US dollars, `cinc` is the share of the world total; NaN where unknown.
    Source: Correlates of War National Material Capabilities [Singer1987]_.
    """
    table = pd.read_parquet(path, columns=["ccode", "year", "milex", "cinc"])
    table["state"] = table["ccode"].astype(int).map(codes)
    table["year"] = table["year"].astype(int)
    return table.dropna(subset=["state"])[["state", "year", "milex", "cinc"]].reset_index(drop=True)


def border_distances(path: Path, codes: dict[int, str]) -> pd.DataFrame:
    """Return the shortest distance between borders as rows `state, partner, year, km`, each pair in both orders.

    Source: CShapes 2.0 through {peacesciencer}; 0 means a common border.
    """
    table = pd.read_parquet(path)
    pairs = pd.DataFrame(
        {
            "state": table["ccode1"].astype(int).map(codes),
            "partner": table["ccode2"].astype(int).map(codes),
            "year": table["year"].astype(int),
            "km": table["mindist"],
        }
    ).dropna()
    turned = pairs.rename(columns={"state": "partner", "partner": "state"})
    return pd.concat([pairs, turned], ignore_index=True).drop_duplicates(["state", "partner", "year"])


def land_borders(path: Path, codes: dict[int, str]) -> set[tuple[str, str]]:
    """Return the pairs, in both orders, that have a common land or river border at the last date of the file.

    Source: Correlates of War direct contiguity, type 1.
    """
    table = pd.read_parquet(path)
    last = table["enddate"].astype(str).max()
    table = table[(table["conttype"] == 1) & (table["enddate"].astype(str) == last)]
    pairs = {(codes.get(int(a)), codes.get(int(b))) for a, b in zip(table["ccode1"], table["ccode2"], strict=True)}
    known = {(a, b) for a, b in pairs if a and b}
    return known | {(b, a) for a, b in known}


def capitals(path: Path, codes: dict[int, str]) -> dict[str, tuple[float, float]]:
    """Return latitude and longitude (degrees) of the capital that each state has at the last date of the file."""
    table = pd.read_parquet(path)
    last = table["enddate"].astype(str).max()
    table = table[table["enddate"].astype(str) == last]
    return {
        codes[int(row.ccode)]: (float(row.lat), float(row.lng)) for row in table.itertuples() if int(row.ccode) in codes
    }


def great_circle(here: tuple[float, float], there: tuple[float, float], *, radius_km: float = 6371.0) -> float:
    """Return the great-circle distance in km between two points in degrees (haversine).

    `radius_km` is the mean radius of the Earth, IUGG.

    >>> round(great_circle((0.0, 0.0), (0.0, 180.0)))
    20015
    """
    lat1, lon1, lat2, lon2 = np.radians([*here, *there])
    half = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return float(2 * radius_km * np.arcsin(np.sqrt(half)))


def alliances(path: Path, codes: dict[int, str]) -> pd.DataFrame:
    """Return treaty obligations as rows `state, partner, year, defense, neutral, nonagg, consul` (1 or 0).

    Source: Alliance Treaty Obligations and Provisions, version 5, directed dyad-years.
    """
    table = pd.read_parquet(path)
    table["state"] = table["ccode1"].astype(int).map(codes)
    table["partner"] = table["ccode2"].astype(int).map(codes)
    table["year"] = table["year"].astype(int)
    table = table.dropna(subset=["state", "partner"])
    names = {f"atop_{kind}": kind for kind in ("defense", "neutral", "nonagg", "consul")}
    return table.rename(columns=names)[["state", "partner", "year", *names.values()]].reset_index(drop=True)
