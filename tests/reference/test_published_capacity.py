"""Our measures beside the published influence capacity of China and Russia, which the case holds for 2020."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import pearsonr, spearmanr

from tightrope.case import Case
from tightrope.measure import measures

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explain" / "measures.md"
PAIRS = [
    ("capacity", "FBIC", "fbic"),
    ("bandwidth", "bandwidth", "fbic_bandwidth"),
    ("one_sidedness", "dependence", "fbic_dependence"),
    ("dependence", "FBIC", "fbic"),
]


@pytest.mark.parametrize(("ours", "title", "published"), PAIRS)
def test_page_tells_the_correlation_with_the_published_index(
    central_asia: Case, ours: str, title: str, published: str
) -> None:
    mine = measures(central_asia, 2021)[ours].value
    theirs = central_asia.dyad(published, 2020).value
    both = ~np.isnan(theirs)
    assert both.sum() == 10
    rank, line = spearmanr(mine[both], theirs[both]).statistic, pearsonr(mine[both], theirs[both]).statistic
    row = re.search(
        rf"^\| {ours.replace('_', '-')} \| {title} \| ([\d.]+) \| ([\d.]+) \|$", PAGE.read_text("utf-8"), re.M
    )
    assert row is not None
    assert [float(x) for x in row.groups()] == pytest.approx([rank, line], abs=0.006)
