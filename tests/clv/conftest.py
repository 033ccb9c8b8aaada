"""CDNOW as the papers cut it, and populations whose parameters are known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import lifetimes
import numpy as np
import pandas as pd
import pytest

from segkit.clv import ClvModel, HoldoutCheck, fit_clv, validate_clv
from segkit.customers import summarize_customers

MODELS = ("nbd", "bg_nbd", "mbg_nbd", "pareto_nbd")


@pytest.fixture(scope="session")
def calibration(cdnow_sample: pd.DataFrame) -> pd.DataFrame:
    """The 2,357 customers of the 1/10 sample, as of 1997-09-30."""
    return summarize_customers(cdnow_sample, as_of="1997-09-30")


@pytest.fixture(scope="session")
def fitted(calibration: pd.DataFrame) -> dict[str, ClvModel]:
    return {name: fit_clv(calibration, model=name) for name in MODELS}


@pytest.fixture(scope="session")
def check(cdnow_sample: pd.DataFrame) -> HoldoutCheck:
    return validate_clv(
        cdnow_sample,
        calibration_end="1997-09-30",
        holdout_end="1998-06-30",
        models=MODELS,
    )


@pytest.fixture(scope="session")
def bundled() -> pd.DataFrame:
    """The summary that lifetimes bundles: weeks rounded to hundredths, here in days."""
    # By its path: importing lifetimes.datasets needs an old setuptools.
    folder = Path(lifetimes.__file__).parent / "datasets"
    rows = pd.read_csv(folder / "cdnow_customers_summary_with_transactions.csv")
    return pd.DataFrame(
        {
            "customer_id": rows["ID"].astype(str),
            "frequency": rows["x"],
            "recency": rows["t_x"] * 7,
            "T": rows["T"] * 7,
            "monetary_value": rows["zbar"],
        }
    )


@pytest.fixture(scope="session")
def simulate() -> Callable[..., pd.DataFrame]:
    return _simulate


def _simulate(
    model: str, params: tuple[float, ...], *, n: int, seed: int, weeks: float = 78.0
) -> pd.DataFrame:
    """Let ``n`` customers buy by the model's own story, purchase by purchase."""
    rng = np.random.default_rng(seed)
    T = rng.uniform(weeks / 2, weeks, n)
    rate = rng.gamma(params[0], 1 / params[1], n)
    alive = np.ones(n, dtype=bool)
    death, leave = T.copy(), np.zeros(n)
    if model == "pareto_nbd":
        death = rng.exponential(1 / rng.gamma(params[2], 1 / params[3], n))
    else:
        leave = rng.beta(params[2], params[3], n)
    if model == "mbg_nbd":
        alive = rng.uniform(size=n) >= leave
    end = np.minimum(T, death)
    clock, x, t_x = np.zeros(n), np.zeros(n), np.zeros(n)
    while alive.any():
        clock = clock + rng.exponential(1 / np.maximum(rate, 1e-12))
        alive &= clock < end
        x, t_x = x + alive, np.where(alive, clock, t_x)
        if model != "pareto_nbd":
            alive &= rng.uniform(size=n) >= leave
    columns = {"frequency": x, "recency": t_x * 7, "T": T * 7}
    return pd.DataFrame({"customer_id": np.arange(n), **columns})
