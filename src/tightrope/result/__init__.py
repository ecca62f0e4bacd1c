"""The Result: what a run found, with everything needed to draw it, cite it and run it again."""

from .fields import Cell, Field, Record, described_fields, fields
from .folder import check_target
from .result import Result

__all__ = ["Cell", "Field", "Record", "Result", "check_target", "described_fields", "fields"]
