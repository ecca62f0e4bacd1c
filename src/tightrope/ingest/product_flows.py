"""Read monthly flows of products as people download them: Eurostat, UN Comtrade, or a tidy table."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from tightrope.base import FrozenDict, Problem, TightropeError, suggestion

from .countries import aggregate, blocs, countries, country

__all__ = ["ProductFlows", "listed_products", "members", "product_flows"]

NAMES: dict[str, tuple[str, ...]] = {
    "exporter": ("exporter", "exporter_iso3"),
    "importer": ("importer", "importer_iso3"),
    "reported_by": ("reported_by",),
    "reporter": (
        "reporteriso", "reporter iso", "reporter_iso", "reporter_iso3", "reporter", "reportercode", "reporter code",
        "reporter_code", "reporterdesc",
    ),
    "partner": (
        "partneriso", "partner iso", "partner_iso", "partner_iso3", "partner", "partnercode", "partner code",
        "partner_code", "partnerdesc",
    ),
    "product": (
        "cmdcode", "commodity code", "commodity_code", "code", "product_code", "product", "cn8", "hs6", "hs",
    ),
    "month": ("period_iso", "time_period", "period", "month", "date"),
    "year": ("refyear", "year"),
    "month_of_year": ("refmonth",),
    "flow": ("flowcode", "trade flow code", "trade_code", "flow", "trade flow", "trade_flow", "flowdesc"),
    "value": (
        "primaryvalue", "value_in_euros", "value_in_eur", "obs_value", "trade value (us$)", "trade_value_us",
        "tradevalue", "value",
    ),
    "weight": ("netwgt", "netweight (kg)", "netweight_kg", "quantity_in_kg", "quantity_kg", "weight", "weight_kg"),
    "weight_100kg": ("quantity_in_100kg",),
    "indicator": ("indicators", "indicator"),
}  # fmt: skip
"""What the columns are called in one release or another, in lower case, the best first."""

WHOLE: dict[str, tuple[str, ...]] = {
    "stat_procedure": ("total", "t-total", "4", "t"),
    "motcode": ("0",),
    "mot_code": ("0",),
    "customscode": ("c00",),
    "moscode": ("0",),
    "partner2code": ("0",),
}
"""Columns by which a file may break a flow down, with the values that stand for the whole."""

MONTHS = {name: k for k, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
EXPORTS, IMPORTS = {"export", "exports", "x", "2", "e", "2-export"}, {"import", "imports", "m", "1", "i", "1-import"}
EXPECTED = (
    "Eurostat (REPORTER, PARTNER, PRODUCT or CODE, PERIOD or TIME_PERIOD, FLOW, VALUE), UN Comtrade (reporterISO or Reporter "
    "Code, partnerISO or Partner Code, cmdCode or Commodity Code, period, flowCode or Trade Flow, primaryValue or Trade "
    "Value (US$)), or a tidy table (exporter, importer, product, month, value)"
)
TOTAL = "TOTAL"


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
    together = together or {}
    found = _File(path).tidy(level, thin, together)
    if totals is None:
        return found
    whole = _File(totals).tidy(None, thin, together, totals_only=True)
    if found.currency and whole.currency and found.currency != whole.currency:
        raise TightropeError(
            f"{totals.name} is in {whole.currency} and {path.name} in {found.currency}. Give totals in the same currency."
        )
    aside = Counter(found.set_aside) + Counter({f"{k} (totals)": n for k, n in whole.set_aside.items()})
    keep = found.product != TOTAL

    def joined(name: str) -> Any:
        return np.concatenate([getattr(found, name)[keep], getattr(whole, name)])

    return ProductFlows(
        *(joined(name) for name in ("exporter", "importer", "by_importer", "product", "month", "value", "weight")),
        found.level, found.currency, found.labels, FrozenDict(aside), found.sources + whole.sources,
    )  # fmt: skip


def listed_products(path: Path) -> tuple[dict[str, str], dict[str, int]]:
    """Read a list of product codes, each with the tier it stands in where the file has a column `tier`.

    Returns
    -------
    listed, set_aside
        Tier (or nothing) by code, digits only; what was not used, and why.
    """
    columns = _columns(path)
    lower = {name.strip().lower(): name for name in columns}
    code = next((lower[name] for name in ("hs6", "code", "cn8", "product", "cmdcode", "hs", "commodity_code") if name in lower), None)
    if code is None:
        problem = Problem(str(path), 1, ", ".join(columns), "a column `code` or `hs6`", "Name the column of codes so.", "columns")
        raise TightropeError(f"{path.name} cannot be used.", [problem])
    tiers = columns[lower["tier"]] if "tier" in lower else [""] * len(columns[code])
    listed, aside = {}, Counter[str]()
    for text, tier in zip(columns[code], tiers, strict=True):
        digits = _product(str(text))
        if digits is None or digits == TOTAL:
            aside["listed codes that are no number"] += 1
        else:
            listed[digits] = "" if tier is None else str(tier)
    return listed, dict(aside)


def _columns(path: Path) -> dict[str, list[str | None]]:
    _there(path)
    reader = "read_parquet(?)" if path.suffix == ".parquet" else "read_csv(?, all_varchar=true, header=true)"
    try:
        made = duckdb.connect().execute(f"SELECT COLUMNS(*)::VARCHAR FROM {reader}", [str(path)])
        names = [item[0] for item in made.description or ()]
        rows = made.fetchall()
    except duckdb.Error as error:
        raise _unreadable(path, error) from None
    return {name: [row[k] for row in rows] for k, name in enumerate(names)}


def _there(path: Path) -> None:
    if not path.is_file():
        problem = Problem(str(path), 0, "no such file", "trade flows", "Check the path.", "file")
        raise TightropeError(f"{path} cannot be read.", [problem])


def _unreadable(path: Path, error: Exception) -> TightropeError:
    problem = Problem(
        str(path), 0, str(error).splitlines()[0], "CSV, CSV.gz or Parquet", "Save it again as UTF-8 CSV or Parquet.", "file"
    )
    return TightropeError(f"{path} cannot be read.", [problem])


class _File:
    """A file in DuckDB, with the names that its columns go by here."""

    def __init__(self, path: Path) -> None:
        _there(path)
        self.path, self.aside = path, Counter[str]()
        self.base = duckdb.connect()
        self.base.execute("SET enable_progress_bar = false")
        self.is_parquet = path.suffix == ".parquet"
        reader = "read_parquet(?)" if self.is_parquet else "read_csv(?, all_varchar=true, header=true, store_rejects=true)"
        try:
            self.base.execute(
                f"CREATE TABLE raw AS SELECT row_number() OVER () AS line__, COLUMNS(*)::VARCHAR FROM {reader}", [str(path)]
            )
            bad = 0 if self.is_parquet else self._one("SELECT count(DISTINCT line) FROM reject_errors")
        except duckdb.Error as error:
            raise _unreadable(path, error) from None
        if bad:
            self.aside["lines with too few or too many cells"] += bad
        heads = [name for name, *_ in self.base.execute("DESCRIBE raw").fetchall() if name != "line__"]
        self.lower = {name.strip().lower(): name for name in reversed(heads)}
        self.named = {
            ours: next(self.lower[name] for name in theirs if name in self.lower)
            for ours, theirs in NAMES.items()
            if any(name in self.lower for name in theirs)
        }
        self._prefer_codes()
        sides = {"exporter", "importer"} <= set(self.named) or {"reporter", "partner", "flow"} <= set(self.named)
        lacking = {"product", "value"} - set(self.named) | ({"month"} - set(self.named) if "year" not in self.named else set())
        if not sides or lacking:
            raise TightropeError(
                f"{path.name} is in no known format.",
                [Problem(str(path), 1, ", ".join(heads), EXPECTED, "Rename the columns or download again.", "columns")],
            )

    def _one(self, query: str) -> int:
        row = self.base.execute(query).fetchone()
        return int(row[0]) if row else 0

    def _prefer_codes(self) -> None:
        """Use the first column of each sort that says something: UN Comtrade leaves ISO codes empty at times."""
        for ours in ("reporter", "partner", "flow"):
            for name in NAMES[ours]:
                if name in self.lower:
                    filled = f"count({_quoted(self.lower[name])})"
                    if self._one(f"SELECT {filled} FROM raw"):
                        self.named[ours] = self.lower[name]
                        break

    def mapped(self, name: str, column: str, meaning: Callable[[str], Any]) -> None:
        """Make a table of what each text of a column means."""
        texts = [row[0] for row in self.base.execute(f"SELECT DISTINCT {column} FROM raw WHERE {column} IS NOT NULL").fetchall()]
        self.base.execute(f"CREATE TABLE {name} (text VARCHAR, code VARCHAR)")
        rows = [(text, meaning(text)) for text in texts]
        if rows:
            frame = {"text": np.array([a for a, _ in rows], dtype=object), "code": np.array([b for _, b in rows], dtype=object)}
            self.base.register("frame__", _frame(frame))
            self.base.execute(f"INSERT INTO {name} SELECT text, code FROM frame__")
            self.base.unregister("frame__")

    def tidy(
        self, level: int | None, thin: float, together: Mapping[str, str], *, totals_only: bool = False
    ) -> ProductFlows:
        self._meanings()
        self._refuse_bad_cells()
        self._narrow(totals_only)
        level = self._cut(level)
        self._without_aggregates()
        self._refuse_conflicts()
        self._whole_months(thin)
        return self._made(level, together)

    def _meanings(self) -> None:
        q = {ours: f"raw.{_quoted(theirs)}" for ours, theirs in self.named.items()}
        tidy = "exporter" in q and "importer" in q
        first, second = ("exporter", "importer") if tidy else ("reporter", "partner")
        self.mapped("first", q[first], _party)
        self.mapped("second", q[second], _party)
        self.mapped("goods", q["product"], _product)
        month = q.get("month", "''")
        if "year" in q and ("month_of_year" in q or _is_number_of_month(self.base, month)):
            of_year = q.get("month_of_year", month)
            month = f"({q['year']} || '-' || lpad({of_year}, 2, '0'))"
        self.mapped("times", month, _month)
        way = q.get("reported_by") if tidy else q["flow"]
        if way is None:
            self.base.execute("CREATE TABLE ways AS SELECT 'x' AS text, 'exporter' AS code")
            way = "'x'"
        else:
            self.mapped("ways", way, _reported_by if tidy else _way)
        value, weight = self._amounts(q)
        whole = " AND ".join(
            f"lower(trim(coalesce(raw.{_quoted(self.lower[name])}, ''))) IN ({', '.join(map(_text, values))})"
            for name, values in WHOLE.items()
            if name in self.lower and self._is_broken_down(self.lower[name], values)
        )
        # few texts stand in many rows: as enumerations they are grouped several times faster
        for name, parts in {"party": ("first", "second"), "good": ("goods",), "time": ("times",), "side": ("ways",)}.items():
            union = " UNION ".join(f"SELECT code FROM {part} WHERE code IS NOT NULL" for part in parts)
            self.base.execute(f"CREATE TYPE {name}_t AS ENUM (SELECT * FROM ({union} UNION VALUES ('')) ORDER BY 1)")
        self.base.execute(
            f"""CREATE TABLE told AS SELECT raw.line__ AS line, first.code::party_t AS a, second.code::party_t AS b,
            goods.code::good_t AS product, times.code::time_t AS month, ways.code::side_t AS way, {value} AS value, {weight} AS weight, {q["value"]} AS value_text,
            {month} AS month_text, {whole or "true"} AS is_whole
            FROM raw LEFT JOIN first ON first.text = {q[first]} LEFT JOIN second ON second.text = {q[second]}
            LEFT JOIN goods ON goods.text = {q["product"]} LEFT JOIN times ON times.text = {month}
            LEFT JOIN ways ON ways.text = {way}"""
        )
        if not tidy:  # a reporter's exports go to the partner, its imports come from there
            self.base.execute(
                """CREATE OR REPLACE TABLE told AS SELECT * REPLACE (CASE WHEN way::VARCHAR = 'importer' THEN b ELSE a END AS a,
                CASE WHEN way::VARCHAR = 'importer' THEN a ELSE b END AS b) FROM told"""
            )
        self.base.execute("DROP TABLE raw")

    def _is_broken_down(self, column: str, values: tuple[str, ...]) -> bool:
        inside = ", ".join(map(_text, values))
        return bool(self._one(f"SELECT count(*) FROM raw WHERE lower(trim({_quoted(column)})) IN ({inside})"))

    def _amounts(self, q: Mapping[str, str]) -> tuple[str, str]:
        """Expressions for value and weight; Eurostat may give both in one column, told apart by an indicator."""
        number = f"try_cast(replace({q['value']}, ' ', '') AS DOUBLE)"
        if "indicator" in q:
            is_weight = f"upper({q['indicator']}) LIKE 'QUANTITY_IN_%KG%'"
            is_value = f"upper({q['indicator']}) LIKE 'VALUE%'"
            scale = f"CASE WHEN upper({q['indicator']}) LIKE '%100%' THEN 100.0 ELSE 1.0 END"
            return f"CASE WHEN {is_value} THEN {number} END", f"CASE WHEN {is_weight} THEN {scale} * {number} END"
        if "weight_100kg" in q:
            return number, f"100 * try_cast({q['weight_100kg']} AS DOUBLE)"
        return number, f"try_cast({q['weight']} AS DOUBLE)" if "weight" in q else "NULL::DOUBLE"

    def _refuse_bad_cells(self) -> None:
        gap = " OR weight IS NOT NULL" if "indicator" in self.named else ""
        bad = {
            "value": (
                f"(value IS NULL{' AND weight IS NULL' if gap else ''} AND value_text IS NOT NULL) OR value < 0 OR NOT isfinite(value)",
                "value_text",
                "a number, 0 or more",
                "Correct it, or leave the row out. Net flows cannot be screened.",
            ),
            "month": ("month IS NULL", "month_text", "a month such as 2022-03", "Download monthly data."),
        }
        problems, count = [], 0
        for what, (where, shown, expected, remedy) in bad.items():
            if what == "value" and "indicator" in self.named:
                where = "value < 0 OR weight < 0 OR NOT isfinite(value)"
            count += self._one(f"SELECT count(*) FROM told WHERE {where}")
            rows = self.base.execute(f"SELECT line, {shown} FROM told WHERE {where} ORDER BY line LIMIT 5").fetchall()
            problems += [Problem(str(self.path), self._line(n), str(text), expected, remedy, what) for n, text in rows]
        if problems:
            raise TightropeError(f"{self.path.name}: {count:,} cells cannot be used; the first are:", problems)
        if missing := self._one("SELECT count(*) FROM told WHERE value IS NULL AND weight IS NULL"):
            self.aside["rows without a value"] += missing
            self.base.execute("DELETE FROM told WHERE value IS NULL AND weight IS NULL")

    def _line(self, row: int) -> int:
        return row if self.is_parquet else row + 1

    def _narrow(self, totals_only: bool) -> None:
        self._set_aside("way IS NULL", "rows that are neither exports nor imports")
        self._set_aside("NOT is_whole", "rows that break a flow down by procedure, transport or second partner")
        self._set_aside("a IS NULL OR b IS NULL OR a::VARCHAR = '?' OR b::VARCHAR = '?'", "rows whose reporter or partner is no known country")
        self._set_aside("a = '' OR b = ''", "rows of aggregates that are no bloc (world, euro area, ...)")
        self._set_aside("product IS NULL", "rows whose product code is no number")
        if totals_only:
            self._set_aside(f"product::VARCHAR <> '{TOTAL}'", "rows of single products in the file of totals")

    def _set_aside(self, where: str, reason: str) -> None:
        if count := self._one(f"SELECT count(*) FROM told WHERE {where}"):
            self.aside[reason] += count
            self.base.execute(f"DELETE FROM told WHERE {where}")

    def _cut(self, level: int | None) -> int:
        """Leave out headings whose longer codes are there, then codes that are too short; return the level."""
        codes = [row[0] for row in self.base.execute(f"SELECT DISTINCT product FROM told WHERE product::VARCHAR <> '{TOTAL}'").fetchall()]
        longest = max(map(len, codes), default=6)
        level = level or min(6, longest)
        if codes and longest < level:
            raise TightropeError(
                f"{self.path.name}: the longest product code has {longest} digits; --level {level} asks for more. "
                f"Give --level {longest} or a finer file."
            )
        parents = {code[:n] for code in codes for n in range(2, len(code))}
        headings = [code for code in codes if code in parents]
        short = [code for code in codes if len(code) < level and code not in parents]
        for some, reason in ((headings, "rows of headings whose longer codes are in the file"), (short, f"rows of codes shorter than {level} digits")):
            if some:
                self._set_aside(f"product IN ({', '.join(map(_text, some))})", reason)
        if not self._one("SELECT count(*) FROM told"):
            raise TightropeError(f"{self.path.name}: no row can be used. Set aside: {dict(self.aside)}. Expected {EXPECTED}.")
        return level

    def _refuse_conflicts(self) -> None:
        """One row per cell: the same value again is dropped, another value is an error."""
        key = "a, b, way, product, month"
        sort = f"{key}, value IS NOT NULL" if "indicator" in self.named else key
        self.base.execute(
            f"""CREATE TABLE cells AS SELECT {key}, min(line) AS line, count(*) AS n, min(value) AS value, max(value) AS most,
            max(weight) AS weight FROM told GROUP BY {sort}"""
        )
        bad = self.base.execute(f"SELECT {key}, line, n FROM cells WHERE most > value ORDER BY line LIMIT 5").fetchall()
        if bad:
            count = self._one("SELECT count(*) FROM cells WHERE most > value")
            problems = [
                Problem(
                    str(self.path), self._line(line), f"{n} rows with different values", "one value",
                    "Keep the row that holds (the latest edition, the total over procedures and modes of transport).",
                    f"{a} to {b}, {product}, {month}",
                )
                for a, b, _, product, month, line, n in bad
            ]  # fmt: skip
            raise TightropeError(f"{self.path.name}: {count:,} cells are given more than once, with different values:", problems)
        if repeats := self._one("SELECT sum(n - 1) FROM cells"):
            self.aside["rows given twice, once kept"] += repeats
        if "indicator" in self.named:  # value and weight stand in rows of their own
            self.base.execute(
                f"""CREATE OR REPLACE TABLE cells AS SELECT {key}, max(value) AS value, max(weight) AS weight
                FROM cells GROUP BY {key} HAVING max(value) IS NOT NULL"""
            )
        self.base.execute("DROP TABLE told")
        self.base.execute("ALTER TABLE cells RENAME TO told")

    def _without_aggregates(self) -> None:
        """Leave out a bloc where its members report too, or are partners too."""
        for side, way in (("a", "exporter"), ("b", "importer"), ("a", "importer"), ("b", "exporter")):
            there = {row[0] for row in self.base.execute(f"SELECT DISTINCT {side} FROM told WHERE way::VARCHAR = '{way}'").fetchall()}
            for bloc, members in blocs().items():
                if bloc in there and there & set(members):
                    self._set_aside(f"{side}::VARCHAR = '{bloc}' AND way::VARCHAR = '{way}'", f"rows of {bloc} as a whole, whose members are in the file")

    def _whole_months(self, thin: float) -> None:
        rows = self.base.execute("SELECT month, count(*) FROM told GROUP BY month ORDER BY month").fetchall()
        count = np.array([n for _, n in rows], dtype=float)
        for k, (month, n) in enumerate(rows):
            near = np.delete(count, k)[max(k - 6, 0) : k + 6]
            if len(near) >= 6 and n < thin * float(np.median(near)):
                self._set_aside(f"month = '{month}'", f"rows of {month}, a partial month")

    def _made(self, level: int, together: Mapping[str, str]) -> ProductFlows:
        pool = " ".join(f"WHEN {_text(one)} THEN {_text(label)}" for one, label in together.items())
        a, b = (f"CASE {side}::VARCHAR {pool} ELSE {side}::VARCHAR END" if pool else side for side in ("a", "b"))
        cut = f"CASE WHEN product::VARCHAR = '{TOTAL}' THEN '{TOTAL}' ELSE left(product::VARCHAR, {level}) END"
        got = self.base.execute(
            f"""SELECT {a} AS a, {b} AS b, way::VARCHAR = 'importer' AS by_importer, {cut} AS product, month::VARCHAR AS month,
            sum(value) AS value, CASE WHEN count(weight) = count(*) THEN sum(weight) END AS weight
            FROM told GROUP BY ALL ORDER BY ALL"""
        ).fetchnumpy()
        weight = np.ma.filled(np.ma.asarray(got["weight"]).astype(float), np.nan)
        columns = {name: np.asarray(got[name]).astype(str) for name in ("a", "b", "product", "month")}
        return ProductFlows(
            columns["a"], columns["b"], np.asarray(got["by_importer"], dtype=bool), columns["product"], columns["month"],
            np.asarray(got["value"], dtype=float), np.asarray(weight, dtype=float), level, self._currency(),
            FrozenDict(self._labels(level)), FrozenDict(dict(self.aside)), (_vintage(self.path),),
        )  # fmt: skip

    def _currency(self) -> str:
        name = self.named["value"].lower()
        if "eur" in name:
            return "EUR"
        if "us" in name or name == "primaryvalue":
            return "USD"
        return "EUR" if "indicator" in self.named else ""

    def _labels(self, level: int) -> dict[str, str]:
        found = {}
        for text, code in self.base.execute("SELECT text, code FROM goods WHERE code IS NOT NULL").fetchall():
            if len(code) == level and (match := re.match(r"(.{4,}?)\s*\[\w+\]\s*$", text)):
                found[code] = match.group(1)
        return found


def _frame(columns: Mapping[str, Any]) -> Any:
    import pandas as pd

    return pd.DataFrame(columns)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _is_number_of_month(base: duckdb.DuckDBPyConnection, column: str) -> bool:
    if column == "''":
        return False
    texts: Iterable[tuple[str]] = base.execute(f"SELECT DISTINCT {column} FROM raw WHERE {column} IS NOT NULL").fetchall()
    return all(re.fullmatch(r"0?[1-9]|1[0-2]", text.strip()) for (text,) in texts)


def _party(text: str) -> str:
    """ISO-3 code or bloc; nothing for a group that is no bloc, `?` for an unknown name."""
    one = country(text)
    if one is None:
        one = aggregate(text)
    return "?" if one is None else one


def _product(text: str) -> str | None:
    """Digits of a product code, with the zero that a spreadsheet took away, or `TOTAL`; `None` if it is neither.

    >>> _product("Truffles, prepared [20039010]"), _product("1012100"), _product("Total"), _product("8418XXXX")
    ('20039010', '01012100', 'TOTAL', None)
    """
    text = text.strip()
    inner = re.search(r"\[(\w+)\]\s*$", text)
    code = (inner.group(1) if inner else re.split(r"[\s:\-]", text)[0]).removesuffix(".0").replace(".", "")
    if code.upper() == TOTAL or code.upper() == "AG":
        return TOTAL
    if not re.fullmatch(r"\d{1,10}", code):
        return None
    return code if len(code) % 2 == 0 else "0" + code


def _month(text: str) -> str | None:
    """A month as `2022-03`; `None` for anything else, years too.

    >>> [_month(text) for text in ("2022-03", "202203", "2022M03", "Mar. 2022", "2022-03-01 00:00:00", "2022")]
    ['2022-03', '2022-03', '2022-03', '2022-03', '2022-03', None]
    """
    text = text.strip()
    if match := re.match(r"(\d{4})[-M/]?(0[1-9]|1[0-2])(?:-?\d\d(?:[ T].*)?)?$", text):
        return f"{match[1]}-{match[2]}"
    if (match := re.match(r"([A-Za-z]{3})[a-z]*\.?[ -](\d{4})$", text)) and match[1].lower() in MONTHS:
        return f"{match[2]}-{MONTHS[match[1].lower()]:02d}"
    return None


def _way(text: str) -> str | None:
    word = text.strip().lower()
    return "exporter" if word in EXPORTS else "importer" if word in IMPORTS else None


def _reported_by(text: str) -> str | None:
    word = text.strip().lower()
    return word if word in ("exporter", "importer") else None


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
