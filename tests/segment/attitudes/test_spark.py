"""Attitudes on Spark: scored, put into segments and placed as DuckDB does it."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest

from segkit.segment.attitudes import (
    compare_means,
    find_factors,
    fit_typing_tool,
    rank_needs,
    segment_attitudes,
    spread_answers,
)

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def survey(cosmetics) -> pd.DataFrame:
    """Answers of 600 customers, one of whom left a question out, one answer without points."""
    frame = cosmetics["survey"]
    few = sorted(frame["customer_id"].unique())[:600]
    frame = frame[frame["customer_id"].isin(few)].reset_index(drop=True)
    frame = frame.astype({"answered_at": "datetime64[us]"})
    frame["answer"] = frame["answer"].astype("float64")
    frame.loc[3, "answer"] = float("nan")
    return frame.drop(index=0)


@pytest.fixture(scope="module")
def on_spark(spark, survey, tmp_path_factory):
    path = tmp_path_factory.mktemp("answers") / "answers.parquet"
    survey.to_parquet(path)
    return spark.read_parquet(str(path), table_name="attitudes_answers")


def in_order(table) -> pd.DataFrame:
    """Bring a table over in one order of rows and columns."""
    frame = table if isinstance(table, pd.DataFrame) else table.to_pandas()
    return frame[sorted(frame)].sort_values("customer_id", ignore_index=True)


def same(found, expected) -> None:
    pd.testing.assert_frame_equal(in_order(found), in_order(expected), check_dtype=False, rtol=1e-9)


def test_attitudes_are_the_same(spark, on_spark, survey, asked, blocks):
    wide, here = spread_answers(on_spark), spread_answers(survey)
    assert isinstance(wide, ibis.Table), "nothing but the result may leave Spark"
    same(wide, here)

    scored = find_factors(on_spark, asked)
    expected = find_factors(survey, asked)
    pd.testing.assert_frame_equal(scored.loadings, expected.loadings, rtol=1e-9)

    told, mine = segment_attitudes(on_spark, asked), segment_attitudes(survey, asked)
    assert isinstance(told.customers, ibis.Table)
    same(told.customers, mine.customers)
    pd.testing.assert_frame_equal(told.profile, mine.profile, check_dtype=False)
    same(told.assign(wide).customers, mine.assign(here).customers)

    one = {"price": blocks["price"]}
    means = [compare_means(s, t, one).table for s, t in ((told, on_spark), (mine, survey))]
    pd.testing.assert_frame_equal(*means, check_dtype=False, rtol=1e-9)


def test_needs_and_the_typing_tool_are_the_same(on_spark, survey, asked, blocks):
    found, expected = rank_needs(on_spark, blocks), rank_needs(survey, blocks)
    pd.testing.assert_frame_equal(found.table, expected.table, check_dtype=False, rtol=1e-9)
    mine = segment_attitudes(survey, asked)
    tool = fit_typing_tool(segment_attitudes(on_spark, asked), on_spark, items=asked)
    here = fit_typing_tool(mine, survey, items=asked)
    pd.testing.assert_frame_equal(tool.table, here.table)
    placed = tool.assign(on_spark)
    assert isinstance(placed.customers, ibis.Table)
    same(placed.customers, here.assign(survey).customers)
