import pytest

from tightrope.base import Quantity


@pytest.mark.parametrize(
    ("fields", "parts"),
    [
        ({"value": 1.0, "kind": "measured", "source": ("a",)}, []),
        ({"value": None, "kind": "measured", "source": ("a",)}, []),
        ({"value": 1.0, "kind": "measured"}, ["source"]),
        ({"value": 1.0, "kind": "assumed", "low": 0.0, "high": 2.0, "why": "so"}, []),
        ({"value": 1.0, "kind": "assumed", "low": 0.0, "high": 2.0}, ["why"]),
        ({"value": 1.0, "kind": "assumed", "why": "so"}, ["low", "high"]),
        ({"value": 3.0, "kind": "coded", "source": ("a",), "low": 0.0, "high": 2.0}, ["range"]),
        ({"value": 1.0, "kind": "coded", "source": ("a",), "low": 2.0}, ["range"]),
        ({"value": float("nan"), "kind": "coded", "source": ("a",)}, ["value"]),
        ({"value": 1.0, "kind": "guessed"}, ["kind"]),
        ({"value": None, "kind": "coded", "source": ("a",), "low": 0.0}, ["value"]),
    ],
)
def test_a_quantity_says_what_is_wrong_with_it(fields, parts):
    assert [part for part, *_ in Quantity(unit="1", **fields).faults()] == parts
