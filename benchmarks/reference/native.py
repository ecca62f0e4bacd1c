"""The model in C, compiled where it runs and called through ctypes."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .problem import Problem, decision_list, decision_order

__all__ = ["FLAGS", "Native", "compiler"]

FLAGS = ("-O3", "-march=native", "-ffast-math", "-fopenmp", "-std=gnu11", "-fPIC", "-c")
# Linked apart: a shared library that is *linked* with -ffast-math switches subnormal numbers off for the whole process.
LINK = ("-shared", "-fopenmp", "-lm")

_PROBLEM = (
    "ranges",
    "range_keys",
    "coefficients",
    "habits",
    "draw_key",
    "forced",
    "field",
    "place_keys",
    "common_keys",
    "own_keys",
    "answer_keys",
    "inside",
    "outside",
)
_PAIRS = ("dependence", "threat", "alignment")
_STATES = ("growth", "remittances", "trade", "food_price", "evasion")


def compiler() -> str | None:
    """The system's C compiler, if there is one."""
    return shutil.which(os.environ.get("CC", "cc"))


class Native:
    """The compiled model of one problem."""

    def __init__(self, given: Problem) -> None:
        self.given = given
        self._arrays = {name: np.ascontiguousarray(getattr(given, name)) for name in _PROBLEM if hasattr(given, name)}
        self._arrays["field"] = np.concatenate(
            [np.full(int(np.prod(shape)), k, np.int32) for k, (_, shape) in enumerate(given.levels.values())]
        )
        self._arrays["inside"] = decision_list(given.inside)
        self._arrays["outside"] = decision_list(given.outside)
        record = self._arrays["inside"].dtype
        self._arrays["outside"] = self._widened(self._arrays["outside"], record)
        if self.library.size_of_decision() != record.itemsize:
            raise RuntimeError("the record of a decision differs between histories.c and problem.py")

    @staticmethod
    def _widened(records: NDArray[Any], to: np.dtype[Any]) -> NDArray[Any]:
        """Records with as many options as the widest question within the period has."""
        wide = np.zeros(len(records), to)
        for name in to.names or ():
            cells = tuple(slice(0, n) for n in records[name].shape)
            wide[name][cells] = records[name]
        return wide

    @cached_property
    def library(self) -> ctypes.CDLL:
        """Compile the code for this problem's sizes, and load it."""
        cc = compiler()
        if cc is None:
            raise RuntimeError("no C compiler found; install one or set CC")
        sizes = "".join(f"#define {name} {size}\n" for name, size in self.given.sizes.items())
        code = Path(__file__).with_name("histories.c")
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "layout.h").write_text(sizes, encoding="utf-8")
            target = Path(folder) / "histories.so"
            unit = target.with_suffix(".o")
            subprocess.run([cc, *FLAGS, f"-I{folder}", str(code), "-o", str(unit)], check=True)
            subprocess.run([cc, str(unit), *LINK, "-o", str(target)], check=True)
            return ctypes.CDLL(str(target))

    def run(self, members: int, first: int = 0, threads: int | None = None) -> dict[str, NDArray[Any]]:
        """Histories of some members: `Outcome`'s fields, the acts, and the summed odds of every decision."""
        if members % self.library.lanes_at_once():
            raise ValueError(f"members has to be a multiple of {self.library.lanes_at_once()}")
        size = self.given.sizes
        n, m, t, o = size["STATES"], size["POWERS"], size["QUARTERS"], size["OPTIONS"]
        out: dict[str, NDArray[Any]] = {name: np.empty((t, n, m, members), np.float32) for name in _PAIRS}
        out |= {name: np.empty((t, n, members), np.float32) for name in _STATES}
        out["picks"] = np.empty((t, size["SLOTS"], n, members), np.int8)
        out["answer"] = np.empty((t, n, m, members), np.int8)
        out["credibility"] = np.empty((t, m, members), np.float32)
        out |= {name: np.empty((n, m, members), np.float32) for name in ("toward", "away")}
        out |= {name: np.empty((n, members), np.float32) for name in ("quiet", "regime")}
        out["odds"] = np.zeros((len(self._arrays["inside"]), o), np.int64)
        out["before"] = np.zeros((len(self._arrays["outside"]), o), np.int64)
        counts = [len(self._arrays[name]) for name in ("inside", "outside")]
        given = _struct([self._arrays[name].ctypes.data for name in _PROBLEM], counts)
        self.library.histories(
            ctypes.byref(given),
            ctypes.byref(_struct([x.ctypes.data for x in out.values()], [])),
            ctypes.c_uint32(first),
            ctypes.c_int64(members),
            ctypes.c_int(threads or os.cpu_count() or 1),
        )
        return out

    def odds(self, out: dict[str, NDArray[Any]]) -> dict[str, NDArray[np.float64]]:
        """Probability of each option, mean over members, by decision id, from what `run` gives."""
        found = {}
        for table, counts in ((self.given.inside, out["odds"]), (self.given.outside, out["before"])):
            for key, row in zip(decision_order(table), counts, strict=True):
                part = row[: len(table.decisions[key].options)]
                found[key] = part / part.sum()
        return found


def _struct(pointers: list[int], numbers: list[int]) -> ctypes.Structure:
    """A C structure of pointers, then of 64-bit numbers."""
    fields = [(f"p{k}", ctypes.c_void_p) for k in range(len(pointers))]
    fields += [(f"n{k}", ctypes.c_int64) for k in range(len(numbers))]
    kind = type("Arguments", (ctypes.Structure,), {"_fields_": fields})
    return kind(*pointers, *numbers)  # type: ignore[no-any-return]
