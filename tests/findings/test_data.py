"""The words on the data: their currency, and what puts them in doubt."""

from __future__ import annotations

import pandas as pd
import pytest

import segkit as sk
from segkit.collect.datasets.registry import DATASETS
from segkit.currencies import check_currency
from segkit.errors import ArgumentError
from segkit.findings.data import data_limits
from segkit.i18n import format_money, get_currency, use_currency

ORDERS = pd.DataFrame({"amount": [1.0, 2.0]})


@pytest.fixture(autouse=True)
def _as_before():
    with use_currency(get_currency() or None):
        yield


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (("cdnow",), "$8.00"),
        (("online_retail",), "£8.00"),
        (("bank_marketing",), "€8.00"),
        (("cosmetics_orders", "mine.csv"), "CN¥8.00"),
        ((None, "bank_customers"), "CN¥8.00"),
        (("mine.csv", "cosmetics_customers"), "8.00"),
        (("postgresql://shop/sales#orders",), "8.00"),
        ((None, None), "8.00"),
    ],
)
def test_amounts_are_in_the_currency_of_their_data(data, expected):
    sk.set_data_currency(None, *data)
    assert format_money(8.0) == expected


def test_a_currency_that_is_asked_for_wins():
    assert sk.set_data_currency("HKD", "cdnow") == "HKD"
    assert format_money(8.0) == "HK$8.00"
    with pytest.raises(ArgumentError, match="currency must be an ISO 4217 code; got 'dollar'"):
        sk.set_data_currency("dollar", "cdnow")


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (["人民币", "rmb", None], "CNY"),
        (["CNY", "USD", "CNY"], None),
        (["gold"] * 3, None),
        ([1, 2, 3], None),
        ([None] * 3, None),
    ],
)
def test_orders_of_ones_own_name_their_currency(named, expected):
    orders = pd.DataFrame({"amount": [1.0, 2.0, 3.0], "currency": named})
    assert sk.set_data_currency(None, "mine.csv", orders=orders) == expected
    assert sk.set_data_currency("EUR", "mine.csv", orders=orders) == "EUR"
    assert sk.set_data_currency(None, "cdnow", orders=orders) == "USD"


def test_a_file_wins_over_a_data_set_of_its_name(tmp_path, monkeypatch):
    (tmp_path / "cdnow").write_text("customer_id,ordered_at,amount\n")
    monkeypatch.chdir(tmp_path)
    assert sk.set_data_currency(None, "cdnow") is None


def test_every_data_set_says_what_its_amounts_are_in():
    for dataset in DATASETS.values():
        check_currency(dataset.currency, function=dataset.name)


def test_a_currency_that_nobody_gave_is_a_limit():
    told = "No currency was given for the amounts, so they stand without one."
    with use_currency(None):
        assert data_limits(ORDERS, 500) == [told]
    with use_currency("CNY"):
        assert data_limits(ORDERS, 500) == []
