from __future__ import annotations

import pytest

from segkit.clv import fit_clv, validate_clv
from segkit.customers import summarize_customers
from segkit.tables import clv_parameters_table, holdout_table
from segkit.tables.clv import parameter_meaning


@pytest.mark.parametrize(
    ("model", "names"),
    [
        ("bg_nbd", ["r", "alpha", "a", "b"]),
        ("pareto_nbd", ["r", "alpha", "s", "beta"]),
        ("nbd", ["r", "alpha"]),
    ],
)
def test_every_parameter_has_an_interval_and_a_meaning(cdnow_sample, model, names):
    before = cdnow_sample[cdnow_sample["ordered_at"] <= "1997-09-30"]
    fitted = fit_clv(summarize_customers(before, as_of="1997-09-30"), model=model)
    table = clv_parameters_table(fitted)
    frame = table.frame
    assert frame["name"].tolist() == [*names, "p", "q", "gamma"]
    assert ((frame["lower"] < frame["estimate"]) & (frame["estimate"] < frame["upper"])).all()
    assert (frame["meaning"].str.len() > 10).all()
    assert "spend model" in table.title


def test_the_unit_of_time_stands_in_the_meaning():
    assert "in weeks" in parameter_meaning("mbg_nbd", "alpha", "week")
    assert "in months" in parameter_meaning("pareto_nbd", "beta", "month")
    assert parameter_meaning("mbg_nbd", "unknown", "week") == ""


def test_the_holdout_table_has_the_published_sums(cdnow_sample):
    check = validate_clv(
        cdnow_sample,
        calibration_end="1997-09-30",
        holdout_end="1998-06-30",
        models=["bg_nbd", "nbd"],
    )
    frame = holdout_table(check).frame.set_index("name")
    assert frame.loc["BG/NBD", "expected"] == pytest.approx(1653.41, rel=5e-3)
    assert frame.loc["BG/NBD", "actual"] == 1882
    assert frame.loc["BG/NBD", "error_share"] == pytest.approx(1653.41 / 1882 - 1, abs=5e-3)
    assert frame["mean_p_alive"].isna().tolist() == [False, True]
