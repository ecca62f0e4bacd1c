"""Fitting the decision model by NUTS, with what the chains say of themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FitError

from .utility import COEFFICIENTS

if TYPE_CHECKING:
    from .layers import Data
    from .model import Given

__all__ = ["Posterior", "Sampling", "fit", "prior_dominated", "sampler"]

Array = NDArray[np.float64]
Sites = dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Sampling:
    """How to sample.

    Parameters
    ----------
    chains, draws, warmup
        Of each chain `draws` are kept after `warmup`.
    seed
        Same seed, same draws on the same machine.
    acceptance
        Target acceptance of NUTS.
    """

    chains: int = 4
    draws: int = 1000
    warmup: int = 500
    seed: int = 7
    acceptance: float = 0.8

    def __post_init__(self) -> None:
        if min(self.chains, self.draws, self.warmup) < 1 or not 0 < self.acceptance < 1:
            raise FitError(f"Chains, draws and warm-up must be 1 or more, and acceptance between 0 and 1; got {self}.")


@dataclass(frozen=True)
class Posterior:
    """Draws of all that the model does not know, and how far to trust them.

    Parameters
    ----------
    sites
        By name, (chain, draw, ...); see `decision_model`.
    divergences
        Of the chains after warm-up.
    worst_rhat, least_ess
        Over all unknowns that the theory allows, with the name of the worst in `worst` and `least`.
    prior_dominated
        Coefficients of which the data say nearly nothing: see `prior_dominated`.
    digest
        Of the data.
    sampling
        How they were drawn.
    notes
        What the reader must know, such as the last day of the decisions used.
    """

    sites: Sites
    divergences: int
    worst_rhat: float
    worst: str
    least_ess: float
    least: str
    prior_dominated: tuple[str, ...]
    digest: str
    sampling: Sampling
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def marks(self) -> tuple[str, ...]:
        """Why the fit is bad; empty where it is not.

        Source
        ------
        R-hat over 1.01 and fewer than 100 effective draws a chain: [Vehtari2021]_.
        """
        found = []
        if self.divergences:
            found.append(f"{self.divergences} divergent transitions")
        if self.worst_rhat > 1.01:
            found.append(f"r-hat {self.worst_rhat:.3f} of {self.worst}, over 1.01")
        if self.least_ess < 100 * self.sampling.chains:
            found.append(
                f"{self.least_ess:.0f} effective draws of {self.least}, fewer than {100 * self.sampling.chains}"
            )
        return tuple(found)

    def flat(self, name: str) -> NDArray[np.float32]:
        """Draws of a site with the chains one after another, (draw, ...)."""
        x = self.sites[name]
        return x.reshape(-1, *x.shape[2:])

    @property
    def coefficients(self) -> NDArray[np.float32]:
        """Coefficients of each state of the case, (draw, state, coefficient)."""
        mean, spread, own = (self.flat(name) for name in ("mean", "spread", "own"))
        return np.asarray(mean[:, None] + spread[:, None] * own[:, :-1])


def sampler(data: Data, sampling: Sampling) -> Callable[..., tuple[Sites, dict[str, Any]]]:
    """A function that samples the model for data of this shape; one chain after another, it compiles once for all folds.

    Parameters
    ----------
    data
        Fixes the shape.
    sampling
        How to sample.

    Returns
    -------
    sample
        Of a `Given` and a seed: draws by site, (chain, draw, ...), and the extra fields of NUTS.
    """
    import jax
    import jax.numpy as jnp
    from numpyro.infer import MCMC, NUTS, init_to_median

    from .model import decision_model

    several = jax.local_device_count() >= sampling.chains > 1
    chains = MCMC(
        NUTS(decision_model(data), target_accept_prob=sampling.acceptance, init_strategy=init_to_median),
        num_warmup=sampling.warmup,
        num_samples=sampling.draws,
        num_chains=sampling.chains,
        chain_method="parallel" if several else "sequential",
        progress_bar=False,
        jit_model_args=True,
    )

    def single(x: Any) -> Any:
        kind = np.asarray(x).dtype.kind
        return jnp.asarray(x, jnp.float32 if kind == "f" else jnp.int32)

    def sample(given: Given, seed: int) -> tuple[Sites, dict[str, Any]]:
        chains.run(jax.random.PRNGKey(seed), jax.tree.map(single, given), extra_fields=("diverging", "num_steps"))
        sites = {name: np.asarray(x) for name, x in chains.get_samples(group_by_chain=True).items()}
        extra = {name: np.asarray(x) for name, x in chains.get_extra_fields(group_by_chain=True).items()}
        if several:
            # Chains on devices of their own are compiled anew by every run, and forty runs are more than a process can map.
            jax.clear_caches()  # type: ignore[no-untyped-call]
        return sites, extra

    return sample


def fit(data: Data, sampling: Sampling | None = None, *, notes: Mapping[str, str] | None = None) -> Posterior:
    """Fit the decision model.

    Parameters
    ----------
    data
        From `layers.data`.
    sampling
        How to sample.
    notes
        To be kept with the draws.

    Returns
    -------
    posterior
        With `marks` where the chains do not agree.

    Source
    ------
    NUTS: [HoffmanGelman2014]_, as NumPyro has it.
    """
    from .model import given

    how = sampling or Sampling()
    sites, extra = sampler(data, how)(given(data), how.seed)
    told = ("probability", "log_likelihood")
    worst_rhat, worst, least_ess, least = _diagnosed({k: x for k, x in sites.items() if k not in told})
    kept = {name: x for name, x in sites.items() if name != "probability"}
    return Posterior(
        kept,
        int(extra["diverging"].sum()),
        worst_rhat,
        worst,
        least_ess,
        least,
        prior_dominated(data, sites["mean"]),
        data.digest,
        how,
        dict(notes or {}),
    )


def prior_dominated(data: Data, mean: NDArray[Any], *, share: float = 0.9) -> tuple[str, ...]:
    """Coefficients whose posterior is nearly as wide as their prior.

    Parameters
    ----------
    data
        Gives the prior.
    mean
        Draws of the mean over states, (chain, draw, coefficient).
    share
        A posterior deviation of more than this part of the prior's counts as uninformed.

    Returns
    -------
    names
        Of `COEFFICIENTS`.

    Source
    ------
    Contraction, 1 - (posterior deviation / prior deviation): [Betancourt2018]_; the bound is ours.
    """
    wide = mean.reshape(-1, mean.shape[-1]).std(axis=0) > share * data.prior_deviation
    return tuple(name for name, is_wide in zip(COEFFICIENTS, wide, strict=True) if is_wide)


def _diagnosed(sites: Sites) -> tuple[float, str, float, str]:
    """Worst r-hat and least effective sample size over all unknowns, and whose they are."""
    from arviz_stats import base

    stats: Any = base.array_stats  # type: ignore[attr-defined]
    rhat: dict[str, float] = {}
    ess: dict[str, float] = {}
    for name, x in sites.items():
        flat = x.reshape(*x.shape[:2], -1).astype(np.float64)
        for k in range(flat.shape[-1]):
            cell = flat[..., k]
            if cell.std() > 0:
                label = f"{name}[{k}]" if flat.shape[-1] > 1 else name
                rhat[label] = float(stats.rhat(cell, chain_axis=0, draw_axis=1))
                ess[label] = float(stats.ess(cell, chain_axis=0, draw_axis=1))
    worst, least = max(rhat, key=lambda k: rhat[k]), min(ess, key=lambda k: ess[k])
    return rhat[worst], worst, ess[least], least
