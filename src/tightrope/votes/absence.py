"""How likely each state is to be absent: a logit by state and session, and by roll call."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FitError

from .ballots import ABSENT, UNKNOWN, Ballots
from .chain import covariances, factored, solved
from .ordinal import Panel

__all__ = ["Absence", "absence"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Absence:
    """Fitted absence.

    Parameters
    ----------
    logit, sd
        (session, state), log odds of absence from a usual roll call, and its standard deviation.
    rolls
        (roll,), what each roll call adds to the log odds, in the order of the panel.
    log_likelihood
        Of absence and presence.
    iterations
        Newton steps taken.
    """

    logit: Array
    sd: Array
    rolls: Array
    log_likelihood: float
    iterations: int

    @property
    def chance(self) -> Array:
        """Probability of absence from a usual roll call, (session, state)."""
        return np.asarray(1 / (1 + np.exp(-self.logit)))


def absence(
    votes: Ballots,
    p: Panel,
    *,
    drift: float = 0.5,
    usual: float = -2.0,
    start: float = 2.0,
    roll: float = 1.0,
    tolerance: float = 1e-6,
    most: int = 100,
) -> Absence:
    """Fit how likely each state is to be absent.

        logit P(absent[i, j]) = alpha[i, t] + gamma[j]

    alpha moves by random walk from session to session; the model is concave, so the fit is the only one.

    Parameters
    ----------
    votes
        Who voted how.
    p
        The same, laid out.
    drift
        Standard deviation of the step of alpha from one session to the next.
    usual, start
        Mean and standard deviation of alpha in a state's first session; log odds of -2 are 12 %.
    roll
        Standard deviation of gamma.
    tolerance
        The fit has converged when a Newton step promises to raise the log posterior by less.
    most
        Newton steps after which the fit has failed.

    Returns
    -------
    absence
        For each session and state of the panel.

    Raises
    ------
    FitError
        If the fit does not converge.

    Assumes
    -------
    Whether a state is absent does not depend on how it would have voted, given the state, the session and the roll call.

    Source
    ------
    Logit with crossed effects; random walk as in [MartinQuinn2002]_.
    """
    columns = np.array([votes.state(state) for state in p.states])
    cell = votes.votes[np.ix_(p.order, columns)]
    member, away = (cell != UNKNOWN).astype(float), (cell == ABSENT).astype(float)
    n_sessions, n_states = p.cast.shape
    session = np.repeat(np.arange(n_sessions), np.diff(p.bounds))
    link, first = p.linked / (drift**2 * p.gap[:, None]), p.opened / start**2
    own = first.copy()
    own[:-1] += link
    own[1:] += link
    alpha, gamma = np.full((n_sessions, n_states), usual), np.zeros(len(cell))

    def height(alpha: Array, gamma: Array) -> tuple[float, float]:
        odds = alpha[session] + gamma[:, None]
        likelihood = float((away * odds - member * np.logaddexp(0, odds)).sum())
        prior = (
            (link * np.diff(alpha, axis=0) ** 2).sum()
            + (first * (alpha - usual) ** 2).sum()
            + (gamma**2).sum() / roll**2
        )
        return likelihood, likelihood - float(prior) / 2

    for iteration in range(1, most + 1):
        chance = 1 / (1 + np.exp(-(alpha[session] + gamma[:, None])))
        residual, weight = away - member * chance, member * chance * (1 - chance)
        d_alpha = np.add.reduceat(residual, p.bounds[:-1]) - first * (alpha - usual)
        step = link * np.diff(alpha, axis=0)
        d_alpha[:-1] += step
        d_alpha[1:] -= step
        d_gamma = residual.sum(axis=1) - gamma / roll**2
        root = np.sqrt(weight.sum(axis=1) + roll**-2)
        blocks = np.add.reduceat(weight, p.bounds[:-1]) + own
        through = [(weight[p.rows(t)] / root[p.rows(t), None]).T for t in range(n_sessions)]
        factor = factored(blocks[:, :, None, None], through, link)
        if factor is None:
            break
        right = d_alpha - np.stack([g @ (d_gamma / root)[p.rows(t)] for t, g in enumerate(through)])
        alpha_step = solved(factor, right)
        gamma_step = (d_gamma / root - np.concatenate([g.T @ alpha_step[t] for t, g in enumerate(through)])) / root
        promise = float((d_alpha * alpha_step).sum() + (d_gamma * gamma_step).sum())
        before, length = height(alpha, gamma)[1], 1.0
        while length > 1e-6 and height(alpha + length * alpha_step, gamma + length * gamma_step)[1] < before - 1e-9:
            length /= 2
        alpha, gamma = alpha + length * alpha_step, gamma + length * gamma_step
        if promise < tolerance:
            sd = np.sqrt(np.stack([np.diag(block) for block in covariances(factor)]))
            return Absence(alpha, sd, gamma, height(alpha, gamma)[0], iteration)
    raise FitError(f"The model of absence did not converge within {most} steps. Fit without it: --absence ignore.")
