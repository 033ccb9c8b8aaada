"""How far a predicted outcome can be trusted: gain, lift, and predicted against observed."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from segkit.checks import check_columns
from segkit.errors import DataError
from segkit.figures.axes import number_ticks, percent_ticks
from segkit.figures.base import Caption, figure, inner_size, is_narrow
from segkit.figures.labels import text_width
from segkit.figures.style import BODY, CONTEXT, INK, MUTED, SMALL, SURFACE, WARNING, accent, tint
from segkit.i18n import _, format_number, format_percent, join_sentences, ngettext
from segkit.segment.trees.scores import gain_table
from segkit.uncertainty import share_of_count

_GAIN = ["tenth", "n_customers", "n_outcomes", "lift", "cumulative_customers", "cumulative_gain"]


def _model(result: Any) -> Any:
    """Give the tree's model, of an outlook too."""
    return getattr(result, "model", result)


def _gains(model: Any, function: str) -> pd.DataFrame:
    """Add to the tenths the interval of what is reached, given how many have the outcome."""
    check_columns(function, model.gain.columns, _GAIN)
    table = model.gain.dropna(subset=["cumulative_gain"])
    total = float(table["n_outcomes"].sum())
    if not total:
        raise DataError(
            f"{function}: model must be tested on customers with the outcome; got none."
        )
    reached = table["n_outcomes"].cumsum()
    shares = [share_of_count(min(float(count), total), total) for count in reached]
    rate = total / float(table["n_customers"].sum())
    own = [
        share_of_count(min(float(hits), float(n)), int(n))
        for hits, n in zip(table["n_outcomes"], table["n_customers"], strict=True)
    ]
    return table.assign(
        gain_low=[share.low for share in shares],
        gain_high=[share.high for share in shares],
        lift_low=[share.low / rate for share in own],
        lift_high=[share.high / rate for share in own],
    )


def _fine(model: Any, score: str = "probability") -> pd.DataFrame:
    """Give the line of gains by hundredths: tenths would hide what a single question finds."""
    tested = model.tested
    outcome = tested["outcome"].to_numpy(dtype="float64")
    table = gain_table(outcome, tested[score].to_numpy(dtype="float64"), parts=100)
    total = float(outcome.sum())
    shares = [share_of_count(min(gain, 1.0) * total, total) for gain in table["cumulative_gain"]]
    rows = pd.DataFrame(
        {
            "people": table["cumulative_customers"],
            "gain": table["cumulative_gain"],
            "low": [share.low for share in shares],
            "high": [share.high for share in shares],
        }
    )
    start = pd.DataFrame([dict.fromkeys(rows.columns, 0.0)])
    return pd.concat([start, rows], ignore_index=True)


def _describe_gain(result: Any) -> Caption:
    table = _gains(_model(result), "plot_gain")
    third = table.iloc[min(2, len(table) - 1)]
    people, share = third["cumulative_customers"], third["cumulative_gain"]
    title = _("The likeliest {people} of customers hold {share} of those with the outcome")
    if result is not _model(result):
        # The cut that the summary speaks of: the rules above the average.
        title = _("No group of customers bought clearly more often than the average")
        if (lead := result.lead) is not None:
            title = _("The likeliest {people} of customers hold {share} of those who bought again")
            people, share = lead.people, lead.gain.value
    elif (found := result.standout) and found.segment == result.rules["segment"].iloc[0]:
        # The cut that the summary speaks of, where the line begins with it.
        people, share = found.people, found.people * found.lift
    words = {"people": format_percent(people, 0), "share": format_percent(share, 0)}
    sentence = _("First {people}: {share}.")
    listing = [
        sentence.format(
            people=format_percent(row["cumulative_customers"], 0),
            share=format_percent(row["cumulative_gain"]),
        )
        for _row, row in table.iterrows()
    ]
    lead = _("Line of the share of outcomes reached by the share of customers approached.")
    return Caption(
        title=title.format(**words),
        subtitle=_(
            "Share of those with the outcome by share of customers approached, likeliest first, "
            "with its 95 % interval; grey: without a model, dashed: best single question"
        ),
        alt=join_sentences([lead, *listing]),
        data=table,
    )


@figure(describe=_describe_gain, height=lambda _model, narrow: 300 if narrow else 380)
def plot_gain(model: Any, ax: Axes) -> None:
    """Draw how many of those with the outcome are reached by approaching the likeliest first.

    Parameters
    ----------
    model
        A ``TreeModel``, from ``fit_tree``, or a ``NextPurchase``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    model = _model(model)
    table = _gains(model, "plot_gain")
    fine, single = _fine(model), _fine(model, "single_rule")
    ax.set_xlim(0, 1.005)
    ax.set_ylim(0, 1.03)
    percent_ticks(ax, "x", most=5)
    percent_ticks(ax, "y", most=5)
    band = [fine[end] for end in ("low", "high")]
    ax.fill_between(fine["people"], *band, color=tint(accent(), 0.22), linewidth=0, zorder=1)
    ax.plot([0, 1], [0, 1], color=CONTEXT, linewidth=1.4, zorder=2)
    dashed: dict[str, Any] = {"color": MUTED, "linewidth": 1.4, "linestyle": (0, (4, 3))}
    ax.plot(single["people"], single["gain"], zorder=2, **dashed)
    people, gain = list(table["cumulative_customers"]), list(table["cumulative_gain"])
    ax.plot(fine["people"], fine["gain"], color=accent(), linewidth=2.2, zorder=3)
    ax.plot(people, gain, "o", color=accent(), markersize=5, zorder=3)
    ax.set_xlabel(_("Share of customers approached"), fontsize=SMALL, color=MUTED, labelpad=4)
    look: dict[str, Any] = {"textcoords": "offset points", "fontsize": BODY, "va": "center"}
    words = _("the model, on customers it never saw")
    if model.sample.as_they_were:
        words = _("the model, on customers as they were later")
    words = _("the model") if is_narrow(ax) else words
    # Left of the curve there is room for it only from some point on.
    width = inner_size(ax)[0] if not is_narrow(ax) else 0.0
    needed = (text_width(words) + 16) / width * 1.005 if width else 0.0
    at = next((i for i in range(2, len(people)) if people[i] >= needed), len(people) - 1)
    ax.annotate(words, (people[at], gain[at]), xytext=(-8, 14), ha="right", color=accent(), **look)
    ax.annotate(_("without a model"), (0.7, 0.7), xytext=(10, -12), ha="left", color=MUTED, **look)


def _describe_lift(model: Any) -> Caption:
    table = _gains(_model(model), "plot_lift")
    first = table.iloc[0]
    title = _("The likeliest tenth has {lift} times the average share with the outcome").format(
        lift=format_number(first["lift"], 1)
    )
    sentence = _("Tenth {tenth}: {lift} times the average.")
    listing = [
        sentence.format(tenth=format_number(row["tenth"]), lift=format_number(row["lift"], 2))
        for _row, row in table.iterrows()
    ]
    lead = _("Bar chart of the share with the outcome by tenth of customers, likeliest first.")
    return Caption(
        title=title,
        subtitle=_("Share with the outcome by tenth of customers, average = 1, 95 % interval"),
        alt=join_sentences([lead, *listing]),
        data=table,
    )


@figure(describe=_describe_lift, height=lambda _model, narrow: 280)
def plot_lift(model: Any, ax: Axes) -> None:
    """Draw by tenth of customers how much more often the outcome occurs than on average.

    Parameters
    ----------
    model
        A ``TreeModel``, from ``fit_tree``, or a ``NextPurchase``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    table = _gains(_model(model), "plot_lift")
    narrow = is_narrow(ax)
    above = [lift >= 1 for lift in table["lift"]]
    colors = [tint(accent(), 0.85) if more else tint(CONTEXT, 0.6) for more in above]
    ax.bar(table["tenth"], table["lift"], width=0.8, color=colors, zorder=2)
    high = table["lift_high"].fillna(table["lift"]).clip(lower=table["lift"])
    ax.vlines(table["tenth"], table["lift_low"], high, color=INK, linewidth=1.2, zorder=3)
    ax.set_xlim(0.4, len(table) + 0.6)
    ax.set_ylim(0, float(high.max()) * 1.15 + 0.15)
    number_ticks(ax, "y", lambda lift: format_number(lift, 1 if lift % 1 else 0), most=5)
    ax.axhline(1, color=MUTED, linewidth=1.2, linestyle=(0, (4, 3)), zorder=4)
    ax.set_xticks(table["tenth"], [format_number(tenth) for tenth in table["tenth"]])
    ax.tick_params(axis="x", labelcolor=INK, labelsize=BODY)
    words = _("Tenth of customers, 1 = most likely")
    ax.set_xlabel(words, fontsize=SMALL, color=MUTED, labelpad=4)
    for tenth, lift, end in zip(table["tenth"], table["lift"], high, strict=True):
        ax.annotate(
            format_number(lift, 1), (tenth, end), xytext=(0, 3), textcoords="offset points",
            ha="center", va="bottom", fontsize=SMALL if narrow else BODY,
            color=INK if lift >= 1 else MUTED, fontweight="bold" if tenth == 1 else "normal",
            zorder=5, bbox={"facecolor": SURFACE, "edgecolor": "none", "pad": 0.6},
        )  # fmt: skip


def _reliability(model: Any) -> pd.DataFrame:
    model = _model(model)
    columns = ["predicted", "observed", "observed_low", "observed_high", "agrees", "n_customers"]
    check_columns("plot_calibration", model.reliability.columns, columns)
    if model.reliability.empty:
        raise DataError("plot_calibration: model must be tested on customers; got none.")
    return model.reliability


def _describe_calibration(model: Any) -> Caption:
    table = _reliability(model)
    n, off = len(table), int((~table["agrees"].astype(bool)).sum())
    title = _("Predicted shares come true: they agree with what was observed in every group")
    if off:
        text = ngettext(
            "Predicted shares are {gap} points off on average, clearly so in {off} of {n} group",
            "Predicted shares are {gap} points off on average, clearly so in {off} of {n} groups",
            n,
        )
        weights = table["n_customers"] / table["n_customers"].sum()
        gap = float(((table["predicted"] - table["observed"]).abs() * weights).sum())
        facts = {"gap": format_number(gap * 100, 1), "off": format_number(off)}
        title = text.format(n=format_number(n), **facts)
    sentence = _("Predicted {predicted}, observed {observed} ({low} to {high}).")
    listing = [
        sentence.format(
            predicted=format_percent(row["predicted"]),
            observed=format_percent(row["observed"]),
            low=format_percent(row["observed_low"]),
            high=format_percent(row["observed_high"]),
        )
        for _row, row in table.iterrows()
    ]
    lead = _("Chart of observed against predicted shares with the outcome.")
    return Caption(
        title=title,
        subtitle=_(
            "Observed share with its 95 % interval against the predicted one; on the line both "
            "are equal, brown: they disagree"
        ),
        alt=join_sentences([lead, *listing]),
        data=table,
    )


@figure(describe=_describe_calibration, height=lambda _model, narrow: 320 if narrow else 380)
def plot_calibration(model: Any, ax: Axes) -> None:
    """Draw observed against predicted shares, with the groups in which they disagree marked.

    Parameters
    ----------
    model
        A ``TreeModel``, from ``fit_tree``, or a ``NextPurchase``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    table = _reliability(model)
    most = float(table[["predicted", "observed_high"]].max().max())
    limit = min(max(most * 1.06, 0.01), 1.03)
    ax.set_xlim(0, limit)
    ax.set_ylim(0, limit)
    percent_ticks(ax, "x", most=5)
    percent_ticks(ax, "y", most=5)
    ax.plot([0, limit], [0, limit], color=CONTEXT, linewidth=1.4, zorder=1)
    width = inner_size(ax)[0]
    for row in table.itertuples(index=False):
        color = accent() if row.agrees else WARNING
        ends = [row.observed_low, row.observed_high]
        ax.plot([row.predicted] * 2, ends, color=tint(color, 0.45), linewidth=4, zorder=2)
        ax.plot([row.predicted], [row.observed], "o", color=color, markersize=8, zorder=3)
    look: dict[str, Any] = {"fontsize": SMALL, "color": MUTED, "labelpad": 4}
    ax.set_xlabel(_("Predicted share"), **look)
    ax.set_ylabel(_("Observed share"), **look)
    text = _("predicted = observed")
    if width > 240:
        ax.annotate(
            text, (limit * 0.94, limit * 0.94), xytext=(-16, 8), textcoords="offset points",
            ha="right", va="bottom", fontsize=SMALL, color=MUTED,
        )  # fmt: skip
