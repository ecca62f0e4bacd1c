"""The posterior as a file of the case, and as draws for the simulation."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FitError
from tightrope.base.random import keys, uniform

from .draws import Draws, habit_names, usual_names
from .fit import Posterior, Sampling
from .utility import COEFFICIENTS

if TYPE_CHECKING:
    from tightrope.case import Case

    from .layers import Data

__all__ = ["POSTERIOR", "as_draws", "load_posterior", "save_posterior", "until_of"]

POSTERIOR = Path("posterior") / "draws.nc"
"""Place of the file in a case's folder."""

DIMS = {
    "mean": ("coefficient",),
    "spread": ("coefficient",),
    "own": ("group", "coefficient"),
    "habit": ("usual",),
    "question": ("asked", "place"),
    "lean": ("other",),
    "away": ("other",),
    "log_likelihood": ("decision",),
}


def save_posterior(path: Path, posterior: Posterior, data: Data, *, size: int = 500) -> None:
    """Write draws as netCDF in the groups that ArviZ reads; the file appears whole or not at all.

    Parameters
    ----------
    path
        File to write.
    posterior
        From `fit`.
    data
        What it was fitted to; gives the labels.
    size
        Draws kept, thinned evenly. Diagnostics are those of all draws.

    Raises
    ------
    FitError
        If the file cannot be written.
    """
    import xarray as xr

    chains, draws = posterior.sites["mean"].shape[:2]
    step = max(1, chains * draws // size)
    labels: dict[str, list[str]] = {
        "coefficient": list(COEFFICIENTS),
        "group": [*data.states, "others"],
        "usual": [" ".join(name).strip() or "none" for name in data.habits],
        "asked": list(data.questions),
        "other": list(data.others),
        "decision": list(data.ids),
    }
    groups: dict[str, dict[str, Any]] = {"posterior": {}, "log_likelihood": {}}
    for name, x in posterior.sites.items():
        group, kept = ("log_likelihood", "decisions") if name == "log_likelihood" else ("posterior", name)
        groups[group][kept] = (("chain", "draw", *DIMS.get(name, ())), x[:, ::step].astype(np.float32))
    used = {name: {dim for dims, _ in item.values() for dim in dims} for name, item in groups.items()}
    tree = xr.DataTree.from_dict(
        {
            f"/{name}": xr.Dataset(item, coords={dim: labels[dim] for dim in used[name] if dim in labels})
            for name, item in groups.items()
        }
        | {
            "/observed_data": xr.Dataset(
                {"decisions": ("decision", data.decisions.chosen)}, {"decision": labels["decision"]}
            )
        }
    )
    tree.attrs = {"about": json.dumps(_about(posterior)), "digest": posterior.digest}
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Shuffled bytes of like numbers compress by a tenth or so; the rest is noise.
        small = {"zlib": True, "shuffle": True}
        every = {f"/{name}": dict.fromkeys(item, small) for name, item in groups.items()}
        tree.to_netcdf(part, engine="h5netcdf", encoding=every)
        part.replace(path)
    except OSError as error:
        raise FitError(f"Cannot write {path}: {error.strerror or error}. Choose another folder with --out.") from error
    finally:
        part.unlink(missing_ok=True)


def _about(posterior: Posterior) -> dict[str, Any]:
    names = ("divergences", "worst_rhat", "worst", "least_ess", "least", "prior_dominated")
    return {name: getattr(posterior, name) for name in names} | {
        "sampling": vars(posterior.sampling),
        "notes": dict(posterior.notes),
    }


def load_posterior(path: Path, data: Data) -> Posterior:
    """Read a posterior, and refuse it if it was fitted to other data.

    Parameters
    ----------
    path
        As `save_posterior` wrote it.
    data
        What it should have been fitted to.

    Returns
    -------
    posterior
        The draws that were kept.

    Raises
    ------
    FitError
        If the file cannot be read, or is stale.
    """
    digest, about, sites = _read(path)
    if digest != data.digest:
        raise FitError(
            f"{path}: fitted to other data ({digest}) than the case has now ({data.digest}). Decisions, figures behind "
            "them, priors or the model have changed. Fit again with `tightrope fit CASE`, or delete the file to use the priors."
        )
    about["prior_dominated"] = tuple(about["prior_dominated"])
    return Posterior(sites, digest=digest, **(about | {"sampling": Sampling(**about["sampling"])}))


def until_of(path: Path) -> str | None:
    """Last day of the decisions that a posterior was fitted to; None for all.

    Parameters
    ----------
    path
        As `save_posterior` wrote it.

    Raises
    ------
    FitError
        If the file cannot be read.
    """
    until: str | None = _read(path, sites=False)[1]["notes"].get("until")
    return until


def _read(path: Path, *, sites: bool = True) -> tuple[str, dict[str, Any], dict[str, Any]]:
    import h5py

    try:
        with h5py.File(path, "r") as file:
            digest, about = str(file.attrs["digest"]), json.loads(str(file.attrs["about"]))
            group = file["posterior"]
            wanted = [name for name in group if getattr(group[name], "ndim", 0) >= 2] if sites else []
            return digest, about, {name: group[name][()] for name in wanted}
    except (OSError, KeyError, ValueError) as error:
        raise FitError(
            f"{path}: no posterior can be read from it ({error}). Delete it, or fit again: tightrope fit."
        ) from None


def as_draws(case: Case, data: Data, posterior: Posterior) -> Draws:
    """Weights for the simulation.

    Parameters
    ----------
    case
        Whose questions are asked.
    data, posterior
        What was fitted.

    Returns
    -------
    draws
        What is usual on a question is the habit of its kind plus the question's own effect: as fitted where its answers were
        among the data, else a new one from the distribution between questions.
    """
    coefficients = np.moveaxis(posterior.coefficients, 0, -1).swapaxes(0, 1)
    habit, question, sd = (posterior.flat(name) for name in ("habit", "question", "question_sd"))
    usual = habit * posterior.flat("habit_sd")[:, None]
    usual[:, 0] = 0
    fitted = {name: k for k, name in enumerate(data.questions)}
    kinds = {name: k for k, name in enumerate(habit_names(case))}
    rows = [*usual.T]
    for name, kind, place, option in usual_names(case)[len(kinds) :]:
        own = question[:, fitted[name], place] if name in fitted else _fresh(name, option, len(sd))
        rows.append(usual[:, kinds[kind, option]] + sd * own)
    note = "; ".join(posterior.marks)
    return Draws(np.ascontiguousarray(coefficients, np.float32), np.stack(rows).astype(np.float32), "posterior", note)


def _fresh(question: str, option: str, size: int) -> NDArray[np.float64]:
    from scipy.special import ndtri  # heavy, and only needed here

    numbers = np.arange(size, dtype=np.uint32)
    found: NDArray[np.float64] = ndtri(uniform(keys(0, f"question/{question}/{option}"), numbers).astype(float))
    return found
