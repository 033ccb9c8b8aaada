"""The words of a report, made from results: cover, findings, limits and headline numbers."""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from segkit.findings.attitudes import (
        attitudes_cover,
        attitudes_findings,
        attitudes_results,
    )
    from segkit.findings.attitudes_limits import attitudes_limits
    from segkit.findings.behavioral import (
        behavioral_cover,
        behavioral_findings,
        behavioral_limits,
        behavioral_results,
    )
    from segkit.findings.behavioral_more import BehavioralChecks, name_groups
    from segkit.findings.behavioral_next import show_next_purchase
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
    from segkit.findings.data import (
        set_data_currency,
        source_line,
        survey_source,
        trace_data,
        trace_survey,
    )
    from segkit.findings.demographic import (
        customers_source,
        data_sector,
        demographic_cover,
        demographic_findings,
        demographic_limits,
        demographic_results,
        tell_apart,
        trace_customers,
    )
    from segkit.findings.outcome import show_outcome

# Loaded on first use: a run's own process reads a table's kind, and needs no model for it.
_HOMES = {
    "attitudes": ["attitudes_cover", "attitudes_findings", "attitudes_results"],
    "attitudes_limits": ["attitudes_limits"],
    "behavioral": [
        "behavioral_cover",
        "behavioral_findings",
        "behavioral_limits",
        "behavioral_results",
    ],
    "behavioral_more": ["BehavioralChecks", "name_groups"],
    "behavioral_next": ["show_next_purchase"],
    "clv": ["Forecast", "clv_cover", "clv_findings", "clv_limits", "clv_results", "sum_forecast"],
    "collection": [
        "collection_cover",
        "collection_findings",
        "collection_results",
    ],
    "collection_doubts": ["collection_limits"],
    "data": [
        "set_data_currency",
        "source_line",
        "survey_source",
        "trace_data",
        "trace_survey",
    ],
    "demographic": [
        "customers_source",
        "data_sector",
        "demographic_cover",
        "demographic_findings",
        "demographic_limits",
        "demographic_results",
        "tell_apart",
        "trace_customers",
    ],
    "outcome": ["show_outcome"],
}
__getattr__, __dir__, _names = lazy_loader.attach(__name__, submod_attrs=_HOMES)

__all__ = [
    "BehavioralChecks",
    "Forecast",
    "attitudes_cover",
    "attitudes_findings",
    "attitudes_limits",
    "attitudes_results",
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
    "customers_source",
    "data_sector",
    "demographic_cover",
    "demographic_findings",
    "demographic_limits",
    "demographic_results",
    "name_groups",
    "set_data_currency",
    "show_next_purchase",
    "show_outcome",
    "source_line",
    "sum_forecast",
    "survey_source",
    "tell_apart",
    "trace_customers",
    "trace_data",
    "trace_survey",
]
