"""Streams between segments: every text readable at both widths, whatever the names."""

from __future__ import annotations

import pandas as pd
import pytest

from segkit.errors import DataError
from segkit.figures import draw, plot_migration, to_svg
from segkit.i18n import use_language
from segkit.segment import score_rfm, segment_migration

SIDES = {"customer_id": range(40)}


@pytest.fixture(scope="module")
def months(customers, rfm):
    """Two looks at one base: as it is, and with a third of the customers seen at another time."""
    days = customers["recency_days"].to_numpy().copy()
    days[::3] = days[::3][::-1]
    later = customers.assign(recency_days=days)
    names = {segment.id: segment.label() for segment in rfm.scheme.segments}
    after = score_rfm(later).customers
    return segment_migration(rfm.customers, after, order=list(names), names=names)


def test_texts_at_both_widths(look, months):
    seen = look(plot_migration, months)
    assert {"Before", "After", "Key value"} <= set(seen)


def test_hostile_names_and_small_segments(look, hostile):
    ids = list(hostile.profile["segment"])
    names = dict(zip(ids, hostile.profile["name"], strict=True))
    before = pd.DataFrame({**SIDES, "segment": (ids * 5)[:40]})
    after = pd.DataFrame({**SIDES, "segment": ["s0"] * 33 + ids[1:]})
    look(plot_migration, segment_migration(before, after, order=ids, names=names))


def test_chinese(look, rfm, months):
    with use_language("zh"):
        names = {segment.id: segment.label() for segment in rfm.scheme.segments}
        counts = months.counts.assign(customer_id=range(len(months.counts)))
        sides = [counts.assign(segment=counts[side]) for side in ("before", "after")]
        chinese = segment_migration(*sides, order=list(names), names=names)
        assert "重要价值" in look(plot_migration, chinese)


def test_caption_names_the_largest_stream(months):
    words = plot_migration.describe(months)
    first = months.moves.iloc[0]
    assert months.name(first["before"]) in words.title
    assert "Streams of customers" in words.alt
    assert words.data["n_customers"].sum() == months.n_matched
    assert "customer_id" not in words.data


def test_nobody_moved(look):
    same = pd.DataFrame({**SIDES, "segment": ["a"] * 30 + ["b"] * 10})
    found = segment_migration(same, same)
    assert plot_migration.describe(found).title == "0.0\u202f% of customers changed segment"
    look(plot_migration, found)


def test_nobody_in_common_is_an_error():
    left = pd.DataFrame({**SIDES, "segment": "a"})
    found = segment_migration(left, left.assign(customer_id=range(100, 140)))
    with pytest.raises(DataError, match="must hold customers of both tables; got none"):
        plot_migration.describe(found)


def test_same_bytes_each_time(months):
    assert to_svg(draw(plot_migration, months)) == to_svg(draw(plot_migration, months))
