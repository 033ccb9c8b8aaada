"""Parameters of segmentations are checked before a kernel starts."""

from __future__ import annotations

import pytest

from segkit.errors import ArgumentError, DataError, ParameterError, SchemeError
from segkit.report.order import check_run


@pytest.mark.parametrize(
    ("wanted", "error", "message"),
    [
        ({"presets": ["rfm_cn8"]}, ParameterError, "presets must be 2 or more different schemes"),
        ({"activity": ["lifecycle"] * 2}, ParameterError, "activity must be different schemes"),
        ({"voices": ["loyalty_npss"]}, SchemeError, "loyalty_npss"),
        ({"groups": "age < 3"}, ArgumentError, "run behavioral: groups must have names"),
        ({"groups": "nosuch.yaml"}, ArgumentError, "nosuch.yaml.* cannot be opened"),
        ({"activity": ["nosuch"]}, SchemeError, "run behavioral: activity must be the name"),
        ({"survey": "nosuch.csv"}, DataError, "there is no file 'nosuch.csv'"),
        ({"interactions": "nosuch.csv"}, DataError, "there is no file 'nosuch.csv'"),
    ],
)
def test_values_that_cannot_mean_anything(wanted, error, message):
    with pytest.raises(error, match=message):
        check_run("behavioral", wanted)


def test_sound_ones_may_start():
    wanted = {"presets": ["rfm_cn8", "rfm_11"], "groups": " ", "survey": "survey", "voices": []}
    assert check_run("behavioral", wanted).parameters["survey"] == "survey"


def test_a_data_set_of_customers_alone_is_data_of_the_demographic_notebook():
    order = check_run("demographic", {"data": "bank_customers"})
    assert order.parameters["data"] == "bank_customers"
    with pytest.raises(DataError, match="missing columns ordered_at"):
        check_run("behavioral", {"data": "bank_customers"})


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"outcome": "subscribd"}, "outcome must be a column of .*got 'subscribd'.*'subscribed'"),
        ({"outcome": "subscribed", "predictors": ["jobs"]}, "got 'jobs'. Did you mean 'job'"),
        ({"outcome": "subscribed", "outcome_order": "day"}, "outcome_order must be a column of"),
    ],
)
def test_columns_of_a_text_file_are_known_before_a_kernel_starts(tmp_path, wanted, message):
    path = tmp_path / "people.csv"
    path.write_text("customer_id,age,job,subscribed\n1,30,clerk,yes\n", encoding="utf-8")
    options = {"data": None, "customers": str(path), "customer_map": "occupation=job"}
    with pytest.raises(DataError, match=message):
        check_run("demographic", {**options, **wanted})
    sound = {"outcome": "subscribed", "outcome_order": "row", "predictors": ["age", "occupation"]}
    assert check_run("demographic", {**options, **sound})
    # The file's own name, letter case aside, and a usual one.
    own = {"outcome": "Subscribed", "predictors": ["job", "年龄"]}
    assert check_run("demographic", {**options, **own})


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"outcome_order": "duration"}, "outcome_order must be a column that tells when.*duration"),
        ({"predictors": ["customer_id"]}, "predictors must be columns that describe customers"),
    ],
)
def test_parts_that_a_column_cannot_play(wanted, message):
    with pytest.raises(ArgumentError, match=message):
        check_run("demographic", {"data": "bank_customers", "outcome": "y", **wanted})


def test_a_home_country_is_a_word():
    with pytest.raises(ParameterError, match="home_country must be the name of a country; got ''"):
        check_run("demographic", {"home_country": ""})


def test_own_customers_are_not_joined_to_made_up_purchases(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("customer_id,age\nM0000001,30\n", encoding="utf-8")
    alone = check_run("demographic", {"customers": str(path)}).parameters
    assert (alone["data"], alone["customers"]) == (None, str(path))
    both = {"customers": str(path), "data": "cosmetics_orders"}
    assert check_run("demographic", both).parameters["data"] == "cosmetics_orders"
    none = check_run("demographic", {"customers": "none"}).parameters
    assert (none["data"], none["customers"]) == ("cosmetics_orders", None)
    # Where purchases must be there, the default stays.
    assert check_run("attitudes", {"customers": str(path)}).parameters["data"] == "survey"
