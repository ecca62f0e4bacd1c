"""The account of a scenario: rows, text and command say the same."""

from __future__ import annotations

import json
import re

import pytest

from tightrope.app.accounts import account_rows, write_accounts
from tightrope.base import RunError
from tightrope.report.accounts import account_markdown
from tightrope.report.words import number, percent, signed

DIGITS = {"%/yr": 2, "%": 1}


@pytest.fixture(scope="module")
def found(central_asia):
    return account_rows(central_asia, scenarios=["us_base_kyrgyzstan"], members=64, command="tightrope account -s X")


@pytest.fixture(scope="module")
def page(found):
    return account_markdown(found, found["accounts"][0])


def test_each_outcome_of_each_cell_is_told_once(found, central_asia):
    keys = [(row["state"], row["power"], row["outcome"]) for row in found["accounts"][0]["changes"]]
    assert len(set(keys)) == len(keys)
    assert sum(outcome == "room" for *_, outcome in keys) == len(central_asia.states)
    pairs = len(central_asia.states) * len(central_asia.powers)
    assert sum(outcome == "barrier" for *_, outcome in keys) == pairs


def test_changes_and_contributions_add_up(found):
    one = found["accounts"][0]
    changes = {(row["state"], row["power"], row["outcome"]): row for row in one["changes"]}
    for row in changes.values():
        assert row["low"] <= row["high"]
        assert 0 <= row["higher"] + row["lower"] <= 1 + 1e-9
    assert one["contributions"]
    for row in one["contributions"]:
        whole = changes[row["state"], row["power"], row["outcome"]]
        assert row["without"] == pytest.approx(whole["mean"] - row["mean"])


def test_every_figure_of_the_text_is_in_the_rows(found, page):
    one = found["accounts"][0]
    told = set()
    for row in one["changes"] + one["contributions"]:
        digits = DIGITS.get(row.get("unit", ""), 3)
        cells = [row.get(key) for key in ("mean", "low", "high", "error", "without")]
        for d in (1, 2, digits):
            told |= {f(cell, d) for cell in cells if cell is not None for f in (signed, number)}
        told |= {percent(row.get(key)) for key in ("higher", "lower")}
    told |= {percent(row[key]) for row in one["options"] for key in ("prob", "baseline") if row[key] is not None}
    body = page.split("## What changes for whom")[1]
    body = re.sub(r"“[^”]*”|nothing moves by as much as [^.]*\.[^)]*\)|carries 0\.0*1 of it", "", body)
    figures = re.findall(r"[+−]?\d+(?:[.,]\d+)*%?", body)
    assert len(figures) > 30
    assert [figure for figure in figures if figure not in told] == []


def test_the_page_names_its_command_its_question_and_the_largest_change(found, page, central_asia):
    one = found["accounts"][0]
    assert "`tightrope account -s X`" in page
    assert central_asia.scenarios["us_base_kyrgyzstan"].asks in page
    largest = one["changes"][0]
    assert f"{signed(largest['mean'], DIGITS.get(largest['unit'], 3))}" in page


def test_pages_and_rows_are_written(found, tmp_path):
    written = write_accounts(found, tmp_path / "pages")
    assert [path.name for path in written] == ["us_base_kyrgyzstan.md", "accounts.json"]
    assert json.loads(written[-1].read_text(encoding="utf-8")) == json.loads(json.dumps(found))


def test_a_folder_that_is_a_file_and_no_scenario_are_refused(found, tmp_path, central_asia):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be written"):
        write_accounts(found, tmp_path / "file")
    with pytest.raises(RunError, match="no scenario beside `history`"):
        account_rows(central_asia, scenarios=["history"])


def test_the_command_prints_the_page(shell):
    said = shell("account", "-s", "cku_railway", "--members", "16")
    assert said.code == 0
    assert said.out.startswith("# The railway from China to Uzbekistan opens")
    assert "`railway_bypass`" in said.out
