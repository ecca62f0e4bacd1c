"""Reading the files of a case folder, and nothing outside it."""

from __future__ import annotations

import difflib
import os
import re
import stat
from pathlib import Path

from tightrope.base import Problem

from .schema import TABLES

__all__ = ["FILE_LIMIT", "STANDARD_FILES", "Folder"]

FILE_LIMIT = 20_000_000
"""Bytes that a file of a case may have."""

STANDARD_FILES = frozenset(
    ("case.yaml", "sources.bib", "codebook.yaml", "decisions.yaml", *(f"{table}.csv" for table in TABLES))
)
"""Files of a case, beside its folders `parameters` and `scenarios`; those of `schema.OPTIONAL` may be absent."""

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
"""Without waiting, because a pipe in the place of a file would hold the reader for ever."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

_COUNT_LIMIT = 2_000


class Folder:
    """The text files of one folder; what cannot be read becomes a problem.

    Parameters
    ----------
    path
        The folder.
    limit
        Bytes that a file may have; bigger ones are refused unread.
    """

    def __init__(self, path: Path, *, limit: int = FILE_LIMIT) -> None:
        self.path = path
        self.limit = limit
        self.problems: list[Problem] = []
        self._real = path.resolve()

    def names(self, folder: str, suffix: str) -> list[str]:
        """Names of the files of one kind in a folder, sorted.

        Parameters
        ----------
        folder
            Folder inside the case.
        suffix
            Ending of the wanted files, such as `.yaml`.

        Returns
        -------
        names
            With the folder in front, such as `scenarios/history.yaml`.
        """
        wanted: list[str] = []
        try:
            found = sorted(os.listdir(self.path / folder))
        except OSError as error:
            self._refuse(folder, error.strerror or "cannot be listed", f"a folder with {suffix} files", "Create it.")
            return wanted
        for name in found[:_COUNT_LIMIT]:
            if name.endswith(suffix) and not name.startswith("."):
                wanted.append(f"{folder}/{name}")
            elif name.endswith((".yml", ".csv", ".yaml.txt")):
                self._refuse(f"{folder}/{name}", "not read", f"files that end in {suffix}", "Rename or remove it.")
        if len(found) > _COUNT_LIMIT:
            self._refuse(folder, f"{len(found)} files", f"at most {_COUNT_LIMIT}", "Join or remove files.")
        return wanted

    def has(self, name: str) -> bool:
        """Whether a file that may be absent is there; one that seems to be there under a wrong name is a problem.

        Parameters
        ----------
        name
            Name inside the folder.

        Returns
        -------
        has
            True also for what cannot be read, which `text` then says.
        """
        there = os.path.lexists(self.path / name)
        if not there and (remedy := self._near(name)):
            self._refuse(
                name, "there is no such file, but one with a name like it", "the name, or no such file", remedy
            )
        return there

    def text(self, name: str) -> str | None:
        """Text of a file.

        Parameters
        ----------
        name
            Name inside the folder.

        Returns
        -------
        text
            Without byte-order mark; None where the file is refused.
        """
        path = self.path / name
        try:
            if not path.resolve(strict=True).is_relative_to(self._real):
                self._refuse(name, "leads out of the case folder", "a file inside the folder", "Copy the file into it.")
                return None
            with os.fdopen(os.open(path, _FLAGS), "rb") as stream:
                status = os.fstat(stream.fileno())
                if not stat.S_ISREG(status.st_mode):
                    self._refuse(name, "not a plain file", "a text file", "Replace it.")
                    return None
                data = stream.read(self.limit + 1) if status.st_size <= self.limit else None
        except OSError as error:
            self._missing(name, error)
            return None
        if data is None or len(data) > self.limit:
            size = f"{max(status.st_size, self.limit + 1):,} bytes"
            self._refuse(
                name, size, f"at most {self.limit:,} bytes", "Keep raw data elsewhere; a case holds derived numbers."
            )
            return None
        return self._decoded(name, data)

    def _decoded(self, name: str, data: bytes) -> str | None:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            shown = f"byte 0x{data[error.start]:02x}"
            self._refuse(name, shown, "text in UTF-8", "Save the file again as UTF-8.", line)
            return None
        odd = _CONTROL.search(text)
        if odd is not None:
            line = text.count("\n", 0, odd.start()) + 1
            self._refuse(name, f"control character {odd[0]!r}", "plain text", "Delete the character.", line)
            return None
        return text

    def _missing(self, name: str, error: OSError) -> None:
        remedy = f"Create {name}; `tightrope new` writes an example."
        if isinstance(error, FileNotFoundError):
            self._refuse(
                name, "there is no such file", "this file, if only with its header", self._near(name) or remedy
            )
        else:
            self._refuse(
                name,
                error.strerror or type(error).__name__,
                "a file that can be read",
                "Check the file and its rights.",
            )

    def _near(self, name: str) -> str:
        """Sentence about a file that may be the missing one under a wrong name."""
        wanted = Path(name)
        others = [path.name for path in (self.path / wanted.parent).glob("*") if path.name not in STANDARD_FILES]
        close = difflib.get_close_matches(wanted.name, others, n=1, cutoff=0.8)
        return f"Rename {close[0]} to {wanted.name}." if close else ""

    def _refuse(self, name: str, value: str, expected: str, remedy: str, line: int = 0) -> None:
        self.problems.append(Problem(name, line, value, expected, remedy, "file"))
