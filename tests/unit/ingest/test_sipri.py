from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tightrope.ingest.sipri import NAMES, deliveries, register


def deal(**cells: object) -> dict[str, object]:
    usual = {"recipient": "Aland", "supplier": "Bland", "ordered": 2015, "delivered": "2016; 2017", "tiv": 10.0}
    return {long: (usual | cells).get(short, "") for long, short in NAMES.items()}


def test_a_deal_is_spread_over_its_delivery_years_and_misaligned_rows_are_dropped(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    pd.DataFrame([deal(), deal(ordered=0.36), deal(delivered="", tiv=5.0)]).to_csv(path, index=False)
    rows = deliveries(register([path]))
    assert rows[["year", "tiv"]].to_numpy().tolist() == [[2016, 5.0], [2017, 5.0]]
    assert rows["tiv"].sum() == pytest.approx(10.0)
