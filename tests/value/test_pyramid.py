from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from segkit.errors import ArgumentError, DataError
from segkit.value import value_pyramid

REVENUE_SHARES = (0.50, 0.23, 0.20, 0.07)
PROFIT_SHARES = (0.49, 0.25, 0.21, 0.05)
PEOPLE = (0.01, 0.04, 0.15, 0.80)


def built(n: int = 1000, total: float = 1_000_000.0) -> pd.DataFrame:
    """A population in which each tier brings exactly the shares of the classic pyramid."""
    parts = [
        pd.DataFrame(
            {"revenue": total * revenue / (people * n), "profit": 1e5 * profit / (people * n)},
            index=range(round(people * n)),
        )
        for people, revenue, profit in zip(PEOPLE, REVENUE_SHARES, PROFIT_SHARES, strict=True)
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame.insert(0, "customer_id", [f"c{number:05d}" for number in range(len(frame))])
    return frame.sample(frac=1, random_state=3, ignore_index=True)


def test_a_population_built_to_the_classic_shares_gives_them_back():
    table = value_pyramid(built(), profit="profit").table
    assert list(table["tier"]) == ["vip", "main", "ordinary", "small"]
    assert list(table["n_customers"]) == [10, 40, 150, 800]
    assert table["customer_share"].tolist() == pytest.approx(PEOPLE)
    assert table["revenue_share"].tolist() == pytest.approx(REVENUE_SHARES)
    assert table["profit_share"].tolist() == pytest.approx(PROFIT_SHARES)
    assert table["name"].tolist()[0] == "VIP customers"


def test_the_profitability_table_of_the_texts():
    """Group A earns 14,232 from 101 customers, group B 39,718 from 56."""
    group_a = {"revenue": 203_320, "direct": 174_856, "selling": 14_232, "n": 101}
    group_b = {"revenue": 156_000, "direct": 113_162, "selling": 3_120, "n": 56}
    rows = []
    for name, group in (("a", group_a), ("b", group_b)):
        profit = group["revenue"] - group["direct"] - group["selling"]
        rows += [
            (f"{name}{number:03d}", group["revenue"] / group["n"], profit / group["n"])
            for number in range(group["n"])
        ]
    people = pd.DataFrame(rows, columns=["customer_id", "revenue", "profit"])
    pyramid = value_pyramid(people, shares=(56 / 157, 101 / 157), profit="profit")
    best, other = pyramid.table.to_dict("records")
    assert (best["n_customers"], other["n_customers"]) == (56, 101)
    assert best["revenue"] == pytest.approx(156_000)
    assert best["profit"] == pytest.approx(39_718)
    assert other["profit"] == pytest.approx(14_232)
    assert best["profit"] / best["revenue"] == pytest.approx(0.2546, abs=5e-5)
    assert other["profit"] / other["revenue"] == pytest.approx(0.07, abs=5e-4)


def test_cdnow_against_sorting_by_hand(customers):
    pyramid = value_pyramid(customers)
    ranked = np.sort(customers["revenue"].to_numpy())[::-1]
    n, total = len(ranked), ranked.sum()
    table = pyramid.table
    # 1 %, 5 % and 20 % of 23,570 customers are 235.7, 1,178.5 and 4,714.
    assert table["n_customers"].tolist() == [236, 943, 3535, 18856]
    assert table.loc[0, "revenue"] == pytest.approx(ranked[:236].sum())
    assert table.loc[1, "threshold"] == ranked[1178]
    assert pyramid.top_share(0.2) == pytest.approx(ranked[:4714].sum() / total, rel=1e-12)
    ascending = ranked[::-1]
    gini = 2 * (np.arange(1, n + 1) * ascending).sum() / (n * total) - (n + 1) / n
    assert pyramid.gini == pytest.approx(gini, rel=1e-10)
    assert f"{pyramid.top_share(0.2):.3f}" == "0.678"
    assert table["revenue"].sum() == pytest.approx(2_500_315.63)


@pytest.mark.parametrize("share", [0.01, 0.05, 0.2, 0.5])
def test_the_curve_is_small_and_exact_at_the_quoted_points(customers, share):
    curve = value_pyramid(customers).curve
    assert len(curve) <= 1001
    assert curve["customer_share"].is_monotonic_increasing
    ranked = np.sort(customers["revenue"].to_numpy())[::-1]
    position = share * len(ranked)
    whole = int(position)
    part = ranked[:whole].sum() + (position - whole) * ranked[whole]
    found = curve.loc[curve["customer_share"] == share, "revenue_share"]
    assert found.tolist() == pytest.approx([part / ranked.sum()])


def test_few_customers_keep_every_corner_of_the_curve():
    people = pd.DataFrame({"customer_id": list("abcd"), "revenue": [40.0, 30.0, 20.0, 10.0]})
    curve = value_pyramid(people).curve.set_index("customer_share")["revenue_share"]
    assert curve[[0.0, 0.25, 0.5, 0.75, 1.0]].tolist() == pytest.approx([0, 0.4, 0.7, 0.9, 1.0])
    assert curve[0.2] == pytest.approx(0.32)
    assert value_pyramid(people).gini == pytest.approx(0.25)


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", "ibis"])
def test_the_same_kind_of_frame_comes_back(kind):
    frame = built(200)
    make = {
        "pandas": lambda f: f,
        "polars": pl.from_pandas,
        "pyarrow": pa.Table.from_pandas,
        "ibis": ibis.memtable,
    }[kind]
    given = make(frame)
    pyramid = value_pyramid(given)
    assert isinstance(pyramid.customers, ibis.Table if kind == "ibis" else type(given))
    expected = value_pyramid(frame)
    pd.testing.assert_frame_equal(pyramid.table, expected.table)
    rows = pyramid.customers
    rows = rows if kind == "pandas" else rows.to_pandas()
    assert dict(rows.to_numpy()) == dict(expected.customers.to_numpy())


def test_ties_at_a_border_go_by_id_whatever_the_order_of_rows():
    people = pd.DataFrame({"customer_id": [f"c{i}" for i in range(10)], "revenue": 5.0})
    for seed in range(3):
        shuffled = people.sample(frac=1, random_state=seed)
        pyramid = value_pyramid(shuffled, shares=(0.3, 0.7))
        top = pyramid.customers.query("tier == 'tier_1'")["customer_id"]
        assert sorted(top) == ["c0", "c1", "c2"]
        assert pyramid.gini == pytest.approx(0)


def test_the_input_is_not_changed(six_customers):
    before = six_customers.copy(deep=True)
    value_pyramid(six_customers)
    pd.testing.assert_frame_equal(six_customers, before)


def test_other_numbers_of_tiers_have_neutral_names_and_an_empty_tier_stays(six_customers):
    table = value_pyramid(six_customers, shares=(0.01, 0.49, 0.5)).table
    assert table["name"].tolist() == ["Tier 1", "Tier 2", "Tier 3"]
    assert table["n_customers"].tolist() == [0, 3, 3]
    assert table.loc[0, "revenue_share"] == 0
    assert pd.isna(table.loc[0, "threshold"])


def test_columns_carry_the_name_of_the_value():
    people = pd.DataFrame({"customer_id": ["a", "b"], "clv": [3.0, 1.0]})
    pyramid = value_pyramid(people, shares=(0.5, 0.5), value="clv")
    assert pyramid.table["clv_share"].tolist() == [0.75, 0.25]
    assert list(pyramid.curve.columns) == ["customer_share", "clv_share"]
    assert pyramid.top_share(0.5) == 0.75


def test_losses_lift_the_profit_curve_above_the_whole():
    """20 % of customers earn 150 % of profit, the last fifth loses half of it."""
    people = pd.DataFrame(
        {
            "customer_id": list("abcde"),
            "revenue": [50.0, 40.0, 30.0, 20.0, 10.0],
            "profit": [-50.0, 150.0, 0.0, 0.0, 0.0],
        }
    )
    pyramid = value_pyramid(people, shares=(0.2, 0.8), profit="profit")
    curve = pyramid.curve.set_index("customer_share")["profit_share"]
    assert curve[0.2] == pytest.approx(1.5)
    assert curve[0.8] == pytest.approx(1.5)
    assert curve[1.0] == 1.0
    assert pyramid.table["profit_share"].tolist() == [-0.5, 1.5]


def test_summary_and_repr_name_numbers_and_the_next_step(six_customers):
    pyramid = value_pyramid(six_customers)
    assert pyramid.summary().startswith("6 customers in 4 tiers; the top 20\u202f% bring")
    assert "plot_lorenz" in repr(pyramid)
    hostile = value_pyramid(six_customers.rename(columns={"revenue": "<b>x"}), value="<b>x")
    assert "<b>" not in hostile._repr_html_()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"shares": (0.5, 0.4)}, r"shares must be shares of customers that sum to 1.*sum to 0\.9"),
        ({"shares": (1.2, -0.2)}, "each of shares must be a number above 0 and at most 1"),
        ({"shares": ()}, "shares must be a sequence of shares"),
        ({"shares": "abc"}, "shares must be a sequence of shares"),
        ({"profit": "revenue"}, "profit must be a column other than value"),
    ],
)
def test_arguments_outside_their_rule(six_customers, arguments, message):
    with pytest.raises(ArgumentError, match=message):
        value_pyramid(six_customers, **arguments)


def test_all_missing_columns_are_named_at_once(six_customers):
    with pytest.raises(DataError, match=r"missing columns revenu \(nearest: revenue\), margin"):
        value_pyramid(six_customers, value="revenu", profit="margin")


def test_tables_that_carry_no_pyramid(six_customers):
    with pytest.raises(DataError, match="at least one row"):
        value_pyramid(six_customers.iloc[:0])
    twice = pd.concat([six_customers, six_customers])
    with pytest.raises(DataError, match="different in every row; got '12 rows for 6 customers'"):
        value_pyramid(twice)
    holes = six_customers.assign(revenue=[1.0, np.nan, 2.0, None, 3.0, 4.0])
    with pytest.raises(DataError, match=r"missing values in revenue \(2\)"):
        value_pyramid(holes)
    with pytest.raises(DataError, match=r"finite total above 0.*got -6\.0"):
        value_pyramid(six_customers.assign(revenue=-1.0))
    with pytest.raises(DataError, match=r"profit must be a column \(gain\) with a finite total"):
        value_pyramid(six_customers.assign(gain=0.0), profit="gain")


def test_top_share_checks_its_share(six_customers):
    with pytest.raises(ArgumentError, match="share must be a number at least 0 and at most 1"):
        value_pyramid(six_customers).top_share(20)


def test_gini_is_unknown_where_values_are_negative():
    frame = pd.DataFrame({"customer_id": list("abc"), "revenue": [10.0, 5.0, -3.0]})
    assert np.isnan(value_pyramid(frame, shares=(0.5, 0.5)).gini)
