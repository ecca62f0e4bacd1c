"""Read roll calls from a file and hand them to the engines that use them."""

from __future__ import annotations

from pathlib import Path

from tightrope.ingest.rollcalls import roll_calls
from tightrope.votes import Ballots, ballots

__all__ = ["read_ballots"]


def read_ballots(
    path: Path | str,
    *,
    titles: Path | str | None = None,
    issues: Path | str | None = None,
    parts: bool = True,
    fewest: int = 10,
) -> Ballots:
    """Read roll calls from CSV, CSV.gz or Parquet.

    Parameters
    ----------
    path
        UN Digital Library CSV, Bailey-Strezhnev-Voeten wide or long file, or a tidy table `resolution, date, iso3, vote`.
    titles
        Descriptions of roll calls to join on `rcid` and date.
    issues
        Issue codes of roll calls to join on `rcid`.
    parts
        Whether to keep votes on paragraphs and amendments, where the file says which they are.
    fewest
        A state absent from all roll calls of a year is not known in it if the year has at least as many; 0 keeps it absent.

    Returns
    -------
    ballots
        With what was set aside, and why.

    Raises
    ------
    TightropeError
        If the file is in none of these formats, or none of its rows can be used.
    """
    found = roll_calls(
        Path(path), titles=None if titles is None else Path(titles), issues=None if issues is None else Path(issues)
    )
    return ballots(
        {name: found.rolls[name].to_numpy() for name in found.rolls},
        {name: found.votes[name].to_numpy() for name in found.votes},
        set_aside=found.set_aside,
        parts=parts,
        fewest=fewest,
    )
