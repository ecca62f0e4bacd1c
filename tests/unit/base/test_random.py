"""The generator against what independent, evenly spread draws would do.

Seeds are fixed, so no test is flaky: a statistic that passes once passes always. Bounds are set so that a good generator
would miss one of them in about ten thousand tries of the whole file.
"""

from itertools import pairwise

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tightrope.base.random import bits, keys, uniform, within

SURE = 1e-6
"""Two-sided probability below which one statistic counts as evidence against the generator."""

MEMBERS = np.arange(2**18, dtype=np.uint32)
PLACES = {
    "from zero": MEMBERS,
    "around 2**30": MEMBERS + np.uint32(2**30 - 2**17),
    "up to 10**9": MEMBERS + np.uint32(10**9 - 2**18),
    "every 4096th": MEMBERS[: 2**17] * np.uint32(4096),
}


def evenness(counts):
    """Two-sided p-value of counts in cells that should be equally full."""
    p = stats.chisquare(np.ravel(counts)).pvalue
    return 2 * min(p, 1 - p)


def correlation_z(a, b):
    return np.corrcoef(a, b)[0, 1] * np.sqrt(a.size)


def one(seed, stream, *index):
    """Key of a single slot, (1, 2)."""
    return keys(seed, stream, *(k + 1 for k in index))[index][None] if index else keys(seed, stream)[None]


# --- evenly spread ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("members", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("byte", range(4))
def test_every_byte_is_evenly_spread(members, byte):
    for slot in keys(7, "tie/own", 6):
        values = (bits(slot[None], members)[0] >> np.uint32(8 * byte)) & np.uint32(255)
        assert evenness(np.bincount(values, minlength=256)) > SURE


@pytest.mark.parametrize("members", PLACES.values(), ids=PLACES)
def test_uniform_draws_fill_a_thousand_bins_evenly(members):
    for u in uniform(keys(11, "answer", 6), members):
        assert evenness(np.histogram(u, 1000, (0, 1))[0]) > SURE
        assert stats.kstest(u, "uniform").pvalue > SURE


def test_uniform_draws_over_many_slots_have_the_moments_of_the_uniform():
    u = uniform(keys(3, "input/share", 256), MEMBERS[: 2**14]).astype(float).ravel()
    sure = 5 / np.sqrt(u.size)
    for power in (1, 2, 3, 4):
        spread = np.sqrt(1 / (2 * power + 1) - 1 / (power + 1) ** 2)
        assert abs((u**power).mean() - 1 / (power + 1)) < sure * spread


def test_uniform_never_reaches_zero_or_one():
    # A draw of exactly one would make a normal infinite. Some 2**24 draws are needed to see it; this slot's member
    # 4189096 has 24 leading ones.
    slot = keys(7, "tie/own", 21, 5, 15)[3, 2, 4][None]
    u = uniform(slot, np.arange(2**22, dtype=np.uint32))
    assert bits(slot, np.uint32([4189096]))[0] >> np.uint32(8) == 2**24 - 1
    assert 0 < u.min() < 1e-5
    assert 1 - 1e-5 < u.max() < 1
    scaled = u.astype(np.float64) * 2**24
    assert (scaled % 2 == 1).all(), "each draw is an odd multiple of 2**-24, exact in 32 bits"


# --- distinct --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "members", [np.arange(2**20, dtype=np.uint32), np.uint32(10**9) + np.arange(2**20, dtype=np.uint32)]
)
def test_no_two_members_share_bits_in_a_slot(members):
    for slot in keys(7, "tie/common", 1):
        assert np.unique(bits(slot[None], members)[0]).size == members.size


def test_uniform_draws_coincide_as_often_as_23_bits_must():
    members, cells = np.arange(2**20, dtype=np.uint32), 2**23
    for slot in keys(7, "tie/common", 6):
        distinct = np.unique(uniform(slot[None], members)[0]).size
        empty = np.exp(-members.size / cells)
        expected = cells * (1 - empty)
        # Bits are drawn without replacement from 2**32, which is as good as with it here.
        spread = np.sqrt(cells * empty * (1 - empty * (1 + members.size / cells)))
        assert abs(distinct - expected) < 5 * spread


def test_collisions_between_slots_are_a_birthday_coincidence():
    # 512 slots x 2048 members: pairs of equal 32-bit words across slots.
    words = bits(keys(7, "tie/own", 512), np.arange(2048, dtype=np.uint32)).ravel()
    equal = words.size - np.unique(words).size
    expected = words.size**2 / 2 / 2**32
    assert abs(equal - expected) < 5 * np.sqrt(expected)


def test_no_two_keys_of_many_streams_and_seeds_are_equal():
    made = [
        keys(seed, stream, 40, 100).reshape(-1, 2)
        for seed in (*range(20), -1, 2**40)
        for stream in ("answer", "tie/own", "tie/common", "input/share", "shock/offer", "decision/a:KAZ")
    ]
    words = np.concatenate(made).astype(np.uint64)
    words = words[:, 0] << np.uint64(32) | words[:, 1]
    assert np.unique(words).size == words.size


# --- independent -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lag", [1, 2, 3, 8, 511, 512, 513, 2**16])
def test_members_apart_by_a_lag_are_independent(lag):
    members = np.arange(2**18 + lag, dtype=np.uint32)
    for slot in keys(5, "tie/own", 3):
        u = uniform(slot[None], members)[0].astype(float)
        a, b = u[:-lag], u[lag:]
        assert abs(correlation_z(a, b)) < 5
        assert evenness(np.histogram2d(a, b, 64, ((0, 1), (0, 1)))[0]) > SURE


@pytest.mark.parametrize("far", [2**28, 2**29, 2**30, 2**31, 10**9])
def test_members_far_apart_are_independent(far):
    for slot in keys(5, "tie/own", 3):
        a = uniform(slot[None], MEMBERS)[0].astype(float)
        b = uniform(slot[None], MEMBERS + np.uint32(far))[0].astype(float)
        assert abs(correlation_z(a, b)) < 5
        assert evenness(np.histogram2d(a, b, 64, ((0, 1), (0, 1)))[0]) > SURE


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("slots", lambda: keys(7, "tie/own", 1, 1, 64)[0, 0]),
        ("states", lambda: keys(7, "tie/own", 1, 64, 15)[0, :, 3]),
        ("quarters", lambda: keys(7, "tie/own", 64, 5, 15)[:, 2, 3]),
        ("streams", lambda: np.stack([keys(7, f"input/{k}") for k in range(64)])),
        ("seeds", lambda: np.stack([keys(seed, "answer") for seed in range(64)])),
    ],
)
def test_draws_do_not_correlate_between(name, of):
    u = uniform(of(), MEMBERS[: 2**15]).astype(float)
    z = np.corrcoef(u)[np.triu_indices(64, 1)] * np.sqrt(u.shape[1])
    assert abs(z).max() < 5.2, "2016 pairs: five deviations are due once in a thousand tries"
    # Their spread shows a weakness too small for any single pair.
    assert abs(z.var() - 1) < 5 * np.sqrt(2 / z.size)
    shifted = np.array([correlation_z(a[:-1], b[1:]) for a, b in pairwise(u)])
    assert abs(shifted).max() < 5


@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize("bit", [0, 1, 7, 15, 16, 24, 31])
def test_slots_whose_keys_differ_in_one_bit_are_independent(half, bit):
    slot = keys(7, "tie/own", 1)
    other = slot.copy()
    other[0, half] ^= np.uint32(1 << bit)
    a, b = (uniform(k, MEMBERS)[0].astype(float) for k in (slot, other))
    assert abs(correlation_z(a, b)) < 5
    assert evenness(np.histogram2d(a, b, 64, ((0, 1), (0, 1)))[0]) > SURE


def test_a_flipped_bit_of_the_member_flips_half_the_bits_of_the_draw():
    members = MEMBERS[: 2**15] * np.uint32(2654435761)
    for slot in keys(7, "tie/own", 3):
        before = bits(slot[None], members)[0]
        flipped = np.array(
            [
                [
                    ((before ^ bits(slot[None], members ^ np.uint32(1 << b))[0]) >> np.uint32(o) & np.uint32(1)).mean()
                    for o in range(32)
                ]
                for b in range(32)
            ]
        )
        # 1024 pairs of bits, each with a deviation of 0.0028 by chance; the hash itself may lean by as much again.
        assert abs(flipped - 0.5).max() < 0.02
        assert abs(flipped.mean() - 0.5) < 0.001


# --- the same everywhere ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [0, 2**30 - 5, 10**9, 2**32 - 1000])
def test_numpy_and_jax_draw_the_same_bits(first):
    members = np.arange(1000, dtype=np.uint32) + np.uint32(first)
    some = keys(7, "answer", 4, 3)
    ours, theirs = bits(some, members), bits(jnp.asarray(some), jnp.asarray(members))
    assert ours.dtype == np.uint32
    assert ours.shape == (4, 3, 1000)
    np.testing.assert_array_equal(ours, np.asarray(theirs))
    ours, theirs = uniform(some, members), uniform(jnp.asarray(some), jnp.asarray(members))
    assert ours.dtype == np.asarray(theirs).dtype == np.float32
    np.testing.assert_array_equal(ours, np.asarray(theirs))


@given(st.integers(), st.text(max_size=20), st.integers(1, 6), st.integers(0, 6), st.integers(1, 5))
def test_a_longer_first_axis_keeps_the_earlier_keys(seed, stream, first, more, second):
    short, long = keys(seed, stream, first, second), keys(seed, stream, first + more, second)
    np.testing.assert_array_equal(short, long[:first])
    np.testing.assert_array_equal(short.reshape(-1, 2), keys(seed, stream, first * second))


@given(st.integers(0, 2**31), st.integers(0, 1000))
def test_a_draw_depends_on_the_members_number_and_not_on_its_place(first, at):
    members = np.arange(1001, dtype=np.uint32) + np.uint32(first)
    slot = keys(7, "answer", 2)
    np.testing.assert_array_equal(bits(slot, members)[:, at], bits(slot, members[at : at + 1])[:, 0])


def test_seed_and_stream_are_not_run_together():
    assert (keys(1, "1/x") != keys(11, "x")).any()
    assert (keys(-1, "x") != keys(1, "x")).any()


def test_these_bits_are_frozen():
    # Known answers: a change of any constant would silently change every result of every seed.
    assert keys(7, "noise", 2).tolist() == FROZEN_KEYS
    assert bits(keys(7, "noise", 2), np.uint32([0, 1, 10**9])).tolist() == FROZEN_BITS


FROZEN_KEYS = [[94349253, 4241674148], [2513841168, 2948358558]]
FROZEN_BITS = [[2831926818, 3690414593, 598160980], [213427412, 4042680795, 1283230126]]


# --- draws from a stated range ---------------------------------------------------------------------------------------

RANGE = st.tuples(*(st.floats(-1e6, 1e6) for _ in range(3))).map(sorted)


@given(RANGE, st.floats(0, 1))
def test_a_draw_lies_within_its_range(bounds, u):
    low, value, high = bounds
    slack = 1e-9 * max(1, abs(low), abs(high))
    assert low - slack <= within(u, value, low, high) <= high + slack


@given(RANGE)
def test_the_stated_value_is_the_median_and_the_range_the_ends(bounds):
    low, value, high = bounds
    at = [within(u, value, low, high) for u in (0.0, 0.5, 1.0)]
    np.testing.assert_allclose(at, [low, value, high], atol=1e-9 * 1e6)


@given(RANGE, st.floats(0, 1), st.floats(0, 1))
def test_a_larger_uniform_draw_never_gives_a_smaller_number(bounds, a, b):
    low, value, high = bounds
    slack = 1e-9 * max(1, abs(low), abs(high))
    assert within(min(a, b), value, low, high) <= within(max(a, b), value, low, high) + slack


@given(st.floats(-1e6, 1e6), st.floats(0, 1))
def test_a_figure_without_a_range_is_drawn_as_it_stands(value, u):
    assert within(u, value, value, value) == value


def test_an_unknown_figure_is_drawn_as_unknown():
    assert np.isnan(within(0.3, np.nan, np.nan, np.nan))


def test_half_the_draws_lie_evenly_on_each_side_of_the_value():
    u = uniform(keys(7, "range", 1), MEMBERS)[0].astype(float)
    drawn = within(u, 2.0, 1.0, 6.0)
    below = drawn[drawn < 2]
    assert abs(below.size / drawn.size - 0.5) < 0.005
    assert stats.kstest(below, stats.uniform(1, 1).cdf).pvalue > SURE
    assert stats.kstest(drawn[drawn > 2], stats.uniform(2, 4).cdf).pvalue > SURE
