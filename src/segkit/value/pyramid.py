"""The customer pyramid: few customers at the top, and what they bring.

Customers are ranked once, inside the engine that holds them; only the tiers and a thinned
Lorenz curve come to Python.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis
import numpy as np
import pandas as pd

from segkit.checks import check_columns, check_number, check_rows_per_customer, fail, listed
from segkit.collect.frames import as_ibis, like
from segkit.errors import DataError
from segkit.i18n import _, format_number, format_percent, ngettext
from segkit.value.curve import cumulative_curve, share_at
from segkit.value.words import value_word

QUOTED_SHARES = (0.01, 0.05, 0.20, 0.50)
_WHO = "value_pyramid"
_NAMED_TIERS = ("vip", "main", "ordinary", "small")


def tier_ids(n_tiers: int) -> tuple[str, ...]:
    """Give the ids of a pyramid's tiers: the four classic ones, else ``tier_1 …``."""
    if n_tiers == len(_NAMED_TIERS):
        return _NAMED_TIERS
    return tuple(f"tier_{position}" for position in range(1, n_tiers + 1))


def tier_name(tier: str) -> str:
    """Name a tier in the current language."""
    classic = {
        "vip": _("VIP customers"),
        "main": _("Main customers"),
        "ordinary": _("Ordinary customers"),
        "small": _("Small customers"),
    }
    if tier in classic:
        return classic[tier]
    return _("Tier {position}").format(position=tier.removeprefix("tier_"))


@dataclass(frozen=True)
class ValuePyramid:
    """Customers in tiers by what they bring; made by :func:`value_pyramid`.

    Attributes
    ----------
    customers
        One row per customer, most valuable first, in the kind of frame that came in:
        ``customer_id`` and ``tier``.
    curve
        Lorenz curve, at most 1,001 points: ``customer_share``, ``<value>_share`` and, with a
        profit column, ``profit_share``. Each share ranks customers by its own quantity,
        highest first.
    gini
        Gini coefficient of the value over all customers, 0 to 1: 0 when all bring the
        same; NaN when a customer's value is negative.
    shares, value, profit
        The arguments it was made with.
    """

    customers: Any
    curve: pd.DataFrame = field(repr=False)
    gini: float
    shares: tuple[float, ...]
    value: str
    profit: str | None
    n_customers: int
    total: float
    tiers: pd.DataFrame = field(repr=False)

    @property
    def table(self) -> pd.DataFrame:
        """One row per tier, best first, with names in the current language."""
        named = self.tiers.copy()
        named.insert(1, "name", [tier_name(tier) for tier in named["tier"]])
        return named

    def top_share(self, share: float = 0.2) -> float:
        """Tell which share of the value the top ``share`` of customers bring.

        Parameters
        ----------
        share
            Share of customers, 0 to 1. Exact at tenths of a per cent and at the quoted
            points; interpolated between them.

        Examples
        --------
        >>> import pandas as pd
        >>> people = pd.DataFrame({"customer_id": list("abcde"), "revenue": [60., 20, 10, 5, 5]})
        >>> value_pyramid(people, shares=(0.2, 0.8)).top_share(0.2)
        0.6
        """
        check_number("top_share", "share", share, low=0, high=1)
        return share_at(self.curve, f"{self.value}_share", share)

    def summary(self) -> str:
        """Say in one line how concentrated the value is."""
        return ngettext(
            "{customers} customer in {tiers} tiers; the top {top} bring {share} of {value} "
            "(Gini {gini}).",
            "{customers} customers in {tiers} tiers; the top {top} bring {share} of {value} "
            "(Gini {gini}).",
            self.n_customers,
        ).format(
            customers=format_number(self.n_customers),
            tiers=format_number(len(self.tiers)),
            top=format_percent(0.2, 0),
            share=format_percent(self.top_share(0.2)),
            value=value_word(self.value),
            gini=format_number(self.gini, 2),
        )

    def __repr__(self) -> str:
        """Show the tiers and name the next step."""
        table = self.table.drop(columns="tier").to_string(index=False)
        return f"{self.summary()}\n{table}\nNext: show_figure(plot_lorenz, pyramid)"

    def _repr_html_(self) -> str:
        return self.table.to_html(index=False, escape=True, float_format=lambda x: f"{x:,.4g}")


def value_pyramid(
    customers: Any,
    *,
    shares: Sequence[float] = (0.01, 0.04, 0.15, 0.80),
    value: str = "revenue",
    profit: str | None = None,
) -> ValuePyramid:
    """Rank customers by value and cut them into tiers by share of customers.

    Use it to see how few customers carry the business and to size service levels: a tier is
    a share of customers, so its size is known before its value is. Customers are ranked by
    ``value``, highest first; equal values are ordered by ``customer_id``, so the tiers never
    depend on the order of rows and their counts are exact: the border after cumulative share
    ``s`` is customer ``s × n``, rounded half up.

    Parameters
    ----------
    customers
        One row per customer with ``customer_id`` and ``value`` (pandas, polars, pyarrow or
        Ibis). Single values may be negative, their total may not.
    shares
        Shares of customers per tier, best first, each above 0 and summing to 1.
    value
        Column that ranks customers, in currency; ``revenue`` or a forecast such as ``clv``.
    profit
        Column of profit per customer, in currency; may be negative.

    Returns
    -------
    ValuePyramid
        ``.table`` has one row per tier:

        ================ ======= ========= ==================================================
        column           dtype   unit      meaning
        ================ ======= ========= ==================================================
        tier             text              id of the tier, best first
        name             text              its name in the current language
        n_customers      integer customers customers in it
        customer_share   float   share     of all customers
        <value>          float   currency  sum of the value
        <value>_share    float   share     of the whole value
        profit           float   currency  sum of profit, with ``profit`` only
        profit_share     float   share     of the whole profit, with ``profit`` only
        mean_<value>     float   currency  per customer of the tier
        threshold        float   currency  the lowest value in the tier
        ================ ======= ========= ==================================================

    Raises
    ------
    ArgumentError
        Shares that are not positive or do not sum to 1.
    DataError
        Missing columns or values, customers listed twice, a total that is not positive.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"customer_id": list("abcde"), "revenue": [60., 20, 10, 5, 5]})
    >>> value_pyramid(people, shares=(0.2, 0.8)).table[["tier", "n_customers", "revenue_share"]]
         tier  n_customers  revenue_share
    0  tier_1            1            0.6
    1  tier_2            4            0.4

    References
    ----------
    Lorenz (1905), Methods of measuring the concentration of wealth; Gini by its rank formula.
    """
    parts = _check_shares(shares)
    table = _measured(as_ibis(customers, function=_WHO, argument="customers"), value, profit)
    totals = _totals(table, value, profit)
    n = int(totals["n"])
    ranked = _ranked(table, "value")
    tier = _tier_of(ranked["rank"], _borders(parts, n))
    tiers = _tier_table(ranked.mutate(tier=tier), parts, totals, value)
    knots = sorted({*QUOTED_SHARES, *np.cumsum(parts)[:-1].round(12)})
    curve = cumulative_curve(ranked, "value", n, totals["value"], knots)
    curve = curve.rename(columns={"share": f"{value}_share"})
    if profit:
        by_profit = cumulative_curve(_ranked(table, "profit"), "profit", n, totals["profit"], knots)
        curve["profit_share"] = by_profit["share"]
    listing = ranked.mutate(tier=tier).order_by("rank").select("customer_id", "tier")
    return ValuePyramid(
        customers=like(listing, customers),
        curve=curve,
        gini=_gini(ranked, n, totals["value"]),
        shares=parts,
        value=value,
        profit=profit,
        n_customers=n,
        total=float(totals["value"]),
        tiers=tiers,
    )


def _measured(source: ibis.Table, value: str, profit: str | None) -> ibis.Table:
    """Take the id and the measures, under names that do not depend on the caller's."""
    if profit is not None and value in (profit, "profit"):
        fail(_WHO, "profit", "a column other than value", profit)
    named = {"value": value, **({"profit": profit} if profit else {})}
    check_columns(_WHO, source.columns, ["customer_id", *named.values()])
    measures = {name: source[column].cast("float64") for name, column in named.items()}
    return source.select(customer_id=source["customer_id"], **measures)


def _check_shares(shares: Sequence[float]) -> tuple[float, ...]:
    if isinstance(shares, str) or not isinstance(shares, Sequence) or not shares:
        fail(_WHO, "shares", "a sequence of shares such as (0.2, 0.8)", shares)
    parts = tuple(
        float(check_number(_WHO, "each of shares", part, low=0, low_open=True, high=1))
        for part in shares
    )
    if not math.isclose(sum(parts), 1.0, abs_tol=1e-9):
        rule = "shares of customers that sum to 1"
        fail(_WHO, "shares", rule, shares, f"These sum to {sum(parts):g}.")
    return parts


def _totals(table: ibis.Table, value: str, profit: str | None) -> pd.Series:
    measures = {"value": value, **({"profit": profit} if profit else {})}
    sums = {name: table[name].sum() for name in measures}
    # A float column may hold NaN, which SQL's null test does not see.
    holes = {
        f"missing_{name}": (table[name].isnull() | table[name].isnan()).sum() for name in measures
    }
    ids = table["customer_id"].nunique()
    totals = table.aggregate(n=table.count(), ids=ids, **holes, **sums).to_pandas().iloc[0]
    n = int(totals["n"])
    if n == 0:
        raise DataError(f"{_WHO}: customers must have at least one row; got none.")
    remedy = "Pass the result of summarize_customers, not transactions."
    check_rows_per_customer(_WHO, n, int(totals["ids"]), remedy=remedy)
    missing = [
        f"{c} ({int(totals[f'missing_{m}'])})"
        for m, c in measures.items()
        if totals[f"missing_{m}"]
    ]
    if missing:
        remedy = "Drop these customers or fill in 0."
        raise DataError(f"{_WHO}: missing values in {listed(missing)}. {remedy}")
    for name, column in measures.items():
        if not 0 < totals[name] < math.inf:
            rule = f"a column ({column}) with a finite total above 0, or shares of it mean nothing"
            fail(_WHO, name, rule, float(totals[name]), error=DataError)
    return totals


def _ranked(table: ibis.Table, column: str) -> ibis.Table:
    """Number customers from 1, highest first, with the running sum of ``column``."""
    order = [table[column].desc(), table["customer_id"].asc()]
    window = ibis.window(order_by=order, preceding=None, following=0)
    return table.mutate(
        rank=ibis.row_number().over(ibis.window(order_by=order)) + 1,
        cumulative=table[column].sum().over(window),
    )


def _borders(parts: tuple[float, ...], n: int) -> list[int]:
    """Count the customers down to the end of each tier."""
    # Rounding to nine digits first keeps 0.01 + 0.04 + 0.15 from ending a customer early.
    ends = [math.floor(round(end * n, 9) + 0.5) for end in np.cumsum(parts)]
    return [*ends[:-1], n]


def _tier_of(rank: Any, borders: list[int]) -> Any:
    tiers = tier_ids(len(borders))
    cases = [(rank <= border, tier) for border, tier in zip(borders[:-1], tiers, strict=False)]
    return ibis.cases(*cases, else_=tiers[-1]) if cases else ibis.literal(tiers[-1])


def _tier_table(
    ranked: ibis.Table, parts: tuple[float, ...], totals: pd.Series, value: str
) -> pd.DataFrame:
    measures = {"n_customers": ranked.count(), value: ranked["value"].sum()}
    has_profit = "profit" in ranked.columns
    if has_profit:
        measures["profit"] = ranked["profit"].sum()
    grouped = ranked.group_by("tier").aggregate(**measures, threshold=ranked["value"].min())
    # A tier too small for a single customer still has its row, with nobody in it.
    frame = grouped.to_pandas().set_index("tier").reindex(tier_ids(len(parts)))
    counted = list(measures)
    frame[counted] = frame[counted].fillna(0)
    frame["n_customers"] = frame["n_customers"].astype("int64")
    frame["customer_share"] = frame["n_customers"] / int(totals["n"])
    frame[f"{value}_share"] = frame[value] / totals["value"]
    frame[f"mean_{value}"] = frame[value] / frame["n_customers"].where(frame["n_customers"] > 0)
    columns = ["n_customers", "customer_share", value, f"{value}_share"]
    if has_profit:
        frame["profit_share"] = frame["profit"] / totals["profit"]
        columns += ["profit", "profit_share"]
    return frame[[*columns, f"mean_{value}", "threshold"]].rename_axis("tier").reset_index()


def _gini(ranked: ibis.Table, n: int, total: float) -> float:
    """Sum ranks times values in the engine: exact, from all customers; NaN with a loss.

    With negative values the coefficient can exceed 1 and no longer says how unequal the
    values are.
    """
    if float(ranked["value"].min().to_pandas()) < 0:
        return math.nan
    weighted = float((ranked["rank"].cast("float64") * ranked["value"]).sum().to_pandas())
    # With rank r from the highest, G = (n + 1 - 2 * sum(r * x) / sum(x)) / n.
    return (n + 1 - 2 * weighted / float(total)) / n
