"""One decision of the built-in case, with few members."""

from __future__ import annotations

import pytest

from tightrope.case import Case
from tightrope.solve.question import moved
from tightrope.solve.stage import Stage, stage

MEMBERS = 64


@pytest.fixture(scope="session")
def agreement(central_asia: Case) -> Stage:
    """Kyrgyzstan's agreement with the United States of 2022, three quarters into the period."""
    decision, _ = moved(central_asia, "KGZ:B16=sign", "history")
    return stage(central_asia, decision, scenario="history", members=MEMBERS, seed=7, lead=3)
