"""Where the numbers come from: for the line under each figure, the footer and ``run.json``."""

from __future__ import annotations

from pathlib import Path

from segkit.audit import History
from segkit.collect import find_source
from segkit.collect.frames import Frame, as_ibis
from segkit.i18n import _, format_number, ngettext
from segkit.report.elements import DataElement, show_data
from segkit.segment.attitudes import Survey
from segkit.value import CustomerBase

#: Below so many customers a share says little.
FEW = 100


def trace_data(data: str | Path, orders: Frame, base: CustomerBase | History) -> DataElement:
    """State which file was read, its fingerprint, and how much was in it.

    Parameters
    ----------
    data : str or Path
        What was given to ``read_transactions`` or ``read_raw_transactions``.
    orders : pandas, polars, pyarrow or Ibis table
        What came of it.
    base : CustomerBase or History
        From ``describe_customers`` or ``describe_history``.
    """
    source = find_source(data, function="trace_data")
    rows = int(as_ibis(orders).count().to_pandas())
    return show_data(
        source.name,
        rows=rows,
        customers=base.n_customers,
        sha256=source.sha256,
        origin=source.origin,
    )


def data_limits(orders: Frame, n_customers: int) -> list[str]:
    """Say what of the data themselves puts the numbers of a report in doubt."""
    table = as_ibis(orders)
    negative = int((table.amount < 0).sum().fill_null(0).to_pandas())
    limits = []
    if negative:
        text = ngettext(
            "{n} row has a negative amount: it lowers revenue and is no purchase.",
            "{n} rows have negative amounts: they lower revenue and are no purchases.",
            negative,
        )
        limits.append(text.format(n=format_number(negative)))
    if n_customers < FEW:
        text = ngettext(
            "One customer is an example, not a customer base.",
            "{n} customers are few: another one could change every share.",
            n_customers,
        )
        limits.append(text.format(n=format_number(n_customers)))
    return limits


def source_line(data: str | Path, base: CustomerBase | History) -> str:
    """Name the data and their span, for the line under a figure or table."""
    title = find_source(data, function="source_line").title
    return _("{title}, {period}").format(title=title, period=base.period)


def survey_source(data: str | Path, survey: Survey) -> str:
    """Name the survey and the span of its answers, for the line under a figure or table."""
    title = find_source(data, function="survey_source").title
    if not survey.period:
        return title
    return _("{title}, {period}").format(title=title, period=survey.period)


def trace_survey(data: str | Path, survey: Survey) -> DataElement:
    """State which survey was read, its fingerprint, and how much was in it."""
    source = find_source(data, function="trace_survey")
    return show_data(
        source.name,
        rows=len(survey.answers),
        customers=survey.n_customers,
        sha256=source.sha256,
        origin=source.origin,
    )
