from __future__ import annotations

import pandas as pd
import pytest

from segkit.clean import clean_transactions
from segkit.figures import plot_cleaning_waterfall
from segkit.i18n import use_language


def lines(n: int) -> pd.DataFrame:
    days = pd.date_range("2024-01-01", periods=n)
    return pd.DataFrame(
        {
            "customer_id": [f"c{number}" for number in range(n)],
            "ordered_at": days.astype("datetime64[us]"),
            "amount": 10.0,
            "product_id": "p",
            "segkit_raw_amount": pd.Series([None] * n, dtype="str"),
        }
    )


@pytest.fixture(scope="module")
def cleaning():
    orders = lines(400)
    orders.loc[:99, "customer_id"] = None
    orders.loc[100:109, "amount"] = 0.0
    orders.loc[399, "ordered_at"] = pd.Timestamp("2999-01-01")
    return clean_transactions(orders, until="2030-01-01")


@pytest.fixture(scope="module")
def every_reason():
    """All reasons at once, each on one row among few."""
    orders = lines(20)
    orders.loc[0, "customer_id"] = None
    orders.loc[1, "customer_id"] = "test"
    orders.loc[2, "amount"] = None
    orders.loc[3, ["amount", "segkit_raw_amount"]] = [None, "n/a"]
    orders.loc[4, "ordered_at"] = None
    orders.loc[5, "ordered_at"] = pd.Timestamp("2999-01-01")
    orders.loc[6, "ordered_at"] = pd.Timestamp("1800-01-01")
    orders.loc[7] = orders.loc[8]
    orders.loc[9, "amount"] = 0.0
    orders.loc[10:13, "customer_id"] = "x"
    orders.loc[11, "amount"] = -10.0
    orders.loc[13, "amount"] = -25.0
    orders.loc[14, "amount"] = -5.0
    orders.loc[15, "amount"] = 1e6
    return clean_transactions(orders, until="2030-01-01", extreme="drop")


def test_the_title_and_the_text_alternative(cleaning):
    caption = plot_cleaning_waterfall.describe(cleaning)
    assert caption.title == "289 of 400 rows were kept: 72.2\u202f%"
    assert "No customer number: \u2212100 (25.0\u202f%)." in caption.alt
    assert "Rows as sent: 400." in caption.alt
    data = caption.data.set_index("reason")
    assert data.loc["zero_amount", ["start", "end"]].tolist() == [299, 289]
    assert data.loc["kept", ["start", "end"]].tolist() == [289, 0]


def test_each_bar_begins_where_the_last_one_ended(every_reason, look):
    steps = plot_cleaning_waterfall.describe(every_reason).data
    reasons = steps.iloc[1:-1]
    assert len(reasons) >= 11
    assert reasons["start"].iloc[0] == every_reason.rows_in
    assert reasons["start"].iloc[1:].tolist() == reasons["end"].iloc[:-1].tolist()
    assert reasons["end"].iloc[-1] == every_reason.rows_kept
    look(plot_cleaning_waterfall, every_reason)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_bar_is_named(cleaning, look, language):
    with use_language(language):
        texts = look(plot_cleaning_waterfall, cleaning)
        labels = [text for text in texts if text.startswith("\u2212100") and "25.0" in text]
    assert len(labels) == 2
    assert texts.count("400") == 2


def test_nothing_to_set_aside_and_nothing_at_all(look):
    look(plot_cleaning_waterfall, clean_transactions(lines(3)))
    look(plot_cleaning_waterfall, clean_transactions(lines(3).iloc[:0]))
    gone = lines(3).assign(amount=0.0)
    caption = plot_cleaning_waterfall.describe(clean_transactions(gone))
    assert caption.title == "0 of 3 rows were kept: 0.0\u202f%"
    look(plot_cleaning_waterfall, clean_transactions(gone))
