from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from segkit.errors import DataError
from segkit.figures import (
    draw,
    plot_loadings,
    plot_needs,
    plot_nps,
    plot_segment_scores,
    plot_segment_spend,
    plot_typing_accuracy,
    to_svg,
)
from segkit.i18n import use_currency, use_language
from segkit.segment.attitudes import (
    compare_means,
    find_factors,
    fit_typing_tool,
    net_promoter,
    rank_needs,
    segment_attitudes,
)
from segkit.synthetic import make_cosmetics

BLOCKS = {name: [f"{name}_{i}" for i in (1, 2, 3)] for name in ("price", "quality", "loyalty")}
ENDS = ("mean", "low", "high")
ITEMS = [item for members in BLOCKS.values() for item in members]


@pytest.fixture(scope="module")
def survey() -> pd.DataFrame:
    return make_cosmetics(800, seed=1, tables=["survey"])["survey"]


@pytest.fixture(scope="module")
def segmented(survey):
    return segment_attitudes(survey, [*BLOCKS["price"], *BLOCKS["quality"]], n=3)


@pytest.fixture(scope="module")
def results(survey, segmented):
    loyalty = compare_means(segmented, survey, {"loyalty": BLOCKS["loyalty"]})
    means = loyalty.means.assign(**{name: loyalty.means[name] * 300 for name in ENDS})
    return {
        plot_loadings: find_factors(survey, ITEMS),
        plot_segment_scores: loyalty,
        plot_segment_spend: replace(loyalty, outcome="Revenue", means=means, is_money=True),
        plot_needs: rank_needs(survey, BLOCKS, lowest=1),
        plot_nps: net_promoter(survey, by=segmented),
        plot_typing_accuracy: fit_typing_tool(segmented, survey, max_items=4),
    }


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_overlaps(results, look, language):
    with use_language(language):
        for plot, result in results.items():
            look(plot, result)


def test_every_item_stands_once_beside_its_factor(results):
    factors = results[plot_loadings]
    data = plot_loadings.describe(factors).data
    assert sorted(data["item"]) == sorted(ITEMS)
    assert list(dict.fromkeys(data["factor"])) == factors.names
    assert "9 items measure 3 things" in plot_loadings.describe(factors).title


def test_means_stand_by_size(results):
    data = plot_segment_scores.describe(results[plot_segment_scores]).data
    assert data["mean"].is_monotonic_decreasing
    assert (data["low"] < data["mean"]).all()


def test_amounts_are_written_in_the_currency_of_the_report(results, look):
    with use_currency("GBP"):
        caption = plot_segment_spend.describe(results[plot_segment_spend])
        texts = look(plot_segment_spend, results[plot_segment_spend])
    highest = results[plot_segment_spend].means["mean"].max()
    assert f"£{highest:,.0f}" in caption.alt
    assert f"£{highest:,.0f}" in texts


def test_the_first_need_stands_in_the_title(results):
    needs = results[plot_needs]
    assert plot_needs.describe(needs).title.startswith(needs.table["need"].iloc[0])


def test_everybody_stands_above_the_segments(results):
    data = plot_nps.describe(results[plot_nps]).data
    assert data["segment"].iloc[0] == "all"
    assert data["nps"].iloc[1:].is_monotonic_decreasing


def test_the_chosen_number_of_questions_stands_in_the_title(results):
    tool = results[plot_typing_accuracy]
    n = int(tool.accuracy.loc[tool.accuracy["chosen"], "n_questions"].iloc[0])
    assert plot_typing_accuracy.describe(tool).title.startswith(f"{n} question")


def hostile_results(names):
    n = len(names)
    ids = [f"s{i}" for i in range(n)]
    values = np.linspace(-90, 90, n)
    loadings = pd.DataFrame({"item": names, "factor": names[0], "belongs": True})
    named = [f"{name}{i}" for i, name in enumerate(names[:6])]
    loadings = loadings.assign(factor=named[0], **dict.fromkeys(named, values / 100))
    means = pd.DataFrame(
        {"segment": ids, "n_customers": 5, "mean": values, "low": values - 9, "high": values + 9}
    )
    pairs = pd.DataFrame({"segment_a": ["s0"], "segment_b": ["s1"], "differs": [True]})
    weights = np.linspace(0.4, 0.01, n)
    return {
        plot_loadings: SimpleNamespace(loadings=loadings, names=named),
        plot_segment_scores: SimpleNamespace(
            means=means,
            table=pairs,
            outcome="<script>$x_2$",
            is_money=False,
            _names=dict(zip(ids, names, strict=True)),
        ),
        plot_needs: SimpleNamespace(
            table=pd.DataFrame(
                {
                    "need": names,
                    "rank": range(1, n + 1),
                    "weight": weights,
                    "low": weights - 0.01,
                    "high": weights + 0.01,
                    "chain_weight": weights,
                    "first_share": weights,
                    "first_low": weights - 0.01,
                    "first_high": weights + 0.01,
                }
            )
        ),
        plot_nps: SimpleNamespace(
            table=pd.DataFrame(
                {
                    "segment": ids,
                    "name": names,
                    "n_answers": 5,
                    "nps": values,
                    "nps_low": [math.nan, *(values[1:] - 30)],
                    "nps_high": [math.nan, *(values[1:] + 10)],
                    "is_few": False,
                }
            )
        ),
    }


def test_hostile_names(hostile, look):
    for plot, result in hostile_results(list(hostile.profile["name"])).items():
        look(plot, result)
        assert "<script" not in to_svg(draw(plot, result))


def test_results_without_rows(results):
    empty = {
        plot_needs: SimpleNamespace(table=results[plot_needs].table.head(0)),
        plot_nps: SimpleNamespace(table=results[plot_nps].table.head(0)),
        plot_typing_accuracy: SimpleNamespace(
            accuracy=results[plot_typing_accuracy].accuracy.head(0)
        ),
    }
    for plot, result in empty.items():
        with pytest.raises(DataError, match="must have"):
            plot(result)
