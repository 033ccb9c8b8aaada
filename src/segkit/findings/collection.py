"""What a collection of data says: what can be used, what was set aside, and what it carries."""

from __future__ import annotations

from typing import Any

from segkit.audit import Audit, Carrying, History
from segkit.clean import Cleaning
from segkit.clean.words import REASONS, count_rows
from segkit.collect.frames import as_ibis
from segkit.findings.collection_words import (
    SETTLED,
    TWO_YEARS,
    action_on,
    reason_phrase,
    rows_of,
)
from segkit.i18n import (
    _,
    format_list,
    format_money,
    format_number,
    format_percent,
    join_sentences,
    ngettext,
)
from segkit.report.elements import Cover, Finding, Findings, Kpi, Results

#: How many reasons get a finding of their own.
_MOST_REASONS = 2
#: From so many rows on a headline in Chinese is too long with their number in it.
_MANY = 1_000_000


def collection_cover(cleaning: Cleaning, history: History, worth: Carrying) -> Cover:
    """Write the head of the report: how much can be used, and for what.

    Parameters
    ----------
    cleaning : Cleaning
        From ``clean_transactions``; at least one row was kept.
    history : History
        Of the rows kept, from ``describe_history``.
    worth : Carrying
        Of the rows kept, from ``carrying``.
    """
    n_analyses = len(worth.table)
    text = _("{share} of {rows} rows can be used, enough for {yes} of {n} analyses")
    if cleaning.rows_in >= _MANY:
        text = _("{share} of all rows can be used, enough for {yes} of {n} analyses")
    carried = _("of {n} analyses possible, {care} more with care")
    months = ngettext("complete month", "complete months", history.complete_months)
    numbers = {"n": format_number(n_analyses), "care": format_number(worth.count("care"))}
    return Cover(
        headline=text.format(
            share=format_percent(_share_kept(cleaning)),
            rows=format_number(cleaning.rows_in),
            yes=format_number(worth.count("yes")),
            n=numbers["n"],
        ),
        lede=_lede(cleaning),
        period=history.period,
        kpis=[
            Kpi(format_number(cleaning.rows_in), _("rows sent")),
            Kpi(format_percent(_share_kept(cleaning)), _("of rows can be used")),
            Kpi(format_number(history.n_customers), _("customers")),
            Kpi(format_money(cleaning.amount_kept, short=True), _("in purchases")),
            Kpi(format_number(history.complete_months), months),
            Kpi(format_number(worth.count("yes")), carried.format(**numbers)),
        ],
    )


def collection_findings(
    sent: Audit, cleaning: Cleaning, history: History, worth: Carrying
) -> Findings:
    """Write the summary: what is lost and why, what is doubtful, and what to ask for.

    Parameters
    ----------
    sent : Audit
        Of the rows as sent, from ``audit_table``.
    cleaning : Cleaning
        From ``clean_transactions``.
    history : History
        Of the rows kept, from ``describe_history``.
    worth : Carrying
        Of the rows kept, from ``carrying``.
    """
    weighed = [
        *_reason_findings(cleaning),
        *_return_finding(cleaning),
        *_extreme_finding(cleaning),
    ]
    items = [
        *(finding for _share, finding in sorted(weighed, key=lambda pair: -pair[0])),
        _history_finding(history),
        _carrying_finding(worth),
        *_personal_finding(sent),
    ]
    if len(items) < 3:
        items.insert(0, _clean_finding(cleaning))
    return Findings(items)


def _lede(cleaning: Cleaning) -> str:
    if not cleaning.rows_rejected:
        return cleaning.summary()
    settled = rows_of(cleaning, *SETTLED)
    worth = _("{rows} kept, worth {amount}.").format(
        rows=count_rows(cleaning.rows_kept), amount=format_money(cleaning.amount_kept, compact=True)
    )
    text = _("Of the others, returns and what was returned: {settled}; faulty: {faulty}.")
    numbers = {"settled": settled, "faulty": cleaning.rows_rejected - settled}
    others = text.format(**{name: format_number(n) for name, n in numbers.items()})
    return join_sentences([worth, others])


def _share_kept(cleaning: Cleaning) -> float:
    return cleaning.rows_kept / cleaning.rows_in


def _faulty(cleaning: Cleaning) -> list[dict[str, Any]]:
    """List the reasons that are faults of the data, the one with most rows first."""
    rows: list[dict[str, Any]] = cleaning.ledger.to_dict("records")
    found = [row for row in rows if row["reason"] in REASONS and row["reason"] not in SETTLED]
    return sorted((row for row in found if row["rows"]), key=lambda row: -row["rows"])


def _reason_findings(cleaning: Cleaning) -> list[tuple[float, Finding]]:
    """Write the reasons with most rows, each with the share that it weighs by."""
    faulty = _faulty(cleaning)
    found = []
    for row in faulty[:_MOST_REASONS]:
        evidence = _("{share} of all rows, with amounts of {amount} as sent.").format(
            share=format_percent(row["share"]), amount=format_money(row["amount"], compact=True)
        )
        also = []
        if row is faulty[min(_MOST_REASONS, len(faulty)) - 1] and faulty[_MOST_REASONS:]:
            rest = sum(other["rows"] for other in faulty[_MOST_REASONS:])
            text = _("Set aside for other reasons: {rows}; the ledger lists them all.")
            also = [text.format(rows=count_rows(rest))]
        finding = Finding(
            number=format_number(row["rows"]),
            title=reason_phrase(row["reason"], row["rows"]),
            evidence=join_sentences([evidence, *also]),
            action=action_on(row["reason"]),
        )
        found.append((float(row["share"]), finding))
    return found


def _return_finding(cleaning: Cleaning) -> list[tuple[float, Finding]]:
    """Tell what returns take off; only where they were held against their purchases."""
    ledger = cleaning.ledger.set_index("reason")
    if "returned" not in ledger.index:
        return []
    came_back = [name for name in ("return_netted", "return_partly_netted") if name in ledger.index]
    n = int(ledger.loc[came_back, "rows"].sum())
    # What was taken off purchases, and not what returns ask for: it is never more than was paid.
    taken = cleaning.amount_changed + float(ledger.at["returned", "amount"])
    if not n or taken <= 0:
        return _lone_returns(cleaning)
    share = min(taken / (cleaning.amount_kept + taken), 1.0)
    text = ngettext(
        "{n} return, worth {amount}, was taken off its purchase: {whole} came back whole, {part} "
        "in part.",
        "{n} returns, worth {amount}, were taken off their purchases: {whole} came back whole, "
        "{part} in part.",
        n,
    )
    evidence = text.format(
        n=format_number(n),
        amount=format_money(taken, compact=True),
        whole=count_rows(int(ledger.at["returned", "rows"])),
        part=format_number(cleaning.rows_changed),
    )
    action = _("Agree with finance that revenue is counted net of returns, as it is here.")
    title = _("of what was bought came back")
    return [(share, Finding(format_percent(share), title, evidence, action))]


def _lone_returns(cleaning: Cleaning) -> list[tuple[float, Finding]]:
    """Say that there is nothing to take returns off, where there is no purchase at all."""
    n = rows_of(cleaning, "unmatched_return")
    if not n or cleaning.rows_kept:
        return []
    title = ngettext("return, and no purchase", "returns, and no purchase", n)
    evidence = _("No purchase was kept that a return could be taken off.")
    return [(1.0, Finding(format_number(n), title, evidence, action_on("unmatched_return")))]


def _extremes(cleaning: Cleaning) -> tuple[int, float, float]:
    """Count the extreme amounts that were kept, with their sum and the largest."""
    table = as_ibis(cleaning.extremes)
    asked = table.agg(n=table.count(), total=table.amount.sum(), most=table.amount.max())
    found = asked.to_pyarrow().to_pylist()[0]
    return int(found["n"]), float(found["total"] or 0), float(found["most"] or 0)


def _extreme_finding(cleaning: Cleaning) -> list[tuple[float, Finding]]:
    n, total, most = _extremes(cleaning)
    if not n or cleaning.extreme_limit is None or cleaning.amount_kept <= 0:
        return []
    title = ngettext(
        "of revenue comes from {n} extreme amount, which may be a slip of the keyboard",
        "of revenue comes from {n} extreme amounts, which may be slips of the keyboard",
        n,
    )
    evidence = _("{total} of {all}; each is above {limit}, the largest is {most}.").format(
        total=format_money(total, compact=True),
        all=format_money(cleaning.amount_kept, compact=True),
        limit=format_money(cleaning.extreme_limit),
        most=format_money(most),
    )
    action = _(
        "Have extremes.csv checked before anything is ranked by revenue; run again with extreme "
        "set to drop if they are wrong."
    )
    share = total / cleaning.amount_kept
    number, title = format_percent(share), title.format(n=format_number(n))
    return [(share, Finding(number, title, evidence, action))]


def _history_finding(history: History) -> Finding:
    if history.complete_months < TWO_YEARS:
        action = _("Ask for at least two years: until then seasons look like growth or loss.")
    else:
        action = _("Set the last months aside as a test for every forecast made of these data.")
    return Finding(
        number=format_number(history.complete_months),
        title=ngettext(
            "complete month of purchases", "complete months of purchases", history.complete_months
        ),
        evidence=history.summary(),
        action=action,
    )


def _carrying_finding(worth: Carrying) -> Finding:
    n = worth.count("yes")
    return Finding(
        number=format_number(n),
        title=ngettext("analysis is possible", "analyses are possible", n),
        evidence=worth.summary(),
        action=_(
            "Ask first for what is most often missing: one more table opens several analyses at "
            "once."
        ),
    )


def _personal_finding(sent: Audit) -> list[Finding]:
    n = len(sent.personal)
    if not n:
        return []
    kinds = format_list(dict.fromkeys(one.kind_word for one in sent.personal))
    return [
        Finding(
            number=format_number(n),
            title=ngettext("column looks like personal data", "columns look like personal data", n),
            evidence=_("By name or by values: {kinds}. None of it is shown here.").format(
                kinds=kinds
            ),
            action=_(
                "Leave these columns out of the next export, and set pseudonym_key so that "
                "customers get keyed numbers."
            ),
        )
    ]


def _clean_finding(cleaning: Cleaning) -> Finding:
    return Finding(
        number=format_percent(_share_kept(cleaning)),
        title=_("of rows can be used as they are"),
        evidence=cleaning.summary(),
        action=_("Keep this export as it is, and have the next one made in the same way."),
    )


def collection_results(
    sent: Audit, cleaning: Cleaning, history: History, worth: Carrying
) -> Results:
    """Give the headline numbers by name, for ``run.json`` and for comparing runs."""
    ledger = cleaning.ledger
    reasons = ledger[ledger["reason"].isin(REASONS)]
    return Results(
        {
            "rows_in": cleaning.rows_in,
            "rows_kept": cleaning.rows_kept,
            "rows_rejected": cleaning.rows_rejected,
            "rows_changed": cleaning.rows_changed,
            "kept_share": _share_kept(cleaning),
            "n_customers": history.n_customers,
            "revenue": round(cleaning.amount_kept, 2),
            "complete_months": history.complete_months,
            "one_time_share": history.one_time.value,
            "completeness": sent.completeness,
            "n_faults": len(sent.faults),
            "n_extremes": _extremes(cleaning)[0],
            "n_personal_columns": len(sent.personal),
            "analyses_yes": worth.count("yes"),
            "analyses_care": worth.count("care"),
            "analyses_no": worth.count("no"),
            **{f"rejected_{row.reason}": int(row.rows) for row in reasons.itertuples()},
        }
    )
