from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tightrope.ingest.unga import roll_calls


def test_absence_and_non_membership_are_unknown_and_not_votes(tmp_path: Path) -> None:
    path = tmp_path / "calls.parquet"
    wide = {"rcid": [1], "date": ["2020-12-07"], "me": [0], "AAA": [1], "BBB": [2], "CCC": [3], "DDD": [8], "EEE": [9]}
    pd.DataFrame(wide).to_parquet(path)
    (row,) = roll_calls(path).to_dict("records")
    assert (row["year"], row["AAA"], row["BBB"], row["CCC"]) == (2020, 1, 2, 3)
    assert np.isnan(row["DDD"])
    assert np.isnan(row["EEE"])
    assert "rcid" not in row
