"""What leaves the house of a client with a CRM export, and that each column is accounted for."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pytest

from segkit.audit import personal_columns
from segkit.collect import plan_pseudonyms, pseudonym, pseudonymize
from segkit.i18n import use_language

KEY = "sixteen letters!"


@pytest.fixture
def export() -> pd.DataFrame:
    """An export as a CRM writes it: half of its columns name a person in some way."""
    n = 20
    return pd.DataFrame(
        {
            "customer_id": [f"13812340{i:03d}" for i in range(n)],
            "客户姓名": ["王小明"] * n,
            "公司联系人手机": [f"+86 139-8765-4{i:03d}" for i in range(n)],
            "微信号": ["wx_ming"] * n,
            "身份证号": ["110101199003071233"] * n,
            "收货地址": ["广东省深圳市南山区1号"] * n,
            "Billing Street": ["Baker Street 5"] * n,
            "生日": pd.to_datetime(["1990-03-07"] * n),
            "备注": ["call ming@example.com"] * n,
            "最近登录": ["192.168.0.7"] * n,
            "openid": ["oX1"] * n,
            "车牌号": ["京A12345"] * n,
            "order_id": [f"1391234{i:04d}" for i in range(n)],
            "会员等级": ["金卡"] * n,
            "hotel": ["Park"] * n,
            "amount": [10.0] * n,
        }
    )


def test_every_column_that_the_audit_calls_personal_is_treated(export):
    found = {one.column for one in personal_columns(export)}
    plan = plan_pseudonyms(export)
    assert len(found) == 13
    assert found == {step.column for step in plan.steps}
    assert list(plan.kept) == ["会员等级", "hotel", "amount"]


def test_nothing_personal_is_left_in_the_export(export):
    safe = pseudonymize(export, key=KEY)
    assert list(safe.columns) == [
        "customer_id", "收货地址", "生日", "order_id", "会员等级", "hotel", "amount",
    ]  # fmt: skip
    assert set(safe["收货地址"]) == {"广东"}
    assert set(safe["生日"]) == {1990}
    text = safe.to_csv()
    for column in (
        *plan_pseudonyms(export).columns("dropped"),
        "customer_id",
        "order_id",
        "收货地址",
    ):
        assert not any(str(value) in text for value in export[column]), column
    left = [one for one in personal_columns(safe) if one.share is not None]
    assert left == []


def test_numbers_that_tables_are_joined_by_keep_doing_so(export):
    safe = pseudonymize(export, key=KEY)
    assert safe["order_id"][3] == pseudonym("13912340003", KEY)
    assert safe["order_id"].nunique() == export["order_id"].nunique()


def test_the_plan_tells_of_each_column_once(export):
    table = plan_pseudonyms(export).table
    assert sorted(table["column"]) == sorted(export.columns)
    found = table.set_index("column")
    assert found.loc["生日"].tolist() == ["year", "birth_date", "生日"]
    assert found.loc["公司联系人手机"].tolist() == ["dropped", "phone", ""]
    assert found.loc["hotel"].tolist() == ["kept", "", "hotel"]
    after = set(pseudonymize(export, key=KEY).columns)
    assert set(table.loc[table["becomes"] != "", "becomes"]) == after


def test_what_was_said_goes_before_what_is_found(export):
    plan = plan_pseudonyms(export, columns=["customer_id", "openid"], drop=["hotel"])
    assert plan.columns("pseudonym") == ["customer_id", "openid"]
    assert plan.columns("dropped") == ["hotel"]
    assert plan.coarsened == {"收货地址": "region", "生日": "year"}
    assert plan_pseudonyms(export, drop=[], coarsen={}).columns("dropped") == []


def test_the_summary_names_all_in_both_languages(export):
    small = export[["customer_id", "微信号", "生日", "hotel"]]
    assert plan_pseudonyms(small).summary() == (
        "Replaced by keyed numbers: customer_id. Left out: 微信号. Kept in part: 生日 (year only). "
        "Kept as they are: hotel."
    )
    with use_language("zh"):
        said = plan_pseudonyms(small).summary()
    assert all(name in said for name in small.columns)


def test_the_plan_shows_names_as_they_are_written():
    page = plan_pseudonyms(pd.DataFrame({"customer_id": ["a"], "<b>": ["x"]}))._repr_html_()
    assert "&lt;b&gt;" in page
    assert "<b>" not in page


def test_frames_of_another_kind_have_the_same_plan(export):
    assert plan_pseudonyms(pl.from_pandas(export)).steps == plan_pseudonyms(export).steps
