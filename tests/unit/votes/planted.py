"""Roll calls made up by a rule that the tests know."""

from __future__ import annotations

import numpy as np

from tightrope.votes import Ballots, ballots

ITEMS = (
    "Question of Palestine",
    "Nuclear disarmament",
    "Cuba embargo",
    "Western Sahara",
    "Oceans and the law of the sea",
    "Right to food",
    "Mercenaries",
    "Globalization",
    "Capital punishment",
    "Outer space",
)
STATES = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG", "HHH", "PPP", "QQQ")


def planted(n_sessions: int = 8, seed: int = 0, *, pull: float = 3.0, first: int = 50) -> Ballots:
    """Items that recur each session; half of the states follow PPP, the other half QQQ, each with its own noise."""
    dice = np.random.default_rng(seed)
    rolls: dict[str, list[object]] = {name: [] for name in ("id", "date", "session", "title")}
    votes: dict[str, list[object]] = {name: [] for name in ("roll", "state", "vote")}
    for session in range(first, first + n_sessions):
        for k in range(3 * len(ITEMS)):
            roll = len(rolls["id"])
            fresh = k >= 2 * len(ITEMS)
            rolls["id"].append(f"r{roll}")
            rolls["date"].append(f"{session + 1945}-11-{k % 28 + 1:02}")
            rolls["session"].append(session)
            rolls["title"].append(f"Matter {session} of {k}" if fresh else f"{ITEMS[k % 10]} part{'ab'[k // 10]}")
            powers = dice.integers(1, 4, 2)
            for s, state in enumerate(STATES):
                leader = powers[s % 2]
                odds = np.exp(pull * (1 - np.abs(np.arange(1, 4) - leader)))
                vote = leader if s >= 8 else dice.choice([1, 2, 3], p=odds / odds.sum())
                if s < 8 and dice.random() < 0.1 * (1 + s % 3):
                    vote = 8
                votes["roll"].append(roll)
                votes["state"].append(state)
                votes["vote"].append(int(vote))
    order = np.argsort(np.array(rolls["date"]), kind="stable")
    place = np.argsort(order)
    return ballots(
        {name: [column[i] for i in order] for name, column in rolls.items()},
        {**votes, "roll": [int(place[r]) for r in votes["roll"]]},
    )
