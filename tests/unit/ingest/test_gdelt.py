from __future__ import annotations

from pathlib import Path

import pandas as pd

from tightrope.ingest.gdelt import cooperation


def test_days_of_conflict_and_events_at_home_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "ties.parquet"
    days = [
        ("20200101", "AAA", "BBB", 2.0),
        ("20200102", "AAA", "BBB", 3.0),
        ("20200103", "AAA", "BBB", -9.0),
        ("20200101", "AAA", "AAA", 7.0),
    ]
    pd.DataFrame(days, columns=["date", "country", "partner", "edge"]).to_parquet(path)
    assert cooperation(path).to_dict("records") == [{"state": "AAA", "partner": "BBB", "year": 2020, "score": 5.0}]
