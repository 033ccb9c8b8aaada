"""The words of the behavioral report: every number recomputed, every finding complete."""

from __future__ import annotations

import dataclasses

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
from segkit.findings.behavioral import _can_be_tested
from segkit.segment import score_rfm
from segkit.uncertainty import Share
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


def test_silence_of_few_is_no_news_for_the_headline(told):
    few = dataclasses.replace(told["base"], silent=Share(0.07, 0.06, 0.08))
    cover = behavioral_cover(few, told["segments"], told["top"])
    assert cover.headline == "23\u202f% of customers bring 70\u202f% of revenue"
    assert cover.kpis[-1].value.startswith("7.0")


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


@pytest.mark.parametrize(
    ("n_slipping", "n_customers", "enough"),
    [(29, 4_339, False), (30, 4_339, True), (10, 400, True), (9, 400, False), (1, 12, False)],
)
def test_a_useful_size_is_one_that_can_be_tested(told, n_slipping, n_customers, enough):
    base = dataclasses.replace(told["base"], n_slipping=n_slipping, n_customers=n_customers)
    assert _can_be_tested(base) is enough


@pytest.mark.parametrize(("n_slipping", "told_of"), [(1, 0), (29, 0), (30, 1)])
def test_a_handful_of_slipping_customers_is_no_finding(told, n_slipping, told_of):
    base = dataclasses.replace(told["base"], n_slipping=n_slipping)
    findings = behavioral_findings(base, told["segments"], told["top"]).items
    found = [finding for finding in findings if "slipping away" in finding.title]
    assert len(found) == told_of
    # No figure of the report holds these customers.
    assert not any(finding.figure for finding in found)


def test_other_days_of_silence_are_named(told):
    base = describe_customers(told["customers"], silent_days=200)
    cover = behavioral_cover(base, told["segments"], told["top"])
    assert "silent for 200 days" in cover.headline
    assert cover.kpis[-1].label == "silent for more than 200 days"


def test_limits_speak_of_late_joiners_and_of_missing_values(told, cdnow):
    first = behavioral_limits(told["base"], told["segments"], cdnow).sentences
    assert any("All customers joined by 25\u00a0Mar\u00a01997" in text for text in first)
    customers = told["customers"].copy()
    customers.loc[0, "revenue"] = None
    customers.loc[0, "first_purchase"] = pd.Timestamp("1998-06-01")
    segments, base = score_rfm(customers), describe_customers(customers)
    later = behavioral_limits(base, segments, cdnow).sentences
    assert not any("joined by" in sentence for sentence in later)
    assert any("1 customer lacks a value" in sentence for sentence in later)


def test_recency_is_said_to_be_relative(told, cdnow):
    sentences = behavioral_limits(told["base"], told["segments"], cdnow).sentences
    assert "last seen at most 471 days ago" in sentences[0]


def test_one_customer_is_told_in_the_singular():
    orders = pd.DataFrame(
        {"customer_id": ["a"], "ordered_at": pd.to_datetime(["2024-01-01"]), "amount": [5.0]}
    )
    customers = summarize_customers(orders)
    base, segments, top = (
        describe_customers(customers), score_rfm(customers), share_of_top(customers),
    )  # fmt: skip
    assert base.summary().startswith("1 order of 1 customer, worth $5.00")
    findings = behavioral_findings(base, segments, top).items
    words = " ".join(f"{finding.title} {finding.evidence}" for finding in findings)
    assert "1 customers" not in words
    assert "NaN" not in words
    assert "NaN" not in behavioral_cover(base, segments, top).headline


def test_another_top_is_named(told):
    top = share_of_top(told["customers"], 0.1)
    cover = behavioral_cover(told["base"], told["segments"], top)
    assert cover.kpis[3].label == "of revenue from the top 10\u202f%"
    assert (
        "top 10\u202f%" in behavioral_findings(told["base"], told["segments"], top).items[2].title
    )


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


def base_of(rows):
    orders = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount"])
    orders["ordered_at"] = pd.to_datetime(orders["ordered_at"])
    customers = summarize_customers(orders)
    return orders, describe_customers(customers), score_rfm(customers), share_of_top(customers)


def test_returns_losses_and_few_customers_are_said():
    orders, base, segments, top = base_of(
        [
            ("a", "2024-01-01", 50.0), ("b", "2024-01-02", 5.0), ("b", "2024-01-03", -25.0),
            ("c", "2024-01-09", 5.0),
        ]
    )  # fmt: skip
    sentences = behavioral_limits(base, segments, orders).sentences
    assert sentences[0].startswith("1 row has a negative amount")
    assert sentences[1].startswith("3 customers are few")
    assert sentences[2].startswith("A segment has negative revenue")
    assert len(behavioral_findings(base, segments, top).items) >= 2


def test_nobody_is_silent_for_longer_than_there_are_data():
    _orders, base, segments, top = base_of([("a", "2024-01-01", 5.0), ("b", "2024-02-01", 9.0)])
    cover = behavioral_cover(base, segments, top)
    assert "silent" not in cover.headline
    assert not any("silent" in kpi.label for kpi in cover.kpis)


def test_one_day_is_one_day(told):
    base = describe_customers(told["customers"], silent_days=1)
    assert behavioral_cover(base, told["segments"], told["top"]).headline.endswith(
        "silent for 1 day"
    )
    (slipping,) = behavioral_findings(base, told["segments"], told["top"]).items[-1:]
    assert "but none for more than 1 day. " in slipping.evidence
    assert ">Silent for over 1 day<" in base._repr_html_()
