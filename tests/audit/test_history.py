from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pytest

from segkit.audit import describe_history
from segkit.audit.seasons import season_of
from segkit.errors import ArgumentError, DataError
from segkit.i18n import use_language


def daily_orders(start: str, end: str, *, per_day: int = 5) -> pd.DataFrame:
    """The same customers on every day: nothing happens by chance."""
    days = pd.date_range(start, end, freq="D").repeat(per_day)
    ids = [f"c{number % 40}" for number in range(len(days))]
    return pd.DataFrame({"customer_id": ids, "ordered_at": days, "amount": 2.0})


def monthly_orders(levels: list[float], years: int) -> pd.DataFrame:
    """So many purchases on the first days of each month, by different customers."""
    rows = [
        (f"c{number}", pd.Timestamp(2020 + year, month, 1 + number % 28), 1.0)
        for year in range(years)
        for month in range(1, 13)
        for number in range(int(levels[month - 1]))
    ]
    return pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount"])


def test_six_customers_by_hand(six_orders):
    history = describe_history(six_orders)
    assert (history.first, history.last) == (date(2024, 1, 1), date(2024, 1, 31))
    assert (history.n_customers, history.n_purchases) == (6, 8)
    assert history.one_time.value == pytest.approx(5 / 6)
    assert history.n_repeat_customers == 1
    assert history.n_silent_days == 31 - 8
    assert history.longest_gap_days == 9
    assert history.table[["purchases", "revenue", "new_customers"]].to_numpy().tolist() == [
        [8, 220.0, 6]
    ]


def test_a_return_is_no_purchase(six_orders):
    back = pd.DataFrame(
        [("ann", "2024-01-03", -5.0), ("gus", "2024-01-20", -9.0), ("bob", "2024-03-01", -1.0)],
        columns=["customer_id", "ordered_at", "amount"],
    )
    back = back.assign(ordered_at=pd.to_datetime(back["ordered_at"]))
    before = describe_history(six_orders)
    history = describe_history(pd.concat([six_orders, back], ignore_index=True))
    assert (history.n_customers, history.n_purchases) == (6, 8)
    assert (history.first, history.last) == (before.first, before.last)
    assert history.n_silent_days == before.n_silent_days
    assert history.one_time.value == before.one_time.value
    assert history.table["revenue"].tolist() == [206.0]
    with pytest.raises(DataError, match="orders must be a table with purchases"):
        describe_history(back)


def test_cdnow(cdnow):
    history = describe_history(cdnow)
    assert (history.n_customers, history.n_purchases) == (23_570, 67_591)
    assert history.table["purchases"].sum() == 67_591
    assert history.table["revenue"].sum() == pytest.approx(2_500_315.63)
    assert history.table["new_customers"].tolist()[:3] == [7846, 8476, 7248]
    assert history.table["new_customers"].sum() == 23_570
    assert history.complete_months == 18
    assert history.season.strength is None
    assert len(history.gaps) == 0


def test_frames_of_every_kind_and_order_give_the_same(cdnow_sample):
    expected = describe_history(cdnow_sample)
    for frame in (cdnow_sample.sample(frac=1, random_state=1), pl.from_pandas(cdnow_sample)):
        found = describe_history(frame)
        pd.testing.assert_frame_equal(found.table, expected.table)
        assert found.summary() == expected.summary()


def test_a_gap_is_found_and_its_months_are_empty():
    orders = daily_orders("2023-01-01", "2023-12-31")
    orders = orders[~orders["ordered_at"].between("2023-03-10", "2023-05-20")]
    history = describe_history(orders)
    assert history.gaps["days"].tolist() == [72]
    assert history.gaps["first_day"].tolist() == [pd.Timestamp("2023-03-10")]
    assert history.gaps["last_day"].tolist() == [pd.Timestamp("2023-05-20")]
    assert history.empty_months == [date(2023, 4, 1)]
    assert "72 days" in history.notes[0]


def test_closed_sundays_and_a_slow_business_have_no_gaps():
    orders = daily_orders("2023-01-01", "2023-12-31")
    week = orders[orders["ordered_at"].dt.day_of_week != 6]
    assert len(describe_history(week).gaps) == 0
    assert describe_history(week).n_silent_days == 51
    slow = orders.iloc[::150]  # twelve purchases a year
    assert describe_history(slow).longest_gap_days > 7
    assert len(describe_history(slow).gaps) == 0


def test_an_incomplete_last_month_is_said():
    orders = daily_orders("2023-01-01", "2023-06-14")
    history = describe_history(orders)
    assert history.table["is_complete"].tolist() == [True] * 5 + [False]
    assert "The last month ends on 14\xa0Jun\xa02023 and is not complete." in history.notes
    assert describe_history(orders, as_of="2023-05-31").last_month_is_complete
    assert not describe_history(orders, as_of="2023-05-30").last_month_is_complete


def test_an_incomplete_first_month_is_marked():
    history = describe_history(daily_orders("2023-01-20", "2023-03-31"))
    assert history.table["is_complete"].tolist() == [False, True, True]


def test_seasons_need_two_years():
    levels = [10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 40, 60]
    assert describe_history(monthly_orders(levels, 1)).season.strength is None
    strong = describe_history(monthly_orders(levels, 3))
    assert strong.season.strength == pytest.approx(1.0, abs=0.05)
    assert "Seasons are strong" in strong.notes[-1]
    assert strong.month_shares["share"].idxmax() == 11
    assert strong.month_shares["share"].sum() == pytest.approx(1)


def test_noise_is_no_season():
    noise = np.random.default_rng(5)
    strengths = []
    for _round in range(20):
        months = pd.date_range("2020-01-01", periods=36, freq="MS")
        frame = pd.DataFrame(
            {
                "month": months,
                "purchases": noise.poisson(10 * months.days_in_month),
                "is_complete": True,
            }
        )
        strengths.append(season_of(frame).strength)
    assert np.mean(strengths) < 0.2


def test_growth_is_no_season():
    months = pd.date_range("2020-01-01", periods=24, freq="MS")
    growth = (np.arange(10, 34) ** 2) * months.days_in_month
    frame = pd.DataFrame({"month": months, "purchases": growth, "is_complete": True})
    assert season_of(frame).strength < 0.01


def test_weekdays_share_out_a_week():
    orders = daily_orders("2023-01-02", "2023-12-31")
    orders = orders[(orders["ordered_at"].dt.day_of_week != 6) | (orders.index % 5 == 0)]
    shares = describe_history(orders).weekday_shares
    assert shares["weekday"].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert shares["share"].iloc[6] == pytest.approx(1 / 31)


def test_only_aggregates_leave_the_engine(cdnow_sample, monkeypatch):
    import ibis

    con = ibis.duckdb.connect()
    table = con.create_table("orders", cdnow_sample)
    rows = []
    fetch = type(con).to_pyarrow

    def count(self, expression, **kwargs):
        found = fetch(self, expression, **kwargs)
        rows.append(found.num_rows)
        return found

    monkeypatch.setattr(type(con), "to_pyarrow", count)
    history = describe_history(table)
    assert len(rows) == 2
    assert max(rows) <= history.span_days + 1


def test_the_history_speaks_chinese(cdnow_sample):
    history = describe_history(cdnow_sample)
    with use_language("zh"):
        assert "客户" in history.summary()
        assert "<caption>" in history._repr_html_()


def test_what_cannot_be_described_is_refused(six_orders):
    with pytest.raises(DataError, match="missing column amount"):
        describe_history(six_orders.drop(columns="amount"))
    with pytest.raises(DataError, match="ordered_at must be a date column"):
        describe_history(six_orders.assign(ordered_at="2024-01-01"))
    with pytest.raises(DataError, match="purchases up to 2020-01-01; got 'no rows'"):
        describe_history(six_orders, as_of="2020-01-01")
    with pytest.raises(ArgumentError, match="as_of must be a date"):
        describe_history(six_orders, as_of="soon")
