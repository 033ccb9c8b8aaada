"""The real invoice lines of a wholesaler: every one of 541,909 accounted for."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from segkit.clean import clean_transactions
from segkit.customers import summarize_customers

_NAMES = {
    "InvoiceNo": "order_id",
    "StockCode": "product_id",
    "Quantity": "quantity",
    "InvoiceDate": "ordered_at",
    "UnitPrice": "unit_price",
    "CustomerID": "customer_id",
}


@pytest.fixture(scope="module")
def invoice_lines(absent) -> pd.DataFrame:
    folder = os.environ.get("SEGKIT_DATA_DIR", "")
    path = Path(folder) / "online_retail" / "onlineretail.rda"
    if not folder or not path.exists():
        absent("online_retail is not here: SEGKIT_DATA_DIR names the folder of real data.")
    try:
        import pyreadr
    except ImportError:
        absent("pyreadr is not installed; it reads onlineretail.rda.")
    lines = next(iter(pyreadr.read_r(str(path)).values())).rename(columns=_NAMES)
    return lines.assign(amount=lines["quantity"] * lines["unit_price"])


def ledger(cleaning) -> dict[str, int]:
    table = cleaning.ledger
    return table[table["rows"] > 0].set_index("reason")["rows"].to_dict()


def test_the_published_counts(invoice_lines):
    cleaning = clean_transactions(
        invoice_lines, returns="drop", duplicates="keep", until="2011-12-31"
    )
    assert ledger(cleaning) == {
        "rows_in": 541_909,
        "missing_customer": 135_080,
        "zero_amount": 40,
        "return": 8_905,
        "kept": 397_884,
    }
    kept = cleaning.kept
    assert len(kept) == 397_884
    assert kept["customer_id"].nunique() == 4_338
    assert (kept["quantity"] > 0).all()
    assert (kept["unit_price"] > 0).all()
    assert len(summarize_customers(kept)) == 4_338


def test_returns_are_netted(invoice_lines):
    cleaning = clean_transactions(invoice_lines, duplicates="keep", until="2011-12-31")
    found = ledger(cleaning)
    assert found == {
        "rows_in": 541_909,
        "missing_customer": 135_080,
        "zero_amount": 40,
        "returned": 2_785,
        "return_netted": 7_497,
        "return_partly_netted": 73,
        "unmatched_return": 1_335,
        "kept": 395_099,
        "changed": 4_620,
    }
    parts = cleaning.amount_kept + cleaning.amount_rejected + cleaning.amount_changed
    assert parts == pytest.approx(cleaning.amount_in, abs=1e-4)
    # The largest order, of 80,995 pieces, was cancelled twelve minutes later.
    assert cleaning.kept["quantity"].max() < 80_995
    assert (cleaning.kept["amount"] > 0).all()


def test_copies_of_lines(invoice_lines):
    found = ledger(clean_transactions(invoice_lines, until="2011-12-31"))
    # Counted by pandas on all columns, among lines with a customer.
    with_customer = invoice_lines.dropna(subset="customer_id")
    assert found["duplicate"] == with_customer.duplicated().sum() == 5_225
