"""The shape of a history of purchases: months, gaps, seasons, one-time buyers."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import escape

import ibis
import ibis.expr.types as ir
import pandas as pd

from segkit.audit.seasons import Season, month_shares, season_of, weekday_shares
from segkit.checks import check_columns, check_date, fail
from segkit.collect.frames import Frame, as_ibis
from segkit.customers import is_purchase
from segkit.errors import DataError
from segkit.i18n import (
    _,
    count_days,
    format_date,
    format_number,
    format_period,
    join_sentences,
    ngettext,
)
from segkit.uncertainty import Share, share_of_count

_WHO = "describe_history"
#: A gap shorter than this is a weekend or a holiday, in days.
_SHORT_GAP = 7
#: Gaps of this length must be expected less than once in a hundred such histories.
_UNLIKELY = 0.01


@dataclass(frozen=True, eq=False)
class History:
    """Purchases in time; made by ``describe_history``.

    A purchase is a day on which a customer bought; a return lowers revenue and is none.

    Attributes
    ----------
    first, last : date
        Days of the first and the last purchase.
    as_of : date
        The day on which the history ends.
    n_customers, n_purchases : int
        Customers, and their purchase days.
    one_time : Share
        Customers with one purchase day, with the 95 % interval.
    gaps : pandas.DataFrame
        Gaps of a week and more that chance does not explain: ``first_day, last_day, days``,
        the longest first.
    n_silent_days : int
        Days between first and last purchase without any.
    longest_gap_days : int
        The longest run of such days, notable or not.
    season : Season
        How strongly the months of the year differ, where that can be told.
    """

    first: date
    last: date
    as_of: date
    n_customers: int
    n_purchases: int
    one_time: Share
    gaps: pd.DataFrame
    n_silent_days: int
    longest_gap_days: int
    season: Season
    _months: pd.DataFrame = field(repr=False)
    _days: pd.Series = field(repr=False)

    @property
    def table(self) -> pd.DataFrame:
        """One row per calendar month, months without a purchase among them.

        ============= ============== ========= ===================================
        name          dtype          unit      meaning
        ============= ============== ========= ===================================
        month         datetime64     first day the month
        purchases     int64          days      purchase days of customers
        revenue       float64        currency  sum of amounts
        new_customers int64          people    customers whose first month it is
        is_complete   bool                     whether the history covers it whole
        ============= ============== ========= ===================================
        """
        return self._months.copy()

    @property
    def months(self) -> pd.DataFrame:
        """The months, under the name that says what they are."""
        return self.table

    @property
    def month_shares(self) -> pd.DataFrame:
        """What share of a usual year's purchases each calendar month has: ``month, share``.

        Of complete months; one that no complete month is known of has no share.
        """
        return month_shares(self._months)

    @property
    def weekday_shares(self) -> pd.DataFrame:
        """What share of a usual week's purchases each day has: ``weekday, share``, Monday 1."""
        return weekday_shares(self._days)

    @property
    def period(self) -> str:
        """First and last purchase, as a reader writes them."""
        return format_period(self.first, self.last)

    @property
    def span_days(self) -> int:
        """Days from the first purchase to ``as_of``."""
        return (self.as_of - self.first).days

    @property
    def n_repeat_customers(self) -> int:
        """Customers who bought on two days or more."""
        return self.n_customers - round(self.one_time.value * self.n_customers)

    @property
    def complete_months(self) -> int:
        """Months that the history covers whole."""
        return int(self._months["is_complete"].sum())

    @property
    def empty_months(self) -> list[date]:
        """Months without any purchase, by their first day."""
        empty = self._months[self._months["purchases"] == 0]
        return [month.date() for month in empty["month"]]

    @property
    def last_month_is_complete(self) -> bool:
        """Whether the last month is covered whole; else its numbers are too low."""
        return bool(self._months["is_complete"].iloc[-1])

    @property
    def notes(self) -> list[str]:
        """What a reader must know of the history, a sentence each, in the current language."""
        found = []
        if len(self.gaps):
            gap = self.gaps.iloc[0]
            text = ngettext(
                "There is a gap that chance does not explain: {period} ({days}).",
                "There are {n} gaps that chance does not explain, the longest {period} ({days}).",
                len(self.gaps),
            )
            period = format_period(gap["first_day"], gap["last_day"])
            n = format_number(len(self.gaps))
            found.append(text.format(n=n, period=period, days=count_days(gap["days"])))
        if not self.last_month_is_complete:
            text = _("The last month ends on {day} and is not complete.")
            found.append(text.format(day=format_date(self.as_of)))
        return [*found, self.season.text]

    def summary(self) -> str:
        """Say the history in a few sentences."""
        text = _(
            "Purchases: {purchases}; customers: {customers}; {period}. {share} of customers "
            "bought once ({interval})."
        )
        lead = text.format(
            purchases=format_number(self.n_purchases),
            customers=format_number(self.n_customers),
            period=format_period(self.first, self.last),
            share=self.one_time.text,
            interval=self.one_time.interval_text,
        )
        return join_sentences([lead, *self.notes])

    def __repr__(self) -> str:
        """Show the sentences and name the next step."""
        return f"{self.summary()}\nNext: plot_history(history), carrying(tables, history=history)"

    def _repr_html_(self) -> str:
        """Show the months as a small table."""
        heads = [_("Month"), _("Purchases"), _("New customers")]
        body = []
        for row in self._months.itertuples(index=False):
            cells = [format_number(row.purchases), format_number(row.new_customers)]
            numbers = "".join(f'<td style="text-align:right">{cell}</td>' for cell in cells)
            body.append(f"<tr><td>{row.month:%Y-%m}</td>{numbers}</tr>")
        header = "".join(f"<th>{escape(head)}</th>" for head in heads)
        return (
            f"<table><caption>{escape(self.summary())}</caption>"
            f"<thead><tr>{header}</tr></thead><tbody>{''.join(body)}</tbody></table>"
        )


def describe_history(orders: Frame, *, as_of: date | str | None = None) -> History:
    r"""Describe how purchases lie in time: span, months, gaps, seasons, one-time buyers.

    Use it on cleaned transactions before any model: a gap or an incomplete month is easily
    read as customers who left. Purchases are counted by day and by the day of a customer's
    first purchase where the data lie; no more than one row per calendar day comes back.

    Parameters
    ----------
    orders : pandas, polars, pyarrow or Ibis table
        Canonical transactions: ``customer_id``, ``ordered_at``, ``amount``. Rows without
        customer or date do not count; negative amounts are no purchases.
    as_of : date or str, optional
        The day on which the history ends; later purchases do not count. Default: the day of
        the last purchase.

    Returns
    -------
    History

    Raises
    ------
    DataError
        If columns are missing or of the wrong type, or there is no purchase up to ``as_of``.
    ArgumentError
        If ``as_of`` is no date.

    Examples
    --------
    >>> from segkit.collect import load_dataset
    >>> history = describe_history(load_dataset("cdnow_sample"))
    >>> history.n_customers, history.n_purchases, history.one_time.text
    (2357, 6696, '51.7\u202f%')
    """
    until = None if as_of is None else check_date(_WHO, "as_of", as_of)
    table = as_ibis(orders, function=_WHO, argument="orders")
    check_columns(_WHO, table.columns, ("customer_id", "ordered_at", "amount"))
    moment = table.ordered_at.type()
    if not (moment.is_timestamp() or moment.is_date()):
        remedy = "read_transactions turns text into dates."
        fail(_WHO, "ordered_at", "a date column", str(moment), remedy, error=DataError)
    days, starts = _read(_purchase_days(table, until))
    if days.empty:
        rule = "a table with purchases" + (f" up to {until}" if until else "")
        fail(_WHO, "orders", rule, "no rows", error=DataError)
    first, last = days.index[0].date(), days.index[-1].date()
    end = until or last
    every_day = pd.date_range(first, last, freq="D")
    daily = days["purchases"].reindex(every_day, fill_value=0)
    silent = _silent_runs(daily)
    gaps = silent[silent["days"] >= _notable_days(int(daily.sum()), len(daily))]
    months = _by_month(days, starts, end, until is not None)
    n = int(starts["customers"].sum())
    return History(
        first=first,
        last=last,
        as_of=end,
        n_customers=n,
        n_purchases=int(daily.sum()),
        one_time=share_of_count(int(starts["one_time"].sum()), n),
        gaps=gaps.sort_values(["days", "first_day"], ascending=[False, True], ignore_index=True),
        n_silent_days=int((daily == 0).sum()),
        longest_gap_days=int(silent["days"].max()) if len(silent) else 0,
        season=season_of(months),
        _months=months,
        _days=daily,
    )


def _purchase_days(table: ir.Table, until: date | None) -> ir.Table:
    known = table.mutate(segkit_day=table.ordered_at.date())
    known = known.filter(known.customer_id.notnull(), known.segkit_day.notnull())
    if until is not None:
        known = known.filter(known.segkit_day <= ibis.literal(until))
    amount = known.amount.cast("float64").sum().coalesce(0.0)
    by_day = known.group_by("customer_id", "segkit_day")
    return by_day.agg(segkit_amount=amount, segkit_bought=is_purchase(known).any())


def _read(by_day: ir.Table) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fetch purchases by day, and customers by the day of their first purchase."""
    days = by_day.group_by(day=by_day.segkit_day).agg(
        purchases=by_day.count(where=by_day.segkit_bought), revenue=by_day.segkit_amount.sum()
    )
    bought = by_day.filter(by_day.segkit_bought)
    people = bought.group_by("customer_id").agg(day=bought.segkit_day.min(), n=bought.count())
    starts = people.group_by("day").agg(
        customers=people.count(), one_time=people.count(where=people.n == 1)
    )
    return _while_bought(_indexed(days)), _indexed(starts)


def _while_bought(days: pd.DataFrame) -> pd.DataFrame:
    """Leave out what came back before the first purchase or after the last one."""
    bought = days["purchases"].to_numpy().nonzero()[0]
    return days.iloc[bought[0] : bought[-1] + 1] if len(bought) else days.iloc[:0]


def _indexed(table: ir.Table) -> pd.DataFrame:
    frame = table.to_pyarrow().to_pandas()
    frame["day"] = pd.to_datetime(frame["day"]).astype("datetime64[s]")
    return frame.set_index("day").sort_index()


def _silent_runs(daily: pd.Series) -> pd.DataFrame:
    """List the runs of days without a purchase."""
    bought = daily.index[daily > 0]
    before, after = bought[:-1], bought[1:]
    frame = pd.DataFrame(
        {"first_day": before + timedelta(days=1), "last_day": after - timedelta(days=1)}
    )
    frame["days"] = (frame["last_day"] - frame["first_day"]).dt.days + 1
    return frame[frame["days"] > 0].reset_index(drop=True)


def _notable_days(n_purchases: int, n_days: int) -> float:
    """Tell from which length on a gap is more than chance, if purchases came evenly.

    Of ``n`` purchases at a rate of ``r`` a day, ``n exp(-r g)`` are followed by a gap of at
    least ``g`` days.
    """
    by_chance = math.log(max(n_purchases, 2) / _UNLIKELY) * n_days / max(n_purchases, 1)
    return max(_SHORT_GAP, by_chance)


def _by_month(
    days: pd.DataFrame, starts: pd.DataFrame, end: date, end_is_given: bool
) -> pd.DataFrame:
    first, last = days.index[0], days.index[-1]
    every = pd.period_range(first, pd.Timestamp(end), freq="M")
    sums = days.groupby(days.index.to_period("M"))[["purchases", "revenue"]].sum().reindex(every)
    new = starts.groupby(starts.index.to_period("M"))["customers"].sum().reindex(every)
    frame = pd.DataFrame(
        {
            "month": every.to_timestamp().astype("datetime64[s]"),
            "purchases": sums["purchases"].fillna(0).astype("int64").to_numpy(),
            "revenue": sums["revenue"].fillna(0.0).to_numpy(),
            "new_customers": new.fillna(0).astype("int64").to_numpy(),
            "is_complete": True,
        }
    )
    # A quiet day or two at an end that nobody stated is no missing part of a month.
    quiet = _quiet_days(int((days["purchases"] > 0).sum()), (last - first).days + 1)
    lead = (first - every[0].start_time).days
    tail = (every[-1].end_time.date() - end).days
    frame.loc[0, "is_complete"] = lead <= quiet
    if tail > (0 if end_is_given else quiet):
        frame.loc[len(frame) - 1, "is_complete"] = False
    return frame


def _quiet_days(n_bought: int, n_days: int) -> int:
    """Tell how many days without a purchase are nothing special: twice the usual ones."""
    usual = n_days / max(n_bought, 1)
    return round(2 * (usual - 1)) + 1 if usual > 1 else 0
