"""The made-up shop: its books add up, and a model finds the process behind them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segkit.clv import ClvModel, fit_clv
from segkit.customers import summarize_customers
from segkit.errors import ArgumentError
from segkit.schema import TRANSACTIONS, names
from segkit.synthetic import BuyingProcess, MadeUp, make_retail
from segkit.synthetic.retail import CHANNEL_SHARES, FREQUENT_PER_YEAR

#: A process whose parameters 50,000 histories of up to six years tell well.
KNOWN = BuyingProcess(r=2.0, alpha=10.0, s=1.5, beta=40.0, p=1.5, q=4.0, v=200.0)


@pytest.fixture(scope="module")
def made() -> MadeUp:
    return make_retail(6_000, seed=4)


@pytest.fixture(scope="module")
def lines(made) -> pd.DataFrame:
    return made["transactions"]


@pytest.fixture(scope="module")
def model() -> ClvModel:
    """What segkit's own fit makes of 50,000 customers of a known process."""
    made = make_retail(
        50_000,
        start="2019-01-01",
        end="2024-12-31",
        seed=3,
        process=KNOWN,
        return_share=0.0,
        prospect_share=0.0,
    )
    customers = summarize_customers(made["transactions"], as_of="2024-12-31")
    assert len(customers) == 50_000
    return fit_clv(customers, model="pareto_nbd")


def near_share(flags: pd.Series, share: float) -> bool:
    """Whether a share is within four standard errors."""
    return abs(flags.mean() - share) < 4 * np.sqrt(share * (1 - share) / len(flags))


@pytest.mark.parametrize("name", ["r", "alpha", "s", "beta"])
def test_the_purchase_process_is_recovered(model, name):
    row = model.intervals.set_index("name").loc[name]
    assert abs(row["estimate"] / getattr(KNOWN, name) - 1) < 0.05
    assert abs(row["estimate"] - getattr(KNOWN, name)) < 4 * row["std_error"]


@pytest.mark.parametrize("name", ["p", "q", "gamma"])
def test_the_spend_process_is_recovered(model, name):
    row = model.intervals.set_index("name").loc[name]
    true = KNOWN.v if name == "gamma" else getattr(KNOWN, name)
    assert abs(row["estimate"] / true - 1) < 0.05
    assert abs(row["estimate"] - true) < 4 * row["std_error"]


def test_the_same_seed_gives_the_same_shop(made):
    again = make_retail(6_000, seed=4)
    for name, table in made.tables.items():
        pd.testing.assert_frame_equal(again[name], table)
    pd.testing.assert_frame_equal(again.truth["customers"], made.truth["customers"])
    assert again.parameters == made.parameters
    assert not make_retail(6_000, seed=5)["transactions"].equals(made["transactions"])


def test_tables_are_canonical_and_of_the_size_asked_for(made, lines):
    assert set(names(TRANSACTIONS)) <= {*lines.columns, "currency"}
    assert len(made["customers"]) == len(made.truth["customers"]) == 6_000
    assert made["customers"]["customer_id"].is_unique
    assert set(lines["customer_id"]) <= set(made["customers"]["customer_id"])
    assert set(lines["product_id"]) <= set(made["products"]["product_id"])
    assert not lines.isna().any().any()
    assert lines["ordered_at"].is_monotonic_increasing


def test_lines_add_up(lines):
    paid = (lines["unit_price"] * lines["quantity"]).round(2)
    assert (paid - lines["amount"]).abs().max() < 0.005
    assert (lines["cost"].abs() < lines["amount"].abs() + 0.01).all()
    sold = lines[~lines["is_return"]]
    assert (sold["quantity"] > 0).all()
    orders = sold.groupby("order_id").agg(
        who=("customer_id", "nunique"), when=("ordered_at", "nunique"), at=("channel", "nunique")
    )
    assert (orders == 1).all().all()


def test_a_return_is_a_negative_line_of_its_order_within_thirty_days(lines):
    back, sold = lines[lines["is_return"]], lines[~lines["is_return"]]
    assert (back[["quantity", "amount"]] < 0).all().all()
    pairs = back.merge(
        sold, on=["order_id", "product_id", "unit_price"], suffixes=("", "_sold")
    ).drop_duplicates(["order_id", "product_id", "unit_price", "ordered_at"])
    assert len(pairs) == len(back)
    wait = (pairs["ordered_at"] - pairs["ordered_at_sold"]).dt.days
    assert wait.between(1, 30).all()


def test_lines_come_back_as_often_as_asked(lines):
    # What was sold in the last month may still come back.
    old = lines[~lines["is_return"] & (lines["ordered_at"] < "2024-12-01")]
    back = lines[lines["is_return"] & lines["order_id"].isin(old["order_id"])]
    returned = pd.Series(np.arange(len(old)) < len(back))
    assert near_share(returned, 0.03)


def test_shares_of_prospects_and_channels(made, lines):
    truth = made.truth["customers"]
    assert near_share(truth["segment"] == "potential", 0.05)
    # One usual channel per customer: the sample is customers, not lines.
    usual = lines.groupby("customer_id")["channel"].agg(lambda values: values.mode()[0])
    words = {"store": "store", "web": "web shop", "mini_program": "mini program"}
    for channel, share in CHANNEL_SHARES.items():
        assert near_share(usual == words[channel], share)


def test_segments_say_what_customers_are(made, lines):
    truth = made.truth["customers"].set_index("customer_id")
    bought = lines.groupby("customer_id")["order_id"].nunique().reindex(truth.index)
    segment = truth["segment"]
    assert set(segment) == {"high_frequency", "low_frequency", "churned", "potential"}
    assert (bought.isna() == (segment == "potential")).all()
    assert (truth["dropped_out_on"].notna() == (segment == "churned")).all()
    per_year = truth["purchases_per_week"] * 365.25 / 7
    assert per_year[segment == "high_frequency"].min() >= FREQUENT_PER_YEAR
    assert per_year[segment == "low_frequency"].max() < FREQUENT_PER_YEAR
    assert (
        bought[segment == "high_frequency"].mean() > 2 * bought[segment == "low_frequency"].mean()
    )


def test_a_chinese_shop_speaks_chinese_and_is_the_same_shop(made, lines):
    chinese = make_retail(6_000, seed=4, language="zh")
    table = chinese["transactions"]
    for name in ("category", "channel", "region"):
        assert table[name].str.fullmatch(r"[\u4e00-\u9fff]+").all()
    pd.testing.assert_series_equal(table["amount"], lines["amount"])
    pd.testing.assert_frame_equal(chinese.truth["customers"], made.truth["customers"])


def test_one_customer_is_a_shop():
    assert len(make_retail(1, prospect_share=0.0)["customers"]) == 1
    assert len(make_retail(3, prospect_share=1.0)["transactions"]) == 0


def test_refused_arguments():
    with pytest.raises(ArgumentError, match="make_retail: n_customers must be a whole number"):
        make_retail(0)
    with pytest.raises(ArgumentError, match="make_retail: end must be a date not before start"):
        make_retail(10, start="2024-01-02", end="2024-01-01")
    with pytest.raises(ArgumentError, match="make_retail: return_share must be a number at least"):
        make_retail(10, return_share=1.5)
    with pytest.raises(ArgumentError, match="make_retail: language must be one of en, zh"):
        make_retail(10, language="de")
