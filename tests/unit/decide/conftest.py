"""A made-up decision, worked by hand, and random ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tightrope.decide import Agenda, Coefficients


def one_question() -> dict[str, Any]:
    """One state, two powers, two options: to do what the first power wants, or to leave things as they are."""
    agenda = Agenda(
        stance=np.array([[[1.0, -1.0], [0.0, 0.0]]]),
        degree=np.array([[1.0, 0.0]]),
        regime=np.array([[1.0, 0.0]]),
        norm=np.array([[-1.0, 0.0]]),
        statusquo=np.array([[0.0, 1.0]]),
        isolation=np.array([[0.0, 0.5]]),
        placate=np.zeros((1, 2)),
        evasion=np.zeros((1, 2)),
        admission=np.zeros((1, 2)),
        turnout=np.array([[0.0, -1.5]]),
        habit=np.array([[1, 0]]),
        offers=np.array([[0.6, 0.0]]),
        ties=np.zeros((9, 1, 2)),
        reach=np.array([[0.1, 0.0]]),
        scale=np.array([2.0]),
        open=np.ones((1, 2)),
        key=np.zeros((1, 2), np.uint32),
    )
    weights = {
        "dependence": 2.0,
        "threat": -1.0,
        "offer": 1.0,
        "alignment": 1.0,
        "room": 5.0,
        "regime": 0.8,
        "norm": 0.6,
    }
    return {
        "agenda": agenda,
        "coefficients": Coefficients(
            **{name: np.array([[w]]) for name, w in (weights | {"statusquo": 0.7, "turnout": 0.4}).items()}
        ),
        "dependence": np.array([[[0.4], [0.1]]]),
        "threat": np.array([[[0.2], [0.0]]]),
        "offer": np.array([[[0.1], [0.0]]]),
        "alignment": np.array([[[0.3], [-0.2]]]),
        "credibility": np.array([[0.5], [1.0]]),
        "stress": np.array([[1.5]]),
        "isolation_cost": np.array([[0.4]]),
    }


def random_questions(seed: int, n: int = 5, o: int = 3, p: int = 4, m: int = 2) -> dict[str, Any]:
    """Decisions of n states between o options, seen by p powers, in m histories; some options are not open."""
    rng = np.random.default_rng(seed)

    def between(low: float, high: float, *shape: int) -> Any:
        return rng.uniform(low, high, shape)

    shut = rng.random((n, o)) < 0.3
    shut[np.arange(n), rng.integers(0, o, n)] = False
    names = ("regime", "norm", "placate", "evasion", "admission", "turnout")
    flags = {name: between(-1, 1, n, o) for name in names}
    return {
        "agenda": Agenda(
            stance=between(-1, 1, n, o, p),
            degree=between(-1, 1, n, o),
            statusquo=(rng.random((n, o)) < 0.3).astype(float),
            isolation=between(-1, 1, n, o),
            offers=between(0, 1, n, p),
            ties=between(-0.1, 0.1, 9, n, p),
            reach=between(-0.1, 0.1, n, p),
            scale=between(0.5, 2, n),
            open=(~shut).astype(float),
            habit=rng.integers(0, 4, (n, o)),
            key=rng.integers(0, 2**32, (n, 2), dtype=np.uint32),
            **flags,
        ),
        "coefficients": Coefficients(*between(-2, 2, len(Coefficients._fields), n, m)),
        "dependence": between(0, 0.6, n, p, m),
        "threat": between(0, 0.6, n, p, m),
        "offer": between(0, 1, n, p, m),
        "alignment": between(-1, 1, n, p, m),
        "credibility": between(0, 1, p, m),
        "stress": between(1, 1.5, n, m),
        "isolation_cost": between(0, 1, n, m),
    }


@pytest.fixture(scope="session")
def question() -> Callable[[], dict[str, Any]]:
    """The decision worked by hand."""
    return one_question


@pytest.fixture(scope="session")
def questions() -> Callable[..., dict[str, Any]]:
    """Random decisions by a seed."""
    return random_questions
