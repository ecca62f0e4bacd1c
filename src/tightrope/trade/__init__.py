"""The arithmetic of trade shocks: structural gravity, estimated and solved."""

from __future__ import annotations

__all__: list[str] = []
