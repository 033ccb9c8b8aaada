"""The words of the other means: every number from its result, nothing left out silently."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from segkit.customers import summarize_customers
from segkit.findings import (
    BehavioralChecks,
    behavioral_findings,
    behavioral_limits,
    behavioral_results,
    name_groups,
    show_next_purchase,
)
from segkit.findings.behavioral_next import next_findings, next_limits
from segkit.groups import build_groups
from segkit.i18n import use_language
from segkit.segment import compare_presets, score_rfm
from segkit.segment.clusters import cluster_customers
from segkit.segment.missing import Missing
from segkit.segment.natural import explain_clusters
from segkit.segment.result import assign_segments
from segkit.segment.several import apply_schemes
from segkit.segment.stability import segment_stability
from segkit.segment.trees import predict_next_purchase
from segkit.value import describe_customers, share_of_top, value_pyramid

FEATURES = ["recency_days", "n_days", "mean_order_value"]


def everything(customers, orders, groups=None):
    segments = score_rfm(customers)
    clusters = cluster_customers(customers, features=FEATURES, max_k=3)
    return BehavioralChecks(
        criteria=apply_schemes(customers, ["lifecycle", "loyalty_nps", "social_activity"]),
        presets=compare_presets(customers, ["rfm_cn8", "rfm_11", "rfm_klaviyo"]),
        clusters=clusters,
        rules=explain_clusters(clusters, segments, customers),
        groups=build_groups(customers, name_groups(groups)),
        stability=segment_stability(segments, customers, n_resamples=3),
        outlook=predict_next_purchase(orders),
    )


@pytest.fixture(scope="module")
def told(cdnow_sample):
    customers = summarize_customers(cdnow_sample)
    return {
        "customers": customers,
        "base": describe_customers(customers),
        "segments": score_rfm(customers),
        "top": share_of_top(customers, 0.2),
        "more": everything(customers, cdnow_sample),
    }


def findings(told, more):
    return behavioral_findings(told["base"], told["segments"], told["top"], more).items


def limits(told, orders, more):
    return behavioral_limits(told["base"], told["segments"], orders, more).sentences


def test_findings_stay_seven_and_are_complete(told):
    items = findings(told, told["more"])
    assert len(items) == 7
    assert all(item.action and item.evidence for item in items)
    assert [item for item in items if not item.figure] == [items[4]], "slipping customers"
    outlook, groups = items[-2:]
    assert outlook.number == told["more"].outlook.lead.gain.text
    assert groups.number == str(len(told["more"].clusters.definition.segments))
    assert told["more"].rules.fidelity.text in groups.evidence
    assert "interval" in groups.evidence


def test_without_an_outlook_the_maps_have_their_place(told):
    more = dataclasses.replace(told["more"], outlook=Missing("No history."))
    agreement = findings(told, more)[-1]
    rand = told["more"].presets.table["adjusted_rand"]
    assert agreement.number == f"{rand.max():.2f}"
    assert f"{rand.min():.2f}" in agreement.evidence


def test_no_natural_groups_is_a_finding_too(told):
    clusters = cluster_customers(told["customers"], features=FEATURES, k=1)
    item = findings(told, dataclasses.replace(told["more"], clusters=clusters))[-1]
    assert (item.number, item.title) == (
        "0", "natural groups: customers shade into each other",
    )  # fmt: skip
    assert item.evidence == clusters.choice


def test_two_schemes_are_no_range(told):
    presets = compare_presets(told["customers"], ["rfm_cn8", "rfm_11"])
    items = findings(told, dataclasses.replace(told["more"], presets=presets))
    assert [item.figure for item in items][-1] == "cluster_evidence"


def test_every_criterion_that_the_data_cannot_carry_is_said(told, cdnow_sample):
    sentences = limits(told, cdnow_sample, told["more"])
    lacking = [text for text in sentences if "cannot be told" in text]
    assert lacking == [
        "Loyalty by repeat purchase and recommendation cannot be told: the data lack "
        "willingness to recommend.",
        "Social activity cannot be told: the data lack likes, comments and shares, events taken "
        "part in, contents viewed, messages opened.",
    ]


def test_where_no_criterion_can_be_told_all_are_said(told, cdnow_sample):
    criteria = apply_schemes(told["customers"], ["loyalty_nps", "social_activity"])
    more = dataclasses.replace(told["more"], criteria=criteria)
    assert sum("cannot be told" in text for text in limits(told, cdnow_sample, more)) == 2


def test_unstable_segments_and_unknown_members_are_said(told, cdnow_sample):
    stability = told["more"].stability
    table = stability.table.assign(verdict=["unstable"] + ["stable"] * (len(stability.table) - 1))
    customers = told["customers"].assign(age=pd.NA).astype({"age": "Float64"})
    customers.loc[0, "age"] = 30.0
    more = dataclasses.replace(
        told["more"],
        stability=dataclasses.replace(stability, table=table),
        groups=build_groups(customers, "Young: age < 40"),
    )
    sentences = limits(told, cdnow_sample, more)
    assert any(
        text.startswith("The segment Key value is not to be relied on") for text in sentences
    )
    assert any(text.startswith("Up to 2,356 customers lack a value") for text in sentences)


def test_results_hold_the_sizes_of_every_criterion(told):
    pyramid = value_pyramid(told["customers"])
    values = behavioral_results(
        told["base"], told["segments"], pyramid, told["top"], told["more"]
    ).values
    sizes = [n for name, n in values.items() if name.startswith("lifecycle_")]
    assert sum(sizes) == values["n_customers"] == 2357
    assert values["tree_fidelity"] == told["more"].rules.fidelity.value
    assert values["n_unstable"] == 0
    assert values["lowest_agreement"] <= values["highest_agreement"]


def test_groups_are_the_readers_own_or_common_ones():
    assert name_groups("Big: revenue > 5") == "Big: revenue > 5"
    assert len(name_groups(" ")) == 3
    with use_language("zh"):
        assert list(name_groups().values()) == list(name_groups(" ").values())


def test_one_customer_has_words_for_everything():
    orders = pd.DataFrame(
        {"customer_id": ["a"], "ordered_at": pd.to_datetime(["2024-01-01"]), "amount": [5.0]}
    )
    customers = summarize_customers(orders)
    more = everything(customers, orders)
    told = {
        "base": describe_customers(customers),
        "segments": score_rfm(customers),
        "top": share_of_top(customers),
    }
    words = " ".join(f"{i.number} {i.title} {i.evidence}" for i in findings(told, more))
    assert "NaN" not in words
    assert "nan" not in words
    assert "There are no clusters here" in words


def test_the_outlook_is_told_with_its_range_and_limits(told, cdnow_sample):
    outlook = told["more"].outlook
    (item,) = [item for item in findings(told, told["more"]) if item.figure == "gain"]
    assert outlook.lead.gain.interval_text in item.evidence
    found = outlook.buyers
    assert f"{found.low:,.0f} to {found.high:,.0f}" in item.evidence
    assert outlook.verdict in item.evidence
    assert set(outlook.limits) <= set(limits(told, cdnow_sample, told["more"]))
    pyramid = value_pyramid(told["customers"])
    arguments = (told["base"], told["segments"], pyramid, told["top"], told["more"])
    values = behavioral_results(*arguments).values
    assert values["outlook_auc"] == outlook.model.metric("auc")["value"]
    assert values["outlook_buyers_low"] < values["outlook_buyers"] < values["outlook_buyers_high"]


def test_why_there_is_no_outlook_is_a_limit(told, cdnow_sample):
    more = dataclasses.replace(told["more"], outlook=Missing("No history."))
    assert "No history." in limits(told, cdnow_sample, more)
    values = behavioral_results(
        told["base"], told["segments"], value_pyramid(told["customers"]), told["top"], more
    ).values
    assert not [name for name in values if name.startswith("outlook")]


def shown(outlook, capsys) -> str:
    show_next_purchase(outlook, source="CDNOW")
    return capsys.readouterr().out


def test_all_of_it_is_shown_and_of_what_lacks_the_reason_once(told, capsys):
    outlook = told["more"].outlook
    words = shown(outlook, capsys)
    assert all(sentence in words for sentence in [*outlook.answer, *outlook.limits])
    assert "The likeliest 31" in words
    assert shown(Missing("No history."), capsys).strip() == "No history."


def test_a_tree_that_asks_nothing_has_no_curve(told, capsys):
    outlook = told["more"].outlook
    model = outlook.model
    root = model.definition.tree.cut_at({0})
    bare = dataclasses.replace(model.definition, tree=root, leaves={0: "leaf_1"})
    alone = dataclasses.replace(outlook, model=dataclasses.replace(model, definition=bare))
    assert not alone.asks
    assert findings(told, dataclasses.replace(told["more"], outlook=alone))[-1].figure != "gain"
    assert alone.verdict == "No question tells who will buy: the rules part nobody."


def test_the_next_offer_goes_by_the_cut_of_figure_and_table(told):
    from segkit.figures import plot_gain

    outlook = told["more"].outlook
    (item,) = next_findings(outlook)
    lead = outlook.lead
    rows = outlook.table[outlook.table["segment"].isin(lead.segments)]
    assert (rows["observed_low"] > outlook.model.sample.test_rate).all()
    words = f"{lead.people * 100:.0f}\u202f% of customers"
    assert item.title.endswith(words)
    assert words in plot_gain.describe(outlook).title
    assert f"{lead.gain.value * 100:.0f}\u202f%" in plot_gain.describe(outlook).title
    assert any(words in sentence for sentence in outlook.answer)
    # At that cut one question finds as many, though over all customers it ranks worse.
    assert lead.single > lead.gain.low
    assert item.action.startswith("Choose for the next offer by one question, which finds about")
    assert outlook.model.single_rule_words in item.action


def test_rules_that_beat_the_question_are_followed(told):
    outlook = told["more"].outlook
    tested = outlook.model.tested.assign(single_rule=0.5)
    model = dataclasses.replace(outlook.model, tested=tested)
    (item,) = next_findings(dataclasses.replace(outlook, model=model))
    assert item.action.startswith("Send the next offer to these groups, 662 customers today")


def test_where_nobody_stands_out_nobody_is_chosen(told):
    outlook = told["more"].outlook
    even = outlook._counts.assign(n_bought=(outlook._counts["n_tested"] * 0.127).astype(int))
    outlook = dataclasses.replace(outlook, _counts=even)
    (item,) = next_findings(outlook)
    assert outlook.lead is None
    assert item.title.endswith("nobody stands out among them")
    assert item.action.startswith("Choose nobody by these rules")


def test_customers_without_a_value_are_counted_apart(told):
    """Finding, answer and table speak of the same customers: those whom the rules can place."""
    outlook, customers = told["more"].outlook, told["customers"].copy()
    columns = list(outlook.today.definition.inputs)
    customers[columns] = customers[columns].astype("float64")
    customers.loc[customers.index[:40], columns] = float("nan")
    today = assign_segments(customers, outlook.today.definition, function="test")
    assert today.n_unclassified == 40
    outlook = dataclasses.replace(outlook, today=today)
    (item,) = next_findings(outlook)
    assert "of today\u2019s 2,317 customers" in item.evidence
    assert " of 2,317 customers" in outlook.answer[0]
    (limit,) = [text for text in next_limits(outlook) if text not in outlook.limits]
    assert limit.startswith("Of 40 customers of today it is not told")


def test_a_value_of_a_group_that_nobody_has_is_a_limit(told, cdnow_sample):
    customers = told["customers"].assign(city="Suzhou")
    more = dataclasses.replace(told["more"], groups=build_groups(customers, "Wuxi: city = 'Wuxi'"))
    sentence = "No customer has the value “Wuxi” in city; it has Suzhou."
    assert sentence in limits(told, cdnow_sample, more)
