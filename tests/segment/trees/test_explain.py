"""Rules that explain a segmentation, and how true they are to it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import segkit as sk
from segkit.errors import ArgumentError, DataError
from segkit.i18n import use_language
from segkit.segment.trees.tree import Condition, Feature
from segkit.segment.trees.words import condition_words

BANDS = {
    "name": "bands",
    "title": {"en": "Bands", "zh": "消费档次"},
    "inputs": {"revenue": {"kind": "number"}},
    "scores": {"M": {"input": "revenue", "method": "cuts", "cuts": [1000, 5000]}},
    "segments": [
        {"id": i, "name": {"en": i, "zh": i}, "color": c, "when": {"M": m},
         "description": {"en": i, "zh": i}, "action": {"en": i, "zh": i}}
        for i, c, m in (("low", "#111111", 1), ("middle", "#222222", 2), ("high", "#333333", 3))
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def bands(people):
    return sk.apply_scheme(people, BANDS)


def test_what_rules_made_rules_find_again(bands, people):
    rules = sk.explain_segments(bands, people)
    assert rules.fidelity.value > 0.98
    assert rules.fidelity.low < rules.fidelity.value
    assert list(rules.rules["segment"]) == ["low", "middle", "high"]
    assert list(rules.rules["rule"]) == [
        "revenue below $1,000",
        "revenue of at least $1,000 and below $5,000",
        "revenue of $5,000 or more",
    ]
    with use_language("zh"):
        assert "5,000" in rules.rules["rule"].iloc[2]
        assert "消费档次" in rules.definition.label()


def test_new_customers_are_placed_by_the_rules(bands, people, strangers):
    rules = sk.explain_segments(bands, people)
    placed = rules.assign(strangers).customers.set_index("customer_id")["segment"]
    amounts = strangers.set_index("customer_id")["revenue"]
    expected = pd.cut(amounts, [-1, 999.99, 4999.99, 1e9], labels=["low", "middle", "high"])
    expected = expected.astype(object).where(amounts.notna(), "unclassified")
    assert (placed == expected.reindex(placed.index)).mean() > 0.98
    assert (placed[amounts[amounts.isna()].index] == "unclassified").all()


def test_precision_and_recall_by_hand(bands, people):
    """Of a feature that tells nothing, the rules say the largest segment to everybody."""
    rules = sk.explain_segments(bands, people.assign(same=1), features=["same"])
    table = rules.by_segment.set_index("segment")
    n_high = int((people["revenue"] >= 5000).sum())
    assert rules.largest == n_high / len(people)
    assert rules.fidelity.value == pytest.approx(rules.largest)
    assert table.loc["high", "recall"] == 1
    assert table.loc["high", "precision"] == pytest.approx(n_high / len(people))
    assert table.loc["low", "recall"] == 0
    assert np.isnan(table.loc["low", "precision"])
    assert rules.missed == ["low", "middle"]
    assert list(rules.rules["rule"]) == ["every customer"]
    assert "No rule leads to low" in rules.summary()
    assert next(iter(rules.table["rule"])) == "no rule of its own"


def test_fidelity_is_of_customers_not_seen(people):
    """Segments drawn by lot cannot be explained, whatever a deep tree learns by heart."""
    lot = people.assign(revenue=np.random.default_rng(4).uniform(0, 10_000, len(people)))
    drawn = sk.apply_scheme(lot, BANDS)
    rules = sk.explain_segments(drawn, people.drop(columns="revenue"), max_depth=8)
    assert rules.fidelity.low < rules.largest


def test_rows_may_come_in_any_order_and_of_any_kind(bands, people, kind):
    rules = sk.explain_segments(bands, people)
    turned = kind(people.sample(frac=1, random_state=2, ignore_index=True))
    other = sk.explain_segments(bands, turned)
    assert other.definition == rules.definition
    pd.testing.assert_frame_equal(other.by_segment, rules.by_segment)


def test_one_segment_and_ten_customers(people):
    few = people.head(10).assign(revenue=100.0)
    rules = sk.explain_segments(sk.apply_scheme(few, BANDS), few)
    assert rules.fidelity.value == 1
    assert list(rules.rules["rule"]) == ["every customer"]


def test_mistakes_are_named(bands, people):
    with pytest.raises(ArgumentError, match=r"segmentation must be a Segmentation"):
        sk.explain_segments(people, people)
    with pytest.raises(DataError, match=r"customers must be the customers of the segmentation"):
        sk.explain_segments(bands, people.assign(customer_id=range(len(people))))
    with pytest.raises(DataError, match=r"missing column incom \(nearest: income\)"):
        sk.explain_segments(bands, people, features=["incom"])
    with pytest.raises(ArgumentError, match=r"max_depth must be a whole number"):
        sk.explain_segments(bands, people, max_depth=0)


def test_the_result_shows_itself(bands, people):
    rules = sk.explain_segments(bands, people)
    assert "Next: .table" in repr(rules)
    assert rules._repr_html_().count("<tr>") == 4


def test_segments_without_customers_are_not_missed(people):
    """Nobody spends so little: no rule has to lead there."""
    rich = people.assign(revenue=people["revenue"] + 1000)
    rules = sk.explain_segments(sk.apply_scheme(rich, BANDS), rich)
    assert rules.by_segment.set_index("segment").loc["low", "n_customers"] == 0
    assert rules.missed == []
    assert "No rule leads to" not in rules.summary()


def test_without_a_usable_column_it_says_so(bands, people):
    bare = people[["customer_id"]].assign(at=pd.Timestamp("2024-01-01"), phone="139")
    with pytest.raises(DataError, match=r"features must be one or more columns of numbers.*none"):
        sk.explain_segments(bands, bare)
    with pytest.raises(DataError, match=r"fit_tree: features must be one or more columns"):
        sk.fit_tree(bare.assign(bought=people["bought"]), "bought")


@pytest.mark.parametrize("cut", [12_034, 12_034.5])
def test_a_cut_is_never_shortened(cut):
    feature = Feature("revenue", "number")
    assert "12,034" in condition_words(Condition(feature, low=cut))
    with use_language("zh"):
        words = condition_words(Condition(feature, low=cut))
        assert "12,034" in words
        assert "万" not in words
