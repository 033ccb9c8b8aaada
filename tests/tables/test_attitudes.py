from __future__ import annotations

import pandas as pd
import pytest

from segkit.segment.attitudes import (
    check_items,
    find_factors,
    fit_typing_tool,
    rank_needs,
    reliability,
    segment_attitudes,
)
from segkit.synthetic import make_cosmetics
from segkit.tables import (
    items_table,
    loadings_table,
    need_table,
    reliability_table,
    typing_table,
)

BLOCKS = {name: [f"{name}_{i}" for i in (1, 2, 3)] for name in ("price", "quality", "loyalty")}
ITEMS = [item for members in BLOCKS.values() for item in members]


@pytest.fixture(scope="module")
def survey() -> pd.DataFrame:
    return make_cosmetics(600, seed=1, tables=["survey"])["survey"]


def test_items_say_what_is_odd():
    answers = pd.DataFrame(
        {
            "customer_id": range(8),
            "good": [1, 2, 3, 4, 5, 4, 2, 1],
            "nice": [1, 2, 3, 5, 5, 4, 2, 2],
            "poor": [5, 4, 3, 2, 1, 2, 4, 5],
            "same": 3,
        }
    )
    table = items_table(check_items(answers))
    notes = dict(zip(table.frame["item"], table.frame["note"], strict=True))
    assert notes == {
        "good": "", "nice": "", "poor": "runs against the others", "same": "all answer alike",
    }  # fmt: skip
    assert "block" not in table.frame
    turned = items_table(check_items(answers[["customer_id", "good", "poor"]], turn=["poor"]))
    assert list(turned.frame["note"]) == ["", "turned round"]


def test_alpha_is_that_of_the_result(survey):
    found = reliability(survey, BLOCKS)
    assert reliability_table(found).frame["alpha"].tolist() == found.table["alpha"].tolist()


def test_loadings_keep_names_of_factors_as_labels(survey):
    factors = find_factors(survey, ITEMS)
    table = loadings_table(factors)
    labels = {column.name: column.label for column in table.columns}
    assert [labels[f"loading_{i}"] for i in (1, 2, 3)] == factors.names
    assert table.frame["loading_2"].tolist() == factors.loadings[factors.names[1]].tolist()


def test_needs_of_all_and_by_segment(survey):
    needs = rank_needs(survey, BLOCKS, lowest=1)
    assert list(need_table(needs).frame["rank"]) == [1, 2, 3]
    by_segment = needs.by_segment(segment_attitudes(survey, ITEMS, n=2))
    table = need_table(by_segment)
    assert table.columns[0].name == "name"
    assert list(table.frame["rank"]) == [1, 2, 3, 1, 2, 3]


def test_points_add_up_to_the_segment(survey):
    """The table on paper places whoever answers as the tool does."""
    tool = fit_typing_tool(segment_attitudes(survey, ITEMS, n=2), survey, max_items=3)
    points = typing_table(tool).frame.set_index("question")
    wide = survey.pivot_table(index="customer_id", columns="item", values="answer")
    wide = wide[tool.items].dropna().head(50)
    totals = wide.to_numpy() @ points.iloc[1:].to_numpy() + points.iloc[0].to_numpy()
    placed = tool.assign(wide.reset_index()).customers.set_index("customer_id")["segment"]
    order = [group.id for group in tool.definition.groups]
    assert [order[i] for i in totals.argmax(axis=1)] == placed.loc[wide.index].tolist()
