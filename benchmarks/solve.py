"""How long `tightrope solve` takes for one power, and how exploitable its solutions for three powers are.

python benchmarks/solve.py            # both
python benchmarks/solve.py --games    # the three powers alone

Time is that of the command as a user runs it, in a fresh process: once with nothing compiled before, then with what the
first run left. Processor time counts both cores. Each solution of three powers is also held against 100 random packages of
each power: the largest gain that any of them brings.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time

import numpy as np

from tightrope.solve.equilibrium import Game, Mixture
from tightrope.solve.response import fitted

MOVE = ("--for", "USA", "--move", "KGZ:B16=accept", "--json")
GAMES = (
    ("KGZ:us_agreement_2022=sign", ("USA",), ("RUS", "CHN"), "history", None),
    ("KGZ:us_agreement_2022=sign", ("USA",), ("RUS", "CHN"), "history", "0.5"),
    ("KGZ:s12_base=access", ("USA",), ("RUS", "CHN"), "us_base_kyrgyzstan", None),
    ("UZB:es_11_1=yes", ("USA", "EU"), ("RUS",), "history", None),
    ("KAZ:eaeu=join", ("RUS",), ("USA", "CHN"), "history", None),
)
COMMAND = "import sys; sys.argv[0] = 'tightrope'; from tightrope.app.cli import main; main()"


def once(cache: str) -> tuple[float, float]:
    """Seconds on the clock and of processor time of one run of the command."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    settings = os.environ | {"XDG_CACHE_HOME": cache}
    settings.pop("JAX_COMPILATION_CACHE_DIR", None)
    subprocess.run([sys.executable, "-c", COMMAND, "solve", *MOVE], env=settings, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def one_power(runs: int) -> None:
    with tempfile.TemporaryDirectory() as cache:
        cold = once(cache)
        warm = np.median([once(cache) for _ in range(runs)], axis=0)
    print("| one power | seconds | of processor time |\n| --- | --- | --- |")
    print(f"| nothing compiled before | {cold[0]:.1f} | {cold[1]:.1f} |")
    print(f"| compiled before, median of {runs} | {warm[0]:.1f} | {warm[1]:.1f} |")


def three_powers() -> None:
    from tightrope.case import load_case
    from tightrope.solve import solve

    case = load_case("central_asia")
    print(
        "| move | powers | budget of each | equilibria | exploitability | by random packages | spent | seconds of processor time |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for move, for_, against, scenario, budget in GAMES:
        start = time.process_time()
        found = solve(case, move, for_=for_, against=against, scenario=scenario, budget=budget)
        took = time.process_time() - start
        mixture = found.equilibria[0][0]
        spent = ", ".join(
            f"{name} {sum(i.cost * i.weight for i in found.package if i.power == name):.2f}" for name in found.players
        )
        worst = tried(found.game, mixture) if mixture.is_pure else float("nan")
        kinds = f"{len(found.equilibria)} {'pure' if mixture.is_pure else 'mixed'}"
        print(
            f"| {move} | {', '.join(found.players)} | {budget or 'usual'} | {kinds} | {found.exploitability:.1e} | "
            f"{worst:.1e} | {spent} | {took:.1f} |"
        )


def tried(game: Game, mixture: Mixture) -> float:
    """The largest gain, as part of a budget, of 100 random packages of each player."""
    random, worst = np.random.default_rng(11), 0.0
    here = np.stack([packages[0] for packages in mixture.packages])
    for player, limits in enumerate(game.limits):
        now = game.payoff(player, here)[0]
        for _ in range(100):
            x = here.copy()
            x[player] = fitted(random.dirichlet(np.full(len(limits.cost), 0.3)) * 3 * limits.most, limits)
            worst = max(worst, (game.payoff(player, x)[0] - now) / limits.budget)
    return worst


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--games", action="store_true", help="Leave out the time of the command.")
    asked.add_argument("--runs", type=int, default=3)
    given = asked.parse_args()
    if not given.games:
        one_power(given.runs)
    three_powers()
