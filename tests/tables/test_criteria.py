from __future__ import annotations

import pytest

from segkit.features import gather_customers
from segkit.segment.borders import check_borders
from segkit.segment.criteria import compare_criteria
from segkit.tables import borders_table, criteria_groups_table, criteria_table


@pytest.fixture(scope="module")
def bank():
    return gather_customers(customers="bank_customers").table


def names(table) -> list[str]:
    return [column.name for column in table.columns]


def test_criteria_with_worth_and_what_is_lacking():
    found = compare_criteria(gather_customers("cosmetics_orders").table, sector="cosmetics")
    table = criteria_table(found)
    assert names(table)[-3:] == ["explained", "best", "lacking"]
    rows = table.frame.set_index("name")
    assert rows.loc["Age bands of a cosmetics brand", "best"] == "Middle-aged (110)"
    assert rows.loc["Stages of family life", "lacking"] == "Family situation"
    assert rows.loc["Purpose of a hotel stay", "lacking"] == "values that the criterion knows"
    assert (rows["explained"].dropna() >= 0).all()
    groups = criteria_groups_table(found).frame
    first = groups[groups["title"] == "Age bands of a cosmetics brand"]
    assert first["n_customers"].sum() == 400
    assert first["interval"].tolist()[1] == "102 to 120"


def test_without_purchases_no_column_of_worth(bank):
    found = compare_criteria(bank)
    assert not {"explained", "best"} & set(names(criteria_table(found)))
    groups = criteria_groups_table(found)
    assert names(groups)[-1] == "customer_share"
    assert groups.title == "Every group and its size"


def test_borders_in_words(bank):
    found = compare_criteria(bank, schemes=["age_bands", "income_bands"])
    table = borders_table(check_borders(found, bank, n_resamples=3))
    assert table.frame["source"].tolist() == ["fixed", "from the data"]
    fixed = compare_criteria(bank, schemes=["age_bands"])
    assert "agreement" not in names(borders_table(check_borders(fixed, bank)))
