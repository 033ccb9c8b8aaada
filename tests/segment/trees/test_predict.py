"""A tree that predicts: honest tests, leaks, degenerate data."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import segkit as sk
from segkit.errors import ArgumentError, DataError
from segkit.i18n import use_language
from segkit.segment.trees.scores import auc


@pytest.fixture(scope="module")
def model(people):
    return sk.fit_tree(people, "bought")


def test_it_finds_the_rules_that_made_the_data(model):
    assert set(model.definition.inputs) == {"occupation", "revenue"}
    rules = " | ".join(model.rules["rule"])
    assert "occupation is one of retired, student" in rules
    cuts = [node.cut for node in model.definition.tree.nodes if node.feature == "revenue"]
    assert all(4_900 < cut < 5_100 for cut in cuts)
    # 0.9 and 0.1 were drawn, in shares of 0.7 and 0.3 of the customers: the best AUC there is.
    best = (0.9 * 0.7 * 0.9 * 0.3 + 0.5 * (0.63 * 0.07 + 0.03 * 0.27)) / (0.66 * 0.34)
    assert abs(model.metric("auc")["value"] - best) < 0.05
    assert model.beats_single_rule
    assert model.reliability["agrees"].mean() >= 0.5


def test_probabilities_come_from_customers_not_seen(model, people):
    assert len(model.tested) == len(people)
    inside = model.predict(people).set_index("customer_id")["probability"]
    tested = model.tested.set_index("customer_id")["probability"]
    assert (inside - tested).abs().max() > 0


def test_noise_gives_no_tree(people):
    noise = people.assign(bought=np.random.default_rng(5).random(len(people)) < 0.3)
    model = sk.fit_tree(noise, "bought")
    metric = model.metric("auc")
    assert metric["low"] <= 0.5 <= metric["high"] or len(model.definition.leaves) == 1
    assert not model.beats_single_rule
    assert any("asks nothing" in s or "not clearly better" in s for s in model.warnings)


def test_row_order_does_not_matter_and_the_input_stays(people, model):
    turned = people.sample(frac=1, random_state=1)
    before = turned.copy(deep=True)
    other = sk.fit_tree(turned, "bought")
    assert other.definition == model.definition
    pd.testing.assert_frame_equal(other.metrics, model.metrics)
    pd.testing.assert_frame_equal(other.tested, model.tested)
    pd.testing.assert_frame_equal(turned, before)


def test_the_seed_is_used(people, model):
    other = sk.fit_tree(people, "bought", random_state=1)
    assert not other.tested["probability"].equals(model.tested["probability"])


def test_time_parts_training_from_test(people):
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(len(people)) // 10, unit="D")
    timed = people.assign(asked_at=days)
    model = sk.fit_tree(timed, "bought", order="asked_at")
    assert (model.sample.n_train, model.sample.n_test) == (420, 180)
    later = set(timed.sort_values("asked_at")["customer_id"].tail(180))
    assert set(model.tested["customer_id"]) == later
    # Whatever the later customers did, the tree is the same: it never saw them.
    changed = timed.assign(bought=timed["bought"] ^ timed["customer_id"].isin(later))
    assert sk.fit_tree(changed, "bought", order="asked_at").definition == model.definition


def test_a_moved_level_is_said(people):
    order = np.arange(len(people))
    fewer = people["bought"] & ((order > 420) | (order % 4 == 0))
    model = sk.fit_tree(people.assign(bought=fewer, called=order), "bought", order="called")
    assert any("cannot be taken literally" in sentence for sentence in model.warnings)


def test_what_rises_with_time_is_left_out(people):
    order = np.arange(len(people))
    number = (100_000 + 3 * order).astype(float)
    number[::7] = np.nan
    timed = people.assign(called=order, call_no=number)
    model = sk.fit_tree(timed, "bought", order="called")
    assert model.time_bound == ("call_no",)
    backwards = timed.assign(call_no=-number)
    assert sk.fit_tree(backwards, "bought", order="called").time_bound == ("call_no",)


def test_what_runs_along_with_time_is_left_out(people):
    order = np.arange(len(people))
    timed = people.assign(called=order, month=order // 60, rate=(order // 30) * 0.1)
    model = sk.fit_tree(timed, "bought", order="called")
    assert model.time_bound == ("month", "rate")
    assert any("month, rate" in note for note in model.notes)
    named = sk.fit_tree(timed, "bought", order="called", features=["month", "revenue"])
    assert named.time_bound == ()


def test_one_name_is_not_taken_for_letters(people):
    for argument in ("features", "leaks"):
        with pytest.raises(ArgumentError, match=rf"{argument} must be a list of columns; got 'x'"):
            sk.fit_tree(people, "bought", **{argument: "x"})


def test_two_customers_of_each_are_the_least():
    few = pd.DataFrame({"customer_id": list("abcd"), "x": range(4), "bought": [0, 0, 1, 1]})
    assert sk.fit_tree(few, "bought").sample.n_test == 4
    with pytest.raises(DataError, match="2 or more customers with the outcome, and as many"):
        sk.fit_tree(few.head(3), "bought")


def test_moments_may_have_a_time_zone(people):
    days = pd.date_range("2024-01-01", periods=len(people), freq="h")
    plain = sk.fit_tree(people.assign(t=days), "bought", order="t")
    zoned = sk.fit_tree(people.assign(t=days.tz_localize("Asia/Shanghai")), "bought", order="t")
    pd.testing.assert_frame_equal(plain.metrics, zoned.metrics)


def test_leaks_are_left_out_or_warned_of(people):
    rng = np.random.default_rng(6)
    known = people.assign(
        duration=rng.exponential(100, len(people)), thanked=people["bought"], sent=1.5
    )
    model = sk.fit_tree(known, "bought", leaks=["sent"])
    assert model.left_out == ("duration", "sent")
    assert [leak.feature for leak in model.leaks] == ["thanked"]
    assert any("thanked alone tells the outcome nearly" in s for s in model.warnings)
    asked = sk.fit_tree(known, "bought", features=["duration", "revenue"])
    assert [(leak.feature, leak.is_late) for leak in asked.leaks] == [("duration", True)]
    assert "known only after the outcome" in asked.warnings[0]
    assert sk.fit_tree(people, "bought").leaks == ()


def test_ten_customers_get_an_answer_not_a_failure():
    few = pd.DataFrame(
        {"customer_id": [str(i) for i in range(10)], "x": range(10), "y": [0, 1] * 5}
    )
    model = sk.fit_tree(few, "y")
    assert list(model.rules["rule"]) == ["every customer"]
    assert model.predict(few)["probability"].nunique() == 1
    assert model.metric("auc")["value"] == 0.5
    assert "asks nothing" in model.summary()


def test_one_outcome_is_refused(people):
    with pytest.raises(DataError, match=r"bought must be true for some and false for others"):
        sk.fit_tree(people.assign(bought=True), "bought")


def test_later_customers_must_differ_too(people):
    order = np.arange(len(people))
    early = people.assign(bought=people["bought"] & (order < 300), called=order)
    with pytest.raises(DataError, match=r"0 of the 180 later customers"):
        sk.fit_tree(early, "bought", order="called")


def test_unknown_outcomes_are_left_out_and_counted(people):
    gaps = people.assign(bought=people["bought"].map({True: "yes", False: "no"}))
    gaps.loc[:49, "bought"] = None
    model = sk.fit_tree(gaps, "bought")
    assert (model.sample.n_unknown, model.sample.n_train) == (50, 550)
    assert any("50 customers without a known outcome" in note for note in model.notes)


@pytest.mark.parametrize(
    ("change", "arguments", "error", "message"),
    [
        ({}, {"outcome": "buys"}, DataError, r"missing column buys"),
        ({"bought": "perhaps"}, {}, DataError, r"true and false, 1 and 0 or yes and no"),
        ({"occupation": "unique"}, {"features": ["occupation"]}, DataError, r"at most 50"),
        ({}, {"features": ["bought"]}, DataError, r"other columns than the customer"),
        ({"at": pd.Timestamp("2024-01-01")}, {"features": ["at"]}, DataError, r"numbers, texts"),
        ({"called": None}, {"order": "called"}, DataError, r"a column of dates or numbers"),
        ({"called": np.nan}, {"order": "called"}, DataError, r"more than half .*; got '0 of 600'"),
        ({"duration": 1}, {"order": "duration"}, ArgumentError, r"not one known only after"),
        ({}, {"max_depth": 9}, ArgumentError, r"max_depth must be a whole number"),
        ({}, {"min_leaf": 0}, ArgumentError, r"min_leaf must be a whole number"),
        ({"customer_id": "same"}, {}, DataError, r"present and different in every row"),
    ],
)
def test_mistakes_are_named(people, change, arguments, error, message):
    changed = people.assign(**change)
    if change.get("occupation") == "unique":
        changed["occupation"] = changed["customer_id"]
    with pytest.raises(error, match=message):
        sk.fit_tree(changed, **{"outcome": "bought", **arguments})


def test_names_are_written_as_each_language_writes_numbers(model):
    for segment in model.definition.segments:
        assert "\u202f%" in segment.name.en
        assert re.search(r"\d%", segment.name.zh)
    with use_language("zh"):
        assert "95\u202f%" not in model.rules["name"].iloc[0]


def test_a_hostile_word_is_shown_not_run(people):
    bad = people.replace({"occupation": {"student": "<script>alert(1)</script>"}})
    html = sk.fit_tree(bad, "bought")._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_metrics_are_those_of_one_tree_not_of_many():
    """Of a weak signal, averaged scores would promise an AUC that no single tree reaches."""
    told = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(20_300, 5))
        likely = 1 / (1 + np.exp(1 - x @ [0.5, 0.4, 0.4, 0.3, 0.3]))
        frame = pd.DataFrame(x, columns=list("abcde")).assign(
            customer_id=range(20_300), bought=rng.random(20_300) < likely
        )
        model = sk.fit_tree(frame.head(300), "bought")
        later = frame.tail(20_000)
        scored = model.predict(later).merge(later, on="customer_id")
        true = auc(scored["bought"].to_numpy(float), scored["probability"].to_numpy()).value
        told.append((model.metric("auc")["value"], true))
    reported, true = np.mean(told, axis=0)
    assert reported <= true + 0.02


def test_it_says_what_the_intervals_leave_out(people, model):
    sentence = "not that in who the tree was made on"
    assert any(sentence in note for note in model.notes)
    timed = sk.fit_tree(people.assign(called=range(len(people))), "bought", order="called")
    assert not any(sentence in note for note in timed.notes)
