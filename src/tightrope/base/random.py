"""Counter-based random numbers: a draw is a function of (seed, stream, step, slot, member) and of nothing else.

A history therefore stays the same whatever the chunk it is computed in, the number of workers, or the order of
members; an ensemble can grow without changing its first members; two scenarios share their dice; and a new stream
disturbs no other.

A slot's 64-bit key is made once on the host by SplitMix64 over (seed, stream, step, slot). The 32-bit member number is
then scrambled under the two halves of the key by two rounds of a multiply and xor-shift hash. Within a slot that is a
bijection of the member number, so no two of up to 4 294 967 296 members share a draw.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import namespace

__all__ = ["bits", "keys", "uniform", "within"]

_MASK = np.uint64(0xFFFFFFFFFFFFFFFF)


def _splitmix(word: NDArray[np.uint64]) -> NDArray[np.uint64]:
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


def keys(seed: int, stream: str, *shape: int) -> NDArray[np.uint32]:
    """Keys of one stream of draws, one for each cell of a shape.

    Parameters
    ----------
    seed
        Any integer.
    stream
        Name of the stream. Different names give unrelated keys.
    *shape
        How many steps and slots the stream has. The key of a cell depends on its index alone, in row order, so
        lengthening the first axis keeps the earlier keys.

    Returns
    -------
    keys
        ``uint32`` array of shape ``shape + (2,)``.

    Source
    ------
    SplitMix64: [Steele2014]_ fig. 17. Counter-based generation: [Salmon2011]_.

    Examples
    --------
    >>> keys(7, "noise", 3).shape
    (3, 2)
    >>> bool((keys(7, "noise", 3)[:2] == keys(7, "noise", 2)).all())
    True
    """
    name = hashlib.blake2b(f"{seed}/{stream}".encode(), digest_size=8).digest()
    start = np.frombuffer(name, dtype=np.uint64)[0]
    count = int(np.prod(shape, dtype=np.int64)) if shape else 1
    with np.errstate(over="ignore"):
        word = start + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        word = _splitmix(word & _MASK)
    halves = np.stack([word >> np.uint64(32), word & np.uint64(0xFFFFFFFF)], axis=-1)
    return halves.astype(np.uint32).reshape(*shape, 2)


def _scramble(xp: Any, word: Any) -> Any:
    word = (word ^ (word >> 16)) * xp.uint32(0x21F0AAAD)
    word = (word ^ (word >> 15)) * xp.uint32(0xD35A2D97)
    return word ^ (word >> 15)


def bits(key: Any, member: Any) -> Any:
    """Random bits of each member in each slot.

    Parameters
    ----------
    key
        From `keys`, shape ``(..., 2)``, ``uint32``.
    member
        Member numbers, shape ``(members,)``, ``uint32``.

    Returns
    -------
    bits
        Shape ``(..., members)``, ``uint32``, every value equally likely.

    Source
    ------
    Scrambling constants: the two-round 32-bit integer hash of [Wellons2018]_ (bias 0.107). The keyed double use is
    ours, tested in ``tests/unit/base/test_random.py``.
    """
    xp = namespace(member)
    word = member * xp.uint32(0x9E3779B9) + key[..., 0, None]
    return _scramble(xp, _scramble(xp, word) ^ key[..., 1, None])


def uniform(key: Any, member: Any) -> Any:
    """Uniform draws strictly between 0 and 1, with 23 random bits, as 32-bit floats.

    The draws are the odd multiples of 2**-24. Each is exact in 32 bits, so none is rounded to 1, whose normal quantile
    would be infinite; and u and 1 - u are both among them.

    Parameters
    ----------
    key
        From `keys`, shape ``(..., 2)``.
    member
        Member numbers, shape ``(members,)``, ``uint32``.

    Returns
    -------
    uniform
        Shape ``(..., members)``, ``float32``.

    Examples
    --------
    >>> draw = uniform(keys(7, "example", 1), np.arange(100_000, dtype=np.uint32))
    >>> bool(abs(draw.mean() - 0.5) < 0.005)
    True
    """
    xp = namespace(member)
    # Through int32: half the conversion cost on CPUs without unsigned conversion.
    whole = (bits(key, member) >> 9).astype(xp.int32).astype(xp.float32)
    return whole * xp.float32(2.0**-23) + xp.float32(2.0**-24)


def within(u: Any, value: Any, low: Any, high: Any) -> Any:
    """A draw from a stated range, with the stated value as its median.

    Half the draws lie evenly between ``low`` and ``value``, half evenly between ``value`` and ``high``, so a range
    that is wider on one side is used as stated. Where the three agree the draw is that number.

    Parameters
    ----------
    u
        Uniform draws in (0, 1).
    value, low, high
        The figure and the ends of its range; arrays that broadcast with ``u``. NaN gives NaN.

    Returns
    -------
    draw
        Same unit as ``value``.

    Assumes
    -------
    The source's range holds all of the uncertainty, spread evenly on each side.

    Source
    ------
    Ours; the split uniform is the least informative density with a given median and ends.

    Examples
    --------
    >>> float(within(0.75, 2.0, 1.0, 4.0))
    3.0
    """
    side = 2 * u - 1
    below = (side - abs(side)) / 2
    above = (side + abs(side)) / 2
    return value + below * (value - low) + above * (high - value)
