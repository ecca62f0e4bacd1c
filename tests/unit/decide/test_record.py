"""What the states really did, summed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tightrope.decide import record
from tightrope.measure import posture, spectrum


@pytest.fixture(scope="module")
def done(central_asia):
    return record(central_asia)


def counted(case, state):
    return [d for d in case.decisions if d.state == state and d.chosen is not None and d.quarter in case.quarters]


def test_every_known_answer_within_the_period_counts_once(done, central_asia):
    assert done.count[:, 0].tolist() == [len(counted(central_asia, state)) for state in central_asia.states]


def test_stances_on_what_was_chosen_add_up(done, central_asia):
    for i, state in enumerate(central_asia.states):
        total = sum(d.stance[d.options.index(d.chosen)] for d in counted(central_asia, state))
        np.testing.assert_allclose((done.toward - done.away)[i, :, 0], total)
    assert (done.toward >= 0).all()
    assert (done.away >= 0).all()
    assert (done.quiet <= done.count).all()
    assert (done.regime <= done.count).all()


def test_an_answer_that_is_not_known_counts_for_nothing(done, central_asia):
    class Forgotten:
        states, powers, quarters = central_asia.states, central_asia.powers, central_asia.quarters
        labels = central_asia.labels
        decisions = tuple(replace(d, chosen=None) if d.state == "KAZ" else d for d in central_asia.decisions)

    found = record(Forgotten)
    k = central_asia.states.index("KAZ")
    assert found.count[k] == 0
    assert not found.toward[k].any()
    np.testing.assert_array_equal(np.delete(found.toward, k, 0), np.delete(done.toward, k, 0))
    threat = np.ones((len(central_asia.states), len(central_asia.powers), 1))
    assert np.isnan(posture(found, threat)[:, k]).all()
    assert np.isnan(spectrum(found, threat)[k]).all()
    assert np.isfinite(np.delete(posture(found, threat), k, 1)).all()
