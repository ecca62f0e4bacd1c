from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from tightrope.app.cli import app
from tightrope.base import FitError, TightropeError
from tightrope.votes.pulls import pulls

from .planted import planted
from .test_forecast_command import write


def test_planted_pulls_are_found() -> None:
    found = pulls(planted(n_sessions=12, pull=1.5), ("PPP", "QQQ"))
    assert found.states == ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG", "HHH")
    for state in range(8):
        follows, other = found.pull[state, state % 2], found.pull[state, 1 - state % 2]
        assert abs(follows - 1.5) < 4 * found.error[state, state % 2]
        assert abs(other) < 4 * found.error[state, 1 - state % 2]
    assert not found.by


def test_a_planted_slope_on_dependence_is_found() -> None:
    votes = planted(n_sessions=12, pull=1.5)
    # PPP pulls its followers by 1.5 and the others not at all, so a level of 1 for the followers has a slope of 1.5.
    level = np.zeros((len(votes.ids), len(votes.states), 2))
    level[:, 0:8:2, 0] = level[:, 1:8:2, 1] = 1
    found = pulls(votes, ("PPP", "QQQ"), levels={"dependence": level})
    assert (abs(found.by["dependence"] - 1.5) < 0.5).all()
    # A level that has nothing to do with the votes takes nothing from one that has.
    other = np.random.default_rng(3).normal(size=(1, *level.shape[1:])).repeat(len(level), axis=0)
    both = pulls(votes, ("PPP", "QQQ"), levels={"dependence": level, "other": other})
    assert (abs(both.by["dependence"] - 1.5) < 0.5).all()
    assert (abs(both.by["other"]) < 3 * both.by_error["other"]).all()
    level[:, 0] = np.nan
    assert pulls(votes, ("PPP", "QQQ"), levels={"dependence": level}).n == found.n - int((votes.votes[:, 0] <= 3).sum())


def test_what_cannot_be_estimated_is_refused() -> None:
    votes = planted(n_sessions=1)
    with pytest.raises(TightropeError, match="Name at least one"):
        pulls(votes, ())
    with pytest.raises(FitError, match="more roll calls"):
        pulls(votes.on(range(4)), ("PPP",))
    with pytest.raises(TightropeError, match="expected"):
        pulls(votes, ("PPP",), levels={"dependence": np.zeros((2, 10, 1))})


def test_the_command_tells_each_state_and_power(tmp_path: pytest.TempPathFactory) -> None:
    file = write(tmp_path / "votes.csv", planted(3))  # type: ignore[operator]
    options = ["votes", "pulls", file, "--powers", "RUS,USA", "--states", "KAZ,UZB"]
    done = CliRunner().invoke(app, [*options, "--sessions", "50-51", "--json"])
    assert done.exit_code == 0, done.exception
    found = json.loads(done.stdout)
    assert [(row["state"], row["power"]) for row in found["pulls"]] == [
        (state, power) for state in ("KAZ", "UZB") for power in ("RUS", "USA")
    ]
    assert isinstance(CliRunner().invoke(app, [*options, "--sessions", "x"]).exception, TightropeError)
    assert "KAZ" in CliRunner().invoke(app, options).stdout
