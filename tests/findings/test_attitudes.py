"""The words of the report on attitudes: every number recomputed, nothing left out silently."""

from __future__ import annotations

import dataclasses

import pytest

from segkit.findings import (
    attitudes_cover,
    attitudes_findings,
    attitudes_limits,
    attitudes_results,
    survey_source,
    trace_survey,
)
from segkit.i18n import use_currency
from segkit.report.notes import Note
from segkit.segment.attitudes import (
    AttitudeStudy,
    block_means,
    check_items,
    compare_loyalty,
    compare_worth,
    find_dissatisfied,
    find_factors,
    find_needs,
    find_orientation,
    find_questions,
    gather_voices,
    measure_promoters,
    read_survey,
    reliability,
    segment_attitudes,
)
from segkit.segment.missing import Missing
from segkit.tables import (
    attitude_profile_table,
    blocks_table,
    dissatisfied_table,
    first_needs_table,
    mean_differences_table,
    need_ranks_table,
)


def make_study(n: int | str = "auto") -> AttitudeStudy:
    survey = read_survey("survey")
    voices = gather_voices(survey, "survey")
    check = check_items(survey.answers, blocks=survey.blocks)
    segments = segment_attitudes(
        check.answers, survey.segment_items, n=n, labels=survey.labels, random_state=0
    )
    return AttitudeStudy(
        survey, voices, check, reliability(check.answers, survey.blocks),
        find_factors(check.answers, survey.items), segments,
        loyalty=compare_loyalty(survey, check, segments),
        worth=compare_worth(voices, segments),
        promoters=measure_promoters(survey, segments),
        wants=find_needs(survey),
        orientation=find_orientation(survey, check.answers),
        dissatisfied=find_dissatisfied(voices),
        tool=find_questions(survey, check, segments),
    )  # fmt: skip


@pytest.fixture(scope="module")
def study() -> AttitudeStudy:
    return make_study()


@pytest.fixture(scope="module")
def bare(study) -> AttitudeStudy:
    """A study of which nothing but the answers themselves could be made."""
    none = Missing("There is no such thing in these data.")
    kinds = ("loyalty", "worth", "promoters", "wants", "orientation", "dissatisfied", "tool")
    return dataclasses.replace(make_study(1), **dict.fromkeys(kinds, none))


def test_a_need_leads_alone_only_where_that_is_no_chance(study):
    """Hydration weighs 25 %, Anti-ageing 24 %, which can be chance; 35 % put the latter first."""
    (needs,) = [f for f in attitudes_findings(study).items if f.figure == "needs"]
    table = study.wants.table.set_index("need")
    assert list(table.index[:2]) == ["Hydration", "Anti-ageing"]
    both = table["weight"].iloc[:2].sum()
    assert needs.number == f"{both * 100:.0f}\u202f%"
    assert needs.title.startswith("of what customers want are the needs Hydration, Anti-ageing")
    assert "Anti-ageing is the first need of most, 35\u202f% of customers" in needs.evidence
    assert "Open every campaign" not in needs.action

    clear = study.wants.table.assign(low=study.wants.table["weight"] - 0.001)
    clear = clear.assign(high=clear["weight"] + 0.001, first_low=0.0)
    ranking = dataclasses.replace(study.wants.ranking, table=clear)
    alone = dataclasses.replace(study, wants=dataclasses.replace(study.wants, ranking=ranking))
    assert attitudes_cover(alone).headline.endswith("the need that weighs most: Hydration")
    (needs,) = [f for f in attitudes_findings(alone).items if f.figure == "needs"]
    assert needs.title == "of what customers want is one need: Hydration"

    alike = clear.assign(low=0.0, high=1.0)
    ranking = dataclasses.replace(study.wants.ranking, table=alike)
    none = dataclasses.replace(study, wants=dataclasses.replace(study.wants, ranking=ranking))
    assert "need" not in attitudes_cover(none).headline
    (needs,) = [f for f in attitudes_findings(none).items if f.figure == "needs"]
    assert needs.title == "needs weigh about alike: none of them stands out"


def test_the_headline_is_the_answer_and_short(study):
    cover = attitudes_cover(study)
    assert (
        cover.headline
        == "Customers think in 2 ways; the needs that weigh most: Hydration, Anti-ageing"
    )
    assert [kpi.value for kpi in cover.kpis] == ["228", "2", "49\u202f%", "−21", "9.5\u202f%"]
    assert len(cover.headline) <= 90


def test_findings_are_complete_and_their_numbers_true(study):
    findings = attitudes_findings(study).items
    assert len(findings) == 7
    assert all(finding.action and finding.evidence for finding in findings)
    placed = study.segments.customers.set_index("customer_id")["segment"]
    revenue = study.voices.table.set_index("customer_id")["revenue"].reindex(placed.index)
    means = revenue.groupby(placed).mean()
    answers = study.survey.answers.pivot(index="customer_id", columns="item", values="answer")
    loyal = answers[["loyalty_1", "loyalty_2", "loyalty_3"]].mean(axis=1).groupby(placed).mean()
    nps = (answers["nps"] >= 9).mean() - (answers["nps"] <= 6).mean()
    assert findings[0].number == f"{placed.value_counts().max() / 2.28:.1f}\u202f%"
    assert f"{abs(means['group_1'] - means['group_2']):.0f}" in findings[1].number
    assert findings[2].number == f"{abs(loyal['group_1'] - loyal['group_2']):.2f}"
    assert "it can be chance" in findings[2].title
    assert findings[4].number == f"−{abs(round(100 * nps))}"
    assert findings[5].number == "38"


def test_a_survey_of_one_crowd_still_has_findings(bare):
    findings = attitudes_findings(bare).items
    assert len(findings) == 3
    assert "one crowd" in findings[0].title
    lowest = block_means(bare.survey, bare.check).drop(columns="customer_id").mean()
    assert findings[1].number == f"{lowest.min():.1f}"
    assert findings[1].title.endswith(str(lowest.idxmin()))
    assert attitudes_cover(bare).headline == (
        "Attitudes differ by degrees: the answers show no groups"
    )


def test_what_is_missing_is_said_once_among_the_limits(bare, study):
    sentences = list(attitudes_limits(bare).sentences)
    assert sentences.count("There is no such thing in these data.") == 1
    assert attitudes_limits(study).sentences[0].startswith("57\u202f% of the customers answered.")


def test_amounts_without_a_currency_are_a_limit_where_there_are_amounts(study):
    told = "No currency was given for the amounts, so they stand without one."
    assert told not in attitudes_limits(study).sentences
    with use_currency(None):
        assert told in attitudes_limits(study).sentences
        table = study.voices.table.drop(columns="revenue")
        voices = dataclasses.replace(study.voices, table=table)
        silent = dataclasses.replace(study, voices=voices)
        assert told not in attitudes_limits(silent).sentences


def test_slices_are_not_sold_as_groups(study):
    sliced = dataclasses.replace(study, segments=make_study(3).segments)
    definition = sliced.segments.definition
    evidence = definition.evidence.assign(chosen=False)
    crowd = dataclasses.replace(
        sliced.segments, definition=dataclasses.replace(definition, evidence=evidence)
    )
    cover = attitudes_cover(dataclasses.replace(sliced, segments=crowd))
    assert cover.headline == "Attitudes differ by degrees: 3 segments are slices of one crowd"
    assert "slices of one crowd" in cover.lede


def test_results_are_plain_numbers(study):
    values = attitudes_results(study).payload()["values"]
    assert values["n_respondents"] == 228
    assert values["blocks_adjusted_rand"] == 1.0
    assert values["need_hydration"] == pytest.approx(0.2526, abs=1e-4)
    assert all(value is not None for value in values.values())


def test_tables_hold_what_they_say(study):
    profile = attitude_profile_table(study, block_means(study.survey, study.check))
    assert profile.frame["n_customers"].sum() == 228
    assert {"mean_1", "mean_2", "mean_3", "nps", "mean_revenue"} <= set(profile.frame)
    assert list(blocks_table(study.factors, study.survey).frame["n_at_home"]) == [3, 3, 3]
    pairs = mean_differences_table(study.loyalty).frame
    assert (pairs["difference"] >= 0).all()
    assert (pairs["low"] <= pairs["difference"]).all()
    assert list(pairs["note"]) == ["can be chance"]
    assert list(need_ranks_table(study.wants).frame["chain_weight"]) == [0.4, 0.25, 0.15, 0.1, 0.1]
    assert len(first_needs_table(study.wants, study.segments).frame) == 2
    assert list(dissatisfied_table(study.dissatisfied).frame["n_customers"]) == [24, 14, 362]


def test_what_is_missing_is_shown_as_its_reason():
    from segkit.figures import plot_needs
    from segkit.report import show_figure, show_table

    missing = Missing("No <b>question</b> asked for it.")
    for shown in (
        show_figure(plot_needs, missing),
        show_table(need_ranks_table(missing)),
        show_table(dissatisfied_table(missing)),
        show_table(mean_differences_table(missing)),
    ):
        assert isinstance(shown, Note)
        assert "&lt;b&gt;question" in shown._repr_html_()


def test_the_survey_is_traced(study):
    traced = trace_survey("survey", study.survey)
    assert (traced.rows, traced.customers, len(traced.sha256)) == (3648, 228, 64)
    assert survey_source("survey", study.survey).startswith(
        "Cosmetics survey (made up), 2\u00a0Nov"
    )


def test_a_number_of_factors_that_was_asked_for_is_no_result(bare):
    two = find_factors(bare.check.answers, bare.survey.items, n=2)
    items = attitudes_findings(dataclasses.replace(bare, factors=two)).items
    (found,) = [item for item in items if item.figure == "loadings"]
    assert (found.number, found.title) == (
        "2", "factors were asked for behind the questions, in 3 blocks",
    )  # fmt: skip
    assert "Shorten the survey" not in found.action
