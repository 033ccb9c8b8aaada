"""The words of the data collection: every number recomputed, every finding complete."""

from __future__ import annotations

import pandas as pd
import pytest

from segkit.audit import audit_table, carrying, describe_history
from segkit.clean import clean_transactions
from segkit.clean.words import REASONS
from segkit.findings import (
    collection_cover,
    collection_findings,
    collection_limits,
    collection_results,
)
from segkit.findings.collection import _return_finding
from segkit.findings.collection_words import SETTLED, action_on, reason_phrase
from segkit.i18n import set_language, use_currency, use_language


def told(frame: pd.DataFrame, **choices):
    """Clean, audit and weigh a table as the notebook does."""
    cleaning = clean_transactions(frame, until="2025-12-31", **choices)
    history = describe_history(cleaning.kept)
    worth = carrying(audit_table(cleaning.kept), history=history)
    return audit_table(frame), cleaning, history, worth


@pytest.fixture
def faulty(six_orders) -> pd.DataFrame:
    """The nine orders of six customers, with a row of each of four faults, and a return."""
    more = pd.DataFrame(
        [
            (None, "2024-01-03", 6.0),
            (None, "2024-01-04", 4.0),
            ("ann", "2024-01-11", 30.0),  # sent twice
            ("test", "2024-01-03", 1.0),
            ("gil", "2999-12-31", 2.0),
            ("fay", "2024-01-20", -40.0),  # takes her only purchase back
        ],
        columns=["customer_id", "ordered_at", "amount"],
    )
    more = more.assign(ordered_at=pd.to_datetime(more["ordered_at"]))
    return pd.concat([six_orders, more], ignore_index=True)


def test_the_headline_says_how_much_can_be_used(faulty):
    _sent, cleaning, history, worth = told(faulty)
    cover = collection_cover(cleaning, history, worth)
    # 15 rows: 5 faulty, 1 free order, a return and its purchase.
    assert cover.headline.startswith("46.7\u202f% of 15 rows can be used, enough for ")
    assert "7 rows kept, worth $180" in cover.lede
    assert "returns and what was returned: 2; faulty: 6" in cover.lede
    assert [kpi.value for kpi in cover.kpis[:3]] == ["15", "46.7\u202f%", "4"]


@pytest.mark.parametrize(("language", "limit"), [("en", 90), ("zh", 34)])
@pytest.mark.parametrize("rows", [999_999, 541_909_123])
def test_the_longest_headline_still_fits(faulty, language, limit, rows, monkeypatch):
    _sent, cleaning, history, worth = told(faulty)
    monkeypatch.setattr(type(cleaning), "rows_in", rows)
    monkeypatch.setattr(type(cleaning), "rows_kept", int(rows * 0.954))
    monkeypatch.setattr(type(worth), "count", lambda _worth, _verdict: 38)
    with use_language(language):
        headline = collection_cover(cleaning, history, worth).headline
    assert len(headline) <= limit
    assert ("999,999" in headline) == (rows < 1_000_000)


def test_each_fault_has_its_number_and_an_action(faulty):
    findings = collection_findings(*told(faulty)).items
    titles = {finding.title: finding for finding in findings}
    lost = titles["rows have no customer number"]
    assert lost.number == "2"
    assert "13.3\u202f% of all rows, with amounts of $10.00" in lost.evidence
    assert "customer number" in lost.action
    # Test account, date, copy and free order, less the one that has a finding of its own.
    assert sum("other reasons: 3 rows" in finding.evidence for finding in findings) == 1
    back = titles["of what was bought came back"]
    assert back.number == "18.2\u202f%"  # 40 of 220
    assert "1 return, worth $40.00" in back.evidence
    assert 3 <= len(findings) <= 7


def test_the_share_that_came_back_is_of_the_money_that_was_paid(six_orders):
    paid = six_orders[six_orders["amount"] > 0]
    more = pd.DataFrame(
        {
            "customer_id": ["fay", "cat", "cat", "zoe"],
            "ordered_at": pd.to_datetime(["2024-01-20", "2024-01-31", "2024-02-01", "2024-01-20"]),
            # Flagged with a positive amount; in part; more than was bought; without a purchase.
            "amount": [10.0, -10.0, -5_000.0, -9_000.0],
            "is_return": [True, False, False, False],
        }
    )
    frame = pd.concat([paid, more], ignore_index=True).astype({"is_return": "boolean"})
    titles = {finding.title: finding for finding in collection_findings(*told(frame)).items}
    back = titles["of what was bought came back"]
    assert back.number == "50.0\u202f%"  # 10 of fay's and all 100 of cat's, of 220
    assert "3 returns, worth $110" in back.evidence


def test_returns_without_any_purchase_have_a_sentence_of_their_own():
    sent = pd.DataFrame(
        {"customer_id": ["a"], "ordered_at": [pd.Timestamp("2024-01-05")], "amount": [-3.0]}
    )
    ((share, finding),) = _return_finding(clean_transactions(sent, until="2024-12-31"))
    assert (share, finding.number, finding.title) == (1.0, "1", "return, and no purchase")


def test_a_row_that_names_no_currency_is_a_limit(six_orders):
    frame = six_orders.assign(currency=["CNY", None, *["rmb"] * 7])
    sent, cleaning, history, _worth = told(frame)
    limits = " ".join(collection_limits(sent, cleaning, history).sentences)
    assert "1 row names no currency and is taken to be in CNY" in limits


def test_returns_kept_are_a_limit(faulty):
    sent, cleaning, history, _worth = told(faulty, returns="keep")
    limits = " ".join(collection_limits(sent, cleaning, history).sentences)
    assert "1 row has a negative amount: it lowers revenue and is no purchase." in limits


def test_words_for_nothing_are_lost_customers_too(six_orders):
    frame = six_orders.assign(customer_id=["NULL", "-", *six_orders["customer_id"][2:]])
    sent, cleaning, history, worth = told(frame)
    titles = [
        finding.title for finding in collection_findings(sent, cleaning, history, worth).items
    ]
    assert "rows have a word for nothing as customer number" in titles
    limits = " ".join(collection_limits(sent, cleaning, history).sentences)
    assert "Purchases without a customer number, $40.00 in all" in limits


def test_data_without_a_fault_are_said_to_be_so(six_orders):
    paid = six_orders[six_orders["amount"] > 0]
    findings = collection_findings(*told(paid)).items
    assert len(findings) == 3
    assert findings[0].number == "100.0\u202f%"
    assert "Nothing was set aside" in findings[0].evidence


def test_one_customer_is_an_example(six_orders):
    ann = six_orders[six_orders["customer_id"] == "ann"]
    sent, cleaning, history, worth = told(ann)
    cover = collection_cover(cleaning, history, worth)
    assert cover.headline.startswith("100.0\u202f% of 3 rows can be used, enough for 0 of ")
    limits = collection_limits(sent, cleaning, history).sentences
    assert "One customer is an example, not a customer base." in limits


def test_an_amount_that_outweighs_all_others_comes_first(cdnow_sample):
    frame = cdnow_sample.copy()
    frame.loc[frame.index[5], "amount"] = 1_000_000.0
    found = told(frame)
    first = collection_findings(*found).items[0]
    assert "extreme amount" in first.title
    assert float(first.number.removesuffix("\u202f%")) > 80
    assert "$1,000,000" in first.evidence
    assert collection_results(*found).values["n_extremes"] >= 1


@pytest.mark.parametrize("returns", ["net", "keep", "drop"])
def test_results_add_up_however_returns_are_treated(faulty, returns):
    values = collection_results(*told(faulty, returns=returns)).values
    reasons = sum(n for name, n in values.items() if name.startswith("rejected_"))
    assert values["rows_in"] == 15 == values["rows_kept"] + reasons
    assert values["rows_rejected"] == reasons
    assert values["kept_share"] == values["rows_kept"] / 15


def test_personal_columns_are_named_by_their_kind_alone(six_orders):
    phones = [f"1391234{i:04d}" for i in range(len(six_orders))]
    sent, *rest = told(six_orders.assign(手机=phones))
    findings = collection_findings(sent, *rest).items
    (one,) = [finding for finding in findings if "personal" in finding.title]
    assert one.number == "1"
    assert "telephone number" in one.evidence
    assert "1391234" not in " ".join(finding.evidence for finding in findings)


def test_limits_tell_what_was_guessed(faulty):
    sent, cleaning, history, _worth = told(faulty)
    limits = " ".join(collection_limits(sent, cleaning, history).sentences)
    assert "Purchases without a customer number, $10.00 in all" in limits
    assert "1 line was taken for a copy without an order number" in limits
    assert "returns have no purchase here" not in limits


def test_a_return_without_its_purchase_is_a_limit(six_orders):
    lone = pd.DataFrame(
        {"customer_id": ["bob"], "ordered_at": [pd.Timestamp("2024-01-30")], "amount": [-99.0]}
    )
    frame = pd.concat([six_orders, lone], ignore_index=True)
    sent, cleaning, history, _worth = told(frame)
    limits = " ".join(collection_limits(sent, cleaning, history).sentences)
    assert "1 return has no purchase here" in limits


@pytest.mark.parametrize("reason", [reason for reason in REASONS if reason not in SETTLED])
def test_every_reason_has_words_and_an_action(reason):
    assert reason_phrase(reason, 1) != reason_phrase(reason, 2)
    assert action_on(reason).endswith(".")


def test_the_language_is_that_of_the_moment(faulty):
    found = told(faulty)
    set_language("zh")
    try:
        with use_currency("CNY"):
            words = collection_findings(*found).items
    finally:
        set_language("en")
    english = collection_findings(*found).items
    assert len(words) == len(english)
    for there, here in zip(words, english, strict=True):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in there.title)
        assert (there.title, there.evidence) != (here.title, here.evidence)
