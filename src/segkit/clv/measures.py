"""A forecast of distinct histories beside what came: the tables of a holdout check."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from segkit.clv.arrays import Array
from segkit.clv.result import ClvModel
from segkit.clv.split import Split, weekly

#: Frequencies from this one on are shown together.
TOP_FREQUENCY = 7


def row(model: ClvModel, forecast: pd.DataFrame) -> dict[str, Any]:
    """Give the row of one model: totals, errors per customer, mean P(alive)."""
    weights = forecast["weight"].to_numpy()
    actual, expected = forecast["later"].to_numpy(), forecast["purchases"].to_numpy()
    total, sum_actual = float(weights @ expected), float(weights @ actual)
    missed = expected - actual
    churn = model.model != "nbd"
    return {
        "model": model.model,
        "log_likelihood": model.log_likelihood,
        "expected": total,
        "actual": sum_actual,
        "error_share": total / sum_actual - 1 if sum_actual else math.nan,
        "mae": float(np.average(np.abs(missed), weights=weights)),
        "rmse": float(np.sqrt(np.average(missed**2, weights=weights))),
        "mean_p_alive": float(np.average(forecast["p_alive"], weights=weights))
        if churn
        else math.nan,
    }


def by_frequency(name: str, forecast: pd.DataFrame) -> pd.DataFrame:
    """Give actual and expected means by calibration frequency."""
    weights = forecast["weight"]
    groups = np.minimum(forecast["frequency"], TOP_FREQUENCY).astype(int)
    sums = pd.DataFrame(
        {
            "n": weights,
            "actual": weights * forecast["later"],
            "expected": weights * forecast["purchases"],
        }
    )
    sums = sums.groupby(groups).sum().reindex(range(TOP_FREQUENCY + 1), fill_value=0.0)
    people = sums["n"].replace(0.0, np.nan)  # a mean of nobody is NaN
    labels = [f"{k}+" if k == TOP_FREQUENCY else str(k) for k in sums.index]
    return pd.DataFrame(
        {
            "model": name,
            "frequency": labels,
            "n_customers": sums["n"].astype(int).to_numpy(),
            "actual_mean": (sums["actual"] / people).to_numpy(),
            "expected_mean": (sums["expected"] / people).to_numpy(),
        }
    )


def by_forecast(forecast: pd.DataFrame) -> pd.DataFrame:
    """Count customers and what they bought by their forecast, highest first."""
    rows = pd.DataFrame(
        {
            "expected": forecast["purchases"],
            "n_customers": forecast["weight"],
            "actual": forecast["weight"] * forecast["later"],
        }
    )
    sums = rows.groupby("expected", as_index=False).sum()
    return sums.sort_values("expected", ascending=False, ignore_index=True)


def tracking(model: ClvModel, split: Split) -> pd.DataFrame:
    """Give actual and expected repeat purchases of all, summed up week by week."""
    ends, actual = weekly(split)
    in_holdout = ends >= split.calibration_days
    return pd.DataFrame(
        {
            "model": model.model,
            "week": np.arange(1, len(ends) + 1),
            "week_end": pd.to_datetime([split.first_day + timedelta(int(day)) for day in ends]),
            "period": np.where(in_holdout, "holdout", "calibration"),
            "actual_cumulative": actual,
            "expected_cumulative": _expected_by(model, split, ends),
        }
    )


def _expected_by(model: ClvModel, split: Split, ends: Array) -> Array:
    """Sum over customers of E[X(t)], t from each one's own first purchase."""
    start, people = split.cohorts["day"].to_numpy(), split.cohorts["n"].to_numpy()
    longest = int(ends[-1] - start[0])
    # Every start and every week's end is a whole day, so the curve is needed at those only.
    curve = model.expected_of_new(np.arange(longest + 1, dtype=float))
    since = ends[:, None] - start
    return np.where(since > 0, curve[np.maximum(since, 0)], 0.0) @ people


def split_facts(split: Split) -> dict[str, Any]:
    """Give the days and the totals of the split."""
    histories = split.histories
    return {
        "n_customers": int(histories["weight"].sum()),
        "calibration_days": split.calibration_days,
        "holdout_days": split.holdout_days,
        "actual_purchases": int(histories["weight"] @ histories["later"]),
        "holdout_spend": float(histories["later_spend"].sum()),
        "first_day": split.first_day,
        "calibration_end": split.calibration_end,
        "holdout_end": split.holdout_end,
        "last_day": split.last_day,
    }
