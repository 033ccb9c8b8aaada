from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from segkit.errors import DataError
from segkit.figures import (
    cluster_view,
    draw,
    plot_cluster_evidence,
    plot_embedding,
    plot_silhouette,
    to_svg,
)
from segkit.i18n import use_language
from segkit.segment.clusters import cluster_customers


@pytest.fixture(scope="module")
def shoppers() -> pd.DataFrame:
    """Three groups far apart, one of a quarter of the customers."""
    rng = np.random.default_rng(1)
    which = np.repeat([0, 1, 2], [100, 75, 75])
    spots = np.array([[0.0, 0.0], [12.0, 0.0], [0.0, 14.0]])
    places = spots[which] + rng.normal(size=(250, 2))
    return pd.DataFrame(
        {
            "customer_id": [f"c{i:03}" for i in range(250)],
            "visits": places[:, 0] + 20,
            "spend": places[:, 1] + 20,
        }
    )


@pytest.fixture(scope="module")
def clustering(shoppers):
    return cluster_customers(shoppers, features=["visits", "spend"], max_k=5)


@pytest.fixture(scope="module")
def view(clustering, shoppers):
    return cluster_view(clustering, shoppers)


@pytest.fixture(scope="module")
def strange(view, hostile):
    """The same points in eight segments with names that break figures."""
    segments = [f"s{i % 8}" for i in range(len(view.points))]
    names = dict(hostile.profile[["segment", "name"]].itertuples(index=False))
    points = view.points.assign(segment=segments, name=[names[s] for s in segments])
    return replace(view, points=points)


def test_the_evidence_marks_the_chosen_number(clustering):
    caption = plot_cluster_evidence.describe(clustering)
    assert caption.title == "The evidence speaks for 3 segments"
    assert list(caption.data["k"]) == [2, 3, 4, 5]
    higher = clustering.evidence[["silhouette_normal", "silhouette_box"]].max(axis=1)
    assert caption.data["reference"].tolist() == higher.tolist()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_overlaps(clustering, shoppers, look, language):
    with use_language(language):
        look(plot_cluster_evidence, clustering)
        view = cluster_view(clustering, shoppers)
        look(plot_embedding, view)
        look(plot_silhouette, view)


def test_a_number_asked_for_is_said_to_be_so(shoppers):
    given = cluster_customers(shoppers, features=["visits", "spend"], k=2)
    assert plot_cluster_evidence.describe(given).title == "2 segments, as asked for"


def test_without_evidence_there_is_nothing_to_draw(shoppers):
    one = cluster_customers(shoppers, features=["visits", "spend"], k=1)
    with pytest.raises(DataError, match="must have evidence"):
        plot_cluster_evidence(one)


def test_the_view_holds_everybody_and_all_differences(view, clustering, shoppers):
    assert view.n_customers == len(view.points) == 250
    # Two features have two directions: nothing is lost.
    assert sum(view.shares) == pytest.approx(1)
    own = clustering.segmentation.customers.set_index("customer_id")["segment"]
    assert (view.points.set_index("customer_id")["segment"] == own).all()
    assert view.points["silhouette"].mean() > 0.6
    assert np.hypot(view.loadings["x"], view.loadings["y"]).tolist() == pytest.approx([1, 1])


def test_neither_order_nor_chance_matters(clustering, shoppers):
    some = cluster_view(clustering, shoppers, sample=60)
    other = cluster_view(clustering, shoppers.sample(frac=1, random_state=3), sample=60)
    assert len(some.points) == 60
    pd.testing.assert_frame_equal(some.points, other.points)


def test_the_axes_are_named_by_what_makes_them(view):
    fig = draw(plot_embedding, view)
    (ax,) = fig.axes
    assert re.search("visits|spend", ax.get_xlabel())
    assert re.search("visits|spend", ax.get_ylabel())


def test_points_are_a_picture_and_names_are_not(view):
    svg = to_svg(draw(plot_embedding, view))
    assert "<image" in svg
    assert len(svg) < 200_000


@pytest.mark.parametrize("plot", [plot_embedding, plot_silhouette])
def test_hostile_names(plot, strange, look):
    look(plot, strange)
    assert "<script" not in to_svg(draw(plot, strange))


def test_the_clear_and_the_wrong_are_counted(view):
    data = plot_silhouette.describe(view).data
    whole = data["clear_share"] + data["between_share"] + data["wrong_share"]
    assert whole.tolist() == pytest.approx([1.0] * len(data))
    assert (data["clear_share"] > 0.9).all()


def test_one_segment_has_no_silhouette_but_a_view(shoppers, look):
    one = cluster_customers(shoppers, features=["visits"], k=1)
    view = cluster_view(one, shoppers)
    look(plot_embedding, view)
    with pytest.raises(DataError, match="at least two segments"):
        plot_silhouette(view)


def test_categories_are_laid_out_too(shoppers, look):
    rng = np.random.default_rng(2)
    mixed = shoppers.assign(city=rng.choice(["$x$", "<script>"], len(shoppers)))
    found = cluster_customers(
        mixed, features=["visits", "spend", "city"], method="k_prototypes", k=3
    )
    view = cluster_view(found, mixed)
    assert "city: $x$" in set(view.loadings["label"])
    look(plot_embedding, view)


def test_other_customers_have_no_segment(clustering, shoppers):
    others = shoppers.assign(customer_id="x" + shoppers["customer_id"])
    with pytest.raises(DataError, match="must be those that were clustered"):
        cluster_view(clustering, others)


def test_a_phone_names_the_whole_axis(customers, look):
    """Three features on one direction, in two lines; before, the last one ended in dots."""
    names = ["n_days", "recency_days", "revenue"]
    found = cluster_customers(customers, features=names, k=4, sample=1000)
    axes = [
        text for text in look(plot_embedding, cluster_view(found, customers)) if "more:" in text
    ]
    assert axes
    assert not [text for text in axes if text.endswith("…")]
