from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
import pytest

from segkit.value.curve import _near_the_grid, cumulative_curve, curve_shares, share_at


@pytest.mark.parametrize("n", [1, 7, 900, 901, 23_570, 10_000_000])
def test_a_curve_has_both_ends_and_at_most_1001_points(n):
    shares = curve_shares(n, [0.01, 0.05, 0.2, 0.5])
    assert shares[0] == 0
    assert shares[-1] == 1
    assert len(shares) <= 1001
    assert (np.diff(shares) > 0).all()
    assert {0.01, 0.05, 0.2, 0.5} <= set(shares)


def test_a_share_inside_a_customer_takes_the_same_part_of_their_value():
    ranked = ibis.memtable(pd.DataFrame({"rank": [1, 2], "cumulative": [6.0, 8.0]}))
    curve = cumulative_curve(ranked, "value", 2, 8.0, [0.25])
    assert share_at(curve, "share", 0.25) == pytest.approx(3 / 8)
    assert share_at(curve, "share", 0.75) == pytest.approx(7 / 8)
    assert curve["share"].tolist()[-1] == 1.0


@pytest.mark.parametrize("n", [901, 1_000, 4_001, 23_570, 99_991])
def test_of_many_customers_few_are_read_and_the_curve_is_the_whole_one(n):
    running = np.arange(n, 0, -1.0).cumsum()
    frame = pd.DataFrame({"rank": np.arange(1, n + 1), "cumulative": running})
    ranked = ibis.memtable(frame)
    curve = cumulative_curve(ranked, "value", n, running[-1], [])
    exact = np.interp(curve["customer_share"] * n, np.arange(n + 1), [0, *running / running[-1]])
    assert curve["share"].to_numpy() == pytest.approx(exact, abs=1e-12)
    read = ranked.filter(_near_the_grid(ranked["rank"], n)).count().to_pyarrow().as_py()
    assert read <= 4_000


@pytest.mark.parametrize("n", [10_000_003, 123_456_789, 1_000_000_000])
def test_ranks_beside_the_grid_are_among_those_read_of_very_many(n):
    below = np.floor((curve_shares(n, []) * n).round(9)).astype("int64")
    wanted = np.unique([*below, *np.minimum(below + 1, n)])[1:]
    table = ibis.memtable(pd.DataFrame({"rank": wanted}))
    read = table.filter(_near_the_grid(table["rank"], n)).count().to_pyarrow().as_py()
    assert read == len(wanted)
