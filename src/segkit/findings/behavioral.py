"""What a behavioral segmentation says, in a client's words, made from its numbers."""

from __future__ import annotations

import math
from typing import Any

from segkit.collect.frames import Frame
from segkit.findings.behavioral_more import (
    BehavioralChecks,
    more_findings,
    more_limits,
    more_results,
)
from segkit.findings.data import data_limits
from segkit.i18n import (
    _,
    count_days,
    format_date,
    format_money,
    format_number,
    format_percent,
    ngettext,
    round_figures,
)
from segkit.report.elements import Cover, Finding, Findings, Kpi, Limits, Results
from segkit.segment import Segmentation
from segkit.segment.by_scheme import NEAR
from segkit.uncertainty import Share, TopShare, share_of_count
from segkit.value import CustomerBase, ValuePyramid
from segkit.value.words import count_customers

_YEAR = 365
#: Silence of fewer customers than one in five is what every shop has: no news for a headline.
_NEWS = 0.2
_MOST = 7
#: So many customers, or so large a share of a small base, can be won back and tested.
_WORTH_A_TEST, _WORTH_A_SHARE, _NEVER_BELOW = 30, 0.02, 10


def behavioral_cover(base: CustomerBase, segments: Segmentation, top: TopShare) -> Cover:
    """Write the head of the report: the answer, and the numbers it rests on.

    Parameters
    ----------
    base : CustomerBase
        From ``describe_customers``.
    segments : Segmentation
        From ``score_rfm``.
    top : TopShare
        Share of revenue of the top customers, from ``share_of_top``.
    """
    leader = _leader(segments)
    kpis = [
        Kpi(format_number(base.n_customers), _("customers")),
        Kpi(format_money(base.revenue, short=True), _("revenue")),
        Kpi(format_percent(base.repeat_share), _("bought again on another day")),
        Kpi(top.text, _("of revenue from the top {top}").format(top=top.top_text)),
    ]
    if base.span_days > base.silent_days:
        kpis.append(Kpi(base.silent.text, _silent_label(base)))
    return Cover(
        headline=_headline(base, leader),
        lede=_("{base} The segment {segment} brings the most revenue.").format(
            base=base.summary(), segment=leader["name"]
        ),
        period=base.period,
        kpis=kpis,
    )


def _headline(base: CustomerBase, leader: dict[str, Any]) -> str:
    facts = {
        "people": format_percent(leader["customer_share"], 0),
        "share": format_percent(leader["revenue_share"], 0),
        "silent": format_percent(base.silent.value, 0),
        "span": count_days(base.silent_days),
    }
    if base.span_days <= base.silent_days or base.silent.value < _NEWS:
        # Nobody can have been silent for longer than there are data.
        text = _("{people} of customers bring {share} of revenue")
    elif base.silent_days == _YEAR:
        text = _("{people} of customers bring {share} of revenue; {silent} silent for over a year")
    else:
        text = _("{people} of customers bring {share} of revenue; {silent} silent for {span}")
    return text.format(**facts)


def _silent_label(base: CustomerBase) -> str:
    if base.silent_days == _YEAR:
        return _("silent for more than a year")
    text = ngettext(
        "silent for more than {days} day", "silent for more than {days} days", base.silent_days
    )
    return text.format(days=format_number(base.silent_days))


def behavioral_findings(
    base: CustomerBase,
    segments: Segmentation,
    top: TopShare,
    more: BehavioralChecks | None = None,
) -> Findings:
    """Write the summary: the weightiest facts first, each with its uncertainty and an action."""
    leader, largest = _leader(segments), _largest(segments)
    items = [_leader_finding(leader)]
    if largest["segment"] != leader["segment"]:
        items.append(_largest_finding(largest, base))
    if base.n_customers >= 1 / top.top:
        items.append(_top_finding(base, top))
    if base.one_time.value > 0:
        items.append(_one_time_finding(base))
    if _can_be_tested(base):
        items.append(_slipping_finding(base))
    # More than seven are no summary; what comes last is in the evidence all the same.
    return Findings([*items, *(more_findings(more) if more else [])][:_MOST])


def _leader(segments: Segmentation) -> dict[str, Any]:
    return _last(segments, "revenue_share")


def _largest(segments: Segmentation) -> dict[str, Any]:
    return _last(segments, "customer_share")


def _last(segments: Segmentation, column: str) -> dict[str, Any]:
    row = segments.profile.sort_values(column, na_position="first").iloc[-1]
    return {str(name): value for name, value in row.items()}


def _leader_finding(leader: dict[str, Any]) -> Finding:
    share = Share(*(leader[f"revenue_share{end}"] for end in ("", "_low", "_high")))
    evidence = _(
        "{segment}: {customers}, on average with purchases on {days} days, last seen {span} "
        "ago (median). Share of revenue: {interval}. Losing a tenth of it would cost {tenth}."
    )
    return Finding(
        number=share.text,
        title=_("of revenue comes from {people} of customers").format(
            people=format_percent(leader["customer_share"])
        ),
        evidence=evidence.format(
            segment=leader["name"],
            customers=count_customers(leader["n_customers"]),
            days=format_number(leader["mean_n_days"], 1),
            span=count_days(leader["median_recency_days"]),
            interval=share.interval_text,
            tenth=format_money(round_figures(leader["revenue"] / 10)),
        ),
        action=leader["action"],
        figure="segment_shares",
    )


def _largest_finding(largest: dict[str, Any], base: CustomerBase) -> Finding:
    share = share_of_count(int(largest["n_customers"]), base.n_customers)
    evidence = _(
        "{customers}, last seen {span} ago (median), with {revenue} of revenue so far. "
        "Share of customers: {interval}."
    )
    return Finding(
        number=share.text,
        title=_("of customers are in the segment {segment}").format(segment=largest["name"]),
        evidence=evidence.format(
            customers=count_customers(largest["n_customers"]),
            span=count_days(largest["median_recency_days"]),
            revenue=format_percent(largest["revenue_share"]),
            interval=share.interval_text,
        ),
        action=largest["action"],
        figure="segment_shares",
    )


def _top_finding(base: CustomerBase, top: TopShare) -> Finding:
    per_head = top.value * base.revenue / (top.top * base.n_customers)
    return Finding(
        number=top.text,
        title=_("of revenue comes from the top {top} of customers").format(top=top.top_text),
        evidence=_(
            "They spent {per_head} each on average, all customers together {mean}. {interval}."
        ).format(
            per_head=format_money(per_head),
            mean=format_money(base.revenue / base.n_customers),
            interval=top.interval_text,
        ),
        action=_("Give these customers a named contact and a better service level than the rest."),
        figure="lorenz",
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
        figure="rfm_heatmap",
    )


def _can_be_tested(base: CustomerBase) -> bool:
    """Tell whether enough customers are slipping away for an action with a control group."""
    n = base.n_slipping
    is_share = n >= _NEVER_BELOW and n >= _WORTH_A_SHARE * base.n_customers
    return n >= _WORTH_A_TEST or is_share


def _slipping_finding(base: CustomerBase) -> Finding:
    share = share_of_count(base.n_slipping, base.n_customers)
    return Finding(
        number=format_number(base.n_slipping),
        title=ngettext(
            "valuable customer is slipping away",
            "valuable customers are slipping away",
            base.n_slipping,
        ),
        evidence=_(
            "Purchases on two days or more and more spent than the mean, {revenue} in all, but "
            "none for more than {span}. {share} of customers, {interval}."
        ).format(
            revenue=format_money(base.slipping_revenue, compact=True),
            span=count_days(base.silent_days),
            share=share.text,
            interval=share.interval_text,
        ),
        action=_(
            "Win them back first, whatever their segment is offered: a personal offer, tested "
            "against a control group."
        ),
    )


def behavioral_limits(
    base: CustomerBase,
    segments: Segmentation,
    orders: Frame,
    more: BehavioralChecks | None = None,
) -> Limits:
    """Write what these data cannot say; doubts about the data themselves come first."""
    return Limits(
        [
            *data_limits(orders, base.n_customers),
            *_loss_limit(segments),
            *_recency_limit(segments),
            *_joining_limit(base),
            *_border_limits(segments),
            *(more_limits(more) if more else []),
            _("Revenue is what was paid, before any cost: by profit the order may be another."),
            _(
                "Intervals treat these customers as a sample; they say nothing about a change of "
                "market or of prices."
            ),
        ]
    )


def _loss_limit(segments: Segmentation) -> list[str]:
    if not (segments.profile["revenue"] < 0).any():
        return []
    return [_("A segment has negative revenue: shares of revenue can exceed the whole.")]


def _recency_limit(segments: Segmentation) -> list[str]:
    """Say how recent the best recency score is, where it is measured on the customers."""
    scores = segments.scheme.scores.items()
    measured = [n for n, score in scores if score.input == "recency_days" and score.from_data]
    cuts = segments.cutoffs[segments.cutoffs["score"].isin(measured)]
    days = cuts["upper"].iloc[-1] if len(cuts) else math.nan
    if not math.isfinite(days):
        return []
    text = _(
        "Recency is relative: the best score goes to customers last seen at most {span} ago, "
        "because others were last seen before."
    )
    return [text.format(span=count_days(math.floor(days)))]


def _joining_limit(base: CustomerBase) -> list[str]:
    if (base.last_joined - base.first_purchase).days >= base.span_days / 3:
        return []
    text = _("All customers joined by {date}, so nothing here says how newer customers behave.")
    return [text.format(date=format_date(base.last_joined))]


def _border_limits(segments: Segmentation) -> list[str]:
    near = segments.quality["near_border_share"]
    limits = []
    if near > 0:
        text = _(
            "{share} of customers lie within {width} of a cut-off: moving it a little could change "
            "their scores."
        )
        limits.append(text.format(share=format_percent(near), width=format_percent(NEAR, 0)))
    if segments.n_unclassified:
        text = ngettext(
            "{n} customer lacks a value that the scheme needs and is in no segment.",
            "{n} customers lack a value that the scheme needs and are in no segment.",
            segments.n_unclassified,
        )
        limits.append(text.format(n=format_number(segments.n_unclassified)))
    return limits


def behavioral_results(
    base: CustomerBase,
    segments: Segmentation,
    pyramid: ValuePyramid,
    top: TopShare,
    more: BehavioralChecks | None = None,
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
            f"top_{top.top * 100:g}_revenue_share": top.value,
            "gini": pyramid.gini,
            "near_border_share": segments.quality["near_border_share"],
            **counts,
            **(more_results(more) if more else {}),
        }
    )
