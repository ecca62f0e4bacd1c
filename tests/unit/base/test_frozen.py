import pickle

import numpy as np
import pytest

from tightrope.base import CaseError, Estimate, FrozenDict, read_only


def test_a_frozen_dict_refuses_every_write():
    frozen = FrozenDict(a=1)
    for write in (
        lambda: frozen.__setitem__("a", 2),
        lambda: frozen.update(a=2),
        lambda: frozen.pop("a"),
        frozen.popitem,
        frozen.clear,
        lambda: frozen.setdefault("b", 1),
        lambda: frozen.__delitem__("a"),
        lambda: frozen.__ior__({"b": 1}),
    ):
        with pytest.raises(TypeError, match="read-only"):
            write()
    assert frozen == {"a": 1}
    assert pickle.loads(pickle.dumps(frozen)) == frozen
    assert type(pickle.loads(pickle.dumps(frozen))) is FrozenDict


def test_read_only_copies():
    values = np.ones(2)
    frozen = read_only(values)
    values[0] = 5
    assert frozen.tolist() == [1, 1]
    with pytest.raises(ValueError, match="read-only"):
        frozen[0] = 2


def test_an_estimate_stays_read_only_after_a_journey():
    estimate = Estimate([1.0, np.nan], [0.5, np.nan], [np.nan, 2.0], ("state",), "1", "made up")
    assert np.array_equal(estimate.high, [1.0, 2.0])  # no range: the value itself
    back = pickle.loads(pickle.dumps(estimate))
    assert back == estimate
    for one in (estimate, back):
        for array in (one.value, one.low, one.high):
            assert not array.flags.writeable


def test_an_estimate_has_one_shape():
    with pytest.raises(CaseError, match="shape"):
        Estimate([1.0], [1.0, 2.0], [1.0], ("state",), "1")
    with pytest.raises(CaseError, match="dimension"):
        Estimate([1.0], [1.0], [1.0], (), "1")


def test_an_estimate_equals_only_its_like():
    one = Estimate([1.0], [1.0], [1.0], ("state",), "1")
    assert one != Estimate([1.0], [1.0], [2.0], ("state",), "1")
    assert one != Estimate([1.0], [1.0], [1.0], ("power",), "1")
    assert one != 1
