"""Segments by attitude: known groups recovered, crowds left whole, differences by hand."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.metrics import adjusted_rand_score

from segkit.collect.frames import as_ibis, kind_of
from segkit.errors import DataError, SchemeError
from segkit.i18n import use_language
from segkit.segment.attitudes import compare_means, segment_attitudes, spread_answers


def segments_of(customers: pd.DataFrame) -> pd.Series:
    return customers.set_index("customer_id")["segment"].sort_index()


def test_the_true_groups_are_recovered(cosmetics, by_attitude):
    assert by_attitude.definition.has_structure
    assert len(by_attitude.profile) == 2
    both = by_attitude.customers.merge(cosmetics.truth["customers"], on="customer_id")
    assert adjusted_rand_score(both["orientation"], both["segment_x"]) >= 0.9
    assert "fall into 2 groups" in by_attitude.definition.verdict()


@pytest.mark.parametrize("skewed", [False, True])
def test_a_crowd_is_one_segment(crowd, skewed):
    found = segment_attitudes(crowd(500, 5, skewed=skewed))
    assert not found.definition.has_structure
    assert len(found.profile) == 1
    assert found.profile["n_customers"].tolist() == [500]
    assert "all are one segment" in found.definition.verdict()


def test_slices_of_a_crowd_are_called_so(bank, bank_asked, bank_blocks):
    found = segment_attitudes(bank, bank_asked, n=3)
    assert "slices of one crowd" in found.definition.verdict()
    loyalty = compare_means(found, bank, {"loyalty": bank_blocks["loy"]})
    assert not loyalty.is_circular
    assert loyalty.table["differs"].all()
    assert (loyalty.means["low"] < loyalty.means["mean"]).all()
    assert loyalty.explained > 0.3


def test_the_bank_shows_no_groups_of_its_own(bank, bank_asked):
    assert len(segment_attitudes(bank, bank_asked).profile) == 1


def test_others_are_placed_without_refitting(cosmetics, by_attitude):
    survey = cosmetics["survey"]
    some = survey[survey["customer_id"].isin(survey["customer_id"].unique()[:50])]
    long = by_attitude.assign(some).customers
    wide = by_attitude.assign(spread_answers(some)).customers
    expected = segments_of(by_attitude.customers)[segments_of(long).index]
    pd.testing.assert_series_equal(segments_of(long), expected)
    pd.testing.assert_series_equal(segments_of(wide), expected)


def test_sql_gives_the_same_segments(cosmetics, by_attitude):
    answers = spread_answers(cosmetics["survey"])
    db = duckdb.connect()
    db.register("answers", answers)
    found = db.execute(by_attitude.to_sql("duckdb", "answers")).df()
    pd.testing.assert_series_equal(
        segments_of(found), segments_of(by_attitude.customers), check_dtype=False
    )


def test_dialect_and_table_of_the_sql_are_checked(by_attitude):
    assert '"shop"."crm"."answers"' in by_attitude.to_sql("duckdb", "shop.crm.answers")
    with pytest.raises(SchemeError, match="to_sql: dialect must be one of"):
        by_attitude.to_sql("excel", "answers")
    with pytest.raises(SchemeError, match='Write "answers" or "crm.answers"'):
        by_attitude.to_sql("duckdb", "a.b.c.d")


def test_scores_are_those_of_the_factors(by_attitude):
    factors = by_attitude.definition.factors
    both = by_attitude.customers.merge(factors.scores, on="customer_id", suffixes=("", "_own"))
    for name in factors.names:
        assert both[name].to_numpy() == pytest.approx(both[f"{name}_own"].to_numpy())


def test_row_order_does_not_matter(cosmetics, asked, by_attitude):
    shuffled = cosmetics["survey"].sample(frac=1, random_state=2)
    again = segment_attitudes(shuffled, asked, n=2)
    fixed = segment_attitudes(cosmetics["survey"], asked, n=2)
    pd.testing.assert_series_equal(segments_of(again.customers), segments_of(fixed.customers))


def test_who_leaves_too_much_open_has_no_segment(cosmetics, by_attitude):
    wide = spread_answers(cosmetics["survey"]).head(3).copy()
    wide.loc[0, "price_1"] = np.nan  # one of nine: filled by the mean
    wide.loc[1, ["price_1", "price_2"]] = np.nan  # more than a fifth
    wide["quality_1"] = wide["quality_1"].astype(float)
    wide.loc[2, ["quality_1", "quality_2"]] = 99.0  # no answer of the scale
    found = by_attitude.assign(wide).customers.set_index("customer_id")
    known = found["segment"].reindex(wide["customer_id"]) != "unclassified"
    assert known.tolist() == [True, False, False]
    assert found.loc[wide["customer_id"][1], by_attitude.definition.factors.names].isna().all()


def test_near_border_is_one_answer_by_one_point(cosmetics, by_attitude):
    """Counted the slow way: every answer of everybody one up and one down."""
    d = by_attitude.definition
    matrix = spread_answers(cosmetics["survey"]).set_index("customer_id")[list(d.items)]
    matrix = matrix.head(300)
    home = d.place(matrix)
    moved = pd.Series(False, index=matrix.index)
    for item in d.items:
        for step in (-1, 1):
            moved |= d.place(matrix.assign(**{item: matrix[item] + step})) != home
    table = matrix.reset_index()
    flagged = by_attitude.assign(table).quality["near_border_share"]
    assert flagged == pytest.approx(moved.mean(), abs=1e-9)


def test_names_are_in_both_languages(cosmetics, asked):
    labels = {
        "price": {"en": "price awareness", "zh": "价格敏感度"},
        "quality": {"en": "care for quality", "zh": "品质要求"},
    }
    found = segment_attitudes(cosmetics["survey"], asked, n=2, labels=labels)
    names = set(found.profile["name"])
    assert any("price awareness" in name for name in names)
    with use_language("zh"):
        assert any("价格敏感度" in name for name in found.profile["name"])
        assert "品质要求" in found.rules["rule"][0]


def test_differences_agree_with_scipy(by_attitude, cosmetics):
    found = compare_means(by_attitude, cosmetics["survey"], "nps")
    assert not found.is_circular
    assert compare_means(by_attitude, cosmetics["survey"], "price_1").is_circular
    answers = spread_answers(cosmetics["survey"], items=["nps"]).set_index("customer_id")["nps"]
    placed = segments_of(by_attitude.customers)
    groups = [answers[placed.index[placed == s]].to_numpy() for s in ("group_1", "group_2")]
    # With two segments the studentized range is Welch's t.
    t = stats.ttest_ind(*groups, equal_var=False)
    interval = t.confidence_interval(0.95)
    row = found.table.iloc[0]
    assert row["p"] == pytest.approx(t.pvalue, rel=1e-4)
    assert (row["low"], row["high"]) == pytest.approx((interval.low, interval.high), rel=1e-4)
    assert found.p == pytest.approx(t.pvalue, rel=1e-6)


def test_pairs_are_adjusted_for_their_number(bank, bank_asked, bank_blocks):
    found = segment_attitudes(bank, bank_asked, n=3)
    three = compare_means(found, bank, {"loyalty": bank_blocks["loy"]})
    loyalty = bank.set_index("customer_id")[bank_blocks["loy"]].mean(axis=1)
    placed = segments_of(found.customers)
    samples = [loyalty[placed.index[placed == f"group_{i}"]] for i in (1, 2, 3)]
    theirs = stats.tukey_hsd(*samples, equal_var=False).confidence_interval(0.95)
    lows = [theirs.low[0, 1], theirs.low[0, 2], theirs.low[1, 2]]
    assert three.table["low"].to_numpy() == pytest.approx(lows, rel=1e-4)


def test_strangers_cannot_be_compared(by_attitude):
    others = pd.DataFrame({"customer_id": ["nobody"], "loyalty": [1.0]})
    with pytest.raises(DataError, match="outcomes must be answers of customers in segments"):
        compare_means(by_attitude, others, "loyalty")


def test_too_few_for_so_many_segments(crowd):
    with pytest.raises(DataError, match="at least 10 respondents per segment; got 25"):
        segment_attitudes(crowd(25, 1), n=3)


def test_frames_of_other_kinds(kind, back, cosmetics, asked, by_attitude):
    wide = spread_answers(cosmetics["survey"])
    found = by_attitude.assign(kind(wide)).customers
    assert kind_of(found) == kind_of(kind(wide))
    pd.testing.assert_series_equal(
        segments_of(back(found)), segments_of(by_attitude.customers), check_dtype=False
    )
    assert as_ibis(found).columns[0] == "customer_id"
