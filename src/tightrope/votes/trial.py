"""Forecasts held against what came out: a training file, a test file, and nothing that leaks from one to the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tightrope.base import TightropeError

from .agenda import Agenda, agenda
from .ballots import NO, UNKNOWN, Ballots
from .baselines import WANT_POWERS, baselines, ideal_point, similar_states
from .forecast import Forecast, Settings, fit_forecast
from .imputation import impute
from .memory import recall
from .score import Scored

__all__ = [
    "MODES",
    "Trial",
    "before",
    "chosen_states",
    "forecast_trial",
    "imputation_trial",
    "known_together",
    "mode_of",
    "with_states",
]

MODES = ("forecast", "imputation")


@dataclass(frozen=True)
class Trial:
    """What was scored and how.

    Parameters
    ----------
    scored
        Votes and probabilities.
    mode
        `forecast` or `imputation`.
    set_aside
        Reason to count of what was not used.
    fit
        The forecaster, in a forecast.
    """

    scored: Scored
    mode: str
    set_aside: dict[str, int]
    fit: Forecast | None = None


def mode_of(train: Ballots, test: Ballots) -> str:
    """Which of the two modes a pair of files asks for.

    Parameters
    ----------
    train, test
        Roll calls.

    Returns
    -------
    mode
        `imputation` if every roll call of the test is in the training data too, by id, where other states' votes are;
        `forecast` if none is.

    Raises
    ------
    TightropeError
        If some are and some are not.
    """
    shared = len(set(train.ids) & set(test.ids))
    if shared == 0:
        return "forecast"
    if shared == len(test.ids):
        return "imputation"
    raise TightropeError(
        f"{shared} of the {len(test.ids)} roll calls of the test are in the training file too. Say which is meant: "
        "`--mode forecast` uses no vote of a session that is tested; `--mode imputation` wants all of them in both files."
    )


def before(train: Ballots, session: int) -> tuple[Ballots, dict[str, int]]:
    """The training data that end before a session, and how much that leaves out.

    Parameters
    ----------
    train
        Roll calls.
    session
        The first session to be forecast.

    Returns
    -------
    past, set_aside
        Roll calls of earlier sessions; the count of the others.
    """
    late = int((train.sessions >= session).sum())
    past = train.on(train.sessions < session)
    if not len(past.ids):
        raise TightropeError(
            f"No roll call of the training file is before session {session}, the first to be forecast; it begins with "
            f"session {train.sessions.min()}. Give an earlier training file."
        )
    reason = f"roll calls of the training file in session {session} or later, which a forecast may not use"
    return past, {reason: late} if late else {}


def with_states(ballots: Ballots, states: Sequence[str]) -> tuple[Ballots, dict[str, int]]:
    """The same roll calls over a given list of states, in its order.

    Parameters
    ----------
    ballots
        Roll calls.
    states
        ISO-3 codes; one that is not here is not known on any roll call.

    Returns
    -------
    ballots, set_aside
        And the count of votes of states that are not in the list.
    """
    votes = np.full((len(ballots.ids), len(states)), UNKNOWN, np.int8)
    here = [code for code in states if code in ballots.states]
    votes[:, [list(states).index(code) for code in here]] = ballots.votes[:, [ballots.state(code) for code in here]]
    left = [k for k, code in enumerate(ballots.states) if code not in set(states)]
    n_left = int((ballots.votes[:, left] <= NO).sum())
    reason = "votes of states that the training file does not have"
    return replace(ballots, states=tuple(states), votes=votes), {reason: n_left} if n_left else {}


def chosen_states(past: Ballots, states: Sequence[str], given: Sequence[str]) -> tuple[int, ...]:
    """Columns of the states to forecast; all that are not given, unless some are named.

    Parameters
    ----------
    past
        Training data.
    states
        ISO-3 codes, or none for all.
    given
        Powers, whose votes are known.

    Returns
    -------
    columns
        In alphabetical order of the codes.
    """
    both = sorted(set(states) & set(given))
    if both:
        raise TightropeError(
            f"{', '.join(both)} is both given and to be forecast. Leave it out of `--given` or of `--states`."
        )
    if states:
        return tuple(sorted({past.state(code) for code in states}))
    return tuple(k for k, code in enumerate(past.states) if code not in given)


def forecast_trial(
    train: Ballots,
    test: Ballots,
    *,
    given: Sequence[str] = (),
    states: Sequence[str] = (),
    settings: Settings | None = None,
) -> Trial:
    """Forecast whole sessions from those before, beside the baselines.

    Parameters
    ----------
    train, test
        Roll calls; those of the training data from the first session of the test on are not used.
    given
        Powers whose votes in the test are known.
    states
        Which to score; all others by default.
    settings
        Of the fit.

    Returns
    -------
    trial
        The model sees of the test only its agenda and the given powers' votes.
    """
    past, aside = before(train, int(test.sessions.min()))
    for code in given:
        test.state(code)
    aligned, left = with_states(test, past.states)
    columns = chosen_states(past, states, given)
    ahead = agenda(aligned, given)
    fit = fit_forecast(past, tuple(given), settings)
    told = {"model": fit.probabilities(ahead)[:, columns]}
    names = [name for name in baselines if given or name not in WANT_POWERS]
    kinds = np.empty((len(ahead.ids), len(columns)), dtype="<U8")
    for name in names:
        told[name] = np.empty_like(told["model"])
    for session in np.unique(ahead.sessions):
        here = ahead.sessions == session
        part = ahead.of_session(int(session))
        memory = recall(past, part)
        for name in names:
            told[name][here] = baselines[name](past, part, memory, columns)[:, columns]
        kinds[here] = _kinds(past, part, memory.previous, aligned.votes[here])[:, columns]
    codes = tuple(past.states[k] for k in columns)
    return Trial(
        Scored(aligned.votes[:, columns], aligned.sessions, codes, told, kinds), "forecast", {**aside, **left}, fit
    )


def imputation_trial(train: Ballots, test: Ballots, *, states: Sequence[str] = (), given: Sequence[str] = ()) -> Trial:
    """Fill in votes from the other votes on the same roll calls, beside the baselines.

    Parameters
    ----------
    train, test
        Roll calls with the same ids; what the test holds is hidden from the training data first.
    states
        Which to score; all that are not given by default.
    given
        Powers whose votes in the test may be known as well.

    Returns
    -------
    trial
        Of the votes in the test file that are cast.
    """
    columns = chosen_states(train, states, given)
    aligned, left = with_states(test, train.states)
    place = {roll: k for k, roll in enumerate(train.ids)}
    absent = [roll for roll in test.ids if roll not in place]
    if absent:
        raise TightropeError(
            f"{len(absent)} roll calls of the test, `{absent[0]}` for one, are not in the training file. Imputation needs "
            "the other states' votes on each: add them, or use `--mode forecast`."
        )
    rows = np.array([place[roll] for roll in test.ids])
    hidden = np.zeros(train.votes.shape, bool)
    at = np.ix_(rows, np.array(columns))
    hidden[at] = aligned.votes[:, columns] != UNKNOWN
    votes = np.array(train.votes)
    overlap = int((hidden & (votes <= NO)).sum())
    votes[hidden] = UNKNOWN
    for code in given:
        known = aligned.votes[:, train.state(code)]
        votes[rows, train.state(code)] = np.where(known != UNKNOWN, known, votes[rows, train.state(code)])
    seen = replace(train, votes=votes)
    told = {name: p[rows][:, columns] for name, p in _imputed(seen).items()}
    if overlap:
        left = {**left, "votes of the training file that the test asks for, hidden from it": overlap}
    kinds = np.full((len(rows), len(columns)), "imputed")
    codes = tuple(train.states[k] for k in columns)
    return Trial(Scored(aligned.votes[:, columns], aligned.sessions, codes, told, kinds), "imputation", left)


def known_together(train: Ballots, rolls: Ballots, hidden: Sequence[str]) -> Ballots:
    """All that may be known for imputing votes on some roll calls.

    Parameters
    ----------
    train, rolls
        Roll calls; of one that is in both, votes of the first count, and of the second where the first has none.
    hidden
        States whose votes on `rolls` are to be imputed; hidden there.

    Returns
    -------
    ballots
        The training data and, last, the roll calls that are new.
    """
    aligned, _ = with_states(rolls, train.states)
    votes, place = np.array(train.votes), {roll: k for k, roll in enumerate(train.ids)}
    columns = [train.state(code) for code in hidden]
    new = np.array(aligned.votes)
    new[:, columns] = UNKNOWN
    shared = [k for k, roll in enumerate(rolls.ids) if roll in place]
    rows = [place[rolls.ids[k]] for k in shared]
    votes[rows] = np.where(votes[rows] == UNKNOWN, new[shared], votes[rows])
    votes[np.ix_(rows, columns)] = UNKNOWN
    fresh = aligned.on([k for k, roll in enumerate(rolls.ids) if roll not in place])
    fresh_votes = np.array(fresh.votes)
    fresh_votes[:, columns] = UNKNOWN
    text = ("ids", "resolutions", "titles", "items", "issues")
    return replace(
        train,
        votes=np.concatenate([votes, fresh_votes]),
        dates=np.concatenate([train.dates, fresh.dates]),
        sessions=np.concatenate([train.sessions, fresh.sessions]),
        parts=np.concatenate([train.parts, fresh.parts]),
        **{name: getattr(train, name) + getattr(fresh, name) for name in text},
    )


def _imputed(seen: Ballots) -> dict[str, NDArray[np.float64]]:
    model = impute(seen)
    away = model[..., 3:]
    cast = (seen.votes[..., None] == np.array([1, 2, 3])).astype(float)
    own = (cast.sum(axis=0) + 1) / (cast.sum(axis=(0, 2))[:, None] + 3)
    share = (cast.sum(axis=1) + 1) / (cast.sum(axis=(1, 2))[:, None] + 3)
    rivals = {
        "own_frequency": np.broadcast_to(own, cast.shape),
        "share_of_the_roll_call": np.broadcast_to(share[:, None], cast.shape),
        "similar_states": similar_states(seen),
        "ideal_point": ideal_point(seen),
    }
    return {
        "model": model,
        **{name: np.concatenate([(1 - away) * p, away], axis=-1) for name, p in rivals.items()},
    }


def _kinds(past: Ballots, ahead: Agenda, previous: NDArray[np.int64], votes: NDArray[np.int8]) -> NDArray[np.str_]:
    then = past.votes[previous]
    switched = (then <= NO) & (votes <= NO) & (then != votes)
    kinds = np.where(switched, "switched", "matched")
    found: NDArray[np.str_] = np.where((previous >= 0)[:, None], kinds, "new")
    return found
