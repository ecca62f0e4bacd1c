"""A run from the command line: progress on the way, files at the end."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tightrope.case import load_case

if TYPE_CHECKING:
    from tightrope.result import Result

__all__ = ["command_line", "counting", "execute", "keep_compiled"]


def execute(
    case: str, scenarios: Sequence[str], members: int, seed: int, off: Sequence[str], out: Path | None, *, quiet: bool
) -> Result:
    """Run a case and, if asked, write its folder.

    Parameters
    ----------
    case
        Name or folder.
    scenarios
        Names, or `all`.
    members, seed, off
        As in `tightrope.app.runner.run`.
    out
        Folder for report, tables and arrays; None to write nothing.
    quiet
        Whether to show no progress.
    """
    loaded = load_case(case)
    if out is not None:
        from tightrope.result import check_target

        check_target(out)  # before the work, not after it
    keep_compiled()
    from .runner import run, wanted_scenarios

    names = wanted_scenarios(loaded, scenarios)
    with _bar(len(names) * members, quiet) as bar:
        result = run(
            loaded,
            scenarios=names,
            members=members,
            seed=seed,
            off=off,
            command=command_line(),
            progress=bar,
        )
    if out is not None:
        from tightrope.report import report_html

        result.save(out, files={"report.html": report_html(result)})
    return result


def command_line() -> str:
    """The command that is being run, as it would be typed."""
    return shlex.join(["tightrope", *sys.argv[1:]])


def counting(*, quiet: bool) -> Any:
    """A count of histories on standard error, for work whose length is not known before; nothing if quiet or not a terminal."""
    return _bar(None, quiet)


def keep_compiled() -> None:
    """Keep compiled code between runs, so that only the first one waits for the compiler."""
    import jax

    config: Any = jax.config
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tightrope" / "compiled"
    if not config.jax_compilation_cache_dir:
        config.update("jax_compilation_cache_dir", str(cache))
        config.update("jax_persistent_cache_min_compile_time_secs", 0.1)
        config.update("jax_persistent_cache_min_entry_size_bytes", 0)


def _bar(total: int | None, quiet: bool) -> Any:
    if quiet or not sys.stderr.isatty():
        return nullcontext(lambda stage, done: None)
    from .console import ProgressBar

    return ProgressBar(total)
