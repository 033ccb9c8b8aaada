"""Derivatives, Newton steps and intervals on surfaces whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest

from segkit.clv.curvature import climb, derivatives, intervals

TOP = np.array([0.5, -1.0, 2.0])
BEND = np.array([[4.0, 1.0, 0.0], [1.0, 3.0, 0.5], [0.0, 0.5, 2.0]])


def bowl(at):
    return float(-0.5 * (at - TOP) @ BEND @ (at - TOP))


def test_derivatives_of_a_bowl():
    at = np.array([1.0, 0.0, 0.0])
    value, slope, hessian = derivatives(bowl, at)
    assert value == bowl(at)
    assert slope == pytest.approx(-BEND @ (at - TOP), abs=1e-8)
    assert hessian == pytest.approx(-BEND, abs=1e-6)


def test_climbs_to_the_top():
    peak = climb(bowl, np.zeros(3))
    assert peak.arrived
    assert peak.log_params == pytest.approx(TOP, abs=1e-6)
    assert peak.height == pytest.approx(0, abs=1e-9)


def test_climbs_out_of_a_place_that_bends_the_wrong_way():
    peak = climb(lambda at: float(np.exp(-(at[0] ** 2))), np.array([2.5]))
    assert peak.arrived
    assert peak.log_params == pytest.approx([0], abs=1e-3)


def test_an_endless_slope_has_no_top():
    assert not climb(lambda at: float(np.tanh(at[0] / 10)), np.zeros(1), steps=40).arrived


def test_nan_is_no_top():
    assert not climb(lambda at: float("nan"), np.zeros(2)).arrived


def test_intervals_by_hand():
    # One parameter e^1 with curvature 25 in the logarithm: a standard error of 0.2 there.
    table = intervals(["k"], np.array([1.0]), np.array([[-25.0]])).iloc[0]
    assert table["estimate"] == pytest.approx(np.e)
    assert table["std_error"] == pytest.approx(0.2 * np.e)
    assert table["lower"] == pytest.approx(np.exp(1 - 1.959964 * 0.2), rel=1e-6)
    assert table["upper"] == pytest.approx(np.exp(1 + 1.959964 * 0.2), rel=1e-6)


@pytest.mark.parametrize("hessian", [np.zeros((2, 2)), np.diag([-1.0, 1.0])])
def test_a_flat_surface_has_no_intervals(hessian):
    table = intervals(["k", "l"], np.zeros(2), hessian)
    assert table[["std_error", "lower", "upper"]].isna().all().all()
    assert table["estimate"].tolist() == [1, 1]


def test_a_top_is_seen_through_the_rounding_of_large_sums():
    def rounded(at):
        return round(-200_000 + bowl(at), 6)

    peak = climb(rounded, np.zeros(3))
    assert peak.arrived
    assert peak.log_params == pytest.approx(TOP, abs=1e-3)
