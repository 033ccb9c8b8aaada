"""Customers whose rules are known, with gaps, and new ones with values never seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest


def make_people(n: int = 600, seed: int = 3) -> pd.DataFrame:
    """Buyers are students and retired, or spend 5,000 and more; a tenth of incomes is missing."""
    rng = np.random.default_rng(seed)
    jobs = np.array(["clerk", "driver", "retired", "student", "teacher"])
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{i:04}" for i in range(n)],
            "occupation": jobs[rng.integers(0, 5, n)],
            "revenue": rng.uniform(0, 10_000, n).round(2),
            "recency_days": rng.integers(0, 400, n),
            "has_loan": rng.random(n) < 0.5,
            "income": np.where(rng.random(n) < 0.1, np.nan, rng.normal(5_000, 900, n).round()),
        }
    )
    likely = frame["occupation"].isin(["student", "retired"]) | (frame["revenue"] >= 5_000)
    return frame.assign(bought=rng.random(n) < np.where(likely, 0.9, 0.1))


@pytest.fixture(scope="session")
def people() -> pd.DataFrame:
    return make_people()


@pytest.fixture(scope="session")
def strangers() -> pd.DataFrame:
    """New customers: nothing known, a new occupation, not a number, infinite."""
    frame = make_people(60, seed=8).drop(columns="bought")
    frame["recency_days"] = frame["recency_days"].astype("float64")
    frame.loc[:9, "occupation"] = "astronaut"
    frame.loc[10:14, "occupation"] = None
    frame.loc[15:19, "income"] = np.nan
    frame.loc[20:22, "income"] = np.inf
    frame.loc[23:25, "income"] = -np.inf
    frame.loc[26:30, "revenue"] = np.nan
    frame.loc[31:33, "recency_days"] = np.nan
    frame["has_loan"] = frame["has_loan"].astype("boolean")
    frame.loc[34:38, "has_loan"] = pd.NA
    return frame
