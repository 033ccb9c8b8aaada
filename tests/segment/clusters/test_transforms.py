"""Transforms by hand, there and back, in Python and in the engine."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from segkit.segment.clusters.transforms import choose_transform

RNG = np.random.default_rng(0)
VALUES = {
    "scale": RNG.normal(50, 3, 500),
    "log": np.exp(RNG.normal(3, 1, 500)),
    "yeo_johnson": np.sinh(RNG.normal(-1, 1.2, 500)),
}


@pytest.mark.parametrize("kind", VALUES)
def test_the_kind_follows_the_skewness(kind):
    found = choose_transform("x", VALUES[kind], "auto", False)
    assert found.kind == kind
    assert abs(found.skewness_after) <= 1
    z = found.forward(VALUES[kind])
    assert (z.mean(), z.std()) == pytest.approx((0, 1), abs=1e-6)


@pytest.mark.parametrize("kind", VALUES)
def test_there_and_back_and_in_the_engine(kind):
    x = VALUES[kind]
    found = choose_transform("x", x, "auto", False)
    inside = np.clip(x, found.lower, found.upper)
    np.testing.assert_allclose(found.back(found.forward(x)), inside, rtol=1e-6)
    table = ibis.memtable(pd.DataFrame({"x": x}))
    told = table.select(z=found.expression(table["x"])).to_pandas()["z"]
    np.testing.assert_allclose(told, found.forward(x), rtol=1e-9, atol=1e-9)


def test_the_power_is_that_of_yeo_and_johnson():
    x = VALUES["yeo_johnson"]
    found = choose_transform("x", x, "yeo_johnson", False)
    bent, power = stats.yeojohnson(x)
    assert found.power == pytest.approx(power, abs=2e-3)
    inside = (x >= found.lower) & (x <= found.upper)
    assert inside.mean() > 0.9
    assert np.corrcoef(bent[inside], found.forward(x[inside]))[0, 1] > 0.9999


def test_far_values_count_as_the_last_one_that_is_not_far():
    x = np.array([*np.linspace(-1, 1, 101), 40.0])
    found = choose_transform("x", x, "scale", False)
    assert (found.upper, found.n_cut) == (1.0, 1)
    assert found.forward(np.array([40.0])) == found.forward(np.array([1.0]))


def test_a_flag_is_only_scaled():
    found = choose_transform("x", np.array([0, 0, 0, 1.0] * 5), "auto", True)
    assert (found.kind, found.center) == ("flag", 0.25)
    assert choose_transform("x", np.array([1.0, 5.0]), "none", False).forward([7, 3]).tolist() == [
        5.0,
        3.0,
    ]
