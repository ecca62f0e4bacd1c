"""The arithmetic of trade between many countries."""

from __future__ import annotations
