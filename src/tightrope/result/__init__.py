"""The Result: what a run found, with everything needed to draw it, cite it and run it again."""

from .fields import Cell, Field, Record, described_fields
from .result import Result

__all__ = ["Cell", "Field", "Record", "Result", "described_fields"]
