"""The economic rows of the built-in case are what their derivation gives, and nothing else stands in their place."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CASE = ROOT / "src" / "tightrope" / "cases" / "central_asia"
sys.path.insert(0, str(ROOT / "derive" / "central_asia"))

import economy  # noqa: E402
import figures  # noqa: E402
import stakes  # noqa: E402


def table(name: str) -> list[dict[str, str]]:
    with (CASE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def counted(rows: list[dict[str, str]]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(row.values()) for row in rows)


@pytest.fixture(scope="module")
def derived(
    data: Path,
) -> tuple[list[dict[str, str]], list[dict[str, str]], set[str], dict[str, dict[str, object]]]:
    ties, attributes, sources, names = economy.derive(data, CASE)
    return ties, attributes, set(sources.entries), names


@pytest.mark.data
def test_ties_of_the_case_are_the_derived_ones(derived) -> None:
    in_case = [row for row in table("ties.csv") if row["channel"] in economy.CHANNELS]
    assert counted(in_case) == counted(derived[0])


@pytest.mark.data
def test_attributes_of_the_case_are_the_derived_ones(derived) -> None:
    _, attributes, _, names = derived
    in_case = [row for row in table("attributes.csv") if row["attribute"] in names]
    assert counted(in_case) == counted(attributes)


@pytest.mark.data
def test_every_derived_row_that_claims_a_source_has_one(derived) -> None:
    ties, attributes, keys, _ = derived
    for row in ties + attributes:
        assert row["kind"] == "assumed" or row["source"], row
        assert set(filter(None, row["source"].split(";"))) <= keys, row


@pytest.mark.data
def test_kazakh_imports_from_russia_are_two_fifths_of_imports_and_a_quarter_of_turnover(
    derived,
) -> None:
    found = {
        row["attribute"]: float(row["value"])
        for row in derived[1]
        if (row["actor"], row["partner"], row["period"], row["chosen"]) == ("KAZ", "RUS", "2021", "yes")
    }
    assert found["import_share"] == pytest.approx(0.425, abs=0.001)
    assert found["turnover_share"] == pytest.approx(0.242, abs=0.001)


@pytest.mark.data
def test_members_add_up_to_what_the_kazakh_office_publishes_for_the_union(data: Path) -> None:
    # The office's own line counted the United Kingdom in until 2022.
    members = frozenset(next(r for r in table("actors.csv") if r["id"] == "EU")["members"].split(";"))
    lines = figures.national_trade.kazakhstan(data / "national_trade" / "kaz_trade_by_partner_annual.csv")
    of_year = [line for line in lines if line["year"] == 2021]
    published = next(line["imports"] for line in of_year if line["label"] == "Страны ЕС")
    outside = next(line["imports"] for line in of_year if line["partner"] == "GBR")
    summed = sum(line["imports"] for line in of_year if line["partner"] in members)
    assert summed == pytest.approx(published - outside, rel=1e-9)


def test_a_figure_that_is_not_there_is_named_with_what_is_near() -> None:
    known = figures.Figures([figures.Figure("TJK", "RUS", "turnover", "2021", 1.0, "USD m", "k", "Trend")])
    with pytest.raises(ValueError, match="names 0 figures"):
        known.named("TJK RUS 2020 | turnover")


def test_an_expression_can_only_count() -> None:
    with pytest.raises(ValueError, match="only numbers"):
        figures.evaluate("__import__('os')", {})


def test_parameters_of_the_economy_are_what_the_rules_give() -> None:
    for name, text in stakes.derive(CASE).items():
        assert (CASE / "parameters" / name).read_text(encoding="utf-8") == text, name


def test_stakes_of_a_state_add_up_to_one() -> None:
    rules = stakes.YAML(typ="safe").load((stakes.HERE / "economy_stakes.yaml").read_text(encoding="utf-8"))
    sums: Counter[str] = Counter()
    for entry in stakes.stakes(stakes.Known(CASE, rules["year"]), rules):
        sums[entry["at"][0]] += round(1000 * entry["value"])
    assert set(sums.values()) == {1000}
