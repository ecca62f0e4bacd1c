import datetime

import numpy as np
import pytest

from tightrope.case.documents import ParameterEntry, entry
from tightrope.case.parameters import in_force
from tightrope.case.yaml_text import read_yaml

LABELS = {"state": ("AAA", "BBB"), "power": ("PPP", "QQQ")}
DAY = datetime.date(2022, 1, 1)


def value(rows: str, dims: str = "[state, power]", day: datetime.date = DAY, extra: str = "") -> list[object]:
    text = f"meaning: m\nunit: '1'\ndims: {dims}\n{extra}\nvalues:\n{rows}"
    mapping, problems = read_yaml(text, "p.yaml")
    made, more = entry(ParameterEntry, mapping, "p.yaml")
    assert made is not None, [*problems, *more]
    return in_force(made, LABELS, day)[0].tolist()


def row(at: str, number: float) -> str:
    return f"    - {{at: [{at}], value: {number}, kind: assumed}}\n"


def test_specific_rows_win_whatever_their_order():
    rows = [row("all, all", 1), row("AAA, all", 2), row("AAA, QQQ", 3)]
    for order in (rows, rows[::-1]):
        assert value("  always:\n" + "".join(order)) == [[2, 3], [1, 1]]


def test_among_equally_specific_rows_the_one_that_fixes_the_first_dimension_wins():
    rows = [row("all, PPP", 1), row("AAA, all", 2), row("BBB, all", 4)]
    for order in (rows, rows[::-1]):
        assert value("  always:\n" + "".join(order)) == [[2, 2], [4, 4]]


def test_later_rows_override_earlier_ones_even_if_less_specific():
    rows = "  always:\n" + row("AAA, PPP", 1) + "  2022:\n" + row("all, all", 2)
    assert value(rows) == [[2, 2], [2, 2]]
    assert np.array_equal(value(rows, day=datetime.date(2021, 12, 31)), [[1, np.nan], [np.nan, np.nan]], equal_nan=True)


@pytest.mark.parametrize(
    ("date", "first"),
    [("2022", "2022-01-01"), ("2022Q2", "2022-04-01"), ("2022-05", "2022-05-01"), ("2022-05-07", "2022-05-07")],
)
def test_a_date_holds_from_its_first_day(date, first):
    rows = f"  {date}:\n" + row("all, all", 1)
    day = datetime.date.fromisoformat(first)
    assert value(rows, day=day) == [[1, 1], [1, 1]]
    assert np.isnan(value(rows, day=day - datetime.timedelta(days=1))).all()


def test_a_symmetric_parameter_is_filled_from_the_other_side():
    rows = "  always:\n" + row("PPP, QQQ", 2) + row("PPP, PPP", 1)
    assert np.array_equal(value(rows, "[power, power]", extra="symmetric: true"), [[1, 2], [2, np.nan]], equal_nan=True)
    assert np.array_equal(value(rows, "[power, power]"), [[1, 2], [np.nan, np.nan]], equal_nan=True)


def test_a_scalar_needs_no_labels():
    assert value("  always:\n    - {value: 3, kind: assumed}\n", "[]") == 3
