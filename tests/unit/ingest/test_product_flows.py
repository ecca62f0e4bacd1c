"""Files as people download them, good and bad."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pytest

from tightrope.base import TightropeError
from tightrope.ingest.countries import aggregate, country
from tightrope.ingest.product_flows import ProductFlows, listed_products, members, product_flows

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def made(text: str) -> Path:
        path = tmp_path / "flows.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return made


def rows(flows: ProductFlows) -> list[tuple[str, str, bool, str, str, float]]:
    columns = (flows.exporter, flows.importer, flows.by_importer, flows.product, flows.month, flows.value)
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


EUROSTAT = """REPORTER,PARTNER,PRODUCT,FLOW,PERIOD,VALUE_IN_EUR
Germany (incl. former GDR from 1991),Kyrgyzstan,"Parts, n.e.s. [85423190]",EXPORT,Mar. 2022,100
Germany (incl. former GDR from 1991),Kyrgyzstan,"Parts, n.e.s. [85423110]",EXPORT,Mar. 2022,11
Poland,Russian Federation (Russia),"Parts, n.e.s. [85423190]",IMPORT,Mar. 2022,7
"""
WANTED = [("DEU", "KGZ", False, "854231", "2022-03", 111.0), ("RUS", "POL", True, "854231", "2022-03", 7.0)]
COMTRADE = """reporterISO,partnerISO,cmdCode,period,flowCode,primaryValue,netWgt,motCode
DEU,KGZ,854231,202203,X,111,5,0
DEU,KGZ,854231,202203,X,60,3,1000
POL,RUS,854231,202203,M,7,,0
POL,RUS,854231,202203,RX,9,,0
"""
OLD_COMTRADE = """Period,Trade Flow,Reporter Code,Partner Code,Commodity Code,Netweight (kg),Trade Value (US$)
202203,Export,276,417,854231,5,111
202203,Import,616,643,854231,,7
"""
TIDY = """exporter,importer,product,month,value,reported_by
DEU,KGZ,854231,2022-03,111,exporter
RUS,POL,854231,2022-03,7,importer
"""


@pytest.mark.parametrize("text", [EUROSTAT, COMTRADE, OLD_COMTRADE, TIDY], ids=["eurostat", "new", "old", "tidy"])
def test_every_format_gives_the_same_flows(write: Write, text: str) -> None:
    assert rows(product_flows(write(text))) == WANTED


def test_parquet_and_gzip_give_what_csv_gives(write: Write, tmp_path: Path) -> None:
    plain = write(EUROSTAT)
    packed, table = tmp_path / "flows.csv.gz", tmp_path / "flows.parquet"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    duckdb.sql(f"COPY (SELECT * FROM read_csv('{plain}', all_varchar=true)) TO '{table}' (FORMAT parquet)")
    assert rows(product_flows(packed)) == rows(product_flows(table)) == WANTED


def test_weights_and_currency_are_read(write: Write) -> None:
    found = product_flows(write(COMTRADE))
    assert found.currency == "USD"
    np.testing.assert_array_equal(found.weight, [5.0, np.nan])
    assert found.set_aside == {
        "rows that are neither exports nor imports": 1,
        "rows that break a flow down by procedure, transport or second partner": 1,
    }


def test_value_and_quantity_in_rows_of_their_own_come_together(write: Write) -> None:
    text = "REPORTER,PARTNER,CODE,FLOW,TIME_PERIOD,INDICATORS,VALUE\n" + "".join(
        f"Germany,Kyrgyzstan,85423190,EXPORT,2022-03,{name},{value}\n"
        for name, value in (("VALUE_IN_EUROS", 100), ("QUANTITY_IN_100KG", 3), ("SUPPLEMENTARY_QUANTITY", 9))
    )
    found = product_flows(write(text))
    assert found.value.tolist() == [100.0]
    assert found.weight.tolist() == [300.0]
    assert found.set_aside == {"rows without a value": 1}


def test_headings_do_not_count_twice(write: Write) -> None:
    text = "exporter,importer,product,month,value\n" + "".join(
        f"DEU,KGZ,{code},2022-03,{value}\n"
        for code, value in (("8542", 111), ("85423190", 100), ("85423110", 11), ("9001", 5))
    )
    found = product_flows(write(text))
    assert rows(found) == [WANTED[0]]
    assert found.set_aside == {
        "rows of headings whose longer codes are in the file": 1,
        "rows of codes shorter than 6 digits": 1,
    }


def test_a_leading_zero_that_a_spreadsheet_took_is_put_back(write: Write) -> None:
    text = "exporter,importer,product,month,value\nDEU,KGZ,1012100,2022-03,5\n"
    assert product_flows(write(text), level=8).product.tolist() == ["01012100"]


def test_aggregates_are_left_out_where_members_report(write: Write) -> None:
    head, one = "exporter,importer,product,month,value\n", "DEU,KGZ,854231,2022-03,111\n"
    whole = "EU27_2020,KGZ,854231,2022-03,111\nEuro area,KGZ,854231,2022-03,99\n"
    found = product_flows(write(head + one + whole))
    assert rows(found) == [WANTED[0]]
    assert found.set_aside == {
        "rows of aggregates that are no bloc (world, euro area, ...)": 1,
        "rows of EU as a whole, whose members are in the file": 1,
    }
    assert product_flows(write(head + whole)).exporter.tolist() == ["EU"]


def test_unknown_names_and_codes_are_counted(write: Write) -> None:
    text = "exporter,importer,product,month,value\nDEU,KGZ,854231,2022-03,111\nDEU,Atlantis,854231,2022-03,1\nDEU,KGZ,8418XXXX,2022-03,1\n"
    assert product_flows(write(text)).set_aside == {
        "rows whose reporter or partner is no known country": 1,
        "rows whose product code is no number": 1,
    }


def test_same_row_twice_counts_once_and_another_value_is_refused(write: Write) -> None:
    head, one = "exporter,importer,product,month,value\n", "DEU,KGZ,854231,2022-03,111\n"
    found = product_flows(write(head + one + one))
    assert rows(found) == [WANTED[0]]
    assert found.set_aside == {"rows given twice, once kept": 1}
    with pytest.raises(TightropeError, match=r"line 2: DEU to KGZ, 854231, 2022-03: 2 rows with different values"):
        product_flows(write(head + one + one.replace("111", "112")))


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("2022-03,-5", "line 3: value: -5. Expected a number, 0 or more"),
        ("2022-03,many", "line 3: value: many"),
        ("2022,5", "line 3: month: 2022. Expected a month"),
        ("2022-13,5", "line 3: month: 2022-13"),
    ],
)
def test_bad_cells_are_refused_with_their_line(write: Write, cell: str, says: str) -> None:
    with pytest.raises(TightropeError, match=says):
        product_flows(
            write(f"exporter,importer,product,month,value\nDEU,KGZ,854231,2022-03,1\nDEU,KGZ,854231,{cell}\n")
        )


def test_partial_months_are_set_aside(write: Write) -> None:
    months = [f"2021-{k:02d}" for k in range(1, 13)]
    lines = [f"DEU,KGZ,85{k:04d},{month},5" for month in months for k in range(10)]
    late = [f"DEU,KGZ,85{k:04d},2022-01,5" for k in range(3)]
    found = product_flows(write("exporter,importer,product,month,value\n" + "\n".join(lines + late) + "\n"))
    assert sorted(set(found.month.tolist())) == months
    assert found.set_aside == {"rows of 2022-01, a partial month": 3}


def test_a_file_in_no_format_and_no_file_at_all_are_refused(write: Write, tmp_path: Path) -> None:
    with pytest.raises(TightropeError, match="no known format"):
        product_flows(write("a,b\n1,2\n"))
    with pytest.raises(TightropeError, match="no such file"):
        product_flows(tmp_path / "nowhere.csv")
    with pytest.raises(TightropeError, match="no row can be used"):
        product_flows(write("exporter,importer,product,month,value\nAtlantis,KGZ,854231,2022-03,1\n"))


def test_totals_come_from_a_second_file_in_the_same_currency(write: Write, tmp_path: Path) -> None:
    totals = tmp_path / "totals.csv"
    totals.write_text(
        "REPORTER,PARTNER,PRODUCT,FLOW,PERIOD,VALUE_IN_EUR\nGermany,Kyrgyzstan,Total [TOTAL],EXPORT,202203,900\n"
    )
    found = product_flows(write(EUROSTAT), totals=totals)
    assert ("DEU", "KGZ", False, "TOTAL", "2022-03", 900.0) in rows(found)
    with pytest.raises(TightropeError, match=r"EUR and flows\.csv in USD"):
        product_flows(write(COMTRADE), totals=totals)


def test_a_coalition_is_added_up(write: Write) -> None:
    text = "exporter,importer,product,month,value\nDEU,KGZ,854231,2022-03,5\nPOL,KGZ,854231,2022-03,6\nUSA,KGZ,854231,2022-03,7\n"
    found = product_flows(write(text), together=dict.fromkeys(members("EU"), "EU"))
    assert [(row[0], row[5]) for row in rows(found)] == [("EU", 11.0), ("USA", 7.0)]


def test_lists_of_products_have_tiers_and_names(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("hs6,tier,name\n854231,TIER_1,Processors\n8542.32,TIER_1,\nwhat,TIER_2,x\n")
    found = listed_products(path)
    assert found.codes == ("854231", "854232")
    assert found.tiers["854231"] == "TIER_1"
    assert found.labels == {"854231": "Processors"}
    assert found.set_aside == {"listed codes that are no number": 1}


def test_countries_go_by_many_names() -> None:
    assert [country(name) for name in ("KGZ", "kg", "417", "Kyrgyz Republic", "Belarus (Belorussia)")] == [
        "KGZ", "KGZ", "KGZ", "KGZ", "BLR",
    ]  # fmt: skip
    assert country("Atlantis") is None
    assert aggregate("World") == ""
    assert len(members("EU")) == 28
    assert members("EU")[-1] == "EU"
    with pytest.raises(TightropeError, match="Did you mean `KGZ`"):
        members("KGX")
