"""What customers and their households hold, as an average of days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.checks import check_date, check_number, fail
from segkit.collect.frames import Frame
from segkit.collect.values.forms import trimmed
from segkit.errors import DataError
from segkit.features.canonical import canonical, given_back, has, up_to
from segkit.schema import BALANCE_FEATURES, names

_WHO = "summarize_balances"


def summarize_balances(
    balances: Frame, *, as_of: date | str, days: int = 90, customers: Frame | None = None
) -> Frame:
    """Tell the daily-average assets of each customer and household.

    Tiers of bank cards start here: a customer has the better of the own tier and that of the
    family. A balance counts for the days since the day before it in the table, as far as
    they lie in the window, so that monthly averages and balances of each day are both read
    rightly. An account without a balance on a day of the table counts 0 there: it was not yet
    opened, or is closed. The first day of all has no day before it; it counts as long as the
    longest gap between two days.

    Parameters
    ----------
    balances : pandas, polars, pyarrow or Ibis table
        ``customer_id``, ``as_of``, ``balance`` in one currency, on the same days for all
        accounts; ``account_id`` and ``household_id`` where there are such.
    as_of : date or str
        The day the table describes.
    days : int
        Days of the average, the last of them ``as_of``; at least 1.
    customers : pandas, polars, pyarrow or Ibis table, optional
        The customers table, with ``household_id``: then each of its customers has a row,
        those without an account too, and households are known from it. Default: a household
        is who has a balance under its ``household_id``.

    Returns
    -------
    table of the kind of ``balances``, lazy for Ibis
        ================ ======= ======== ================================================
        name             dtype   unit     meaning
        ================ ======= ======== ================================================
        customer_id      as in            each customer with a balance in the window, or of
                                          ``customers``
        average_assets   float64 currency daily average of all accounts
        n_accounts       int64            accounts with a balance in the window; customers
                                          with one, where no ``account_id`` is known
        n_household      int64   people   customers of the household; 1 without one
        household_assets float64 currency sum of their averages
        family_assets    float64 currency the same where two or more live together, else 0:
                                          nobody alone is a family
        ================ ======= ======== ================================================

    Raises
    ------
    DataError
        If columns are missing or of the wrong type, or no balance lies in the window.
    ArgumentError
        If ``as_of`` is no date or ``days`` no whole number from 1.

    Examples
    --------
    >>> import pandas as pd
    >>> balances = pd.DataFrame({
    ...     "customer_id": ["a", "a", "b"], "household_id": ["h", "h", "h"],
    ...     "as_of": pd.to_datetime(["2024-05-31", "2024-06-30", "2024-06-30"]),
    ...     "balance": [300.0, 600.0, 90.0],
    ... })
    >>> found = summarize_balances(balances, as_of="2024-06-30", days=30)
    >>> found[["customer_id", "average_assets", "family_assets"]]
      customer_id  average_assets  family_assets
    0           a           600.0          690.0
    1           b            90.0          690.0
    """
    day = check_date(_WHO, "as_of", as_of)
    check_number(_WHO, "days", days, low=1, whole=True, unit="days")
    table = canonical(balances, "balances", function=_WHO)
    people = None
    if customers is not None:
        people = canonical(customers, "customers", function=_WHO)
    _check_some(up_to(table, "as_of", day), int(days), day)
    return given_back(balances_expression(table, day, int(days), people), balances)


def balances_expression(
    table: ir.Table, as_of: date, days: int, people: ir.Table | None = None
) -> ir.Table:
    """Build the Ibis expression behind :func:`summarize_balances`."""
    known = up_to(table, "as_of", as_of)
    known = known.filter(known.balance.notnull())
    weights = _days_of(known, as_of - timedelta(days=days))
    total = weights.agg(total=weights.weight.sum()).as_scalar()
    recent = known.join(weights, "day")
    money = recent.balance.cast("float64") * recent.weight
    n_accounts = recent.account_id.nunique() if has(recent, "account_id") else ibis.literal(1)
    own = recent.group_by("customer_id").agg(
        average_assets=money.sum(), n_accounts=n_accounts.cast("int64")
    )
    own = own.mutate(average_assets=own.average_assets / total)
    return _with_household(own, _homes(recent if people is None else people))


def _days_of(known: ir.Table, start: date) -> ir.Table:
    """Give each day of the window the number of days that its balances stand for."""
    days = known.select("day").distinct()
    earlier = days.select(before="day")
    pairs = days.join(earlier, days.day > earlier.before)
    gaps = pairs.group_by("day").agg(before=pairs.before.max())
    gaps = gaps.select("day", gap=gaps.day.delta(gaps.before, unit="day").cast("int64"))
    longest: Any = gaps.agg(longest=gaps.gap.max()).as_scalar()
    all_days = days.left_join(gaps, "day").drop("day_right")
    gap = ibis.coalesce(all_days.gap, longest, ibis.literal(1, "int64"))
    inside = all_days.day.delta(ibis.literal(start), unit="day").cast("int64")
    weighted = all_days.select("day", weight=ibis.least(gap, inside))
    return weighted.filter(weighted.weight > 0)


def _homes(table: ir.Table) -> ir.Table:
    """Give each customer one household; who has none is alone, under an own name."""
    home: Any = ibis.null("string")
    if has(table, "household_id"):
        home = trimmed(table.household_id.cast("string"))
    homes = table.select("customer_id", home=home)
    return homes.group_by("customer_id").agg(home=homes.home.min())


def _with_household(own: ir.Table, homes: ir.Table) -> ir.Table:
    found = homes.left_join(own, "customer_id").drop("customer_id_right")
    found = found.mutate(
        average_assets=found.average_assets.fill_null(0.0),
        n_accounts=found.n_accounts.fill_null(0),
    )
    named = found.filter(found.home.notnull())
    families = named.group_by("home").agg(
        size=named.count().cast("int64"), together=named.average_assets.sum()
    )
    found = found.left_join(families, "home").drop("home_right")
    found = found.mutate(
        n_household=found["size"].fill_null(1),
        household_assets=found.together.fill_null(found.average_assets),
    )
    family = ibis.ifelse(found.n_household > 1, found.household_assets, 0.0)
    return found.mutate(family_assets=family).select("customer_id", *names(BALANCE_FEATURES))


def _check_some(known: ir.Table, days: int, as_of: date) -> None:
    recent = known.filter(known.days_ago < days, known.balance.notnull())
    if not recent.limit(1).count().execute():
        rule = f"a table with balances in the {days} days up to {as_of}"
        remedy = "Take another as_of, or more days."
        fail(_WHO, "balances", rule, "no rows", remedy, error=DataError)
