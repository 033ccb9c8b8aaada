"""The rule, on evidence written by hand; and the words of its answers in both languages."""

from __future__ import annotations

import pandas as pd
import pytest

from segkit.i18n import use_language
from segkit.segment.clusters.choice import Choice, choose, given
from segkit.segment.clusters.evidence import EVIDENCE_COLUMNS

GOOD = {
    "silhouette": 0.6, "silhouette_normal": 0.3, "silhouette_box": 0.35, "reference_error": 0.01,
    "stability_jaccard": 0.9, "smallest_share": 0.2, "gap": 0.5, "gap_error": 0.01,
}  # fmt: skip


def evidence(*rows: dict) -> pd.DataFrame:
    made = [{"k": k, "n_found": k, **GOOD, **row} for k, row in enumerate(rows, start=2)]
    return pd.DataFrame(made).reindex(columns=list(EVIDENCE_COLUMNS))


@pytest.mark.parametrize(
    ("rows", "k", "reason"),
    [
        ([{}, {"silhouette": 0.7}, {"silhouette": 0.65}], 3, "silhouette"),
        ([{}, {"silhouette": 0.7, "stability_jaccard": 0.74}], 2, "silhouette"),
        ([{}, {"silhouette": 0.7, "smallest_share": 0.02}], 2, "silhouette"),
        ([{"silhouette": 0.39}], 1, "separation"),
        ([{"silhouette": 0.41}], 2, "silhouette"),
        ([{"silhouette": 0.41, "reference_error": 0.03}], 1, "separation"),
        ([{"stability_jaccard": 0.5}], 1, "stability"),
        ([{"smallest_share": 0.01}], 1, "share"),
        ([{"silhouette": 0.36}, {"stability_jaccard": 0.1}], 1, "stability"),
    ],
)
def test_the_rule(rows, k, reason):
    found = choose(evidence(*rows), "kmeans", 0.03)
    assert (found.k, found.reason) == (k, reason)


def test_where_there_is_a_likelihood_the_lowest_bic_is_taken():
    rows = [{"bic": 90.0, "bic_of_one": 200.0}, {"bic": 80.0, "bic_of_one": 200.0}]
    assert choose(evidence(*rows), "gaussian_mixture", 0.03).k == 3
    rows[0]["bic_of_one"] = rows[1]["bic_of_one"] = 89.0
    assert choose(evidence(*rows), "latent_classes", 0.03).reason == "bic"


def test_the_sentence_names_the_figures():
    found = choose(evidence({"silhouette": 0.39}), "kmeans", 0.03)
    assert found.text == (
        "There are no clusters here: the clearest grouping, of 2, has silhouette 0.39, and data "
        "without any structure reach 0.35."
    )
    with use_language("zh"):
        assert "0.39" in found.text


def test_dense_regions_are_worded_found_or_not():
    found = choose(evidence({}), "hdbscan", 0.03)
    assert found.text.startswith("2 segments: so many dense regions were found")
    none = Choice(1, "no_density", {"n": 300})
    assert none.text.endswith("there are no two dense regions among 300 customers.")


@pytest.mark.parametrize(
    ("row", "against", "words"),
    [
        ({}, "", ""),
        ({"silhouette": 0.37}, "separation", "the data do not show it: the silhouette of 2"),
        ({"stability_jaccard": 0.5}, "stability", "2 segments do not come back in resamples"),
        ({"smallest_share": 0.01}, "share", "the smallest of 2 segments holds only 1.0"),
    ],
)
def test_a_number_that_was_asked_for_is_warned_of(row, against, words):
    found = given(evidence(row), "kmeans", 0.03)
    assert (found.k, found.reason, found.against) == (2, "given", against)
    assert words in found.warning
    assert bool(found.warning) == bool(words)
