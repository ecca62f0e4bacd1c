"""The table of trade, which a case may lack."""

from __future__ import annotations

from pathlib import Path

import pytest

from tightrope.case import check_case, load_case

HEADER = "exporter,importer,year,value,unit,low,high,kind,source,how,why,ledger\n"
ROWS = "AAA,PPP,2021,10,USD m,8,12,estimated,office_2022,,,\nPPP,AAA,2021,,USD m,,,estimated,office_2022,,,\n"


def test_a_case_without_the_table_is_sound_and_has_no_flows(folder: Path) -> None:
    case = load_case(folder)
    assert case.tables["trade"] == ()


def test_flows_are_rows_of_the_case_and_part_of_its_digest(folder: Path) -> None:
    before = load_case(folder)
    (folder / "trade.csv").write_text(HEADER + ROWS, encoding="utf-8")
    case = load_case(folder)
    assert [(row.exporter, row.importer, row.value) for row in case.tables["trade"]] == [
        ("AAA", "PPP", 10.0),
        ("PPP", "AAA", None),
    ]
    assert case.digest != before.digest
    assert sum(case.numbers().values()) == sum(before.numbers().values()) + 1


@pytest.mark.parametrize(
    ("old", "new", "line", "value", "expected"),
    [
        ("AAA,PPP,2021,10", "AAA,PPP,2021,-10", 2, "-10", "0 or more"),
        ("PPP,AAA,2021", "AAA,PPP,2021", 3, "AAA PPP 2021", "each exporter and importer and year once; line 2 has it"),
        ("AAA,PPP,2021,10", "aaa,PPP,2021,10", 2, "aaa", ""),
        ("AAA,PPP,2021,10", "AAA,PPP,last year,10", 2, "last year", ""),
        ("8,12,estimated,office_2022", "8,12,estimated,", 2, "empty", "a key of sources.bib"),
        ("8,12", "11,12", 2, "low 11", "low <= value <= high"),
    ],
)
def test_a_broken_row_is_named(folder: Path, old: str, new: str, line: int, value: str, expected: str) -> None:
    text = HEADER + ROWS
    assert old in text
    (folder / "trade.csv").write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [p for p in check_case(folder) if p.file == "trade.csv" and p.line == line]
    assert any(value in p.value and expected in p.expected for p in found), found


def test_what_else_is_read_from_the_matrix_may_be_trade_with_all(folder: Path) -> None:
    path = folder / "trade_readings.csv"
    path.write_text(HEADER + ROWS.replace("PPP", "WLD"), encoding="utf-8")
    assert [(row.exporter, row.importer) for row in load_case(folder).tables["trade_readings"]] == [
        ("AAA", "WLD"),
        ("WLD", "AAA"),
    ]
    path.write_text(HEADER + ROWS.replace("10", "-10").replace("PPP,AAA", "AAA,PPP"), encoding="utf-8")
    found = [(p.line, p.value) for p in check_case(folder) if p.file == "trade_readings.csv"]
    assert (2, "-10") in found
    assert (3, "AAA PPP 2021") in found


def test_sums_and_members_of_the_built_in_case_fit_its_matrix(central_asia) -> None:
    flows = {(row.exporter, row.importer, row.year): row.value for row in central_asia.tables["trade"]}
    read = {(row.exporter, row.importer, row.year): row for row in central_asia.tables["trade_readings"]}
    bloc = dict.fromkeys(central_asia.actors["EU"].members, "EU")
    for (exporter, importer, year), row in read.items():
        assert row.low <= row.value <= row.high
        if "WLD" in (exporter, importer):
            pairs = [pair for pair in flows if pair[2] == year and pair[0] != pair[1]]
            parts = [pair for pair in pairs if (exporter, importer) in ((pair[0], "WLD"), ("WLD", pair[1]))]
            assert row.value == pytest.approx(sum(flows[pair] for pair in parts), rel=2e-3)
        else:
            assert row.value < flows[bloc.get(exporter, exporter), bloc.get(importer, importer), year]


def test_the_matrix_of_the_built_in_case_is_whole(central_asia) -> None:
    rows = central_asia.tables["trade"]
    names = {row.exporter for row in rows}
    assert {*central_asia.states, *central_asia.powers, "ARM", "GEO", "ROW"} == names
    years = {str(row.year) for row in rows}
    assert years == {str(year) for year in range(2018, 2024)}
    assert len(rows) == len(names) ** 2 * len(years)
    assert all(row.value is not None and row.low <= row.value <= row.high for row in rows)
