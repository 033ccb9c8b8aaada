"""What is said of who will buy again, and how a report shows it."""

from __future__ import annotations

from typing import Any

from segkit.figures import plot_calibration, plot_gain
from segkit.i18n import (
    _,
    count_days,
    format_number,
    format_percent,
    join_sentences,
    ngettext,
)
from segkit.report.elements import Finding, show_figure, show_table
from segkit.report.notes import show_note
from segkit.segment.missing import Missing
from segkit.segment.trees import NextPurchase
from segkit.segment.trees.lead import Lead
from segkit.tables import tree_metrics_table, tree_rules_table
from segkit.value.words import count_customers


def next_findings(outlook: NextPurchase | Missing) -> list[Finding]:
    """Say what the rules above the average held; nothing where no question was worth asking."""
    if isinstance(outlook, Missing) or not outlook.asks:
        return []
    lead = outlook.lead
    return [_no_lead(outlook)] if lead is None else [_lead_finding(outlook, lead)]


def _lead_finding(outlook: NextPurchase, lead: Lead) -> Finding:
    title = ngettext(
        "of those who bought within {span} came from the {n} group above the average: {people} "
        "of customers",
        "of those who bought within {span} came from the {n} groups above the average: {people} "
        "of customers",
        len(lead.segments),
    )
    single = _("The best single question finds {single} among as many customers.")
    return Finding(
        number=lead.gain.text,
        title=title.format(
            span=count_days(outlook.days),
            n=format_number(len(lead.segments)),
            people=format_percent(lead.people, 0),
        ),
        evidence=join_sentences(
            [
                _tested(outlook, lead.gain.interval_text),
                single.format(single=format_percent(lead.single)),
                outlook.verdict,
            ]
        ),
        action=_advice(outlook, lead),
        figure="gain",
    )


def _advice(outlook: NextPurchase, lead: Lead) -> str:
    if not (outlook.model.beats_single_rule and lead.beats_single):
        text = _(
            "Choose for the next offer by one question, which finds about as many: {rule}. Leave "
            "one in ten of them out at random: many would buy anyway, and only the difference is "
            "what it brought."
        )
        return text.format(rule=outlook.model.single_rule_words)
    text = ngettext(
        "Send the next offer to this group, {customers} today, and leave one in ten of them out "
        "at random: many would buy anyway, and only the difference is what it brought.",
        "Send the next offer to these groups, {customers} today, and leave one in ten of them "
        "out at random: many would buy anyway, and only the difference is what it brought.",
        len(lead.segments),
    )
    return text.format(customers=count_customers(lead.n_customers))


def _no_lead(outlook: NextPurchase) -> Finding:
    title = _("customers are expected to buy within {span}; nobody stands out among them")
    return Finding(
        number=format_number(outlook.buyers.value),
        title=title.format(span=count_days(outlook.days)),
        evidence=join_sentences(
            [
                _tested(outlook, ""),
                _("No group bought clearly more often in the test than customers on average."),
                outlook.verdict,
            ]
        ),
        action=_(
            "Choose nobody by these rules: send the next offer to a random half of the customers, "
            "and learn from the difference whom it moves."
        ),
        figure="gain",
    )


def _tested(outlook: NextPurchase, interval: str) -> str:
    learnt, tested = outlook.windows
    found = outlook.buyers
    text = _(
        "Rules learnt from {learnt} were tested on {tested}: {interval}. {buyers} of today\u2019s "
        "{customers} are expected to buy, {low} to {high}."
    )
    if not interval:
        text = _(
            "Rules learnt from {learnt} were tested on {tested}. {buyers} of today\u2019s "
            "{customers} are expected to buy, {low} to {high}."
        )
    return text.format(
        learnt=learnt,
        tested=tested,
        interval=interval,
        buyers=format_number(found.value),
        customers=count_customers(n_placed(outlook)),
        low=format_number(found.low),
        high=format_number(found.high),
    )


def n_placed(outlook: NextPurchase) -> int:
    """Count today's customers in a group of the tree, as its table does."""
    return int(outlook.table["n_customers"].sum())


def next_limits(outlook: NextPurchase | Missing) -> list[str]:
    """Say what is not known of who will buy again, or why nothing is."""
    if isinstance(outlook, Missing):
        return [outlook.reason]
    n = outlook.today.n_unclassified
    if not n:
        return outlook.limits
    text = ngettext(
        "Of {n} customer of today it is not told whether this one will buy: a value that the "
        "rules ask for is not known.",
        "Of {n} customers of today it is not told whether they will buy: a value that the rules "
        "ask for is not known.",
        n,
    )
    return [*outlook.limits, text.format(n=format_number(n))]


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
    parts.append(show_note("\n".join(next_limits(outlook))))
    if outlook.asks:
        parts.append(show_figure(plot_calibration, outlook, source=source))
    parts.append(show_table(tree_metrics_table(outlook), source=source))
    for part in parts:
        display(part)
