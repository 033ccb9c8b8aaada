"""Customers and their purchases, from wherever each of them comes, on one row per customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from segkit.checks import check_date, fail
from segkit.collect.columns.known_headers import load_preset
from segkit.collect.datasets.registry import DATASETS
from segkit.collect.frames import Frame, as_ibis, materialize
from segkit.collect.loading import load_dataset
from segkit.collect.reading import read_raw_table
from segkit.collect.source import Source, find_source
from segkit.collect.transactions import read_transactions
from segkit.customers import summarize_customers
from segkit.errors import DataError
from segkit.features.baskets import favorite, summarize_baskets
from segkit.features.canonical import has
from segkit.features.join import join_features
from segkit.features.notes import feature_notes
from segkit.features.people import describe_people, is_home
from segkit.i18n import _, format_date, format_number, format_percent, format_period, ngettext
from segkit.schema import RAW, ROW

_WHO = "gather_customers"
_ID = "customer_id"
#: Stands where a day is asked for and nothing is counted to it.
_ANY_DAY = date(2000, 1, 1)
#: From these columns of customers ages and years as customer are counted.
_COUNTED = ("birth_date", "birth_year", "joined_at")


@dataclass(frozen=True, eq=False)
class GatheredCustomers:
    """Who the customers are and what they bought; made by :func:`gather_customers`.

    Attributes
    ----------
    table : Ibis table
        One row per customer: details, features of purchases, features of people. With a table
        of customers it holds those listed there, whether they bought or not.
    as_of : date or None
        The day that ages and days are counted to; None where nothing is counted to a day.
    sources : tuple of Source
        Files that were read, transactions first; empty for tables in memory.
    n_customers, n_buyers : int
        Customers in ``table``, and those of them with a purchase.
    n_unlisted : int
        Buyers who are not in the table of customers, and so not in ``table``.
    unlisted_share : float
        Their share of all revenue; NaN without purchases.
    first_purchase, last_purchase : date or None
        Of the transactions.
    own_names : mapping
        Columns of ``table`` by what the table of customers itself calls them.
    """

    table: ir.Table
    as_of: date | None
    sources: tuple[Source, ...]
    n_customers: int
    n_buyers: int
    n_unlisted: int
    unlisted_share: float
    n_rows: int
    first_purchase: date | None
    last_purchase: date | None
    orders: ir.Table | None = field(default=None, repr=False)
    people: ir.Table | None = field(default=None, repr=False)
    own_names: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def has_revenue(self) -> bool:
        """Whether it is known what the customers bought."""
        return self.orders is not None

    @property
    def period(self) -> str:
        """The span of the purchases, else the day that ages are of, as a reader writes it.

        Empty where neither is known.
        """
        if self.first_purchase is None or self.last_purchase is None:
            return "" if self.as_of is None else format_date(self.as_of)
        return format_period(self.first_purchase, self.last_purchase)

    @property
    def notes(self) -> list[str]:
        """What could not be read or matched, as sentences in the current language."""
        notes = feature_notes(as_of=self.as_of or _ANY_DAY, customers=self.people)
        if self.n_unlisted:
            text = ngettext(
                "{n} buyer with {share} of revenue is not in the table of customers: nothing is "
                "known about this one, and no group holds it.",
                "{n} buyers with {share} of revenue are not in the table of customers: nothing is "
                "known about them, and no group holds them.",
                self.n_unlisted,
            )
            n, share = format_number(self.n_unlisted), format_percent(self.unlisted_share)
            notes.insert(0, text.format(n=n, share=share))
        if self.people is not None and has(self.people, "country") and self._lacks_home:
            notes.append(
                _(
                    "Nobody is from the home country, so that nobody is told to be from at home "
                    "or from abroad. The parameter home_country names it."
                )
            )
        return notes

    @property
    def _lacks_home(self) -> bool:
        return "is_domestic" not in self.table.columns

    def summary(self) -> str:
        """Say how many customers there are, how many bought, and what is not known."""
        lines = [self._how_many()]
        if self.has_revenue:
            text = ngettext("{n} of them has bought.", "{n} of them have bought.", self.n_buyers)
            lines.append(text.format(n=format_number(self.n_buyers)))
        else:
            lines.append(_("Their purchases are not known, so groups have a size and no value."))
        return "\n".join([*lines, *self.notes])

    def _how_many(self) -> str:
        n = format_number(self.n_customers)
        if self.as_of is None:
            return ngettext("{n} customer.", "{n} customers.", self.n_customers).format(n=n)
        text = ngettext("{n} customer on {day}.", "{n} customers on {day}.", self.n_customers)
        return text.format(n=n, day=format_date(self.as_of))

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        return (
            f"GatheredCustomers: {self.n_customers:,} customers, {len(self.table.columns)} columns."
            "\nNext: .table, .summary(), compare_criteria(gathered.table)"
        )


def gather_customers(
    data: str | Path | Frame | None = None,
    customers: str | Path | Frame | None = None,
    *,
    columns: Mapping[str, str] | str | Path | None = None,
    customer_columns: Mapping[str, str] | str | Path | None = None,
    missing: str = "error",
    as_of: date | str | None = None,
    home_country: str = "China",
) -> GatheredCustomers:
    """Read transactions, a table of customers, or both, and put them on one row per customer.

    Segmentation by who customers are starts here: with both tables each group has a value,
    with customers alone a size, with transactions alone whatever the lines tell (region,
    channel, product group).

    Parameters
    ----------
    data : str, Path or table, optional
        Transactions, see :func:`segkit.read_transactions`; or the name of a data set that
        holds customers and no transactions.
    customers : str, Path or table, optional
        The table of customers; without it that which belongs to the data set ``data``, if any.
    columns, customer_columns : mapping, str or Path, optional
        Own column names of either table, see :func:`segkit.read_transactions`.
    missing : {"error", "drop"}
        What to do with transactions that lack a customer, a date or an amount.
    as_of : date or str, optional
        Day to look from; default: the last purchase, else the last day a customer joined;
        none is needed where ages are recorded as such.
    home_country : str
        The country that customers from at home have, see :func:`describe_people`. Where it was
        left out and nobody is from China, ``is_domestic`` is left out too.

    Returns
    -------
    GatheredCustomers

    Raises
    ------
    DataError
        If neither table is given, one cannot be read, no customer is in both, or none is from
        the ``home_country`` that was named.
    ArgumentError
        If ages need a day and there is none.

    Examples
    --------
    >>> found = gather_customers("cosmetics_orders")
    >>> found.n_customers, "age" in found.table.columns, "revenue" in found.table.columns
    (400, True, True)
    """
    customers = _own_customers(data) if customers is None else customers
    data = None if _has_no_transactions(data) else data
    if data is None and customers is None:
        rule = "given, or customers, or both"
        fail(
            _WHO, "data", rule, None, "Name transactions or a table of customers.", error=DataError
        )
    day = None if as_of is None else check_date(_WHO, "as_of", as_of)
    named = [one for one in (data, customers) if isinstance(one, str | Path)]
    sources = [find_source(one, function=_WHO) for one in named]
    orders = None
    if data is not None:
        read = read_transactions(data, columns=columns, missing=missing, until=day)
        orders = as_ibis(read, function=_WHO)
    people, own = None, dict[str, str]()
    if customers is not None:
        people, own = _read_people(customers, customer_columns)
    span = _span(orders)
    day = day or span[1] or _last_joined(people)
    known = None
    if people is not None:
        sent = people.drop(*(name for name in people.columns if name == ROW))
        described = describe_people(sent, as_of=day or _ANY_DAY, home_country=home_country)
        known = as_ibis(described)
        if not is_home(people, home_country, function=_WHO):
            known = known.drop("is_domestic")
    table, n_rows = _joined(orders, known, day or _ANY_DAY)
    counts = _counts(table, orders, people)
    return GatheredCustomers(
        table=table, as_of=day, sources=tuple(dict.fromkeys(sources)), n_rows=n_rows,
        first_purchase=span[0], last_purchase=span[1], orders=orders, people=people, own_names=own,
        **counts,
    )  # fmt: skip


def _own_customers(data: Any) -> str | None:
    """Name the table of customers that belongs to a data set."""
    if not isinstance(data, str) or data not in DATASETS or Path(data).exists():
        return None
    dataset = DATASETS[data]
    return data if "customers" in dataset.tables else dataset.beside.get("customers")


def _has_no_transactions(data: Any) -> bool:
    """Tell whether a data set was named that holds customers alone."""
    if not isinstance(data, str) or data not in DATASETS or Path(data).exists():
        return False
    tables = DATASETS[data].tables
    return "customers" in tables and "transactions" not in tables


def _read_people(source: Any, columns: Any) -> tuple[ir.Table, dict[str, str]]:
    """Read the table of customers, and how it calls its columns.

    The number of its row stays, for it may tell the time.
    """
    named = source if isinstance(source, str) else ""
    if named in DATASETS and "customers" in DATASETS[named].tables and not Path(named).exists():
        frame = load_dataset(named, "customers")
        table = as_ibis(frame.assign(**{ROW: range(1, len(frame) + 1)}), function=_WHO)
        preset = DATASETS[named].preset
        wanted = load_preset(preset).tables.get("customers", {}) if preset else {}
        own = {name: canonical for canonical, names in wanted.items() for name in names}
    else:
        rows = read_raw_table(source, kind="customers", columns=columns, function=_WHO)
        table = rows.table.drop(*(c for c in rows.table.columns if c.startswith(RAW)))
        own = {name: canonical for canonical, name in rows.columns.renames.items()}
    return materialize(table.filter(table.customer_id.notnull())), own


def _span(orders: ir.Table | None) -> tuple[date | None, date | None]:
    if orders is None:
        return None, None
    days = orders.aggregate(first=orders.ordered_at.min(), last=orders.ordered_at.max())
    row = days.to_pandas().iloc[0]
    return pd.Timestamp(row["first"]).date(), pd.Timestamp(row["last"]).date()


def _last_joined(people: ir.Table | None) -> date | None:
    """Take the last day on which somebody joined; without one no age can be counted."""
    if people is not None and not any(has(people, name) for name in _COUNTED):
        return None
    if people is not None and has(people, "joined_at"):
        last = people.joined_at.max().to_pandas()
        if not pd.isna(last):
            return pd.Timestamp(last).date()
    remedy = "Give the day that ages are to be counted to."
    fail(_WHO, "as_of", "given where the data have no purchase and no joining", None, remedy)


def _joined(orders: ir.Table | None, known: ir.Table | None, day: date) -> tuple[ir.Table, int]:
    if orders is None:
        table = materialize(known)
        return table, int(table.count().to_pandas())
    n_rows = int(orders.count().to_pandas())
    summary = as_ibis(summarize_customers(orders, as_of=day))
    baskets = as_ibis(summarize_baskets(orders, as_of=day))
    parts = [summary, baskets]
    if has(orders, "region") and (known is None or "region" not in known.columns):
        parts.append(favorite(orders, "region"))
    parts = [materialize(part) for part in parts]
    if known is None:
        return materialize(join_features(parts[0], *parts[1:])), n_rows
    taken = {name.lower() for name in known.columns} - {_ID}
    parts = [part.drop(*(c for c in part.columns if c.lower() in taken)) for part in parts]
    return materialize(join_features(materialize(known), *parts)), n_rows


def _counts(table: ir.Table, orders: ir.Table | None, people: ir.Table | None) -> dict[str, Any]:
    n = int(table.count().to_pandas())
    if orders is None:
        return {"n_customers": n, "n_buyers": 0, "n_unlisted": 0, "unlisted_share": float("nan")}
    buyers = int(table.count(where=table.n_days > 0).to_pandas())
    n_unlisted, share = 0, 0.0
    if people is not None:
        if not buyers:
            remedy = "Give both tables of the same customers, with ids written alike."
            rule = "in both tables for some customers"
            fail(_WHO, _ID, rule, "none in both", remedy, error=DataError)
        others = orders.anti_join(people, _ID)
        row = others.aggregate(
            n=others.customer_id.nunique(), money=others.amount.sum()
        ).to_pandas()
        whole = float(orders.amount.sum().to_pandas())
        n_unlisted = int(row["n"].iloc[0])
        money = 0.0 if pd.isna(row["money"].iloc[0]) else float(row["money"].iloc[0])
        share = money / whole if whole > 0 else float("nan")
    return {
        "n_customers": n, "n_buyers": buyers, "n_unlisted": n_unlisted, "unlisted_share": share,
    }  # fmt: skip
