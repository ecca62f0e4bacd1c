from __future__ import annotations

import gzip
from pathlib import Path

from tightrope.ingest.cepii import between
from tightrope.ingest.eurostat import monthly_exports, monthly_imports
from tightrope.ingest.national_trade import armenia


def test_armenian_years_with_a_missing_month_are_left_out(tmp_path: Path) -> None:
    lines = ["country,year,month,export,import_origin,import_consignment"]
    lines += [f"Freedonia,2021,{month},1000,2000,500" for month in range(1, 13)]
    lines += ["Sylvania,2021,3,0,0,4000"]
    lines += [f"Freedonia,2022,{month},1000,2000,500" for month in range(1, 12)]
    path = tmp_path / "arm.csv.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    rows = armenia(path, codes={"Freedonia": "FRE"})
    assert [(r["year"], r["partner"], r["label"], r["exports"], r["imports"]) for r in rows] == [
        (2021, "FRE", "Freedonia", 12.0, 24.0),
        (2021, "", "Sylvania", 0.0, 0.0),
        (2021, "WLD", "sum of the lines", 12.0, 24.0),
    ]
    sent = armenia(path, codes={"Freedonia": "FRE"}, imports="import_consignment")
    assert [r["imports"] for r in sent] == [6.0, 4.0, 10.0]


def test_exports_and_imports_of_members_are_told_apart_and_aggregates_left_out(tmp_path: Path) -> None:
    text = (
        "flow,reporter_code,partner_iso3,period_iso,VALUE_IN_EUR\n"
        "EXPORT,DEU,KGZ,2021-01,2000000\nIMPORT,DEU,KGZ,2021-01,500000\nEXPORT,EU27_2020,KGZ,2021-01,9000000\n"
    )
    path = tmp_path / "eu.csv.gz"
    path.write_bytes(gzip.compress(text.encode()))
    assert monthly_exports(path) == {("DEU", "KGZ", "2021-01"): 2.0}
    assert monthly_imports(path) == {("DEU", "KGZ", "2021-01"): 0.5}


def test_language_is_common_if_official_or_spoken_and_the_past_in_any_way(tmp_path: Path) -> None:
    text = (
        "iso_o,iso_d,contig,comlang_off,comlang_ethno,comcol,col45,smctry,dist\n"
        "AAA,BBB,1,0,1,0,0,1,1234.5\nAAA,CCC,0,0,0,0,0,0,10\n"
    )
    path = tmp_path / "dist.csv.gz"
    path.write_bytes(gzip.compress(text.encode()))
    found = between(path)
    assert found["AAA", "BBB"] == {"distance": 1234.5, "contiguity": 1.0, "language": 1.0, "past": 1.0}
    assert found["AAA", "CCC"] == {"distance": 10.0, "contiguity": 0.0, "language": 0.0, "past": 0.0}
