"""Real campaigns by telephone: the tree without the length of the call, tested on later calls."""

from __future__ import annotations

import pytest

import segkit as sk
from segkit.errors import DataError


@pytest.fixture(scope="module", params=["bank_marketing", "bank_marketing_additional"])
def calls(request, absent):
    """The file is in the order of the calls, as its description says; there is no year in it."""
    try:
        table = sk.load_dataset(request.param)
    except DataError as err:
        absent(f"{request.param} is not here: {err}")
    return table.assign(called=range(len(table)))


@pytest.fixture(scope="module")
def model(calls):
    return sk.fit_tree(calls, "y", order="called")


def test_it_beats_the_best_single_rule_on_later_calls(model, calls):
    auc = model.metric("auc")
    assert auc["gain_low"] > 0
    assert model.metric("log_loss")["gain_low"] > 0
    assert auc["low"] > 0.5
    assert model.sample.n_test == pytest.approx(0.3 * len(calls), abs=1)
    assert "duration" in model.left_out
    assert "duration" not in model.definition.inputs
    assert {"month"} <= set(model.time_bound)
    assert model.leaks == ()


def test_the_moved_level_is_reported(model):
    """Later in these campaigns four times as many subscribed as before."""
    assert model.sample.test_rate > 4 * model.sample.train_rate
    assert not model.reliability["agrees"].all()
    # Groups that were predicted lower came out clearly higher: 8.3 % as 31.6 %, 9.9 % as 28.2 %.
    moved = "cannot be taken literally" if model.keeps_order else "neither the order"
    assert any(moved in sentence for sentence in model.warnings)


def test_duration_is_warned_of(calls):
    warned = sk.fit_tree(calls, "y", order="called", features=["age", "occupation", "duration"])
    assert [leak.feature for leak in warned.leaks] == ["duration"]
    assert "duration is known only after the outcome" in warned.warnings[0]
    assert warned.metric("auc")["value"] > 0.7


def test_gain_adds_up(model):
    gain = model.gain
    assert gain["n_customers"].sum() == model.sample.n_test
    assert gain["n_outcomes"].sum() == pytest.approx(model.sample.test_rate * model.sample.n_test)
    assert gain["lift"].iloc[0] > 1.2
    assert gain["cumulative_gain"].iloc[-1] == pytest.approx(1)
