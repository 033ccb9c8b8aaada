from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from segkit.errors import DataError
from segkit.figures import plot_holdout_by_frequency, plot_holdout_tracking


def test_the_title_says_how_far_off_the_first_model_was(check):
    row = check.table.set_index("model").loc[check.focus]
    assert row["actual"] == 1882
    caption = plot_holdout_tracking.describe(check)
    miss = abs(row["expected"] / row["actual"] - 1)
    assert caption.title == (
        f"MBG/NBD expected {miss * 100:.1f}\u202f% fewer repeat purchases "
        "than came in 39 test weeks"
    )
    assert "1,882 came" in caption.alt
    assert set(caption.data["model"]) == {"mbg_nbd", "bg_nbd", "pareto_nbd"}


def test_the_group_with_most_customers_makes_the_title(check):
    rows = check.by_frequency.query("model == @check.focus")
    most = rows.loc[rows["n_customers"].idxmax()]
    caption = plot_holdout_by_frequency.describe(check)
    assert caption.title == (
        f"1,411 customers with 0 repeat purchases: {most['actual_mean']:.2f} more each, "
        f"{most['expected_mean']:.2f} expected by MBG/NBD"
    )


@pytest.mark.parametrize("plot", [plot_holdout_tracking, plot_holdout_by_frequency])
def test_lines_are_named_and_nothing_overlaps(plot, check, look):
    texts = look(plot, check)
    for name in ("Actual", "MBG/NBD", "BG/NBD", "Pareto/NBD"):
        assert texts.count(name) == 2


def test_the_border_stands_where_the_calibration_ends(check):
    ax = plot_holdout_tracking(check)
    upright = [line.get_xdata()[0] for line in ax.lines if len(set(line.get_xdata())) == 1]
    assert upright == [check.split["calibration_days"] / 7]
    actual = max(ax.lines, key=lambda line: line.get_linewidth())
    assert actual.get_ydata()[-1] == check.tracking["actual_cumulative"].max()


def small(expected: float, actual: float) -> SimpleNamespace:
    weeks = [1, 2, 3, 4]
    return SimpleNamespace(
        focus="bg_nbd",
        split={"calibration_days": 14, "holdout_days": 14},
        table=pd.DataFrame({"model": ["bg_nbd"], "expected": [expected], "actual": [actual]}),
        tracking=pd.DataFrame(
            {
                "model": "bg_nbd",
                "week": weeks,
                "actual_cumulative": [0.0, 1, 1, 1 + actual],
                "expected_cumulative": [0.0, 1, 1, 1 + expected],
            }
        ),
        by_frequency=pd.DataFrame(
            {
                "model": "bg_nbd",
                "frequency": ["0", "1", "2"],
                "n_customers": [5, 2, 0],
                "actual_mean": [actual / 7, actual / 7, float("nan")],
                "expected_mean": [expected / 7, expected / 7, float("nan")],
            }
        ),
    )


@pytest.mark.parametrize(
    ("expected", "actual", "words"),
    [(12.0, 10.0, "20.0\u202f% more"), (5.0, 10.0, "50.0\u202f% fewer"), (3.0, 0.0, "none came")],
)
def test_titles_of_all_outcomes(expected, actual, words, look):
    made = small(expected, actual)
    assert words in plot_holdout_tracking.describe(made).title
    look(plot_holdout_tracking, made)
    look(plot_holdout_by_frequency, made)


def test_empty_groups_are_left_out():
    ax = plot_holdout_by_frequency(small(5.0, 6.0))
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["0", "1"]


def test_what_cannot_be_drawn(check):
    empty = SimpleNamespace(**{**vars(small(1.0, 1.0)), "tracking": check.tracking.iloc[:0]})
    with pytest.raises(DataError, match=r"check\.tracking must have rows"):
        plot_holdout_tracking(empty)
    lacking = SimpleNamespace(
        **{**vars(small(1.0, 1.0)), "by_frequency": pd.DataFrame({"model": []})}
    )
    with pytest.raises(DataError, match="missing columns frequency, n_customers"):
        plot_holdout_by_frequency.describe(lacking)
