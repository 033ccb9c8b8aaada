"""Why there are so many clusters: the evidence for each number, and how clear each segment is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from segkit.checks import check_columns
from segkit.errors import DataError, NothingToShow
from segkit.figures.axes import name_rows, percent_ticks
from segkit.figures.base import Caption, figure, inner_size, is_narrow
from segkit.figures.cluster_plane import ClusterView
from segkit.figures.intervals import rows_height, signed_ticks
from segkit.figures.labels import fit_text, one_line, text_width
from segkit.figures.style import (
    BODY,
    CONTEXT,
    INK,
    MUTED,
    SMALL,
    SURFACE,
    WARNING,
    accent,
    ink_on,
    tint,
)
from segkit.i18n import _, format_number, format_percent, join_sentences, ngettext

_COLUMNS = ["k", "silhouette", "silhouette_normal", "silhouette_box", "gap", "gap_error"]
_COLUMNS += ["stability_jaccard", "smallest_share"]
#: Least overlap of a segment that comes back; see ``segkit.segment.clusters.choice``.
_STABLE = 0.75
_PANEL = 168


def _evidence(clustering: Any) -> pd.DataFrame:
    table = clustering.evidence
    check_columns("plot_cluster_evidence", table.columns, _COLUMNS)
    if table.empty:
        raise NothingToShow(
            "plot_cluster_evidence: clustering must have evidence; got none, for there were too "
            "few customers, or one segment was asked for."
        )
    table = table.drop_duplicates("k").sort_values("k", ignore_index=True)
    reference = table[["silhouette_normal", "silhouette_box"]].max(axis=1)
    return table.assign(reference=reference)


def _describe_evidence(clustering: Any) -> Caption:
    table = _evidence(clustering)
    k = clustering.chosen.k
    title = _("The evidence speaks for no clusters: all customers are one segment")
    if k > 1:
        title = ngettext(
            "The evidence speaks for {k} segment", "The evidence speaks for {k} segments", k
        ).format(k=format_number(k))
        if clustering.chosen.reason == "given":
            text = ngettext("{k} segment, as asked for", "{k} segments, as asked for", k)
            title = text.format(k=format_number(k))
    sentence = _(
        "{k}: silhouette {silhouette}, without structure {reference}; least stable segment "
        "{stability}; smallest segment {share}."
    )
    listing = [
        sentence.format(
            k=format_number(row["k"]),
            silhouette=format_number(row["silhouette"], 2),
            reference=format_number(row["reference"], 2),
            stability=format_number(row["stability_jaccard"], 2),
            share=format_percent(row["smallest_share"]),
        )
        for _row, row in table.iterrows()
    ]
    lead = _("Four charts of the evidence by number of segments.")
    return Caption(
        title=title,
        subtitle=_(
            "By number of segments, the chosen one marked; grey or dashed: what data without "
            "structure reach, or what is needed"
        ),
        alt=join_sentences([lead, *listing]),
        data=table,
    )


@figure(
    describe=_describe_evidence, height=lambda _found, narrow: _PANEL * (4 if narrow else 2) + 10
)
def plot_cluster_evidence(clustering: Any, ax: Axes) -> None:
    """Draw silhouette, gap, stability and smallest segment for each number of segments.

    Parameters
    ----------
    clustering
        A ``Clustering``, from ``cluster_customers``.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    table = _evidence(clustering)
    least = float(clustering.chosen.figures.get("min_share", 0.0))
    panels: list[tuple[str, Callable[[Axes], None]]] = [
        (_("Silhouette: how far apart"), lambda panel: _silhouettes(panel, table)),
        (_("Gap over data without structure"), lambda panel: _gaps(panel, table)),
        (_("Least stable segment (Jaccard)"), lambda panel: _stability(panel, table)),
        (_("Smallest segment"), lambda panel: _smallest(panel, table, least)),
    ]
    ax.set_xticks([])
    ax.set_yticks([])
    across = 1 if is_narrow(ax) else 2
    down = len(panels) // across
    width, height = inner_size(ax)
    left, top, bottom = 44 / width, 26 / height, 24 / height
    for place, (title, paint) in enumerate(panels):
        x, y = (place % across) / across, 1 - (place // across + 1) / down
        size = (1 / across - left - 14 / width, 1 / down - top - bottom)
        panel = ax.inset_axes((x + left, y + bottom, *size))
        _empty(panel, table, clustering.chosen.k)
        paint(panel)
        panel.annotate(
            fit_text(title, size[0] * width + 40), (0, 1), xycoords="axes fraction",
            xytext=(-40, 8), textcoords="offset points", color=INK, fontsize=BODY,
        )  # fmt: skip


def _empty(panel: Axes, table: pd.DataFrame, chosen: int) -> None:
    for side in panel.spines.values():
        side.set_visible(False)
    panel.patch.set_visible(False)
    panel.tick_params(length=0, labelsize=SMALL, pad=4, labelcolor=MUTED)
    panel.set_xlim(table["k"].min() - 0.5, table["k"].max() + 0.5)
    panel.set_xticks(table["k"], [format_number(k) for k in table["k"]])
    if chosen in set(table["k"]):
        panel.axvspan(chosen - 0.4, chosen + 0.4, color=tint(accent(), 0.12), linewidth=0, zorder=0)


def _line(panel: Axes, table: pd.DataFrame, column: str) -> None:
    panel.plot(table["k"], table[column], "o-", color=accent(), linewidth=2, markersize=5, zorder=3)


def _silhouettes(panel: Axes, table: pd.DataFrame) -> None:
    _line(panel, table, "silhouette")
    panel.plot(table["k"], table["reference"], "o-", color=CONTEXT, linewidth=1.4, markersize=3.5)
    _range(panel, table[["silhouette", "reference"]].to_numpy(), low=0.0)
    signed_ticks(panel, "y", lambda value: format_number(value, 2), most=4)


def _gaps(panel: Axes, table: pd.DataFrame) -> None:
    _line(panel, table, "gap")
    error = table["gap_error"]
    panel.vlines(
        table["k"], table["gap"] - error, table["gap"] + error,
        color=tint(accent(), 0.45), linewidth=4,
    )  # fmt: skip
    ends = np.concatenate([table["gap"] - error, table["gap"] + error])
    _range(panel, ends)
    signed_ticks(panel, "y", lambda value: format_number(value, 2), most=4)


def _stability(panel: Axes, table: pd.DataFrame) -> None:
    _line(panel, table, "stability_jaccard")
    panel.axhline(_STABLE, color=CONTEXT, linewidth=1.2, linestyle=(0, (4, 3)))
    panel.set_ylim(0, 1.06)
    signed_ticks(panel, "y", lambda value: format_number(value, 2), most=4)


def _smallest(panel: Axes, table: pd.DataFrame, least: float) -> None:
    panel.bar(table["k"], table["smallest_share"], width=0.55, color=tint(CONTEXT, 0.75), zorder=2)
    panel.set_ylim(0, max(float(table["smallest_share"].max()) * 1.15, 0.01))
    percent_ticks(panel, "y", most=4)
    if least:
        panel.axhline(least, color=INK, linewidth=1.2, linestyle=(0, (4, 3)), zorder=3)


def _range(panel: Axes, values: Any, low: float | None = None) -> None:
    known = np.asarray(values, dtype="float64").ravel()
    known = known[np.isfinite(known)]
    ends = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    first = ends[0] if low is None else min(low, ends[0])
    reach = max(ends[1] - first, 0.05)
    panel.set_ylim(first - 0.08 * reach, ends[1] + 0.12 * reach)


#: A silhouette is called clear above the first and doubtful below the second.
_CLEAR = 0.25


def _clearness(view: ClusterView) -> pd.DataFrame:
    points = view.points[view.points["silhouette"].notna()]
    if points.empty:
        raise DataError(
            "plot_silhouette: view must have at least two segments; got fewer. "
            "There is nothing to lie between."
        )
    points = points.assign(
        wrong=points["silhouette"] < 0,
        clear=points["silhouette"] >= _CLEAR,
    )
    found = points.groupby(["segment", "name"], sort=False).agg(
        n_customers=("silhouette", "size"),
        silhouette=("silhouette", "mean"),
        clear_share=("clear", "mean"),
        wrong_share=("wrong", "mean"),
    )
    found["between_share"] = 1 - found["clear_share"] - found["wrong_share"]
    found = found.reset_index()
    return found.sort_values("silhouette", ascending=False, kind="stable", ignore_index=True)


def _describe_silhouette(view: ClusterView) -> Caption:
    rows = _clearness(view)
    last, n = rows.iloc[-1], rows["n_customers"]
    title = _(
        "{share} of customers clearly belong to their segment; {name} is the least clear"
    ).format(
        share=format_percent(float((rows["clear_share"] * n).sum() / n.sum()), 0),
        name=one_line(last["name"]),
    )
    sentence = _("{name}: {clear} clear, {wrong} nearer to another segment, silhouette {mean}.")
    listing = [
        sentence.format(
            name=one_line(row["name"]),
            clear=format_percent(row["clear_share"], 0),
            wrong=format_percent(row["wrong_share"], 0),
            mean=format_number(row["silhouette"], 2),
        )
        for _row, row in rows.iterrows()
    ]
    lead = _("Bars of how clearly the customers of each segment belong to it.")
    subtitle = _(
        "Customers of a sample by silhouette: clear (from 0.25), in between, and nearer to another "
        "segment (below 0)"
    )
    return Caption(title, subtitle, join_sentences([lead, *listing]), rows)


@figure(
    describe=_describe_silhouette,
    height=lambda view, narrow: rows_height(view.points["segment"].nunique(), narrow=narrow),
)
def plot_silhouette(view: ClusterView, ax: Axes) -> None:
    """Draw for each segment how many of its customers clearly belong to it.

    Parameters
    ----------
    view
        A ``ClusterView``, from :func:`segkit.figures.cluster_view`.
    ax
        Axes to draw into; without it a wide figure is made.

    Returns
    -------
    matplotlib.axes.Axes
    """
    rows = _clearness(view)
    name_rows(ax, [one_line(name) for name in rows["name"]])
    ax.set_xlim(0, 1.001)
    percent_ticks(ax, "x", most=4 if is_narrow(ax) else 6)
    ax.grid(False)
    width = inner_size(ax)[0]
    shift, height = (0.16, 0.36) if is_narrow(ax) else (0.0, 0.6)
    parts = [("clear_share", accent()), ("between_share", tint(CONTEXT, 0.35))]
    parts.append(("wrong_share", WARNING))
    for place, row in rows.iterrows():
        start = 0.0
        for column, color in parts:
            share = float(row[column])
            corner = (start, float(str(place)) + shift - height / 2)
            ax.add_patch(Rectangle(corner, share, height, facecolor=color, edgecolor=SURFACE))
            text = format_percent(share, 0)
            if share * width > text_width(text) + 6:
                ax.annotate(
                    text, (start + share / 2, corner[1] + height / 2), ha="center",
                    va="center_baseline", fontsize=BODY, color=ink_on(color),
                )  # fmt: skip
            start += share
