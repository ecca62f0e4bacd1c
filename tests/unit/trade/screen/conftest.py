"""Worlds that several tests look at."""

from __future__ import annotations

import pytest

from tightrope.trade.screen import Planted, Screening, planted, screen


@pytest.fixture(scope="session")
def world() -> Planted:
    return planted(501)


@pytest.fixture(scope="session")
def screening(world: Planted) -> Screening:
    return screen(world.panel)
