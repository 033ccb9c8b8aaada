from __future__ import annotations

from importlib import resources

import pandas as pd
import pytest
import yaml

from segkit.audit import Carrying, audit_table, carrying, describe_history
from segkit.audit.analyses import ColumnNeed, FactNeed, fact_names, list_analyses
from segkit.errors import ArgumentError
from segkit.i18n import use_language
from segkit.schema import TABLES, names
from segkit.synthetic import make_banking, make_cosmetics


@pytest.fixture(scope="module")
def on_cdnow(cdnow_sample) -> Carrying:
    return carrying(cdnow_sample)


@pytest.fixture(scope="module")
def cosmetics():
    return make_cosmetics(1_500)


@pytest.fixture(scope="module")
def on_cosmetics(cosmetics) -> Carrying:
    return carrying({kind: cosmetics[kind] for kind in TABLES if kind in cosmetics.tables})


def rows(found: Carrying) -> pd.DataFrame:
    return found.table.set_index("analysis")


def test_every_criterion_of_the_domain_is_there():
    criteria = {analysis.criterion for analysis in list_analyses()}
    assert {f"S{n}" for n in range(1, 17)} <= criteria
    assert {f"V{n}" for n in range(1, 12)} <= criteria


@pytest.mark.parametrize("analysis", list_analyses(), ids=lambda analysis: analysis.id)
def test_an_analysis_is_well_formed(analysis):
    own = {"purpose", "arrived_at"}  # of hotels; not canonical
    assert set(analysis.names) == {"en", "zh"}
    assert analysis.needs
    for need in analysis.needs:
        assert set(need.source) == {"kind", "en", "zh"}
        assert need.good >= need.care
        if isinstance(need, ColumnNeed):
            assert need.without in {"no", "care"}
            for column in need.columns:
                table, _dot, name = column.partition(".")
                assert name in {*names(TABLES[table]), *own}
        else:
            assert set(need.facts) <= set(fact_names())


def test_a_rule_of_the_house_says_so():
    for analysis in list_analyses():
        for need in analysis.needs:
            house = need.source["kind"] == "house"
            assert need.source["en"].startswith("House rule: ") == house
            assert need.source["zh"].startswith("经验规则：") == house


def test_cdnow_carries_its_models(on_cdnow):
    for analysis in ("mbg_nbd", "bg_nbd", "pareto_nbd", "gamma_gamma", "holdout", "rfm_eight"):
        assert on_cdnow.verdict(analysis) == "yes", analysis
    assert on_cdnow.verdict("rfm_grid") == "care"
    assert on_cdnow.verdict("three_grades") == "care", "without cost"
    assert on_cdnow.verdict("pyramid") == "care"
    for analysis in ("profit_pyramid", "demographic", "seasons", "affinity", "bank_tiers"):
        assert on_cdnow.verdict(analysis) == "no", analysis


def test_what_there_is_and_what_to_bring_is_said(on_cdnow):
    table = rows(on_cdnow)
    assert table.at["rfm_grid", "there"] == "2,357 customers with purchases, 546 days of history"
    assert table.at["rfm_grid", "needed"] == "at least 750, better 2,425 customers with purchases"
    assert table.at["rfm_grid", "bring"] == "2,425 customers with purchases instead of 2,357."
    assert table.at["whale_curve", "bring"] == "A column: cost (purchase records)."
    assert table.at["attitude_quadrant", "bring"].startswith(
        "A table of survey answers: question; answer."
    )
    assert table.at["mbg_nbd", "bring"] == ""
    assert "2,357" in table.at["mbg_nbd", "source"]


def test_made_up_cosmetics_carry_attitudes(on_cosmetics):
    yes = ["demographic", "geographic", "psychographic", "loyalty", "social", "need",
           "dissatisfied", "clusters", "preference", "groups"]  # fmt: skip
    assert [on_cosmetics.verdict(analysis) for analysis in yes] == ["yes"] * len(yes)
    no = ["b2b", "bank_tiers", "hotel", "campaign_effect", "loyalty_value"]
    assert [on_cosmetics.verdict(analysis) for analysis in no] == ["no"] * len(no)


def test_made_up_banking_carries_tiers_and_a_campaign():
    made = make_banking(2_000)
    found = carrying({kind: made[kind] for kind in TABLES if kind in made.tables})
    assert found.verdict("bank_tiers") == "yes"
    assert found.verdict("loyalty_value") == "yes"
    people = made["campaigns"].groupby("is_control")["customer_id"].nunique()
    assert (found.facts["control"], found.facts["contacted"]) == (people[True], people[False])


def test_a_column_that_is_half_empty_is_with_care(cosmetics):
    people = cosmetics["customers"].copy()
    for keep, verdict in ((0.95, "yes"), (0.6, "care"), (0.3, "no")):
        gone = people.index >= keep * len(people)
        thin = people.assign(birth_year=people["birth_year"].mask(gone))
        found = carrying({"customers": thin})
        assert found.verdict("demographic") == verdict
    assert (
        "filled in 90\u202f% of rows instead of 30\u202f%" in rows(found).at["demographic", "bring"]
    )
    assert rows(found).at["demographic", "source"].startswith("House rule: filled in 90 %")


def test_events_are_those_of_the_rarer_outcome():
    """Of 1,200 customers 1,150 bought again: 50 who did not are all that a tree can learn from."""
    days = pd.to_datetime(["2022-01-01", "2023-06-01"])
    twice = [(f"{n}", day, 1.0) for n in range(1150) for day in days]
    once = [(f"once{n}", days[0], 1.0) for n in range(50)]
    orders = pd.DataFrame(twice + once, columns=["customer_id", "ordered_at", "amount"])
    upset = pd.DataFrame({"customer_id": [f"{n}" for n in range(1170)], "occurred_at": days[1]})
    found = carrying({"transactions": orders, "complaints": upset})
    assert (found.facts["rarer_repeat"], found.facts["rarer_complaint"]) == (50, 30)
    assert found.verdict("tree") == found.verdict("dissatisfied_latent") == "no"
    assert rows(found).at["tree", "bring"] == (
        "500 customers in the rarer outcome (bought again, or did not) instead of 50."
    )


def test_complaints_are_counted_in_customers():
    day = pd.Timestamp("2024-01-01")
    upset = pd.DataFrame({"customer_id": ["a"] * 97, "occurred_at": day, "outcome": "refused"})
    assert carrying({"complaints": upset}).verdict("dissatisfied") == "care"
    many = upset.assign(customer_id=[str(n) for n in range(97)])
    assert carrying({"complaints": many}).verdict("dissatisfied") == "yes"


def test_a_few_outcomes_are_enough_and_the_reason_is_their_own():
    day = pd.Timestamp("2024-01-01")
    people = [str(n) for n in range(300)]
    upset = pd.DataFrame({"customer_id": people, "occurred_at": day, "outcome": None})
    upset.loc[0, "outcome"] = "refused"
    found = carrying({"complaints": upset.astype({"outcome": "str"})})
    assert found.verdict("dissatisfied") == "no"
    assert "one record in a hundred" in rows(found).at["dissatisfied", "source"]


#: What the numbers of the texts are made of: a share's or mean's precision, customers per
#: group, cases per variable.
ARITHMETIC = [
    ("share_5", 0.25 * (1.96 / 0.05) ** 2, 0.25 * (1.96 / 0.10) ** 2),
    ("share_10", 0.25 * (1.96 / 0.10) ** 2, 0.25 * (1.96 / 0.18) ** 2),
    ("mean_spend", (1.96 / 0.10) ** 2, (1.96 / 0.20) ** 2),
    ("fifths", 5 * 97, 5 * 20), ("eight_types", 8 * 97, 8 * 30), ("grid_25", 25 * 97, 25 * 30),
    ("seven_classes", 7 * 97, 7 * 30), ("life_grid", 24 * 30, 24 * 10), ("top_tier", 3000, 1000),
    ("profit_groups", 101 + 56, 2 * 30), ("rarer_class", 10 * 50, 10 * 10),
    ("clusters", 3 * 100, 3 * 70), ("pairs", 5 / 0.01**2, 5 / 0.05**2),
    ("published_span", 39 * 7, 39 * 7 / 2), ("published_holdout", 2 * 39 * 7, 39 * 7),
    ("effect", 2 * (1.9600 + 0.8416) ** 2 / 0.2**2, 2 * (1.9600 + 0.8416) ** 2 / 0.5**2),
    ("seasons", 3 * 12, 2 * 12), ("published_customers", 2357, 2357 / 4),
    ("published_repeats", 946, 946 / 4),
]  # fmt: skip


@pytest.mark.parametrize(("source", "good", "care"), ARITHMETIC)
def test_a_threshold_is_what_its_reason_says(source, good, care):
    raw = yaml.safe_load((resources.files("segkit.audit") / "analyses.yaml").read_bytes())
    text = raw["sources"][source]
    needs = [need for one in list_analyses() for need in one.needs if need.source == text]
    assert needs, "a reason that no analysis gives"
    for need in needs:
        assert abs(need.good - good) <= 1
        assert abs(need.care - care) <= 1


def test_only_what_was_published_is_called_literature():
    """Rules that are ours may name a publication; they are then after it, not in it."""
    kinds = {n.source["en"]: n.source["kind"] for one in list_analyses() for n in one.needs}
    literature = [text for text, kind in kinds.items() if kind == "literature"]
    assert sorted(text.split(",")[0] for text in literature) == [
        "Cohen (1988)", "Comrey & Lee (1992)",
    ]  # fmt: skip
    effect = next(text for text in literature if text.startswith("Cohen"))
    assert effect.endswith("two-sided test at 5 %, power 80 %.")


def test_few_customers_carry_nothing(six_orders):
    found = carrying(six_orders)
    assert found.count("yes") == 0
    assert found.verdict("rfm_scores") == "no"


def test_counts_add_up(on_cdnow, on_cosmetics):
    for found in (on_cdnow, on_cosmetics):
        total = sum(found.count(verdict) for verdict in ("yes", "care", "no"))
        assert total == len(found.table) == len(list_analyses())
        assert (found.table["verdict"] == "yes").sum() == found.count("yes")
        assert (found.table["bring"] == "").sum() == found.count("yes")


def test_audits_save_the_queries(cdnow_sample, on_cdnow):
    audit, history = audit_table(cdnow_sample), describe_history(cdnow_sample)
    pd.testing.assert_frame_equal(carrying(audit, history=history).table, on_cdnow.table)


def test_more_of_a_fact_never_makes_it_worse(on_cdnow):
    for analysis in list_analyses():
        for need in analysis.needs:
            if isinstance(need, FactNeed):
                less, more = (
                    Carrying({**on_cdnow.facts, **dict.fromkeys(need.facts, n)}, on_cdnow.filled)
                    for n in (need.care, need.good)
                )
                order = ["no", "care", "yes"]
                worse, better = less.verdict(analysis.id), more.verdict(analysis.id)
                assert order.index(better) >= order.index(worse)


def test_the_verdicts_speak_chinese(on_cdnow):
    with use_language("zh"):
        table = rows(on_cdnow)
        assert table.at["rfm_eight", "name"] == "RFM 八类客户"
        assert table.at["rfm_eight", "there"] == "有购买记录的客户数 2,357、历史天数 546"
        assert table.at["rfm_grid", "verdict_word"] == "须谨慎"
        assert table.at["rfm_grid", "source"].startswith("经验规则")


def test_wrong_arguments_are_refused(cdnow_sample, on_cdnow):
    with pytest.raises(ArgumentError, match="history must be the history of the audited"):
        carrying(audit_table(cdnow_sample))
    with pytest.raises(ArgumentError, match="tables must be one of transactions"):
        carrying({"orders": cdnow_sample})
    with pytest.raises(ArgumentError, match="tables must be a table, an audit"):
        carrying("orders.csv")
    with pytest.raises(ArgumentError, match=r"tables\['customers'\] must be an audit of customers"):
        carrying({"customers": audit_table(cdnow_sample)})
    with pytest.raises(ArgumentError, match="analysis must be one of demographic"):
        on_cdnow.verdict("magic")
