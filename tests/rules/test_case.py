"""What holds for every case that comes with Tightrope."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import pytest

from tightrope.case import Case, built_in_cases, load_case
from tightrope.case.schema import TABLES, columns

CASES = sorted(built_in_cases())


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return load_case(request.param)


def numbers(case: Case) -> Iterator[tuple[str, str, Any]]:
    """Place, unit and row of every number of a case."""
    for table in ("ties", "attributes", "peers", "trade", "trade_readings"):
        for row in case.tables[table]:
            yield f"{row.file}:{row.line}", row.unit, row
    for name, parameter in case.parameters.items():
        for rows in parameter.values.values():
            for row in rows:
                yield f"{parameter.file}:{row.line} {name}", parameter.unit, row
    for scenario in case.scenarios.values():
        for shock in scenario.shocks:
            yield f"{shock.file}:{shock.line} {shock.what}", "1", shock


def test_every_number_has_a_unit_and_a_source_or_is_assumed_with_range_and_reason(case: Case) -> None:
    orphans = []
    for place, unit, row in numbers(case):
        if row.value is None:
            continue
        if row.kind == "assumed":
            has_parent = bool(row.why) and row.low is not None and row.high is not None
        else:
            has_parent = row.kind in ("measured", "estimated", "coded") and bool(row.source)
        if not (unit and has_parent):
            orphans.append(place)
    assert orphans == []


def test_every_number_lies_within_its_range(case: Case) -> None:
    outside = [
        place
        for place, _, row in numbers(case)
        if row.value is not None
        and ((row.low is not None and row.low > row.value) or (row.high is not None and row.high < row.value))
    ]
    assert outside == []


def test_the_walk_over_numbers_misses_none(case: Case) -> None:
    assert sum(row.value is not None for _, _, row in numbers(case)) == sum(case.numbers().values())


def test_every_ledger_id_has_a_place(case: Case) -> None:
    places = case.places()
    assert [id_ for id_ in case.ledger if not places.get(id_)] == []


def test_every_mechanism_lives_where_its_row_says(case: Case) -> None:
    for row in case.mechanisms.values():
        for path in row.where:
            assert found(path), f"mechanisms.csv line {row.line}: nothing at {path}"


def test_every_switch_named_by_a_row_exists(case: Case) -> None:
    from tightrope.simulate.mechanisms import mechanisms

    named = {row.switch for row in case.mechanisms.values() if row.switch}
    assert named - set(mechanisms) == set()


def found(path: str) -> bool:
    """Whether a dotted path leads to a module or to something in one."""
    parts = path.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            thing: Any = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for name in parts[cut:]:
            if not hasattr(thing, name):
                return False
            thing = getattr(thing, name)
        return True
    return False


def test_a_wrong_path_is_not_found() -> None:
    assert found("tightrope.case.load_case")
    assert not found("tightrope.case.load_cases")
    assert not found("tightrope.nowhere.load_case")


@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_the_schema_says_what_it_means(table: str) -> None:
    silent = [column.name for column in columns(table) if not column.meaning.strip() or not column.type]
    assert silent == []
