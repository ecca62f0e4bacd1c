import datetime

import pytest

from tightrope.base import TightropeError, period, quarter_index, quarter_name, quarters


@pytest.mark.parametrize(
    ("text", "start", "end", "quarter"),
    [
        ("2022", "2022-01-01", "2022-12-31", "2022Q3"),
        ("2022Q1", "2022-01-01", "2022-03-31", "2022Q1"),
        ("2022-02", "2022-02-01", "2022-02-28", "2022Q1"),
        ("2024-02", "2024-02-01", "2024-02-29", "2024Q1"),
        ("2022-12-31", "2022-12-31", "2022-12-31", "2022Q4"),
        ("2022-01/2022-09", "2022-01-01", "2022-09-30", "2022Q2"),
        ("2018/2022", "2018-01-01", "2022-12-31", "2020Q3"),
    ],
)
def test_a_period_has_its_first_and_last_day(text, start, end, quarter):
    span = period(text)
    assert (span.start.isoformat(), span.end.isoformat(), span.quarter) == (start, end, quarter)
    assert not span.is_static


def test_always_covers_every_day():
    span = period("always")
    assert span.is_static
    assert span.start == datetime.date.min
    assert span.end == datetime.date.max


@pytest.mark.parametrize(
    "text",
    [
        "",
        "22",
        "2022Q5",
        "2022Q0",
        "2022-13",
        "2022-00",
        "2022-02-30",
        "2022/2021",
        "2022/",
        "/2022",
        "2022-3",
        "0000",
        "٢٠٢٢",
        "2022/2023/2024",
        "9999-12-32",
    ],
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(TightropeError, match="is not a period"):
        period(text)


def test_quarters_are_counted_over_the_year():
    assert quarters("2021Q4", "2022Q2") == ("2021Q4", "2022Q1", "2022Q2")
    assert quarters("2022Q1", "2021Q4") == ()
    assert quarter_index("2022Q1") - quarter_index("2021Q4") == 1
    assert quarter_name(quarter_index("2026Q4")) == "2026Q4"


@pytest.mark.parametrize("text", ["2022", "2022Q5", "2022q1", "Q1", "٢٠٢٢Q1"])
def test_what_is_no_quarter_is_refused(text):
    with pytest.raises(TightropeError, match="is not a quarter"):
        quarter_index(text)
