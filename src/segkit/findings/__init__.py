"""The words of a report, made from results: cover, findings, limits and headline numbers."""

from segkit.findings.behavioral import (
    behavioral_cover,
    behavioral_findings,
    behavioral_limits,
    behavioral_results,
)
from segkit.findings.clv import (
    Forecast,
    clv_cover,
    clv_findings,
    clv_limits,
    clv_results,
    sum_forecast,
)
from segkit.findings.data import source_line, trace_data

__all__ = [
    "Forecast",
    "behavioral_cover",
    "behavioral_findings",
    "behavioral_limits",
    "behavioral_results",
    "clv_cover",
    "clv_findings",
    "clv_limits",
    "clv_results",
    "source_line",
    "sum_forecast",
    "trace_data",
]
