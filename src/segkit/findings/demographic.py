"""What a segmentation by who customers are says, in a client's words, made from its numbers."""

from __future__ import annotations

import math
from typing import Any

from segkit.collect.datasets.registry import DATASETS
from segkit.features.gathering import GatheredCustomers
from segkit.findings.data import data_limits
from segkit.findings.demographic_words import (
    coverage_finding,
    explained_finding,
    feature_finding,
    group_finding,
    largest_finding,
    weak_finding,
    worth_finding,
)
from segkit.findings.outcome import (
    outcome_findings,
    outcome_headline,
    outcome_limits,
    outcome_results,
    outcome_share,
    outcome_warning,
)
from segkit.groups import CustomerGroups
from segkit.i18n import (
    _,
    format_list,
    format_money,
    format_number,
    format_percent,
    join_sentences,
    ngettext,
)
from segkit.report.elements import Cover, DataElement, Findings, Kpi, Limits, Results, show_data
from segkit.segment.borders import Borders
from segkit.segment.criteria import Criteria
from segkit.segment.describe import SegmentContrasts, describe_segments
from segkit.segment.feature_words import feature_label
from segkit.segment.missing import Missing
from segkit.segment.outcome import OutcomePrediction
from segkit.value.words import count_customers

#: Features of people and of what they bought that tell a group apart for a reader.
_FEATURES = (
    "age", "gender", "income", "tenure_years", "education", "occupation", "family", "city_tier",
    "region", "is_member", "is_domestic", "n_days", "recency_days", "revenue", "mean_order_value",
    "favorite_category", "favorite_channel", "n_categories", "return_share", "price_level",
    "age_band", "income_band", "marital_status", "household_size", "home_ownership",
)  # fmt: skip
#: What a scheme is made from tells nothing new about its segments.
_SAME = {
    "gender": ("gender",), "age": ("age", "age_band"), "age_band": ("age",),
    "income_band": ("income",), "country": ("is_domestic", "region"), "region": ("city_tier",),
}  # fmt: skip


#: Where no outcome was asked for.
_NOTHING = Missing("")


def tell_apart(criteria: Criteria, gathered: GatheredCustomers) -> SegmentContrasts:
    """Compare the leading criterion's segments by what else is known of the customers.

    Parameters
    ----------
    criteria : Criteria
        From ``compare_criteria``.
    gathered : GatheredCustomers
        From ``gather_customers``.

    Returns
    -------
    SegmentContrasts
        Of those features that the criterion is not made from.
    """
    inputs = set(criteria.leading.definition.inputs)
    inputs |= {other for name in inputs for other in _SAME.get(name, ())}
    table = gathered.table
    usable = [
        name
        for name in _FEATURES
        if name in table.columns and name not in inputs and not table[name].type().is_null()
    ]
    return describe_segments(criteria.leading, table, features=usable or None)


def data_sector(data: Any, customers: Any = None) -> str:
    """Name the kind of business that a known data set is of; empty for a user's own data."""
    known = [
        DATASETS[name] for name in (data, customers) if isinstance(name, str) and name in DATASETS
    ]
    return known[0].sector if known else ""


def trace_customers(gathered: GatheredCustomers) -> DataElement:
    """State which data were read, with the fingerprint of the first of them."""
    first = gathered.sources[0]
    return show_data(
        format_list(source.name for source in gathered.sources),
        rows=gathered.n_rows,
        customers=gathered.n_customers,
        sha256=first.sha256,
        origin=first.origin,
    )


def customers_source(gathered: GatheredCustomers) -> str:
    """Name the data and their span, for the line under a figure or table."""
    titles = format_list(source.title for source in gathered.sources)
    if not gathered.period:
        return titles
    return _("{title}, {period}").format(title=titles, period=gathered.period)


def demographic_cover(
    gathered: GatheredCustomers,
    criteria: Criteria,
    predicted: OutcomePrediction | Missing = _NOTHING,
) -> Cover:
    """Write the head of the report: the answer, and the numbers it rests on.

    Parameters
    ----------
    gathered : GatheredCustomers
        From ``gather_customers``.
    criteria : Criteria
        From ``compare_criteria``.
    predicted : OutcomePrediction or Missing
        From ``predict_outcome``; one that knows the outcome is warned of here already.
    """
    profile = criteria.leading.profile
    kpis = [Kpi(format_number(gathered.n_customers), _("customers"))]
    if gathered.has_revenue:
        money = format_money(float(profile["revenue"].sum()), short=True)
        kpis.append(Kpi(money, _("revenue of these customers")))
        share = max(float(criteria.row(criteria.leader)["explained"]), 0.0)
        if not math.isnan(share):
            label = _("of the differences in revenue told by {criterion}")
            kpis.append(
                Kpi(format_percent(share), label.format(criterion=criteria.label(criteria.leader)))
            )
    n = len(criteria.segmentations)
    kpis.append(Kpi(format_number(n), ngettext("criterion told", "criteria told", n)))
    lacking = int((criteria.table["n_segments"] == 0).sum())
    if lacking:
        label = ngettext(
            "criterion that lacks its columns", "criteria that lack their columns", lacking
        )
        kpis.append(Kpi(format_number(lacking), label))
    if not isinstance(predicted, Missing) and predicted.was_asked_for:
        label = _("with the outcome {outcome}").format(outcome=predicted.label)
        kpis.insert(1, Kpi(format_percent(outcome_share(predicted)), label))
    return Cover(
        headline=_headline(gathered, criteria, predicted),
        lede=join_sentences(filter(None, [outcome_warning(predicted), _lede(gathered, criteria)])),
        period=gathered.period,
        kpis=kpis,
    )


def _headline(
    gathered: GatheredCustomers, criteria: Criteria, predicted: OutcomePrediction | Missing
) -> str:
    asked = outcome_headline(predicted)
    # Where revenue is known, what groups are worth is the answer, unless it would mislead.
    if asked and (outcome_warning(predicted) or not gathered.has_revenue):
        return asked
    if criteria.worth_of_leader is None:
        largest = _largest(criteria)
        text = _("{segment} is the largest group: {share} of customers")
        share = format_percent(largest["customer_share"], 0)
        return text.format(segment=largest["name"], share=share)
    if not criteria.tells_value:
        return _("Who customers are hardly tells what they spend")
    row = criteria.row(criteria.leader)
    best = next(
        s for s in criteria.leading.profile.to_dict("records") if s["segment"] == row["best"]
    )
    return _("{segment}: {people} of customers, each worth {more} above the average").format(
        segment=best["name"],
        people=format_percent(best["customer_share"], 0),
        more=format_percent(row["lift"] - 1, 0),
    )


def _lede(gathered: GatheredCustomers, criteria: Criteria) -> str:
    told = format_list(criteria.label(name) for name in criteria.segmentations)
    people = count_customers(gathered.n_customers)
    text = _("{people}, grouped by {criteria}.").format(people=people, criteria=told)
    if not gathered.has_revenue:
        more = _("What they bought is not known, so groups have a size and no value.")
    elif criteria.was_asked_for:
        more = _("Shown in detail: {criterion}, as asked for.")
    else:
        more = _("Shown in detail: {criterion}, which tells revenue apart most clearly.")
    return join_sentences([text, more.format(criterion=criteria.label(criteria.leader))])


def _largest(criteria: Criteria) -> dict[str, Any]:
    profile = criteria.leading.profile
    known = profile[profile["segment"] != "unclassified"]
    row = known.sort_values("n_customers", kind="stable").iloc[-1]
    return {str(name): value for name, value in row.items()}


def demographic_findings(
    gathered: GatheredCustomers,
    criteria: Criteria,
    contrasts: SegmentContrasts,
    groups: CustomerGroups,
    predicted: OutcomePrediction | Missing = _NOTHING,
) -> Findings:
    """Write the summary: the weightiest facts first, each with its uncertainty and an action.

    Parameters
    ----------
    gathered, criteria
        As for :func:`demographic_cover`.
    contrasts : SegmentContrasts
        From :func:`tell_apart`.
    groups : CustomerGroups
        From ``build_groups``.
    predicted : OutcomePrediction or Missing
        From ``predict_outcome``. An outcome that was asked for comes first.
    """
    told = [] if isinstance(predicted, Missing) else outcome_findings(predicted)
    asked = not isinstance(predicted, Missing) and predicted.was_asked_for
    found = told if asked else []
    if criteria.worth_of_leader is not None:
        found += worth_finding(criteria) if criteria.tells_value else weak_finding(criteria)
    found.append(largest_finding(_largest(criteria), criteria, gathered))
    found += feature_finding(criteria, contrasts)
    if criteria.tells_value:
        found += explained_finding(criteria)
    found += group_finding(groups)
    found += [] if asked else told
    found += coverage_finding(gathered, criteria)
    return Findings(found)


def demographic_limits(
    gathered: GatheredCustomers,
    criteria: Criteria,
    borders: Borders,
    predicted: OutcomePrediction | Missing = _NOTHING,
) -> Limits:
    """Write what these data cannot say: what must not be used first, then doubts about the data."""
    doubts = [] if isinstance(predicted, Missing) else outcome_limits(predicted)
    leaks = not isinstance(predicted, Missing) and predicted.leaking
    limits = [*(doubts if leaks else []), *gathered.notes]
    if gathered.orders is not None:
        limits += data_limits(gathered.orders, gathered.n_customers)
    limits += _lacking_limits(criteria)
    limits += _near_limits(criteria, borders)
    if criteria.worth:
        limits += _choice_limits(criteria)
        limits += [
            _("Revenue is what was paid, before any cost: by profit the order may be another."),
            _("That a group spends more does not say that it does so because of who it is."),
        ]
    return Limits([*limits, *([] if leaks else doubts)])


def _lacking_limits(criteria: Criteria) -> list[str]:
    rows = criteria.table[criteria.table["n_segments"] == 0].to_dict("records")
    limits = []
    absent = [row for row in rows if row["lacking"]]
    if absent:
        columns = dict.fromkeys(name for row in absent for name in row["lacking"].split(","))
        text = _("Not told, because the data have no such column: {criteria}. Needed: {columns}.")
        limits.append(
            text.format(
                criteria=format_list(criteria.label(row["criterion"]) for row in absent),
                columns=format_list(feature_label(name) for name in columns),
            )
        )
    silent = [row["criterion"] for row in rows if not row["lacking"]]
    if silent:
        text = _("Not told, because the data use none of the words it knows: {criteria}.")
        limits.append(text.format(criteria=format_list(criteria.label(name) for name in silent)))
    limits.append(
        _("Climate, urban or rural life and values are in none of these columns; ask in a survey.")
    )
    return limits


def _near_limits(criteria: Criteria, borders: Borders) -> list[str]:
    rows = borders.table[borders.table["criterion"] == criteria.leader]
    return [Borders(rows).summary()] if len(rows) else []


def _choice_limits(criteria: Criteria) -> list[str]:
    limits = []
    n = int(criteria.table["explained"].notna().sum())
    if n > 1 and not criteria.was_asked_for:
        text = _(
            "{criterion} is the best of {n} criteria: part of its lead is chance, and new "
            "customers will show less of it."
        )
        limits.append(text.format(criterion=criteria.label(criteria.leader), n=format_number(n)))
    if any(name.startswith(("favorite_", "price_")) for name in criteria.leading.definition.inputs):
        text = _(
            "{criterion} is made from what customers buy, so that it tells revenue apart by its "
            "making; nothing can be concluded for customers who have not bought."
        )
        limits.append(text.format(criterion=criteria.label(criteria.leader)))
    return limits


def demographic_results(
    gathered: GatheredCustomers,
    criteria: Criteria,
    groups: CustomerGroups,
    predicted: OutcomePrediction | Missing = _NOTHING,
) -> Results:
    """Give the headline numbers by name, for ``run.json`` and for comparing runs."""
    profile = criteria.leading.profile
    told = criteria.table[criteria.table["explained"].notna()]
    sizes = {f"group_{i}_customers": int(n) for i, n in enumerate(groups.profile["n_customers"], 1)}
    return Results(
        {
            "n_customers": gathered.n_customers,
            "n_buyers": gathered.n_buyers,
            "n_unlisted": gathered.n_unlisted,
            "revenue": round(float(profile["revenue"].sum()), 2),
            "criterion": criteria.leader,
            "n_criteria": len(criteria.segmentations),
            **{f"explained_{row.criterion}": row.explained for row in told.itertuples()},
            **{f"customers_{row.segment}": int(row.n_customers) for row in profile.itertuples()},
            **sizes,
            **outcome_results(predicted),
        }
    )
