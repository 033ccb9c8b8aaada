"""A forecast against what happened: models fitted on the past, tested on the months after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from segkit.checks import check_columns
from segkit.clv.notes import MODEL_TITLES
from segkit.errors import DataError
from segkit.figures.axes import GAP, count_ticks
from segkit.figures.base import Caption, figure, inner_size, is_narrow
from segkit.figures.labels import one_line, spread, text_width
from segkit.figures.style import BODY, CONTEXT, INK, MUTED, SMALL, SURFACE, accent
from segkit.i18n import _, format_number, format_percent, join_sentences, ngettext
from segkit.value.words import count_customers, count_repeats

_DASHES = [(0, (6, 2)), (0, (2, 2)), (0, (6, 2, 1, 2)), (0, (1, 1))]
_ACTUAL: dict[str, Any] = {"color": INK, "linewidth": 2.4, "zorder": 5}
_LINE = 16


def model_name(model: str) -> str:
    """Name a model as the literature does."""
    return MODEL_TITLES.get(model, one_line(model))


def _frame(check: Any, name: str, columns: list[str], function: str) -> pd.DataFrame:
    frame = getattr(check, name)
    check_columns(function, frame.columns, columns)
    if frame.empty:
        raise DataError(f"{function}: check.{name} must have rows; got none.")
    return frame[columns].reset_index(drop=True)


def _models(check: Any, frame: pd.DataFrame) -> list[str]:
    """Order models as in the check's table: the first is the one the figure speaks of."""
    drawn = set(frame["model"])
    return [str(model) for model in check.table["model"] if model in drawn]


def _looks(models: Sequence[str]) -> dict[str, dict[str, Any]]:
    looks: dict[str, dict[str, Any]] = {
        models[0]: {"color": accent(), "linewidth": 2.0, "linestyle": "-", "zorder": 4}
    }
    for position, model in enumerate(models[1:]):
        dashes = _DASHES[position % len(_DASHES)]
        looks[model] = {"color": CONTEXT, "linewidth": 1.6, "linestyle": dashes, "zorder": 3}
    return looks


def _tracking(check: Any) -> pd.DataFrame:
    columns = ["model", "week", "actual_cumulative", "expected_cumulative"]
    frame = _frame(check, "tracking", columns, "plot_holdout_tracking")
    return frame.sort_values(["model", "week"], kind="stable", ignore_index=True)


def _border_week(check: Any) -> float | None:
    """Week in which the calibration ends, if the tracking reaches back before it."""
    days = check.split.get("calibration_days")
    return None if days is None else float(days) / 7


def _miss_in_words(model: str, expected: float, actual: float, weeks: float) -> str:
    shown = round(weeks)
    if actual <= 0:
        words = ngettext(
            "{model} expected {purchases} in {weeks} test week; none came",
            "{model} expected {purchases} in {weeks} test weeks; none came",
            shown,
        )
        share = 0.0
    else:
        fewer = ngettext(
            "{model} expected {share} fewer repeat purchases than came in {weeks} test week",
            "{model} expected {share} fewer repeat purchases than came in {weeks} test weeks",
            shown,
        )
        more = ngettext(
            "{model} expected {share} more repeat purchases than came in {weeks} test week",
            "{model} expected {share} more repeat purchases than came in {weeks} test weeks",
            shown,
        )
        share = expected / actual - 1
        words = fewer if share < 0 else more
    return words.format(
        model=model,
        purchases=count_repeats(expected),
        share=format_percent(abs(share)),
        weeks=format_number(weeks),
    )


def _describe_tracking(check: Any) -> Caption:
    frame = _tracking(check)
    split, table = check.split, check.table.set_index("model")
    focus = _models(check, frame)[0]
    title = _miss_in_words(
        model_name(focus),
        float(table.loc[focus, "expected"]),
        float(table.loc[focus, "actual"]),
        float(split["holdout_days"]) / 7,
    )
    sentence = _("{model}: {expected} expected, {actual} came in the test period.")
    listing = [
        sentence.format(
            model=model_name(model),
            expected=format_number(table.loc[model, "expected"]),
            actual=format_number(table.loc[model, "actual"]),
        )
        for model in _models(check, frame)
    ]
    lead = _("Line chart of cumulative repeat purchases by week, actual and expected by model.")
    return Caption(
        title=title,
        subtitle=_("Cumulative repeat purchases of all customers by week, actual and expected"),
        alt=join_sentences([lead, *listing]),
        data=frame,
    )


@figure(describe=_describe_tracking, height=lambda check, narrow: 320 if narrow else 340)
def plot_holdout_tracking(check: Any, ax: Axes) -> None:
    """Draw cumulative repeat purchases week by week, actual against each model.

    A vertical line marks where the calibration ends: right of it, the models have not seen
    what they are held against.

    Parameters
    ----------
    check
        A ``HoldoutCheck``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    frame = _tracking(check)
    models = _models(check, frame)
    looks = _looks(models)
    first = frame[frame["model"] == models[0]]
    ends = [(_("Actual"), float(first["actual_cumulative"].iloc[-1]), INK)]
    lines = [(first["week"], first["actual_cumulative"], _ACTUAL)]
    for model in models:
        line = frame[frame["model"] == model]
        lines.append((line["week"], line["expected_cumulative"], looks[model]))
        color = accent() if model == models[0] else MUTED
        ends.append((model_name(model), float(line["expected_cumulative"].iloc[-1]), color))
    top = max(float(y.max()) for _x, y, _look in lines)
    start, last = float(frame["week"].min()), float(frame["week"].max())
    ax.set_ylim(0, top * 1.08 or 1)
    ax.set_xlim(min(start, 0 if start < 5 else start), last)
    ax.set_xlabel(_("Week"), labelpad=2)
    count_ticks(ax, "y", most=4 if is_narrow(ax) else 6)
    _end_room(ax, [name for name, _value, _color in ends])
    count_ticks(ax, "x", most=5 if is_narrow(ax) else 9)
    ax.xaxis.set_ticks([tick for tick in ax.get_xticks() if tick <= last])
    ax.grid(False, axis="x")
    for x, y, look in lines:
        ax.plot(x, y, **look)
    _mark_border(ax, check, start, last)
    _name_ends(ax, last, ends)


def _mark_border(ax: Axes, check: Any, start: float, last: float) -> None:
    border = _border_week(check)
    if border is None or not start < border < last:
        return
    ax.axvline(border, color=CONTEXT, linewidth=1, linestyle=(0, (3, 3)), zorder=1)
    seen, test = _("← models fitted"), _("models tested →")
    if is_narrow(ax):
        seen, test = _("← fitted"), _("tested →")
    for text, shift, side in [(seen, -5, "right"), (test, 5, "left")]:
        ax.annotate(
            text,
            (border, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(shift, -2),
            textcoords="offset points",
            ha=side,
            va="top",
            fontsize=SMALL,
            color=MUTED,
        )


def _end_room(ax: Axes, names: list[str]) -> None:
    """Widen the x axis so that line names fit right of the last point."""
    low, high = ax.get_xlim()
    width = inner_size(ax)[0]
    room = max(text_width(name, BODY, "bold") for name in names) + GAP + 4
    ax.set_xlim(low, low + (high - low) * width / (width - room))


def _name_ends(ax: Axes, last: float, ends: list[tuple[str, float, str]]) -> None:
    """Name lines at their right ends, moved apart where they end close to each other."""
    height = inner_size(ax)[1]
    low, high = ax.get_ylim()
    wish = [height * (value - low) / (high - low) for _name, value, _color in ends]
    for (name, _value, color), y in zip(
        ends, spread(wish, _LINE, low=_LINE / 2, high=height - _LINE / 2), strict=True
    ):
        ax.annotate(
            name,
            (last, y / height),
            xycoords=("data", "axes fraction"),
            xytext=(GAP, 0),
            textcoords="offset points",
            va="center_baseline",
            ha="left",
            fontsize=BODY,
            fontweight="bold" if color != MUTED else "normal",
            color=color,
            bbox={"facecolor": SURFACE, "edgecolor": "none", "pad": 0.6},
        )


def _by_frequency(check: Any) -> pd.DataFrame:
    columns = ["model", "frequency", "n_customers", "actual_mean", "expected_mean"]
    frame = _frame(check, "by_frequency", columns, "plot_holdout_by_frequency")
    return frame.assign(frequency=frame["frequency"].astype(str))


def _repeats(frequency: str) -> str:
    """Count purchases by the name of a class: its last one, ``7+``, stands for several."""
    n = int(frequency) if frequency.isdigit() else 2
    return ngettext("{n} repeat purchase", "{n} repeat purchases", n).format(n=frequency)


def _describe_by_frequency(check: Any) -> Caption:
    frame = _by_frequency(check)
    focus = _models(check, frame)[0]
    rows = frame[(frame["model"] == focus) & (frame["n_customers"] > 0)]
    most = rows.loc[rows["n_customers"].idxmax()]
    title = _(
        "{customers} with {purchases}: {actual} more each, {expected} expected by {model}"
    ).format(
        customers=count_customers(int(most["n_customers"])),
        purchases=_repeats(most["frequency"]),
        actual=format_number(most["actual_mean"], 2),
        model=model_name(focus),
        expected=format_number(most["expected_mean"], 2),
    )
    sentence = _("{frequency} before: {actual} came, {expected} expected.")
    listing = [
        sentence.format(
            frequency=row["frequency"],
            actual=format_number(row["actual_mean"], 2),
            expected=format_number(row["expected_mean"], 2),
        )
        for _row, row in rows.iterrows()
    ]
    lead = _("Chart of mean purchases in the test period, with the expectation of {model}.")
    subtitle = _("Mean purchases per customer in the test period, by repeat purchases before it")
    return Caption(
        title=title,
        subtitle=subtitle,
        alt=join_sentences([lead.format(model=model_name(focus)), *listing]),
        data=frame,
    )


@figure(describe=_describe_by_frequency, height=lambda check, narrow: 300 if narrow else 330)
def plot_holdout_by_frequency(check: Any, ax: Axes) -> None:
    """Draw mean purchases in the test period by earlier purchases, actual against expected.

    Parameters
    ----------
    check
        A ``HoldoutCheck``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    frame = _by_frequency(check)
    models = _models(check, frame)
    looks = _looks(models)
    first = frame[(frame["model"] == models[0]) & (frame["n_customers"] > 0)]
    labels = list(first["frequency"])
    at = np.arange(len(labels))
    top = float(frame[["actual_mean", "expected_mean"]].max().max())
    ax.set_ylim(0, top * 1.1 or 1)
    ax.set_xlim(-0.45, len(labels) - 0.75)
    ax.set_xlabel(_("Repeat purchases in the calibration period"), labelpad=2)
    count_ticks(ax, "y", most=5)
    ends = [(_("Actual"), float(first["actual_mean"].iloc[-1]), INK)]
    for model in models:
        rows = frame[frame["model"] == model].set_index("frequency")
        line = rows["expected_mean"].reindex(labels)
        color = accent() if model == models[0] else MUTED
        ends.append((model_name(model), float(line.iloc[-1]), color))
        ax.plot(at, line, marker="o", markersize=4.5, **looks[model])
    ax.plot(at, first["actual_mean"], marker="o", markersize=5.5, **_ACTUAL)
    ax.set_xticks(at, labels)
    ax.tick_params(axis="x", labelcolor=INK, labelsize=BODY)
    _end_room(ax, [name for name, _value, _color in ends])
    _name_ends(ax, at[-1], ends)
