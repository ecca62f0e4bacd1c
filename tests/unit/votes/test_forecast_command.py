from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from tightrope.app.cli import app
from tightrope.base import TightropeError
from tightrope.votes import Ballots

from .planted import STATES, planted

CODES = dict(zip(STATES, ["KAZ", "KGZ", "TJK", "TKM", "UZB", "DEU", "IRN", "TUR", "RUS", "USA"], strict=True))
WORDS = {1: "Y", 2: "A", 3: "N", 8: "X"}
OPTIONS = ("yes", "abstain", "no", "absent")


def write(path: Path, votes: Ballots, leave_out: tuple[str, ...] = ()) -> str:
    """A file as of the UN Digital Library."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["undl_id", "ms_code", "ms_name", "ms_vote", "date", "session", "resolution", "title"])
        for r, roll in enumerate(votes.ids):
            for s, state in enumerate(votes.states):
                if state in leave_out:
                    continue
                vote = WORDS[int(votes.votes[r, s])]
                symbol = f"A/RES/{votes.sessions[r]}/{roll[1:]}"
                date, session = str(votes.dates[r]), int(votes.sessions[r])
                out.writerow([roll[1:], CODES[state], CODES[state], vote, date, session, symbol, votes.titles[r]])
    return str(path)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder, votes = tmp_path_factory.mktemp("votes"), planted(6)
    past, ahead = votes.on(votes.sessions < 55), votes.on(votes.sessions == 55)
    return {
        "train": write(folder / "train.csv", past),
        "test": write(folder / "test.csv", ahead),
        "agenda": write(folder / "agenda.csv", ahead, tuple(s for s in STATES if s not in ("PPP", "QQQ"))),
        "all": write(folder / "all.csv", votes),
    }


def answer(*options: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["votes", *options, "--json"])
    assert done.exit_code == 0, (done.output, done.exception)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


GIVEN = ("--given", "RUS,USA", "--states", "KAZ,UZB")


def test_forecast_tells_each_state_s_four_probabilities_on_each_roll_call(files: dict[str, str]) -> None:
    found = answer("forecast", "--train", files["train"], "--rolls", files["test"], *GIVEN)
    assert found["mode"] == "forecast"
    assert len(found["rows"]) == 30 * 2
    assert set(found["rows"][0]) == {"roll", "state", *OPTIONS}
    np.testing.assert_allclose([sum(row[option] for option in OPTIONS) for row in found["rows"]], 1)


def test_an_agenda_with_the_powers_votes_alone_gives_the_same_forecast(files: dict[str, str]) -> None:
    full = answer("forecast", "--train", files["train"], "--rolls", files["test"], *GIVEN)
    bare = answer("forecast", "--train", files["train"], "--rolls", files["agenda"], *GIVEN)
    assert full["rows"] == bare["rows"]


def test_score_tells_model_baselines_and_states(files: dict[str, str]) -> None:
    found = answer("score", "--train", files["train"], "--test", files["test"], *GIVEN)
    assert found["mode"] == "forecast"
    assert set(found["model"]) >= {"log_loss", "brier", "accuracy"}
    assert set(found["baselines"]) >= {"own_frequency", "same_item_last_time", "nearest_power", "logit_on_powers"}
    assert set(found["by_state"]) == {"KAZ", "UZB"}
    assert sum(state["n"] for state in found["by_state"].values()) == found["n"]


def test_roll_calls_in_both_files_are_imputed(files: dict[str, str]) -> None:
    found = answer("score", "--train", files["all"], "--test", files["test"], "--states", "KAZ")
    assert found["mode"] == "imputation"
    assert set(found["baselines"]) == {"own_frequency", "share_of_the_roll_call", "similar_states", "ideal_point"}
    rows = answer("forecast", "--train", files["train"], "--rolls", files["test"], *GIVEN, "--mode", "imputation")
    assert rows["mode"] == "imputation"
    assert len(rows["rows"]) == 30 * 2


def test_a_forecast_of_sessions_in_the_training_file_sets_them_aside(files: dict[str, str]) -> None:
    apart = answer("score", "--train", files["train"], "--test", files["test"], *GIVEN)
    among = answer("score", "--train", files["all"], "--test", files["test"], *GIVEN, "--mode", "forecast")
    assert among["model"] == apart["model"]
    assert 30 in among["set_aside"].values()


def test_people_get_tables(files: dict[str, str]) -> None:
    done = CliRunner().invoke(app, ["votes", "score", "--train", files["train"], "--test", files["test"], *GIVEN])
    assert done.exit_code == 0, done.exception
    assert "same item last time" in done.stdout
    done = CliRunner().invoke(app, ["votes", "forecast", "--train", files["train"], "--rolls", files["test"], *GIVEN])
    assert done.stdout.count("KAZ") == 30


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--given", "RSU"], "RUS"),
        (["--states", "KZA"], "KAZ"),
        (["--mode", "guess"], "imputation"),
        (["--given", "KAZ", "--states", "KAZ"], "Leave it out"),
    ],
)
def test_wrong_names_are_refused_with_the_remedy(files: dict[str, str], options: list[str], says: str) -> None:
    done = CliRunner().invoke(app, ["votes", "score", "--train", files["train"], "--test", files["test"], *options])
    assert isinstance(done.exception, TightropeError)
    assert says in str(done.exception)
