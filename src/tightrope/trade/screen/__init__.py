"""Re-exports brought to light: which flows to hubs look like goods on their way around sanctions, and why."""

from .flows import Flows, panel
from .panel import Panel
from .planted import Planted, Recipe, planted
from .screening import Rows, Screening, screen

__all__ = ["Flows", "Panel", "Planted", "Recipe", "Rows", "Screening", "panel", "planted", "screen"]
