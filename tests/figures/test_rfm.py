from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import polars as pl
import pytest

from segkit.errors import DataError
from segkit.figures import plot_rfm_heatmap, score_grid


def by_hand(segmentation, customers) -> pd.DataFrame:
    merged = segmentation.customers.merge(customers[["customer_id", "revenue"]], on="customer_id")
    grouped = merged.groupby(["R", "F"])["revenue"].agg(["size", "mean"]).reset_index()
    return grouped.rename(columns={"size": "n_customers", "mean": "mean_revenue"})


@pytest.mark.parametrize("which", ["rfm", "rfm11"])
def test_the_grid_counts_and_averages(which, request, customers):
    segmentation = request.getfixturevalue(which)
    grid = score_grid(segmentation, customers)
    found = grid.table[["R", "F", "n_customers", "mean_revenue"]]
    pd.testing.assert_frame_equal(found, by_hand(segmentation, customers), check_dtype=False)
    assert grid.table["customer_share"].sum() == pytest.approx(1)


def test_the_title_says_the_fullest_cell(rfm, customers):
    largest = by_hand(rfm, customers).sort_values("n_customers").iloc[-1]
    caption = plot_rfm_heatmap.describe(rfm)
    share = largest["n_customers"] / len(customers)
    assert caption.title == (
        f"{share * 100:.1f}\u202f% of customers share one cell: Recency 1, Frequency 1"
    )
    assert "mean_revenue" not in caption.data


@pytest.mark.parametrize("which", ["rfm", "rfm11"])
@pytest.mark.parametrize("with_revenue", [True, False])
def test_nothing_overlaps_from_two_to_five_levels(which, with_revenue, request, customers, look):
    segmentation = request.getfixturevalue(which)
    result = score_grid(segmentation, customers) if with_revenue else segmentation
    texts = look(plot_rfm_heatmap, result)
    assert texts.count("10,671" if which == "rfm" else "4,292") == 2


def test_large_money_drops_its_sign_where_narrow(look):
    scored = pd.DataFrame({"customer_id": range(5), "R": [1, 2, 3, 4, 5], "F": [1, 2, 3, 4, 5]})
    spent = pd.DataFrame({"customer_id": range(5), "revenue": [1e6, 2e6, 3e4, 100, 5]})
    texts = look(plot_rfm_heatmap, score_grid(SimpleNamespace(customers=scored), spent))
    assert {"$2,000,000", "2,000,000"} <= set(texts)


def test_customers_without_scores_are_not_counted():
    scored = pl.DataFrame({"customer_id": [1, 2, 3], "R": [1, None, 2], "F": [1, 1, 2]})
    grid = score_grid(SimpleNamespace(customers=scored))
    assert grid.table["n_customers"].tolist() == [1, 1]
    nobody = SimpleNamespace(customers=scored.with_columns(R=pl.lit(None, dtype=pl.Int64)))
    with pytest.raises(DataError, match="segmentation must have scored customers"):
        score_grid(nobody)


def test_missing_scores_are_named(rfm):
    with pytest.raises(DataError, match="score_grid: missing columns loyalty, worth"):
        score_grid(rfm, rows="loyalty", columns="worth")
    with pytest.raises(DataError, match="missing column revenue"):
        score_grid(rfm, rfm.customers)
