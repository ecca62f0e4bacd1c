from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest

from tightrope.base import TightropeError
from tightrope.ingest.states import states
from tightrope.ingest.trade_tables import TradeTable, aggregates, trade_table

WANTED = {"text": ("exporter", "importer"), "numbers": ("value", "year"), "optional": ("year",), "expected": "flows"}


def read(path: Path, text: str) -> TradeTable:
    path.write_text(text, encoding="utf-8")
    return trade_table(path, **WANTED)  # type: ignore[arg-type]


def test_columns_are_found_by_their_usual_names_in_any_case(tmp_path: Path) -> None:
    found = read(tmp_path / "a.csv", "ISO3_O,iso3_d,Trade\n KAZ ,RUS,1.5\nRUS,KAZ,2e3\n")
    assert found.text["exporter"].tolist() == ["KAZ", "RUS"]
    np.testing.assert_array_equal(found.numbers["value"], [1.5, 2000])
    assert "year" not in found.numbers
    assert len(found) == 2


def test_cells_that_are_no_number_are_unknown_and_keep_their_text_and_line(tmp_path: Path) -> None:
    found = read(tmp_path / "a.csv", 'exporter,importer,value\nA,B,\nA,C,"1,5"\nB,A,3\n')
    np.testing.assert_array_equal(np.isnan(found.numbers["value"]), [True, True, False])
    assert found.written["value"].tolist() == ["", "1,5", "3"]
    assert [found.line(k) for k in range(3)] == [2, 3, 4]
    assert "line 3: value: 1,5" in str(found.problem(1, "value", "1,5", "a number", "Write 1.5."))


def test_parquet_reads_alike_and_counts_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    duckdb.sql(f"COPY (SELECT 'KAZ' AS exporter, 'RUS' AS importer, 2019 AS year, 1.5 AS value) TO '{path}'")
    found = trade_table(path, **WANTED)  # type: ignore[arg-type]
    assert (found.numbers["value"][0], found.numbers["year"][0], found.line(0)) == (1.5, 2019, 1)


def test_some_rows_keep_their_places(tmp_path: Path) -> None:
    found = read(tmp_path / "a.csv", "exporter,importer,year,value\nA,B,1,5\nA,B,2,6\nA,B,1,7\n")
    some, at = found.only(found.numbers["year"] == 1)
    np.testing.assert_array_equal(at, [0, 2])
    np.testing.assert_array_equal(some.numbers["value"], [5, 7])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("exporter,importer\nA,B\n", "column value"),
        ("exporter,importer,worth\nA,B,1\n", "Name a column `value`"),
        ("exporter,importer,value\n", "at least one row"),
        ("exporter,importer,value\nA,B,1,2\nA,C,3\n", "line 2"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(TightropeError, match=says):
        read(tmp_path / "a.csv", text)


def test_lists_of_codes_do_not_overlap() -> None:
    assert {"KAZ", "RUS", "USA"} <= states()
    assert {"WLD", "EU27_2020"} <= set(aggregates())
    assert not states() & set(aggregates())
