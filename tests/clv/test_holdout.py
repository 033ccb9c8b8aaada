"""CDNOW's held-out 39 weeks, and a split that can be counted by hand."""

from __future__ import annotations

import warnings
from dataclasses import replace

import ibis
import numpy as np
import pandas as pd
import polars as pl
import pytest

from segkit.clv import fitters, validate_clv
from segkit.errors import ArgumentError, DataError
from segkit.i18n import use_language

CDNOW = {"calibration_end": "1997-09-30", "holdout_end": "1998-06-30"}
SUMS = {"nbd": 2929.82, "bg_nbd": 1653.41, "mbg_nbd": 1576.73, "pareto_nbd": 1665.51}
MAE = {"nbd": 1.0410, "bg_nbd": 0.7855, "mbg_nbd": 0.7648, "pareto_nbd": 0.7545}
RMSE = {"nbd": 1.8595, "bg_nbd": 1.6080, "mbg_nbd": 1.6072, "pareto_nbd": 1.6028}
ALIVE = {"bg_nbd": 0.81344, "mbg_nbd": 0.44872, "pareto_nbd": 0.44628}


@pytest.fixture(scope="module")
def rows(check):
    return check.table.set_index("model")


def test_split_is_the_published_one(check):
    split = check.split
    assert split["n_customers"] == 2357
    assert split["actual_purchases"] == 1882
    assert split["holdout_spend"] == pytest.approx(70976.39, abs=0.005)
    assert (split["calibration_days"], split["holdout_days"]) == (273, 273)


@pytest.mark.parametrize("model", SUMS)
def test_sum_of_expectations(rows, model):
    assert rows.loc[model, "expected"] == pytest.approx(SUMS[model], abs=0.01)
    assert rows.loc[model, "actual"] == 1882
    assert rows.loc[model, "error_share"] == pytest.approx(SUMS[model] / 1882 - 1, abs=1e-4)


@pytest.mark.parametrize("model", MAE)
def test_errors_per_customer(rows, model):
    assert rows.loc[model, "mae"] == pytest.approx(MAE[model], abs=5e-5)
    assert rows.loc[model, "rmse"] == pytest.approx(RMSE[model], abs=5e-5)


@pytest.mark.parametrize("model", ALIVE)
def test_mean_p_alive(rows, model):
    assert rows.loc[model, "mean_p_alive"] == pytest.approx(ALIVE[model], abs=1e-5)


def test_nbd_has_no_p_alive(rows):
    assert np.isnan(rows.loc["nbd", "mean_p_alive"])


def test_best_has_the_smallest_rmse(check):
    assert check.best == "pareto_nbd"


def test_models_are_those_of_fit_clv(check, fitted):
    for name, model in check.models.items():
        assert model.params == pytest.approx(fitted[name].params, rel=1e-9)
        assert model.spend_params == pytest.approx(fitted[name].spend_params, rel=1e-6)


def test_sum_equals_the_forecast_of_each_customer(check, rows):
    value = check.models["mbg_nbd"].predict(horizon_days=273)
    assert len(value) == 2357
    assert value["expected_purchases"].sum() == pytest.approx(rows.loc["mbg_nbd", "expected"])


def test_by_frequency_adds_up(check, rows):
    part = check.by_frequency.query("model == 'bg_nbd'")
    assert part["frequency"].tolist() == ["0", "1", "2", "3", "4", "5", "6", "7+"]
    assert part["n_customers"].tolist() == [1411, 439, 214, 100, 62, 38, 29, 64]
    assert part["n_customers"] @ part["actual_mean"] == pytest.approx(1882)
    assert part["n_customers"] @ part["expected_mean"] == pytest.approx(
        rows.loc["bg_nbd", "expected"]
    )


def test_tracking_ends_at_all_repeat_purchases(check):
    part = check.tracking.query("model == 'bg_nbd'").set_index("week")
    assert part.index.tolist() == list(range(1, 79))
    assert part.loc[39, "week_end"] == pd.Timestamp("1997-09-30")
    assert part.loc[39, "actual_cumulative"] == 2457
    assert part.loc[78, "actual_cumulative"] == 2457 + 1882
    assert (part["period"] == "calibration").sum() == 39


def test_tracking_sums_the_expectation_from_each_start(check, calibration):
    model = check.models["bg_nbd"]
    weeks = (pd.Timestamp("1998-06-30") - pd.to_datetime(calibration["first_purchase"])).dt.days
    want = model.expected_of_new(weeks.to_numpy(float)).sum()
    last = check.tracking.query("model == 'bg_nbd'")["expected_cumulative"].iloc[-1]
    assert last == pytest.approx(want, rel=1e-12)


def test_tracking_agrees_with_lifetimes(check, calibration):
    from lifetimes import ParetoNBDFitter

    other = ParetoNBDFitter()
    other.params_ = pd.Series(check.models["pareto_nbd"].params)
    want = other.expected_number_of_purchases_up_to_time(calibration["T"] / 7).sum()
    part = check.tracking.query("model == 'pareto_nbd' and week == 39").iloc[0]
    assert part["expected_cumulative"] == pytest.approx(want, rel=1e-9)


def _orders(rows: list[tuple[str, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "ordered_at"])
    return frame.assign(
        ordered_at=pd.to_datetime(frame["ordered_at"], format="ISO8601"), amount=10.0
    )


HAND = [
    ("a", "2024-01-01"),
    ("a", "2024-01-01 18:00"),  # the same day: no repeat purchase
    ("a", "2024-01-08"),
    ("a", "2024-02-01"),  # holdout
    ("b", "2024-01-03"),
    ("b", "2024-01-31"),  # last day of calibration
    ("c", "2024-01-05"),
    ("d", "2024-02-02"),  # first purchase in the holdout: not followed
    ("d", "2024-02-03"),
    ("a", "2024-02-10"),  # after the holdout
]


def test_hand_counted_split():
    check = validate_clv(
        _orders(HAND), calibration_end="2024-01-31", holdout_end="2024-02-09", models=["nbd"]
    )
    assert check.split["n_customers"] == 3
    assert check.split["actual_purchases"] == 1
    assert check.split["holdout_spend"] == 10.0
    assert (check.split["calibration_days"], check.split["holdout_days"]) == (31, 9)
    counted = check.by_frequency.set_index("frequency")
    assert counted.loc["0", "n_customers"] == 1
    assert counted.loc["1", "actual_mean"] == 0.5
    assert np.isnan(counted.loc["3", "expected_mean"])
    # Week ends: 7, 14, 21, 28 January, 4 February, and the end of the holdout.
    assert check.tracking["actual_cumulative"].tolist() == [0, 1, 1, 1, 3, 3]
    assert check.tracking["week_end"].iloc[-1] == pd.Timestamp("2024-02-09")
    assert check.tracking["period"].tolist() == ["calibration"] * 4 + ["holdout"] * 2


def test_order_of_rows_and_kind_of_frame_do_not_matter(cdnow_sample, check):
    options = {"calibration_end": "1997-09-30", "holdout_end": "1998-06-30", "models": "mbg_nbd"}
    want = check.table.query("model == 'mbg_nbd'").reset_index(drop=True)
    shuffled = cdnow_sample.sample(frac=1, random_state=5)
    kept = shuffled.copy()
    for orders in (shuffled, pl.from_pandas(shuffled), ibis.memtable(shuffled)):
        found = validate_clv(orders, **options)
        pd.testing.assert_frame_equal(found.table, want, rtol=1e-9)
        value = found.models["mbg_nbd"].predict()
        assert type(value) is type(orders)
    pd.testing.assert_frame_equal(shuffled, kept)


def test_words_and_next_step(check):
    assert "1,882 repeat purchases in 273 held-out days" in check.summary()
    assert "Next: .models['pareto_nbd'].predict" in repr(check)
    assert "<table" in check._repr_html_()
    with use_language("zh"):
        assert check.summary()


def test_incomplete_holdout_is_said(cdnow_sample):
    check = validate_clv(
        cdnow_sample, calibration_end="1997-09-30", holdout_end="1998-12-31", models=["nbd"]
    )
    assert "actual purchases may be incomplete" in check.notes[0]


def test_data_without_spend_are_checked_all_the_same(cdnow_sample):
    free = cdnow_sample.assign(amount=0.0)
    check = validate_clv(
        free, calibration_end="1997-09-30", holdout_end="1998-06-30", models=["mbg_nbd"]
    )
    assert check.table.loc[0, "expected"] == pytest.approx(SUMS["mbg_nbd"], abs=0.01)
    assert "No spend model: expected spend and CLV are left empty." in check.notes


def test_days_in_wrong_order(cdnow_sample):
    with pytest.raises(ArgumentError, match="holdout_end must be a day after calibration_end"):
        validate_clv(cdnow_sample, calibration_end="1998-06-30", holdout_end="1997-09-30")


def test_no_date(cdnow_sample):
    with pytest.raises(ArgumentError, match="calibration_end must be a date such as"):
        validate_clv(cdnow_sample, calibration_end="autumn", holdout_end="1998-06-30")


def test_unknown_model(cdnow_sample):
    with pytest.raises(ArgumentError, match="models must be one of .*Did you mean 'mbg_nbd'"):
        validate_clv(
            cdnow_sample, calibration_end="1997-09-30", holdout_end="1998-06-30", models=["mbgnbd"]
        )


def test_no_model(cdnow_sample):
    with pytest.raises(ArgumentError, match=r"models must be at least one model; got \[\]"):
        validate_clv(
            cdnow_sample, calibration_end="1997-09-30", holdout_end="1998-06-30", models=[]
        )


def test_unknown_unit(cdnow_sample):
    with pytest.raises(ArgumentError, match="time_unit must be one of day, week, month"):
        validate_clv(
            cdnow_sample, calibration_end="1997-09-30", holdout_end="1998-06-30", time_unit="year"
        )


def test_calibration_before_the_data(cdnow_sample):
    with pytest.raises(DataError, match="calibration_end must be a day with purchases up to it"):
        validate_clv(cdnow_sample, calibration_end="1996-09-30", holdout_end="1998-06-30")


def test_calibration_after_the_data(cdnow_sample):
    with pytest.raises(DataError, match="before the last purchase in the data"):
        validate_clv(cdnow_sample, calibration_end="1998-06-30", holdout_end="1998-12-31")


def test_no_orders(cdnow_sample):
    with pytest.raises(DataError, match="orders must be a table with purchases"):
        validate_clv(cdnow_sample.head(0), calibration_end="1997-09-30", holdout_end="1998-06-30")


def test_missing_columns_are_all_named(cdnow_sample):
    with pytest.raises(DataError, match="missing columns .*ordered_at.*amount"):
        validate_clv(
            cdnow_sample[["customer_id"]], calibration_end="1997-09-30", holdout_end="1998-06-30"
        )


def test_nobody_came_back():
    once = _orders([("a", "2024-01-01"), ("b", "2024-01-03"), ("a", "2024-02-01")])
    with pytest.raises(DataError, match="bought on a second day"):
        validate_clv(once, calibration_end="2024-01-31", holdout_end="2024-02-09")


def test_every_note_of_one_model_names_it_once(cdnow_sample, monkeypatch):
    climb = fitters.climb
    monkeypatch.setattr(fitters, "climb", lambda *a: replace(climb(*a), arrived=False))
    found = validate_clv(cdnow_sample, **CDNOW, models=["bg_nbd", "mbg_nbd"])
    penalty = [note for note in found.notes if "The fit converged only" in note]
    assert [note.partition(":")[0] for note in penalty] == ["BG/NBD", "MBG/NBD"]
    assert len(set(found.notes)) == len(found.notes)
    assert sum("P(alive) = 1" in note for note in found.notes) == 1


@pytest.mark.parametrize("share", [0.0, 0.05, 0.2, 0.5, 1.0])
def test_top_share_against_a_count_of_customers(check, cdnow_sample, share):
    value = check.models["nbd"].predict(horizon_days=273)
    days = cdnow_sample.assign(day=cdnow_sample["ordered_at"].dt.normalize())
    days = days[(days["day"] > "1997-09-30") & (days["day"] <= "1998-06-30")]
    came = days.drop_duplicates(["customer_id", "day"]).groupby("customer_id").size()
    value["came"] = value["customer_id"].map(came).fillna(0)
    # One customer after the other; those of one forecast share what they brought.
    value["came"] = value.groupby("expected_purchases")["came"].transform("mean")
    value = value.sort_values("expected_purchases", ascending=False, ignore_index=True)
    room = share * len(value) - value.index.to_numpy()
    part = np.clip(room, 0, 1)
    predicted, actual = check.top_share(share)
    assert check.focus == "nbd"
    assert predicted == pytest.approx(
        part @ value["expected_purchases"] / value["expected_purchases"].sum()
    )
    assert actual == pytest.approx(part @ value["came"] / 1882)


def test_top_share_by_hand():
    days = {"calibration_end": "2024-01-31", "holdout_end": "2024-02-09"}
    found = validate_clv(_orders(HAND), **days, models=["nbd"])
    # c has no repeat purchase; a and b have one each, a with the longer history.
    assert found.by_forecast["n_customers"].tolist() == [1, 1, 1]
    assert found.top_share(1 / 3)[1] == 0
    assert found.top_share(1 / 2)[1] == pytest.approx(0.5)
    assert found.top_share(2 / 3)[1] == pytest.approx(1)


def test_top_share_is_a_share(check):
    with pytest.raises(ArgumentError, match="HoldoutCheck.top_share: share must be a number"):
        check.top_share(20)


@pytest.fixture(scope="module")
def nobody_returned(cdnow_sample):
    """The last purchase in the holdout is somebody's first."""
    seen = cdnow_sample[cdnow_sample["ordered_at"] <= "1997-09-30"]
    new = seen.tail(1).assign(customer_id="new", ordered_at=pd.Timestamp("1998-06-30"))
    return validate_clv(pd.concat([seen, new]), **CDNOW, models=["mbg_nbd"])


def test_nobody_returned(nobody_returned):
    row = nobody_returned.table.iloc[0]
    assert (row["actual"], np.isnan(row["error_share"])) == (0, True)
    assert "MBG/NBD: 1,577 expected, none came; mean" in nobody_returned.summary()
    assert "mbg_nbd 1,577 expected, none came" in repr(nobody_returned)
    predicted, actual = nobody_returned.top_share()
    assert 0.2 < predicted < 1
    assert np.isnan(actual)
    for words in (nobody_returned.summary(), repr(nobody_returned), nobody_returned._repr_html_()):
        assert "nan" not in words.lower()


def test_rows_without_customer_do_not_stretch_the_time(cdnow_sample):
    stray = cdnow_sample.head(2).assign(
        customer_id=None, ordered_at=pd.to_datetime(["1990-01-01", "2010-01-01"])
    )
    want = validate_clv(cdnow_sample, models=["nbd"])
    found = validate_clv(pd.concat([cdnow_sample, stray]), models=["nbd"])
    assert found.split == want.split
    with pytest.raises(DataError, match="a table with purchases; got 'no rows'"):
        validate_clv(stray, models=["nbd"])


def test_data_without_churn_give_finite_figures():
    rng = np.random.default_rng(7)
    n, span = 3000, 540
    start = rng.integers(0, 180, n)
    orders = rng.poisson(rng.gamma(0.8, 1 / 42, n) * (span - start)) + 1
    who = np.repeat(np.arange(n), orders)
    day = start[who] + np.floor(rng.uniform(size=who.size) * (span - start[who]))
    day[np.cumsum(orders) - orders] = start  # the first of each customer
    frame = pd.DataFrame({"customer_id": who, "amount": 10.0})
    frame["ordered_at"] = pd.Timestamp("2022-01-01") + pd.to_timedelta(day, unit="D")
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        found = validate_clv(frame, models=["mbg_nbd", "bg_nbd", "pareto_nbd"])
    assert np.isfinite(found.table.drop(columns="model").to_numpy(float)).all()
    assert np.isfinite(found.tracking["expected_cumulative"]).all()
    assert found.table["error_share"].abs().max() < 0.05
