from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from segkit.errors import DataError
from segkit.figures import (
    draw,
    plot_calibration,
    plot_gain,
    plot_lift,
    plot_tree,
    to_svg,
)
from segkit.i18n import use_language
from segkit.segment.trees import explain_segments, fit_tree, predict_next_purchase
from segkit.segment.trees.scores import gain_table
from segkit.segment.trees.tree import Feature, Node, Tree

NAMES = ["Cost $5 and $x_2$", "<script>alert(1)</script>", "W" * 40]


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{i:04}" for i in range(1200)],
            NAMES[0]: rng.normal(size=1200).round(3),
            NAMES[1]: rng.choice([*NAMES, "\U0001f600 \u202e rtl"], 1200),
            NAMES[2]: rng.integers(0, 9, 1200),
        }
    )
    score = frame[NAMES[0]] + (frame[NAMES[1]] == NAMES[2]) + 0.4 * (frame[NAMES[2]] > 5)
    return frame.assign(bought=rng.random(1200) < 1 / (1 + np.exp(1 - 2 * score)))


@pytest.fixture(scope="module")
def model(people):
    return fit_tree(people, "bought")


@pytest.fixture(scope="module")
def rules(rfm11, customers):
    return explain_segments(rfm11, customers, max_depth=4)


def test_the_tree_says_its_likeliest_leaf(model):
    caption = plot_tree.describe(model)
    best = model.rules.iloc[0]
    assert best["rule"] in caption.title
    assert caption.data["share"].max() == pytest.approx(best["probability"])
    assert caption.data["n_customers"].sum() == model.definition.tree.nodes[0].n


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_overlaps(model, rules, look, language):
    with use_language(language):
        look(plot_tree, rules)
        for plot in (plot_tree, plot_gain, plot_lift, plot_calibration):
            look(plot, model)


@pytest.fixture(scope="module")
def outlook(cdnow_sample):
    return predict_next_purchase(cdnow_sample)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_outlook_is_drawn_as_its_model_is(outlook, look, language):
    with use_language(language):
        for plot in (plot_gain, plot_lift, plot_calibration):
            look(plot, outlook)
        caption, own = plot_gain.describe(outlook), plot_gain.describe(outlook.model)
    pd.testing.assert_frame_equal(caption.data, own.data)
    assert caption.title != own.title


def test_a_flat_curve_leaves_the_axis_its_numbers(outlook, look):
    """Of nine buyers in ten customers the curve runs low, and its label would reach the axis."""
    tested = outlook.model.tested.assign(outcome=np.arange(len(outlook.model.tested)) % 10 > 0)
    outcome = tested["outcome"].to_numpy(dtype="float64")
    gain = gain_table(outcome, tested["probability"].to_numpy(dtype="float64"))
    look(plot_gain, replace(outlook.model, tested=tested, gain=gain))


def test_the_dashed_line_is_the_question_on_the_same_customers(model):
    tested = model.tested
    ordered = tested.sort_values("single_rule", ascending=False)
    first = ordered[ordered["single_rule"] == ordered["single_rule"].max()]
    line = next(line for line in plot_gain(model).lines if line.get_linestyle() == "--")
    at = len(first) / len(tested)
    share = first["outcome"].sum() / tested["outcome"].sum()
    assert np.interp(at, *line.get_data()) == pytest.approx(share, abs=0.01)


def test_hostile_words_are_shown_and_never_run(model):
    assert any(name in plot_tree.describe(model).alt for name in NAMES)
    assert "<script" not in to_svg(draw(plot_tree, model))
    assert "<script" not in to_svg(draw(plot_tree, model, narrow=True))


def test_rules_of_segments_say_their_fidelity(rules):
    caption = plot_tree.describe(rules)
    assert rules.fidelity.text in caption.title
    assert set(caption.data["leaf"]) == set(rules.definition.leaves.values())


def test_a_tree_that_asks_nothing(model, look):
    tree = model.definition.tree.cut_at({0})
    share = {0: model.sample.train_rate}
    definition = replace(model.definition, tree=tree, leaves={0: "leaf_1"}, probabilities=share)
    look(plot_tree, replace(model, definition=definition))


def test_too_large_a_tree_is_refused(model):
    """A chain of thirty questions about one number."""
    feature = Feature("visits", "number")
    nodes = []
    for i in range(30):
        nodes += [
            Node((5, 5), "visits", float(i), left=2 * i + 1, right=2 * i + 2),
            Node((1, 1)),
        ]
    tree = Tree(("0", "1"), (feature,), (*nodes, Node((1, 1))))
    large = replace(model, definition=replace(model.definition, tree=tree))
    with pytest.raises(DataError, match="at most 24 leaves"):
        plot_tree(large)


def test_gains_by_hand(model):
    data = plot_gain.describe(model).data
    tested = model.tested.sort_values("probability", ascending=False, kind="stable")
    assert data["cumulative_gain"].iloc[-1] == pytest.approx(1)
    assert (data["gain_low"] <= data["cumulative_gain"]).all()
    assert (data["gain_high"] >= data["cumulative_gain"]).all()
    assert data["n_outcomes"].sum() == pytest.approx(tested["outcome"].sum())


def test_lift_has_an_interval_around_it(model):
    data = plot_lift.describe(model).data
    assert (data["lift_low"] <= data["lift"] + 1e-9).all()
    assert (data["lift_high"] >= data["lift"] - 1e-9).all()
    assert plot_lift.describe(model).title.startswith("The likeliest tenth has")


def test_calibration_counts_the_groups_that_disagree(model):
    off = int((~model.reliability["agrees"]).sum())
    title = plot_calibration.describe(model).title
    assert (f"in {off} of" in title) if off else ("every group" in title)
