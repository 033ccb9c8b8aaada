"""The invoice lines of a wholesaler, sent as a client would: the same numbers in every dress."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from segkit.collect import read_raw_transactions

HEADERS = {
    "InvoiceNo": "订单编号",
    "StockCode": "商品编号",
    "Description": "商品名称",
    "Quantity": "数量",
    "InvoiceDate": "下单时间",
    "UnitPrice": "单价",
    "CustomerID": "客户编号",
    "Country": "国家",
}


@pytest.fixture(scope="module")
def lines(absent) -> pd.DataFrame:
    folder = os.environ.get("SEGKIT_DATA_DIR")
    if not folder:
        absent("SEGKIT_DATA_DIR does not name a folder with online_retail.")
    import pyreadr

    file = Path(folder) / "online_retail" / "onlineretail.rda"
    return next(iter(pyreadr.read_r(str(file)).values())).rename(columns=HEADERS)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_known_counts_come_out(lines, tmp_path, form):
    path = tmp_path / f"订单.{form}"
    if form == "csv":
        # As whole numbers, which is how the wholesaler knows them.
        sent = lines.assign(客户编号=lines["客户编号"].astype("Int64"))
        sent.to_csv(path, index=False, encoding="gb18030")
    else:
        plain = {"strings_to_formulas": False, "strings_to_urls": False}
        lines.to_excel(path, index=False, engine="xlsxwriter", engine_kwargs={"options": plain})
    rows = read_raw_transactions(path).table
    bought = rows.filter(rows.customer_id.notnull(), rows.quantity > 0, rows.unit_price > 0)
    assert rows.count().execute() == 541_909
    assert rows.customer_id.isnull().sum().execute() == 135_080
    assert rows.customer_id.nunique().execute() == 4_372
    assert rows.order_id.nunique().execute() == 25_900
    assert bought.count().execute() == 397_884
    assert bought.customer_id.nunique().execute() == 4_338
    assert round(bought.amount.sum().execute(), 2) == 8_911_407.90
    assert bought.customer_id.min().execute() == "12346"
