from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
import pytest

from segkit.value.curve import cumulative_curve, curve_shares, share_at


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
