"""How long the fit of the built-in case takes, and whether its intervals hold the truth as often as they say.

python benchmarks/fit.py time                 4 chains of 1,000 draws, of both layers
python benchmarks/fit.py calibrate --sets 60  simulation-based calibration on the coded decisions
"""

from __future__ import annotations

import argparse
import os
import time

os.environ.setdefault("XLA_FLAGS", "--xla_force_host_platform_device_count=4")

import numpy as np

from tightrope.case import load_case
from tightrope.decide import COEFFICIENTS
from tightrope.decide.fit import Sampling, fit
from tightrope.decide.simulated import ranks, uniformity
from tightrope.simulate.weights import fit_data


def timed(chains: int, draws: int) -> None:
    data = fit_data(load_case("central_asia"), "2022")
    wall, cpu = time.perf_counter(), time.process_time()
    found = fit(data, Sampling(chains, draws))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    votes = 0 if data.panel is None else int(data.panel.known.sum())
    print(f"{len(data.ids)} decisions, {votes} votes: {wall:.0f} s wall, {cpu:.0f} s CPU; marks: {list(found.marks)}")
    print(f"r-hat {found.worst_rhat:.4f}, effective draws {found.least_ess:.0f}, divergent {found.divergences}")


def calibrated(sets: int) -> None:
    data = fit_data(load_case("central_asia"), "2022")._replace(panel=None, others=())
    found = ranks(data, sets, sampling=Sampling(chains=1, draws=400, warmup=300))
    print("coefficient  p of uniform ranks  cover 50 %  90 %")
    for name, x in zip(COEFFICIENTS, found.T, strict=True):
        away = np.abs(x - 0.5)
        print(f"{name:12s} {uniformity(x):18.3f} {(away < 0.25).mean():11.2f} {(away < 0.45).mean():5.2f}")
    away = np.abs(found - 0.5)
    print(f"all          {uniformity(found.ravel()):18.3f} {(away < 0.25).mean():11.3f} {(away < 0.45).mean():5.3f}")


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("what", choices=("time", "calibrate"))
    asked.add_argument("--sets", type=int, default=60)
    asked.add_argument("--chains", type=int, default=4)
    asked.add_argument("--draws", type=int, default=1000)
    args = asked.parse_args()
    timed(args.chains, args.draws) if args.what == "time" else calibrated(args.sets)
