from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tightrope.base import FitError, TightropeError
from tightrope.votes import Ballots
from tightrope.votes.imputation import impute
from tightrope.votes.score import report
from tightrope.votes.trial import imputation_trial, known_together

from .planted import planted


@pytest.fixture(scope="module")
def votes() -> Ballots:
    return planted(pull=2.0)


def split(votes: Ballots, seed: int = 2) -> tuple[Ballots, Ballots, np.ndarray]:
    hidden = np.random.default_rng(seed).random(votes.votes.shape) < 0.2
    hidden[:, 8:] = False
    train = replace(votes, votes=np.where(hidden, 9, votes.votes).astype(np.int8))
    return train, replace(votes, votes=np.where(hidden, votes.votes, 9).astype(np.int8)), hidden


def test_filled_in_votes_beat_the_baselines_and_are_calibrated(votes: Ballots) -> None:
    train, test, hidden = split(votes)
    trial = imputation_trial(train, test)
    p = trial.scored.probabilities["model"]
    np.testing.assert_allclose(p.sum(axis=-1), 1)
    found = report(trial.scored, n_draws=100)
    assert found["n"] == int((hidden & (votes.votes <= 3)).sum())
    assert found["model"]["log_loss"] < min(b["log_loss"] for b in found["baselines"].values())
    assert found["calibration"]["error"] < 0.06


def test_what_the_test_asks_for_is_hidden_even_where_the_training_file_has_it(votes: Ballots) -> None:
    train, test, _ = split(votes)
    a = imputation_trial(train, test).scored.probabilities["model"]
    open_book = imputation_trial(votes, test)
    np.testing.assert_array_equal(a, open_book.scored.probabilities["model"])
    assert any("hidden from it" in reason for reason in open_book.set_aside)


def test_hidden_votes_change_nothing_that_is_filled_in(votes: Ballots) -> None:
    train, test, _ = split(votes)
    other = replace(test, votes=np.where(test.votes <= 8, 1 + (test.votes + 1) % 3, 9).astype(np.int8))
    a, b = (imputation_trial(train, t).scored.probabilities["model"] for t in (test, other))
    np.testing.assert_array_equal(a, b)


def test_known_together_hides_the_states_asked_for(votes: Ballots) -> None:
    past, new = votes.on(votes.sessions < 56), votes.on(votes.sessions >= 55)
    both = known_together(past, new, ["AAA"])
    assert len(both.ids) == len(set(past.ids) | set(new.ids))
    at = [both.ids.index(roll) for roll in new.ids]
    assert (both.votes[at, 0] == 9).all()
    np.testing.assert_array_equal(both.votes[at, 1:], new.votes[:, 1:])
    np.testing.assert_array_equal(impute(both)[at].sum(axis=-1).round(12), 1)


def test_too_little_and_unknown_roll_calls_are_refused(votes: Ballots) -> None:
    with pytest.raises(FitError, match="more roll calls"):
        impute(votes.on(range(5)))
    with pytest.raises(TightropeError, match="--mode forecast"):
        imputation_trial(votes.on(votes.sessions < 55), votes)
