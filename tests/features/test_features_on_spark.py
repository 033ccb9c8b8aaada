"""The same code on Spark: features of each kind of table are what DuckDB gives."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest

from segkit.features import (
    describe_people,
    feature_notes,
    join_features,
    summarize_answers,
    summarize_balances,
    summarize_baskets,
    summarize_complaints,
    summarize_interactions,
)
from segkit.synthetic import make_banking, make_cosmetics

pytestmark = pytest.mark.spark
END = "2024-12-31"


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    women, bank = make_cosmetics(200, seed=3), make_banking(100, seed=3, language="zh")
    people = women["customers"].copy()
    people["birth_date"] = pd.to_datetime(people.pop("birth_year").astype(str) + "-12-31")
    people["city_tier"] = people["city_tier"].map(dict(enumerate("零一二三四五"))) + "线城市"
    people["company_size"] = ["10-20人", "50人以下", None, "1,000+"] * 50
    people["industry"] = ["银行", "制造业", None, "采矿"] * 50
    people.loc[:2, "gender"] = ["女", "??", None]
    found = {name: women[name] for name in ("transactions", "interactions", "survey")}
    return found | {
        "customers": people,
        "complaints": bank["complaints"],
        "balances": bank["balances"],
        "holders": bank["customers"],
    }


@pytest.fixture(scope="module")
def on_spark(spark, tables, tmp_path_factory) -> dict[str, ibis.Table]:
    folder = tmp_path_factory.mktemp("features")
    lazy = {}
    for name, frame in tables.items():
        # Spark reads microseconds, not the seconds of made-up data.
        dates = frame.select_dtypes("datetime").columns
        path = folder / f"{name}.parquet"
        frame.astype(dict.fromkeys(dates, "datetime64[us]")).to_parquet(path)
        lazy[name] = spark.read_parquet(str(path), table_name=f"features_{name}")
    return lazy


def computed(tables) -> dict:
    return {
        "people": describe_people(tables["customers"], as_of=END),
        "interactions": summarize_interactions(tables["interactions"], as_of=END),
        "complaints": summarize_complaints(
            tables["complaints"], as_of=END, survey=tables["survey"]
        ),
        "answers": summarize_answers(tables["survey"]),
        "baskets": summarize_baskets(tables["transactions"], as_of=END),
        "balances": summarize_balances(
            tables["balances"], as_of=END, days=200, customers=tables["holders"]
        ),
    }


def same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    for table in (found, expected):
        for column in table.select_dtypes("datetime").columns:
            table[column] = table[column].astype("datetime64[s]")
    gaps_alike = [table.astype(object).where(table.notna(), None) for table in (found, expected)]
    pd.testing.assert_frame_equal(*gaps_alike, check_dtype=False, rtol=1e-9)


def test_features_are_the_same(on_spark, tables):
    lazy, here = computed(on_spark), computed(tables)
    for name, found in lazy.items():
        assert isinstance(found, ibis.Table), name
        same(found.order_by("customer_id").to_pandas(), here[name])
    parts = ("people", "interactions", "answers")
    joined = join_features(*(lazy[name] for name in parts))
    assert isinstance(joined, ibis.Table)
    found = joined.order_by("customer_id").to_pandas()
    same(found, join_features(*(here[name] for name in parts)))
    assert len(found) == 200


def test_notes_are_the_same(on_spark, tables):
    names = ("customers", "interactions", "complaints")
    found = feature_notes(as_of=END, **{name: on_spark[name] for name in names})
    assert found == feature_notes(as_of=END, **{name: tables[name] for name in names})
    assert len(found) == 1
