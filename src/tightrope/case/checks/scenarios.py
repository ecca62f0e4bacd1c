"""Scenarios and their shocks."""

from __future__ import annotations

from collections.abc import Iterator

from tightrope.base import Problem, quarter_index, suggestion

from ..documents import ScenarioEntry, ShockEntry
from ..draft import Draft
from ..labels import draft_labels
from ..parameters import ALL
from ..shocks import OPERATIONS, SHOCKS, ShockRule
from .check import check

HISTORY = "history"
"""Scenario that tells what happened; others may extend it."""


@check("scenarios")
def there_is_a_history(draft: Draft) -> Iterator[Problem]:
    """A case tells what happened."""
    if HISTORY not in draft.scenarios:
        yield Problem(
            f"scenarios/{HISTORY}.yaml",
            0,
            "missing",
            "the scenario that tells what happened",
            "Add it, if only with its name and title.",
            "scenario",
        )


@check()
def scenarios_are_named_like_their_file(draft: Draft) -> Iterator[Problem]:
    """The name in a scenario is that of its file."""
    for name, scenario in draft.scenarios.items():
        if scenario.name != name:
            yield Problem(
                scenario.file,
                scenario.line_of("name"),
                scenario.name,
                f"{name}, the name of the file",
                "Make them equal.",
                "name",
            )


@check("scenarios")
def scenarios_extend_known_ones(draft: Draft) -> Iterator[Problem]:
    """What a scenario extends exists and does not come back to it."""
    for name, scenario in draft.scenarios.items():
        chain = [name]
        while following := draft.scenarios[chain[-1]].extends if chain[-1] in draft.scenarios else "":
            chain.append(following)
            if following in chain[:-1]:
                break
        line = scenario.line_of("extends")
        if chain[-1] in chain[:-1] and chain[-1] == name:
            yield Problem(
                scenario.file,
                line,
                " -> ".join(chain),
                "scenarios that end at one which extends nothing",
                "Take out one `extends`.",
                "extends",
            )
        elif scenario.extends and scenario.extends not in draft.scenarios:
            said = suggestion(scenario.extends, draft.scenarios)
            yield Problem(scenario.file, line, scenario.extends, "the name of a scenario", said, "extends")


def _shocks(draft: Draft) -> Iterator[tuple[ScenarioEntry, ShockEntry, ShockRule | None]]:
    for scenario in draft.scenarios.values():
        for shock in scenario.shocks:
            yield scenario, shock, SHOCKS.get(shock.what)


@check()
def shocks_are_of_a_known_sort(draft: Draft) -> Iterator[Problem]:
    """`what` is a known sort of shock."""
    for scenario, shock, rule in _shocks(draft):
        if rule is None:
            yield Problem(
                scenario.file,
                shock.line_of("what"),
                shock.what,
                "a known sort of shock",
                suggestion(shock.what, SHOCKS),
                "what",
            )


@check()
def shocks_do_one_thing(draft: Draft) -> Iterator[Problem]:
    """A shock sets, multiplies or adds, and no two of them."""
    for scenario, shock, _ in _shocks(draft):
        given = [name for name in OPERATIONS if getattr(shock, name) is not None]
        if len(given) != 1:
            shown = " and ".join(given) or "none"
            yield Problem(
                scenario.file, shock.line, shown, "exactly one of set, multiply, add", "Keep one.", shock.what
            )


@check("actors.csv", "case.yaml", "codebook.yaml", "parameters")
def shocks_say_whom_they_touch(draft: Draft) -> Iterator[Problem]:
    """A shock has the keys that its sort needs, no others, and with known names."""
    labels = draft_labels(draft)
    known = {
        name: labels.get("power" if name == "target" else name, ())
        for name in ("power", "state", "channel", "target", "corridor")
    }
    for scenario, shock, rule in _shocks(draft):
        if rule is None:
            continue
        for name, names in known.items():
            given: str = getattr(shock, name)
            line, what = shock.line_of(name), f"{shock.what}.{name}"
            if name in rule.needs and not given:
                yield Problem(scenario.file, line, "missing", f"a {name}", f"Add `{name}: ...`.", what)
            elif given and name not in rule.needs:
                wanted = ", ".join(rule.needs)
                yield Problem(scenario.file, line, given, f"only {wanted} with {shock.what}", f"Delete `{name}`.", what)
            elif given and given not in names and not (given == ALL and name in ("state", "power")):
                yield Problem(scenario.file, line, given, f"a known {name}", suggestion(given, names), what)


@check()
def shocks_stay_in_bounds(draft: Draft) -> Iterator[Problem]:
    """A level that is set lies within what its sort of shock admits."""
    for scenario, shock, rule in _shocks(draft):
        if rule is None or shock.set is None:
            continue
        for name in ("low", "set", "high"):
            value = getattr(shock, name)
            if value is not None and not rule.least <= value <= rule.most:
                said = f"a level from {rule.least:g} to {rule.most:g}"
                yield Problem(
                    scenario.file, shock.line_of(name), f"{value:g}", said, "Correct it.", f"{shock.what}.{name}"
                )


@check("case.yaml")
def shocks_lie_in_the_period(draft: Draft) -> Iterator[Problem]:
    """A shock begins and ends within the simulated time."""
    if draft.case is None or not draft.case.period.runs_forward:
        return
    first, last = draft.case.period.start, draft.case.period.end
    for scenario, shock, _ in _shocks(draft):
        start, until = shock.start or first, shock.until or last
        if not quarter_index(first) <= quarter_index(start) <= quarter_index(until) <= quarter_index(last):
            yield Problem(
                scenario.file,
                shock.line_of("from"),
                f"{start} to {until}",
                f"quarters in order within {first} to {last}",
                "Correct from and until.",
                shock.what,
            )


@check("events.csv")
def shocks_name_known_events(draft: Draft) -> Iterator[Problem]:
    """The event that a shock stands for is a row of events.csv, named by its id or by a ledger id it is the place of."""
    known = dict.fromkeys(name for row in draft.tables.get("events", ()) for name in (row.id, *row.ledger))
    for scenario, shock, _ in _shocks(draft):
        if shock.event and shock.event not in known:
            said = suggestion(shock.event, known)
            yield Problem(
                scenario.file, shock.line_of("event"), shock.event, "a row of events.csv", said, f"{shock.what}.event"
            )
