"""The published case, as the public replication computes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tightrope.decide.bargain import bargain, read_actors, rules

TESTS = Path(__file__).resolve().parents[3]
FACTS = YAML(typ="safe").load(TESTS / "facts" / "bargaining.yaml")


@pytest.fixture(scope="module")
def found():
    actors = read_actors(TESTS / "fixtures" / "emission_standards.csv")
    return bargain(actors, rules=rules(FACTS["variant"]), rounds=10)


def test_weighted_means_are_those_of_the_public_replication_to_the_printed_digit(found) -> None:
    assert [round(one.weighted_mean, 6) for one in found.rounds] == FACTS["weighted_mean"]


def test_medians_are_those_of_the_public_replication(found) -> None:
    assert [one.median for one in found.rounds] == pytest.approx(FACTS["median"], abs=1e-12)


def test_the_same_three_move(found) -> None:
    moved = {found.actors.names[i] for one in found.rounds for i in one.kind.nonzero()[0]}
    assert sorted(moved) == FACTS["movers"]
    assert sum(int((one.kind > 0).sum()) for one in found.rounds) == 30
