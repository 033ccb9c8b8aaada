"""Where the numbers come from: for the line under each figure, the footer and ``run.json``."""

from __future__ import annotations

import os
from pathlib import Path

from segkit.audit import History
from segkit.collect import find_source
from segkit.collect.datasets.registry import DATASETS
from segkit.collect.frames import Frame, as_ibis
from segkit.collect.values.currencies import in_codes
from segkit.currencies import currencies_in_use
from segkit.i18n import _, format_number, get_currency, ngettext, set_currency
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


def set_data_currency(
    currency: str | None, *data: str | Path | None, orders: Frame | None = None
) -> str | None:
    """Show amounts in the currency that is asked for, else in that of the data.

    Use it at the head of a notebook. A data set is known to be in one; a file of one's own says
    so where all its orders name the same one. Where nobody knows it amounts stand as plain
    numbers, and the report says so.

    Parameters
    ----------
    currency : str or None
        ISO 4217 code, such as ``"CNY"``.
    data : str, Path or None
        What is read, the table with the amounts first; None stands for no such table.
    orders : pandas, polars, pyarrow or Ibis table, optional
        What was read; its column ``currency`` is looked at for data of one's own.

    Returns
    -------
    str or None
        The code, or None where nobody knows it.

    Raises
    ------
    ArgumentError
        If ``currency`` is no ISO 4217 code.

    Examples
    --------
    >>> from segkit import set_currency
    >>> set_data_currency(None, "online_retail"), set_data_currency("USD", "online_retail")
    ('GBP', 'USD')
    >>> set_data_currency(None, "orders.csv") is None
    True
    >>> set_currency("USD")
    """
    given = [str(one) for one in data if one is not None]
    # A file of that name wins over a data set of that name, as where it is read.
    known = bool(given) and given[0] in DATASETS and not os.path.lexists(given[0])
    own = DATASETS[given[0]].currency if known else _named_by(orders)
    code = currency or own or None
    set_currency(code)
    return code


def _named_by(orders: Frame | None) -> str:
    """Give the one currency that orders name; empty where they name none, several or no code."""
    table = None if orders is None else as_ibis(orders)
    if table is None or "currency" not in table.columns or not table.currency.type().is_string():
        return ""
    found = table.select(code=in_codes(table.currency)).distinct().code.to_pyarrow().to_pylist()
    codes = [code for code in found if code is not None]
    return codes[0] if len(codes) == 1 and codes[0] in currencies_in_use() else ""


def currency_limits() -> list[str]:
    """Say that nobody told what the amounts are in, where nobody did."""
    if get_currency():
        return []
    return [_("No currency was given for the amounts, so they stand without one.")]


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
    return [*limits, *currency_limits()]


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
