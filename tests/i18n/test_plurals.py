"""One of a thing is told in the singular: "1 day", "1 customer", "1 row"."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pandas as pd
import pytest

from segkit.figures import holdout, segments
from segkit.i18n import count_days, use_language
from segkit.report.manifest import Manifest
from segkit.report.render import provenance
from segkit.value.words import count_purchases, count_repeats

#: Behind "of" stands everything that was asked, which is hardly ever one.
COUNTED = re.compile(
    r"(?<! of )\{\w+\} (?!of )(?:\w+[ -])?"
    r"(?:days|weeks|customers|rows|orders|purchases|runs|attempts|findings)\b"
)
#: Their number is a share or a mean, is never one, or tells of more than one thing by itself.
SEVERAL = {
    "{segment}: {customers}, on average with purchases on {days} days",
    "{shown} of {n} runs",
    "{shown} of {n} rows",
    "The spend model rests on a sample of {sample} of {customers} repeat customers",
    "The Gamma-Gamma model of {customers} customers has no finite mean",
    "The Gamma-Gamma model did not converge on {customers} customers",
    "Curve of the cumulative share of {value} over customers",
    "{model} saw the days up to {end} and expected {expected} in the next {span}",
    "bought on {low} to {high} days",
    "placed {low} to {high} orders",
    "There are no clusters here: there are no two dense regions among {n} customers",
    "The clusters were fitted to {n} customers",
    "{n} days",  # a mean with decimals
    "Trained on the {n_train} earlier customers",
    "Trained on {n_train} customers as they were",
    "Tested on {n_test} customers by repeated",
    "{rule}: of the {n} such customers in the test",  # thirty or more
}


def test_what_is_counted_has_a_singular(in_use):
    plain = [m.id for m in in_use if isinstance(m.id, str) and COUNTED.search(m.id)]
    assert [text for text in plain if not text.startswith(tuple(SEVERAL))] == []


@pytest.mark.parametrize(
    ("count", "one", "many"),
    [
        (count_days, "1 day", "2 days"),
        (count_purchases, "1 purchase", "2 purchases"),
        (count_repeats, "1 repeat purchase", "2 repeat purchases"),
    ],
)
def test_counts_go_by_the_number_that_is_shown(count, one, many):
    assert [count(n) for n in (1, 1.4, 0.6, 1.6)] == [one, one, one, many]
    assert count(float("nan")).startswith("– ")
    with use_language("zh"):
        assert count(1).startswith("1 ")


def test_origin_of_one_row():
    data = {"name": "a.csv", "rows": 1, "customers": 1}
    moment = "2026-01-31T10:20:00+00:00"
    lines = dict(provenance(Manifest("finished", "n", "T", "r", moment, data=data)))
    assert lines["Data"] == "a.csv · 1 row · 1 customer"


def test_one_customer_with_one_purchase_in_one_week():
    rows = [("nbd", 0, 0, 0.0, 0.1), ("nbd", 1, 1, 0.5, 0.25)]
    columns = ["model", "frequency", "n_customers", "actual_mean", "expected_mean"]
    check = SimpleNamespace(by_frequency=pd.DataFrame(rows, columns=columns), best="nbd",
                            table=pd.DataFrame({"model": ["nbd"]}))  # fmt: skip
    title = holdout._describe_by_frequency(check).title
    assert title == "1 customer with 1 repeat purchase: 0.50 more each, 0.25 expected by NBD"
    assert holdout._repeats("7+") == "7+ repeat purchases"
    words = holdout._miss_in_words("NBD", 1.2, 0, 1.3)
    assert words == "NBD expected 1 repeat purchase in 1 test week; none came"
    assert holdout._miss_in_words("NBD", 1, 2, 9).endswith("came in 9 test weeks")


def test_segments_of_yesterday():
    columns = ["segment", "name", "median_recency_days", "n_customers"]
    found = pd.DataFrame([("a", "A", 1.0, 2), ("b", "B", 30.0, 2)], columns=columns)
    caption = segments._describe_recency(SimpleNamespace(profile=found))
    assert caption.title == "A were last seen 1 day ago, B 30 days ago"
    assert "A: 1 day." in caption.alt
