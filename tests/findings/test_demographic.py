"""The words of the demographic report: numbers recomputed, nothing left out silently."""

from __future__ import annotations

import pytest

from segkit.features import gather_customers
from segkit.findings import (
    customers_source,
    data_sector,
    demographic_cover,
    demographic_findings,
    demographic_limits,
    demographic_results,
    tell_apart,
    trace_customers,
)
from segkit.groups import build_groups, example_groups
from segkit.i18n import use_language
from segkit.segment.borders import check_borders
from segkit.segment.criteria import compare_criteria


def told(data=None, customers=None, **options):
    gathered = gather_customers(data, customers)
    table = gathered.table
    criteria = compare_criteria(table, sector=data_sector(data, customers), **options)
    return {
        "gathered": gathered,
        "criteria": criteria,
        "contrasts": tell_apart(criteria, gathered),
        "groups": build_groups(table, example_groups(table.columns)),
        "borders": check_borders(criteria, table, n_resamples=3),
    }


@pytest.fixture(scope="module")
def cosmetics():
    return told("cosmetics_orders")


@pytest.fixture(scope="module")
def bank():
    return told(customers="bank_customers")


def findings(found):
    names = ("gathered", "criteria", "contrasts", "groups")
    return demographic_findings(*(found[name] for name in names)).items


def limits(found):
    names = ("gathered", "criteria", "borders")
    return demographic_limits(*(found[name] for name in names)).sentences


def test_the_headline_is_the_answer(cosmetics):
    cover = demographic_cover(cosmetics["gathered"], cosmetics["criteria"])
    assert cover.headline == (
        "Middle-aged: 41\u202f% of customers, each worth 10\u202f% above the average"
    )
    assert [kpi.value for kpi in cover.kpis] == ["400", "$383,000", "1.4\u202f%", "5", "9"]
    with use_language("zh"):
        assert len(demographic_cover(cosmetics["gathered"], cosmetics["criteria"]).headline) <= 34


def test_findings_are_complete_and_their_numbers_true(cosmetics):
    items = findings(cosmetics)
    assert 3 <= len(items) <= 7
    table = cosmetics["gathered"].table.to_pandas()
    middle = table[(table["age"] >= 30) & (table["age"] < 50)]
    more = middle["revenue"].mean() / table["revenue"].mean() - 1
    assert items[0].number == f"+{more * 100:.1f}\u202f%"
    assert items[1].number == f"{(table['age'] < 30).mean() * 100:.1f}\u202f%"
    older = table[table["age"] >= 50].dropna(subset=["favorite_channel"])
    share = (older["favorite_channel"] == "e-mail").mean()
    assert items[2].number == f"{share * 100:.1f}\u202f%"
    assert items[2].action == "Address the segment Older there first: e-mail."
    assert all(item.action for item in items)


def test_what_the_columns_cannot_carry_is_said(cosmetics):
    text = " ".join(limits(cosmetics))
    for name in ("Education", "Stages of family life", "Industry", "Source of hotel guests"):
        assert name in text
    assert "use none of the words it knows: Sales channel, Purpose of a hotel stay" in text
    assert "best of 5 criteria: part of its lead is chance" in text


def test_customers_alone_are_told_by_size(bank):
    cover = demographic_cover(bank["gathered"], bank["criteria"])
    assert "is the largest group" in cover.headline
    assert len(findings(bank)) >= 2
    assert not any("revenue" in item.title for item in findings(bank))
    assert not any("Revenue is what was paid" in limit for limit in limits(bank))


def test_a_criterion_made_of_purchases_is_warned_of():
    hotel = told("hotel_stays", schemes=["hotel_purpose_spending", "hotel_source"])
    assert any("is made from what customers buy" in limit for limit in limits(hotel))


def test_where_who_somebody_is_tells_nothing_the_report_says_so(cosmetics):
    weak = told("cosmetics_orders", schemes=["income_bands", "city_tier"])
    cover = demographic_cover(weak["gathered"], weak["criteria"])
    assert cover.headline == "Who customers are hardly tells what they spend"
    assert findings(weak)[0].number == "0.0\u202f%"
    asked = told("cosmetics_orders", criterion="region")
    lede = demographic_cover(asked["gathered"], asked["criteria"]).lede
    assert "Region, as asked for" in lede


def test_what_a_criterion_is_made_from_sets_nothing_apart(cosmetics):
    features = set(cosmetics["contrasts"].table["feature"])
    assert "age" not in features
    assert {"favorite_channel", "income", "revenue"} <= features


def test_results_and_source(cosmetics):
    names = ("gathered", "criteria", "groups")
    values = demographic_results(*(cosmetics[name] for name in names)).values
    sizes = [n for name, n in values.items() if name.startswith("customers_")]
    assert sum(sizes) == values["n_customers"] == 400
    data = trace_customers(cosmetics["gathered"])
    assert (data.rows, data.customers, len(data.sha256)) == (2261, 400, 64)
    source = customers_source(cosmetics["gathered"])
    assert source.startswith("Cosmetics orders (made up), Cosmetics customers (made up), 6")
    assert data_sector("orders.csv") == ""
