from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tightrope.base import FitError, TightropeError
from tightrope.votes import Ballots
from tightrope.votes.agenda import agenda
from tightrope.votes.baselines import baselines
from tightrope.votes.forecast import Settings, fit_forecast, term_names
from tightrope.votes.memory import recall
from tightrope.votes.score import report
from tightrope.votes.trial import before, forecast_trial, mode_of

from .planted import planted

QUICK = Settings(half_lives=(4.0,), own_penalties=(5.0,))
GIVEN = ("PPP", "QQQ")
LAST = 57


@pytest.fixture(scope="module")
def votes() -> Ballots:
    return planted()


@pytest.fixture(scope="module")
def past(votes: Ballots) -> Ballots:
    return votes.on(votes.sessions < LAST)


@pytest.fixture(scope="module")
def ahead(votes: Ballots) -> Ballots:
    return votes.on(votes.sessions == LAST)


def altered(votes: Ballots, keep: tuple[str, ...] = (), seed: int = 3) -> Ballots:
    """Every vote thrown anew, but those of some states."""
    other = np.random.default_rng(seed).choice(np.array([1, 2, 3, 8], np.int8), votes.votes.shape)
    columns = [votes.state(code) for code in keep]
    other[:, columns] = votes.votes[:, columns]
    return replace(votes, votes=other)


def told(train: Ballots, test: Ballots, given: tuple[str, ...] = GIVEN) -> np.ndarray:
    return forecast_trial(train, test, given=given, settings=QUICK).scored.probabilities["model"]


def test_probabilities_sum_to_one_and_are_above_nought(past: Ballots, ahead: Ballots) -> None:
    for given in (GIVEN, ()):
        found = told(past, ahead, given)
        np.testing.assert_allclose(found.sum(axis=-1), 1)
        assert found.min() > 0


def test_hidden_votes_change_no_forecast_and_no_baseline(past: Ballots, ahead: Ballots) -> None:
    a = forecast_trial(past, ahead, given=GIVEN, settings=QUICK).scored.probabilities
    b = forecast_trial(past, altered(ahead, GIVEN), given=GIVEN, settings=QUICK).scored.probabilities
    assert set(a) == {"model", *baselines}
    for name in a:
        np.testing.assert_array_equal(a[name], b[name])


def test_a_power_that_is_not_given_is_not_looked_at(past: Ballots, ahead: Ballots) -> None:
    np.testing.assert_array_equal(told(past, ahead, ("PPP",)), told(past, altered(ahead, ("PPP",)), ("PPP",)))


def test_a_given_power_s_vote_does_change_forecasts(past: Ballots, ahead: Ballots) -> None:
    assert abs(told(past, ahead) - told(past, altered(ahead))).max() > 0.05


def test_sessions_from_the_first_forecast_on_are_never_used(votes: Ballots) -> None:
    middle = votes.on(votes.sessions == 55)
    late = votes.sessions >= 55
    other = replace(votes, votes=np.where(late[:, None], altered(votes).votes, votes.votes))
    a = forecast_trial(votes, middle, given=GIVEN, settings=QUICK)
    b = forecast_trial(other, middle, given=GIVEN, settings=QUICK)
    np.testing.assert_array_equal(a.scored.probabilities["model"], b.scored.probabilities["model"])
    np.testing.assert_array_equal(told(votes.on(~late), middle), a.scored.probabilities["model"])
    assert list(a.set_aside.values()) == [int(late.sum())]


def test_an_earlier_title_in_the_same_session_changes_no_memory_of_votes(past: Ballots, ahead: Ballots) -> None:
    first = recall(past, agenda(ahead.on([0]), GIVEN))
    np.testing.assert_array_equal(first.votes["own"][0], recall(past, agenda(ahead, GIVEN)).votes["own"][0])


def test_the_item_of_last_time_is_found(past: Ballots, ahead: Ballots) -> None:
    memory = recall(past, agenda(ahead, GIVEN))
    for roll, previous in enumerate(memory.previous):
        if ahead.titles[roll].startswith("Matter"):
            continue
        assert past.titles[previous].split(" part")[0] == ahead.titles[roll].split(" part")[0]
        assert past.sessions[previous] == LAST - 1


def test_without_titles_nothing_is_matched_and_powers_are_the_fingerprint(past: Ballots, ahead: Ballots) -> None:
    blank = [replace(b, titles=("",) * len(b.ids)) for b in (past, ahead)]
    trial = forecast_trial(*blank, given=GIVEN, settings=QUICK)
    assert set(np.unique(trial.scored.kinds)) == {"new"}
    found = report(trial.scored, n_draws=10)
    assert found["model"]["log_loss"] < 0.8 * found["baselines"]["own_frequency"]["log_loss"]


def test_a_vote_that_never_changes_on_its_item_is_forecast_so() -> None:
    votes = planted()
    vote_of = {title: 1 + k % 3 for k, title in enumerate(sorted(set(votes.titles)))}
    fixed = np.array(votes.votes)
    fixed[:, 0] = [vote_of[title] for title in votes.titles]
    votes = replace(votes, votes=fixed)
    past, ahead = votes.on(votes.sessions < LAST), votes.on(votes.sessions == LAST)
    p = forecast_trial(past, ahead, settings=QUICK).scored.probabilities["model"][:, 0]
    recurs = np.array([not title.startswith("Matter") for title in ahead.titles])
    right = p[np.arange(len(p)), ahead.votes[:, 0] - 1]
    assert right[recurs].mean() > 0.65
    assert right[recurs].mean() > right[~recurs].mean() + 0.2


def test_each_state_is_pulled_by_the_power_that_it_follows(past: Ballots) -> None:
    fit = fit_forecast(past, GIVEN, QUICK)
    names = term_names(GIVEN)
    pull = fit.position.coefficients[:8, [names.index("stance PPP"), names.index("stance QQQ")]]
    toward = pull[:, 0] - pull[:, 1]
    assert (toward[0::2] > toward[1::2].max()).all()


def test_planted_votes_are_forecast_as_often_as_said() -> None:
    votes = planted(n_sessions=12, seed=5, pull=1.5)
    trial = forecast_trial(votes.on(votes.sessions < 58), votes.on(votes.sessions >= 58), given=GIVEN, settings=QUICK)
    found = report(trial.scored, n_draws=200)
    odds = np.exp(1.5 * np.array([1, 0, -1])), np.exp(1.5 * np.array([0, 1, 0]))
    best = np.mean([-(p * np.log(p)).sum() for p in (o / o.sum() for o in (odds[0], odds[1], odds[0]))])
    assert found["calibration"]["error"] < 0.05
    assert found["model"]["log_loss"] < best + 0.08  # the entropy of the rule itself
    assert found["model"]["log_loss"] < 0.9 * found["baselines"]["own_frequency"]["log_loss"]
    seen = trial.scored.votes == 8
    assert abs(trial.scored.probabilities["model"][..., 3].mean() - seen.mean()) < 0.06


def test_the_validation_chooses_among_what_it_may(past: Ballots) -> None:
    fit = fit_forecast(past, GIVEN, Settings(half_lives=(2.0, 6.0), own_penalties=(5.0,), n_validated=1))
    assert fit.penalties.half_life in (2.0, 6.0)
    assert fit.penalties.log_loss > 0


def test_what_cannot_be_forecast_is_refused_with_the_remedy(votes: Ballots, past: Ballots, ahead: Ballots) -> None:
    for wrong, says in (
        (lambda: told(past, ahead, ("PPX",)), "PPP"),
        (lambda: told(past, ahead, ("PPP", "PPP")), "once"),
        (lambda: forecast_trial(past, ahead, states=("AAX",)), "AAA"),
        (lambda: forecast_trial(past, ahead, given=("PPP",), states=("PPP",)), "both given"),
        (lambda: before(votes, 50), "earlier training file"),
        (lambda: mode_of(votes.on(votes.sessions <= LAST), votes.on(votes.sessions >= 40)), None),
    ):
        if says is None:
            assert wrong() == "imputation"
            continue
        with pytest.raises(TightropeError, match=says):
            wrong()
    with pytest.raises(FitError, match="four or more"):
        fit_forecast(votes.on(votes.sessions < 53), GIVEN)
    with pytest.raises(FitError, match="imputation"):
        fit_forecast(past, GIVEN, QUICK).probabilities(agenda(past, GIVEN))
    with pytest.raises(TightropeError, match="--mode forecast"):
        mode_of(past, votes)


def test_a_state_without_training_votes_is_set_aside(past: Ballots, ahead: Ballots) -> None:
    trial = forecast_trial(past.of([c for c in past.states if c != "AAA"]), ahead, given=GIVEN, settings=QUICK)
    assert "AAA" not in trial.scored.states
    assert sum(trial.set_aside.values()) == int((ahead.votes[:, 0] <= 3).sum())
