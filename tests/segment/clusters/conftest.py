"""Hand-made clouds whose segments are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segkit.segment.clusters import cluster_customers

MIDDLES = {"a": (0.0, 0.0), "b": (8.0, 0.0), "c": (0.0, 8.0)}


def blobs(n_each: int = 40, seed: int = 0) -> pd.DataFrame:
    """Three round clouds, with a category that goes with them, in a mixed order."""
    rng = np.random.default_rng(seed)
    true = np.repeat(list(MIDDLES), n_each)
    points = np.array([MIDDLES[t] for t in true]) + rng.normal(size=(len(true), 2))
    frame = pd.DataFrame(points, columns=["x", "y"])
    frame["color"] = np.where(true == "a", "red", "blue")
    frame["member"] = true == "b"
    frame["tier"] = np.select([true == "a", true == "b"], [1, 2], 3)
    frame["true"] = true
    frame = frame.sample(frac=1, random_state=seed, ignore_index=True)
    frame.insert(0, "customer_id", [f"c{i:04d}" for i in range(len(frame))])
    return frame


@pytest.fixture(scope="session")
def clouds() -> pd.DataFrame:
    return blobs()


@pytest.fixture(scope="session")
def found(clouds):
    """k-means on the clouds, the number of segments found."""
    return cluster_customers(clouds, features=["x", "y"])
