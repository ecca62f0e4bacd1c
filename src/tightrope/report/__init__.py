"""The report and its charts. They read Results and nothing else.

Importing this package imports Altair; the command line does so only when it draws.
"""

from .charts import CHARTS
from .export import chart_spec, save_chart
from .page import report_html, write_report

__all__ = ["CHARTS", "chart_spec", "report_html", "save_chart", "write_report"]
