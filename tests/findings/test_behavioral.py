"""The words of the behavioral report: every number recomputed, every finding complete."""

from __future__ import annotations

import pandas as pd
import pytest

from segkit.customers import summarize_customers
from segkit.findings import (
    behavioral_cover,
    behavioral_findings,
    behavioral_limits,
    behavioral_results,
    source_line,
    trace_data,
)
from segkit.segment import score_rfm
from segkit.value import describe_customers, share_of_top, value_pyramid


@pytest.fixture(scope="module")
def told(cdnow):
    customers = summarize_customers(cdnow)
    return {
        "customers": customers,
        "base": describe_customers(customers),
        "segments": score_rfm(customers),
        "top": share_of_top(customers, 0.2),
    }


def words(told):
    return told["base"], told["segments"], told["top"]


def test_the_headline_is_the_answer_and_short(told):
    cover = behavioral_cover(*words(told))
    assert cover.headline == (
        "23\u202f% of customers bring 70\u202f% of revenue; 65\u202f% silent for over a year"
    )
    assert len(cover.headline) <= 90
    assert 3 <= len(cover.kpis) <= 6
    assert [kpi.value for kpi in cover.kpis][:2] == ["23,570", "$2.50\u00a0M"]


def test_findings_are_complete_and_their_numbers_true(told):
    findings = behavioral_findings(*words(told)).items
    assert 3 <= len(findings) <= 7
    for finding in findings:
        assert finding.action
        assert "interval" in finding.evidence
    customers = told["customers"]
    once = (customers["n_days"] == 1).mean()
    slipping = customers.query("recency_days > 365 and n_days >= 2")
    slipping = slipping[slipping["revenue"] > customers["revenue"].mean()]
    numbers = [finding.number for finding in findings]
    assert numbers == [
        "69.9\u202f%",
        "44.2\u202f%",
        "67.8\u202f%",
        f"{once * 100:.1f}\u202f%",
        f"{len(slipping):,}",
    ]


def test_other_days_of_silence_are_named(told):
    base = describe_customers(told["customers"], silent_days=200)
    cover = behavioral_cover(base, told["segments"], told["top"])
    assert "silent for 200 days" in cover.headline
    assert cover.kpis[-1].label == "silent for more than 200 days"


def test_limits_speak_of_late_joiners_and_of_missing_values(told):
    first = behavioral_limits(told["base"], told["segments"]).sentences
    assert "All customers joined by 25\u00a0Mar\u00a01997" in first[0]
    customers = told["customers"].copy()
    customers.loc[0, "revenue"] = None
    customers.loc[0, "first_purchase"] = pd.Timestamp("1998-06-01")
    segments, base = score_rfm(customers), describe_customers(customers)
    later = behavioral_limits(base, segments).sentences
    assert not any("joined by" in sentence for sentence in later)
    assert any("1 customer lacks a value" in sentence for sentence in later)


def test_results_add_up(told):
    pyramid = value_pyramid(told["customers"])
    values = behavioral_results(told["base"], told["segments"], pyramid, told["top"]).values
    assert sum(n for name, n in values.items() if name.startswith("customers_")) == 23570
    assert values["revenue"] == 2500315.63
    assert values["gini"] == pyramid.gini


def test_the_source_is_named_and_counted(told, cdnow):
    assert source_line("cdnow", told["base"]).startswith("CDNOW, 1\u00a0Jan")
    data = trace_data("cdnow", cdnow, told["base"])
    assert (data.rows, data.customers, len(data.sha256)) == (69659, 23570, 64)
