"""A sample of clustered customers on a plane, with how clearly each belongs to its segment."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from segkit.checks import check_columns, check_number
from segkit.collect.frames import as_ibis
from segkit.errors import DataError
from segkit.figures.base import Caption, figure, inner_size, is_narrow
from segkit.figures.labels import one_line, text_width, wrap_text
from segkit.figures.placing import nearest_edge, place_labels
from segkit.figures.style import BODY, INK, MUTED, RULE, SMALL, SURFACE
from segkit.i18n import _, format_list, format_percent, join_sentences
from segkit.segment.feature_words import feature_label

_WHO = "cluster_view"
#: Silhouettes need all distances between two customers: this many at most.
_MOST_SILHOUETTES = 2000
#: A feature that has at least this part in an axis is named on it.
_NAMED = 0.4


@dataclass(frozen=True)
class ClusterView:
    """Customers of a sample on the two directions in which they differ most.

    Attributes
    ----------
    points : pandas.DataFrame
        ``customer_id``, ``segment``, ``name``, ``color``, ``x``, ``y`` (standard deviations
        along the first two principal components) and ``silhouette`` (NaN where not computed).
    loadings : pandas.DataFrame
        ``feature``, ``label``, and its part in each direction, ``x`` and ``y``, -1 to 1.
    shares : tuple of float
        Share of all differences that each direction shows.
    n_customers : int
        Customers with a segment; the points are a sample of them.
    """

    points: pd.DataFrame = field(repr=False)
    loadings: pd.DataFrame = field(repr=False)
    shares: tuple[float, float]
    n_customers: int


def cluster_view(clustering: Any, customers: Any, *, sample: int = 4000) -> ClusterView:
    """Lay a sample of clustered customers out on a plane, for two figures.

    Use it before ``plot_embedding`` and ``plot_silhouette``. The sample is chosen by a hash of
    the ids, so that neither the order of rows nor chance matters.

    Parameters
    ----------
    clustering
        A ``Clustering``, from ``cluster_customers``.
    customers : pandas, polars, pyarrow or Ibis table
        The customers that were clustered, with its features.
    sample : int
        Customers at most.

    Returns
    -------
    ClusterView

    Raises
    ------
    DataError
        If no customer of the table has a segment.
    """
    from segkit.segment.clusters.features import points_of
    from segkit.segment.clusters.points import category_weight

    check_number(_WHO, "sample", sample, low=10, whole=True)
    definition = clustering.definition
    frame, n = _chosen(clustering, customers, sample)
    kept = list(definition.inputs)
    points = points_of(frame[kept], definition.features)
    flat = points.flat(category_weight(points))
    plane, parts, shares = _principal(flat)
    names = {s.id: (s.label(), s.color) for s in definition.segments}
    told = pd.DataFrame(
        {
            "customer_id": frame["customer_id"],
            "segment": frame["segment"],
            "name": [names[s][0] for s in frame["segment"]],
            "color": [names[s][1] for s in frame["segment"]],
            "x": plane[:, 0],
            "y": plane[:, 1],
            "silhouette": _silhouettes(flat, frame["segment"]),
        }
    )
    return ClusterView(told, _loadings(parts, definition.features), shares, n)


def _chosen(clustering: Any, customers: Any, sample: int) -> tuple[pd.DataFrame, int]:
    own = as_ibis(clustering.segmentation.customers, function=_WHO, argument="clustering")
    ids = [segment.id for segment in clustering.definition.segments]
    own = own.select(segkit_id=own["customer_id"], segment=own["segment"])
    own = own.filter(own["segment"].isin(ids))
    table = as_ibis(customers, function=_WHO, argument="customers")
    check_columns(_WHO, table.columns, ["customer_id", *clustering.definition.inputs])
    table = table.select("customer_id", *clustering.definition.inputs)
    joined = table.inner_join(own, table["customer_id"] == own["segkit_id"]).drop("segkit_id")
    n = int(joined.count().to_pyarrow().as_py())
    if not n:
        raise DataError(
            f"{_WHO}: customers must be those that were clustered; none of them has a segment. "
            "Pass the table that was given to cluster_customers."
        )
    identity = joined["customer_id"].cast("string")
    frame = joined.order_by(identity.hash(), identity).limit(sample).to_pyarrow().to_pandas()
    return frame.sort_values("customer_id", kind="stable", ignore_index=True), n


def _principal(flat: np.ndarray) -> tuple[np.ndarray, np.ndarray, tuple[float, float]]:
    """Give places, parts of the columns, and shares of the first two principal components."""
    middle = flat - flat.mean(axis=0)
    _u, stretch, axes = np.linalg.svd(middle, full_matrices=False)
    axes, stretch = axes[:2], stretch**2 / max(float((stretch**2).sum()), 1e-12)
    # The sign of a component is free: the larger part shall point up.
    axes = (
        axes * np.where(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)] < 0, -1, 1)[:, None]
    )
    plane = middle @ axes.T
    if plane.shape[1] < 2:
        plane = np.column_stack([plane, np.zeros(len(plane))])
        axes, stretch = np.vstack([axes, np.zeros_like(axes)]), np.append(stretch[:1], 0.0)
    return plane, axes, (float(stretch[0]), float(stretch[1]))


def _loadings(parts: np.ndarray, features: Any) -> pd.DataFrame:
    rows, place = [], 0
    for feature in [f for f in features if not f.is_category]:
        rows.append((feature.name, "", parts[0, place], parts[1, place]))
        place += 1
    for feature in [f for f in features if f.is_category]:
        for value in feature.categories:
            rows.append((feature.name, str(value), parts[0, place], parts[1, place]))
            place += 1
    table = pd.DataFrame(rows, columns=["feature", "value", "x", "y"])
    read = {f.name: f.label.read(feature_label(f.name)) for f in features}
    labels = [
        _("{label}: {value}").format(label=read[f], value=v) if v else read[f]
        for f, v in zip(table["feature"], table["value"], strict=True)
    ]
    return table.assign(label=labels)[["feature", "label", "x", "y"]]


def _silhouettes(flat: np.ndarray, segments: pd.Series) -> np.ndarray:
    from sklearn.metrics import silhouette_samples

    found = np.full(len(flat), math.nan)
    rows = np.linspace(0, len(flat) - 1, min(len(flat), _MOST_SILHOUETTES)).astype(int)
    labels = segments.to_numpy()[rows]
    if 2 <= len(np.unique(labels)) < len(labels):
        found[rows] = silhouette_samples(flat[rows], labels)
    return found


def _describe(view: ClusterView) -> Caption:
    shown = format_percent(sum(view.shares), 0)
    title = _("The two directions in which customers differ most show {shown} of all differences")
    title = title.format(shown=shown)
    sizes = view.points["name"].value_counts(normalize=True)
    sentence = _("{name}: {share} of the points.")
    listing = [
        sentence.format(name=one_line(name), share=format_percent(share))
        for name, share in sizes.items()
    ]
    lead = _("Scatter of customers on two principal components, coloured by segment.")
    return Caption(
        title=title,
        subtitle=_("One point per customer of a sample; names stand at the middle of a segment"),
        alt=join_sentences([lead, *listing]),
        data=view.points.drop(columns="color"),
    )


@figure(describe=_describe, height=lambda _view, narrow: 360 if narrow else 460)
def plot_embedding(view: ClusterView, ax: Axes) -> None:
    """Draw a sample of customers on the two directions in which they differ most.

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
    points = view.points
    ax.set_xticks([])
    ax.set_yticks([])
    look: dict[str, Any] = {"fontsize": SMALL, "color": MUTED, "labelpad": 6}
    ax.set_xlabel(_axis(view, "x", 290 if is_narrow(ax) else 640), **look)
    ax.set_ylabel(_axis(view, "y", 290 if is_narrow(ax) else 380), **look)
    # Points are many and become a picture; their order is mixed so that none covers the others.
    mixed = points.sample(frac=1, random_state=0)
    ax.scatter(
        mixed["x"], mixed["y"], s=9 if is_narrow(ax) else 13, c=list(mixed["color"]),
        alpha=0.55, linewidth=0, rasterized=True,
    )  # fmt: skip
    for line in (ax.axhline, ax.axvline):
        line(0, color=RULE, linewidth=1.0, zorder=0)
    ax.margins(0.04)
    _centers(ax, points)


def _axis(view: ClusterView, axis: str, room: float) -> str:
    """Name a direction by the features that make it, those that fall with a minus."""
    parts = view.loadings.loc[view.loadings[axis].abs().sort_values(ascending=False).index]
    strong = parts[parts[axis].abs() >= _NAMED].head(3)
    strong = strong if len(strong) else parts.head(1)
    up = [str(label) for label in strong.loc[strong[axis] > 0, "label"]]
    down = [str(label) for label in strong.loc[strong[axis] < 0, "label"]]
    words = _("more: {up} →").format(up=format_list(up))
    if down:
        text = _("more: {up}; less: {down} →")
        words = text.format(up=format_list(up), down=format_list(down))
    return wrap_text(words, room, 2, SMALL)


def _centers(ax: Axes, points: pd.DataFrame) -> None:
    width, height = inner_size(ax)
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    scale = ((right - left) / width, (high - low) / height)
    middles = points.groupby(["segment", "name", "color"], sort=False)[["x", "y"]].median()
    sizes = points["segment"].value_counts()
    middles = middles.loc[sorted(middles.index, key=lambda key: (-sizes[key[0]], key))]
    marks = [((row.x - left) / scale[0], (row.y - low) / scale[1]) for row in middles.itertuples()]
    most, lines = _room(len(middles), narrow=is_narrow(ax))
    names = [wrap_text(one_line(key[1]), most, lines) for key in middles.index]
    boxes = [_box(name) for name in names]
    places = place_labels(marks, [5.0] * len(marks), boxes, (width, height))
    rows = zip(middles.index, names, marks, boxes, places, strict=True)
    for (_segment, _name, color), name, mark, box, place in rows:
        end = nearest_edge(place, box, mark)
        xs = [left + x * scale[0] for x in (mark[0], end[0])]
        ys = [low + y * scale[1] for y in (mark[1], end[1])]
        ax.plot(xs, ys, color=INK, linewidth=0.8, zorder=4)
        ax.plot(xs[:1], ys[:1], "o", color=color, markeredgecolor=SURFACE, markersize=9, zorder=5)
        ax.annotate(
            name, (left + place[0] * scale[0], low + place[1] * scale[1]), ha="center",
            va="center", fontsize=BODY, color=INK, zorder=6, linespacing=1.25,
            bbox={"facecolor": SURFACE, "edgecolor": "none", "pad": 1.5, "alpha": 0.85},
        )  # fmt: skip


def _room(n: int, *, narrow: bool) -> tuple[float, int]:
    """Give the width and the lines that a name may have: fewer where there are many."""
    if narrow:
        return 104, 3 if n <= 4 else 2 if n <= 8 else 1
    return 170, 2 if n <= 12 else 1


def _box(text: str) -> tuple[float, float]:
    lines = text.split("\n")
    return max(text_width(line) for line in lines) + 8, 16.5 * len(lines) + 3
