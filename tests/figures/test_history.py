from __future__ import annotations

import pandas as pd
import pytest

from segkit.audit import audit_table, describe_history
from segkit.figures import plot_completeness, plot_history
from segkit.synthetic import make_banking, make_cosmetics


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    return make_cosmetics(300, tables=["transactions"])["transactions"]


@pytest.fixture(scope="module")
def with_gap(orders):
    kept = ~orders["ordered_at"].between("2023-11-10", "2024-01-20")
    return describe_history(orders[kept & (orders["ordered_at"] < "2024-12-10")])


def test_the_title_says_the_gap(with_gap):
    caption = plot_history.describe(with_gap)
    assert caption.title.startswith("24 months of purchases with a gap of 7")
    assert "light: months that are not complete" in caption.subtitle
    assert "is not complete" in caption.alt
    assert caption.data["purchases"].sum() == with_gap.n_purchases


def test_the_gap_and_the_peak_are_named(with_gap, look):
    texts = look(plot_history, with_gap)
    days = with_gap.gaps["days"].iloc[0]
    assert texts.count(f"{days} days without a purchase") == 2
    assert texts.count(f"{with_gap.table['purchases'].max():,}") == 2


def test_the_gap_stands_where_it_is(with_gap):
    ax = plot_history(with_gap)
    bars, *spans = (container.patches for container in ax.containers)
    first = spans[0][0].get_x()
    # Month 10 of the history is November 2023, of whose 30 days the gap leaves 9.
    assert first == pytest.approx(10 - 0.5 + 9 / 30, abs=0.2)
    # It stands on the bars of its months, below its label.
    label = next(text for text in ax.texts if "without a purchase" in text.get_text())
    for (span,), bar in zip(spans, bars[10:], strict=False):
        assert span.get_y() == bar.get_height()
        assert span.get_y() < span.get_y() + span.get_height() < label.xy[1]


def test_a_history_without_gaps(cdnow, look):
    history = describe_history(cdnow)
    assert plot_history.describe(history).title == "18 months of purchases without a notable gap"
    look(plot_history, history)


@pytest.mark.parametrize("end", ["2023-01-31", "2023-02-15", "2023-12-31"])
def test_short_histories(orders, end, look):
    look(plot_history, describe_history(orders, as_of=end))


def test_a_history_of_decades(look):
    days = pd.date_range("1995-01-01", "2024-12-31", freq="9D")
    orders = pd.DataFrame({"customer_id": "a", "ordered_at": days, "amount": 1.0})
    history = describe_history(orders)
    look(plot_history, history)
    assert "1995: " in plot_history.describe(history).alt


def test_a_single_purchase(look):
    orders = pd.DataFrame(
        {"customer_id": ["a"], "ordered_at": [pd.Timestamp("2024-02-29")], "amount": [1.0]}
    )
    look(plot_history, describe_history(orders))


@pytest.fixture(scope="module")
def audit():
    people = make_banking(200)["customers"]
    people = people.assign(education=None, income=people["income"].mask(people.index % 3 == 0))
    return audit_table(people.assign(customer_id=people["customer_id"].mask(people.index < 4)),
                       "customers")  # fmt: skip


def test_the_emptiest_column_comes_first(audit):
    caption = plot_completeness.describe(audit)
    assert caption.data["column"].tolist()[0] == "education"
    assert caption.data["completeness"].is_monotonic_increasing
    assert caption.title == "12 of 16 columns are filled in every row"
    assert "must be full: customer number" in caption.subtitle
    assert "12 fuller columns are not shown" in caption.subtitle


def test_the_gaps_are_labelled(audit, look):
    texts = look(plot_completeness, audit)
    assert texts.count("98.0\u202f%") == 2
    assert texts.count("0.0\u202f%") == 2


def test_a_full_table_and_a_wide_one(cdnow_sample, look):
    look(plot_completeness, audit_table(cdnow_sample))
    wide = pd.DataFrame({f"column number {number}": [1, None] for number in range(60)})
    assert len(plot_completeness.describe(audit_table(wide)).data) == 24
    look(plot_completeness, audit_table(wide))


def test_hostile_names_stay_text(look):
    names = ["Cost $5 and $x_2$", "<script>", "W" * 60, "tab\tand\nline"]
    look(plot_completeness, audit_table(pd.DataFrame({name: [1, None] for name in names})))


def test_a_table_without_rows(look):
    frame = pd.DataFrame({"customer_id": pd.Series([], dtype="str")})
    look(plot_completeness, audit_table(frame))
