"""Each reason by hand: a row is kept, or rejected for the first that applies."""

from __future__ import annotations

import ibis
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from segkit.audit import audit_table
from segkit.clean import CleaningRules, clean_transactions
from segkit.clean.words import REASONS
from segkit.errors import ArgumentError, DataError

LAST = "2024-12-31"


def make(rows: list[dict], **columns) -> pd.DataFrame:
    """Rows of one purchase each, with what is different about them."""
    usual = {"customer_id": "a", "ordered_at": "2024-01-01", "amount": 10.0}
    frame = pd.DataFrame([{**usual, **columns, **row} for row in rows])
    return frame.assign(ordered_at=pd.to_datetime(frame["ordered_at"]))


def fates(orders, **choices) -> list[str]:
    """The reason of each row, by its place; ``kept`` for those that stay."""
    cleaning = clean_transactions(orders, **{"until": LAST, **choices})
    found = dict.fromkeys(range(1, len(orders) + 1), "kept")
    found |= dict(zip(cleaning.rejected["segkit_row"], cleaning.rejected["reason"], strict=True))
    return list(found.values())


def test_every_reason_of_a_row_itself():
    orders = make(
        [
            {},
            {"ordered_at": None, "segkit_raw_ordered_at": "30.02.2024"},
            {"amount": None, "segkit_raw_amount": "待定"},
            {"customer_id": None},
            {"customer_id": "  "},
            {"ordered_at": None, "segkit_raw_ordered_at": "  "},
            {"amount": None},
            {"customer_id": "TEST001"},
            {"ordered_at": "2025-01-01"},
            {"ordered_at": "1899-12-31"},
            {},
            {"amount": 0.0},
        ]
    )
    expected = [
        "kept", "unreadable_date", "unreadable_amount", "missing_customer", "missing_customer",
        "missing_date", "missing_amount", "test_account", "future_date", "too_early", "duplicate",
        "zero_amount",
    ]  # fmt: skip
    assert fates(orders) == expected
    rejected = clean_transactions(orders, until=LAST).rejected.set_index("segkit_row")
    assert rejected.loc[[2, 3], "raw"].tolist() == ["30.02.2024", "待定"]
    assert rejected["raw"].notna().sum() == 2
    assert not [name for name in rejected if name.startswith("segkit_raw")]


def test_the_first_reason_counts():
    orders = make([{"customer_id": None, "amount": 0.0}, {"customer_id": "demo", "amount": None}])
    assert fates(orders) == ["missing_customer", "missing_amount"]
    assert list(REASONS).index("missing_amount") < list(REASONS).index("test_account")


def test_a_product_cannot_be_read_where_its_factor_cannot():
    orders = make([{"amount": None, "segkit_raw_quantity": "two", "segkit_raw_unit_price": None}])
    assert fates(orders) == ["unreadable_amount"]
    assert clean_transactions(orders).rejected["raw"].tolist() == ["two"]


@pytest.mark.parametrize(
    ("customer", "fate"),
    [
        ("test", "test_account"), ("TEST_7", "test_account"), ("shop-Demo", "test_account"),
        ("会员测试3", "test_account"), ("tester", "test_account"), ("contest", "kept"),
        ("Demosthenes", "kept"), ("attest9", "kept"), ("A.test*", "test_account"),
    ],
)  # fmt: skip
def test_test_accounts_are_words_of_their_own(customer, fate):
    assert fates(make([{"customer_id": customer}])) == [fate]


def test_rules_are_data():
    orders = make([{"customer_id": "test"}, {"customer_id": "a.b1"}, {"customer_id": "axb1"}])
    rules = CleaningRules(test_accounts=["a.b"], earliest="2024-01-01")
    assert fates(orders, rules=rules) == ["kept", "test_account", "kept"]
    assert fates(orders, rules=CleaningRules(test_accounts=())) == ["kept"] * 3
    late = CleaningRules(test_accounts=(), earliest="2024-01-02")
    assert fates(orders, rules=late) == ["too_early"] * 3


def test_ids_of_numbers_have_no_words():
    assert fates(make([{"customer_id": 1}, {"customer_id": 2}])) == ["kept", "kept"]


def test_whole_floats_are_ids_without_a_fraction():
    orders = make([{"customer_id": 17850.0}, {"customer_id": float("nan")}])
    cleaning = clean_transactions(orders, until=LAST)
    assert cleaning.kept["customer_id"].tolist() == ["17850"]
    assert cleaning.rejected["reason"].tolist() == ["missing_customer"]


def test_blanks_around_an_id_are_no_other_customer():
    orders = make([{"customer_id": " a "}, {"customer_id": "a"}])
    assert fates(orders) == ["kept", "duplicate"]
    assert fates(orders, duplicates="keep") == ["kept", "kept"]


def test_copies_are_equal_in_all_columns_of_the_source():
    orders = make([{"order_id": "1"}, {"order_id": "1"}, {"order_id": "2"}], note="x", 尺码="M")
    assert fates(orders) == ["kept", "duplicate", "kept"]
    orders.loc[1, "尺码"] = "L"
    assert fates(orders) == ["kept", "kept", "kept"]
    with_gaps = make([{"product_id": None}, {"product_id": None}, {"product_id": "p"}])
    assert fates(with_gaps) == ["kept", "duplicate", "kept"]


def test_copies_are_those_that_the_audit_counts():
    orders = make([{"note": "x"}, {"note": "x"}, {"note": "y"}, {"note": None}, {"note": None}])
    assert fates(orders).count("duplicate") == audit_table(orders).n_duplicates == 2


@pytest.mark.parametrize(
    "word",
    ["NULL", "null", "None", "NaN", "-", "--", "/", "未知", "无", "n/a", "#N/A", "空", " Null "],
)
def test_a_word_for_nothing_is_no_customer(word):
    orders = make([{"customer_id": word}, {}, {"customer_id": None}])
    assert fates(orders) == ["placeholder_customer", "kept", "missing_customer"]
    cleaning = clean_transactions(orders, until=LAST)
    assert cleaning.rejected["customer_id"].tolist()[0] == word
    assert cleaning.ledger.set_index("reason").at["rows_in", "customers"] == 1


def test_zero_quantities_and_amounts_can_be_kept():
    orders = make([{"quantity": 0}, {"quantity": 2, "amount": 0.0}, {"quantity": 1}])
    assert fates(orders) == ["zero_amount", "zero_amount", "kept"]
    assert fates(orders, zero_amounts="keep") == ["kept"] * 3


def test_infinite_amounts_are_missing():
    orders = make([{"amount": float("inf")}, {"amount": float("nan")}, {}])
    assert fates(orders) == ["missing_amount", "missing_amount", "kept"]


def test_mixed_currencies_are_refused_or_chosen():
    orders = make(
        [{"currency": "CNY"}, {"currency": "rmb", "amount": 9}, {"currency": "USD"},
         {"currency": None, "amount": 8}, {"currency": " ", "amount": 7}]
    )  # fmt: skip
    mixed = r"orders must be in one currency; got CNY \(2 rows\), USD \(1 rows\)"
    with pytest.raises(DataError, match=mixed):
        clean_transactions(orders, until=LAST)
    nothing = ["missing_currency"] * 2
    assert fates(orders, currency="CNY") == ["kept", "kept", "other_currency", *nothing]
    assert fates(orders, currency="usd") == ["other_currency"] * 2 + ["kept", *nothing]
    with pytest.raises(DataError, match="currency must be one of the table's: CNY"):
        clean_transactions(orders, until=LAST, currency="EUR")


@pytest.mark.parametrize("asked", [None, "CNY", "rmb", "¥"])
def test_spellings_of_one_currency_are_one_currency(asked):
    names = ["CNY", "RMB", "cny", "人民币", "¥", "￥", " 元 "]
    orders = make([{"currency": name, "order_id": name} for name in names])
    assert fates(orders, currency=asked) == ["kept"] * len(names)
    assert not [fault for fault in audit_table(orders).faults if "currencies" in fault]
    orders.loc[0, "currency"] = "EUR"
    assert (
        "There are amounts in 2 currencies; they cannot be added up." in audit_table(orders).faults
    )


def test_a_row_without_a_currency_is_in_that_of_all_others():
    orders = make([{"currency": "CNY"}, {"currency": None}, {"currency": "NULL"}])
    assert fates(orders) == ["kept"] * 3
    assert fates(orders, currency="CNY") == ["kept"] * 3


def test_the_currency_of_rejected_rows_does_not_mix():
    orders = make([{"currency": "CNY"}, {"currency": "USD", "customer_id": None}])
    assert fates(orders) == ["kept", "missing_customer"]


def test_extreme_amounts_are_listed_or_rejected():
    orders = make([{"amount": float(n)} for n in range(50, 150)] + [{"amount": 90_000.0}])
    listed = clean_transactions(orders, until=LAST)
    assert listed.rows_kept == 101
    assert listed.extremes["amount"].tolist() == [90_000.0]
    dropped = clean_transactions(orders, until=LAST, extreme="drop")
    assert dropped.rejected["reason"].tolist() == ["extreme"]
    assert len(dropped.extremes) == 0
    assert fates(orders, extreme=148.0).count("extreme") == 2
    # Quartiles of 50 … 149 and one more, by hand: 75 and 125.
    assert listed.extreme_limit == pytest.approx(125 * 10)
    wide = clean_transactions(orders, until=LAST, rules=CleaningRules(extreme_reach=6))
    assert wide.extreme_limit == pytest.approx(125 * (125 / 75) ** 6)


def test_amounts_that_are_all_equal_are_not_extreme():
    assert len(clean_transactions(make([{}, {"customer_id": "b"}])).extremes) == 0


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", "ibis"])
def test_the_same_kind_comes_out(kind):
    frame = make([{"product_id": "p"}, {"customer_id": None}, {"amount": -4, "product_id": "p"}])
    orders = {
        "pandas": lambda: frame,
        "polars": lambda: pl.from_pandas(frame),
        "pyarrow": lambda: pa.Table.from_pandas(frame),
        "ibis": lambda: ibis.memtable(frame),
    }[kind]()
    cleaning = clean_transactions(orders, until=LAST)
    for table in (cleaning.kept, cleaning.rejected, cleaning.changed, cleaning.extremes):
        assert isinstance(table, ibis.Table if kind == "ibis" else type(orders))
    kept = cleaning.kept.to_pandas() if kind != "pandas" else cleaning.kept
    assert kept["amount"].tolist() == [6.0]
    assert (cleaning.rows_in, cleaning.rows_kept, cleaning.rows_rejected) == (3, 1, 2)


def test_the_input_is_not_changed():
    orders = make([{"amount": -1.0}, {"amount": 1.0}])
    before = orders.copy(deep=True)
    assert clean_transactions(orders, until=LAST).rows_in == 2
    pd.testing.assert_frame_equal(orders, before)


def test_types_of_what_is_kept():
    orders = make([{"quantity": 5, "cost": 2}, {"quantity": 7, "cost": 3}], amount=10)
    kept = clean_transactions(orders, until=LAST).kept
    kinds = {name: str(kind) for name, kind in kept.dtypes.items()}
    assert kinds["amount"] == "float64"
    assert kinds["quantity"] == "int64"
    assert kinds["cost"] == "float64"
    assert kinds["ordered_at"].startswith("datetime64")


def test_rows_of_a_frame_are_numbered_as_they_stand():
    orders = make([{"customer_id": f"c{n}"} for n in range(50_000)])
    orders.loc[::7, "customer_id"] = None
    rejected = clean_transactions(orders, until=LAST).rejected
    assert rejected["segkit_row"].tolist() == list(range(1, 50_001, 7))
    kept = clean_transactions(orders, until=LAST).kept
    assert kept["customer_id"].tolist() == orders["customer_id"].dropna().tolist()


def test_rows_of_the_source_keep_their_number():
    orders = make([{"customer_id": None, "segkit_row": 41}, {"segkit_row": 40}])
    assert clean_transactions(orders).rejected["segkit_row"].tolist() == [41]
    assert "segkit_row" not in clean_transactions(orders).kept.columns


def test_today_is_the_last_day_unless_another_is_given():
    tomorrow = pd.Timestamp.today().normalize() + pd.Timedelta(days=1)
    orders = make([{"ordered_at": tomorrow}, {"ordered_at": tomorrow + pd.Timedelta(days=2)}])
    # The shop's clock may run ahead of ours.
    assert fates(orders, until=None) == ["kept", "future_date"]


def test_an_empty_table_is_balanced():
    cleaning = clean_transactions(make([{}]).iloc[:0])
    assert (cleaning.rows_in, cleaning.rows_kept, cleaning.rows_rejected) == (0, 0, 0)
    assert cleaning.summary() == "The table has no rows."
    assert cleaning.ledger["rows"].sum() == 0


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"returns": "nett"}, "returns must be one of net, keep, drop; got 'nett'"),
        ({"duplicates": True}, "duplicates must be one of drop, keep"),
        ({"zero_amounts": 0}, "zero_amounts must be one of drop, keep"),
        ({"until": "soon"}, "until must be a date"),
        ({"extreme": "all"}, "extreme must be one of list, drop"),
        ({"extreme": -1.0}, "extreme must be a number above 0"),
        ({"currency": ""}, "currency must be an ISO 4217 code"),
        ({"rules": {}}, "rules must be a CleaningRules"),
    ],
)
def test_arguments_outside_their_rule(choices, message):
    with pytest.raises(ArgumentError, match=message):
        clean_transactions(make([{}]), **choices)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"test_accounts": "test"}, "test_accounts must be a sequence of texts"),
        ({"test_accounts": ("",)}, "test_accounts must be a sequence of texts"),
        ({"cancelled_prefixes": (1,)}, "cancelled_prefixes must be a sequence of texts"),
        ({"earliest": "long ago"}, "earliest must be a date"),
        ({"extreme_reach": 0}, "extreme_reach must be a number above 0"),
    ],
)
def test_rules_outside_their_rule(rule, message):
    with pytest.raises(ArgumentError, match=message):
        CleaningRules(**rule)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("ordered_at", "2024-01-01", "ordered_at must be a date column; got 'string'"),
        ("amount", "1", "amount must be a number column"),
        ("quantity", "1", "quantity must be a number column"),
        ("is_return", "yes", "is_return must be a column of true and false"),
        ("ordered_at", pd.Timestamp("2024-01-01", tz="UTC"), "ordered_at must be a date column in"),
    ],
)
def test_columns_of_another_type(column, value, message):
    orders = make([{}]).assign(**{column: [value]})
    if column == "ordered_at" and not isinstance(value, str):
        orders = pa.Table.from_pandas(orders)
    with pytest.raises(DataError, match=message):
        clean_transactions(orders)


def test_missing_columns_are_named():
    with pytest.raises(DataError, match="missing columns customer_id, amount"):
        clean_transactions(make([{}])[["ordered_at"]])
    with pytest.raises(DataError, match="orders must be a pandas, polars, pyarrow or Ibis table"):
        clean_transactions([1])


def test_columns_named_as_segkit_s_own_are_refused(six_orders):
    named = six_orders.assign(segkit_note="x", segkit_unit=1.0)
    with pytest.raises(DataError, match=r"segkit_note.*segkit_unit.*Rename them"):
        clean_transactions(named, until="2024-12-31")
