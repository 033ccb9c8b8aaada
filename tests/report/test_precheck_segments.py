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
        ({"outcome": "subscribed", "predictors": ["job"]}, "got 'job'. It is read as occupation."),
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
