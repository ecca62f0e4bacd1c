"""Trade shocks, gravity estimates, screening and reconciliation: Tightrope beside other programs and plain rules, in one run.

    python benchmarks/trade.py [DATA] [--gegravity 30,60] [--rounds 5] [--threads 1]
                               [--part shock|gravity|coverage|bias|screen|reconcile]

The same made-up trade for all. The programs take turns within each round, so that other work on the machine slows them alike;
medians of the rounds count (gegravity, and pyfixest on the large panel, run once). Seconds of processor time stand in brackets.
gegravity takes half a minute for 60 countries and six minutes for 190. The fixed point is the algorithm of the Stata and R
programs `ge_gravity`, in NumPy.

With DATA, the folder of source data sets, or where one of these parts is named, re-exports are screened as in
benchmarks/trade_screen.py (the planted worlds; with DATA the real file too), and reports of trade are reconciled as in
benchmarks/trade_reconcile.py (needs DATA, from which derive/central_asia/trade.py makes the tables).
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

THREADS = next((sys.argv[k + 1] for k, word in enumerate(sys.argv) if word == "--threads"), "1")
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = THREADS  # read when numpy is imported

import numpy as np  # noqa: E402
import trade_reconcile  # noqa: E402
import trade_screen  # noqa: E402

from tightrope.trade.bias import Bias, sides  # noqa: E402
from tightrope.trade.books import books, certified  # noqa: E402
from tightrope.trade.gravity import gravity  # noqa: E402
from tightrope.trade.hats import prices  # noqa: E402
from tightrope.trade.panel import Panel  # noqa: E402
from tightrope.trade.simulated import noisy_panel, simulated_flows, simulated_panel  # noqa: E402
from tightrope.trade.world import Cells, cells_of, world  # noqa: E402

SIGMA, SCENARIOS, CHANGED, HALVES, SPLITS = 5.0, 256, 40, 8, 5


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--gegravity", default="30", help="numbers of countries to run gegravity on; - for none")
    asked.add_argument("data", nargs="?", type=Path, help="folder of source data sets")
    asked.add_argument("--part", choices=("shock", "gravity", "coverage", "bias", "screen", "reconcile"))
    asked.add_argument("--rounds", type=int, default=7)
    asked.add_argument("--threads", default="1", help="of linear algebra")
    options = asked.parse_args()
    if options.part == "reconcile" and options.data is None:
        asked.error("--part reconcile needs DATA, the folder of source data sets")
    print(
        f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {THREADS} threads of linear algebra, milliseconds [of processor time]"
    )
    if options.part == "coverage":
        return coverage()
    if options.part == "bias":
        return biases()
    if options.part == "screen" or (options.part is None and options.data):
        trade_screen.report(options.data)  # first, so that the peak of memory is its own
    if options.part in (None, "shock"):
        slow = {int(n) for n in options.gegravity.split(",") if n != "-"}
        for n in (30, 60, 190) if 60 in slow else (30, 190):
            shocks(n, options.rounds, n in slow)
    if options.part in (None, "gravity"):
        for n in (60, 190):
            estimates(n, 10, options.rounds if n < 100 else 1)
    if options.part in (None, "reconcile") and options.data:
        reconciled(options.data)


def reconciled(data: Path) -> None:
    """How well reports foretell their mirrors, on the tables that the derivation writes."""
    derive = Path(__file__).parents[1] / "derive" / "central_asia" / "trade.py"
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, str(derive), str(data), "--out", folder], check=True)
        trade_reconcile.report(Path(folder))


def shocks(n: int, rounds: int, with_gegravity: bool) -> None:
    """One scenario, and a batch of them, at one number of countries."""
    rng, flows = np.random.default_rng(5), simulated_flows(n, 5)
    batch = np.ones((SCENARIOS, n, n))
    for one in batch:
        i = rng.integers(0, n, CHANGED)
        j = (i + rng.integers(1, n, CHANGED)) % n
        one[i, j] = rng.uniform(0, 0.9, CHANGED)
    cells = cells_of(batch)
    first = cells.of(np.array([0]))
    halves = np.ones((HALVES, n, n))
    for one in halves:  # trade between two halves of the world falls by 95 %: too much for the shared Jacobian
        side = rng.random(n) < 0.5
        one[side[:, None] != side] = 0.05
    cut = cells_of(halves)
    runs: dict[str, Callable[[], Any]] = {
        "fixed point, full": lambda: fixed_point(flows, batch[0]),
        "Tightrope, full": lambda: solve(flows, first, "full"),
        "Tightrope, conditional": lambda: solve(flows, first, "conditional"),
        f"Tightrope, batch of {SCENARIOS}, each": lambda: solve(flows, cells, "full"),
        "Tightrope, world cut in two, each": lambda: solve(flows, cut, "full"),
    }
    took = timed(runs, rounds)
    for name in took:
        if "each" in name:
            took[name] = tuple(t / (SCENARIOS if "batch" in name else HALVES) for t in took[name])
    for name, time_of in took.items():
        line(f"{n} countries", name, time_of)
    found = solve(flows, cells, "full")
    w, price = fixed_point(flows, batch[0])
    print(
        f"    worst certificate of the batch: residual {found.residual.max():.1e}, clearing {found.clearing.max():.1e}"
    )
    gap = np.abs(found.output[0] / found.consumer_price[0] / (w / price) - 1).max()
    print(
        f"    real output, Tightrope against the fixed point: {gap:.1e}; ratio of times {took['fixed point, full'][0] / took['Tightrope, full'][0]:.1f}"
    )
    if with_gegravity:
        beside_gegravity(n, flows, batch[0], first, took["Tightrope, conditional"][0])


def solve(flows: np.ndarray, cells: Cells, mode: str) -> Any:
    """Prices, every flow, accounts and certificate."""
    base, theta = world(flows, mode=mode, imbalance="additive"), np.full(cells.n, SIGMA - 1)
    return certified(books(base, cells, theta, prices(base, cells, theta)))


def fixed_point(flows: np.ndarray, factor: np.ndarray, tolerance: float = 1e-13) -> tuple[np.ndarray, np.ndarray]:
    """Wages and consumer prices with additive imbalances, by the update w = sales(w) ^ (1 / sigma)."""
    theta = SIGMA - 1
    output, spent = flows.sum(axis=1), flows.sum(axis=0)
    deficit, pull = spent - output, flows / spent * factor
    w, price = np.ones(len(output)), np.ones(len(output))
    for _ in range(100_000):
        fresh = (pull @ (spent / price) / output) ** (1 / (1 + theta))
        fresh *= output.sum() / (output @ fresh)
        price, spent = pull.T @ fresh**-theta, output * fresh + deficit
        moved, w = np.abs(fresh / w - 1).max(), fresh
        if moved < tolerance:
            break
    return w, price ** (-1 / theta)


def beside_gegravity(n: int, flows: np.ndarray, factor: np.ndarray, cells: Cells, ours: float) -> None:
    warnings.simplefilter("ignore")
    with contextlib.redirect_stdout(io.StringIO()):
        import gegravity as ge
        import pandas as pd
    codes = [f"C{k:03d}" for k in range(n)]
    i, j = (at.ravel() for at in np.indices((n, n)))
    # its solver needs costs of a size that keeps resistances near 1
    output, expenditure, world_output = flows.sum(axis=1), flows.sum(axis=0), flows.sum()
    cost = np.log(flows * world_output / np.outer(output, expenditure))
    data = pd.DataFrame({"exporter": np.array(codes)[i], "importer": np.array(codes)[j], "year": "2020", "trade": flows.ravel(),
                         "Y": output[i], "E": expenditure[j], "cost": cost.ravel()})  # fmt: skip
    wall, work = time.perf_counter(), time.process_time()
    with contextlib.redirect_stdout(io.StringIO()):
        base = ge.BaselineData(data, trade_var_name="trade", expend_var_name="E", output_var_name="Y")
        estimates = pd.DataFrame([{"var": "cost", "coeff": 1.0, "ste": 0.1}])
        coefficients = ge.CostCoeffs(estimates=estimates, identifier_col="var", coeff_col="coeff", stderr_col="ste")
        model = ge.OneSectorGE(base, year="2020", expend_var_name="E", output_var_name="Y", cost_coeff_values=coefficients,
                               cost_variables=["cost"], reference_importer=codes[-1], sigma=SIGMA, quiet=True)  # fmt: skip
        model.build_baseline()
        after = data.copy()
        after["cost"] = (cost + np.log(np.maximum(factor, 1e-300))).ravel()
        model.define_experiment(after)
        model.simulate()
    took = 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - work)
    line(f"{n} countries", "gegravity 0.3 (conditional)", took)
    theirs = model.country_results.loc[codes]["GDP change (percent)"].to_numpy(dtype=float)
    for mode in ("conditional", "full"):
        found = solve(flows, cells, mode)
        gap = np.abs(100 * (found.output[0] / found.consumer_price[0] - 1) - theirs).max()
        print(f"    real output, Tightrope {mode} against gegravity: {gap:.1e} percentage points")
    print(f"    ratio of times, gegravity over Tightrope conditional: {took[0] / ours:,.0f}")


def estimates(n: int, years: int, rounds: int) -> None:
    """PPML with three-way effects by both engines."""
    panel = simulated_panel(n, years, 3)
    rows = int(panel.there.sum())
    name = f"{rows:,} rows"
    warnings.simplefilter("ignore")
    gravity(simulated_panel(10, 3, 1), engine="pyfixest")  # imports and compiles
    own, other = (
        timed({engine: lambda e=engine: kept.update({e: run(panel, e)})}, rounds) for engine in ("own", "pyfixest")
    )
    took = {**own, **other}
    line(name, "pyfixest 0.60, as it comes", took["pyfixest"])
    line(name, "Tightrope", took["own"])
    gap = np.abs(kept["own"][0] - kept["pyfixest"][0]).max(), np.abs(kept["own"][1] - kept["pyfixest"][1]).max()
    ratio = took["pyfixest"][0] / took["own"][0], took["pyfixest"][1] / took["own"][1]
    print(
        f"    {kept['own'][2]:,} used; coefficients differ by {gap[0]:.1e}, errors by {gap[1]:.1e}; ratio of times {ratio[0]:.1f} [{ratio[1]:.1f}]"
    )


kept: dict[str, Any] = {}


def coverage() -> None:
    """Print how often intervals of planted coefficients hold them."""
    print(
        "| countries | years | spread of log sizes | panels | plain | corrected |\n| --- | --- | --- | --- | --- | --- |"
    )
    truth = np.array([0.4, -0.2])
    for n, years, unlike, panels in (
        (20, 6, 0.3, 200),
        (40, 6, 0.3, 100),
        (40, 6, 0.6, 100),
        (40, 10, 1.0, 100),
        (60, 6, 0.3, 60),
    ):
        hits: dict[str, list[np.ndarray]] = {"plain": [], "corrected": []}
        for seed in range(panels):
            panel = simulated_panel(n, years, seed, tuple(truth), spread=0.5, unlike=unlike)
            for errors, held in hits.items():
                found = gravity(panel, errors=errors)
                held.append(np.abs(found.fit.coefficients - truth) < 1.645 * found.errors)
        shares = (", ".join(f"{x:.2f}" for x in np.mean(held, axis=0)) for held in hits.values())
        print(f"| {n} | {years} | {unlike} | {panels} | {' | '.join(shares)} |")


DESIGNS: tuple[tuple[int, int, int, dict[str, Any]], ...] = (
    (20, 5, 150, {"noise": "additive"}),
    (20, 5, 150, {"noise": "poisson"}),
    (20, 5, 150, {"noise": "multiplicative"}),
    (20, 5, 150, {"noise": "uneven"}),
    (20, 5, 150, {"noise": "additive", "unlike": 0.5}),
    (20, 5, 150, {"noise": "additive", "zeros": 0.3}),
    (20, 5, 150, {"noise": "additive", "home": 20.0}),
    (40, 5, 50, {"noise": "additive"}),
    (40, 5, 50, {"noise": "uneven"}),
)


def biases() -> None:
    """Print bias, spread and coverage of a planted coefficient, as it is estimated and with each correction."""
    print("| design | estimate | bias, se of it | bias / sd | rmse | coverage of 95 %: plain, corrected errors |")
    print("| --- | --- | --- | --- | --- | --- |")
    for n, years, panels, design in DESIGNS:
        off: dict[str, list[float]] = {}
        errors: dict[str, list[float]] = {"plain": [], "corrected": []}
        for seed in range(10_000, 10_000 + panels):
            panel = noisy_panel(n, years, seed, **design)
            plain = gravity(panel)
            found = {
                how: gravity(panel, bias=Bias(how, splits=SPLITS, seed=seed)) for how in ("jackknife", "analytical")
            }
            estimates = {"none": plain, **found}
            for how, one in estimates.items():
                off.setdefault(how, []).append(one.fit.coefficients[0] - 1)
            quarter = by_quarters(panel, seed)
            off.setdefault("mean of four", []).append(2 * plain.fit.coefficients[0] - quarter - 1)
            errors["plain"].append(plain.errors[0])
            errors["corrected"].append(gravity(panel, errors="corrected").errors[0])
        name = f"{n}, {years}, " + ", ".join(str(v) if k == "noise" else f"{k} {v}" for k, v in design.items())
        for how, some in off.items():
            gap = np.array(some)
            held = ", ".join(f"{(np.abs(gap) < 1.96 * np.array(e)).mean():.2f}" for e in errors.values())
            print(
                f"| {name} | {how} | {gap.mean():+.4f}, {gap.std() / np.sqrt(len(gap)):.4f} | {gap.mean() / gap.std():+.2f} "
                f"| {np.sqrt((gap**2).mean()):.4f} | {held} |",
                flush=True,
            )
        middle = ", ".join(f"{kind} {np.median(e):.4f} (mean {np.mean(e):.4f})" for kind, e in errors.items())
        print(f"    median errors: {middle}; spread of the estimate {np.std(off['none']):.4f}", flush=True)


def by_quarters(panel: Panel, seed: int) -> float:
    """Mean of the estimates of four separate parts of the panel, as the paper has it, over splits."""
    found = []
    for side in sides(len(panel.countries), SPLITS, seed):
        for a in (side, ~side):
            for b in (side, ~side):
                at = np.ix_(np.arange(len(panel.years)), a, b)
                x = {name: column[at] for name, column in panel.regressors.items()}
                codes = tuple(f"C{k:03d}" for k in range(int(a.sum())))
                part = Panel(codes, panel.years, panel.value[at], panel.there[at], x)
                found.append(gravity(part).fit.coefficients[0])
    return float(np.mean(found))


def run(panel: Any, engine: str) -> tuple[np.ndarray, np.ndarray, int]:
    """Coefficients, errors and observations; pyfixest at its own tolerances."""
    if engine == "own":
        found = gravity(panel)
        return found.fit.coefficients, found.errors, found.fit.n
    import pandas as pd
    import pyfixest as pf

    t, i, j = np.nonzero(panel.there)
    n, years = len(panel.countries), len(panel.years)
    data = pd.DataFrame({"y": panel.value[t, i, j], "x1": panel.regressors["x1"][t, i, j], "x2": panel.regressors["x2"][t, i, j],
                         "a": i * years + t, "b": j * years + t, "pair": i * n + j})  # fmt: skip
    fit = pf.fepois("y ~ x1 + x2 | a + b + pair", data, vcov={"CRV1": "pair"}, ssc=pf.ssc(k_adj=False))
    return fit.coef().to_numpy(), fit.se().to_numpy(), int(fit._N)


def timed(runs: dict[str, Callable[[], Any]], rounds: int) -> dict[str, tuple[float, float]]:
    """Median milliseconds, and of processor time; a first round does not count, unless there is only one."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for k in range(rounds + 1 if rounds > 1 else 1):
        for name, call in runs.items():
            wall, work = time.perf_counter(), time.process_time()
            call()
            if k or rounds == 1:
                found[name].append((1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - work)))
    return {name: tuple(map(statistics.median, zip(*some, strict=True))) for name, some in found.items()}


def line(size: str, name: str, took: tuple[float, float]) -> None:
    print(f"{size:14}{name:36}{took[0]:12,.3f} [{took[1]:,.3f}]")


if __name__ == "__main__":
    main()
