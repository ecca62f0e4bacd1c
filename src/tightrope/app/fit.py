"""`tightrope fit`: why they decide as they do, from what they decided."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from tightrope.base import TightropeError

if TYPE_CHECKING:
    from tightrope.decide.fit import Posterior
    from tightrope.decide.layers import Data

__all__ = ["fit", "fit_json", "several_devices"]

Until = Annotated[
    Optional[str],  # noqa: UP045  (Typer reads it)
    typer.Option(help="Last day of the decisions and votes used, such as 2022; later ones are left for judging."),
]


def fit(
    case: Annotated[str, typer.Argument(help="Name of a built-in case, or a case folder.")] = "central_asia",
    until: Until = None,
    chains: Annotated[int, typer.Option(min=1, max=16, help="Chains.")] = 4,
    draws: Annotated[int, typer.Option(min=10, help="Draws of each chain.")] = 1000,
    warmup: Annotated[int, typer.Option(min=10, help="Draws of each chain before these.")] = 500,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same draws on the same machine.")] = 7,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Folder for posterior/draws.nc; by default the case's own, where `run` finds it."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Fit the decision model to what the states of a case, and all states on roll calls, chose."""
    several_devices(chains)
    from tightrope.case import load_case
    from tightrope.decide.fit import Sampling
    from tightrope.decide.fit import fit as fitted
    from tightrope.decide.posterior import POSTERIOR, save_posterior
    from tightrope.simulate.weights import fit_data

    loaded = load_case(case)
    learned = fit_data(loaded, until)
    notes = {"until": until} if until else {}
    posterior = fitted(learned, Sampling(chains, draws, warmup, seed), notes=notes)
    path = (out or loaded.path) / POSTERIOR
    save_posterior(path, posterior, learned)
    if as_json:
        json.dump(fit_json(learned, posterior), sys.stdout, ensure_ascii=False, allow_nan=False, indent=1)
        sys.stdout.write("\n")
    else:
        from .fit_console import show_fit

        show_fit(learned, posterior, path)


def several_devices(chains: int) -> None:
    """Let JAX run chains side by side; has to come before JAX starts."""
    if "jax" not in sys.modules:
        flags = os.environ.get("XLA_FLAGS", "")
        os.environ["XLA_FLAGS"] = f"{flags} --xla_force_host_platform_device_count={chains}".strip()


def fit_json(data: Data, posterior: Posterior) -> dict[str, Any]:
    """What `fit --json` prints."""
    import numpy as np

    from tightrope.decide.utility import COEFFICIENTS

    def told(x: Any) -> dict[str, float]:
        low, high = np.quantile(x, (0.05, 0.95))
        return {"mean": float(np.mean(x)), "sd": float(np.std(x)), "low": float(low), "high": float(high)}

    mean, by_state = posterior.flat("mean"), posterior.coefficients
    return {
        "digest": posterior.digest,
        "n": len(data.ids),
        "votes": 0 if data.panel is None else int(data.panel.known.sum()),
        "set_aside": dict(data.set_aside),
        "fit": {
            "chains": posterior.sampling.chains,
            "draws": posterior.sampling.draws,
            "divergences": posterior.divergences,
            "worst_rhat": posterior.worst_rhat,
            "least_ess": posterior.least_ess,
            "marks": list(posterior.marks),
        },
        "coefficients": {
            name: told(mean[:, k])
            | {
                "prior": {"mean": float(data.prior_mean[k]), "sd": float(data.prior_deviation[k])},
                "prior_dominated": name in posterior.prior_dominated,
                "states": {state: told(by_state[:, i, k]) for i, state in enumerate(data.states)},
            }
            for k, name in enumerate(COEFFICIENTS)
        },
    }


def read_posterior(case: str) -> tuple[Any, Data, Posterior]:
    """A case with the posterior that it ships."""
    from tightrope.case import load_case
    from tightrope.decide.posterior import POSTERIOR, load_posterior, until_of
    from tightrope.simulate.weights import fit_data

    loaded = load_case(case)
    path = loaded.path / POSTERIOR
    if not path.exists():
        raise TightropeError(f"{loaded.name} has no posterior. Make one with: tightrope fit {case}")
    learned = fit_data(loaded, until_of(path))
    return loaded, learned, load_posterior(path, learned)
