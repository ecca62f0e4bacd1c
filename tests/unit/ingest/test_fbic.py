from __future__ import annotations

from pathlib import Path

import pandas as pd

from tightrope.ingest.fbic import influence


def test_each_part_of_each_influencer_is_a_row(tmp_path: Path) -> None:
    path = tmp_path / "fbic.csv"
    parts = ("fbic", "econb", "econd", "polb", "secb", "secd")
    columns = {f"{part}_{power}": [i / 10] for power in ("one", "two") for i, part in enumerate(parts)}
    pd.DataFrame({"iso3": ["AAA"], "year": [2020]} | columns).to_csv(path, index=False)
    rows = influence(path, {"one": "PPP", "two": "QQQ"}).set_index(["state", "partner", "year", "part"])["value"]
    assert len(rows) == 12
    assert rows["AAA", "QQQ", 2020, "secd"] == 0.5
