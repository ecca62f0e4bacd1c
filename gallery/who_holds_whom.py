"""Who holds whom: dependence, threat and room, year by year.

Run it from anywhere: `python gallery/who_holds_whom.py`. It needs no network and a second or two.
"""

import tightrope as tr

# A case is a folder of figures with their sources. This one comes with the package; a path to your own works as well.
case = tr.load_case("central_asia")

# Measures of a year come with the range that follows from the ranges of the figures. Aggression and attention of the
# powers are those of the history at the end of that year, so the invasion shows from 2022.
for year in (2021, 2022, 2024):
    found = tr.measures(case, year, levels=tr.levels(case, year))
    print(f"\n{year}: room to manoeuvre, and the power that leaves least of it")
    room, hold = found["room"], found["leverage"].value
    for i, state in enumerate(case.states):
        power = case.powers[hold[i].argmax()]
        print(f"  {state}  {room.value[i]:.2f}  ({room.low[i]:.2f} to {room.high[i]:.2f})  {power}")

# Dependence adds up over channels. What carries it?
found = tr.measures(case, 2021)
for i, state in enumerate(case.states):
    p = found["dependence"].value[i].argmax()
    parts = found["contribution"].value[i, p]
    most = sorted(zip(case.channels, parts, strict=True), key=lambda item: -item[1])[:3]
    print(f"\n{state} depends on {case.powers[p]} through", ", ".join(f"{name} {part:.2f}" for name, part in most))

# And where does a number come from? Every row names its source.
row = case.tie("KAZ", "RUS", "trade", 2021)
print(f"\nKAZ-RUS trade {row.value} [{row.kind}]: {row.how}")
print("source:", case.sources[row.source[0]].title)
