"""A result as a folder: written in one step, read back only where it is whole.

`results.nc` (labelled arrays), `tables/*.csv` and `*.parquet`, `datapackage.json` and
`manifest.json`. The Parquet files, the arrays and the manifest are what is read back; their
checksums are in the manifest.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tightrope.base import Problem, RunError

from .datapackage import datapackage
from .fields import Cell, Field, Record, fields, problem
from .result import Result, is_name

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["check_target", "load", "save"]

FORMAT = {"name": "tightrope-result", "version": 1}
SQL = {"string": "VARCHAR", "number": "DOUBLE", "integer": "BIGINT", "boolean": "BOOLEAN"}
ELSEWHERE = "Name another folder, or make room there."
AGAIN = "Run again to write the folder anew."


def save(result: Result, folder: str | Path, files: Mapping[str, str | bytes]) -> Path:
    """Write a result folder beside its place, then put it there."""
    target = check_target(folder)
    with _writable(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.new.", dir=target.parent))
    try:
        with _writable(target):
            _write(result, fresh, files)
            _swap(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return target


def check_target(folder: str | Path) -> Path:
    """Refuse a place that cannot take a result, before the work whose result it is to take.

    Parameters
    ----------
    folder
        Where a result is to be written.

    Returns
    -------
    target
        The same, as an absolute path.

    Raises
    ------
    RunError
        If it is a file, or holds anything that is no result of ours.
    """
    target = Path(folder).expanduser().resolve()
    _refuse(_occupied(target), "The result cannot be written there:")
    return target


def load(folder: str | Path) -> Result:
    """Read a result folder, or say all that is wrong with it."""
    root = Path(folder).expanduser().resolve()
    manifest = _read_manifest(root / "manifest.json")
    written = manifest.pop("format")
    parts = ["results.nc", *(f"tables/{name}.parquet" for name in written["tables"])]
    unlike = [found for part in parts for found in _unlike(root / part, written["files"][part])]
    _refuse(unlike, "The result is damaged:")
    tables = {name: _read_parquet(root / f"tables/{name}.parquet") for name in written["tables"]}
    datasets = {name: _read_dataset(root / "results.nc", name) for name in written["datasets"]}
    return Result(datasets=datasets, tables=tables, manifest=manifest)


def _refuse(problems: Sequence[Problem], message: str) -> None:
    if problems:
        raise RunError(message, problems)


def _unreadable(path: Path, error: object, expected: str) -> RunError:
    found = problem(path, "content", error, expected, AGAIN)
    return RunError("The result cannot be read:", [found])


@contextmanager
def _writable(target: Path) -> Iterator[None]:
    """Turn the system's refusal to write into ours."""
    try:
        yield
    except OSError as error:
        found = problem(target, "folder", error.strerror, "a place that can be written", ELSEWHERE)
        raise RunError("The result cannot be written there:", [found]) from error


# --- writing ------------------------------------------------------------------------------------


def _write(result: Result, folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Fill a new folder; the manifest comes last because it holds the checksums."""
    (folder / "tables").mkdir()
    _write_tables(result.tables, folder / "tables")
    _write_datasets(result, folder / "results.nc")
    for name, content in files.items():
        _write_file(folder, name, content)
    _write_json(folder / "datapackage.json", datapackage(result, _written(folder)))
    checksums = {path: digest for path, (_, digest) in _written(folder).items()}
    names = {"tables": list(result.tables), "datasets": list(result.datasets)}
    manifest = {**result.manifest, "format": {**FORMAT, **names, "files": checksums}}
    _write_json(folder / "manifest.json", manifest)


def _written(folder: Path) -> dict[str, tuple[int, str]]:
    """Size and checksum of every file in a folder by its path there."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {p.relative_to(folder).as_posix(): (p.stat().st_size, _digest(p)) for p in paths}


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return "sha256:" + hashlib.file_digest(stream, "sha256").hexdigest()


def _write_file(folder: Path, name: str, content: str | bytes) -> None:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder) or path.exists() or name == "manifest.json":
        expected = "a new name inside the result folder"
        found = problem(name, "file", name, expected, "Choose another name.")
        raise RunError("The result cannot be written:", [found])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _write_tables(tables: Mapping[str, list[Record]], folder: Path) -> None:
    """Each table as CSV, and as Parquet read from that very CSV, so the two cannot differ."""
    import duckdb

    with duckdb.connect() as store:
        for name, rows in tables.items():
            columns = fields(name, rows) or [Field("empty", "string")]
            path = folder / f"{name}.csv"
            _write_csv(path, [column.name for column in columns], rows)
            types = ", ".join(f"{_quoted(c.name)}: '{SQL[c.type]}'" for c in columns)
            store.execute(
                f"copy (select * from read_csv({_quoted(path)}, columns = {{{types}}}, "
                "auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', "
                "nullstr = '', new_line = '\\n', parallel = false)) "
                f"to {_quoted(path.with_suffix('.parquet'))} (format parquet, compression zstd)"
            )


def _quoted(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"


def _write_csv(path: Path, columns: Sequence[str], rows: Sequence[Record]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_text(row[column]) for column in columns] for row in rows)


def _text(cell: Cell) -> str:
    """A cell as Frictionless reads it: `true`, `INF`, the shortest exact decimals."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and math.isinf(cell):
        return "INF" if cell > 0 else "-INF"
    return "" if cell is None else str(cell)


def _write_datasets(result: Result, path: Path) -> None:
    """One netCDF group per dataset; the root says which case and run they are from."""
    import xarray as xr

    case = result.case
    about = {
        "title": f"Tightrope: {case.get('title') or case.get('name') or 'result'}",
        "case_digest": str(case.get("digest", "")),
        "seed": str(result.manifest.get("seed", "")),
    }
    xr.Dataset(attrs=about).to_netcdf(path, engine="h5netcdf", format="NETCDF4")
    for name, data in result.datasets.items():
        try:
            data.to_netcdf(path, mode="a", group=name, engine="h5netcdf", format="NETCDF4")
        except (TypeError, ValueError) as error:
            remedy = "Keep numbers, text and true/false only in arrays and attributes."
            found = problem(f"dataset {name}", "value", error, "what netCDF can hold", remedy)
            raise RunError("The result cannot be written:", [found]) from error


# --- replacing ----------------------------------------------------------------------------------


def _occupied(target: Path) -> list[Problem]:
    """Why `target` may not be written: it is a file, or holds something that is not ours."""
    if not target.exists():
        return []
    if not target.is_dir():
        return [problem(target, "path", "a file", "a folder, or nothing yet", ELSEWHERE)]
    found = sorted(path.name for path in target.iterdir())
    if not found or _own_files(target) is not None:
        return []
    value = f"{len(found)} entries that are no result of ours, such as {found[0]}"
    return [problem(target, "folder", value, "an empty folder or an earlier result", ELSEWHERE)]


def _own_files(folder: Path) -> set[str] | None:
    """The files that an earlier result wrote; None where the folder holds no result."""
    try:
        written = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["format"]
        is_ours = written["name"] == FORMAT["name"]
        return {"manifest.json", *written["files"]} if is_ours else None
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None


def _swap(fresh: Path, target: Path) -> None:
    """Put the new folder in place of the old one, keeping files there that are not ours."""
    mask = os.umask(0)
    os.umask(mask)
    fresh.chmod(0o777 & ~mask)
    if not target.exists():
        fresh.rename(target)
        return
    own = _own_files(target) or set()
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old.", dir=target.parent))
    target.rename(old)
    fresh.rename(target)
    _carry_over(old, target, own)
    shutil.rmtree(old)


def _carry_over(old: Path, target: Path, own: set[str]) -> None:
    """Move what the earlier result did not write itself, except where a new file stands."""
    inside = [path.relative_to(old) for path in old.rglob("*") if not path.is_dir()]
    for path in inside:
        if path.as_posix() not in own and not (target / path).exists():
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            (old / path).rename(target / path)


# --- reading ------------------------------------------------------------------------------------


def _read_manifest(path: Path) -> dict[str, Any]:
    """The manifest with its `format` entry, once it is clear that the folder can be read."""
    if not path.is_file():
        remedy = "Name the folder that a run wrote."
        found = problem(path, "file", "missing", "the manifest of a result", remedy)
        raise RunError("There is no result:", [found])
    try:
        manifest = json.loads(path.read_bytes().decode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(path, error, "JSON in UTF-8") from error
    _refuse(_unfollowable(path, manifest), "The result cannot be read:")
    return manifest  # type: ignore[no-any-return]


def _unfollowable(path: Path, manifest: Any) -> list[Problem]:
    """Why a manifest cannot be followed; nothing where it can."""
    written = manifest.get("format") if isinstance(manifest, dict) else None
    if not isinstance(written, dict) or written.get("name") != FORMAT["name"]:
        remedy = "Name the folder that a run wrote."
        return [problem(path, "format", written, f"format.name {FORMAT['name']}", remedy)]
    if written.get("version") != FORMAT["version"]:
        remedy = "Read it with the release that wrote it, or run again."
        found = written.get("version")
        return [problem(path, "format.version", found, str(FORMAT["version"]), remedy)]
    fits = {"tables": _is_names, "datasets": _is_names, "files": _is_checksums}
    wrong = [key for key in fits if not fits[key](written.get(key))]
    if wrong:
        expected = "what the run wrote"
        return [problem(path, f"format.{k}", written.get(k), expected, AGAIN) for k in wrong]
    needed = ["results.nc", *(f"tables/{name}.parquet" for name in written["tables"])]
    missing = [name for name in needed if name not in written["files"]]
    return [problem(path, "format.files", "no entry", name, AGAIN) for name in missing]


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) and is_name(v) for v in value)


def _is_checksums(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(v, str) for v in value.values())


def _unlike(path: Path, digest: str) -> list[Problem]:
    """Whether a file is missing or differs from what was written."""
    if not path.is_file():
        return [problem(path, "file", "missing", "a file of the result", AGAIN)]
    found = _digest(path)
    return [] if found == digest else [problem(path, "checksum", found, digest, AGAIN)]


def _read_parquet(path: Path) -> list[Record]:
    import duckdb

    try:
        with duckdb.connect() as store:
            read = store.execute(f"select * from read_parquet({_quoted(path)})")
            names = [column[0] for column in read.description or ()]
            return [dict(zip(names, row, strict=True)) for row in read.fetchall()]
    except duckdb.Error as error:
        raise _unreadable(path, error, "a Parquet table") from error


def _read_dataset(path: Path, name: str) -> xr.Dataset:
    import xarray as xr

    try:
        with xr.open_dataset(path, group=name, engine="h5netcdf") as data:
            return data.load()
    except (OSError, ValueError, KeyError) as error:
        raise _unreadable(path, error, f"a netCDF group {name}") from error
