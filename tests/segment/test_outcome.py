"""Who did what: which columns predict it, what is the test, and what cannot be told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segkit.collect.values.own_numbers import own_numbers
from segkit.errors import ArgumentError, DataError
from segkit.features import gather_customers
from segkit.segment.outcome import lasting_columns, predict_outcome
from segkit.segment.repurchase import bought_again


def calls(n=800, seed=4):
    """Customers in the order of their calls: the young subscribe, and long calls are of those."""
    rng = np.random.default_rng(seed)
    age = rng.integers(20, 70, n)
    subscribed = rng.random(n) < np.where(age < 40, 0.7, 0.2)
    return pd.DataFrame(
        {
            "customer_id": [f"c{i:04}" for i in rng.permutation(n)],
            "age": age,
            "occupation": rng.choice(["clerk", "driver", "teacher"], n),
            "duration": np.where(subscribed, 600, 60) + rng.integers(0, 30, n),
            "week": np.arange(n) // 100,
            "called": (pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(n) // 4, unit="D"))
            .strftime("%d/%m/%Y"),
            "subscribed": np.where(subscribed, "yes", "no"),
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def called():
    return gather_customers(customers=calls())


def repeats(n=240):
    """Each buys on day i; every second again after 40 days, every third only after 100."""
    first = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(n) % 120, unit="D")
    ids = [f"c{i:03}" for i in range(n)]
    rows = [pd.DataFrame({"customer_id": ids, "ordered_at": first, "amount": 10.0})]
    for every, days, amount in ((2, 40, 10.0), (3, 100, 10.0), (5, 10, -10.0)):
        some = pd.DataFrame({"customer_id": ids, "ordered_at": first + pd.Timedelta(days=days)})
        rows.append(some.iloc[::every].assign(amount=amount))
    return pd.concat(rows, ignore_index=True)


def people(n=240):
    ids = [f"c{i:03}" for i in range(n)]
    kinds = np.where(np.arange(n) % 2, "south", "north")
    return pd.DataFrame({"customer_id": ids, "region": kinds, "age": 20 + np.arange(n) % 50})


def test_who_bought_again_is_counted_over_the_same_days_for_all():
    found = bought_again(gather_customers(repeats(), people(), as_of="2024-07-01"))
    # 40 days after the first: half of all; as many within 60 days, and more within 180.
    assert (found.within_days, found.n_followed, found.n_again) == (60, 240, 120)
    early = bought_again(gather_customers(repeats(), people(), as_of="2024-04-30"))
    # Of 60 days before: those who came up to 1 March, 61 of each round of 120 days.
    assert (early.within_days, early.n_followed) == (60, 122)
    table = early.table.to_pandas()
    assert table["first_purchase"].max() == pd.Timestamp("2024-03-01")
    assert table["bought_again"].sum() == early.n_again == 62


def test_returns_are_no_second_purchase():
    orders = repeats()
    orders = orders[(orders["amount"] < 0) | ~orders.duplicated("customer_id")]
    assert bought_again(gather_customers(orders, people(), as_of="2024-12-31")) is None


def test_without_an_outcome_it_is_who_bought_again():
    found = predict_outcome(gather_customers(repeats(), people(), as_of="2024-07-01"))
    assert (found.outcome, found.within_days, found.order) == ("bought_again", 60, "first_purchase")
    assert not found.was_asked_for
    assert found.model.definition.inputs == ("region",)
    assert found.label == "bought again within 60 days of the first purchase"
    # What they bought is no predictor: some of it came later.
    assert {f.name for f in found.model.definition.tree.features} == {"region", "age"}


def test_what_cannot_be_told_says_why_and_what_to_name():
    alone = predict_outcome(gather_customers(customers=people()))
    assert not alone
    assert "No outcome was named, and there are no purchases" in alone.reason
    unknown = predict_outcome(gather_customers(repeats(), as_of="2024-07-01"))
    assert "Nothing is known of the customers but what they bought" in unknown.reason
    few = predict_outcome(gather_customers(repeats(60), people(60), as_of="2024-07-01"))
    assert "Too few customers could be followed" in few.reason


def test_customers_of_one_time_who_all_did_the_same_teach_nothing():
    first = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(240) // 2, unit="D")
    orders = people()[["customer_id"]].assign(ordered_at=first, amount=10.0)
    again = orders.head(190).assign(ordered_at=first[:190] + pd.Timedelta(days=20))
    everything = pd.concat([orders, again], ignore_index=True)
    found = predict_outcome(gather_customers(everything, people(), as_of="2024-12-31"))
    assert "all customers of a time did the same" in found.reason


def test_the_order_of_rows_is_a_test_by_time(called):
    found = predict_outcome(called, "subscribed", order="row")
    assert found.order == "row"
    assert found.model.sample.by_time
    assert (found.model.sample.n_train, found.model.sample.n_test) == (560, 240)
    assert set(found.model.tested["customer_id"]) == set(calls()["customer_id"].tail(240))
    assert found.model.left_out == ("duration",)
    assert found.model.time_bound == ("week",)
    assert found.leaking == ()
    assert found.model.definition.inputs == ("age",)


def test_a_column_of_dates_as_texts_tells_the_time(called):
    found = predict_outcome(called, "subscribed", order="called")
    assert found.order == "called"
    assert set(found.model.tested["customer_id"]) == set(calls()["customer_id"].tail(240))


def test_without_an_order_customers_are_tested_in_random_parts(called):
    found = predict_outcome(called, "subscribed")
    assert (found.order, found.model.sample.by_time) == ("", False)


def test_a_column_known_afterwards_is_a_leak_where_it_is_named(called):
    found = predict_outcome(called, "subscribed", order="row", predictors=["age", "duration"])
    assert found.leaking == ("duration",)
    assert "duration is known only after the outcome" in found.summary()


def test_row_order_and_the_input_do_not_matter_where_a_column_tells_the_time(called):
    one = predict_outcome(called, "subscribed", order="called").model
    other = gather_customers(customers=calls().sample(frac=1, random_state=1))
    other = predict_outcome(other, "subscribed", order="called").model
    assert other.definition == one.definition
    pd.testing.assert_frame_equal(other.metrics, one.metrics)


def test_numbers_of_a_text_file_are_numbers(tmp_path):
    path = tmp_path / "calls.csv"
    calls().assign(visits=lambda t: 80 - t["age"]).drop(columns="age").to_csv(path, index=False)
    found = predict_outcome(gather_customers(customers=path), "subscribed", order="row")
    kinds = {f.name: f.kind for f in found.model.definition.tree.features}
    assert kinds["visits"] == "number"
    assert found.model.definition.inputs == ("visits",)


def test_columns_go_by_their_own_names_and_by_usual_ones(tmp_path):
    path = tmp_path / "calls.csv"
    calls().rename(columns={"age": "年龄", "occupation": "job"}).to_csv(path, index=False)
    gathered = gather_customers(customers=path, customer_columns="occupation=job")
    found = predict_outcome(gathered, "Subscribed", order="row", predictors=["年龄", "job", "age"])
    assert found.outcome == "subscribed"
    assert [f.name for f in found.model.definition.tree.features] == ["age", "occupation"]


def test_names_of_the_columns_of_a_known_data_set(absent):
    try:
        gathered = gather_customers("bank_marketing")
    except DataError as error:
        absent(f"bank_marketing is not here: {error}")
    found = predict_outcome(gathered, "y", predictors=["job", "marital", "balance"])
    features = [f.name for f in found.model.definition.tree.features]
    assert features == ["occupation", "family", "assets"]


def test_customers_of_whom_it_is_not_known_are_left_out_and_counted():
    frame = calls().astype({"subscribed": object})
    frame.loc[:9, "subscribed"] = ["unknown", "未知", " N/A ", "", None] * 2
    frame.loc[5:24, "called"] = None
    found = predict_outcome(gather_customers(customers=frame), "subscribed", order="called").model
    assert (found.sample.n_unknown, found.sample.n_undated) == (10, 15)
    assert found.sample.n_train + found.sample.n_test == 775
    assert "10 customers without a known outcome were left out." in found.notes
    assert "15 customers of whom it is not known when were left out." in found.notes


def test_what_tells_a_time_or_the_outcome_does_not_last(called):
    found = predict_outcome(called, "subscribed", order="row")
    columns = set(called.table.columns)
    assert columns - set(lasting_columns(called, found).columns) == {
        "duration", "week", "subscribed",
    }  # fmt: skip
    assert "week" in lasting_columns(called, found, keep="week").columns
    assert set(lasting_columns(called, predict_outcome(called)).columns) == columns


def test_codes_stay_words():
    sent = pd.DataFrame({"code": ["01", "12"], "n": ["-1.5", None], "age": ["1", "2"]})
    from segkit.collect.frames import as_ibis

    read = own_numbers(as_ibis(sent), ["code", "n", "age"])
    assert {name: str(kind) for name, kind in read.schema().items()} == {
        "code": "string",
        "n": "float64",
        "age": "string",
    }


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"outcome": "subscribes"}, DataError, "subscribes .nearest: subscribed"),
        ({"outcome": "subscribed", "predictors": ["agee"]}, DataError, "agee .nearest: age"),
        ({"outcome": "subscribed", "order": "when"}, DataError, "missing column when"),
        ({"outcome": "subscribed", "predictors": []}, ArgumentError, "one or more columns"),
        ({"order": "called"}, ArgumentError, "outcome_order must come with an outcome"),
        ({"outcome": "week", "order": "week"}, ArgumentError, "another column than the outcome"),
        ({"outcome": "age", "predictors": ["age"]}, ArgumentError, "other columns than outcome"),
        ({"outcome": "occupation"}, DataError, "true and false.*teacher in 800 of 800 rows"),
        (
            {"outcome": "subscribed", "order": "duration"},
            ArgumentError,
            "tells when, not one known",
        ),
        ({"outcome": "subscribed", "order": "occupation"}, DataError, "800 of 800 that cannot be"),
        ({"outcome": "subscribed", "predictors": ["customer_id"]}, ArgumentError, "describe"),
    ],
)
def test_mistakes_are_named(called, arguments, error, message):
    with pytest.raises(error, match=message):
        predict_outcome(called, **arguments)


def test_rows_without_numbers_are_no_order(called):
    bought = gather_customers(repeats(), as_of="2024-07-01")
    with pytest.raises(DataError, match="outcome_order must be a column, because these customers"):
        predict_outcome(bought, "region", order="row")


def test_it_names_itself_and_escapes(called):
    found = predict_outcome(called, "subscribed")
    assert "OutcomePrediction: subscribed" in repr(found)
    hostile = gather_customers(customers=calls().rename(columns={"subscribed": "<b>y"}))
    assert "<b>" not in predict_outcome(hostile, "<b>y")._repr_html_()
