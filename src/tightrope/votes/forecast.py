"""How states will vote: probabilities before anything of the session is known but its agenda and the given powers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FitError

from .agenda import Agenda, agenda
from .ballots import ABSENT, NO, Ballots
from .logit import PooledLogit, fit_pooled_logit, log_probabilities
from .memory import MEMORIES, Memory, recall

__all__ = ["Forecast", "Penalties", "Settings", "fit_forecast", "position_terms", "term_names"]

Floats = NDArray[np.float32]
_UNMATCHED = ("fingerprint", "alike")


@dataclass(frozen=True)
class Settings:
    """What the rolling validation chooses from, and how far back the fit looks.

    Parameters
    ----------
    half_lives
        Sessions after which a roll call counts half in the fit.
    own_penalties
        Inverse prior variance of a state's deviation from the coefficients that all share.
    n_sessions
        Sessions in the fit, at most.
    n_validated
        Last sessions of the training data that are forecast in turn to choose.
    """

    half_lives: tuple[float, ...] = (2.0, 6.0)
    own_penalties: tuple[float, ...] = (5.0, 20.0)
    n_sessions: int = 10
    n_validated: int = 2


@dataclass(frozen=True)
class Penalties:
    """What the rolling validation chose.

    Parameters
    ----------
    half_life, own_penalty
        See `Settings`.
    log_loss
        Of the validated sessions, votes cast by all states that are not given; NaN where there was nothing to choose.
    """

    half_life: float
    own_penalty: float
    log_loss: float = float("nan")


@dataclass(frozen=True)
class Forecast:
    """A fitted forecaster, good for any agenda of later sessions.

    Parameters
    ----------
    past
        What it was fitted on.
    given
        Powers whose votes it wants to know.
    position, turnout
        The logits of the vote among those who vote, and of not voting.
    penalties
        What was chosen.
    """

    past: Ballots
    given: tuple[str, ...]
    position: PooledLogit
    turnout: PooledLogit
    penalties: Penalties

    def probabilities(self, ahead: Agenda) -> NDArray[np.float64]:
        """Probability of yes, abstain, no and absent.

        Parameters
        ----------
        ahead
            Roll calls of later sessions, with the same powers given.

        Returns
        -------
        probabilities
            (roll, state, option), in the order of the agenda, of `past.states` and of `OPTIONS`; sums to 1.
        """
        if ahead.given != self.given:
            raise FitError(
                f"Fitted with {self.given or 'no power'} given, asked with {ahead.given or 'none'}. Fit anew."
            )
        _refuse_overlap(self.past, ahead)
        found = np.empty((len(ahead.ids), len(self.past.states), 4))
        for session in np.unique(ahead.sessions):
            memory = recall(self.past, ahead.of_session(int(session)))
            found[ahead.sessions == session] = self._probabilities(memory)
        return found

    def _probabilities(self, memory: Memory) -> NDArray[np.float64]:
        cast = _predicted(self.position, position_terms(memory))
        away = _predicted(self.turnout, _turnout_terms(memory))[..., :1]
        return np.concatenate([(1 - away) * cast, away], axis=-1)


def fit_forecast(train: Ballots, given: tuple[str, ...] = (), settings: Settings | None = None) -> Forecast:
    """Fit the forecaster.

    A vote is a conditional logit of what is remembered (`Memory`), of the stances of the given powers, and of how these
    have shifted since the item was last voted on. Each state's coefficients are drawn towards those of all states. How
    strongly, and how fast the past fades, is chosen by forecasting the last sessions of the training data in turn. Not
    voting is a second logit of the state's habit of absence.

    Parameters
    ----------
    train
        Roll calls of at least four sessions.
    given
        Powers whose votes will be known; they are not forecast.
    settings
        What to choose from.

    Returns
    -------
    forecast
        Fitted.

    Assumes
    -------
    Whether a state turns up says nothing of how it would vote. Votes are independent given the terms, so intervals
    should come from whole sessions, as those of `score` do.

    Source
    ------
    The terms are ours; see `fit_pooled_logit`.
    """
    wanted = settings or Settings()
    held = [int(session) for session in np.unique(train.sessions)]
    if len(held) < 4:
        raise FitError(
            f"The training file has {len(held)} session(s) of roll calls; a forecast needs four or more to learn from. "
            "Give a longer file."
        )
    for code in given:
        train.state(code)
    used = held[1:][-(wanted.n_sessions + wanted.n_validated) :]
    memories = {s: recall(train.on(train.sessions < s), agenda(train.on(train.sessions == s), given)) for s in used}
    penalties = _chosen(train, given, memories, wanted)
    recent = used[-wanted.n_sessions :]
    position = _fit_position(train, given, {s: memories[s] for s in recent}, penalties)
    turnout = _fit_turnout(train, given, {s: memories[s] for s in recent}, penalties)
    return Forecast(train, tuple(given), position, turnout, penalties)


def term_names(given: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the terms of the vote, in the order of the coefficients.

    Parameters
    ----------
    given
        Powers.

    Returns
    -------
    names
        `stance RUS` is the pull of Russia, `shift RUS` that of a change in its vote since last time.
    """
    return (
        *MEMORIES,
        *(f"{name} if new" for name in _UNMATCHED),
        *(f"stance {code}" for code in given),
        *(f"shift {code}" for code in given),
        "yes",
        "no",
    )


def position_terms(memory: Memory) -> Floats:
    """What speaks for each vote.

    Parameters
    ----------
    memory
        Of one session.

    Returns
    -------
    terms
        (state, roll, option, term), terms as in `term_names`.
    """
    logs = np.stack([np.log(memory.votes[name] + 1e-4) for name in MEMORIES], axis=-1)
    new = logs[..., [MEMORIES.index(name) for name in _UNMATCHED]] * ~memory.matched[:, None, None, None]
    shape = logs.shape[:3]
    pulls = np.concatenate([memory.stance, memory.shift], axis=-1)[:, None]
    lean = np.array([[1, 0], [0, 0], [0, 1]], np.float32)
    every = [logs, new, np.broadcast_to(pulls, (*shape, pulls.shape[-1])), np.broadcast_to(lean, (*shape, 2))]
    return np.ascontiguousarray(np.concatenate(every, axis=-1).transpose(1, 0, 2, 3), dtype=np.float32)


def _turnout_terms(memory: Memory) -> Floats:
    odds = np.log(memory.away) - np.log1p(-memory.away)
    absent = np.concatenate([odds, np.ones((*odds.shape[:2], 1))], axis=-1)
    both = np.stack([absent, np.zeros_like(absent)], axis=2)
    return np.ascontiguousarray(both.transpose(1, 0, 2, 3), dtype=np.float32)


def _predicted(fit: PooledLogit, terms: Floats) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.exp(log_probabilities(terms.astype(np.float64), fit.coefficients))
    return found.transpose(1, 0, 2)


def _chosen(train: Ballots, given: tuple[str, ...], memories: dict[int, Memory], wanted: Settings) -> Penalties:
    choices = list(product(wanted.half_lives, wanted.own_penalties))
    tests = list(memories)[2:][-wanted.n_validated :]
    if len(choices) == 1 or not tests:
        return Penalties(*choices[0])
    tried = []
    for half_life, own_penalty in choices:
        loss, n = 0.0, 0.0
        for session in tests:
            before = {s: m for s, m in memories.items() if session - wanted.n_sessions <= s < session}
            fit = _fit_position(train, given, before, Penalties(half_life, own_penalty))
            terms, chosen, weight = _cells(train, given, {session: memories[session]})
            log_p = log_probabilities(terms, fit.coefficients.astype(np.float32))
            loss -= float((np.take_along_axis(log_p, chosen[..., None], -1)[..., 0] * weight).sum())
            n += float(weight.sum())
        tried.append(Penalties(half_life, own_penalty, loss / max(n, 1.0)))
    return min(tried, key=lambda penalties: penalties.log_loss)


def _cells(
    train: Ballots, given: tuple[str, ...], memories: dict[int, Memory]
) -> tuple[Floats, NDArray[np.int64], Floats]:
    terms = np.concatenate([position_terms(memory) for memory in memories.values()], axis=1)
    votes = np.concatenate([train.votes[train.sessions == s] for s in memories]).T
    return terms, np.where(votes <= NO, votes - 1, 0).astype(np.int64), _counted(train, given, votes <= NO)


def _counted(train: Ballots, given: tuple[str, ...], there: NDArray[np.bool_]) -> Floats:
    weight = there.astype(np.float32)
    weight[[train.state(code) for code in given]] = 0
    return weight


def _fading(memories: dict[int, Memory], half_life: float) -> Floats:
    last = max(memories)
    return np.concatenate([np.full(len(m.previous), 0.5 ** ((last - s) / half_life)) for s, m in memories.items()])


def _fit_position(
    train: Ballots, given: tuple[str, ...], memories: dict[int, Memory], penalties: Penalties
) -> PooledLogit:
    terms, chosen, weight = _cells(train, given, memories)
    n_memories, n_new, n_rest = len(MEMORIES), len(_UNMATCHED), 2 * len(given) + 2
    # Memories are log odds in their own right, so states should differ less in how they trust them.
    stiff = np.array([4.0] * n_memories + [8.0] * n_new + [1.0] * n_rest)
    return fit_pooled_logit(
        terms,
        chosen,
        (weight * _fading(memories, penalties.half_life)).astype(np.float32),
        common_penalty=np.array([0.1] * n_memories + [1.0] * (n_new + n_rest)),
        own_penalty=penalties.own_penalty * stiff,
        tolerance=0.1,
    )


def _fit_turnout(
    train: Ballots, given: tuple[str, ...], memories: dict[int, Memory], penalties: Penalties
) -> PooledLogit:
    terms = np.concatenate([_turnout_terms(memory) for memory in memories.values()], axis=1)
    votes = np.concatenate([train.votes[train.sessions == s] for s in memories]).T
    weight = _counted(train, given, votes <= ABSENT) * _fading(memories, penalties.half_life)
    return fit_pooled_logit(
        terms,
        np.where(votes == ABSENT, 0, 1),
        weight.astype(np.float32),
        common_penalty=np.full(terms.shape[-1], 0.1),
        own_penalty=np.full(terms.shape[-1], penalties.own_penalty),
        tolerance=0.1,
    )


def _refuse_overlap(past: Ballots, ahead: Agenda) -> None:
    if len(ahead.sessions) and ahead.sessions.min() <= past.sessions.max():
        raise FitError(
            f"The agenda begins in session {ahead.sessions.min()}, but the training roll calls reach session "
            f"{past.sessions.max()}. A forecast may know nothing of the session: end the training data before it, or "
            "ask for imputation."
        )
