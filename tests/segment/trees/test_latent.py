"""S11: the silent who behave like complainers, against the truth of made-up banks."""

from __future__ import annotations

import re

import duckdb
import numpy as np
import pandas as pd
import pytest

import segkit as sk
from segkit.errors import DataError, SchemeError
from segkit.i18n import use_language
from segkit.schemes.scheme import load_scheme
from segkit.segment.trees.latent import expected_precision, latent_cutoff
from segkit.synthetic import BankPopulation, make_banking

TABLES = ["transactions", "interactions", "complaints"]


def behaviour(made) -> pd.DataFrame:
    """One row per customer: contacts of each kind, card use, and who spoke."""
    table = made["customers"][["customer_id"]].set_index("customer_id")
    contacts = made["interactions"].groupby(["customer_id", "kind"]).size().unstack(fill_value=0)
    uses = made["transactions"]
    late = uses[uses["ordered_at"] >= "2024-10-01"].groupby("customer_id").size()
    n_uses = uses.groupby("customer_id").size()
    table = table.join(contacts).join(n_uses.rename("n_uses")).fillna(0)
    table["late_share"] = (late / n_uses).reindex(table.index)
    said = made["complaints"]
    is_bad = said["rating"] <= 2
    explicit = said["kind"].isin(["complaint", "satisfaction survey"]) & is_bad
    table["complained"] = table.index.isin(said.loc[explicit, "customer_id"])
    table["rated"] = table.index.isin(said.loc[is_bad & ~explicit, "customer_id"])
    return table.reset_index()


def truth_of(made) -> pd.Series:
    truth = made.truth["customers"].set_index("customer_id")["dissatisfaction"]
    return truth.replace("satisfied", "none").fillna("none")


@pytest.fixture(scope="module")
def bank():
    return make_banking(4000, seed=1, tables=TABLES)


@pytest.fixture(scope="module")
def customers(bank):
    return behaviour(bank)


@pytest.fixture(scope="module")
def found(customers):
    return sk.find_latent(customers, rated="rated")


def test_the_latent_are_found(bank, found):
    segment = found.customers.set_index("customer_id")["segment"]
    truth = truth_of(bank).reindex(segment.index)
    is_latent, told = truth == "latent", segment == "latent"
    assert (is_latent & told).sum() / told.sum() >= 0.75, "precision"
    assert (is_latent & told).sum() / is_latent.sum() >= 0.85, "recall"
    for said in ("explicit", "rated"):
        assert set(segment[truth == said]) == {said}
    assert found.auc.low > 0.9


def test_the_score_is_of_trees_that_did_not_see_the_customer(customers, found):
    """The tree of everybody gives other scores: it has seen each of them."""
    seen = found.segmentation.assign(customers).customers.set_index("customer_id")
    own = found.customers.set_index("customer_id")
    gap = seen["dissatisfaction_score"] - own["dissatisfaction_score"]
    assert gap.abs().max() > 0.01
    assert (seen["segment"] == own["segment"]).mean() > 0.97


def test_no_signal_finds_nobody():
    made = make_banking(3000, seed=2, tables=TABLES, population=BankPopulation(separation=0))
    table = behaviour(made)
    # Who has no account in use never speaks: among the others nothing tells the dissatisfied.
    active = table[table["n_uses"] > 12]
    result = sk.find_latent(active, rated="rated", features=["service call", "failed payment"])
    assert result.auc.low < 0.55
    assert result.cutoff is None
    assert not (result.customers["segment"] == "latent").any()
    assert "tells too little" in result.summary()
    assert f"first in {result.auc.value * 100:.0f}\u202f% of cases" in result.summary()
    assert "70\u202f% are asked for" in result.summary()
    assert "no cut-off" in repr(result)
    assert "behaviour tells too little" in " ".join(result.segmentation.rules["rule"])


def test_the_cutoff_by_hand():
    # Those who spoke have 0.6 on average: c / (2 - c) = 0.6 / 1.4.
    score, spoke = np.array([0.4, 0.8, 0.1]), np.array([1, 1, 0])
    assert latent_cutoff(score, spoke) == pytest.approx(0.6 / 1.4, abs=1e-6)


def test_the_expected_share_is_near_the_true_one():
    """Four banks, the two of twenty with the widest gap among them; one set of scores: 0.097."""
    gaps = []
    for seed in (0, 5, 12, 14):
        made = make_banking(4000, seed=seed, tables=TABLES)
        result = sk.find_latent(behaviour(made), rated="rated")
        segment = result.customers.set_index("customer_id")["segment"]
        told = segment.index[segment == "latent"]
        gaps.append(result.expected_precision - (truth_of(made)[told] == "latent").mean())
    assert np.mean(gaps) < 0.075


def test_scores_without_a_pattern_expect_nothing_of_those_they_chose():
    """Luck alone lifts some above the cut-off; other drawings bring them back."""
    rng = np.random.default_rng(0)
    spoke = (rng.random(4000) < 0.3).astype(float)
    drawn = np.clip(0.3 + rng.normal(0, 0.15, size=(4, 4000)), 0.01, 0.99)
    mean = drawn.mean(axis=0)
    chosen = mean[(spoke == 0) & (mean >= latent_cutoff(mean, spoke))]
    c = mean[spoke == 1].mean()
    by_the_same = np.minimum(1, (1 - c) / c * chosen / (1 - chosen)).mean()
    assert expected_precision(drawn, spoke) < by_the_same


def test_row_order_does_not_matter(customers, found):
    other = sk.find_latent(customers.sample(frac=1, random_state=3), rated="rated")
    pd.testing.assert_frame_equal(other.customers, found.customers)


def test_the_printed_sql_places_new_customers(customers, found):
    with duckdb.connect() as connection:
        connection.register("customers", customers)
        sql = found.segmentation.to_sql()
        placed = connection.execute(sql).df().sort_values("customer_id", ignore_index=True)
    expected = found.segmentation.assign(customers).customers
    expected = expected.sort_values("customer_id", ignore_index=True)
    pd.testing.assert_frame_equal(placed, expected, check_dtype=False)


def test_an_unknown_answer_counts_as_none(customers):
    gaps = customers.astype({"complained": "boolean"})
    gaps.loc[~customers["complained"], "complained"] = pd.NA
    known = sk.find_latent(customers).customers
    pd.testing.assert_frame_equal(sk.find_latent(gaps).customers, known, check_dtype=False)


def test_without_ratings_there_is_no_such_segment(customers):
    result = sk.find_latent(customers.drop(columns="rated"))
    assert [s.id for s in result.segmentation.definition.segments] == ["explicit", "latent", "none"]


def test_names_are_those_of_the_domain(found):
    with use_language("zh"):
        assert list(found.table["name"]) == ["显性不满", "评价不满", "潜在不满", "未见不满"]
    assert "behave like those who complained" in found.summary()
    assert len(found.segmentation.rules) == 4
    assert "latent from a score" in repr(found)


def test_the_rule_and_the_model_use_the_same_names(found):
    by_rule = load_scheme("dissatisfaction")
    definition = found.segmentation.definition
    by_model = {s.id: s for s in definition.segments}
    for rule in by_rule.segments:
        same = by_model["none" if rule.id == "nothing_known" else rule.id]
        assert (same.name, same.color) == (rule.name, rule.color)
    assert definition.label() == by_rule.title.en
    # The rule sends its silent customers on to the model, which has looked already.
    assert by_model["explicit"].action == by_rule.segments[0].action
    assert "model" not in by_model["none"].action.en


def test_no_engine_is_given_a_bare_truth(found):
    """SQL Server and Oracle take no flag, and no (1 = 0), as a condition."""
    for dialect in ("mssql", "oracle"):
        sql = found.segmentation.to_sql(dialect)
        assert "COALESCE" not in sql
        tests = re.findall(r"WHEN (.*?complained.*?)\s+THEN", sql)
        assert len(tests) == 1
        assert re.fullmatch(r"CAST\(.*complained.* AS \w+\) = 1", tests[0])


def test_dialect_and_table_of_the_sql_are_checked(found):
    with pytest.raises(SchemeError, match="to_sql: dialect must be one of"):
        found.segmentation.to_sql("excel")
    with pytest.raises(SchemeError, match='Write "customers" or "crm.customers"'):
        found.segmentation.to_sql("duckdb", "crm.")


def test_mistakes_are_named(customers):
    with pytest.raises(DataError, match=r"complained must be a column of true and false"):
        sk.find_latent(customers.astype({"complained": str}))
    with pytest.raises(DataError, match=r"at least 20 customers"):
        sk.find_latent(customers.assign(complained=False), features=["n_uses"])
    with pytest.raises(DataError, match=r"missing column complains"):
        sk.find_latent(customers, "complains")
