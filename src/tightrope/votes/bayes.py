"""The same model of ideal points, with the whole posterior instead of a normal approximation: NUTS through NumPyro.

NumPyro is an extra (`pip install 'tightrope[bayes]'`) and is imported when a sample is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FitError, RunError

from .ballots import Ballots
from .ideal import ideal_points
from .ordinal import Panel, Prior, panel

__all__ = ["Posterior", "posterior", "posteriors"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Posterior:
    """Draws of ideal points.

    Parameters
    ----------
    states, sessions
        Labels of the arrays.
    draws
        (draw, session, state, dim), with mean 0 and standard deviation 1 over the states that voted in each session; NaN
        where a state cast no vote. Chains follow one another.
    r_hat
        The largest split R-hat of any point [GelmanRubin1992]_.
    divergences
        Number of divergent transitions.
    """

    states: tuple[str, ...]
    sessions: NDArray[np.int64]
    draws: Array
    r_hat: float
    divergences: int


def posterior(
    votes: Ballots,
    dims: int = 1,
    *,
    prior: Prior | None = None,
    warmup: int = 500,
    draws: int = 500,
    chains: int = 2,
    worst: float = 1.01,
    seed: int,
) -> Posterior:
    """Sample the posterior of the ideal points.

    Parameters
    ----------
    votes
        Who voted how.
    dims
        Number of dimensions. With more than one, chains may settle in different turns of the axes; R-hat then tells.
    prior
        What is held to be likely before.
    warmup, draws, chains
        Of NUTS, draws per chain.
    worst
        R-hat above which the sample is refused.
    seed
        Same seed, same draws.

    Returns
    -------
    posterior
        Draws on the scale that `ideal_points` uses, each with the sign that agrees with its fit.

    Raises
    ------
    RunError
        If NumPyro is not installed.
    FitError
        If chains disagree or transitions diverge.

    Assumes
    -------
    What `ideal_points` assumes, but for the normal shape of the posterior.

    Source
    ------
    NUTS [HoffmanGelman2014]_; the model as in `ordinal.derivatives`.
    """
    try:
        import jax
        from numpyro.diagnostics import split_gelman_rubin
    except ImportError:
        raise RunError("Sampling needs NumPyro, which is not installed: pip install 'tightrope[bayes]'.") from None
    prior, p = prior or Prior.usual(dims), panel(votes)
    fit = ideal_points(votes, dims, prior=prior, absent="ignore")
    sampler = _sampler(dims, len(p.sessions), *p.yes.shape, prior, warmup, draws, chains)
    sampler.run(jax.random.key(seed), *_data(p), extra_fields=("diverging",))
    divergences = int(np.asarray(sampler.get_extra_fields()["diverging"]).sum())
    raw = np.asarray(sampler.get_samples(group_by_chain=True)["points"], dtype=np.float64)
    shown = _shown(p, raw.reshape(-1, *raw.shape[2:]), fit.points)
    apart = split_gelman_rubin(shown[:, p.cast].reshape(chains, draws, -1))
    r_hat = float(np.max(apart))
    if divergences or not r_hat <= worst:
        raise FitError(
            f"The sample is not to be trusted: R-hat {r_hat:.3f} (at most {worst}), {divergences} divergent transitions. "
            "Take a longer warmup, more draws, or fewer dimensions."
        )
    return Posterior(p.states, p.sessions, shown, r_hat, divergences)


def _data(p: Panel) -> tuple[Any, ...]:
    session = np.repeat(np.arange(len(p.sessions)), np.diff(p.bounds))
    spread = np.ones(p.cast.shape)
    spread[1:] = np.sqrt(p.gap)[:, None]
    return p.yes, p.abstain, p.no, session, p.opened, spread


def _shown(p: Panel, raw: Array, like: Array) -> Array:
    """Standardise each draw over the states that voted, and turn it to the sign of the fit."""
    here = np.where(p.cast[None, :, :, None], raw, np.nan)
    shown = (here - np.nanmean(here, axis=2, keepdims=True)) / np.nanstd(here, axis=2, keepdims=True)
    sign = np.sign(np.nansum(shown * like, axis=(1, 2), keepdims=True))
    return np.asarray(shown * sign)


@lru_cache(maxsize=4)
def _sampler(
    dims: int, n_sessions: int, n_rolls: int, n_states: int, prior: Prior, warmup: int, draws: int, chains: int
) -> Any:
    """A sampler compiled once for votes of one shape."""
    from numpyro.infer import MCMC, NUTS

    return MCMC(
        NUTS(_model(dims, n_sessions, n_rolls, n_states, prior), target_accept_prob=0.9),
        num_warmup=warmup,
        num_samples=draws,
        num_chains=chains,
        chain_method="vectorized",
        progress_bar=False,
        jit_model_args=True,
    )


def _model(dims: int, n_sessions: int, n_rolls: int, n_states: int, prior: Prior) -> Any:
    import jax
    import jax.numpy as jnp
    import numpyro
    from numpyro import distributions as dist

    def model(yes: Any, abstain: Any, no: Any, session: Any, opened: Any, spread: Any) -> None:
        shape = (n_sessions, n_states, dims)
        unit = numpyro.sample("unit", dist.Normal(0, 1).expand(shape).to_event(3))
        b = numpyro.sample("b", dist.Normal(0, jnp.asarray(prior.slopes(dims))).expand((n_rolls, dims)).to_event(2))
        middle = numpyro.sample("middle", dist.Normal(0, prior.middle).expand((n_rolls,)).to_event(1))
        width = numpyro.sample("width", dist.Gamma(2, prior.rate).expand((n_rolls,)).to_event(1))

        def step(before: Any, now: Any) -> tuple[Any, Any]:
            fresh, size, draw = now
            point = jnp.where(fresh[:, None], prior.start * draw, before + prior.drift * size[:, None] * draw)
            return point, point

        _, points = jax.lax.scan(step, jnp.zeros(shape[1:]), (opened, spread, unit))
        numpyro.deterministic("points", points)
        support = jnp.einsum("jd,jnd->jn", b, points[session])
        lower = support - (middle - width / 2)[:, None]
        upper = support - (middle + width / 2)[:, None]
        log = jax.nn.log_sigmoid
        between = log(lower) + log(-upper) + jnp.log(-jnp.expm1(-width))[:, None]
        numpyro.factor("votes", (yes * log(upper) + no * log(-lower) + abstain * between).sum())

    return model


def posteriors(
    many: Sequence[Ballots],
    dims: int = 1,
    *,
    prior: Prior | None = None,
    warmup: int = 500,
    draws: int = 500,
    seed: int,
) -> Array:
    """Sample the posteriors of many small files at once, one chain each, as simulation-based calibration needs them.

    Parameters
    ----------
    many
        Files with equally many states, sessions and roll calls, in which every state votes in every session.
    dims
        Number of dimensions.
    prior
        What is held to be likely before.
    warmup, draws
        Of NUTS.
    seed
        Same seed, same draws.

    Returns
    -------
    draws
        (file, draw, session, state, dim), each on the scale of `ideal_points` and with the sign of the mean of its chain.
        Nothing is refused: with draws of one chain in hand, r-hat and the like are for the caller to look at.

    Raises
    ------
    RunError
        If NumPyro is not installed, or the files differ in shape.

    Source
    ------
    As `posterior`.
    """
    try:
        import jax
        from numpyro.infer.hmc import hmc
        from numpyro.infer.util import initialize_model
        from numpyro.util import fori_collect
    except ImportError:
        raise RunError("Sampling needs NumPyro, which is not installed: pip install 'tightrope[bayes]'.") from None
    panels = [panel(votes) for votes in many]
    shapes = {(len(p.sessions), p.yes.shape[0], p.yes.shape[1]) for p in panels}
    if len(shapes) > 1 or not all(p.cast.all() for p in panels):
        raise RunError(
            "The files must have one shape, and every state must vote in every session. Sample them one by one."
        )
    model = _model(dims, *shapes.pop(), prior or Prior.usual(dims))
    data = tuple(np.stack(column) for column in zip(*map(_data, panels), strict=True))

    def one(key: Any, own: tuple[Any, ...]) -> Any:
        keys = jax.random.split(key)
        first = initialize_model(keys[0], model, model_args=own, dynamic_args=True, validate_grad=False)
        init, sample = hmc(potential_fn_gen=first.potential_fn, algo="NUTS")
        state = init(first.param_info, num_warmup=warmup, model_args=own, rng_key=keys[1], target_accept_prob=0.9)
        points = lambda state: first.postprocess_fn(*own)(state.z)["points"]  # noqa: E731
        return fori_collect(
            warmup, warmup + draws, lambda s: sample(s, model_args=own), state, transform=points, progbar=False
        )

    keys = jax.random.split(jax.random.key(seed), len(panels))
    raw = np.asarray(jax.jit(jax.vmap(one))(keys, data), dtype=np.float64)
    return np.stack([_agreed(p, mine) for p, mine in zip(panels, raw, strict=True)])


def _agreed(p: Panel, raw: Array) -> Array:
    """The draws of a chain with the sign of their mean, which that of any one of them leads to."""
    return _shown(p, raw, _shown(p, raw, raw[-1]).mean(axis=0))
