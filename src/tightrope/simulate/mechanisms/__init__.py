"""The mechanisms: each one a pure function with a source, a switch, and the outcomes that it touches.

Importing a topic file registers what it holds. A new mechanism is one function in a topic file, one line where
`tightrope.simulate.step` uses it, and one row in a case's ``mechanisms.csv``.
"""

from __future__ import annotations

from . import culture, people, routes, sanctions, security, trade  # noqa: F401  (registers)
from .registry import Mechanism, mechanism, mechanisms

__all__ = ["Mechanism", "mechanism", "mechanisms"]
