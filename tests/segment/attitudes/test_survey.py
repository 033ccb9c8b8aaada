"""Surveys as they are sent: blocks by name, needs, the tables beside, and what is missing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segkit.errors import ArgumentError, DataError
from segkit.i18n import use_language
from segkit.segment.attitudes import (
    check_items,
    compare_loyalty,
    compare_worth,
    find_dissatisfied,
    find_needs,
    find_orientation,
    find_questions,
    gather_voices,
    measure_promoters,
    read_survey,
    segment_attitudes,
    value_attitudes,
)
from segkit.segment.missing import Missing
from segkit.synthetic import make_cosmetics


def long_form(answers: dict[str, list[float]]) -> pd.DataFrame:
    wide = pd.DataFrame(answers)
    wide.insert(0, "customer_id", [f"c{i}" for i in range(len(wide))])
    return wide.melt("customer_id", var_name="item", value_name="answer")


@pytest.fixture(scope="module")
def survey():
    return read_survey("survey")


@pytest.fixture(scope="module")
def voices(survey):
    return gather_voices(survey, "survey")


def test_questions_are_sorted_by_their_names():
    found = read_survey(
        long_form({"价格1": [1, 2], "价格2": [2, 2], "loy-1": [3, 3], "loy-2": [4, 1],
                   "NPS": [9, 2], "满意度": [4, 2], "need_a": [5, 5], "需求 b": [5, 5],
                   "x": [1, 1]})
    )  # fmt: skip
    assert found.blocks == {"loy": ["loy-1", "loy-2"], "价格": ["价格1", "价格2"]}
    assert (found.outcome, found.segment_items) == ("loy", ["价格1", "价格2"])
    assert (found.nps_item, found.satisfaction_item) == ("NPS", "满意度")
    assert found.needs == {"a": "need_a", "b": "需求 b"}
    assert found.others == ["x"]
    assert found.block_of("price") == "价格"


def test_ten_questions_of_a_block_stand_in_their_order():
    found = read_survey(long_form({f"q{i}": [1, 2] for i in (10, 2, 1)}))
    assert found.blocks == {"q": ["q1", "q2", "q10"]}
    assert found.outcome is None


def test_blocks_and_needs_of_ones_own():
    table = long_form({name: [1, 2, 3] for name in ("a", "b", "c", "d", "e", "f")})
    found = read_survey(table, blocks="trust=a+b, speed=c+d", needs="parking=e,quiet=f")
    assert found.blocks == {"trust": ["a", "b"], "speed": ["c", "d"]}
    assert found.needs == {"parking": "e", "quiet": "f"}
    with pytest.raises(DataError, match=r"blocks must be questions of the survey; got \['z'\]"):
        read_survey(table, blocks="trust=a+z")
    with pytest.raises(ArgumentError, match="blocks must be pairs such as price=p1"):
        read_survey(table, blocks="trust")
    with pytest.raises(ArgumentError, match="blocks must be pairs of different names"):
        read_survey(table, blocks="x=a+b,y=c+d,x=e")
    for blocks in ("solo=a", "x=a+a", "x=a+b,y=b+c"):
        with pytest.raises(ArgumentError, match="blocks must be two or more questions"):
            read_survey(table, blocks=blocks)
    with pytest.raises(ArgumentError, match="outcome must be a block of the survey; got 'love'"):
        read_survey(table, blocks="trust=a+b", outcome="love")


def test_a_survey_without_blocks_says_how_to_name_them():
    with pytest.raises(DataError, match="blocks of questions, such as price_1.*Name them: blocks="):
        read_survey(long_form({"age": [30, 40], "nps": [9, 8]}))


def test_rows_that_say_nothing_are_counted():
    table = long_form({"q1": [1, None], "q2": [2, 3]})
    table.loc[3, "customer_id"] = None
    assert read_survey(table).n_dropped == 2


def test_the_sample_brings_the_tables_of_its_customers(survey, voices):
    assert voices.kinds == ("transactions", "customers", "complaints")
    assert (len(voices.table), voices.n_asked, str(voices.as_of)) == (400, 228, "2024-12-31")
    alone = gather_voices(survey)
    assert (alone.kinds, len(alone.table), alone.has_revenue) == ((), 228, False)
    with pytest.raises(ArgumentError, match="tables must be one of transactions"):
        gather_voices(survey, tables={"orders": "cosmetics_orders"})


def test_who_is_dissatisfied_is_who_is_so_in_truth(survey, voices):
    truth = make_cosmetics(400, start="2024-04-01", end="2024-12-31", seed=1).truth["customers"]
    found = find_dissatisfied(voices)
    placed = found.said.customers.set_index("customer_id")["segment"]
    mood = truth.set_index("customer_id")["dissatisfaction"].reindex(placed.index)
    assert (placed == "explicit").equals(mood == "explicit")
    assert (placed == "rated").equals(mood == "rated")
    assert found.n_latent == 0
    assert found.share.value == pytest.approx(38 / 400)
    assert found.table["n_customers"].sum() == 400


def test_answers_alone_tell_who_is_explicit_but_not_who_is_latent(survey):
    found = find_dissatisfied(gather_voices(survey))
    low = survey.answers.query("item == 'satisfaction' and answer <= 2")["customer_id"].nunique()
    assert (found.count("explicit"), found.count("rated")) == (low, 0)
    assert isinstance(found.latent, Missing)
    assert "neither purchases nor interactions" in found.summary()


def test_few_dissatisfied_are_too_few_for_a_model(survey):
    orders = pd.DataFrame(
        {"customer_id": [f"c{i}" for i in range(30)], "ordered_at": pd.Timestamp("2024-12-01"),
         "amount": [float(i) for i in range(30)]}
    )  # fmt: skip
    complaints = pd.DataFrame(
        {"customer_id": ["c1"], "occurred_at": [pd.Timestamp("2024-11-01")], "kind": ["complaint"],
         "outcome": ["refused"]}
    )  # fmt: skip
    small = read_survey(long_form({"q1": [1, 2], "q2": [2, 1]}))
    voices = gather_voices(small, tables={"transactions": orders, "complaints": complaints})
    assert "too few to learn" in find_dissatisfied(voices).latent_summary()


def test_needs_have_the_names_of_the_scheme_that_knows_them(survey):
    found = find_needs(survey)
    points = survey.answers[survey.answers["item"].str.startswith("need_")]
    mean = points.groupby("item")["answer"].mean() / 10
    assert found.weight_of("sun_care") == pytest.approx(mean["need_sun_care"])
    assert found.segments.definition.name == "needs_top_cosmetics"
    counts = found.segments.profile.set_index("segment")["n_customers"]
    assert (counts.sum(), counts["other_need"]) == (228, 0)
    with use_language("zh"):
        assert find_needs(survey).table["need"][0] == "补水保湿"


def test_needs_that_no_scheme_knows_keep_their_names():
    found = find_needs(
        read_survey(
            long_form({"q1": [1, 2], "q2": [2, 1], "need_quiet": [5, 4], "need_view": [1, 2]})
        )
    )
    assert list(found.table["need"]) == ["quiet", "view"]
    assert isinstance(found.segments, Missing)
    # Ratings from 1 on begin at 1: (4 + 3) of 8 points above nothing.
    assert found.weight_of("quiet") == pytest.approx((4 / 4 + 3 / 4) / 2)


def test_the_first_needs_come_from_the_truth():
    made = make_cosmetics(2_000, seed=2, tables=["survey"])
    found = find_needs(read_survey(made["survey"]))
    people = found.ranking.customers.set_index("customer_id")
    named = {label: need for need, label in found.labels.items()}
    true = made.truth["customers"].set_index("customer_id")["need_1"].reindex(people.index)
    right = people["is_clear"] & (people["top_need"].map(named) == true)
    # How often the first need alone gets the most of ten points, by drawing it.
    chain = [0.4, 0.25, 0.15, 0.1, 0.1]
    drawn = np.random.default_rng(0).multinomial(10, chain, 100_000)
    chance = (drawn[:, 0] > drawn[:, 1:].max(axis=1)).mean()
    assert abs(right.mean() - chance) < 4 * np.sqrt(chance * (1 - chance) / len(right))
    weights = made.truth["customers"][[f"need_{r}" for r in range(1, 6)]].isin(["hydration"])
    expected = (weights.mean().to_numpy() * chain).sum()
    row = found.table.set_index("need").loc["Hydration"]
    assert row["low"] - 0.01 < expected < row["high"] + 0.01


def test_one_crowd_has_nothing_to_compare(survey, voices):
    check = check_items(survey.answers, blocks=survey.blocks)
    one = segment_attitudes(check.answers, survey.segment_items, n=1)
    for found in (
        compare_loyalty(survey, check, one), compare_worth(voices, one),
        find_questions(survey, check, one),
    ):  # fmt: skip
        assert isinstance(found, Missing)
        assert found.reason.startswith("The answers show no groups")
        assert not found
    assert len(measure_promoters(survey, one).table) == 1


def test_customers_of_another_table_are_told(survey):
    other = pd.DataFrame(
        {"customer_id": ["z"], "ordered_at": [pd.Timestamp("2024-12-01")], "amount": [5.0]}
    )
    voices = gather_voices(survey, tables={"transactions": other})
    check = check_items(survey.answers, blocks=survey.blocks)
    two = segment_attitudes(check.answers, survey.segment_items, n=2)
    assert "are not those of the purchases" in compare_worth(voices, two).reason


def test_revenue_stands_beside_the_segments(survey, voices):
    check = check_items(survey.answers, blocks=survey.blocks)
    two = segment_attitudes(check.answers, survey.segment_items, n=2)
    valued = value_attitudes(two, check, voices)
    same = two.customers.set_index("customer_id")["segment"]
    assert valued.customers.set_index("customer_id")["segment"].reindex(same.index).equals(same)
    asked = voices.table["customer_id"].isin(survey.answers["customer_id"])
    total = voices.table.loc[asked, "revenue"].sum()
    assert valued.profile["revenue"].sum() == pytest.approx(total)


def test_orientation_takes_questions_on_both():
    table = read_survey(long_form({"price_1": [1, 2], "price_2": [2, 1]}))
    assert "no blocks of questions on both" in find_orientation(table, table.answers).reason
