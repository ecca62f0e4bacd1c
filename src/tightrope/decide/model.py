"""The decision model as a joint distribution, for NumPyro: coefficients, habits, and effects of single questions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpyro
import numpyro.distributions as dist

from .utility import COEFFICIENTS

if TYPE_CHECKING:
    from .layers import Data, Grid, Layer

__all__ = ["Given", "decision_model", "given"]


class Given(NamedTuple):
    """What the model is conditioned on; all arrays, so that folds and theories share compiled code."""

    decisions: Layer
    panel: Grid | None
    mean: Any
    deviation: Any
    spread: Any
    """Prior, each (coefficient,)."""
    weight: Any
    """1 for each decision that counts, 0 for each held out, (decision,)."""
    free: Any
    """1 for each coefficient that the theory allows, 0 for the others, (coefficient,)."""
    sign: Any
    """1 or -1 for each coefficient that the theory allows that sign alone, else 0, (coefficient,)."""


def given(data: Data) -> Given:
    """All of the data, with every coefficient free.

    Parameters
    ----------
    data
        What to learn from.
    """
    n = len(COEFFICIENTS)
    return Given(
        data.decisions,
        data.panel,
        data.prior_mean,
        data.prior_deviation,
        data.prior_spread,
        jnp.ones(len(data.ids)),
        jnp.ones(n),
        jnp.zeros(n),
    )


def decision_model(
    data: Data, *, habit_scale: float = 1.5, question_scale: float = 1.0, lean_scale: float = 1.0
) -> Callable[[Given], None]:
    """The model, for data of one shape.

    Parameters
    ----------
    data
        Says how many habits, questions and states there are.
    habit_scale, question_scale, lean_scale
        Half-normal scales of the standard deviations of habits, of effects of single questions, and of the leanings of
        other states: weak, since log odds of a choice seldom pass 3.

    Returns
    -------
    model
        Of a `Given`. Sites: `mean` and `spread` of the coefficients over states; `own`, each group's standardised
        deviation (the last group is the rest of the world); `habit`, `question`, `lean`, `away` (standardised) with the
        standard deviations `habit_sd`, `question_sd`, `lean_sd`, `away_sd`; `probability`, (decision, option), and
        `log_likelihood` of the option taken, (decision,).

    Assumes
    -------
    The rest of the world is to the case's states what one more state would be: its mean coefficients differ from the
    common mean as a state's do. Its states differ from each other in how far they lean to the text and how often they stay
    away, and in nothing else that the figures do not say.

    Source
    ------
    Conditional logit: [McFadden1974]_; states drawn around a common mean, non-centred: [Betancourt2015]_; docs/model.md
    eq. 5 to 7.
    """
    n, groups, options = len(COEFFICIENTS), len(data.states) + 1, data.decisions.offset.shape[1]
    if data.panel is not None:
        options = max(options, data.panel.offset.shape[2])

    def model(x: Given) -> None:
        drawn = numpyro.sample("mean", dist.Normal(x.mean, x.deviation).to_event(1))
        mean = x.free * jnp.where(x.sign == 0, drawn, x.sign * jnp.abs(drawn))
        spread = numpyro.sample("spread", dist.HalfNormal(x.spread / 0.6745).to_event(1))
        own = numpyro.sample("own", dist.Normal(0, 1).expand([groups, n]).to_event(2))
        coefficients = mean + x.free * spread * own
        habit = _scaled("habit", (len(data.habits),), habit_scale).at[0].set(0.0)
        question = _scaled("question", (len(data.questions), options), question_scale)
        layer = x.decisions
        usual = habit[layer.habit] + question[layer.question][:, : layer.offset.shape[1]]
        worth = jnp.einsum("doc,dc->do", layer.slopes, coefficients[layer.state]) + layer.offset + usual
        told = jax.nn.log_softmax(layer.scale[:, None] * worth, axis=-1)
        each = jnp.take_along_axis(told, layer.chosen[:, None], 1)[:, 0]
        numpyro.factor("decisions", (x.weight * each).sum())
        numpyro.deterministic("probability", jnp.exp(told))
        numpyro.deterministic("log_likelihood", each)
        if x.panel is not None:
            lean, away = (_scaled(name, (len(data.others),), lean_scale) for name in ("lean", "away"))
            grid = x.panel
            usual = habit[grid.habit] + question[grid.question][:, : grid.offset.shape[2]]
            worth = grid.slopes @ coefficients[-1] + grid.offset + usual[:, None]
            worth = worth + lean[:, None] * grid.degree[:, None] + away[:, None] * grid.absent[:, None]
            seen = jax.nn.log_softmax(grid.scale[:, None, None] * worth, axis=-1)
            numpyro.factor("panel", (grid.known * jnp.take_along_axis(seen, grid.chosen[..., None], 2)[..., 0]).sum())

    return model


def _scaled(name: str, shape: tuple[int, ...], scale: float) -> Any:
    """Normal effects around zero with a standard deviation of their own."""
    sd = numpyro.sample(f"{name}_sd", dist.HalfNormal(scale))
    return sd * numpyro.sample(name, dist.Normal(0, 1).expand(list(shape)).to_event(len(shape)))
