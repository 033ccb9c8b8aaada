"""Who will buy again: the windows by hand, truth that is known, reasons where there is none."""

from __future__ import annotations

import re
from datetime import date, timedelta

import duckdb
import ibis
import numpy as np
import pandas as pd
import pytest

import segkit as sk
from segkit.collect.frames import as_ibis
from segkit.errors import ArgumentError, DataError
from segkit.i18n import use_language
from segkit.segment.missing import Missing
from segkit.segment.trees.next_purchase import _stood

START = pd.Timestamp("2023-01-01")
DAILY = 1 / 60


def made_up(n: int = 1_200, days: int = 450, seed: int = 1) -> pd.DataFrame:
    """Half buy on one day in sixty for ever, half do so for their first 90 days and then never."""
    rng = np.random.default_rng(seed)
    bought = rng.random((n, days)) < DAILY
    bought[:, 0] = True
    bought[n // 2 :, 90:] = False
    who, when = np.nonzero(bought)
    frame = pd.DataFrame({"customer_id": [f"c{i:04}" for i in who]})
    return frame.assign(
        ordered_at=START + pd.to_timedelta(when, unit="D"),
        amount=rng.uniform(5, 95, len(who)).round(2),
    )


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    return made_up()


@pytest.fixture(scope="module")
def outlook(orders) -> sk.NextPurchase:
    return sk.predict_next_purchase(orders, days=90)


def test_customers_stand_as_they_did_on_a_day(six_orders):
    found = _stood(as_ibis(six_orders), date(2024, 1, 15), date(2024, 1, 21))
    found = found.set_index("customer_id").sort_index()
    assert list(found.index) == ["ann", "bob", "dan", "eve", "fay"]
    assert list(found["bought_again"]) == [True, False, False, False, False]
    assert list(found["n_days"]) == [2, 1, 1, 1, 1]
    assert list(found["recency_days"]) == [4, 10, 13, 0, 5]
    # The day itself is past, the last day of the window is in it.
    edges = _stood(as_ibis(six_orders), date(2024, 1, 11), date(2024, 1, 15))
    assert dict(zip(edges["customer_id"], edges["bought_again"], strict=True)) == {
        "ann": False, "bob": False, "dan": False, "fay": False,
    }  # fmt: skip


def test_a_return_is_no_purchase(six_orders):
    back = pd.DataFrame(
        {"customer_id": ["bob"], "ordered_at": [pd.Timestamp("2024-01-18")], "amount": [-5.0]}
    )
    found = _stood(as_ibis(pd.concat([six_orders, back])), date(2024, 1, 15), date(2024, 1, 21))
    assert not found.set_index("customer_id").loc["bob", "bought_again"]


def test_the_truth_is_found(outlook, orders):
    """Who is still alive buys within 90 days with a known probability, others never."""
    last = orders["ordered_at"].max().date()
    assert (outlook.as_of, outlook.tested_as_of, outlook.learnt_as_of) == (
        last, last - timedelta(days=90), last - timedelta(days=180),
    )  # fmt: skip
    alive = 1 - (1 - DAILY) ** 90
    best, worst = outlook.table.iloc[0], outlook.table.iloc[-1]
    assert best["observed_low"] - 0.02 < alive < best["observed_high"] + 0.02
    assert worst["observed"] < 0.1
    assert outlook.buyers.low < 600 * alive < outlook.buyers.high
    assert outlook.table["buyers"].sum() == pytest.approx(outlook.buyers.value)
    assert outlook.table["n_customers"].sum() == outlook.today.quality["n_customers"] == 1_200
    assert outlook.likeliest_third.value > 0.5


def test_what_came_in_the_days_ahead_lies_in_the_range():
    """The end moved back by a window: what is expected then can be held against what came."""
    orders = made_up(days=540, seed=4)
    then = (START + pd.Timedelta(days=449)).date()
    outlook = sk.predict_next_purchase(orders, as_of=then)
    ahead = _stood(as_ibis(orders), then, then + timedelta(days=90))
    assert outlook.buyers.low <= ahead["bought_again"].sum() <= outlook.buyers.high
    placed = sk.materialize(outlook.today.customers).merge(ahead, on="customer_id")
    came = placed.groupby("segment")["bought_again"].sum()
    table = outlook.table.set_index("segment")
    assert ((table["buyers_low"] <= came) & (came <= table["buyers_high"])).mean() >= 0.75


def test_later_purchases_are_not_known(orders):
    then = (START + pd.Timedelta(days=400)).date()
    known = orders[orders["ordered_at"] <= pd.Timestamp(then)]
    given, cut = (sk.predict_next_purchase(o, as_of=then) for o in (orders, known))
    pd.testing.assert_frame_equal(given.table, cut.table)
    assert given.model.definition == cut.model.definition


def test_the_test_is_of_the_later_window(outlook, orders):
    seen = _stood(as_ibis(orders), outlook.tested_as_of, outlook.as_of)
    told = outlook.model.tested.merge(seen, on="customer_id")
    assert len(told) == len(seen)
    assert (told["outcome"] == told["bought_again"]).all()
    assert outlook.model.sample.as_they_were
    by_rule = outlook.model.predict(seen).merge(seen).groupby("segment")["bought_again"].mean()
    found = outlook.table.set_index("segment")["observed"]
    pd.testing.assert_series_equal(found.sort_index(), by_rule, check_names=False)


def test_the_rules_are_kept_with_the_shares_of_the_test(outlook, orders):
    definition = outlook.today.definition
    told = dict(zip(outlook.table["segment"], outlook.table["share"], strict=True))
    held = {definition.leaves[leaf]: p for leaf, p in definition.probabilities.items()}
    assert held == pytest.approx(told, abs=1e-6)
    customers = sk.summarize_customers(orders)
    with duckdb.connect() as connection:
        connection.register("customers", customers)
        found = connection.execute(outlook.today.to_sql()).df()
    sizes = found["segment"].value_counts().to_dict()
    expected = dict(zip(outlook.table["segment"], outlook.table["n_customers"], strict=True))
    assert sizes == expected


def test_any_kind_and_any_order_of_rows(outlook, orders, kind, back):
    shuffled = orders.sample(frac=1, random_state=3, ignore_index=True)
    before = shuffled.copy(deep=True)
    found = sk.predict_next_purchase(kind(shuffled))
    pd.testing.assert_frame_equal(found.table, outlook.table)
    pd.testing.assert_frame_equal(shuffled, before)
    own = back(kind(shuffled)).__class__
    assert isinstance(back(found.today.customers), own)


def test_nothing_is_left_in_duckdb(orders):
    connection = ibis.duckdb.connect()
    table = connection.create_table("orders", orders)
    found = sk.predict_next_purchase(table)
    assert isinstance(found.today.customers, ibis.Table)
    # The customers of today, in whom the result lies, and nothing else.
    assert len(connection.list_tables()) == 2
    with pytest.raises(DataError, match=r"orders must be a table with purchases up to 2001-01-01"):
        sk.predict_next_purchase(table, as_of="2001-01-01")
    assert len(connection.list_tables()) == 2


@pytest.mark.spark
def test_spark_gives_the_same(outlook, orders, spark, tmp_path):
    orders.to_parquet(tmp_path / "orders.parquet", coerce_timestamps="us")
    table = spark.read_parquet(str(tmp_path / "orders.parquet"), table_name="again_orders")
    pd.testing.assert_frame_equal(sk.predict_next_purchase(table).table, outlook.table)


def test_too_short_a_history_is_said(orders):
    found = sk.predict_next_purchase(orders, days=200)
    assert isinstance(found, Missing)
    assert found.reason == (
        "Who will buy again cannot be told: the purchases span 449 days, and it takes three "
        "times 200 days, to tell customers apart, to learn and to test."
    )


def test_too_few_buyers_are_said(orders):
    few = orders[orders["customer_id"] < "c0025"]
    found = sk.predict_next_purchase(few)
    assert isinstance(found, Missing)
    assert re.search(r"of 25 customers known on .* bought within 90 days. It takes 30", str(found))
    # Enough in the earlier window, too few in the later one: all but one of ten stay away.
    end = orders["ordered_at"].max() - pd.Timedelta(days=90)
    left = orders[(orders["ordered_at"] <= end) | (orders["customer_id"] < "c0020")]
    assert isinstance(sk.predict_next_purchase(left), Missing)


def test_days_without_data_are_no_days_without_purchases(outlook, orders):
    later = sk.predict_next_purchase(orders, as_of=START.date() + timedelta(days=900))
    assert later.as_of == outlook.as_of == orders["ordered_at"].max().date()
    pd.testing.assert_frame_equal(later.table, outlook.table)


def test_the_printed_rules_find_the_same_customers(outlook, orders):
    customers = sk.summarize_customers(orders, as_of=outlook.as_of)
    mean = customers["mean_order_value"]
    assert (mean != mean.round(2)).any()
    with duckdb.connect() as connection:
        connection.register("customers", customers)
        found = connection.sql(outlook.today.to_sql("duckdb")).df()
    both = found.merge(outlook.today.customers, on="customer_id")
    assert len(both) == len(customers)
    assert (both["segment_x"] == both["segment_y"]).all()


def test_one_question_that_does_as_well_is_named(outlook):
    assert not outlook.model.beats_single_rule
    assert outlook.verdict.startswith(
        f"One question does as well: {outlook.model.single_rule_words}"
    )
    assert outlook.verdict in outlook.summary()


def test_on_cdnow_the_rules_beat_one_question(cdnow):
    outlook = sk.predict_next_purchase(cdnow)
    auc = outlook.model.metric("auc")
    assert outlook.model.beats_single_rule
    assert auc["gain_low"] > 0.03
    # Whoever bought last sees no harm in a plain ranking by recency; the rules have to beat it.
    seen = _stood(as_ibis(cdnow), outlook.tested_as_of, outlook.as_of)
    from sklearn.metrics import roc_auc_score

    assert auc["value"] > roc_auc_score(seen["bought_again"], -seen["recency_days"]) > 0.7
    assert outlook.model.time_bound == ("T",)
    assert outlook.likeliest_third.value > 0.75
    amounts = re.findall(r"\$[\d,]+(?:\.(\d+))?", " ".join(outlook.table["rule"]))
    assert all(len(decimals) in (0, 2) for decimals in amounts)


def test_on_cdnow_the_range_holds_what_came(cdnow):
    """3,301 of the customers of 1 April 1998 bought in the second quarter."""
    outlook = sk.predict_next_purchase(cdnow, as_of="1998-04-01")
    assert outlook.learnt_as_of == date(1997, 10, 3)
    assert outlook.buyers.low < 3_301 < outlook.buyers.high
    # The level as learnt, in the quarter of Christmas, would be further off.
    learnt = float((outlook.table["learnt"] * outlook.table["n_customers"]).sum())
    assert abs(outlook.buyers.value - 3_301) < abs(learnt - 3_301)


def test_seasons_are_a_limit_unless_windows_are_years(outlook):
    assert len(outlook.limits) == 2
    assert "other seasons" in outlook.limits[1]
    assert outlook.windows[1] in outlook.limits[0]


def test_words_are_of_the_language_of_the_reader(outlook):
    assert repr(outlook).startswith("NextPurchase: ")
    assert ".today.to_sql(" in repr(outlook)
    with use_language("zh"):
        assert "购买天数" in outlook._repr_html_() or "距最近一次购买" in outlook._repr_html_()
    assert "<table>" in outlook._repr_html_()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"days": 0}, ArgumentError, r"predict_next_purchase: days must be a whole number of d"),
        ({"as_of": "soon"}, ArgumentError, r"as_of must be a date"),
        ({"max_depth": 9}, ArgumentError, r"max_depth must be a whole number"),
    ],
)
def test_mistakes_are_named(orders, arguments, error, message):
    with pytest.raises(error, match=message):
        sk.predict_next_purchase(orders, **arguments)


def test_columns_that_lack_are_named(orders):
    with pytest.raises(DataError, match=r"missing column amount"):
        sk.predict_next_purchase(orders.drop(columns="amount"))
