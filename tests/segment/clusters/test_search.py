"""The whole search, on clouds made by hand and on data without structure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from segkit.errors import ArgumentError, DataError
from segkit.segment.clusters import cluster_customers
from segkit.segment.result import Segmentation
from segkit.segment.trees import explain_segments

NUMERIC = ("kmeans", "gaussian_mixture", "hierarchical", "hdbscan")


def agreement(result, frame: pd.DataFrame, column: str = "true") -> float:
    """Adjusted Rand index between segments and a column of the truth."""
    both = frame.merge(result.segmentation.customers, on="customer_id")
    return adjusted_rand_score(both[column], both["segment"])


def table(points: np.ndarray) -> pd.DataFrame:
    frame = pd.DataFrame(points, columns=[f"f{i}" for i in range(points.shape[1])])
    frame.insert(0, "customer_id", range(len(frame)))
    return frame


@pytest.mark.parametrize("method", NUMERIC)
def test_clouds_are_found(clouds, method):
    result = cluster_customers(clouds, features=["x", "y"], method=method)
    assert result.chosen.k == 3
    assert agreement(result, clouds) > 0.9
    assert result.summary().startswith("3 segments: ")


def test_mixed_data_and_categories(clouds):
    mixed = cluster_customers(clouds, features=["x", "y", "color"], method="k_prototypes", max_k=5)
    assert (mixed.chosen.k, agreement(mixed, clouds)) == (3, 1.0)
    codes = ["color", "member", "tier"]
    classes = cluster_customers(clouds, features=codes, method="latent_classes", max_k=5)
    assert (classes.chosen.k, agreement(classes, clouds)) == (3, 1.0)


_RNG = np.random.default_rng(1)
_COVARIANCE = [[1, 0.7, 0.3], [0.7, 1, 0.2], [0.3, 0.2, 1]]
_NORMAL = _RNG.multivariate_normal([0, 0, 0], _COVARIANCE, 300)
SHAPELESS = {
    "normal": _RNG.normal(size=(300, 1)),
    "correlated": _NORMAL,
    "uniform": _RNG.random((300, 2)),
    "skewed": np.exp(3 + 1.2 * _NORMAL),
}


@pytest.mark.parametrize("shape", SHAPELESS)
@pytest.mark.parametrize("method", ["kmeans", "gaussian_mixture", "hdbscan"])
def test_without_structure_there_is_one_segment(shape, method):
    result = cluster_customers(table(SHAPELESS[shape]), method=method, max_k=5)
    assert result.segmentation.profile["n_customers"].tolist() == [300]
    assert result.choice.startswith("There are no clusters here")


def test_independent_categories_are_one_class():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.choice(["p", "q", "r"], (200, 4)), columns=list("abcd"))
    frame.insert(0, "customer_id", range(200))
    result = cluster_customers(frame, method="latent_classes", max_k=4)
    assert result.chosen.reason == "bic"
    assert result.segmentation.profile["segment"].tolist() == ["all"]


def test_the_order_of_rows_plays_no_part(clouds):
    turned = clouds.iloc[::-1].reset_index(drop=True)
    one, other = (
        cluster_customers(frame, features=["x", "y"], k=3, sample=100).segmentation.customers
        for frame in (clouds, turned)
    )
    pd.testing.assert_frame_equal(
        one.sort_values("customer_id", ignore_index=True),
        other.sort_values("customer_id", ignore_index=True),
    )


def test_whoever_lacks_a_feature_is_unclassified(clouds):
    frame = clouds.copy()
    frame.loc[[3, 4, 5], "x"] = [np.nan, np.inf, -np.inf]
    frame["y"] = frame["y"].astype("Float64")
    frame.loc[6, "y"] = pd.NA
    for method in ("kmeans", "hierarchical"):
        result = cluster_customers(frame, features=["x", "y"], method=method, k=3)
        told = result.segmentation.customers.set_index("customer_id")["segment"]
        lacking = frame["customer_id"].iloc[3:7]
        assert set(told[lacking]) == {"unclassified"}
        assert result.segmentation.n_unclassified == 4


@pytest.mark.parametrize("n", [1, 2])
def test_a_handful_of_customers_is_one_segment(n):
    frame = pd.DataFrame({"customer_id": range(n), "x": [1.0, 9.0][:n]})
    result = cluster_customers(frame)
    assert result.segmentation.profile["n_customers"].tolist() == [n]
    assert result.choice == (
        f"There are no clusters here: too few customers ({n}) have all features to look for any."
    )


def test_equal_customers_are_one_segment():
    frame = pd.DataFrame({"customer_id": range(50), "x": 1.0, "y": 2})
    result = cluster_customers(frame)
    assert result.choice == "There are no clusters here: all customers have the same features."
    assert result.segmentation.profile["n_customers"].tolist() == [50]
    with pytest.raises(DataError, match="k must be at most 1, the number of customers that differ"):
        cluster_customers(frame, k=2)


def test_ties_and_one_feature():
    frame = pd.DataFrame({"customer_id": range(90), "visits": [1, 5, 9] * 30})
    result = cluster_customers(frame, k=3)
    assert result.segmentation.profile["n_customers"].tolist() == [30, 30, 30]
    parts = result.segmentation.customers.assign(visits=frame["visits"])
    assert (parts.groupby("visits")["segment"].nunique() == 1).all()
    exactly = result.assign(pd.DataFrame({"customer_id": [0], "visits": [3]}))
    assert exactly.customers["nearness"].tolist() == pytest.approx([1.0])


def test_constant_and_doubled_features_are_told(clouds):
    frame = clouds.assign(same=7, twice=clouds["x"] * 2)
    result = cluster_customers(frame, features=["x", "same", "twice", "y"], k=3)
    assert result.dropped == ("same",)
    assert result.twins == (("x", "twice"),)
    assert result.definition.inputs == ("x", "twice", "y")
    notes = result.quality["notes"]
    assert "same was left out: all customers have the same value." in notes
    assert "x and twice say the same, so it counts twice." in notes


def test_what_belongs_nowhere_is_a_segment_of_its_own(clouds):
    rng = np.random.default_rng(5)
    lone = pd.DataFrame(rng.uniform(-60, 60, (20, 2)), columns=["x", "y"])
    lone.insert(0, "customer_id", [f"z{i}" for i in range(20)])
    frame = pd.concat([clouds, lone], ignore_index=True)
    result = cluster_customers(frame, features=["x", "y"], method="hdbscan", transform="none")
    last = result.segmentation.profile.iloc[-1]
    assert (last["segment"], last["name"]) == ("unusual", "Unusual")
    told = result.segmentation.customers.set_index("customer_id")["segment"]
    assert (told[lone["customer_id"]] == "unusual").mean() > 0.8


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": "k-means"}, "method must be one of"),
        ({"k": 0}, "k must be a whole number at least 1"),
        ({"k": 3, "method": "hdbscan"}, 'k must be "auto" with method hdbscan'),
        ({"transform": "square"}, "transform must be one of"),
        ({"transform": {"z": "log"}}, "transform must be a mapping of features"),
        ({"min_share": 0}, "min_share must be a number above 0"),
        ({"features": "x"}, "features must be a list of columns"),
    ],
)
def test_arguments_are_checked(clouds, arguments, message):
    with pytest.raises(ArgumentError, match=message):
        cluster_customers(clouds, **{"features": ["x", "y"], **arguments})


def test_columns_are_checked(clouds):
    with pytest.raises(DataError, match=r"columns of numbers; got color \(string\)"):
        cluster_customers(clouds, features=["x", "color"])
    with pytest.raises(DataError, match=r"columns of categories; got x \(float64\)"):
        cluster_customers(clouds, features=["x", "color"], method="latent_classes")
    with pytest.raises(DataError, match="missing column z"):
        cluster_customers(clouds, features=["x", "z"])
    frame = clouds.assign(who=clouds["customer_id"] + "!")
    with pytest.raises(DataError, match="who must be a column of at most 20 categories"):
        cluster_customers(frame, features=["x", "who"], method="k_prototypes")
    with pytest.raises(DataError, match="known together for one customer at least"):
        cluster_customers(clouds.assign(x=np.nan), features=["x", "y"])


def test_every_kind_of_frame_comes_back_as_it_was(clouds, kind, back):
    given = kind(clouds)
    result = cluster_customers(given, features=["x", "y"], k=3)
    assert type(result.segmentation.customers) is type(given)
    told = back(result.segmentation.customers)
    assert sorted(told["segment"].value_counts()) == [40, 40, 40]


_PEAKS = np.repeat([0, 1], 150)
TIED = {
    "counts": (1, lambda rng: rng.geometric([0.4, 0.3], (300, 2))),
    "flag": (1, lambda rng: np.column_stack([rng.normal(size=(300, 2)), rng.random(300) < 0.4])),
    "answers": (1, lambda rng: rng.integers(1, 6, (300, 4))),
    "two peaks": (2, lambda rng: rng.integers([1], 4, (300, 1)) + 20 * _PEAKS[:, None]),
    "two kinds": (2, lambda rng: rng.poisson(np.array([2, 15])[_PEAKS][:, None], (300, 2))),
}


@pytest.mark.parametrize("shape", TIED)
def test_heaps_on_a_few_values_are_no_segments(shape):
    """Flags and counts lie in heaps of their own; two peaks of a count are segments."""
    k, draw = TIED[shape]
    result = cluster_customers(table(draw(np.random.default_rng(7)).astype(float)), max_k=4)
    assert result.chosen.k == k


def test_names_and_numbers_of_people_are_no_features_unless_named(clouds):
    frame = clouds[["customer_id", "x", "y"]].assign(
        phone=range(len(clouds)), household_id=1.5 * clouds.index, segment=clouds.index % 3
    )
    assert cluster_customers(frame, k=3).definition.inputs == ("x", "y")
    named = cluster_customers(frame, features=["x", "phone"], k=3)
    assert named.definition.inputs == ("x", "phone")


def test_a_number_asked_for_of_noise_is_warned_of():
    result = cluster_customers(table(SHAPELESS["uniform"][:200]), k=4)
    assert any("the data do not show it" in note for note in result.quality["notes"])
    assert "the data do not show it" in result.summary()


def test_a_clustering_is_a_segmentation(found, clouds):
    assert isinstance(found, Segmentation)
    rules = explain_segments(found, clouds, features=["x", "y"])
    assert rules.fidelity.value > 0.9
    assert found.compare(found).adjusted_rand == 1
    assert found.profile.equals(found.segmentation.profile)
    assert found.assign(clouds).profile.equals(found.profile)
