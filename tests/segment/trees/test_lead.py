"""The rules above the average, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from segkit.segment.trees.lead import find_lead
from segkit.uncertainty import share_of_count


def groups(*counts: tuple[int, int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the table of an outlook and its test, of (buyers, customers) by group."""
    shares = [share_of_count(hits, n) for hits, n in counts]
    table = pd.DataFrame(
        {
            "segment": [f"leaf_{i}" for i in range(len(counts))],
            "n_tested": [n for _hits, n in counts],
            "observed": [share.value for share in shares],
            "observed_low": [share.low for share in shares],
            "n_customers": [2 * n for _hits, n in counts],
            "buyers": [2.0 * hits for hits, _n in counts],
        }
    )
    outcome = [i < hits for hits, n in counts for i in range(n)]
    # One question that parts nobody: it finds as many as its share of customers.
    return table, pd.DataFrame({"outcome": outcome, "single_rule": 0.5})


def test_the_groups_above_the_average_are_one_cut():
    found = find_lead(*groups((80, 100), (60, 100), (30, 300), (10, 500)))
    assert found is not None
    assert found.segments == ("leaf_0", "leaf_1")
    assert (found.people, found.average) == (0.2, 0.18)
    assert found.gain.value == pytest.approx(140 / 180)
    assert found.single == pytest.approx(0.2)
    assert found.beats_single
    assert (found.n_customers, found.buyers) == (400, 280.0)


def test_a_single_question_that_finds_as_many_is_no_worse():
    table, tested = groups((80, 100), (30, 300))
    found = find_lead(table, tested.assign(single_rule=[0.8] * 100 + [0.1] * 300))
    assert found is not None
    assert found.single == pytest.approx(found.gain.value)
    assert not found.beats_single


@pytest.mark.parametrize(
    "counts", [[(9, 18), (0, 282)], [(50, 100), (48, 100)], [(10, 100)]], ids=str
)
def test_a_handful_or_chance_is_no_group_above_the_average(counts):
    assert find_lead(*groups(*counts)) is None
