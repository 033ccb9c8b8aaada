"""RFM in other numbers of levels, nested, weighted, and by the rule of the R package rfm."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from segkit.customers import summarize_customers
from segkit.errors import ArgumentError, SchemeError
from segkit.i18n import use_language
from segkit.schemes import lint_scheme, load_scheme
from segkit.schemes.bins import with_bins
from segkit.segment import apply_scheme, score_rfm


@pytest.fixture(scope="module")
def nested(sample_customers):
    return score_rfm(sample_customers, scheme="rfm_11", binning="nested")


def by_customer(result) -> dict:
    return result.customers.set_index("customer_id")["segment"].to_dict()


# --- the R package rfm -------------------------------------------------------------------


@pytest.fixture(scope="module")
def rfm_orders(absent) -> pd.DataFrame:
    path = Path(os.environ.get("SEGKIT_DATA_DIR", "")) / "rfm_orders" / "rfm_data_orders.rda"
    if not path.is_file():
        absent("rfm_orders is not here: SEGKIT_DATA_DIR names the folder of real data.")
    pyreadr = pytest.importorskip("pyreadr")
    orders = pyreadr.read_r(str(path))["rfm_data_orders"]
    orders = orders.rename(columns={"order_date": "ordered_at", "revenue": "amount"})
    return orders.astype({"ordered_at": "datetime64[s]"})[["customer_id", "ordered_at", "amount"]]


def test_the_published_cut_offs_and_sizes_of_the_r_package(rfm_orders):
    customers = summarize_customers(rfm_orders, as_of="2006-12-31")
    assert (len(customers), customers["revenue"].sum(), len(rfm_orders)) == (995, 464_158, 4_906)
    result = score_rfm(customers, scheme="rfm_r_package")
    cuts = result.cutoffs.set_index(["score", "level"])
    assert cuts.loc["R", "lower"].tolist()[:-1] == [482, 297.4, 181, 115]
    assert cuts.loc["F", "lower"].tolist()[1:] == [4, 5, 6, 8]
    assert cuts.loc["M", "lower"].tolist()[1:] == [255.8, 382, 506.4, 666]
    assert cuts.loc["R", "n_customers"].tolist() == [197, 200, 199, 199, 200]
    assert cuts.loc["F", "n_customers"].tolist() == [268, 187, 176, 244, 120]
    assert cuts.loc["M", "n_customers"].tolist() == [200, 200, 198, 202, 195]


def test_ours_keeps_quintiles_where_the_r_rule_moves_them(rfm_orders):
    customers = summarize_customers(rfm_orders, as_of="2006-12-31")
    cuts = score_rfm(customers, scheme="rfm_11").cutoffs.set_index(["score", "level"])
    quintiles = pd.qcut(customers["revenue"], 5).value_counts(sort=False)
    assert cuts.loc["M", "n_customers"].tolist() == quintiles.tolist()
    assert quintiles.tolist() == [199, 201, 197, 203, 195]


def test_the_added_one_leaves_small_amounts_without_a_high_score():
    """The defect that is repeated for comparison only: nobody here reaches level 2."""
    share = np.arange(1, 101) / 100
    frame = pd.DataFrame(
        {"customer_id": range(100), "recency_days": range(100), "n_orders": 1, "n_days": 1,
         "revenue": share}
    )  # fmt: skip
    theirs = score_rfm(frame, scheme="rfm_r_package").customers["M"]
    ours = score_rfm(frame, scheme="rfm_11").customers["M"]
    assert theirs.unique().tolist() == [1]
    assert ours.value_counts().to_dict() == dict.fromkeys(range(1, 6), 20)


def test_who_lies_on_a_cut_off_of_recency_gets_the_lower_score_in_the_r_rule():
    frame = pd.DataFrame(
        {"customer_id": range(6), "recency_days": [0, 10, 20, 30, 40, 21], "n_orders": 1,
         "revenue": 1.0}
    )  # fmt: skip
    given = {"R": [11, 21, 31, 41], "F": [2, 3, 4, 5], "M": [2, 3, 4, 5]}
    result = score_rfm(frame, scheme="rfm_r_package", cutoffs=given)
    assert result.customers["R"].tolist() == [5, 5, 4, 3, 2, 3]
    with duckdb.connect() as connection:
        connection.register("customers", frame)
        rows = connection.execute(result.to_sql()).df()
    assert rows["R"].tolist() == [5, 5, 4, 3, 2, 3]


# --- three to five levels ----------------------------------------------------------------


@pytest.mark.parametrize(("bins", "high"), [(3, 3), (4, 3), (5, 4)])
def test_high_is_above_the_middle_level(sample_customers, bins, high):
    result = score_rfm(sample_customers, bins=bins)
    assert lint_scheme(result.scheme) == []
    assert result.cutoffs.groupby("score")["level"].max().unique().tolist() == [bins]
    scores = result.customers
    best = (scores[["R", "F", "M"]] >= high).all(axis=1)
    assert (best == (scores["segment"] == "key_value")).all()
    assert best.any()
    assert result.scheme.name == f"rfm_cn8_{bins}"


def test_descriptions_do_not_speak_of_cut_offs_that_are_gone():
    segment = with_bins(load_scheme("rfm_cn8"), 5).segments[1]
    assert segment.description.en == "Recency high, frequency low, revenue high."
    with use_language("zh"):
        assert segment.description.read() == "最近购买高，购买频次低，消费金额高。"


def test_bins_that_a_map_is_drawn_for_change_nothing(sample_customers):
    plain = score_rfm(sample_customers, scheme="rfm_11")
    assert by_customer(score_rfm(sample_customers, scheme="rfm_11", bins=5)) == by_customer(plain)
    with pytest.raises(SchemeError, match="bins must be the number of levels that rfm_11 is drawn"):
        score_rfm(sample_customers, scheme="rfm_11", bins=4)
    with pytest.raises(ArgumentError, match="bins must be a whole number at least 3 and at most 5"):
        score_rfm(sample_customers, bins=6)


def test_cut_offs_of_ones_own(sample_customers):
    own = {"R": [30, 180], "F": [2, 5], "M": [50, 200]}
    result = score_rfm(sample_customers, bins=3, cutoffs=own)
    days = sample_customers["recency_days"]
    assert (result.customers["R"] == 1 + (days <= 180) + (days <= 30)).all()
    assert (result.customers["M"] == 1 + (sample_customers["revenue"] >= 50)
            + (sample_customers["revenue"] >= 200)).all()  # fmt: skip


# --- nested ------------------------------------------------------------------------------


def test_nested_cut_offs_by_hand():
    """Eight customers in two recency halves; frequency and revenue are cut within them."""
    scheme = load_scheme("rfm_11").model_dump(exclude_none=True)
    scheme |= {"name": "halves", "segments": [{"id": "all", "color": "#111111", "when": {}}]}
    for score in scheme["scores"].values():
        score["bins"] = 2
    frame = pd.DataFrame(
        {
            "customer_id": list("abcdefgh"),
            "recency_days": [1, 2, 3, 4, 50, 60, 70, 80],
            "n_days": [9, 8, 5, 4, 3, 2, 1, 1],
            "revenue": [1.0, 2.0, 3.0, 4.0, 50.0, 60.0, 70.0, 80.0],
        }
    )
    scores = score_rfm(frame, scheme=scheme, binning="nested").customers
    assert scores["R"].tolist() == [2, 2, 2, 2, 1, 1, 1, 1]
    assert scores["F"].tolist() == [2, 2, 1, 1, 2, 2, 1, 1]
    assert scores["M"].tolist() == [1, 2, 1, 2, 1, 2, 1, 2]
    alone = score_rfm(frame, scheme=scheme).customers
    assert alone["F"].tolist() == [2, 2, 2, 2, 1, 1, 1, 1]


def test_nested_levels_are_quantiles_of_their_cell(sample_customers, nested):
    merged = sample_customers.merge(nested.customers, on="customer_id")
    for (_r, _f), cell in merged.groupby(["R", "F"]):
        for level, part in cell.groupby("M"):
            below = cell.loc[cell["M"] < level, "revenue"]
            assert below.empty or below.max() < part["revenue"].min()
        if cell["revenue"].is_unique and len(cell) >= 25:
            assert cell["M"].value_counts().between(len(cell) / 5 - 1, len(cell) / 5 + 1).all()
    for _r, group in merged.groupby("R"):
        assert group.groupby("n_days")["F"].nunique().max() == 1, "equal values, equal scores"


def test_nested_cut_offs_show_the_size_of_each_level(sample_customers, nested):
    table = nested.cutoffs
    assert table.columns[0] == "within"
    assert table[table["score"] == "R"]["n_customers"].sum() == len(sample_customers)
    assert table[table["score"] == "M"]["n_customers"].sum() == len(sample_customers)
    cell = table[(table["within"] == "R=4 F=1") & (table["score"] == "M")]
    levels = nested.customers.query("R == 4 and F == 1")["M"].value_counts().sort_index()
    assert cell["n_customers"].tolist() == levels.reindex(range(1, 6), fill_value=0).tolist()


def test_frozen_nested_cut_offs_measure_new_customers_by_the_old_rule(sample_customers, nested):
    few = sample_customers.sort_values("revenue").tail(60)
    text = io.StringIO(nested.cutoffs.sample(frac=1, random_state=3).to_csv(index=False))
    kept = score_rfm(few, scheme="rfm_11", binning="nested", cutoffs=pd.read_csv(text))
    assert by_customer(kept).items() <= by_customer(nested).items()
    assert by_customer(nested.assign(few)) == by_customer(kept)
    bounds = ["within", "score", "level", "lower", "upper"]
    pd.testing.assert_frame_equal(kept.cutoffs[bounds], nested.cutoffs[bounds])
    assert kept.cutoffs.query("score == 'R'")["n_customers"].sum() == 60


def test_a_cell_that_was_empty_uses_the_cut_offs_of_all():
    frame = pd.DataFrame(
        {"customer_id": range(10), "recency_days": 5, "n_days": 1, "revenue": np.arange(10.0)}
    )
    fitted = score_rfm(frame, scheme="rfm_11", binning="nested")
    late = frame.assign(recency_days=500)
    found = fitted.assign(late).customers
    assert found["R"].unique().tolist() == [1]
    assert found["M"].tolist() == fitted.customers["M"].tolist()


def test_row_order_does_not_matter_and_sql_says_the_same(sample_customers, nested):
    shuffled = sample_customers.sample(frac=1, random_state=8)
    again = score_rfm(shuffled, scheme="rfm_11", binning="nested")
    assert by_customer(again) == by_customer(nested)
    pd.testing.assert_frame_equal(again.cutoffs, nested.cutoffs)
    with duckdb.connect() as connection:
        connection.register("customers", sample_customers)
        rows = connection.execute(nested.to_sql()).df()
    assert rows.set_index("customer_id")["segment"].to_dict() == by_customer(nested)
    assert "OVER" not in nested.to_sql()


def test_who_lacks_an_input_is_unclassified_in_nested_binning_too(sample_customers):
    frame = sample_customers.astype({"revenue": "float64"})
    frame.loc[frame.index[:7], "revenue"] = np.nan
    result = score_rfm(frame, scheme="rfm_11", binning="nested", weights={"R": 1, "F": 1, "M": 1})
    assert result.n_unclassified == 7
    lost = result.customers[result.customers["segment"] == "unclassified"]
    assert lost[["M", "total", "rank"]].isna().all(axis=None)


def test_rules_speak_of_levels_where_cut_offs_differ(nested):
    rule = nested.rules.set_index("segment")["rule"]["champions"]
    assert rule == "recency levels 4, 5, and frequency levels 4, 5, and revenue levels 4, 5"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"binning": "nestd"}, "binning must be one of independent, nested; got 'nestd'. Did you"),
        ({"binning": "nested"}, "must be one with R, F and M in equal parts for nested binning"),
        ({"binning": "nested", "scheme": "rfm_11", "cutoffs": {"R": [1]}},
         "cutoffs must be the cutoffs of a segmentation with binning=\"nested\""),
        ({"weights": {"R": 1}}, "weights must be a mapping with R, F and M; got {'R': 1}."),
        ({"weights": {"R": 0, "F": 0, "M": 0}}, "weights must have one above zero"),
        ({"weights": {"R": -1, "F": 1, "M": 1}}, "weights['R'] must be a number at least 0"),
    ],
)  # fmt: skip
def test_faults_are_told(six_customers, arguments, message):
    with pytest.raises((SchemeError, ArgumentError), match=re.escape(message)):
        score_rfm(six_customers, **arguments)


# --- weights -----------------------------------------------------------------------------


def test_the_weighted_total_and_its_rank_by_hand(six_customers):
    result = score_rfm(six_customers, scheme="rfm_11", weights={"R": 1, "F": 0, "M": 3})
    table = result.customers.set_index("customer_id")
    # R and M of ann 5 4, bob 2 2, cat 5 5, dan 1 1, eve 4 1, fay 3 3.
    assert table["total"].to_dict() == {
        "ann": 4.25, "bob": 2.0, "cat": 5.0, "dan": 1.0, "eve": 1.75, "fay": 3.0,
    }  # fmt: skip
    assert table["rank"].to_dict() == {
        "ann": 2, "bob": 4, "cat": 1, "dan": 6, "eve": 5, "fay": 3,
    }  # fmt: skip


def test_equal_totals_share_a_place_and_segments_stay(sample_customers):
    plain = score_rfm(sample_customers, scheme="rfm_11")
    result = score_rfm(sample_customers, scheme="rfm_11", weights={"R": 0.1, "F": 0.2, "M": 0.3})
    assert by_customer(result) == by_customer(plain)
    scores = result.customers[["R", "F", "M"]].to_numpy() @ np.array([1, 2, 3])
    expected = pd.Series(scores).rank(method="min", ascending=False).astype("int64")
    assert result.customers["rank"].tolist() == expected.tolist()
    np.testing.assert_allclose(result.customers["total"], scores / 6)
    with duckdb.connect() as connection:
        connection.register("customers", sample_customers)
        rows = connection.execute(result.to_sql()).df().sort_values("customer_id")
    assert rows["rank"].tolist() == result.customers.sort_values("customer_id")["rank"].tolist()


def test_a_potential_customer_has_a_level_of_her_own():
    frame = pd.DataFrame(
        {"customer_id": list("abc"), "n_days": pd.array([5, 1, None], dtype="Int64")}
    )
    result = apply_scheme(frame, "purchase_activity")
    assert result.customers["segment"].tolist() == ["high_frequency", "one_off", "potential"]
    rules = result.rules.set_index("segment")["rule"]
    assert rules["potential"] == "bought on at most 0 days or not known"


def test_nested_binning_has_no_place_for_a_fourth_score(sample_customers):
    def equal_parts(column: str) -> dict:
        return {"input": column, "method": "quantile", "bins": 2}

    scheme = {
        "name": "four",
        "inputs": {
            name: {"unit": "days"} for name in ("recency_days", "n_days", "revenue", "recency")
        },
        "scores": {
            "R": {**equal_parts("recency_days"), "better": "low"},
            "F": equal_parts("n_days"),
            "M": equal_parts("revenue"),
            "X": equal_parts("recency"),
        },
        "segments": [{"id": "all", "name": "All", "color": "#111111", "when": {}}],
    }
    with pytest.raises(SchemeError, match="one with R, F and M alone for nested binning; got"):
        score_rfm(sample_customers, scheme=scheme, binning="nested")
