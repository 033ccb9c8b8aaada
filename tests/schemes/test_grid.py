from __future__ import annotations

import pytest

from segkit.customers import summarize_customers
from segkit.errors import ArgumentError
from segkit.schemes import lint_scheme, rfm_grid
from segkit.segment import apply_scheme


@pytest.mark.parametrize("bins", [3, 4, 5])
def test_each_cell_is_a_segment_and_nothing_is_left_out(bins, cdnow_sample):
    scheme = rfm_grid(bins)
    assert lint_scheme(scheme) == []
    assert len(scheme.segments) == bins**2
    grid = apply_scheme(summarize_customers(cdnow_sample), scheme)
    assert grid.profile["n_customers"].sum() == 2357
    assert grid.n_unclassified == 0
    cells = grid.customers.groupby(["R", "F"]).size()
    counts = grid.profile.set_index("segment")["n_customers"]
    assert all(counts[f"r{r}f{f}"] == n for (r, f), n in cells.items())


@pytest.mark.parametrize("bins", [2, 6, 3.5, "many", True])
def test_bins_are_checked(bins):
    with pytest.raises(ArgumentError, match="bins must be a whole number at least 3 and at most 5"):
        rfm_grid(bins)
