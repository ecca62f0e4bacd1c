from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from tightrope.ingest.unga import agreement, roll_calls


def test_absence_and_non_membership_are_unknown_and_not_votes(tmp_path: Path) -> None:
    path = tmp_path / "calls.parquet"
    wide = {"rcid": [1], "date": ["2020-12-07"], "me": [0], "AAA": [1], "BBB": [2], "CCC": [3], "DDD": [8], "EEE": [9]}
    pd.DataFrame(wide).to_parquet(path)
    (row,) = roll_calls(path).to_dict("records")
    assert (row["year"], row["AAA"], row["BBB"], row["CCC"]) == (2020, 1, 2, 3)
    assert np.isnan(row["DDD"])
    assert np.isnan(row["EEE"])
    assert "rcid" not in row


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), min_size=1))
def test_agreement_beyond_chance_is_symmetric_and_at_most_one(pairs: list[tuple[int, int]]) -> None:
    one, other = np.array(pairs, dtype=float).T
    assert np.array_equal(agreement(one, other), agreement(other, one), equal_nan=True)
    assert not (abs(agreement(one, other)) > 1 + 1e-9).any()
    assert (agreement(one, one)[0] == 1) == (len(set(one)) > 1)


def test_pi_by_hand() -> None:
    # yes-yes twice and yes-no once: seen (0 + 0 + 4)/3; shares yes 5/6, no 1/6; chance 2 * 5/36 * 4
    one, other = np.array([1.0, 1.0, 1.0, np.nan]), np.array([1.0, 1.0, 3.0, 2.0])
    assert agreement(one, other)[0] == 1 - (4 / 3) / (2 * 5 / 36 * 4)


def test_independent_votes_agree_as_chance_would_have_it() -> None:
    rng = np.random.default_rng(1)
    one, other = rng.choice([1.0, 2.0, 3.0], p=[0.7, 0.2, 0.1], size=(2, 200_000))
    assert abs(agreement(one, other)[0]) < 0.01
