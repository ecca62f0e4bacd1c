"""Conditional logit beside xlogit, and beside the same Newton steps compiled by JAX, on the same made-up choices.

    python benchmarks/conditional_logit.py [--choices 100000] [--options 4] [--features 12] [--rounds 5]

The programs take turns in each round, so that other work on the machine slows them alike. All give coefficients and
standard errors. Prints medians of seconds by the clock and of the processor.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from statistics import median

import jax
import jax.numpy as jnp
import numpy as np

from tightrope.decide.conditional import conditional_logit
from tightrope.decide.likelihood import BLOCK

Fit = tuple[np.ndarray, np.ndarray]


def choices(n: int, options: int, features: int, seed: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """Choices of a logit whose coefficients run from -1 to 1."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, options, features))
    utility = x @ np.linspace(-1, 1, features) + rng.gumbel(size=(n, options))
    return x, utility.argmax(axis=1)


def tightrope(x: np.ndarray, y: np.ndarray) -> Fit:
    fit = conditional_logit(x, y)
    return fit.coefficients, fit.error


def xlogit(x: np.ndarray, y: np.ndarray) -> Fit:
    from xlogit import MultinomialLogit

    n, options, features = x.shape
    model = MultinomialLogit()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(
            x.reshape(-1, features),
            (y[:, None] == np.arange(options)).ravel(),
            varnames=[f"x{k}" for k in range(features)],
            alts=np.tile(np.arange(options), n),
            ids=np.repeat(np.arange(n), options),
            verbose=0,
        )
    return model.coeff_, model.stderr


@jax.jit
def _arranged(x: jax.Array, y: jax.Array) -> jax.Array:
    """(block, feature, option, choice), less the features of the option taken; the rest of a block is filled with 0."""
    z = x - jnp.take_along_axis(x, y[:, None, None], axis=1)
    n, options, features = z.shape
    n_blocks = -(-n // BLOCK)
    filled = jnp.pad(z, ((0, n_blocks * BLOCK - n), (0, 0), (0, 0)))
    return filled.reshape(n_blocks, BLOCK, options, features).transpose(0, 3, 2, 1)


@jax.jit
def _step(b: jax.Array, blocks: jax.Array) -> tuple[jax.Array, jax.Array]:
    def one(sums: tuple[jax.Array, jax.Array], z: jax.Array) -> tuple[tuple[jax.Array, jax.Array], None]:
        share = jax.nn.softmax(jnp.tensordot(b, z, 1), axis=0)
        weighted = z * share
        mean = weighted.sum(axis=1)
        flat = (len(b), -1)
        curve = weighted.reshape(flat) @ z.reshape(flat).T - mean @ mean.T
        return (sums[0] - mean.sum(axis=1), sums[1] + curve), None

    zero = (jnp.zeros_like(b), jnp.zeros((len(b), len(b))))
    return jax.lax.scan(one, zero, blocks)[0]


def compiled(x: np.ndarray, y: np.ndarray) -> Fit:
    blocks, b = _arranged(jnp.asarray(x), jnp.asarray(y)), np.zeros(x.shape[2])
    while True:
        slope, curve = _step(b, blocks)
        step = np.linalg.solve(curve, slope)
        b = b + step
        if step @ np.asarray(curve) @ step < 1e-12:
            return b, np.sqrt(np.diagonal(np.linalg.inv(curve)))


def timed(fit: Callable[[np.ndarray, np.ndarray], Fit], x: np.ndarray, y: np.ndarray) -> tuple[float, float, Fit]:
    clock, processor = time.perf_counter(), time.process_time()
    found = fit(x, y)
    return time.perf_counter() - clock, time.process_time() - processor, found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("choices", 100_000), ("options", 4), ("features", 12), ("rounds", 5)):
        asked.add_argument(f"--{name}", type=int, default=value)
    args = asked.parse_args()
    jax.config.update("jax_enable_x64", True)
    x, y = choices(args.choices, args.options, args.features)
    programs = {"Tightrope": tightrope, "xlogit": xlogit, "JAX, same steps": compiled}
    for fit in (tightrope, compiled):
        fit(x, y)  # imports and compilation are not counted
    runs: dict[str, list[tuple[float, float, Fit]]] = {name: [] for name in programs}
    for _ in range(args.rounds):
        for name, fit in programs.items():
            runs[name].append(timed(fit, x, y))
    print(f"{args.choices:,} choices x {args.options} options x {args.features} features, {args.rounds} rounds")
    print("| | seconds | of the processor | coefficients apart | errors apart |\n| --- | --- | --- | --- | --- |")
    ours = runs["Tightrope"][0][2]
    for name, each in runs.items():
        apart = [f"{np.abs(a - b).max():.1e}" for a, b in zip(each[0][2], ours, strict=True)]
        print(f"| {name} | {median(r[0] for r in each):.3f} | {median(r[1] for r in each):.3f} | {' | '.join(apart)} |")
    ratio = [
        [theirs[k] / mine[k] for theirs, mine in zip(runs["xlogit"], runs["Tightrope"], strict=True)] for k in (0, 1)
    ]
    print(f"xlogit / Tightrope: {median(ratio[0]):.1f} by the clock, {median(ratio[1]):.1f} of the processor")


if __name__ == "__main__":
    main()
