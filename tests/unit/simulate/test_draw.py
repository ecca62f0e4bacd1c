"""What each history draws once: the uncertain inputs of the case, and the weights of the decision model."""

from __future__ import annotations

from dataclasses import replace

import jax
import numpy as np
import pytest
from scipy import stats

from tightrope.base import RunError
from tightrope.base.random import keys
from tightrope.case import load_case, new_case
from tightrope.decide.draws import Draws
from tightrope.simulate.draw import draw, keyed, normal
from tightrope.simulate.inputs import STRENGTHS, inputs

MEMBERS = np.arange(2**14, dtype=np.uint32)


@pytest.fixture(scope="module")
def given(central_asia):
    return inputs(central_asia)


@pytest.fixture(scope="module")
def drawn(given):
    return jax.jit(draw)(keyed(given, 7), MEMBERS)


@pytest.fixture(scope="module")
def normals():
    """Standard normal draws as the shocks use them, (draw, member)."""
    return np.asarray(jax.jit(normal)(keys(7, "test", 48), MEMBERS), float)


def test_normals_have_the_moments_of_a_normal(normals):
    n = normals.size
    assert np.isfinite(normals).all()
    assert abs(normals.mean()) < 5 / np.sqrt(n)
    assert abs(normals.var() - 1) < 5 * np.sqrt(2 / n)
    assert abs(stats.skew(normals, axis=None)) < 5 * np.sqrt(6 / n)
    assert abs(stats.kurtosis(normals, axis=None)) < 5 * np.sqrt(24 / n)


def test_each_normal_follows_the_normal_distribution(normals):
    assert min(stats.kstest(row, "norm").pvalue for row in normals) > 1e-5
    assert 3.3 < abs(normals).max() < 6, "the tails are there"


def test_normals_are_independent_of_each_other(normals):
    z = np.corrcoef(normals)[np.triu_indices(len(normals), 1)] * np.sqrt(normals.shape[1])
    assert abs(z).max() < 5


def test_every_member_takes_one_draw_of_all_weights_together(given):
    shape = given.draws.coefficients.shape[:2]
    numbers = np.broadcast_to(np.arange(10, dtype=np.float32), (*shape, 10))
    marked = Draws(numbers, np.broadcast_to(numbers[0, :1], (3, 10)))
    drawn = jax.jit(draw)(keyed(replace(given, draws=marked), 7), MEMBERS)
    which = np.asarray(drawn.habits[0])
    assert all((np.asarray(part) == which).all() for part in drawn.coefficients)
    counts = np.bincount(which.astype(int), minlength=10)
    assert stats.chisquare(counts).pvalue > 1e-4, "each draw is as likely as any other"


@pytest.mark.parametrize(
    "name", ["capability", "alignment", "coethnic", "asset", "credibility", "growth_trend", "food_import"]
)
def test_inputs_are_drawn_from_their_stated_ranges(name, drawn, given):
    x, item = np.asarray(getattr(drawn, name)), given.ranges[name]
    slack = 1e-5 * (1 + abs(item.value[..., None]))
    assert (x >= item.low[..., None] - slack).all()
    assert (x <= item.high[..., None] + slack).all()
    wide = item.high - item.low
    assert (abs(np.median(x, axis=-1) - item.value) <= 0.03 * wide + 1e-6).all()
    np.testing.assert_array_equal(x[wide == 0], np.broadcast_to(item.value[..., None], x.shape)[wide == 0])


def test_every_strength_is_a_parameter_with_a_range(given):
    for name in STRENGTHS:
        item = given.ranges[name]
        assert item.low <= item.value <= item.high, name
        assert item.value.shape == (), name


def test_shares_of_a_channel_sum_to_one_with_the_rest(drawn):
    for share, rest in zip(drawn.share, drawn.rest, strict=True):
        np.testing.assert_allclose(share.sum(axis=1) + rest, 1, atol=1e-5)
        assert (np.asarray(rest) > -1e-6).all()
        assert (np.asarray(share) >= 0).all()


def test_what_can_be_held_is_never_more_than_all_stakes(drawn):
    held = sum(np.asarray(part) for part in drawn.hold)
    assert (held >= 0).all()
    assert (held <= 1 + 1e-6).all()


def test_an_input_more_leaves_the_draws_of_the_others_as_they_were(given):
    some = dict(given.ranges)
    moved = {"aaa_first": some["fear"]} | dict(reversed(some.items()))
    found = (keyed(replace(given, ranges=ranges), 7) for ranges in (some, moved))
    one, other = (x["layout"].split(x["range_key"]) for x in found)
    for name in some:
        np.testing.assert_array_equal(one[name], other[name])


def test_figures_that_the_case_lacks_are_all_named_at_once(central_asia, tmp_path):
    square = load_case(str(new_case(tmp_path / "square", ("AAA", "BBB"), ("PPP", "QQQ"))))
    assert len(square.states) == len(square.powers), "where labels are easily mixed up"

    def without(case, name, cell):
        found = getattr(case, name)

        def forgetful(*asked, **more):
            whole = found(*asked, **more)
            if asked[0] not in ("distance", "growth_trend", "credibility", "stake"):
                return whole
            value = whole.value.copy()
            value[cell[: value.ndim]] = np.nan
            return replace(whole, value=value, low=value, high=value)

        return forgetful

    class Lacking:
        dyad = staticmethod(without(square, "dyad", (1, 0)))
        parameter = staticmethod(without(square, "parameter", (1, 0)))

        def __getattr__(self, name):
            return getattr(square, name)

    with pytest.raises(RunError) as refused:
        inputs(Lacking())
    said = str(refused.value)
    assert "distance is unknown for BBB/PPP\n" in said
    assert "growth_trend is unknown for BBB\n" in said
    assert "credibility is unknown for QQQ\n" in said
    assert "stake is unknown for trade/BBB\n" in said
    assert "assumed" in said, "and what to do about it"
