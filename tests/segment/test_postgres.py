"""Customers summed up in PostgreSQL: what is asked of them there is what DuckDB says too."""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
import pandas as pd
import pytest

from segkit.customers import summarize_customers
from segkit.groups import build_groups
from segkit.segment import apply_scheme, score_rfm
from segkit.segment.describe import describe_segments
from segkit.segment.stability import cutoff_sensitivity
from segkit.value import value_pyramid

AS_OF = "2024-12-31"


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    """Averages of these have no end as decimals: PostgreSQL gives more digits than a float."""
    rng = np.random.default_rng(4)
    n = 2_000
    days = pd.to_timedelta(rng.integers(0, 700, n), unit="D")
    return pd.DataFrame(
        {
            "customer_id": [f"c{number:03d}" for number in rng.integers(0, 300, n)],
            "ordered_at": pd.Timestamp("2023-01-01") + days,
            "amount": rng.integers(100, 90_000, n) / 100,
        }
    )


@pytest.fixture(scope="module", params=["numeric", "numeric(12, 2)", "float8"])
def there(request, postgres, orders) -> Any:
    with postgres.connect() as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS to_segment")
        cursor.execute(
            "CREATE TABLE to_segment (customer_id text, ordered_at timestamp, "
            f"amount {request.param})"
        )
        cursor.executemany(
            "INSERT INTO to_segment VALUES (%s, %s, %s)", orders.astype(object).to_numpy().tolist()
        )
    engine = ibis.postgres.connect(
        host=str(postgres.folder), user=postgres.user, database="postgres"
    )
    yield summarize_customers(engine.table("to_segment"), as_of=AS_OF)
    engine.disconnect()


@pytest.fixture(scope="module")
def here(orders) -> pd.DataFrame:
    return summarize_customers(orders, as_of=AS_OF)


def same(found: pd.DataFrame, right: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(found, right, check_dtype=False, rtol=1e-9)


def test_segments_and_cutoffs(there, here):
    found, right = score_rfm(there), score_rfm(here)
    same(found.cutoffs, right.cutoffs)
    same(found.table, right.table)
    assert found.summary() == right.summary()


@pytest.mark.parametrize("scheme", ["rfm_cn8", "rfm_11"])
def test_a_scheme(there, here, scheme):
    same(apply_scheme(there, scheme).table, apply_scheme(here, scheme).table)


def test_what_sets_segments_apart(there, here):
    found = describe_segments(score_rfm(there), there, features=["revenue", "n_days"])
    right = describe_segments(score_rfm(here), here, features=["revenue", "n_days"])
    same(found.table, right.table)


def test_other_cutoffs(there, here):
    same(
        cutoff_sensitivity(score_rfm(there), there),
        cutoff_sensitivity(score_rfm(here), here),
    )


def test_groups(there, here):
    text = "Large: revenue >= 2000.5; Lately: recency_days < 90"
    found, right = build_groups(there, text), build_groups(here, text)
    same(found.profile, right.profile)
    same(found.overlap, right.overlap)


def test_a_pyramid(there, here):
    found, right = value_pyramid(there), value_pyramid(here)
    same(found.table, right.table)
    same(found.curve, right.curve)
