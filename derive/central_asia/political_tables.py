"""The rows that the political scripts make, and how a row cites its sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from rows import Row, Sources, read, text

HERE = Path(__file__).resolve().parent
DIGITS = 5  # significant digits of figures that are not whole


@dataclass
class Tables:
    """The actors and rules of the case, the facts collected by hand, and the rows made so far."""

    states: list[str]
    powers: dict[str, list[str]]  # power -> its members (itself, unless a bloc)
    rules: dict[str, Any]
    facts: pd.DataFrame
    decisions: pd.DataFrame
    sources: Sources = field(default_factory=Sources)
    ties: list[Row] = field(default_factory=list)
    attributes: list[Row] = field(default_factory=list)

    def cite(self, *names: str) -> str:
        """Return the keys of sources: data sets, short names of facts, ids of found.csv, or a key of the bibliography."""
        return ";".join(dict.fromkeys(self._key(name) for name in names))

    def _key(self, name: str) -> str:
        if name in self.rules["datasets"]:
            known = self.rules["datasets"][name]
            return self.sources.key(
                known["title"], known["publisher"], known["date"], known["url"], known.get("note", "")
            )
        if name in self.rules["fact_sources"]:
            wanted = self.rules["fact_sources"][name]
            here = self.facts["indicator"].str.startswith(wanted["indicator"]) & (
                self.facts["state"] == wanted["state"]
            )
            return self.cite_fact(self.facts[here].iloc[0])
        row = next((row for row in read(HERE / "found.csv") if row["id"] == name), None)
        return name if row is None else self.sources.key(row["title"], row["publisher"], row["published"], row["url"])

    def cite_fact(self, fact: Any) -> str:
        """Return the key of the source of one row of the facts or decisions collected by hand."""
        if "SIPRI Arms Transfers Database" in fact["publisher"]:
            return self.cite("sipri")
        return self.sources.key(fact["source_title"], fact["publisher"], fact["source_date"], fact["where"])

    def cite_facts(self, facts: pd.DataFrame) -> str:
        """Return the keys of the sources of several rows."""
        return ";".join(sorted({self.cite_fact(fact) for _, fact in facts.iterrows()}))

    def asked(self, questions: list[str], answers: list[str]) -> pd.DataFrame:
        """Return the decisions on questions that begin so and were answered so, each state and question once."""
        found = self.decisions["question"].str.startswith(tuple(questions)) & self.decisions["answer"].isin(answers)
        return self.decisions[found].drop_duplicates(["state", "question"])

    def place(self, table: str, actor: str, partner: str) -> str:
        """Return the ledger ids that the row of a pair of actors is the place of."""
        return str(self.rules["places"].get(table, {}).get(f"{actor} {partner}", ""))

    def attribute(
        self, name: str, actor: str, partner: str, period: object, value: float, unit: str, **rest: Any
    ) -> None:
        """Add a row of attributes.csv; low, high, kind, source, how, why, chosen, ledger by keyword."""
        self.attributes.append(_row({"attribute": name, "actor": actor, "partner": partner}, period, value, unit, rest))

    def tie(self, state: str, power: str, channel: str, period: object, value: float, **rest: Any) -> None:
        """Add a row of ties.csv, with the same keywords."""
        self.ties.append(_row({"state": state, "power": power, "channel": channel}, period, value, "1", rest))

    def chosen(self, name: str, actor: str, partner: str, period: str) -> Row | None:
        """Return the row already chosen for a cell of attributes.csv, if any."""
        cell = (name, actor, partner, period, "yes")
        keys = ("attribute", "actor", "partner", "period", "chosen")
        return next((row for row in self.attributes if tuple(row[key] for key in keys) == cell), None)


def _row(names: Row, period: object, value: float, unit: str, rest: dict[str, Any]) -> Row:
    numbers = {side: text(rest.pop(side, None), DIGITS) for side in ("low", "high")}
    words = {
        "source": "",
        "how": "",
        "why": "",
        "chosen": "yes",
        "ledger": "",
        **{key: str(cell) for key, cell in rest.items()},
    }
    return {**names, "period": str(period), "value": text(value, DIGITS), "unit": unit, **numbers, **words}
