"""The customer pyramid: people in each tier against what they bring."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from segkit.figures.axes import fit_ends, label_mark, name_rows
from segkit.figures.base import Caption, figure, inner_size, is_narrow
from segkit.figures.labels import text_width
from segkit.figures.style import BODY, CONTEXT, INK, MUTED, accent, tint
from segkit.i18n import _, format_percent, join_sentences
from segkit.value.words import value_word


def _tiers(pyramid: Any) -> pd.DataFrame:
    wanted = ["tier", "name", "n_customers", "customer_share", f"{pyramid.value}_share"]
    table = pyramid.table
    return table[[*wanted, *(["profit_share"] if "profit_share" in table else [])]]


def _describe_pyramid(pyramid: Any) -> Caption:
    tiers = _tiers(pyramid)
    filled = tiers[tiers["n_customers"] > 0]
    top = filled.iloc[0]
    word = value_word(pyramid.value)
    title = _("{name}: {people} of customers, {share} of {value}").format(
        name=top["name"],
        people=format_percent(top["customer_share"]),
        share=format_percent(top[f"{pyramid.value}_share"]),
        value=word,
    )
    sentence = _("{name}: {people} of customers, {share} of {value}.")
    with_profit = _("{name}: {people} of customers, {share} of {value}, {profit} of profit.")
    listing = [
        (with_profit if "profit_share" in tiers else sentence).format(
            name=row["name"],
            people=format_percent(row["customer_share"]),
            share=format_percent(row[f"{pyramid.value}_share"]),
            value=word,
            profit=format_percent(row.get("profit_share", 0.0)),
        )
        for _row, row in tiers.iterrows()
    ]
    lead = _("Bar chart of customer tiers, best first, with their shares.")
    return Caption(
        title=title,
        subtitle=_("Share of customers and of {value} by tier, customers ranked by {value}").format(
            value=word
        ),
        alt=join_sentences([lead, *listing]),
        data=tiers,
    )


def _bars(pyramid: Any) -> list[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """List what is drawn per tier: column, wording, look of the bar, look of its label."""
    share = _("{share} of {value}")
    bars = [
        (
            "customer_share",
            _("{share} of customers"),
            {"color": tint(CONTEXT, 0.5)},
            {"color": MUTED},
        ),
        (
            f"{pyramid.value}_share",
            share.replace("{value}", value_word(pyramid.value)),
            {"color": accent()},
            {"color": INK, "fontweight": "bold"},
        ),
    ]
    if "profit_share" in pyramid.table:
        words = share.replace("{value}", value_word("profit"))
        bars.append(("profit_share", words, {"color": tint(accent(), 0.45)}, {"color": INK}))
    return bars


def _pyramid_height(pyramid: Any, narrow: bool) -> float:
    per_tier = 21 * len(_bars(pyramid)) + (34 if narrow else 20)
    return 10 + per_tier * len(pyramid.table)


@figure(describe=_describe_pyramid, height=_pyramid_height)
def plot_pyramid(pyramid: Any, ax: Axes) -> None:
    """Draw each tier's share of customers above its share of value (and profit).

    Parameters
    ----------
    pyramid
        A ``ValuePyramid``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    tiers, bars = _tiers(pyramid), _bars(pyramid)
    narrow = is_narrow(ax)
    name_rows(ax, list(tiers["name"]), rise=0.36)
    ax.set_xticks([])
    room = 0.58 if narrow else 0.72
    thick = room / len(bars)
    marks: list[tuple[Any, ...]] = []
    for column, words, look, text_look in bars:
        offset = (len(marks) - (len(bars) - 1) / 2) * thick + (0.13 if narrow else 0.0)
        marks.append((tiers.index.to_numpy() + offset, tiers[column], words, look, text_look))
    right = [
        (max(share, 0.0), text_width(words.format(share=format_percent(share)), BODY, "bold"))
        for _at, shares, words, _look, _text in marks
        for share in shares
    ]
    low, high = fit_ends(inner_size(ax)[0], [], right)
    # A tier may cost more than it brings: its bar goes left of zero.
    ax.set_xlim(min(low, min(min(shares) for _at, shares, *_rest in marks) * 1.05), high)
    for at, shares, words, look, text_look in marks:
        ax.barh(at, shares, height=thick * 0.86, **look)
        for y, share in zip(at, shares, strict=True):
            text = words.format(share=format_percent(share))
            label_mark(ax, text, (max(share, 0.0), y), "right", **text_look)
    if min(min(shares) for _at, shares, *_rest in marks) < 0:
        ax.axvline(0, color=CONTEXT, linewidth=1)
