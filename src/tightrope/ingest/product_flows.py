"""Read monthly flows of products as people download them: Eurostat, UN Comtrade, or a tidy table."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from tightrope.base import FrozenDict, Problem, TightropeError, suggestion

from .countries import blocs, countries, country
from .flow_file import FlowFile, there, unreadable
from .flow_words import TOTAL, product

__all__ = ["ProductFlows", "ProductList", "listed_products", "members", "product_flows"]


@dataclass(frozen=True)
class ProductFlows:
    """Flows by exporter, importer, who reports, product and month; arrays of one length.

    Parameters
    ----------
    exporter, importer
        ISO-3 codes, or the bloc's name where only the bloc reports.
    by_importer
        Whether the importer reports the flow; else the exporter does.
    product
        Codes cut to `level` digits, or `TOTAL`.
    month
        Such as `2022-03`.
    value
        In the file's currency, >= 0.
    weight
        Net weight in kg; NaN where not given.
    level
        Digits of the product codes.
    currency
        `EUR` or `USD` where the file says so, else empty.
    labels
        Name of a product where the file gives one.
    set_aside
        Rows that were not used: reason and count.
    sources
        One line per file read: name, size, SHA-256, rows.
    """

    exporter: NDArray[np.str_]
    importer: NDArray[np.str_]
    by_importer: NDArray[np.bool_]
    product: NDArray[np.str_]
    month: NDArray[np.str_]
    value: NDArray[np.float64]
    weight: NDArray[np.float64]
    level: int
    currency: str
    labels: Mapping[str, str]
    set_aside: Mapping[str, int]
    sources: tuple[str, ...]


def product_flows(
    path: Path,
    *,
    level: int | None = None,
    totals: Path | None = None,
    together: Mapping[str, str] | None = None,
    thin: float = 0.5,
) -> ProductFlows:
    """Read monthly product flows from CSV, CSV.gz or Parquet.

    Parameters
    ----------
    path
        The flows, in one of the formats named in `EXPECTED`.
    level
        Digits of the products: longer codes are added up, shorter ones set aside. By default 6, or as many as the file has.
    totals
        A second file, with the total trade of the same countries and months; only its `TOTAL` rows are used.
    together
        Label under which to add up a country's flows with those of others, by country: a coalition is one exporter.
    thin
        A month with less than this part of the usual number of rows (median of the six months on either side) is partial.

    Returns
    -------
    flows
        One row per exporter, importer, reporting side, product and month.

    Raises
    ------
    TightropeError
        If the file is in none of the formats, or has values that are negative or no numbers, months that are none, or two
        different values of one cell. All are listed.

    Assumes
    -------
    An absent row is no trade, where its reporter has other rows in the month.

    Notes
    -----
    Set aside and counted: headings whose longer codes are in the file (else they count twice), codes shorter than `level`,
    codes that are no number, aggregates among reporters and partners where their members report, unknown names, rows given
    twice, rows of partial months, re-exports and other flows, breakdowns by procedure or mode of transport.
    """
    file = FlowFile(path)
    columns = file.tidy(level, thin, together or {})
    aside, sources, labels = Counter(file.aside), [_vintage(path)], file.labels
    if totals is not None:
        whole = FlowFile(totals)
        if file.currency and whole.currency and file.currency != whole.currency:
            raise TightropeError(
                f"{totals.name} is in {whole.currency} and {path.name} in {file.currency}. Give totals in the same currency."
            )
        more = whole.tidy(None, thin, together or {}, totals_only=True)
        keep = columns["product"] != TOTAL
        columns = {name: np.concatenate([column[keep], more[name]]) for name, column in columns.items()}
        aside += Counter({f"{reason} (totals)": count for reason, count in whole.aside.items()})
        sources.append(_vintage(totals))
    return ProductFlows(
        **columns,
        level=file.level,
        currency=file.currency,
        labels=FrozenDict(labels),
        set_aside=FrozenDict(dict(aside)),
        sources=tuple(sources),
    )


@dataclass(frozen=True)
class ProductList:
    """Products in a list.

    Parameters
    ----------
    codes
        Digits only, as the list gives them.
    tiers, labels
        Tier and name by code, where the list has a column `tier`, and one `name`, `label` or `product`.
    set_aside
        What was not used, and why.
    """

    codes: tuple[str, ...]
    tiers: Mapping[str, str]
    labels: Mapping[str, str]
    set_aside: Mapping[str, int]


def listed_products(path: Path) -> ProductList:
    """Read a list of product codes from a CSV or Parquet file with a column `code` or `hs6`."""
    columns = _columns(path)
    lower = {name.strip().lower(): name for name in columns}
    order = ("hs6", "code", "cn8", "cmdcode", "hs", "commodity_code", "product")
    code = next((lower[name] for name in order if name in lower), None)
    if code is None:
        problem = Problem(
            str(path), 1, ", ".join(columns), "a column `code` or `hs6`", "Name the column of codes so.", "columns"
        )
        raise TightropeError(f"{path.name} cannot be used.", [problem])
    digits = [product(str(text)) for text in columns[code]]
    good = [one for one in digits if one is not None and one != TOTAL]

    def told(*names: str) -> dict[str, str]:
        name = next((lower[each] for each in names if each in lower and lower[each] != code), None)
        pairs = zip(digits, columns[name] if name else (), strict=False)
        return {one: text for one, text in pairs if one is not None and text}

    aside = {"listed codes that are no number": len(digits) - len(good)} if len(good) < len(digits) else {}
    names = told("name", "label", "product", "description")
    return ProductList(tuple(dict.fromkeys(good)), told("tier"), names, aside)


def _columns(path: Path) -> dict[str, list[str | None]]:
    there(path)
    reader = "read_parquet(?)" if path.suffix == ".parquet" else "read_csv(?, all_varchar=true, header=true)"
    try:
        made = duckdb.connect().execute(f"SELECT COLUMNS(*)::VARCHAR FROM {reader}", [str(path)])
        names = [item[0] for item in made.description or ()]
        rows = made.fetchall()
    except duckdb.Error as error:
        raise unreadable(path, error) from None
    return {name: [row[k] for row in rows] for k, name in enumerate(names)}


def _vintage(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return f"{path.name}, {path.stat().st_size:,} bytes, SHA-256 {digest.hexdigest()[:16]}"


def members(text: str) -> tuple[str, ...]:
    """ISO-3 codes of countries and blocs joined by commas; a wrong code is an error with the nearest known ones."""
    found: list[str] = []
    for label in (part.strip() for part in text.split(",") if part.strip()):
        if label.upper() in blocs():
            found += [*blocs()[label.upper()], label.upper()]
        elif (one := country(label)) is not None:
            found.append(one)
        else:
            known = sorted({*blocs(), *countries().values()})
            raise TightropeError(f"`{label}` is no country and no bloc. {suggestion(label.upper(), known)}")
    return tuple(dict.fromkeys(found))
