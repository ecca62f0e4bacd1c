"""Histories per second: Tightrope beside the same model in Mesa and in C, and how long the program takes to start.

    python benchmarks/simulate.py [--rounds 5] [--members 2000] [--skip-start]

All three simulate every quarter of the built-in case's history, with all mechanisms, and keep the same outcomes. They take
turns within each round, so that other work on the machine slows them alike; the median round counts.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from reference.problem import problem

from reference import mesa_model, native
from tightrope.case import load_case
from tightrope.simulate import simulate

SEED = 7


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--members", type=int, default=2000, help="a multiple of 16")
    asked.add_argument("--mesa", type=int, default=20, help="histories that Mesa simulates in a round")
    asked.add_argument("--skip-start", action="store_true", help="leave out the program's start-up times")
    options = asked.parse_args()
    case = load_case("central_asia")
    given = problem(case, "history", SEED)
    compiled = native.Native(given)
    runs = {
        "Tightrope": (options.members, lambda: simulate(case, members=options.members, seed=SEED)),
        "Tightrope, 1 worker": (options.members, lambda: simulate(case, members=options.members, seed=SEED, workers=1)),
        "Mesa": (options.mesa, lambda: run_mesa(mesa_model.setting(given), options.mesa)),
        "C": (options.members, lambda: compiled.run(options.members)),
        "C, 1 thread": (options.members, lambda: compiled.run(options.members, threads=1)),
    }
    print(
        f"{case.name}: {len(given.quarters)} quarters, {len(given.inside.decisions)} decisions, {os.cpu_count()} processors"
    )
    agreement(simulate(case, members=options.members, seed=SEED), compiled.run(options.members))
    print(f"{'histories per':22}{'second':>12}{'CPU second':>12}")
    rate = rates(runs, options.rounds)
    for name, per in rate.items():
        print(f"{name:22}{per[0]:12,.0f}{per[1]:12,.0f}")
    for over, under in (("Tightrope", "Mesa"), ("C", "Tightrope"), ("C, 1 thread", "Tightrope, 1 worker")):
        ratio = np.divide(rate[over], rate[under])
        name = f"{over} / {under.removesuffix(', 1 worker')}"
        print(f"{name:22}{ratio[0]:12.2f}{ratio[1]:12.2f}")
    print(f"{'peak memory, all':22}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:12,.0f} MB")
    if not options.skip_start:
        start_up()


def run_mesa(shared: mesa_model.Setting, members: int) -> None:
    for k in range(members):
        world = mesa_model.World(shared, seed=k)
        for _ in shared.given.quarters:
            world.step()


def rates(runs: dict[str, tuple[int, Callable[[], object]]], rounds: int) -> dict[str, tuple[float, float]]:
    """Histories a second, and a second of processor time: medians of rounds in which each takes its turn.

    A first round, which compiles, does not count.
    """
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for k in range(rounds + 1):
        for name, (members, run) in runs.items():
            wall, work = time.perf_counter(), time.process_time()
            run()
            if k:
                found[name].append((members / (time.perf_counter() - wall), members / (time.process_time() - work)))
    return {name: tuple(map(statistics.median, zip(*some, strict=True))) for name, some in found.items()}


def agreement(ours, theirs) -> None:
    """Print how far the engine and the C version are apart, which meet the same dice."""
    for name in ("picks", "answer"):
        same = np.mean(ours.outcome[name] == theirs[name])
        print(f"{name + ' equal in':22}{same:12.4%}")
    for name in ("dependence", "threat", "alignment", "growth"):
        gap = np.abs(ours.outcome[name].mean(axis=-1) - theirs[name].mean(axis=-1)).max()
        print(f"{name + ' means within':22}{gap:12.1e}")


def start_up() -> None:
    """Print seconds and peak memory of the program: help, then a run without and with a compilation cache."""
    program = [str(Path(sys.executable).with_name("tightrope"))]
    with tempfile.TemporaryDirectory() as cache:
        for name, arguments in (
            ("--help", ["--help"]),
            ("run, cold cache", ["run", "--members", "2000", "--out", str(Path(cache) / "cold")]),
            ("run, warm cache", ["run", "--members", "2000", "--out", str(Path(cache) / "warm")]),
        ):
            seconds, memory = timed([*program, *arguments], {**os.environ, "XDG_CACHE_HOME": cache})
            print(f"{name:22}{seconds:12.2f} s{memory:12,.0f} MB")


MEASURE = """
import resource, subprocess, sys, time
start = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(done.returncode, time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


def timed(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds and peak memory in MB of a command, started by a process too small to count in its memory."""
    found = subprocess.run(
        [sys.executable, "-c", MEASURE, *command], env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    code, seconds, memory = found.stdout.split()
    if code != "0":
        raise SystemExit(f"{' '.join(command)} failed")
    return float(seconds), float(memory)


if __name__ == "__main__":
    main()
