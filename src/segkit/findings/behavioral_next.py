"""What is said of who will buy again, and how a report shows it."""

from __future__ import annotations

from typing import Any

from segkit.figures import plot_calibration, plot_gain
from segkit.i18n import _, count_days, format_number, join_sentences
from segkit.report.elements import Finding, show_figure, show_table
from segkit.report.notes import show_note
from segkit.segment.missing import Missing
from segkit.segment.trees import NextPurchase
from segkit.tables import tree_metrics_table, tree_rules_table
from segkit.value.words import count_customers


def next_findings(outlook: NextPurchase | Missing) -> list[Finding]:
    """Say how many of those who bought the likeliest third held; nothing where none is likelier."""
    if isinstance(outlook, Missing) or not outlook.asks:
        return []
    third, found = outlook.likeliest_third, outlook.buyers
    evidence = _(
        "Rules learnt from {learnt} were tested on {tested}: {interval}. {buyers} of today\u2019s "
        "{customers} are expected to buy, {low} to {high}."
    )
    learnt, tested = outlook.windows
    return [
        Finding(
            number=third.text,
            title=_("of those who bought within {span} came from the likeliest third").format(
                span=count_days(outlook.days)
            ),
            evidence=join_sentences(
                [
                    evidence.format(
                        learnt=learnt,
                        tested=tested,
                        interval=third.interval_text,
                        buyers=format_number(found.value),
                        customers=count_customers(len_today(outlook)),
                        low=format_number(found.low),
                        high=format_number(found.high),
                    ),
                    outlook.verdict,
                ]
            ),
            action=_(
                "Send the next offer to the likeliest third, and leave one in ten of them out at "
                "random: many would buy anyway, and only the difference is what it brought."
            ),
            figure="gain",
        )
    ]


def len_today(outlook: NextPurchase) -> int:
    """Count today's customers."""
    return int(outlook.today.quality["n_customers"])


def next_limits(outlook: NextPurchase | Missing) -> list[str]:
    """Say what is not known of who will buy again, or why nothing is."""
    return [outlook.reason] if isinstance(outlook, Missing) else outlook.limits


def next_results(outlook: NextPurchase | Missing) -> dict[str, float]:
    """Give the headline numbers by name; none where nothing could be predicted."""
    if isinstance(outlook, Missing):
        return {}
    auc, found, third = outlook.model.metric("auc"), outlook.buyers, outlook.likeliest_third
    return {
        "outlook_share_tested": outlook.model.sample.test_rate,
        "outlook_auc": auc["value"],
        "outlook_auc_single_rule": auc["single_rule"],
        "outlook_likeliest_third_share": third.value,
        "outlook_buyers": found.value,
        "outlook_buyers_low": found.low,
        "outlook_buyers_high": found.high,
    }


def show_next_purchase(outlook: NextPurchase | Missing, *, source: str = "") -> None:
    """Show who will buy again in a report: the answer, how it was tested, and the rules.

    Use it as the last line of a cell. Where no question tells who will buy, there is no curve
    to show: then the sentences and the table stand alone.

    Parameters
    ----------
    outlook : NextPurchase or Missing
        From :func:`segkit.predict_next_purchase`; of a ``Missing`` the reason is shown.
    source : str
        Where the data come from, for the line under figures and tables.
    """
    from IPython.display import display

    if isinstance(outlook, Missing):
        display(show_note(outlook.reason))
        return
    parts: list[Any] = [show_note("\n".join(outlook.answer))]
    if outlook.asks:
        parts.append(show_figure(plot_gain, outlook, source=source))
    parts.append(show_table(tree_rules_table(outlook), source=source))
    parts.append(show_note("\n".join(outlook.limits)))
    if outlook.asks:
        parts.append(show_figure(plot_calibration, outlook, source=source))
    parts.append(show_table(tree_metrics_table(outlook), source=source))
    for part in parts:
        display(part)
