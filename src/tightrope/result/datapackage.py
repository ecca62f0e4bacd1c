"""The Frictionless Data Package of a result: what each CSV and column means, and whose data they are.

Source
------
Frictionless Data, Data Package and Table Schema, version 2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .fields import Field, Record, described_fields, fields
from .result import Result

__all__ = ["datapackage"]

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


def datapackage(result: Result, written: Mapping[str, tuple[int, str]]) -> dict[str, Any]:
    """The descriptor of a result's tables.

    Parameters
    ----------
    result
        Whose tables are described.
    written
        Size in bytes and checksum of each written file by its path in the folder.
    """
    case = result.case
    package = {
        "$schema": PROFILE,
        "name": re.sub(r"[^a-z0-9._-]+", "-", f"tightrope-{case.get('name', 'result')}".lower()),
        "title": f"Tightrope: {case.get('title', 'result')}",
        "description": case.get("about"),
        "created": result.manifest.get("time"),
        "licenses": result.manifest.get("licences"),
        "sources": [_source(row) for row in result.table("sources")],
        "resources": [_resource(name, rows, written) for name, rows in result.tables.items()],
    }
    return _known(package)


def _known(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in parts.items() if value not in (None, "", [])}


def _source(row: Record) -> dict[str, Any]:
    date = row.get("date") or row.get("year")
    parts = {
        "title": row.get("title") or row.get("key"),
        "path": row.get("url"),
        "publisher": row.get("publisher"),
        "date": None if date is None else str(date),
        "licence": row.get("licence"),
        "key": row.get("key"),
    }
    return _known(parts)


def _resource(name: str, rows: Sequence[Record], written: Mapping[str, tuple[int, str]]) -> dict[str, Any]:
    path = f"tables/{name}.csv"
    size, digest = written[path]
    resource = {
        "name": name.replace("_", "-"),
        "type": "table",
        "path": path,
        "description": next((f.meaning for f in described_fields().get(name, ()) if not f.name), ""),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size,
        "hash": digest,
        "schema": {"fields": [_column(f) for f in fields(name, rows)], "missingValues": [""]},
    }
    return _known(resource)


def _column(about: Field) -> dict[str, str]:
    parts = {
        "name": about.name,
        "type": about.type,
        "unit": about.unit,
        "description": about.meaning,
    }
    return _known(parts)
