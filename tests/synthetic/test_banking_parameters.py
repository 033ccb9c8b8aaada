"""The made-up bank by seed, language, window, tables and population."""

from __future__ import annotations

import pandas as pd
import pytest

from segkit.errors import ArgumentError
from segkit.schema import TRANSACTIONS, names
from segkit.synthetic import BankPopulation, make_banking
from segkit.synthetic.banking import TABLES

# Seeds, languages, windows ---------------------------------------------------------------------


def assert_same(left, right):
    for name in left.tables:
        pd.testing.assert_frame_equal(left[name], right[name])
    pd.testing.assert_frame_equal(left.truth["customers"], right.truth["customers"])


def test_a_seed_gives_the_same_data_again():
    assert_same(make_banking(300, seed=5), make_banking(300, seed=5))


def test_another_seed_gives_other_data():
    left, right = make_banking(300, seed=5), make_banking(300, seed=6)
    assert not left["balances"]["balance"].head(100).equals(right["balances"]["balance"].head(100))
    assert not left["customers"]["name"].equals(right["customers"]["name"])


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_the_same_whichever_others_are_made(name):
    everything, alone = make_banking(200, seed=8), make_banking(200, seed=8, tables=[name])
    assert set(alone.tables) == {"customers", name}
    pd.testing.assert_frame_equal(alone[name], everything[name])


def test_chinese_says_the_same_in_other_words():
    english, chinese = make_banking(400, seed=9), make_banking(400, seed=9, language="zh")
    pd.testing.assert_frame_equal(english.truth["customers"], chinese.truth["customers"])
    spoken = {"name", "email", "phone"}
    for name, table in english.tables.items():
        other = chinese[name]
        for column in table.columns.difference(list(spoken)):
            if table[column].dtype != "str" or column.endswith("_id") or column == "outcome":
                pd.testing.assert_series_equal(table[column], other[column])
                continue
            pairs = pd.DataFrame({"en": table[column], "zh": other[column]}).dropna()
            pairs = pairs.drop_duplicates()
            assert pairs["en"].is_unique
            assert pairs["zh"].is_unique
            assert pairs["zh"].str.contains(r"[\u4e00-\u9fff]").all()
    assert set(chinese["customers"]["gender"]) == {"女", "男"}


def test_everything_lies_in_the_window():
    made = make_banking(300, start="2023-03-10", end="2023-06-20", seed=2)
    months = ["2023-04-30", "2023-05-31"]
    assert made["balances"]["as_of"].drop_duplicates().astype(str).tolist() == months
    for name, column in (
        ("transactions", "ordered_at"),
        ("interactions", "occurred_at"),
        ("complaints", "occurred_at"),
        ("recommendations", "occurred_at"),
        ("campaigns", "contacted_at"),
    ):
        assert made[name][column].between("2023-03-10", "2023-06-21", inclusive="left").all()
    customers = made["customers"]
    assert (customers["joined_at"].dropna() < "2023-03-10").all()
    birthdays = pd.Timestamp("2023-06-20") - pd.to_timedelta(customers["age"] * 365.25, unit="D")
    assert (birthdays - customers["birth_date"]).dt.days.between(-1, 366).all()


def test_tables_are_canonical_and_hold_no_truth(bank, truth):
    assert set(names(TRANSACTIONS, required=True)) <= set(bank["transactions"].columns)
    ids = set(truth.index)
    for table in bank.tables.values():
        assert not set(table.columns) & set(truth.columns)
        assert set(table["customer_id"]) <= ids
    for name, key in (
        ("customers", "customer_id"),
        ("accounts", "account_id"),
        ("transactions", "order_id"),
    ):
        assert bank[name][key].is_unique
    assert bank["transactions"]["amount"].gt(0).all()
    assert list(bank.tables) == list(TABLES)


def test_one_customer_is_enough():
    made = make_banking(1, seed=0)
    assert len(made["customers"]) == 1
    assert made.truth["customers"]["family_size"].tolist() == [1]


def test_the_parameters_make_the_data_again():
    asked_for = BankPopulation(separation=0.5, uplift=0.02)
    made = make_banking(500, seed=12, population=asked_for, tables=["balances"])
    given = dict(made.parameters)
    asked = {key: given.pop(key) for key in ("start", "end", "seed", "language", "tables")}
    again = make_banking(given.pop("n_customers"), population=BankPopulation(**given), **asked)
    pd.testing.assert_frame_equal(again.truth["customers"], made.truth["customers"])


# Bad arguments ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_customers": 0}, "make_banking: n_customers must be a whole number at least 1; got 0"),
        ({"n_customers": 10.5}, "n_customers must be a whole number"),
        ({"seed": -1}, "make_banking: seed must be a whole number at least 0; got -1"),
        ({"language": "de"}, "make_banking: language must be one of en, zh; got 'de'"),
        ({"start": "yesterday"}, "start must be a date such as 1998-06-30"),
        ({"start": "2024-05-01", "end": "2024-04-01"}, "end must be a date not before start"),
        ({"start": "2024-05-02", "end": "2024-06-29"}, "at least one whole month since start"),
        ({"tables": "balances"}, "tables must be a list out of customers, balances"),
        ({"tables": ["cards"]}, "tables must be a list out of customers, balances"),
        ({"population": {"uplift": 0.1}}, "population must be a BankPopulation"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ArgumentError, match=message):
        make_banking(**{"n_customers": 50, **arguments})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"card_tiers": {"gold": 1.0}}, "card_tiers must be a mapping of black_gold, platinum"),
        (
            {"households": {1: 0.5, 2: 0.5, 3: 0.5, 4: 0.0}},
            "households must be a mapping of 1, 2, 3, 4 to shares .* They add up to 1.5.",
        ),
        ({"behaviors": dict.fromkeys(("everyday", "online"), 0.5)}, "behaviors must be a mapping"),
        (
            {"dissatisfaction": {"explicit": -0.1, "rated": 0, "latent": 0, "satisfied": 1.1}},
            r"dissatisfaction\['explicit'\] must be a number at least 0 and at most 1; got -0.1",
        ),
        ({"separation": 2}, "separation must be a number at least 0 and at most 1; got 2"),
        ({"control_share": 1}, "control_share must be below 1; got 1"),
        ({"control_share": 0}, "control_share must be a number above 0"),
        ({"uplift": 0.9}, "uplift must be such that each behaviour responds .* run from"),
    ],
)
def test_a_population_out_of_range_is_named(arguments, message):
    with pytest.raises(ArgumentError, match=f"BankPopulation: {message}"):
        BankPopulation(**arguments)


def test_shares_that_cannot_be_met_together_are_named():
    idle = {"A": 0.1, "B": 0, "C": 0, "D": 0, "E": 0.3, "F": 0.6, "G": 0.0}
    rich = {"black_gold": 0.5, "platinum": 0.3, "gold": 0.2, "silver": 0.0}
    with pytest.raises(ArgumentError, match="card_tiers'?.* above silver at most the share"):
        make_banking(500, population=BankPopulation(groups=idle, card_tiers=rich))
    strangers = {"A": 0.1, "B": 0, "C": 0, "D": 0, "E": 0.0, "F": 0.0, "G": 0.9}
    with pytest.raises(ArgumentError, match="at most the share of customers who live alone"):
        make_banking(500, population=BankPopulation(groups=strangers))
