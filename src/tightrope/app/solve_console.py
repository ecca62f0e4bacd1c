"""What `tightrope solve` prints for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table

from .console import _console

if TYPE_CHECKING:
    from tightrope.solve import Effect, Item, Lever, Solution

__all__ = ["show_solution"]

MOST = 10


def show_solution(found: Solution) -> None:
    """Print the package, what comes of it, how sure that is, and what it changes besides."""
    console, decision, chance = _console(), found.stage.decision, found.chance
    console.print(f"[bold]{decision.question.text}[/] {decision.state}, {decision.date}: `{found.option}`")
    if found.target is None:
        worst = f"exploitability {found.exploitability:.1e} of a budget"
        console.print(
            f"{len(found.equilibria)} equilibria found; {worst if found.converged else f'NOT SOLVED: {worst}'}."
        )
    elif not found.package and found.reachable:
        console.print(f"Nothing is needed: the probability is {chance.before:.3f} already.")
    elif found.reachable:
        console.print(f"The cheapest package costs {found.cost:.2f} full offers.")
    for note in found.notes:
        console.print(f"[yellow]Note.[/] {note}")
    console.print(
        f"Probability {chance.before:.3f} ({chance.before_low:.3f} to {chance.before_high:.3f}) without, "
        f"{chance.after:.3f} ({chance.low:.3f} to {chance.high:.3f}) with it; {chance.replayed:.3f} when all choices on "
        f"the way are made anew; less likely with it in {chance.backfires:.0%} of the members."
    )
    if found.target is not None:
        console.print(_package(found.package))
    for (one, items, starts), odds in zip(found.equilibria, found.odds, strict=False):
        sort = "pure" if one.is_pure else "mixed"
        told = f"{sort} equilibrium, reached from {starts} starts" if starts else f"{sort}, from no start by itself"
        at = decision.options.index(found.option)
        console.print(f"{told}: probability {odds[at]:.3f}, exploitability {one.exploitability:.1e}")
        console.print(_package(items) if items else "  nobody does anything")
    again = found.stability
    if again is not None and again.amounts:
        told = ", ".join(f"{_named(lever)} {low:.2f} to {high:.2f}" for lever, low, high in again.amounts)
        console.print(
            f"Again with {again.repeats} other sets of members and costs: reached in {again.reached}, cost "
            f"{again.cost_low:.2f} to {again.cost_high:.2f}; {told}."
        )
    if found.side_effects:
        console.print(_side(found.side_effects))
    console.print(
        "Not shown: " + ", ".join(f"{count} with {reason}" for reason, count in found.set_aside.items()) + "."
    )


def _named(lever: Lever) -> str:
    name = lever.name.replace("_", " ")
    return f"{name} ({lever.channel})" if lever.channel else name


def _package(items: Sequence[Item]) -> Table:
    table = Table(show_edge=False)
    for name in ("power", "does", "amount", "of", "costs", "with probability"):
        table.add_column(name)
    for item in items:
        amount, cost, weight = (f"{x:.2f}" for x in (item.amount, item.cost, item.weight))
        table.add_row(item.power, _named(item.lever), amount, item.lever.unit, cost, weight)
    return table


def _side(effects: Sequence[Effect]) -> Table:
    shown = f"the {MOST} largest of {len(effects)}; --json has all" if len(effects) > MOST else "all"
    table = Table(title=f"Besides, {shown}", show_edge=False, title_justify="left")
    for name in ("state", "what", "before", "after", "change (90%)"):
        table.add_column(name)
    for one in effects[:MOST]:
        what = f"{one.decision} = {one.option}" if one.decision else " ".join(filter(None, (one.measure, one.power)))
        change = f"{one.change:+.3f} ({one.low:+.3f} to {one.high:+.3f})"
        table.add_row(one.state, what, f"{one.before:.3f}", f"{one.after:.3f}", change)
    return table
