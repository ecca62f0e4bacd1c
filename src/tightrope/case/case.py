"""The Case: everything known about one system, checked once, then trusted by everybody."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from tightrope.base import CaseError, Estimate, Frozen, FrozenDict, Source, period, quarters, suggestion

from . import estimates
from .decisions import Decision, in_order
from .documents import AttributeEntry, ChannelEntry, KindEntry, ParameterEntry
from .parameters import in_force
from .readings import Readings
from .rows import Row
from .scenarios import Scenario, resolved

if TYPE_CHECKING:
    import xarray

__all__ = ["Case"]


@dataclass(frozen=True, eq=False, repr=False)
class Case(Frozen):
    """A case, as `load_case` gives it. It cannot be changed.

    Parameters
    ----------
    name, title, about, rest
        As in case.yaml.
    path
        Folder that it was read from.
    digest
        12 characters; same data, same digest.
    states, powers, channels
        Labels of the three dimensions.
    actors
        Rows of actors.csv by id.
    start, end
        First and last quarter of the simulated time.
    years
        Years with data.
    tables
        Rows of every table.
    channel_entries, attributes, kinds, parameters
        Entries of the YAML files.
    decisions
        One per question and state that faced it, by date.
    scenarios
        By name, each with its own shocks and extra decisions only; `scenario(name)` gives the whole chain.
    sources
        By key.
    ledger
        Ids that the case promises a place for.
    dimensions
        Labels of every dimension.
    """

    name: str
    title: str
    about: str
    rest: str
    path: Path
    digest: str
    states: tuple[str, ...]
    powers: tuple[str, ...]
    channels: tuple[str, ...]
    actors: Mapping[str, Row]
    start: str
    end: str
    years: tuple[int, ...]
    tables: Mapping[str, tuple[Row, ...]]
    channel_entries: tuple[ChannelEntry, ...]
    attributes: Mapping[str, AttributeEntry]
    kinds: Mapping[str, KindEntry]
    parameters: Mapping[str, ParameterEntry]
    decisions: tuple[Decision, ...]
    scenarios: Mapping[str, Scenario]
    sources: Mapping[str, Source]
    ledger: tuple[str, ...]
    dimensions: Mapping[str, tuple[str, ...]]
    _numbers: Mapping[str, int] = field(default_factory=FrozenDict)
    _places: Mapping[str, tuple[str, ...]] = field(default_factory=FrozenDict)
    _ties: Readings = field(default_factory=lambda: Readings(FrozenDict()))
    _attributes: Readings = field(default_factory=lambda: Readings(FrozenDict()))

    def __repr__(self) -> str:
        return f"Case({self.name!r}, digest={self.digest!r}, {len(self.states)} states, {len(self.powers)} powers)"

    def __eq__(self, other: object) -> bool:
        return self.digest == other.digest if isinstance(other, Case) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def quarters(self) -> tuple[str, ...]:
        """Quarters of the simulated time."""
        return quarters(self.start, self.end)

    @property
    def mechanisms(self) -> dict[str, Row]:
        """Rows of mechanisms.csv by id."""
        return {row.id: row for row in self.tables["mechanisms"]}

    @property
    def claims(self) -> tuple[Row, ...]:
        """Rows of claims.csv."""
        return self.tables["claims"]

    def labels(self, dim: str) -> tuple[str, ...]:
        """Labels of a dimension, in the order of the arrays.

        Parameters
        ----------
        dim
            Such as `state`, `power`, `channel`, `kind`, `flag`, or a dimension that parameters use.

        Returns
        -------
        labels
            Each once.
        """
        if dim not in self.dimensions:
            self._unknown("dimension", dim, self.dimensions)
        return self.dimensions[dim]

    def share(self, year: int) -> Estimate:
        """Share of each power in each channel of each state in a year.

        The chosen row of the year, else the latest earlier one within the channel's carry, never a later one.

        Parameters
        ----------
        year
            The year.

        Returns
        -------
        share
            (state, power, channel), unit 1; NaN where nothing is known.
        """
        carry = {channel.id: channel.carry for channel in self.channel_entries}
        return estimates.share(self._ties, year, states=self.states, powers=self.powers, carry=carry)

    def tie(self, state: str, power: str, channel: str, year: int) -> Row | None:
        """The row of ties.csv that gives a share in a year.

        Parameters
        ----------
        state, power, channel
            Whose tie, with whom, of what.
        year
            The year.

        Returns
        -------
        row
            The one that `share` uses, which may be of an earlier year; None where nothing is known.
        """
        carry = next((entry.carry for entry in self.channel_entries if entry.id == channel), 0)
        return self._ties.at((state, power, channel), year, carry=carry)

    def attribute(
        self, name: str, year: int | None = None, *, actors: Iterable[str] | None = None, partner: str | None = None
    ) -> Estimate:
        """An attribute of some actors: the latest chosen value not later than a year.

        Parameters
        ----------
        name
            Declared in case.yaml.
        year
            None for the latest of all.
        actors
            Whose; all states and powers by default.
        partner
            Towards whom, for an attribute of two actors; `WLD` for all partners.

        Returns
        -------
        attribute
            One dimension: `state` or `power` if exactly those are asked for, else `actor`. NaN where unknown.
        """
        entry = self._attribute(name)
        asked = (*self.states, *self.powers) if actors is None else tuple(actors)
        for actor in asked:
            if actor not in self.actors:
                self._unknown("actor", actor, self.actors)
        dim = {self.states: "state", self.powers: "power"}.get(asked, "actor")
        return estimates.attribute(
            self._attributes,
            name,
            year,
            actors=asked,
            dim=dim,
            partner=partner or "",
            unit=entry.unit,
            meaning=entry.meaning,
        )

    def reading(self, name: str, actor: str, partner: str = "", year: int | None = None) -> Row | None:
        """The row of attributes.csv that `attribute` and `dyad` use.

        Parameters
        ----------
        name
            Declared in case.yaml.
        actor, partner
            Whose, and towards whom; empty for none.
        year
            None for the latest of all.

        Returns
        -------
        row
            None where nothing is known.
        """
        self._attribute(name)
        return self._attributes.at((name, actor, partner), year)

    def dyad(self, name: str, year: int | None = None) -> Estimate:
        """An attribute of states towards powers: the latest chosen value not later than a year.

        Parameters
        ----------
        name
            Declared in case.yaml with `partner: true`.
        year
            None for the latest of all.

        Returns
        -------
        dyad
            (state, power); NaN where unknown.
        """
        entry = self._attribute(name)
        if not entry.partner:
            raise CaseError(f"Attribute `{name}` is about one actor, not two. Ask for it with attribute(...).")
        return estimates.dyad(
            self._attributes, name, year, states=self.states, powers=self.powers, unit=entry.unit, meaning=entry.meaning
        )

    def series(self, attribute: str, actor: str, partner: str | None = None) -> list[Row]:
        """All rows of an attribute of one actor, chosen or not, by time.

        Parameters
        ----------
        attribute
            Declared in case.yaml.
        actor
            Whose.
        partner
            Towards whom; empty for none.

        Returns
        -------
        rows
            Possibly none.
        """
        self._attribute(attribute)
        rows = [
            row
            for row in self.tables["attributes"]
            if (row.attribute, row.actor, row.partner) == (attribute, actor, partner or "")
        ]
        return sorted(rows, key=lambda row: (period(row.period).start, period(row.period).end, row.line))

    def parameter(self, name: str, at: str | int | None = None) -> Estimate:
        """A parameter at a time.

        Parameters
        ----------
        name
            Declared in parameters/*.yaml.
        at
            Quarter or year; values that hold from it or earlier count, the latest wins. The start by default.

        Returns
        -------
        parameter
            With the dimensions that the parameter declares; NaN in cells without a value yet.
        """
        if name not in self.parameters:
            self._unknown("parameter", name, self.parameters)
        entry = self.parameters[name]
        value, low, high = in_force(entry, self.dimensions, self._day(at))
        return Estimate(value, low, high, entry.dims, entry.unit, entry.meaning)

    def scenario(self, name: str) -> Scenario:
        """A scenario with everything that it extends, and with the decisions of the case.

        Parameters
        ----------
        name
            One of `scenarios`.

        Returns
        -------
        scenario
            Shocks of what it extends come first; decisions are sorted by date.
        """
        whole = resolved(self.scenarios, name)
        return replace(whole, decisions=in_order((*self.decisions, *whole.decisions), self.states))

    def numbers(self) -> dict[str, int]:
        """How many numbers the case holds of each kind.

        Returns
        -------
        numbers
            By kind, in the order of `base.KINDS`.
        """
        return dict(self._numbers)

    def places(self) -> dict[str, list[str]]:
        """Where each id of the ledger lives.

        Returns
        -------
        places
            File and row, entry or mechanism, by ledger id.
        """
        return {id_: list(places) for id_, places in self._places.items()}

    def __getitem__(self, name: str) -> xarray.DataArray:
        """A labelled array: `share`, an attribute or a parameter.

        Parameters
        ----------
        name
            Of the array.

        Returns
        -------
        array
            Read-only values; with dimension `year` first for shares and attributes.
        """
        import xarray  # heavy, and only needed here

        dims, values, unit, meaning = self._array(name)
        coords = {dim: list(self.years) if dim == "year" else list(self._axis(dim)) for dim in dims}
        array = xarray.DataArray(values, coords=coords, dims=dims, name=name)
        array.attrs = {"unit": unit, "long_name": meaning}
        array.values.setflags(write=False)
        return array

    def _array(self, name: str) -> tuple[tuple[str, ...], Any, str, str]:
        if name in self.parameters and name not in self.attributes:
            one = self.parameter(name)
            dims = tuple(dim if dim not in one.dims[:place] else f"{dim}_other" for place, dim in enumerate(one.dims))
            return dims, one.value, one.unit, one.meaning
        if name == "share":
            yearly = [self.share(year) for year in self.years]
            meaning = "share of the state's channel"
        elif name in self.attributes:
            yearly = [
                self.dyad(name, year) if self.attributes[name].partner else self.attribute(name, year)
                for year in self.years
            ]
            meaning = yearly[0].meaning
        else:
            self._unknown("array", name, ("share", *self.attributes, *self.parameters))
        return ("year", *yearly[0].dims), np.stack([one.value for one in yearly]), yearly[0].unit, meaning

    def _axis(self, dim: str) -> Sequence[str]:
        return (*self.states, *self.powers) if dim == "actor" else self.labels(dim.removesuffix("_other"))

    def _attribute(self, name: str) -> AttributeEntry:
        if name not in self.attributes:
            self._unknown("attribute", name, self.attributes)
        return self.attributes[name]

    def _day(self, at: str | int | None) -> datetime.date:
        return period(self.start if at is None else str(at)).end

    def _unknown(self, sort: str, name: str, known: Iterable[str]) -> NoReturn:
        raise CaseError(f"Unknown {sort} `{name}` in case {self.name}. {suggestion(str(name), known)}")
