"""Expected-utility bargaining, in arrays beside plain Python, on ten actors and ten rounds.

    python benchmarks/bargain.py [--rounds 7] [--variant replication]

The two take turns; both go through the same rounds, and end at the same positions. Prints medians of seconds by the
clock and of the processor.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from statistics import median

import numpy as np
from reference.bargaining import run

from tightrope.decide.bargain import Actors, bargain, ensemble, read_actors, rules

FILE = Path(__file__).resolve().parents[1] / "tests" / "fixtures" / "emission_standards.csv"


def arrays(actors: Actors, variant: str) -> np.ndarray:
    return bargain(actors, rules=rules(variant), rounds=10).rounds[-1].position


def plain(actors: Actors, variant: str) -> np.ndarray:
    rows = list(zip(actors.capability.tolist(), actors.position.tolist(), actors.salience.tolist(), strict=True))
    return np.array(run(rows, 10, **rules(variant).as_dict())[-1][0])


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rounds", type=int, default=7, help="times that each is run")
    asked.add_argument("--variant", default="replication")
    args = asked.parse_args()
    actors = read_actors(FILE)
    programs = {
        "arrays": lambda: arrays(actors, args.variant),
        "plain Python": lambda: plain(actors, args.variant),
        "arrays, 1,000 members": lambda: ensemble(actors, rules=rules(args.variant), members=1000),
    }
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in programs}
    apart = float(np.abs(programs["arrays"]() - programs["plain Python"]()).max())
    for _ in range(args.rounds):
        for name, program in programs.items():
            clock, processor = time.perf_counter(), time.process_time()
            program()
            runs[name].append((time.perf_counter() - clock, time.process_time() - processor))
    print(f"{args.variant}: {len(actors.names)} actors, 10 rounds; final positions {apart:.1e} apart at most")
    print("| | seconds | of the processor |\n| --- | --- | --- |")
    for name, each in runs.items():
        print(f"| {name} | {median(r[0] for r in each):.4f} | {median(r[1] for r in each):.4f} |")
    ratio = [median(b[k] / a[k] for a, b in zip(runs["arrays"], runs["plain Python"], strict=True)) for k in (0, 1)]
    print(f"plain Python / arrays: {ratio[0]:.0f} by the clock, {ratio[1]:.0f} of the processor")


if __name__ == "__main__":
    main()
