"""Bad input is refused with file, line, value, expectation and remedy, all of it at once."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tightrope.base import TightropeError
from tightrope.trade.reconcile import read_pairs, read_reports, read_sizes, read_totals
from tightrope.trade.reconcile.units import per_million

HEADER = "reporter,exporter,importer,year,value,unit,basis\n"


def put(folder: Path, text: str, name: str = "reports.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder: Path, lines: str) -> str:
    with pytest.raises(TightropeError) as caught:
        read_reports(put(folder, HEADER + lines))
    return str(caught.value)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("KAZ,KAZ,WLD,2021,5,USD m,fob", "WLD. Expected one country, no sum of several. Drop it"),
        ("EU27_2020,EU27_2020,KAZ,2021,5,USD m,fob", "EU27_2020. Expected one country"),
        ("kaz,kaz,RUS,2021,5,USD m,fob", "kaz. Expected a code in capital letters"),
        ("KAZ,KAZ,RUS,2021,-5,USD m,fob", "-5. Expected 0 or more"),
        ("KAZ,KAZ,RUS,2021,n/a,USD m,fob", "n/a. Expected a number"),
        ("KAZ,KAZ,RUS,2021,inf,USD m,fob", "inf. Expected a number"),
        ("KAZ,KAZ,RUS,2021-03,5,USD m,fob", "2021-03. Expected a whole calendar year such as 2021. Sum months"),
        ("KAZ,KAZ,RUS,2021/2022,5,USD m,fob", "Expected a whole calendar year"),
        ("KAZ,KAZ,RUS,2021,5,tonnes,fob", "tonnes. Expected a currency with a scale"),
        ("KAZ,KAZ,RUS,2021,5,USD m,ddp", "ddp. Expected cif or fob"),
        ("KAZ,KAZ,KAZ,2021,5,USD m,fob", "Expected another country than the exporter. Leave it out; trade at home"),
        ("KAZ,KAZ,RUS,2021,5,USD m", "6 cells. Expected 7 cells"),
    ],
)
def test_a_bad_line_is_named_with_its_remedy(tmp_path: Path, line: str, said: str) -> None:
    text = refused(tmp_path, line + "\n")
    assert said in text
    assert "reports.csv line 2" in text


def test_repeated_rows_and_mixed_currencies_are_refused_together(tmp_path: Path) -> None:
    text = refused(tmp_path, "A1,A1,B1,2021,5,USD m,fob\nA1,A1,B1,2021,6,USD m,fob\nB1,A1,B1,2021,6,EUR m,cif\n")
    assert "line 3" in text
    assert "line 2 has it" in text
    assert "EUR. Expected USD, as above. Convert" in text


def test_a_partner_that_is_the_sum_of_the_others_is_found_whatever_its_name(tmp_path: Path) -> None:
    rows = "".join(f"KAZ,KAZ,P{k},2021,{k + 1},USD m,fob\n" for k in range(5))
    assert "QQQ 15, the sum of all other partners" in refused(tmp_path, rows + "KAZ,KAZ,QQQ,2021,15,USD m,fob\n")


def test_a_bloc_may_stand_for_its_members_when_it_is_said(tmp_path: Path) -> None:
    reports, _ = read_reports(put(tmp_path, HEADER + "KAZ,KAZ,EU,2021,5,USD m,fob\n"), blocs=("EU",))
    assert reports[0].importer == "EU"


def test_an_empty_value_is_unknown_and_counted_and_zero_is_a_report(tmp_path: Path) -> None:
    text = HEADER + "KAZ,KAZ,RUS,2021,,USD m,fob\nKAZ,KAZ,CHN,2021,0,USD m,fob\n"
    reports, aside = read_reports(put(tmp_path, text))
    assert [(r.importer, r.value) for r in reports] == [("CHN", 0.0)]
    assert aside == {"rows without a value": 1}


def test_units_are_brought_to_millions(tmp_path: Path) -> None:
    text = HEADER + "A1,A1,B1,2021,5000,USD k,fob\nA1,A1,B1,2022,0.005,USD bn,fob\nA1,A1,B1,2023,5000000,USD,fob\n"
    reports, _ = read_reports(put(tmp_path, text))
    assert [r.value for r in reports] == pytest.approx([5.0, 5.0, 5.0])
    assert per_million("m USD") is None


def test_a_missing_column_file_or_all_values_is_told(tmp_path: Path) -> None:
    with pytest.raises(TightropeError, match="a column `basis`"):
        read_reports(put(tmp_path, "reporter,exporter,importer,year,value,unit\n"))
    with pytest.raises(TightropeError, match="cannot be read"):
        read_reports(tmp_path / "nothing.csv")
    with pytest.raises(TightropeError, match="no report with a value"):
        read_reports(put(tmp_path, HEADER))
    with pytest.raises(TightropeError, match="Did you mean `value`"):
        read_reports(put(tmp_path, HEADER.replace("unit", "unit,valeu")))


def test_totals_name_sides_and_may_be_turnovers(tmp_path: Path) -> None:
    text = "exporter,importer,year,value,unit,sd,both\nA1+B1,C1,2021,5,USD m,,\nA1,*,2021,7,USD m,0.1,yes\n"
    one, other = read_totals(put(tmp_path, text, "totals.csv"))
    assert (one.exporters, one.importers, one.sd, one.both) == (("A1", "B1"), ("C1",), None, False)
    assert (other.importers, other.sd, other.both) == ((), 0.1, True)
    with pytest.raises(TightropeError, match="a code on one side"):
        read_totals(put(tmp_path, "exporter,importer,year,value,unit\n*,*,2021,5,USD m\n", "totals.csv"))
    with pytest.raises(TightropeError, match="says nothing"):
        read_totals(put(tmp_path, "exporter,importer,year,value,unit\nA1,*,2021,,USD m\n", "totals.csv"))


def test_sizes_and_pairs_are_checked(tmp_path: Path) -> None:
    text = "country,year,value,unit\nA1,2021,5,USD bn\n"
    assert read_sizes(put(tmp_path, text, "gdp.csv")) == {("A1", 2021): 5000.0}
    with pytest.raises(TightropeError, match="more than 0"):
        read_sizes(put(tmp_path, "country,year,value,unit\nA1,2021,0,USD bn\n", "gdp.csv"))
    with pytest.raises(TightropeError, match="each country and year once"):
        read_sizes(put(tmp_path, text + "A1,2021,6,USD bn\n", "gdp.csv"))
    pairs = read_pairs(put(tmp_path, "exporter,importer,distance,contiguity\nA1,B1,1000,1\n", "pairs.csv"))
    assert pairs["distance"]["A1", "B1"] == pytest.approx(6.9077553)
    assert pairs["contiguity"]["A1", "B1"] == 1.0
    with pytest.raises(TightropeError, match="Give kilometres"):
        read_pairs(put(tmp_path, "exporter,importer,distance\nA1,B1,0\n", "pairs.csv"))


def test_a_packed_file_is_read_and_a_broken_one_refused(tmp_path: Path) -> None:
    path = tmp_path / "reports.csv.gz"
    path.write_bytes(gzip.compress((HEADER + "KAZ,KAZ,RUS,2021,5,USD m,fob\n").encode()))
    assert read_reports(path)[0][0].value == 5.0
    path.write_bytes(b"no gzip")
    with pytest.raises(TightropeError, match="cannot be read"):
        read_reports(path)
