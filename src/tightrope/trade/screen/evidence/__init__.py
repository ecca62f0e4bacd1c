"""Evidence for and against diversion: each term is a number by hub, product and month, 0 where it says nothing."""

from .seen import Seen, seen, tilted
from .terms import TERMS, Term, evidence

__all__ = ["TERMS", "Seen", "Term", "evidence", "seen", "tilted"]
