"""Presets fit the files that they are for, and tell the truth about them."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import ibis
import pandas as pd
import pyreadr
import pytest

from segkit.collect import DATASETS
from segkit.collect.columns.known_headers import list_presets, load_preset, plain
from segkit.collect.columns.mapping import map_columns
from segkit.collect.datasets.locate import find_files
from segkit.collect.table_checks import check_table
from segkit.errors import ArgumentError, DataError
from segkit.i18n import use_language
from segkit.schema import TABLES, names

#: Column names of exports that are no public files.
SHOPIFY = [
    "Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Fulfilled at",
    "Accepts Marketing", "Currency", "Subtotal", "Shipping", "Taxes", "Total", "Discount Code",
    "Discount Amount", "Shipping Method", "Created at", "Lineitem quantity", "Lineitem name",
    "Lineitem price", "Lineitem compare at price", "Lineitem sku", "Lineitem discount",
    "Billing Name", "Billing City", "Billing Country", "Shipping Name", "Shipping Country",
    "Notes", "Payment Method", "Refunded Amount", "Vendor", "Id", "Tags", "Source", "Phone",
]  # fmt: skip
ZOHO_DEALS = [
    "Record Id", "Deal Owner", "Deal Name", "Account Name", "Type", "Lead Source", "Contact Name",
    "Amount", "Closing Date", "Stage", "Probability", "Expected Revenue", "Created Time",
]  # fmt: skip
FXIAOKE = [
    "销售订单编号(必填)", "客户名称(必填)", "下单日期(必填)", "销售订单金额(元)", "产品合计(元)",
    "整单折扣(%)", "负责人",
]  # fmt: skip


@pytest.fixture(scope="module")
def real(absent) -> Path:
    place = os.environ.get("SEGKIT_DATA_DIR")
    if not place or not (Path(place) / "online_retail").is_dir():
        absent("No public data sets here: SEGKIT_DATA_DIR names their folder.")
    return Path(place)


def read(path: Path) -> pd.DataFrame:
    return next(iter(pyreadr.read_r(path).values()))


def test_every_preset_names_canonical_columns_and_its_source():
    assert list_presets() == [
        "bank_marketing", "cdnow", "complete_journey", "fxiaoke", "online_retail",
        "shopify_orders", "zoho_crm",
    ]  # fmt: skip
    for name in list_presets():
        preset = load_preset(name)
        assert preset.source
        for kind, wanted in preset.tables.items():
            assert set(wanted) <= set(names(TABLES[kind])), name
            required = set(names(TABLES[kind], required=True))
            assert required <= set(wanted), (name, kind)
        with use_language("zh"):
            assert preset.title
            assert bool(preset.note) == bool(preset.notes)


def test_online_retail(real):
    lines = read(real / "online_retail" / "onlineretail.rda")
    found = map_columns(list(lines.columns), preset="online_retail")
    assert found.renames == {
        "customer_id": "CustomerID", "ordered_at": "InvoiceDate", "order_id": "InvoiceNo",
        "quantity": "Quantity", "unit_price": "UnitPrice", "product_id": "StockCode",
        "region": "Country",
    }  # fmt: skip
    assert found.products == {"amount": ("quantity", "unit_price")}
    assert found.unmapped == ("Description",)
    # Without the preset the usual names lead to the same columns.
    assert map_columns(list(lines.columns)).renames == found.renames
    second = ["Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price",
              "Customer ID", "Country"]  # fmt: skip
    again = map_columns(second, preset="online_retail")
    assert again.renames["unit_price"] == "Price"
    assert again.products == found.products
    with use_language("zh"):
        assert "取消单" in found.note
        assert found.rows()[0]["reason"].count("发票明细") == 1


def test_the_whole_of_online_retail_becomes_a_sound_table(real):
    lines = read(real / "online_retail" / "onlineretail.rda")
    known = lines.query("CustomerID.notna() and Quantity > 0 and UnitPrice > 0")
    known = known.assign(CustomerID=known["CustomerID"].astype("int64").astype("str"))
    found = map_columns(list(known.columns), preset="online_retail")
    table = found.apply(ibis.memtable(known))
    (first, second) = found.products["amount"]
    table = table.mutate(amount=table[first] * table[second])
    check_table(table)
    assert table.count().execute() == 397_884
    assert table.customer_id.nunique().execute() == 4_338
    as_sent = found.apply(ibis.memtable(lines)).mutate(amount=ibis._.quantity * ibis._.unit_price)
    with pytest.raises(DataError, match="customer_id must be text; got float64"):
        check_table(as_sent)


def test_complete_journey(real):
    folder = real / "complete_journey"
    orders = map_columns(
        list(read(folder / "transactions_sample.rda").columns), preset="complete_journey"
    )
    assert orders.renames["amount"] == "sales_value"
    assert orders.renames["ordered_at"] == "transaction_timestamp"
    people = read(folder / "demographics.rda")
    found = map_columns(list(people.columns), kind="customers", preset="complete_journey")
    # Bands are not taken for numbers.
    assert found.renames["age_band"] == "age"
    assert "age" not in found.renames
    plain_text = people.astype("str")
    check_table(found.apply(ibis.memtable(plain_text)), "customers")
    sent = list(read(folder / "campaigns.rda").columns)
    assert map_columns(sent, kind="campaigns", preset="complete_journey").renames == {
        "customer_id": "household_id", "campaign": "campaign_id"
    }  # fmt: skip


def test_bank_marketing(real):
    with zipfile.ZipFile(real / "bank_marketing" / "bank+marketing.zip") as outer:
        for inner, file in (
            ("bank.zip", "bank-full.csv"),
            ("bank-additional.zip", "bank-additional/bank-additional-full.csv"),
        ):
            with zipfile.ZipFile(io.BytesIO(outer.read(inner))) as archive:
                header = archive.read(file).split(b"\n", 1)[0].decode().strip()
            own = [name.strip('"') for name in header.split(";")]
            calls = map_columns(own, kind="campaigns", preset="bank_marketing").renames
            assert calls == {
                "customer_id": "segkit_row", "channel": "contact", "contacts": "campaign",
                "responded": "y",
            }  # fmt: skip
            people = map_columns(own, kind="customers", preset="bank_marketing").renames
            assert people["occupation"] == "job"
            assert ("assets" in people) == ("balance" in own)


def test_cdnow():
    with find_files(DATASETS["cdnow"])[0].open(encoding="utf-8") as file:
        header = file.readline().split()
    assert map_columns(header, preset="cdnow").renames == {
        "customer_id": "customer_id", "ordered_at": "date", "amount": "dollar_value",
        "quantity": "number_of_cds",
    }  # fmt: skip


def test_shopify_orders_are_taken_by_the_line():
    found = map_columns(SHOPIFY, preset="shopify_orders")
    assert found.products == {"amount": ("quantity", "unit_price")}
    assert found.renames["order_id"] == "Name"
    assert found.renames["customer_id"] == "Email"
    assert found.renames["ordered_at"] == "Created at"
    assert "Total" in found.unmapped
    assert "before discounts" in found.note
    assert map_columns(SHOPIFY, preset="shopify_orders", columns="amount=Total").products == {}


def test_zoho_and_fxiaoke():
    deals = map_columns(ZOHO_DEALS, preset="zoho_crm").renames
    assert (deals["customer_id"], deals["ordered_at"]) == ("Account Name", "Closing Date")
    assert (deals["amount"], deals["channel"]) == ("Amount", "Lead Source")
    orders = map_columns(FXIAOKE, preset="fxiaoke").renames
    assert orders == {
        "customer_id": "客户名称(必填)", "ordered_at": "下单日期(必填)",
        "amount": "销售订单金额(元)", "order_id": "销售订单编号(必填)",
    }  # fmt: skip
    fields = map_columns(["name", "account_id", "order_time", "order_amount"], preset="fxiaoke")
    assert fields.renames["order_id"] == "name"


def test_what_is_no_such_export_is_told():
    with pytest.raises(DataError, match="no column of the preset online_retail: CustomerID"):
        map_columns(["会员", "日期"], preset="online_retail")
    with pytest.raises(ArgumentError, match="Did you mean 'online_retail'"):
        map_columns(["a"], preset="onlineretail")
    with pytest.raises(ArgumentError, match="preset must be a preset for survey; .* cdnow has tra"):
        map_columns(["a"], kind="survey", preset="cdnow")


def test_comparison_of_names():
    alike = ["Customer ID", "customer_id", "CUSTOMER-ID", "Customer.ID", "ＣｕｓｔｏｍｅｒＩＤ*"]
    assert {plain(name) for name in alike} == {"customerid"}
    assert plain("(元)") == "(元)"
    assert len({plain("金额"), plain("金额(千元)"), plain("金额 (k)"), plain("_")}) == 4
