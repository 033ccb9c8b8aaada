"""Forecasts of customers: who is likely still active, and who holds the future value."""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from segkit.checks import check_columns
from segkit.collect.frames import as_ibis
from segkit.errors import DataError
from segkit.figures.axes import percent_ticks
from segkit.figures.base import Caption, figure, is_narrow
from segkit.figures.style import BODY, CONTEXT, INK, MUTED, SMALL, accent, tint
from segkit.i18n import _, format_money, format_number, format_percent, join_sentences, ngettext
from segkit.value.pyramid import value_pyramid

_BANDS = 10


def alive_bands(predictions: Any) -> pd.DataFrame:
    """Count customers in ten bands of their probability of being active, in the engine.

    Parameters
    ----------
    predictions
        Result of ``ClvModel.predict``: a frame with ``p_alive``, 0 to 1. A result of this
        function comes back as it is, so that many customers are counted once only.

    Returns
    -------
    pandas.DataFrame
        ``lower``, ``upper`` (probability), ``n_customers``, ``customer_share``, ``sum_p_alive``
        (expected active customers); ten rows.
    """
    if isinstance(predictions, pd.DataFrame) and "sum_p_alive" in predictions:
        return predictions
    table = as_ibis(predictions, function="plot_p_alive", argument="predictions")
    check_columns("plot_p_alive", table.columns, ["p_alive"])
    table = table.select(p_alive=table["p_alive"].cast("float64"))
    known = table.filter(table["p_alive"].notnull() & ~table["p_alive"].isnan())
    # A probability of exactly 1 belongs to the last band.
    band = ibis.greatest(ibis.least((known["p_alive"] * _BANDS).floor(), _BANDS - 1), 0)
    counted = (
        known.group_by(band=band.cast("int64"))
        .aggregate(n_customers=lambda t: t.count(), sum_p_alive=lambda t: t["p_alive"].sum())
        .to_pandas()
        .set_index("band")
        .reindex(range(_BANDS), fill_value=0)
    )
    total = counted["n_customers"].sum()
    if total == 0:
        raise DataError(
            "plot_p_alive: predictions must have customers with a known p_alive; got none."
        )
    edges = np.arange(_BANDS + 1) / _BANDS
    counted.insert(0, "lower", edges[:-1])
    counted.insert(1, "upper", edges[1:])
    counted.insert(3, "customer_share", counted["n_customers"] / total)
    return counted.reset_index(drop=True)


def _describe_alive(predictions: Any) -> Caption:
    bands = alive_bands(predictions)
    customers, active = bands["n_customers"].sum(), bands["sum_p_alive"].sum()
    title = ngettext(
        "By the model, {active} of {customers} customer is still active ({share})",
        "By the model, {active} of {customers} customers are still active ({share})",
        int(customers),
    ).format(
        active=format_number(active),
        customers=format_number(customers),
        share=format_percent(active / customers),
    )
    sentence = _("{low} to {high}: {share} of customers.")
    listing = [
        sentence.format(
            low=format_percent(band["lower"], 0),
            high=format_percent(band["upper"], 0),
            share=format_percent(band["customer_share"]),
        )
        for _row, band in bands.iterrows()
    ]
    lead = _("Bar chart of customers by their probability of being active.")
    return Caption(
        title=title,
        subtitle=_(
            "Share of customers by probability of still being active, in steps of ten per cent"
        ),
        alt=join_sentences([lead, *listing]),
        data=bands,
    )


@figure(describe=_describe_alive, height=lambda predictions, narrow: 260)
def plot_p_alive(predictions: Any, ax: Axes) -> None:
    """Draw how customers spread over the probability of still being active.

    Parameters
    ----------
    predictions
        Result of ``ClvModel.predict``, with ``p_alive``, or of :func:`alive_bands`.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    bands = alive_bands(predictions)
    likely = bands["lower"] >= 0.5
    colors = np.where(likely, accent(), tint(CONTEXT, 0.75))
    ax.bar(bands["lower"] + 0.05, bands["customer_share"], width=0.088, color=list(colors))
    ax.set_xlim(0, 1)
    ax.set_ylim(0, float(bands["customer_share"].max()) * 1.14)
    percent_ticks(ax, "x", most=4 if is_narrow(ax) else 10)
    ax.grid(False, axis="x")
    percent_ticks(ax, "y", most=4)
    ax.set_xlabel(_("Probability of still being active"), labelpad=2)
    for _row, band in bands.iterrows():
        share = band["customer_share"]
        words = format_number(share * 100, 0 if is_narrow(ax) else 1)
        _over_bar(ax, band["lower"] + 0.05, share, words, strong=band["lower"] >= 0.5)


def _over_bar(ax: Axes, x: float, y: float, text: str, *, strong: bool) -> None:
    ax.annotate(
        text,
        (x, y),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=SMALL,
        color=INK if strong else MUTED,
        fontweight="bold" if strong else "normal",
    )


def clv_deciles(predictions: Any) -> pd.DataFrame:
    """Split customers into tenths by future value: ``decile`` 1 holds the most valuable.

    Parameters
    ----------
    predictions
        Result of ``ClvModel.predict``: a frame with ``customer_id`` and ``clv``. A result of
        this function comes back as it is, so that many customers are ranked once only.

    Returns
    -------
    pandas.DataFrame
        ``decile``, ``n_customers``, ``customer_share``, ``clv`` (currency), ``clv_share``,
        ``mean_clv`` (currency per customer).
    """
    if isinstance(predictions, pd.DataFrame) and "decile" in predictions:
        return predictions
    tiers = value_pyramid(predictions, shares=(0.1,) * 10, value="clv").table
    deciles = tiers[["n_customers", "customer_share", "clv", "clv_share", "mean_clv"]].copy()
    deciles.insert(0, "decile", range(1, 11))
    return deciles


def _describe_deciles(predictions: Any) -> Caption:
    deciles = clv_deciles(predictions)
    first = deciles.iloc[0]
    title = _("The top {people} of customers hold {share} of future value").format(
        people=format_percent(0.1, 0), share=format_percent(first["clv_share"])
    )
    sentence = _("Tenth {decile}: {share} of future value, {mean} per customer.")
    listing = [
        sentence.format(
            decile=format_number(row["decile"]),
            share=format_percent(row["clv_share"]),
            mean=format_money(row["mean_clv"] if row["n_customers"] else 0.0),
        )
        for _row, row in deciles.iterrows()
    ]
    lead = _("Bar chart of the share of future value by tenth of customers, most valuable first.")
    return Caption(
        title=title,
        subtitle=_("Share of future value by tenth of customers, most valuable first, per cent"),
        alt=join_sentences([lead, *listing]),
        data=deciles,
    )


@figure(describe=_describe_deciles, height=lambda predictions, narrow: 260)
def plot_clv_distribution(predictions: Any, ax: Axes) -> None:
    """Draw which share of the future value each tenth of customers holds.

    Parameters
    ----------
    predictions
        Result of ``ClvModel.predict``, or of :func:`clv_deciles`.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    deciles = clv_deciles(predictions)
    shares = deciles["clv_share"]
    colors = [accent(), *[tint(CONTEXT, 0.75)] * 9]
    ax.bar(deciles["decile"], shares, width=0.86, color=colors)
    ax.set_xlim(0.45, 10.55)
    ax.set_ylim(min(0.0, float(shares.min()) * 1.1), float(shares.max()) * 1.14)
    percent_ticks(ax, "y", most=4)
    ax.set_xticks(deciles["decile"], [format_number(decile) for decile in deciles["decile"]])
    ax.tick_params(axis="x", labelcolor=INK, labelsize=BODY)
    ax.set_xlabel(_("Tenth of customers, 1 = most valuable"), labelpad=2)
    for decile, share in zip(deciles["decile"], shares, strict=True):
        words = format_number(share * 100, 0 if is_narrow(ax) and share >= 0.1 else 1)
        _over_bar(ax, decile, max(share, 0.0), words, strong=decile == 1)
