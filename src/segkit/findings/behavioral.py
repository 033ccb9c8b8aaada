"""What a behavioral segmentation says, in a client's words, made from its numbers."""

from __future__ import annotations

from typing import Any

import pandas as pd

from segkit.i18n import (
    _,
    format_date,
    format_money,
    format_number,
    format_percent,
    ngettext,
    round_figures,
)
from segkit.report.elements import Cover, Finding, Findings, Kpi, Limits, Results
from segkit.segment import Segmentation
from segkit.uncertainty import Share, share_of_count
from segkit.value import CustomerBase, ValuePyramid

_YEAR = 365


def behavioral_cover(base: CustomerBase, segments: Segmentation, top: Share) -> Cover:
    """Write the head of the report: the answer, and the numbers it rests on.

    Parameters
    ----------
    base : CustomerBase
        From ``describe_customers``.
    segments : Segmentation
        From ``score_rfm``.
    top : Share
        Share of revenue of the top 20 % of customers, from ``share_of_top``.
    """
    leader = _leader(segments)
    return Cover(
        headline=_headline(base, leader),
        lede=_("{base} Revenue rests on the segment {segment}: defend it first.").format(
            base=base.summary(), segment=leader["name"]
        ),
        period=base.period,
        kpis=[
            Kpi(format_number(base.n_customers), _("customers")),
            Kpi(format_money(base.revenue, short=True), _("revenue")),
            Kpi(format_percent(base.repeat_share), _("bought again on another day")),
            Kpi(top.text, _("of revenue from the top 20 %")),
            Kpi(base.silent.text, _silent_label(base)),
        ],
    )


def _headline(base: CustomerBase, leader: dict[str, Any]) -> str:
    facts = {
        "people": format_percent(leader["customer_share"], 0),
        "share": format_percent(leader["revenue_share"], 0),
        "silent": format_percent(base.silent.value, 0),
        "days": format_number(base.silent_days),
    }
    if base.silent_days == _YEAR:
        text = _("{people} of customers bring {share} of revenue; {silent} silent for over a year")
    else:
        text = _("{people} of customers bring {share} of revenue; {silent} silent for {days} days")
    return text.format(**facts)


def _silent_label(base: CustomerBase) -> str:
    if base.silent_days == _YEAR:
        return _("silent for more than a year")
    return _("silent for more than {days} days").format(days=format_number(base.silent_days))


def behavioral_findings(base: CustomerBase, segments: Segmentation, top: Share) -> Findings:
    """Write the summary: the weightiest facts first, each with its uncertainty and an action."""
    leader, largest = _leader(segments), _largest(segments)
    items = [_leader_finding(leader)]
    if largest["segment"] != leader["segment"]:
        items.append(_largest_finding(largest))
    items += [_top_finding(base, top), _one_time_finding(base)]
    if base.n_slipping:
        items.append(_slipping_finding(base))
    return Findings(items)


def _leader(segments: Segmentation) -> dict[str, Any]:
    return _row(segments.profile.sort_values("revenue_share").iloc[-1])


def _largest(segments: Segmentation) -> dict[str, Any]:
    return _row(segments.profile.sort_values("customer_share").iloc[-1])


def _row(row: pd.Series) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}


def _leader_finding(leader: dict[str, Any]) -> Finding:
    share = Share(*(leader[f"revenue_share{end}"] for end in ("", "_low", "_high")))
    evidence = _(
        "{segment}: {customers} customers who bought on {days} days on average and were last "
        "seen {recency} days ago (median). Share of revenue: {interval}. One in ten of them "
        "stands for about {tenth} of revenue."
    )
    return Finding(
        number=share.text,
        title=_("of revenue comes from {people} of customers").format(
            people=format_percent(leader["customer_share"])
        ),
        evidence=evidence.format(
            segment=leader["name"],
            customers=format_number(leader["n_customers"]),
            days=format_number(leader["mean_n_days"], 1),
            recency=format_number(leader["median_recency_days"]),
            interval=share.interval_text,
            tenth=format_money(round_figures(leader["revenue"] / 10)),
        ),
        action=leader["action"],
    )


def _largest_finding(largest: dict[str, Any]) -> Finding:
    share = share_of_count(
        largest["n_customers"], round(largest["n_customers"] / largest["customer_share"])
    )
    evidence = _(
        "{customers} customers, last seen {recency} days ago (median), brought {revenue} of "
        "revenue so far. Share of customers: {interval}."
    )
    return Finding(
        number=share.text,
        title=_("of customers are in the segment {segment}").format(segment=largest["name"]),
        evidence=evidence.format(
            customers=format_number(largest["n_customers"]),
            recency=format_number(largest["median_recency_days"]),
            revenue=format_percent(largest["revenue_share"]),
            interval=share.interval_text,
        ),
        action=largest["action"],
    )


def _top_finding(base: CustomerBase, top: Share) -> Finding:
    per_head = top.value * base.revenue / (0.2 * base.n_customers)
    return Finding(
        number=top.text,
        title=_("of revenue comes from the top 20 % of customers"),
        evidence=_(
            "They spent {top} each on average, all customers together {mean}. {interval}."
        ).format(
            top=format_money(per_head),
            mean=format_money(base.revenue / base.n_customers),
            interval=top.interval_text,
        ),
        action=_("Give the top fifth a named contact and a better service level than the rest."),
    )


def _one_time_finding(base: CustomerBase) -> Finding:
    return Finding(
        number=base.one_time.text,
        title=_("of customers bought on one day only"),
        evidence=_("They brought {revenue} of revenue. Share of customers: {interval}.").format(
            revenue=base.one_time_revenue.text, interval=base.one_time.interval_text
        ),
        action=_(
            "Make the second purchase the goal: a reason to return soon after the first, "
            "measured against a group that gets none."
        ),
    )


def _slipping_finding(base: CustomerBase) -> Finding:
    share = share_of_count(base.n_slipping, base.n_customers)
    return Finding(
        number=format_number(base.n_slipping),
        title=_("valuable customers are slipping away"),
        evidence=_(
            "They bought on two days or more and spent more than the mean, {revenue} in all, but "
            "have been silent for more than {days} days. {share} of customers, {interval}."
        ).format(
            revenue=format_money(base.slipping_revenue),
            days=format_number(base.silent_days),
            share=share.text,
            interval=share.interval_text,
        ),
        action=_("Win them back now with a personal offer, tested against a control group."),
    )


def behavioral_limits(base: CustomerBase, segments: Segmentation) -> Limits:
    """Write what these data cannot say."""
    sentences = []
    if (base.last_joined - base.first_purchase).days < base.span_days / 3:
        sentences.append(
            _(
                "All customers joined by {date}, so nothing here says how newer customers behave."
            ).format(date=format_date(base.last_joined))
        )
    sentences.append(
        _(
            "{share} of customers lie within 5 % of a cut-off; they could as well belong to the "
            "neighboring segment."
        ).format(share=format_percent(segments.quality["near_cutoff_share"]))
    )
    if segments.n_unclassified:
        sentences.append(
            ngettext(
                "{n} customer lacks a value that the scheme needs and is in no segment.",
                "{n} customers lack a value that the scheme needs and are in no segment.",
                segments.n_unclassified,
            ).format(n=format_number(segments.n_unclassified))
        )
    sentences += [
        _("Revenue is what was paid, before any cost: by profit the order may be another."),
        _(
            "Intervals treat these customers as a sample; they say nothing about a change of "
            "market or of prices."
        ),
    ]
    return Limits(sentences)


def behavioral_results(
    base: CustomerBase, segments: Segmentation, pyramid: ValuePyramid, top: Share
) -> Results:
    """Give the headline numbers by name, for ``run.json`` and for comparing runs."""
    counts = {
        f"customers_{row.segment}": int(row.n_customers) for row in segments.profile.itertuples()
    }
    return Results(
        {
            "n_orders": base.n_orders,
            "n_customers": base.n_customers,
            "revenue": round(base.revenue, 2),
            "repeat_share": base.repeat_share,
            "silent_share": base.silent.value,
            "top_20_revenue_share": top.value,
            "gini": pyramid.gini,
            "near_cutoff_share": segments.quality["near_cutoff_share"],
            **counts,
        }
    )
