"""The findings of a segmentation by who customers are, one function each."""

from __future__ import annotations

import math
from typing import Any

from segkit.features.gathering import GatheredCustomers
from segkit.groups import CustomerGroups
from segkit.i18n import _, format_list, format_money, format_number, format_percent, ngettext
from segkit.report.elements import Finding
from segkit.schema import CUSTOMER_SUMMARY, names
from segkit.segment.criteria import CLEAR, Criteria
from segkit.segment.describe import SegmentContrasts
from segkit.segment.feature_words import feature_value, inside_label
from segkit.uncertainty import share_of_count
from segkit.value.words import count_customers

#: Fewer customers outside of the groups are what every table of customers has.
_NEWS = 0.05


def worth_finding(criteria: Criteria) -> list[Finding]:
    """Say which segment's customers are worth clearly more than the average."""
    row = criteria.row(criteria.leader)
    best = _segment(criteria, row["best"])
    contrast = _worth_row(criteria, row["best"])
    evidence = _(
        "{customers}, {own} each against {whole} on average. With 95 % confidence between {low} "
        "and {high} of the average. Together {share} of revenue."
    )
    return [
        Finding(
            number=f"+{format_percent(row['lift'] - 1)}",
            title=_("more revenue per customer than the average in the segment {segment}").format(
                segment=best["name"]
            ),
            evidence=evidence.format(
                customers=count_customers(int(best["n_customers"])),
                own=format_money(contrast["own"]),
                whole=format_money(contrast["whole"]),
                low=format_percent(row["lift_low"], 0),
                high=format_percent(row["lift_high"], 0),
                share=format_percent(best["revenue_share"]),
            ),
            action=best["action"],
            figure="segment_worth",
        )
    ]


def weak_finding(criteria: Criteria) -> list[Finding]:
    """Say that no group is clearly worth more, which is an answer, too."""
    told = criteria.table[criteria.table["explained"].notna()]
    if told.empty:
        return []
    top = max(float(told["explained"].max()), 0.0)
    text = _(
        "Compared were {criteria}. No segment's mean revenue lies clearly above the average, or "
        "the criterion explains no more than chance does."
    )
    return [
        Finding(
            number=format_percent(top),
            title=_("of the differences in revenue at most is told by who customers are"),
            evidence=text.format(
                criteria=format_list(criteria.label(name) for name in told["criterion"])
            ),
            action=_(
                "Use these groups for words and channels; set budgets by what customers do, which "
                "the behavioral report tells."
            ),
            figure="criteria",
        )
    ]


def largest_finding(
    largest: dict[str, Any], criteria: Criteria, gathered: GatheredCustomers
) -> Finding:
    """Say which segment holds most customers."""
    share = share_of_count(int(largest["n_customers"]), gathered.n_customers)
    if math.isnan(largest["revenue_share"]):
        text = _("{customers}. Share of customers: {interval}.")
    else:
        text = _("{customers}, with {revenue} of revenue. Share of customers: {interval}.")
    return Finding(
        number=share.text,
        title=_("of customers are in the segment {segment} ({criterion})").format(
            segment=largest["name"], criterion=criteria.label(criteria.leader)
        ),
        evidence=text.format(
            customers=count_customers(int(largest["n_customers"])),
            revenue=format_percent(largest["revenue_share"]),
            interval=share.interval_text,
        ),
        action=largest["action"],
        figure="segment_shares",
    )


def feature_finding(criteria: Criteria, contrasts: SegmentContrasts) -> list[Finding]:
    """Say what else sets a segment apart most: a channel, a product group, a frequency."""
    table = contrasts.table
    clear = table[(table["lift_low"] > 1) & (table["difference"] >= 0.2)]
    clear = clear[clear["feature"] != "revenue"]
    if clear.empty:
        return []
    top = clear.loc[clear["difference"].idxmax()].to_dict()
    segment = _segment(criteria, top["segment"])
    facts = {
        "segment": segment["name"],
        "feature": inside_label(top["feature"]),
        "value": top["value"],
        "own": _shown(top, "own"),
        "whole": _shown(top, "whole"),
        "low": format_number(top["lift_low"], 2),
        "high": format_number(top["lift_high"], 2),
    }
    if top["value"]:
        title = _("of customers in the segment {segment}: {feature} {value}").format(**facts)
    else:
        title = _("{feature} on average in the segment {segment}").format(**facts)
    action = _("Address the segment {segment} there first: {value}.").format(**facts)
    evidence = _("Among all customers: {whole}. Ratio with 95 % confidence: {low} to {high}.")
    return [
        Finding(
            number=facts["own"],
            title=title,
            evidence=evidence.format(**facts),
            action=action if top["feature"] == "favorite_channel" else segment["action"],
            figure="segment_contrasts",
        )
    ]


def _shown(row: dict[str, Any], name: str) -> str:
    return format_percent(row[name]) if row["value"] else feature_value(row["feature"], row[name])


def explained_finding(criteria: Criteria) -> list[Finding]:
    """Say how much of the differences in revenue the leading criterion tells, and the others."""
    told = criteria.table[criteria.table["explained"].notna()]
    share = float(criteria.row(criteria.leader)["explained"])
    others = told[told["criterion"] != criteria.leader]
    others = others.sort_values("explained", ascending=False, kind="stable").head(3)
    clear, doubtful = _("{criterion} {share}"), _("{criterion} {share} (may be chance)")
    listing = [
        (clear if row.p_value < CLEAR else doubtful).format(
            criterion=criteria.label(row.criterion), share=format_percent(max(row.explained, 0))
        )
        for row in others.itertuples()
    ]
    if listing:
        text = _("Beyond what chance gives as many segments. The others: {others}.")
        evidence = text.format(others=format_list(listing))
    else:
        evidence = _("Beyond what chance gives as many segments.")
    return [
        Finding(
            number=format_percent(share),
            title=_("of the differences in revenue is told by {criterion}").format(
                criterion=criteria.label(criteria.leader)
            ),
            evidence=evidence,
            action=_(
                "Use the groups for words, products and channels; what they leave open, what "
                "customers do has to tell."
            ),
            figure="criteria",
        )
    ]


def group_finding(groups: CustomerGroups) -> list[Finding]:
    """Say which of the named groups matters most."""
    profile = groups.profile
    filled = profile[profile["n_customers"] > 0]
    if filled.empty:
        return []
    # That who buys often brings much is no news: who somebody is goes first.
    bought = set(names(CUSTOMER_SUMMARY)) - {"customer_id"}
    who = [not bought.intersection(groups.conditions[name].columns) for name in filled["group"]]
    filled = filled[who] if any(who) else filled
    known = bool(filled["revenue_share"].notna().any())
    column = "mean_revenue" if known else "customer_share"
    best = filled.sort_values(column, kind="stable").iloc[-1]
    share = share_of_count(int(best["n_customers"]), groups.n_customers)
    if known:
        text = _(
            "{customers} with {revenue} of revenue, {mean} each. Share of customers: {interval}."
        )
    else:
        text = _("{customers}. Share of customers: {interval}.")
    return [
        Finding(
            number=share.text,
            title=_("of customers are in the group {group}").format(group=best["group"]),
            evidence=text.format(
                customers=count_customers(int(best["n_customers"])),
                revenue=format_percent(best["revenue_share"]),
                mean=format_money(best["mean_revenue"]),
                interval=share.interval_text,
            ),
            action=_("Export the group to the CRM, and test one offer on half of it."),
            figure="group_overlap" if groups.several else "",
        )
    ]


def coverage_finding(gathered: GatheredCustomers, criteria: Criteria) -> list[Finding]:
    """Say how much revenue belongs to customers of whom nothing is known."""
    if gathered.n_unlisted and gathered.unlisted_share > _NEWS:
        text = ngettext(
            "{n} buyer is not in the table of customers.",
            "{n} buyers are not in the table of customers.",
            gathered.n_unlisted,
        )
        return [
            Finding(
                number=format_percent(gathered.unlisted_share),
                title=_("of revenue comes from buyers of whom nothing is known"),
                evidence=text.format(n=format_number(gathered.n_unlisted)),
                action=_(
                    "Ask for age, family and city with the next purchase, for a small reward."
                ),
            )
        ]
    share = 1 - float(criteria.row(criteria.leader)["classified_share"])
    if share <= _NEWS:
        return []
    count = share_of_count(criteria.leading.n_unclassified, gathered.n_customers)
    return [
        Finding(
            number=count.text,
            title=_("of customers have no segment by {criterion}").format(
                criterion=criteria.label(criteria.leader)
            ),
            evidence=_("They lack a value that it needs. Share of customers: {interval}.").format(
                interval=count.interval_text
            ),
            action=_("Complete these values first: they are in no group and get no offer."),
        )
    ]


def _segment(criteria: Criteria, segment: str) -> dict[str, Any]:
    rows = criteria.leading.profile.to_dict("records")
    return next({str(k): v for k, v in row.items()} for row in rows if row["segment"] == segment)


def _worth_row(criteria: Criteria, segment: str) -> dict[str, Any]:
    worth = criteria.worth_of_leader
    rows = [] if worth is None else worth.table.to_dict("records")
    return next({str(k): v for k, v in row.items()} for row in rows if row["segment"] == segment)
