from __future__ import annotations

import itertools

import numpy as np
import pytest

from tightrope.base import TightropeError
from tightrope.trade.flows import Flows, Rows, flows

CODES = ("CHN", "KAZ", "RUS")
TABLE = [(i, j, 50.0 if i == j else 2.0) for i, j in itertools.product(CODES, CODES)]


def rows(table: list[tuple[str, str, float]], **more: np.ndarray) -> Rows:
    i, j, v = zip(*table, strict=True)
    return Rows("flows.csv", np.arange(2, len(table) + 2), np.array(i), np.array(j), np.array(v, float), **more)


def refused(table: list[tuple[str, str, float]], **options: object) -> str:
    with pytest.raises(TightropeError) as error:
        flows(rows(table), **options)  # type: ignore[arg-type]
    return str(error.value)


def test_order_of_rows_does_not_matter() -> None:
    one, two = flows(rows(TABLE)), flows(rows(TABLE[::-1]))
    assert one.countries == two.countries == CODES
    np.testing.assert_array_equal(one.value, two.value)
    np.testing.assert_array_equal(one.output, [54, 54, 54])


def test_values_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        flows(rows(TABLE)).value[0, 0] = 1


def test_negative_and_unknown_flows_are_refused_with_their_lines() -> None:
    bad = [*TABLE[:1], ("CHN", "KAZ", -3.0), ("CHN", "RUS", np.nan), *TABLE[3:]]
    said = refused(bad)
    assert "flows.csv line 3: value of CHN to KAZ: -3" in said
    assert "flows.csv line 4: value of CHN to RUS: no number" in said


def test_a_missing_pair_is_never_silently_zero() -> None:
    lacking = [row for row in TABLE if row[:2] != ("KAZ", "RUS")]
    said = refused(lacking)
    assert "KAZ to RUS: no row" in said
    assert "--missing zero" in said
    found = flows(rows(lacking), missing="zero")
    assert found.value[1, 2] == 0
    assert found.notes["foreign pairs without a row, taken as no trade"] == 1


@pytest.mark.parametrize("own", [None, 0.0])
def test_domestic_trade_must_be_there_and_positive(own: float | None) -> None:
    lacking = [row for row in TABLE if row[:2] != ("KAZ", "KAZ")] + ([] if own is None else [("KAZ", "KAZ", own)])
    for missing in ("refuse", "zero"):
        assert "domestic trade of KAZ" in refused(lacking, missing=missing)


def test_zero_flows_are_kept_and_counted() -> None:
    found = flows(rows([(i, j, 0.0 if (i, j) == ("CHN", "RUS") else v) for i, j, v in TABLE]))
    assert found.notes == {"pairs without trade, which stay without": 1}


def test_a_pair_given_twice_is_refused_even_with_the_same_value() -> None:
    assert "line 2 has it" in refused([*TABLE, TABLE[0]])


def test_aggregates_are_refused_unless_declared() -> None:
    more = [
        *TABLE,
        *((a, b, 60.0 if a == b else 1.0) for a, b in itertools.product((*CODES, "EU"), repeat=2) if "EU" in (a, b)),
    ]
    groups = {"EU": "European Union", "WLD": "World"}
    said = refused(more, aggregates=groups)
    assert "European Union, in 4 rows" in said
    assert "EU" in flows(rows(more), aggregates=groups, blocs=("EU",), known=CODES).countries


def test_codes_outside_the_list_are_noted() -> None:
    noted = flows(rows(TABLE), known=("CHN",)).notes
    assert noted == {"codes outside the list of states, kept as they stand: KAZ, RUS": 2}


def test_countries_apart_are_refused() -> None:
    apart = [(i, j, 0.0 if "RUS" in (i, j) and i != j else v) for i, j, v in TABLE]
    assert "countries apart: RUS" in refused(apart)


def test_stated_sums_must_match_and_small_gaps_are_noted() -> None:
    output = np.array([54.0] * 9)
    for gap, ok in ((1.01, True), (1.2, False)):
        given = rows(TABLE, output=output, expenditure=output * gap)
        if ok:
            found = flows(given)
            np.testing.assert_allclose(found.expenditure.sum(), found.output.sum())
            assert any("scaled to it" in note for note in found.notes)
        else:
            with pytest.raises(TightropeError, match=r"\+20.0 % of world output"):
                flows(given)
    with pytest.raises(TightropeError, match="output of CHN"):
        flows(rows(TABLE, output=np.array([54.0, 55.0, *[54.0] * 7]), expenditure=output))


def test_many_problems_are_listed_in_part_and_counted() -> None:
    said = refused([(i, j, -1.0) for i, j in itertools.product([f"C{k}" for k in range(8)], repeat=2)])
    assert "44 more" in said


def test_a_country_that_is_not_there_gets_the_nearest() -> None:
    found: Flows = flows(rows(TABLE))
    assert found.country("KAZ") == 1
    with pytest.raises(TightropeError, match="Did you mean `KAZ`"):
        found.country("KZA")
