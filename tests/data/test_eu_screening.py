"""EU exports of goods under sanctions: read whole, and high-priority codes stand out where they should."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest

from tightrope.app.trade_screen import Answer, screened
from tightrope.ingest.product_flows import listed_products

pytestmark = [pytest.mark.data, pytest.mark.slow]


@pytest.fixture(scope="module")
def answer(data: Path) -> Answer:
    folder = data / "eu_sanctioned_goods_cn8"
    return screened(
        folder / "eu_exports_sanctioned_monthly.parquet",
        "EU",
        "RUS",
        "ARM,GEO,KAZ,KGZ,UZB",
        "2022-03",
        totals=folder / "eu_total_and_hs27_monthly.csv.gz",
        tiers=folder / "common_high_priority_hs6.csv",
        apart="BLR",
    )


def test_headings_are_set_aside_and_the_rest_is_all_there(answer: Answer, data: Path) -> None:
    assert answer.set_aside["rows of headings whose longer codes are in the file"] == 144_111
    panel = answer.screening.panel
    assert panel.shape == (5, 1392, 35)  # 1,391 products to the target or a hub, and all other trade
    file = data / "eu_sanctioned_goods_cn8" / "eu_exports_sanctioned_monthly.parquet"
    whole = f"SELECT sum(VALUE) FROM '{file}' WHERE length(CODE) = 8 AND PARTNER"
    for name, ours in (("Kyrgyzstan", panel.inflow[3, :-1]), ("Russian Federation (Russia)", panel.direct[:-1])):
        assert ours.sum() == float(duckdb.sql(f"{whole} = '{name}'").fetchall()[0][0])
    assert answer.flows.currency == "EUR"


def test_high_priority_codes_stand_above_other_goods_in_kyrgyzstan_and_armenia(answer: Answer, data: Path) -> None:
    high = set(listed_products(data / "eu_sanctioned_goods_cn8" / "common_high_priority_hs6.csv").codes)
    panel, rows = answer.screening.panel, answer.screening.rows
    is_high = np.isin(np.array(panel.products)[rows.product], sorted(high))
    for hub in ("KGZ", "ARM"):
        here = rows.hub == panel.hubs.index(hub)
        assert rows.probability[here & is_high].mean() > 2 * rows.probability[here & ~is_high].mean()


def test_placebo_months_are_flagged_far_less(answer: Answer) -> None:
    placebo, rows = answer.screening.placebo, answer.screening.rows
    assert placebo is not None
    assert (placebo.probability > 0.7).mean() < 0.25 * (rows.probability > 0.7).mean()
