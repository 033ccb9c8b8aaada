"""What sets segments apart: each feature of each segment as an index of the whole."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from segkit.checks import check_columns
from segkit.errors import NothingToShow
from segkit.figures.base import Caption, figure, inner_size, is_narrow
from segkit.figures.grid import Cell, grid_height, shaded_grid
from segkit.figures.intervals import signed_ticks
from segkit.figures.labels import fit_text, one_line, plain, spread, text_width, wrap_text
from segkit.figures.style import BODY, CONTEXT, INK, MUTED, SMALL, SURFACE, WARNING, accent, tint
from segkit.i18n import _, format_number, join_sentences
from segkit.segment.feature_words import feature_label, inside_label

_COLUMNS = ["segment", "feature", "value", "lift", "difference"]
#: A column of the grid needs room for its name: fewer features on a phone.
_MOST, _MOST_NARROW = 7, 4
#: An index of three times or a third of the whole has the full colour.
_STRONG = math.log(3)


def _features(contrasts: Any, most: int, *, needs_index: bool = True) -> pd.DataFrame:
    """Take the features in which the segments differ most, each with an index for all of them."""
    table = contrasts.table
    check_columns("plot_segment_contrasts", table.columns, _COLUMNS)
    table = table[table["segment"].isin(list(contrasts.names))].copy()
    # A flag says the same twice; its "true" is enough.
    table = table[table["value"] != "false"]
    table["what"] = [_what(row) for row in table.to_dict("records")]
    table = table[table["difference"].notna()]
    if needs_index:
        table = table[table["lift"].notna()]
    if table.empty:
        raise NothingToShow(
            "plot_segment_contrasts: contrasts must have a feature above zero; got none. "
            "Name other features in describe_segments."
        )
    # What useful segments differ in comes first; then what is left, a handful included. Each
    # figure goes by what it shows: the index, or standard deviations.
    table["reach"] = (table["lift"] - 1).abs() if needs_index else table["difference"].abs()
    clear = set(contrasts.standing_out().index)
    table["clear"] = table["reach"].where(table.index.isin(clear), 0.0)
    reach = table.groupby("what", sort=False)[["clear", "reach"]].max()
    reach = reach.sort_values(["clear", "reach"], ascending=False, kind="stable")
    kept = list(reach.head(most).index)
    return (
        table[table["what"].isin(kept)]
        .drop(columns="reach")
        .assign(place=lambda rows: rows["what"].map({what: i for i, what in enumerate(kept)}))
    )


def _what(row: dict[str, Any], name: Callable[[str], str] = feature_label) -> str:
    label = name(row["feature"])
    if not row["value"] or row["value"] == "true":
        return label
    return _("{label}: {value}").format(label=label, value=row["value"])


def _describe(contrasts: Any) -> Caption:
    rows = _features(contrasts, _MOST)
    title, top = _nobody(), _headline(rows)
    if top:
        text = _("{name} stand out most: {feature} at {index} where all customers are at 100")
        title = text.format(
            name=one_line(contrasts.names[top["segment"]]),
            feature=one_line(top["what"]),
            index=_index(top["lift"]),
        )
    cell = _("{name}, {feature}: {index}.")
    listing = [
        cell.format(
            name=one_line(contrasts.names[row["segment"]]),
            feature=one_line(row["what"]),
            index=_index(row["lift"]),
        )
        for _row, row in rows.iterrows()
    ]
    lead = _("Grid of segments by features, each as an index of all customers.")
    return Caption(
        title=title,
        subtitle=_(
            "Mean or share in each segment, all customers = 100; the further from 100, the darker"
        ),
        alt=join_sentences([lead, *listing]),
        data=rows.drop(columns=["place", "clear"]),
    )


def _headline(rows: pd.DataFrame) -> dict[str, Any]:
    """Take the largest difference that is clear of chance, in a segment of useful size.

    The rule is that of ``SegmentContrasts.standing_out``; empty where nothing meets it.
    """
    top: dict[str, Any] = rows.loc[rows["clear"].idxmax()].to_dict()
    return top if top["clear"] > 0 else {}


def _nobody() -> str:
    return _("No segment of useful size differs clearly from all customers")


def _index(lift: float) -> str:
    return format_number(lift * 100)


def _height(contrasts: Any, narrow: bool) -> float:
    rows = _features(contrasts, _MOST)
    return grid_height(rows["segment"].nunique(), narrow=narrow)


@figure(describe=_describe, height=_height)
def plot_segment_contrasts(contrasts: Any, ax: Axes) -> None:
    """Draw a grid of segments by the features that tell them apart, as an index of the whole.

    Parameters
    ----------
    contrasts
        A ``SegmentContrasts`` of ``describe_segments``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    rows = _features(contrasts, _MOST_NARROW if is_narrow(ax) else _MOST)
    segments = [segment for segment in contrasts.names if segment in set(rows["segment"])]
    whats = list(rows.sort_values("place")["what"].unique())
    cells = [_cell(row, segments.index(row["segment"])) for row in rows.to_dict("records")]
    shaded_grid(ax, [contrasts.names[segment] for segment in segments], whats, cells)


def _cell(row: dict[str, Any], place: int) -> Cell:
    lift = max(row["lift"], 1e-9)
    strength = max(-1.0, min(math.log(lift) / _STRONG, 1.0))
    return Cell(place, row["place"], _index(row["lift"]), strength, is_bold=abs(strength) > 0.3)


#: A phone has room for fewer features, and lines for fewer than cells.
_MOST_LINES, _MOST_LINES_NARROW = 7, 3


def _describe_snake(contrasts: Any) -> Caption:
    rows = _features(contrasts, _MOST_LINES, needs_index=False)
    title, top = _nobody(), _headline(rows)
    if top:
        text = _(
            "{name} differ most in {feature}: {difference} standard deviations from the average"
        )
        title = text.format(
            name=one_line(contrasts.names[top["segment"]]),
            feature=one_line(_what(top, inside_label)),
            difference=_signed(top["difference"]),
        )
    cell = _("{name}, {feature}: {difference}.")
    listing = [
        cell.format(
            name=one_line(contrasts.names[row["segment"]]),
            feature=one_line(row["what"]),
            difference=_signed(row["difference"]),
        )
        for _row, row in rows.iterrows()
    ]
    lead = _("Lines of the segments over the features, in standard deviations from the average.")
    return Caption(
        title=title,
        subtitle=_("Difference of each segment from all customers, in standard deviations"),
        alt=join_sentences([lead, *listing]),
        data=rows.drop(columns=["place", "clear"]),
    )


def _signed(value: float) -> str:
    sign = "+" if value > 0 else ""
    return sign + format_number(value, 1)


def _snake_height(contrasts: Any, narrow: bool) -> float:
    return max(300, 90 + 17 * contrasts.table["segment"].nunique())


@figure(describe=_describe_snake, height=_snake_height)
def plot_snake(contrasts: Any, ax: Axes) -> None:
    """Draw each segment as a line over the features, in standard deviations from the average.

    The two segments that differ most are coloured, those of a useful size first; each line is
    named where it ends.

    Parameters
    ----------
    contrasts
        A ``SegmentContrasts`` of ``describe_segments``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    narrow = is_narrow(ax)
    rows = _features(contrasts, _MOST_LINES_NARROW if narrow else _MOST_LINES, needs_index=False)
    wide = rows.pivot_table(index="segment", columns="place", values="difference")
    wide = wide.loc[[segment for segment in contrasts.names if segment in wide.index]]
    whats = list(rows.sort_values("place")["what"].unique())
    size = max(float(wide.abs().max().max()), 0.5) * 1.1
    ax.set_ylim(min(float(wide.min().min()) * 1.15, -0.3 * size), float(wide.max().max()) * 1.1)
    signed_ticks(ax, "y", _signed, most=6)
    ax.set_xticks(range(len(whats)), [" "] * len(whats))
    width = inner_size(ax)[0]
    room = 128.0 if narrow else _room(contrasts.names.values(), width)
    step = (width - room) / max(len(whats) - 0.5, 0.5)
    ax.set_xlim(-0.5, -0.5 + width / step)
    heads = [wrap_text(one_line(what), step - 8, lines=4, size=SMALL) for what in whats]
    ax.set_xticks(range(len(whats)), heads)
    ax.tick_params(axis="x", labelcolor=INK, labelsize=SMALL)
    rows = rows.assign(reach=rows["difference"].abs())
    reach = rows.groupby("segment", sort=False)[["clear", "reach"]].max()
    reach = reach.sort_values(["clear", "reach"], ascending=False, kind="stable")
    _lines(ax, wide, contrasts.names, room - 22, list(reach.index[:2]))


def _room(names: Iterable[str], width: float) -> float:
    """Give the names beside the lines the room they need, up to two fifths of the figure."""
    longest = max(text_width(plain(one_line(name)), weight="bold") for name in names)
    return min(max(170.0, longest + 30), 0.4 * width)


def _lines(
    ax: Axes, wide: pd.DataFrame, names: Mapping[str, str], room: float, first: list[str]
) -> None:
    height, size = inner_size(ax)[1], SMALL if is_narrow(ax) else BODY
    low, high = ax.get_ylim()
    scale = (high - low) / height
    colors = dict(zip(first, (accent(), WARNING), strict=False))
    last = wide.columns[-1]
    ends = wide.ffill(axis=1).iloc[:, -1].fillna(0.0)
    places = spread([(end - low) / scale for end in ends], 15, low=8, high=height - 8)
    for segment, place in zip(wide.index, places, strict=True):
        color = colors.get(segment, "")
        look: dict[str, Any] = {"linewidth": 2.2 if color else 1.4, "zorder": 3 if color else 2}
        line = color or tint(CONTEXT, 0.85)
        ax.plot(wide.columns, wide.loc[segment], "o-", color=line, markersize=5, **look)
        at = place * scale + low
        ax.plot([last + 0.05, last + 0.2], [ends[segment], at], color=line, linewidth=0.8)
        ax.annotate(
            fit_text(one_line(names[segment]), room, size), (last + 0.2, at), xytext=(4, 0),
            textcoords="offset points", va="center_baseline", fontsize=size,
            color=color or MUTED, fontweight="bold" if color else "normal",
            bbox={"facecolor": SURFACE, "edgecolor": "none", "pad": 0.8},
        )  # fmt: skip
