"""The checks, one idea each; importing them fills the registry."""

from __future__ import annotations

from . import acts, changes, figures, ranks

__all__ = ["acts", "changes", "figures", "ranks"]
