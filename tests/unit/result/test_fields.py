from __future__ import annotations

import numpy as np
import pytest

from tightrope.base import RunError
from tightrope.result import Result, described_fields

TYPES = {"string", "number", "integer", "boolean"}


def test_every_described_table_and_column_has_a_type_and_a_meaning() -> None:
    for table, about in described_fields().items():
        assert not about[0].name, f"{table}: the first row tells what the table is"
        assert all(f.meaning and f.type in TYPES for f in about[1:]), table
        names = [f.name for f in about]
        assert len(set(names)) == len(names), table


def test_unknown_numbers_and_empty_texts_become_none() -> None:
    row = {"state": "AAA", "year": np.int64(2021), "mean": np.float64("nan"), "limiting_power": ""}
    (plain,) = Result(tables={"room": [row]}).table("room")
    assert plain == {"state": "AAA", "year": 2021, "mean": None, "limiting_power": None}
    assert type(plain["year"]) is int


def test_every_record_gets_every_column() -> None:
    result = Result(tables={"other": [{"a": 1}, {"b": "x"}]})
    assert result.table("other") == [{"a": 1, "b": None}, {"a": None, "b": "x"}]


@pytest.mark.parametrize(
    ("table", "rows", "named"),
    [
        ("room", [{"state": 3}], "state"),
        ("room", [{"mean": "much"}], "mean"),
        ("decisions", [{"observed": 1}], "observed"),
        ("other", [{"a": 1}, {"a": "x"}], "a"),
        ("other", [{"a": [1, 2]}], "a, row 0"),
        ("other", [{"a": 2**63}], "a, row 0"),
        ("Other", [{"a": 1}], "Other"),
        ("../other", [{"a": 1}], "../other"),
    ],
)
def test_a_table_that_cannot_be_written_is_refused_by_name(table: str, rows: list[dict], named: str) -> None:
    with pytest.raises(RunError) as refused:
        Result(tables={table: rows})
    (found,) = refused.value.problems
    assert named in f"{found.file} {found.what} {found.value}"
    assert found.remedy


def test_all_problems_are_listed_at_once() -> None:
    with pytest.raises(RunError) as refused:
        Result(tables={"room": [{"mean": "x", "state": 1}]}, manifest={"seed": object()})
    assert len(refused.value.problems) == 3
