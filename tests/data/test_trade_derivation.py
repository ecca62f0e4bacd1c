"""The matrix of trade in the built-in case is what its derivation gives, and the sources are read as their quirks demand."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
CASE = ROOT / "src" / "tightrope" / "cases" / "central_asia"
sys.path.insert(0, str(ROOT / "derive" / "central_asia"))

import trade  # noqa: E402

from tightrope.ingest import eurostat, national_trade  # noqa: E402
from tightrope.trade.reconcile.trial import trial  # noqa: E402

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def inputs(data: Path):
    return trade.gathered(data, CASE)


@pytest.fixture(scope="module")
def matrix(inputs):
    return trade.matrix(inputs[0])


def read(name: str) -> dict[tuple[str, str, str], dict[str, str]]:
    with (CASE / name).open(encoding="utf-8", newline="") as file:
        return {(row["exporter"], row["importer"], row["year"]): row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def table() -> dict[tuple[str, str, str], dict[str, str]]:
    return read("trade.csv")


def test_the_tables_of_the_case_are_the_derived_ones(inputs, matrix, table) -> None:
    rows, readings = (derived(inputs[0], inputs[1], matrix) for derived in (trade.case_rows, trade.reading_rows))
    assert len(rows) == len(table) == 14 * 14 * 6
    assert len(readings) == len(read("trade_readings.csv")) == (14 * 2 + 2) * 6
    kept = table | read("trade_readings.csv")
    for row in (*rows, *readings):
        there = kept[row["exporter"], row["importer"], row["year"]]
        for name in ("value", "low", "high"):
            # the fit stops within a tolerance, which another processor reaches elsewhere
            assert float(there[name]) == pytest.approx(float(row[name]), rel=0.02, abs=1e-3)
        assert (there["kind"], there["source"]) == (row["kind"], row["source"])


def test_every_source_of_the_table_is_of_the_derivation(inputs, table) -> None:
    cited = {key for row in table.values() for key in row["source"].split(";")}
    assert cited <= set(inputs[2].entries)


def test_nothing_of_2023_moves_what_was_learned(inputs, matrix) -> None:
    kept = inputs[0]
    early = trade.reconcile(
        [r for r in kept.reports if r.year <= 2022],
        sizes={k: v for k, v in kept.sizes.items() if k[1] <= 2022},
        pairs=trade.log_pairs(kept),
        until=2022,
    )
    before = {(r.reporter, r.direction): r.error for r in early.reporters}
    after = {(r.reporter, r.direction): r.error for r in matrix.reporters if (r.reporter, r.direction) in before}
    assert after == pytest.approx(before, rel=0.05)
    margins = [m.fit.coefficients[m.fit.columns["margin"]][0] for m in (early, matrix)]
    assert margins[0] == pytest.approx(margins[1], abs=0.002)


def test_ranges_hold_the_hidden_reports_of_2023_about_as_often_as_they_say(inputs) -> None:
    kept = inputs[0]
    found = trial(kept.reports, 2023, sizes=kept.sizes, pairs=trade.log_pairs(kept))
    hits = [one.coverage(0.9) for one in found]
    assert 0.85 < np.mean(hits) < 0.96, hits


def test_members_add_up_to_the_union_and_aggregates_are_no_reporters(data: Path, inputs) -> None:
    kept, setting, _ = inputs
    assert not {r.reporter for r in kept.reports} & {"EU27_2020", "EU_CHANGING", "EA20", "EA_CHANGING"}
    folder = data / "eu_exports_monthly"
    annual = eurostat.annual_exports(folder / "eu27_exports_annual_all_partners.csv.gz")
    monthly = eurostat.monthly_exports(folder / "eu_total_trade_monthly.csv.gz")
    for partner in ("KAZ", "KGZ", "UZB", "RUS", "ARM", "GEO"):
        summed = sum(v for (m, p, month), v in monthly.items() if p == partner and month[:4] == "2021")
        assert summed == pytest.approx(annual[partner, 2021], rel=0.01)
    per_cell = Counter((r.exporter, r.importer, r.year) for r in kept.reports if r.reporter in setting.members)
    assert set(per_cell.values()) == {1}


def test_lines_that_the_kazakh_sheet_of_2018_lost_are_no_zeros(inputs) -> None:
    kept = inputs[0]
    said = {(r.importer, r.year) for r in kept.reports if r.reporter == r.exporter == "KAZ"}
    assert ("CHN", 2019) in said
    assert ("CHN", 2018) not in said
    total = next(t for t in kept.totals if t.exporters == ("KAZ",) and t.year == 2018)
    assert set(total.importers) == {"CHN", "CZE", "FIN", "SVK", "ROW"}
    assert total.value > 5000


def test_armenian_months_add_up_to_whole_years_and_2024_is_no_year_of_the_matrix(data: Path, inputs) -> None:
    paths = trade._years(data / "national_trade", "arm_trade_by_partner_monthly.csv.gz")
    codes = trade.armenian_codes(data, inputs[1].rules)
    lines = national_trade.armenia(*paths, codes=codes)
    of_2021 = {line["partner"]: line for line in lines if line["year"] == 2021 and line["partner"]}
    assert of_2021["WLD"]["exports"] == pytest.approx(3015.987, abs=0.01)
    assert of_2021["RUS"]["imports"] == pytest.approx(1785.414, abs=0.01)
    assert {r.year for r in inputs[0].reports} == set(range(2018, 2024))


def test_russian_books_end_with_2021_and_mirrors_go_on(inputs, table) -> None:
    assert {r.year for r in inputs[0].reports if r.reporter == "RUS"} == {2018, 2019, 2020, 2021}
    assert "RUS exports" in table["RUS", "KAZ", "2021"]["how"]
    assert "RUS exports" not in table["RUS", "KAZ", "2022"]["how"]
    assert "KAZ imports" in table["RUS", "KAZ", "2022"]["how"]


def test_known_orders_of_magnitude(table) -> None:
    value = {at: float(row["value"]) for at, row in table.items()}
    assert 16_000 < value["RUS", "KAZ", "2021"] < 20_000
    assert 6_000 < value["KAZ", "RUS", "2021"] < 8_000
    assert 1_400 < value["RUS", "TJK", "2022"] + value["TJK", "RUS", "2022"] < 2_000
    assert value["EU", "KGZ", "2023"] > 3 * value["EU", "KGZ", "2021"]
