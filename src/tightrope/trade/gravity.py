"""Estimate what explains trade: PPML with the effects that the theory asks for."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FitError, FrozenDict, TightropeError

from .bias import Bias, analytical_bias, jackknife_bias, sides
from .panel import Panel
from .ppml import Ppml, SeparationError, clusters, moments, ppml, usable
from .within import PAIRS, Within, explained

__all__ = ["CLUSTERS", "ENGINES", "ERRORS", "Gravity", "gravity", "p_value"]

Floats = NDArray[np.floating]

ENGINES, ERRORS = ("own", "pyfixest"), ("plain", "corrected")
CLUSTERS = ("pair", "symmetric", "exporter", "importer")


@dataclass(frozen=True)
class Gravity:
    """An estimate.

    Parameters
    ----------
    names
        Regressors.
    fit
        Coefficients, covariance, fitted flows and how the fit went.
    set_aside
        Reason and count of rows that were not used.
    notes
        What a reader should know of the file.
    bias
        What was taken off the coefficients as bias, (regressor,); None if it was not asked for.
    """

    names: tuple[str, ...]
    fit: Ppml
    set_aside: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, int] = field(default_factory=dict)
    bias: Floats | None = None

    @property
    def errors(self) -> Floats:
        """Standard error of each coefficient."""
        found: Floats = np.sqrt(np.diag(self.fit.covariance))
        return found


def p_value(z: float) -> float:
    """Probability of a normal variate farther from 0 than z.

    >>> round(p_value(1.959964), 6)
    0.05
    """
    return math.erfc(abs(z) / math.sqrt(2))


def gravity(
    panel: Panel,
    *,
    pairs: str = "directed",
    cluster: str = "pair",
    errors: str = "plain",
    engine: str = "own",
    bias: Bias = Bias(),  # noqa: B008  (frozen)
) -> Gravity:
    """PPML of flows on all regressors of a panel, with exporter-year, importer-year and pair effects.

    Parameters
    ----------
    panel
        Flows and regressors.
    pairs
        Pair effects: `directed`, `symmetric` (one for both directions) or `none`.
    cluster
        Of the errors: `pair` (as `pairs` has them, directed without pair effects), `symmetric`, `exporter` or `importer`.
    errors
        `plain`, or `corrected` for the leverage of each pair, which needs directed pairs and clusters and our engine.
    engine
        `own`: on the block. `pyfixest`: the same by another program; slower, and independent of ours.
    bias
        How the bias of the coefficients is corrected, which needs pair effects (`analytical`: directed ones) and our engine.
        Covariance and fitted flows stay those of the fit that was not corrected.

    Returns
    -------
    gravity
        Coefficients are effects on the log of flows at given effects: without general equilibrium.

    Assumes
    -------
    The conditional mean is right; clusters are independent. With three sorts of effects and few years coefficients and
    plain errors carry a bias of the order of 1 / countries [WeidnerZylkin2021]_, unless it is corrected.

    Source
    ------
    [SantosSilvaTenreyro2006]_; effects [Yotov2016]_ eq. 1-36; the covariance is multiplied by G / (G - 1) for G clusters, as
    that book's programs do.
    """
    _ask(panel, pairs, cluster, errors, engine, bias)
    there, aside = usable(panel.value, panel.there, pairs)
    x = np.stack(list(panel.regressors.values()))
    while True:
        if not there.any():
            raise FitError(
                "No observation is left: none has an exporter, an importer and a pair that trade elsewhere too."
            )
        _vary(panel, x, there, pairs)
        try:
            fit = ppml(panel.value, x, there, pairs=pairs, cluster=cluster, corrected=errors == "corrected")
            break
        except SeparationError as found:
            there, more = usable(panel.value, there & ~found.apart, pairs)
            more["flows of 0 that only an infinite coefficient would fit"] = int(found.apart.sum())
            aside = {reason: aside.get(reason, 0) + more.get(reason, 0) for reason in aside | more}
    if engine == "pyfixest":
        fit = _by_pyfixest(panel, x, there, pairs, cluster)
    off = None
    if bias.how != "none":
        off, lost = _bias(panel.value, x, there, fit, pairs, bias)
        fit = replace(fit, coefficients=fit.coefficients - off)
        aside |= {"splits of the countries in which a coefficient cannot be estimated": lost} if lost else {}
    return Gravity(tuple(panel.regressors), fit, FrozenDict({**panel.set_aside, **aside}), panel.notes, off)


def _bias(y: Floats, x: Floats, there: NDArray[np.bool_], fit: Ppml, pairs: str, bias: Bias) -> tuple[Floats, int]:
    """Bias of the coefficients, and how many splits of the countries could not be estimated."""
    if bias.how == "jackknife":
        halves = sides(there.shape[1], bias.splits, bias.seed)
        return jackknife_bias(y, x, there, fit.coefficients, halves, pairs=pairs)
    mu = np.where(there, fit.fitted, 0.0)
    rest, _ = Within(mu, pairs).off(np.where(there, x, 0.0))
    return analytical_bias(np.where(there, rest, 0.0), mu, np.where(there, y, 0.0) - mu), 0


def _ask(panel: Panel, pairs: str, cluster: str, errors: str, engine: str, bias: Bias) -> None:
    asked = {
        "pairs": (pairs, PAIRS),
        "cluster": (cluster, CLUSTERS),
        "errors": (errors, ERRORS),
        "engine": (engine, ENGINES),
    }
    for name, (said, may) in asked.items():
        if said not in may:
            raise TightropeError(f"--{name} {said}: expected {', '.join(may)}.")
    if not panel.regressors:
        raise TightropeError("No regressor is named. Name columns, such as --on rta,log(dist).")
    if pairs != "none" and len(panel.years) < 2:
        raise TightropeError("Pair effects explain one year completely. Give more years, or --pairs none.")
    if errors == "corrected" and (pairs, cluster, engine) != ("directed", "pair", "own"):
        raise TightropeError("--errors corrected goes with --pairs directed, --cluster pair and --engine own only.")
    if bias.how != "none" and pairs == "none":
        raise TightropeError("Without pair effects coefficients have no bias of this sort. Leave --bias out.")
    if bias.how != "none" and engine != "own":
        raise TightropeError("--bias goes with --engine own only.")
    if bias.how == "analytical" and pairs != "directed":
        raise TightropeError("--bias analytical goes with --pairs directed only. Use --bias jackknife.")


def _vary(panel: Panel, x: Floats, there: NDArray[np.bool_], pairs: str) -> None:
    """Refuse regressors that the effects explain for want of any variation."""
    for name, bad in zip(panel.regressors, explained(x, there, pairs), strict=True):
        if bad:
            sort = "" if pairs == "none" else ", or does not change within a pair"
            raise FitError(
                f"`{name}` is explained by the effects: it is the same for all partners of an exporter or importer in a "
                f"year{sort}; or it is 0 wherever there is trade. Drop it"
                + ("." if pairs == "none" else ", or say --pairs none.")
            )


def _by_pyfixest(panel: Panel, x: Floats, there: NDArray[np.bool_], pairs: str, cluster: str) -> Ppml:
    """The same fit by pyfixest."""
    if importlib.util.find_spec("pyfixest") is None:
        raise FitError("pyfixest is not installed: install the extra `trade`, or use --engine own.")
    import pandas as pd
    import pyfixest as pf

    t, i, j = np.nonzero(there)
    n = len(panel.countries)
    directed, symmetric = i * n + j, np.minimum(i, j) * n + np.maximum(i, j)
    by = {"exporter": i, "importer": j, "symmetric": symmetric, "pair": symmetric if pairs == "symmetric" else directed}
    columns = {f"x{k}": column[there] for k, column in enumerate(x)}
    data = pd.DataFrame(
        {"y": panel.value[there], **columns, "exporter_year": i * len(panel.years) + t,
         "importer_year": j * len(panel.years) + t, "pair": by["pair"], "group": by[cluster]}
    )  # fmt: skip
    effects = "exporter_year + importer_year" + ("" if pairs == "none" else " + pair")
    found = pf.fepois(
        f"y ~ {' + '.join(columns)} | {effects}", data, vcov={"CRV1": "group"}, ssc=pf.ssc(k_adj=False),
        iwls_tol=1e-14, iwls_maxiter=100, fixef_tol=1e-10, fixef_maxiter=100_000,
    )  # fmt: skip
    if len(found.coef()) < len(x):
        raise FitError("pyfixest dropped a regressor that the others and the effects explain. Drop it yourself.")
    mu = np.full(there.shape, np.nan)
    mu[there] = np.asarray(found.predict(type="response"))
    flow, known = np.where(there, panel.value, 0.0), np.where(there, mu, 0.0)
    return Ppml(
        np.asarray(found.coef()), np.asarray(found._vcov), mu, int(there.sum()), clusters(there, pairs, cluster), 0,
        float(found.deviance), moments(flow, known, pairs),
    )  # fmt: skip
