from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segkit.segment.clusters import cluster_customers
from segkit.tables import cluster_centers_table, cluster_evidence_table, transforms_table


@pytest.fixture(scope="module")
def found():
    rng = np.random.default_rng(1)
    which = np.repeat([0, 1], 60)
    shoppers = pd.DataFrame(
        {
            "customer_id": range(120),
            "visits": which * 12 + rng.normal(size=120) + 20,
            "city": np.where(rng.random(120) < 0.5, "<script>", "$x$"),
        }
    )
    return cluster_customers(shoppers, features=["visits", "city"], method="k_prototypes", max_k=3)


def test_the_chosen_number_is_ticked(found):
    frame = cluster_evidence_table(found).frame
    assert list(frame.loc[frame["chosen"] == "✓", "k"]) == [found.chosen.k]
    assert "bic" not in frame


def test_a_likelihood_shows_its_bic(found):
    other = cluster_customers(
        pd.DataFrame({"customer_id": range(80), "v": [1.0, 2, 21, 22] * 20}),
        features=["v"], method="gaussian_mixture", max_k=3,
    )  # fmt: skip
    frame = cluster_evidence_table(other).frame
    assert frame["bic"].tolist() == other.evidence["bic"].tolist()


def test_categories_stand_with_their_feature(found):
    frame = cluster_centers_table(found).frame
    assert len(frame) == len(found.centers)
    assert any(what.startswith("city: ") for what in frame["what"])
    assert "visits" in set(frame["what"])


def test_reasons_of_transforms(found):
    table = transforms_table(found)
    assert list(table.frame["reason"]) == list(found.transforms["reason"])
