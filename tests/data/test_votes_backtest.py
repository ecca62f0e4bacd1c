"""One session of the backtest again, and the page that tells of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tightrope.app.ballots import read_ballots
from tightrope.votes.score import report
from tightrope.votes.trial import forecast_trial

pytestmark = pytest.mark.data

PAGE = Path(__file__).resolve().parents[2] / "docs" / "backtest.md"
GIVEN = ("RUS", "CHN", "USA", "TUR", "IRN", "DEU", "FRA")
STATES = ("KAZ", "KGZ", "TJK", "TKM", "UZB")


def test_a_session_forecast_again_gives_what_the_page_says(data: Path) -> None:
    folder = data / "unga_votes"
    votes = read_ballots(
        folder / "bsv_rollcalls_wide_1991_2022.parquet", titles=folder / "rollcall_descriptions_1991_2020.csv.gz"
    )
    past, ahead = votes.on(votes.sessions < 74), votes.on(votes.sessions == 74)
    found = report(forecast_trial(past, ahead, given=GIVEN, states=STATES).scored, n_draws=10)
    row = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| session 74 |"))
    told = [float(cell) for cell in row.strip("| ").split("|")[1:]]
    again = [found["n"], found["model"]["log_loss"], *(b["log_loss"] for b in found["baselines"].values())]
    assert told == pytest.approx(again, abs=0.0015)
    assert found["model"]["log_loss"] < 0.9 * min(b["log_loss"] for b in found["baselines"].values())
