from __future__ import annotations

import pandas as pd

from segkit.clean import clean_transactions
from segkit.i18n import use_language
from segkit.tables import cleaning_table


def test_the_ledger_as_a_table():
    orders = pd.DataFrame(
        {
            "customer_id": ["a", None, "b"],
            "ordered_at": pd.to_datetime(["2024-01-01"] * 3),
            "amount": [10.0, 5.0, 0.0],
        }
    )
    cleaning = clean_transactions(orders)
    table = cleaning_table(cleaning)
    kinds = {column.name: column.kind for column in table.columns}
    assert kinds == {
        "why": "text", "rows": "int", "share": "bar_percent", "customers": "int",
        "amount": "money",
    }  # fmt: skip
    rows = table.frame.set_index("why")
    assert rows["rows"][rows["rows"] > 0].to_dict() == {
        "Rows as sent": 3, "No customer number": 1, "Nothing paid or no pieces": 1, "Rows kept": 1,
    }  # fmt: skip
    assert rows.loc["No date", "rows"] == 0
    with use_language("zh"):
        chinese = cleaning_table(cleaning)
    assert chinese.name == table.name == "cleaning-ledger"
    assert not set(chinese.frame["why"]) & set(table.frame["why"])
