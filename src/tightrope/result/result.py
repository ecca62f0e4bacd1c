"""The Result itself: arrays, tables and manifest, frozen once built."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tightrope.base import Problem, RunError

from .fields import Record, fields, plain_table, problem

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["Result"]

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True, eq=False)
class Result:
    """Arrays, tables and manifest of one run.

    `None` in a table means not known or not applicable; NaN and the empty text become `None` when
    the Result is built. Every record of a table gets the same keys.

    Attributes
    ----------
    datasets
        Labelled arrays by name, dimensions such as (scenario, quantile, quarter, state, power).
    tables
        Flat records by name; `fields.csv` says what the columns mean.
    manifest
        Plain JSON values: case, seed, members, baseline, scenarios, parameters, versions, time.

    Examples
    --------
    >>> result = Result(tables={"room": [{"state": "AAA", "year": 2021, "mean": 0.5}]})
    >>> result.table("room")[0]["mean"]
    0.5
    >>> result.table("posture")
    []
    """

    datasets: Mapping[str, xr.Dataset] = field(default_factory=dict)
    tables: Mapping[str, list[Record]] = field(default_factory=dict)
    manifest: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Bring tables and manifest into the form in which they are read back."""
        problems = [_bad_name(name) for name in [*self.tables, *self.datasets] if not is_name(name)]
        tables = {name: plain_table(name, rows, problems) for name, rows in self.tables.items()}
        manifest = _plain_manifest(self.manifest, problems)
        if problems:
            raise RunError("These values do not make a result:", problems)
        object.__setattr__(self, "tables", MappingProxyType(tables))
        object.__setattr__(self, "datasets", MappingProxyType(dict(self.datasets)))
        object.__setattr__(self, "manifest", MappingProxyType(manifest))

    def __eq__(self, other: object) -> bool:
        """True where tables, manifest and arrays with their labels and units are the same."""
        if not isinstance(other, Result):
            return NotImplemented
        return (
            dict(self.tables) == dict(other.tables)
            and dict(self.manifest) == dict(other.manifest)
            and self.datasets.keys() == other.datasets.keys()
            and all(self.datasets[name].identical(other.datasets[name]) for name in self.datasets)
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def case(self) -> Mapping[str, Any]:
        """What the manifest says about the case: name, title, digest, start and end."""
        about = self.manifest.get("case", {})
        return about if isinstance(about, Mapping) else {}

    def table(self, name: str) -> list[Record]:
        """The records of a table, none where the Result has no such table."""
        return self.tables.get(name, [])

    def frame(self, name: str) -> pd.DataFrame:
        """The table as a pandas DataFrame, with its columns even where it has no rows."""
        import pandas as pd

        rows = self.table(name)
        return pd.DataFrame(rows, columns=[column.name for column in fields(name, rows)])

    def save(self, folder: str | Path, *, files: Mapping[str, str | bytes] | None = None) -> Path:
        """Write the result folder in one step: it appears whole or not at all.

        An earlier result in `folder` is replaced; files there that are not its own are kept.

        Parameters
        ----------
        folder
            Where to write; must not exist, be empty, or hold an earlier result.
        files
            Further files to write into it by name, such as a report.

        Returns
        -------
        folder
            The absolute path of what was written.
        """
        from .folder import save

        return save(self, folder, files or {})

    @classmethod
    def load(cls, folder: str | Path) -> Result:
        """The Result that `save` wrote; a damaged folder is refused with all its problems."""
        from .folder import load

        return load(folder)


def is_name(name: str) -> bool:
    """Whether a table or dataset may be called so: the name is also a file's or a group's."""
    return bool(NAME.fullmatch(name))


def _bad_name(name: str) -> Problem:
    expected = "lower-case letters, digits and underscores, a letter first"
    return problem("result", "name", name, expected, "Rename the table or dataset.")


def _plain_manifest(manifest: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    """The manifest as it comes back from JSON, so that a saved and a loaded one are equal."""
    try:
        plain: dict[str, Any] = json.loads(json.dumps(dict(manifest), allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        remedy = "Turn arrays into lists and leave out what is not known."
        problems.append(problem("manifest", "value", error, "plain JSON values", remedy))
        return {}
    if "format" in plain:
        remedy = "Give the entry another name."
        problems.append(problem("manifest", "entry", "format", "no entry of this name", remedy))
    return plain
