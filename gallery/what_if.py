"""What if remittances were cut: an experiment with shared dice and switched-off mechanisms.

Scenarios share their dice, so the difference between two histories with the same number is the scenario's alone.
"""

import numpy as np

import tightrope as tr
from tightrope.simulate import simulate

case = tr.load_case("central_asia")
members = 512

history = simulate(case, "history", members=members)
cut = simulate(case, "remittance_cut", members=members)

# Outcomes are arrays with axes (quarter, state, member), or (quarter, state, power, member).
last = -1
for name, unit in (("remittances", "of the start"), ("growth", "% a year")):
    gap = cut.outcome[name][last] - history.outcome[name][last]
    for i, state in enumerate(case.states):
        low, high = np.quantile(gap[i], (0.05, 0.95))
        print(f"{name:12s} {state}  {gap[i].mean():+.2f}  ({low:+.2f} to {high:+.2f}) {unit}")

# Every mechanism has a switch. Without the one that carries remittances into growth, growth cannot fall by that way.
print("\nswitched off:", tr.mechanisms["remittance_growth"].where)
unmoved = simulate(case, "remittance_cut", members=members, off=["remittance_growth"])
baseline = simulate(case, "history", members=members, off=["remittance_growth"])
gap = unmoved.outcome["growth"][last] - baseline.outcome["growth"][last]
for i, state in enumerate(case.states):
    print(f"growth       {state}  {gap[i].mean():+.2f} % a year")
