"""Derive all states' votes on the roll calls about Russia and its neighbours, and the figures that explain them.

    python derive/central_asia/peers.py --data DATA [--case CASE]

DATA is the folder with the third-party files (or the environment variable TIGHTROPE_DATA). Writes peer_votes.csv,
peers.csv and parameters/peers.yaml of the case and adds missing sources to sources.bib. Which roll calls, of what kind and with which roles,
stands in questions.yaml, so the coding is that of decisions.yaml. Run it after decisions.py and politics.py.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from decisions import VOTE_LETTERS, VOTES, Named, read_yaml  # noqa: E402
from political_figures import land_route  # noqa: E402
from political_tables import Tables  # noqa: E402
from politics import CASE, add_sources  # noqa: E402
from rows import Row, read, text, write  # noqa: E402

from tightrope.ingest import cow, fbic, rollcalls  # noqa: E402
from tightrope.votes.ballots import ABSENT, UNKNOWN, Ballots, ballots  # noqa: E402
from tightrope.votes.ideal import ideal_points  # noqa: E402
from tightrope.votes.similarity import similarity  # noqa: E402

TOPICS = ("ukraine", "crimea_rights", "crimea_militarisation", "georgia_displaced")
FIRST, LAST = "2014-01-01", "2022-12-31"
YEARS = (2013, 2015, 2017, 2019, 2021)  # of the figures: a roll call takes the latest that ended before it
CAPACITY_YEARS = (2013, 2015, 2017, 2019, 2020)  # the index ends in 2020
ALLIANCE_YEARS = (2013, 2015, 2017, 2018)  # the alliance data end in 2018
ALIGNMENT_WINDOW, ABSENCE_WINDOW, IDEAL_WINDOW = 6, 3, 6  # years up to and including the year
DIMS = 3  # of the ideal points
VOTE_COLUMNS = ["question", "date", "resolution", "kind", "roles", "state", "vote", "source"]
PEER_COLUMNS = ["state", "partner", "period", "attribute", "value", "unit", "kind", "source", "how"]
DIGITS = 4


def figure(state: str, partner: str, period: object, attribute: str, value: float, **rest: str) -> Row:
    """Return one row of peers.csv."""
    numbers = {"value": text(float(value), DIGITS), "unit": "1", "how": ""}
    return {"state": state, "partner": partner, "period": str(period), "attribute": attribute, **numbers, **rest}


def all_rolls(data: Path) -> Ballots:
    """Return every roll call of the Voeten file, paragraphs and amendments included."""
    found = rollcalls.roll_calls(data / "unga_votes/bsv_rollcalls_wide_1991_2022.parquet")
    votes = {"roll": found.votes["roll"], "state": found.votes["state"].astype(str), "vote": found.votes["vote"]}
    return ballots({name: found.rolls[name].tolist() for name in found.rolls}, votes, set_aside=found.set_aside)


# ---- votes ---------------------------------------------------------------------------------------------------------


def roles_text(roles: dict[str, list[str]]) -> str:
    """Write roles as a cell.

    >>> roles_text({"against": ["RUS"], "backer": ["USA", "EU"]})
    'against=RUS;backer=USA+EU'
    """
    return ";".join(f"{role}={'+'.join(powers)}" for role, powers in roles.items())


def listed(data: Path) -> dict[str, list[tuple[str, str, str]]]:
    """Return the emergency-session votes as far as lists show them: resolution -> (state, vote, source)."""
    table = pd.read_csv(data / "unga_votes/es11_votes_secondary_2022.csv")
    rows = zip(table["resolution"], table["iso3"], table["vote"], table["source"], strict=True)
    found: dict[str, list[tuple[str, str, str]]] = {}
    for resolution, state, vote, source in rows:
        found.setdefault(resolution, []).append((state, VOTE_LETTERS[vote], source))
    return found


def votes(data: Path, case: Path) -> tuple[list[Row], dict[str, str]]:
    """Return the rows of peer_votes.csv and the sources they cite.

    What a state of the case voted is taken from decisions.yaml where it answers there, so that the two cannot differ.
    """
    book = read_yaml(HERE / "questions.yaml")
    coded = {question["id"]: question for question in read_yaml(case / "decisions.yaml")["questions"]}
    wide = pd.read_parquet(data / "unga_votes/bsv_rollcalls_wide_1991_2022.parquet").set_index("rcid")
    codes = [name for name in wide.columns if len(name) == 3 and name.isupper()]
    sources, lists, made = Named(book), listed(data), []
    for question in sorted(book["questions"], key=lambda q: str(q["date"])):
        roll = question.get("roll", {})
        wanted = roll.get("topic") in TOPICS and FIRST <= str(question["date"]) <= LAST
        if not wanted or not {"rcid", "es11"} & set(roll):
            continue
        if "rcid" in roll:
            cast = wide.loc[roll["rcid"], codes].astype(int)
            known = {s: (VOTES[v], [sources.short("bsv")]) for s, v in cast.items() if v in VOTES}
        else:
            known = {s: (v, [sources.short(book["lists"][f])]) for s, v, f in lists[roll["es11"]]}
        for state, answer in coded[question["id"]]["answers"].items():
            known.pop(state, None)
            if answer["option"] != "unknown":
                known[state] = (answer["option"], answer["source"])
        shared = {"question": question["id"], "date": str(question["date"]), "resolution": roll["resolution"]}
        shared |= {"kind": question["kind"], "roles": roles_text(question["roles"])}
        for state, (vote, keys) in sorted(known.items()):
            made.append({**shared, "state": state, "vote": vote, "source": ";".join(keys)})
    return made, sources.kept.entries


# ---- figures -------------------------------------------------------------------------------------------------------


def codes(data: Path) -> dict[int, str]:
    """Return ISO-3 codes by Correlates of War number; the list of codes has no code for Serbia, which kept Yugoslavia's."""
    return cow.country_codes(data / "cinc/country_codes.csv") | {345: "SRB"}


def capacity(tables: Tables, data: Path, states: Sequence[str]) -> list[Row]:
    """Return the influence capacity of Russia and China over every state."""
    found = fbic.influence(data / "fbic/fbic_chn_rus_influence_1960_2020.csv.gz", {"rus": "RUS", "chn": "CHN"})
    found = found[(found["part"] == "fbic") & found["value"].notna() & found["state"].isin(states)]
    found = found[found["year"].isin(CAPACITY_YEARS)].sort_values(["state", "partner", "year"])
    rest = {"kind": "estimated", "source": tables.cite("fbic"), "how": "as published"}
    return [figure(r.state, r.partner, r.year, "capacity", r.value, **rest) for r in found.itertuples()]


def capability(tables: Tables, data: Path, states: Sequence[str]) -> list[Row]:
    """Return the composite capability of every state and power; a bloc is the sum of its members."""
    nmc = cow.capabilities(data / "cinc/cow_nmc.parquet", codes(data)).set_index(["state", "year"])["cinc"]
    actors = {state: [state] for state in states} | tables.powers
    made = []
    for actor, members in actors.items():
        kind, how = ("estimated", "sum of the members") if len(members) > 1 else ("measured", "as published")
        for year in YEARS:
            part = nmc.reindex([(member, year) for member in members])
            if part.notna().all():
                rest = {"kind": kind, "source": tables.cite("nmc"), "how": how}
                made.append(figure(actor, "", year, "capability", part.sum(), **rest))
    return made


def distance(tables: Tables, data: Path, states: Sequence[str]) -> list[Row]:
    """Return the shortest distance to every power; to a bloc that of the nearest member."""
    found = cow.border_distances(data / "cinc/cow_mindist.parquet", codes(data))
    last = int(found["year"].max())
    km = found[found["year"] == last].set_index(["state", "partner"])["km"]
    rest = {"kind": "measured", "unit": "km", "source": tables.cite("mindist")}
    made = []
    for state in states:
        for power, members in tables.powers.items():
            near = km.reindex([(state, member) for member in members if member != state]).dropna()
            if state not in members and len(near):
                how = f"shortest between borders in {last}" + (", nearest member" if len(members) > 1 else "")
                made.append(figure(state, power, "always", "distance", near.min(), **rest, how=how))
    return made


def land_routes(tables: Tables, data: Path, states: Sequence[str]) -> list[Row]:
    """Return the ease of going overland to every power where it is not nothing."""
    borders = cow.land_borders(data / "cinc/cow_contdir.parquet", codes(data))
    rest = {"kind": "coded", "source": tables.cite("contdir"), "how": "1 border, 0.5 one state between; 2016"}
    made = []
    for state in states:
        for power, members in tables.powers.items():
            ease = 0.0 if state in members else land_route(state, members, borders)[0]
            if ease:
                made.append(figure(state, power, "always", "land_route", ease, **rest))
    return made


def defence_pacts(tables: Tables, data: Path, states: Sequence[str]) -> list[Row]:
    """Return the defence pacts with single powers; a treaty with one member does not bind a bloc."""
    found = cow.alliances(data / "cinc/atop_alliance.parquet", codes(data))
    single = [power for power, members in tables.powers.items() if len(members) == 1]
    found = found[(found["defense"] == 1) & found["state"].isin(states) & found["partner"].isin(single)]
    found = found[found["year"].isin(ALLIANCE_YEARS)].drop_duplicates(["state", "partner", "year"])
    rest = {"kind": "coded", "source": tables.cite("atop"), "how": "as published"}
    found = found.sort_values(["state", "partner", "year"])
    return [figure(r.state, r.partner, r.year, "defence_pact", 1, **rest) for r in found.itertuples()]


def within(rolls: Ballots, year: int, window: int) -> Ballots:
    """Return the roll calls of the years up to and including a year."""
    return rolls.on((rolls.years > year - window) & (rolls.years <= year))


def alignment(tables: Tables, rolls: Ballots, states: Sequence[str]) -> list[Row]:
    """Return Scott's pi of every state with every power over the roll calls of six years."""
    made = []
    for year in YEARS:
        part = within(rolls, year, ALIGNMENT_WINDOW)
        pi = similarity(part, "pi").value[0]
        rest = {"kind": "estimated", "source": tables.cite("unga")}
        rest["how"] = f"Scott's pi, {year - ALIGNMENT_WINDOW + 1}-{year}"
        for state in (s for s in states if s in part.states):
            for power, members in tables.powers.items():
                others = [part.state(member) for member in members if member != state]
                known = pi[part.state(state), others]
                known = known[~np.isnan(known)]
                if len(known):
                    made.append(figure(state, power, year, "alignment", float(known.mean()), **rest))
    return made


def absence(tables: Tables, rolls: Ballots, states: Sequence[str]) -> list[Row]:
    """Return the share of roll calls of three years that a state did not vote in, drawn a little towards one half.

    Half a roll call is added to those missed and half to those not, so that log odds are finite. Whole years without
    a vote are left out: they have a reason outside the votes.
    """
    made = []
    for year in YEARS:
        part = within(rolls, year, ABSENCE_WINDOW)
        member, away = (part.votes != UNKNOWN).sum(axis=0), (part.votes == ABSENT).sum(axis=0)
        for state in (s for s in states if s in part.states):
            at = part.state(state)
            if member[at]:
                rest = {"kind": "estimated", "source": tables.cite("unga"), "how": f"of {member[at]} roll calls"}
                made.append(figure(state, "", year, "absence", (away[at] + 0.5) / (member[at] + 1), **rest))
    return made


def ideals(tables: Tables, rolls: Ballots, states: Sequence[str], years: Sequence[int] = YEARS) -> list[Row]:
    """Return ideal points at the end of every year, from roll calls up to then alone."""
    made = []
    for year in years:
        part = within(rolls, year, IDEAL_WINDOW)
        fit = ideal_points(part, DIMS, absent="ignore")
        rest = {"kind": "estimated", "source": tables.cite("unga"), "how": f"own fit, {year - IDEAL_WINDOW + 1}-{year}"}
        for state in (s for s in states if s in fit.states):
            # the last session in which the state voted: one without a vote there keeps where it was
            path = fit.points[:, fit.states.index(state)]
            seen = np.flatnonzero(np.isfinite(path[:, 0]))
            for dim in range(DIMS if len(seen) else 0):
                made.append(figure(state, "", year, f"ideal_{dim + 1}", float(path[seen[-1], dim]), **rest))
    return made


def derive(
    data: Path, case: Path = CASE, ideal_years: Sequence[int] = YEARS
) -> tuple[list[Row], list[Row], dict[str, str]]:
    """Return the rows of peer_votes.csv and of peers.csv, and the sources that they cite."""
    actors = read(case / "actors.csv")
    tables = Tables(
        states=[row["id"] for row in actors if row["role"] == "state"],
        powers={row["id"]: (row["members"] or row["id"]).split(";") for row in actors if row["role"] == "power"},
        rules=YAML(typ="safe").load(HERE / "politics.yaml"),
        facts=pd.DataFrame(),
        decisions=pd.DataFrame(),
    )
    cast, cited = votes(data, case)
    states = sorted({row["state"] for row in cast})
    rolls = all_rolls(data)
    rows = [
        *capacity(tables, data, states),
        *capability(tables, data, states),
        *distance(tables, data, states),
        *land_routes(tables, data, states),
        *defence_pacts(tables, data, states),
        *alignment(tables, rolls, states),
        *absence(tables, rolls, states),
        *ideals(tables, rolls, states, ideal_years),
    ]
    order = ("attribute", "state", "partner", "period")
    return cast, sorted(rows, key=lambda row: tuple(row[name] for name in order)), cited | tables.sources.entries


def scale_yaml(case: Path, source: str) -> str:
    """Return parameters/peers.yaml as text: dependence per unit of influence capacity, from the rest of the case."""
    from scipy.stats import t

    from tightrope.case import load_case
    from tightrope.decide.panel import capacity_scale

    found = capacity_scale(load_case(case))
    half = float(t.ppf(0.95, found.n - 1)) * found.se
    value, low, high = (text(x, 3) for x in (found.value, found.value - half, found.value + half))
    how = (
        f"slope through the origin of dependence in the first year on the last capacity published, {found.n} pairs of "
        f"the case's states with Russia and China; 90 % by t; correlation {found.correlation:.2f}"
    )
    numbers = f"value: {value}, low: {low}, high: {high}, kind: estimated, source: [{source}]"
    return f"""capacity_scale:
  meaning: dependence of a state on a power per unit of the power's influence capacity, to compare all states of the world
  unit: "1"
  dims: []
  values:
    always:
      - {{at: [], {numbers},
         how: "{how}"}}
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Derive and write."""
    given: Any = os.environ.get("TIGHTROPE_DATA")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=given and Path(given), required=not given)
    parser.add_argument("--case", type=Path, default=CASE)
    options = parser.parse_args(arguments)
    cast, rows, cited = derive(options.data, options.case)
    write(options.case / "peer_votes.csv", VOTE_COLUMNS, cast)
    write(options.case / "peers.csv", PEER_COLUMNS, rows)
    used = {key for row in (*cast, *rows) for key in row["source"].split(";")}
    add_sources(options.case / "sources.bib", {key: entry for key, entry in cited.items() if key in used})
    source = next(row["source"] for row in rows if row["attribute"] == "capacity")
    (options.case / "parameters/peers.yaml").write_text(scale_yaml(options.case, source), encoding="utf-8")
    print(f"{len(cast)} votes on {len({row['question'] for row in cast})} roll calls, {len(rows)} figures")


if __name__ == "__main__":
    main()
