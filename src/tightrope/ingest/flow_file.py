"""A file of trade flows in DuckDB: cleaned step by step, with a count of what each step sets aside."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from tightrope.base import Problem, TightropeError

from . import flow_words as words
from .countries import blocs
from .flow_words import EXPECTED, NAMES, TOTAL, WHOLE

__all__ = ["FlowFile", "there", "unreadable"]


def there(path: Path) -> None:
    """Refuse a path at which there is no file."""
    if not path.is_file():
        problem = Problem(str(path), 0, "no such file", "trade flows", "Check the path.", "file")
        raise TightropeError(f"{path} cannot be read.", [problem])


def unreadable(path: Path, error: Exception) -> TightropeError:
    """The error for a file that DuckDB cannot read."""
    problem = Problem(
        str(path),
        0,
        str(error).splitlines()[0],
        "CSV, CSV.gz or Parquet",
        "Save it again as UTF-8 CSV or Parquet.",
        "file",
    )
    return TightropeError(f"{path} cannot be read.", [problem])


class FlowFile:
    """A file in DuckDB, with the names that its columns go by here."""

    def __init__(self, path: Path) -> None:
        there(path)
        self.path, self.aside, self.level = path, Counter[str](), 0
        self.base = duckdb.connect()
        self.base.execute("SET enable_progress_bar = false")
        self.is_parquet = path.suffix == ".parquet"
        reader = (
            "read_parquet(?)" if self.is_parquet else "read_csv(?, all_varchar=true, header=true, store_rejects=true)"
        )
        try:
            self.base.execute(
                f"CREATE TABLE raw AS SELECT row_number() OVER () AS line__, COLUMNS(*)::VARCHAR FROM {reader}",
                [str(path)],
            )
            bad = 0 if self.is_parquet else self._one("SELECT count(DISTINCT line) FROM reject_errors")
        except duckdb.Error as error:
            raise unreadable(path, error) from None
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
        lacking = {"product", "value"} - set(self.named) | (
            {"month"} - set(self.named) if "year" not in self.named else set()
        )
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
        texts = [
            row[0]
            for row in self.base.execute(f"SELECT DISTINCT {column} FROM raw WHERE {column} IS NOT NULL").fetchall()
        ]
        self.base.execute(f"CREATE TABLE {name} (text VARCHAR, code VARCHAR)")
        rows = [(text, meaning(text)) for text in texts]
        if rows:
            frame = {
                "text": np.array([a for a, _ in rows], dtype=object),
                "code": np.array([b for _, b in rows], dtype=object),
            }
            self.base.register("frame__", pd.DataFrame(frame))
            self.base.execute(f"INSERT INTO {name} SELECT text, code FROM frame__")
            self.base.unregister("frame__")

    def tidy(
        self, level: int | None, thin: float, together: Mapping[str, str], *, totals_only: bool = False
    ) -> dict[str, Any]:
        """Clean the rows and give them as columns: exporter, importer, by_importer, product, month, value, weight."""
        self._meanings()
        self._refuse_bad_cells()
        self._narrow(totals_only)
        self.level = self._cut(level)
        self._without_aggregates()
        self._refuse_conflicts()
        self._whole_months(thin)
        return self._made(self.level, together)

    def _meanings(self) -> None:
        q = {ours: f"raw.{_quoted(theirs)}" for ours, theirs in self.named.items()}
        tidy = "exporter" in q and "importer" in q
        first, second = ("exporter", "importer") if tidy else ("reporter", "partner")
        self.mapped("first", q[first], words.party)
        self.mapped("second", q[second], words.party)
        self.mapped("goods", q["product"], words.product)
        month = q.get("month", "''")
        if "year" in q and ("month_of_year" in q or _is_number_of_month(self.base, month)):
            of_year = q.get("month_of_year", month)
            month = f"({q['year']} || '-' || lpad({of_year}, 2, '0'))"
        self.mapped("times", month, words.month)
        way = q.get("reported_by") if tidy else q["flow"]
        if way is None:
            self.base.execute("CREATE TABLE ways AS SELECT 'x' AS text, 'exporter' AS code")
            way = "'x'"
        else:
            self.mapped("ways", way, words.side if tidy else words.direction)
        value, weight = self._amounts(q)
        whole = " AND ".join(
            f"lower(trim(coalesce(raw.{_quoted(self.lower[name])}, ''))) IN ({', '.join(map(_text, values))})"
            for name, values in WHOLE.items()
            if name in self.lower and self._is_broken_down(self.lower[name], values)
        )
        # few texts stand in many rows: as enumerations they are grouped several times faster
        for name, parts in {
            "party": ("first", "second"),
            "good": ("goods",),
            "time": ("times",),
            "side": ("ways",),
        }.items():
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
        self._set_aside(
            "a IS NULL OR b IS NULL OR a::VARCHAR = '?' OR b::VARCHAR = '?'",
            "rows whose reporter or partner is no known country",
        )
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
        codes = [
            row[0]
            for row in self.base.execute(
                f"SELECT DISTINCT product FROM told WHERE product::VARCHAR <> '{TOTAL}'"
            ).fetchall()
        ]
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
        for some, reason in (
            (headings, "rows of headings whose longer codes are in the file"),
            (short, f"rows of codes shorter than {level} digits"),
        ):
            if some:
                self._set_aside(f"product IN ({', '.join(map(_text, some))})", reason)
        if not self._one("SELECT count(*) FROM told"):
            raise TightropeError(
                f"{self.path.name}: no row can be used. Set aside: {dict(self.aside)}. Expected {EXPECTED}."
            )
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
            raise TightropeError(
                f"{self.path.name}: {count:,} cells are given more than once, with different values:", problems
            )
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
            there = {
                row[0]
                for row in self.base.execute(
                    f"SELECT DISTINCT {side} FROM told WHERE way::VARCHAR = '{way}'"
                ).fetchall()
            }
            for bloc, members in blocs().items():
                if bloc in there and there & set(members):
                    self._set_aside(
                        f"{side}::VARCHAR = '{bloc}' AND way::VARCHAR = '{way}'",
                        f"rows of {bloc} as a whole, whose members are in the file",
                    )

    def _whole_months(self, thin: float) -> None:
        rows = self.base.execute("SELECT month, count(*) FROM told GROUP BY month ORDER BY month").fetchall()
        count = np.array([n for _, n in rows], dtype=float)
        for k, (month, n) in enumerate(rows):
            near = np.delete(count, k)[max(k - 6, 0) : k + 6]
            if len(near) >= 6 and n < thin * float(np.median(near)):
                self._set_aside(f"month = '{month}'", f"rows of {month}, a partial month")

    def _made(self, level: int, together: Mapping[str, str]) -> dict[str, Any]:
        pool = " ".join(f"WHEN {_text(one)} THEN {_text(label)}" for one, label in together.items())
        a, b = (f"CASE {side}::VARCHAR {pool} ELSE {side}::VARCHAR END" if pool else side for side in ("a", "b"))
        cut = f"CASE WHEN product::VARCHAR = '{TOTAL}' THEN '{TOTAL}' ELSE left(product::VARCHAR, {level}) END"
        got = self.base.execute(
            f"""SELECT {a} AS exporter, {b} AS importer, way::VARCHAR = 'importer' AS by_importer, {cut} AS product,
            month::VARCHAR AS month, sum(value) AS value, CASE WHEN count(weight) = count(*) THEN sum(weight) END AS weight
            FROM told GROUP BY ALL ORDER BY ALL"""
        ).fetchnumpy()
        texts = {name: np.asarray(got[name]).astype(str) for name in ("exporter", "importer", "product", "month")}
        return texts | {
            "by_importer": np.asarray(got["by_importer"], dtype=bool),
            "value": np.asarray(got["value"], dtype=float),
            "weight": np.ma.filled(np.ma.asarray(got["weight"]).astype(float), np.nan),
        }

    @property
    def currency(self) -> str:
        """`EUR` or `USD` where the file says so, else empty."""
        name = self.named["value"].lower()
        if "eur" in name:
            return "EUR"
        if "us" in name or name == "primaryvalue":
            return "USD"
        return "EUR" if "indicator" in self.named else ""

    @property
    def labels(self) -> dict[str, str]:
        """Names of products of the level, where the file gives them with the code in brackets."""
        found = {}
        for text, code in self.base.execute("SELECT text, code FROM goods WHERE code IS NOT NULL").fetchall():
            if len(code) == self.level and (match := re.match(r"(.{4,}?)\s*\[\w+\]\s*$", text)):
                found[code] = match.group(1)
        return found


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _is_number_of_month(base: duckdb.DuckDBPyConnection, column: str) -> bool:
    if column == "''":
        return False
    texts: Iterable[tuple[str]] = base.execute(
        f"SELECT DISTINCT {column} FROM raw WHERE {column} IS NOT NULL"
    ).fetchall()
    return all(re.fullmatch(r"0?[1-9]|1[0-2]", text.strip()) for (text,) in texts)
