"""Own columns find their canonical names, with a reason, or the reader is asked."""

from __future__ import annotations

import subprocess
import sys

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.collect.columns.known_headers import list_presets, plain, synonyms
from segkit.collect.columns.mapping import map_columns, read_own_map
from segkit.errors import ArgumentError, DataError, SegkitError
from segkit.i18n import use_language
from segkit.schema import TABLES, TRANSACTIONS, names
from segkit.synthetic.faults import HEADERS

USUAL = ["客户编号", "下单时间", "实付金额"]
ANY_NAME = sorted(
    {*names(TRANSACTIONS), "segkit_row", "Quantity*UnitPrice"}.union(
        *(level for levels in synonyms("transactions").values() for level in levels)
    )
)


def hows(found) -> dict[str, str]:
    return {pair.canonical: pair.how for pair in found.pairs}


@pytest.mark.parametrize("who", [
    "客户编号", "客户ID", "会员号", "会员ID", "会员卡号", "买家ID", "用户ID", "顾客编号",
    "CustomerID",
    "Customer ID", "Member ID", "客户编号*", "ＣｕｓｔｏｍｅｒＩＤ",
])  # fmt: skip
def test_names_of_customers(who):
    assert map_columns([who, "下单时间", "金额"]).renames["customer_id"] == who


@pytest.mark.parametrize("when", [
    "下单时间", "订单日期", "付款时间", "交易时间", "购买日期", "成交时间", "InvoiceDate",
    "Order Date",
    "ORDER-DATE", "order_date", "Date",
])  # fmt: skip
def test_names_of_dates(when):
    assert map_columns(["客户ID", when, "金额"]).renames["ordered_at"] == when


@pytest.mark.parametrize("amount", [
    "实付金额", "实收金额", "消费金额", "订单金额", "支付金额", "成交金额", "金额", "销售额",
    "金额（元）",
    "金额(CNY)", "Sales", "Total", "Amount", "Amount Paid", "Sales ($)", "revenue", "销售额【元】",
])  # fmt: skip
def test_names_of_amounts(amount):
    assert map_columns(["客户ID", "下单时间", amount]).renames["amount"] == amount


@pytest.mark.parametrize(("own", "canonical"), [
    ("数量", "quantity"), ("单价", "unit_price"), ("Price", "unit_price"), ("UnitPrice",
    "unit_price"),
    ("商品编码", "product_id"), ("SKU", "product_id"), ("StockCode", "product_id"), ("品类",
    "category"),
    ("渠道", "channel"), ("门店", "channel"), ("地区", "region"), ("城市", "region"), ("成本",
    "cost"),
    ("退货", "is_return"), ("Invoice", "order_id"), ("InvoiceNo", "order_id"), ("Order ID",
    "order_id"),
    ("订单号", "order_id"), ("币种", "currency"),
])  # fmt: skip
def test_other_columns_of_transactions(own, canonical):
    found = map_columns([*USUAL, own])
    assert found.renames[canonical] == own
    assert hows(found)[canonical] == ("name" if plain(own) == plain(canonical) else "synonym")


@pytest.mark.parametrize(("kind", "header"), [
    ("customers", {"customer_id": "会员号", "name": "姓名", "phone": "手机号", "email": "E-mail",
                   "joined_at": "注册时间", "birth_date": "生日", "gender": "性别", "city": "城市",
                   "region": "省份", "education": "学历", "industry": "所属行业",
                   "family": "婚姻状况"}),
    ("interactions", {"customer_id": "用户ID", "occurred_at": "Event Time", "kind": "行为类型"}),
    ("survey", {"customer_id": "客户编号", "item": "题目", "answer": "得分",
    "answered_at": "提交时间"}),
    ("balances", {"customer_id": "客户号", "account_id": "账号", "as_of": "统计日期",
                  "balance": "余额", "product": "账户类型"}),
    ("campaigns", {"customer_id": "客户编号", "campaign": "活动名称", "is_control": "是否对照组",
                   "responded": "是否响应", "contacted_at": "发送时间", "channel": "触达渠道"}),
    ("complaints", {"customer_id": "客户编号", "occurred_at": "投诉时间", "outcome": "处理结果",
                    "rating": "满意度", "kind": "投诉类型"}),
])  # fmt: skip
def test_other_kinds(kind, header):
    assert map_columns(list(header.values()), kind=kind).renames == header


@pytest.mark.parametrize("language", [0, 1])
def test_the_made_up_crm_needs_no_map(language):
    orders = {c: HEADERS[c][language] for c in names(TRANSACTIONS)}
    assert map_columns(list(orders.values())).renames == orders
    people = {c: HEADERS[c][language] for c in ("customer_id", "name", "phone", "email")}
    assert map_columns(list(people.values()), kind="customers").renames == people


def test_names_and_phones_are_left_alone_in_orders():
    found = map_columns([*USUAL, "姓名", "手机号", "Email"])
    assert set(found.renames) == {"customer_id", "ordered_at", "amount"}
    assert found.unmapped == ("姓名", "手机号", "Email")


def test_own_map_beats_the_name_and_the_name_beats_synonyms():
    header = ["customer_id", "ordered_at", "amount", "Paid", "Sales"]
    assert map_columns(header).renames["amount"] == "amount"
    found = map_columns(header, columns="amount=Paid")
    assert found.renames["amount"] == "Paid"
    assert hows(found)["amount"] == "own map"
    assert found.unmapped == ("amount", "Sales")


def test_two_good_names_are_asked_about():
    header = ["客户ID", "下单时间", "付款时间", "订单金额", "实付金额"]
    with pytest.raises(DataError) as caught:
        map_columns(header, function="read_transactions")
    assert str(caught.value) == (
        "read_transactions: ordered_at could be '下单时间' or '付款时间'; amount could be "
        "'订单金额' or '实付金额'. Say which, such as columns={'ordered_at': '下单时间', "
        "'amount': '订单金额'}, or --map ordered_at=下单时间,amount=订单金额."
    )
    found = map_columns(header, columns="ordered_at=下单时间，amount＝实付金额")
    assert found.renames["amount"] == "实付金额"
    with pytest.raises(DataError, match="amount could be 'Amount' or 'AMOUNT'"):
        map_columns(["customer_id", "ordered_at", "Amount", "AMOUNT"])


def test_a_plainly_better_name_needs_no_question():
    found = map_columns([*USUAL, "门店", "渠道", "城市", "大区", "日期"])
    assert found.renames["channel"] == "渠道"
    assert found.renames["region"] == "大区"
    assert found.renames["ordered_at"] == "下单时间"
    reasons = {pair.canonical: pair.reason for pair in found.pairs}
    assert reasons["region"] == "A usual name for it, more exact than 城市."
    with use_language("zh"):
        # The reason is made when it is read, in the reader's language.
        assert "、" in map_columns([*USUAL, "门店", "来源", "渠道"]).rows()[-1]["reason"]


def test_an_amount_is_made_of_quantity_and_price():
    found = map_columns(["客户ID", "下单时间", "数量", "单价"])
    assert found.products == {"amount": ("quantity", "unit_price")}
    assert hows(found)["amount"] == "product"
    assert found.rows()[2] == {
        "canonical": "amount",
        "own": "数量 × 单价",
        "reason": "There is no column of amounts, so quantity times unit price.",
    }
    assert map_columns(["客户ID", "下单时间", "数量", "单价", "金额"]).products == {}


@pytest.mark.parametrize("text", ["amount=Stück*Preis", "amount = Stück × Preis"])
def test_a_product_may_be_named(text):
    found = map_columns(
        ["Kunde", "Tag", "Stück", "Preis"], columns=f"customer_id=Kunde,ordered_at=Tag,{text}"
    )
    assert found.renames == {
        "customer_id": "Kunde", "ordered_at": "Tag", "quantity": "Stück", "unit_price": "Preis"
    }  # fmt: skip
    assert found.products == {"amount": ("quantity", "unit_price")}


def test_factors_are_known_by_their_names_in_any_order():
    found = map_columns(["客户ID", "日期", "Price", "Qty"], columns="amount=Price*Qty")
    assert found.renames["unit_price"] == "Price"
    assert found.products == {"amount": ("unit_price", "quantity")}
    cost = map_columns([*USUAL, "数量", "成本价"], columns="cost=数量*成本价")
    assert cost.products == {"cost": ("quantity", "成本价")}
    with pytest.raises(DataError, match="missing column Prize"):
        map_columns(["客户ID", "日期", "Price", "Qty"], columns="amount=Prize*Qty")
    with pytest.raises(DataError, match="columns must be one column, or the product of two"):
        map_columns(["客户ID", "日期", "a", "b", "c"], columns="amount=a*b*c")


def test_thousands_are_not_taken_for_units():
    with pytest.raises(DataError, match=r"missing column amount\. .*'金额（万元）' tells a scale"):
        map_columns(["客户ID", "下单时间", "金额（万元）"])
    assert map_columns(["客户ID", "下单时间", "金额（万元）"], columns="amount=金额(万元)").renames[
        "amount"
    ] == "金额（万元）"  # fmt: skip


def test_all_that_is_missing_is_named_at_once():
    with pytest.raises(DataError) as caught:
        map_columns(["Member", "Dat", "订单金额", "实付金额"], columns="order_id=Ordr")
    message = str(caught.value)
    for part in (
        "map_columns: missing columns ordered_at, Ordr",
        "The table has Member, Dat, 订单金额, 实付金额.",
        "--map customer_id=…,ordered_at=…,amount=…",
        "Besides, amount could be '订单金额' or '实付金额'.",
    ):
        assert part in message


def test_a_column_feeds_one_canonical_column():
    with pytest.raises(ArgumentError, match="a map to different columns; got 'x'"):
        map_columns(["x", "y"], columns={"customer_id": "x", "order_id": "x"})
    with pytest.raises(ArgumentError, match="a map to different columns; got 'X'"):
        map_columns(["X", "y"], columns={"customer_id": "x", "order_id": "X"})
    with pytest.raises(DataError, match="missing column customer_id"):
        map_columns(["customer_id", "ordered_at", "amount"], columns="order_id=customer_id")


def test_apply_renames_and_leaves_nothing_false_behind():
    table = ibis.memtable(
        pd.DataFrame({"Member": ["a"], "amount": ["9"], "channel": ["x"], "Paid": ["3"],
                      "Date": ["2024-01-01"], "note": ["n"], "segkit_row": [1]})
    )  # fmt: skip
    found = map_columns(
        table.columns, columns="customer_id=Member,amount=Paid,order_id=channel,channel=note"
    )
    assert found.apply(table).columns == (
        "customer_id", "order_id", "amount", "ordered_at", "channel", "segkit_row"
    )  # fmt: skip
    row = found.apply(table).to_pandas().iloc[0]
    assert (row["amount"], row["channel"], row["order_id"]) == ("3", "n", "x")
    assert "amount" in table.columns


def test_factors_survive_apply():
    table = ibis.memtable({"who": ["a"], "on": ["2024-01-01"], "amount": [2.5], "n": [4]})
    found = map_columns(table.columns, columns="customer_id=who,ordered_at=on,amount=n*amount")
    assert found.apply(table).columns == ("customer_id", "ordered_at", "unit_price", "quantity")
    assert found.products == {"amount": ("quantity", "unit_price")}


def test_the_number_of_the_row_may_stand_for_an_id():
    table = ibis.memtable({"on": ["2024-01-01"], "sum": [2.5], "segkit_row": [7]})
    columns = "customer_id=segkit_row,ordered_at=on,amount=sum"
    found = map_columns(["on", "sum"], columns=columns)
    assert found.apply(table).customer_id.to_pandas().tolist() == ["7"]
    assert "number of the row" in found.rows()[0]["reason"]
    with pytest.raises(DataError, match="customer_id must be in the table; got 'segkit_row'"):
        found.apply(table.drop("segkit_row"))
    # Nothing of segkit's own is taken for the client's.
    assert map_columns(["segkit_row", *USUAL]).unmapped == ()


def test_the_map_is_shown_with_its_reasons():
    found = map_columns([*USUAL, "备注"], columns="amount=实付金额")
    assert repr(found) == (
        "ColumnMap for transactions, 3 columns; next: .apply(table)\n"
        "  customer_id ← 客户编号  (A usual name for it.)\n"
        "  ordered_at  ← 下单时间  (A usual name for it.)\n"
        "  amount      ← 实付金额  (You named this column.)\n"
        "  not mapped: 备注"
    )


def test_own_maps_in_yaml(tmp_path):
    path = tmp_path / "client.yaml"
    path.write_text("customer_id: No\nordered_at: [Tag, Datum]\namount: 1\n", encoding="utf-8")
    for how in ({"columns": path}, {"columns": str(path)}, {"preset": path}):
        renames = map_columns(["No", "Datum", "1"], **how).renames
        assert renames == {"customer_id": "No", "ordered_at": "Datum", "amount": "1"}
    path.write_text("tables:\n  survey:\n    item: Frage\n", encoding="utf-8")
    assert read_own_map(path, kind="survey") == {"item": ("Frage",)}
    assert read_own_map(path) == {}


@pytest.mark.parametrize(("text", "message"), [
    ("amuont: Paid",
    "client.yaml must be a canonical column of transactions; got 'amuont'.*'amount'"),
    ("amount: {a: b}", "client.yaml: amount must be the name of a column"),
    ("just text", "client.yaml must be a YAML file of lines such as amount: Paid"),
    ("amount: [", "client.yaml line 1 must be a short YAML file"),
    ("a: &a [x]\nb: *a", "got: it uses aliases"),
    ("# " + "x" * 100_000, "got: it has 100,002 bytes"),
    ("tables: {order: {amount: x}}", "tables must be one of transactions"),
])  # fmt: skip
def test_faulty_yaml_is_told(tmp_path, text, message):
    path = tmp_path / "client.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        map_columns(USUAL, columns=path)


def test_faulty_maps_are_told(tmp_path):
    with pytest.raises(ArgumentError, match="columns must be pairs canonical=own"):
        read_own_map("customer_id")
    with pytest.raises(ArgumentError, match="Did you mean 'customer_id'"):
        read_own_map({"customr_id": "Member"})
    with pytest.raises(ArgumentError, match="columns must be a mapping, pairs .*; got 5"):
        read_own_map(5)
    with pytest.raises(ArgumentError, match=r"columns\['amount'\] must be the name of a column"):
        read_own_map({"amount": 3})
    with pytest.raises(DataError, match=r"none.yaml' cannot be opened"):
        read_own_map(tmp_path / "none.yaml")
    with pytest.raises(ArgumentError, match="kind must be one of transactions, .*; got 'orders'"):
        map_columns(USUAL, kind="orders")
    assert read_own_map(None) == read_own_map("") == {}
    assert read_own_map("amount=Paid，net") == {"amount": ("Paid，net",)}


@pytest.mark.parametrize("kind", list(TABLES))
def test_a_name_stands_for_one_column(kind):
    found = [name for levels in synonyms(kind).values() for level in levels for name in level]
    assert len(found) == len(set(found))
    assert not set(found) & {plain(name) for name in names(TABLES[kind])}
    assert set(names(TABLES[kind], required=True)) <= {*synonyms(kind), "amount"}


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(ANY_NAME) | st.text(max_size=8), unique=True, max_size=12),
    st.sampled_from(list(TABLES)),
    st.sampled_from([None, *list_presets()]),
    st.dictionaries(st.sampled_from(names(TRANSACTIONS)), st.sampled_from(ANY_NAME), max_size=3),
)
def test_any_header_is_mapped_soundly_or_refused(header, kind, preset, columns):
    try:
        found = map_columns(header, kind=kind, preset=preset, columns=columns)
    except SegkitError:
        return
    own = list(found.renames.values())
    assert len(own) == len(set(own))
    assert set(own) <= {*header, "segkit_row"}
    have = {*found.renames, *found.products}
    assert set(names(TABLES[kind], required=True)) <= have
    assert set(found.unmapped).isdisjoint(own)
    assert all(pair.canonical in repr(found) for pair in found.pairs)


def test_a_header_is_checked_without_loading_a_reader():
    code = (
        "import sys; from segkit.collect.columns.mapping import map_columns; "
        "map_columns(['客户ID', '下单时间', '金额']); "
        "sys.exit(bool({'pandas', 'ibis', 'duckdb', 'pandera'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
