"""The words of a report, made from results: cover, findings, limits and headline numbers."""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
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
    from segkit.findings.collection import (
        collection_cover,
        collection_findings,
        collection_results,
    )
    from segkit.findings.collection_doubts import collection_limits
    from segkit.findings.data import source_line, trace_data

# Loaded on first use: a run's own process reads a table's kind, and needs no model for it.
_HOMES = {
    "behavioral": [
        "behavioral_cover",
        "behavioral_findings",
        "behavioral_limits",
        "behavioral_results",
    ],
    "clv": ["Forecast", "clv_cover", "clv_findings", "clv_limits", "clv_results", "sum_forecast"],
    "collection": [
        "collection_cover",
        "collection_findings",
        "collection_results",
    ],
    "collection_doubts": ["collection_limits"],
    "data": ["source_line", "trace_data"],
}
__getattr__, __dir__, _names = lazy_loader.attach(__name__, submod_attrs=_HOMES)

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
    "collection_cover",
    "collection_findings",
    "collection_limits",
    "collection_results",
    "source_line",
    "sum_forecast",
    "trace_data",
]
