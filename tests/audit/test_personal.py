from __future__ import annotations

import random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.audit import audit_table, personal_columns
from segkit.i18n import use_language
from segkit.synthetic import make_banking, make_cosmetics


def luhn_sum(number: str) -> int:
    """The sum of Luhn's check, by the book."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return sum(digits[::2]) + sum(doubled)


def cards(n: int, length: int) -> list[str]:
    made = random.Random(7)
    numbers = ["62" + "".join(made.choices("0123456789", k=length - 3)) for _ in range(n)]
    return [number + str(-luhn_sum(number + "0") % 10) for number in numbers]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("姓名", "name"), ("客户姓名", "name"), ("First Name", "name"), ("customer_name", "name"),
        ("手机号码", "phone"), ("联系电话", "phone"), ("Mobile Phone", "phone"),
        ("邮箱", "email"), ("E-mail", "email"), ("Email Address", "email"),
        ("身份证号", "id_number"), ("Passport No", "id_number"),
        ("银行卡号", "bank_card"), ("Card Number", "bank_card"), ("IBAN", "bank_card"),
        ("收货地址", "address"), ("Shipping Address", "address"),
        ("生日", "birth_date"), ("Date of Birth", "birth_date"), ("birth_date", "birth_date"),
        ("微信号", "online_account"), ("IP Address", "online_account"),
    ],
)  # fmt: skip
def test_a_header_tells(name, kind):
    found = personal_columns(pd.DataFrame({name: ["x"]}))
    assert [(one.column, one.kind, one.by_name, one.share) for one in found] == [
        (name, kind, True, None)
    ]


@pytest.mark.parametrize(
    "name",
    ["product_name", "商品名称", "会员卡号", "公司名称", "birth_year", "email_opens", "amount",
     "城市", "member_level", "campaign"],
)  # fmt: skip
def test_other_headers_do_not(name):
    assert personal_columns(pd.DataFrame({name: ["x"]})) == []


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["13812345678", "+86 139-8765-4321"], "phone"),
        ([13812345678, 13987654321], "phone"),
        (["ann@example.org", "x"], "email"),
        (["please write to a.b@example.com today"], "email"),
        (["11010119900307123X", "110101199003071233"], "id_number"),
        (cards(5, 16), "bank_card"),
        (cards(5, 19), "bank_card"),
        ([f"{c[:4]} {c[4:8]} {c[8:12]} {c[12:]}" for c in cards(4, 16)], "bank_card"),
    ],
)
def test_values_tell(values, kind):
    found = personal_columns(pd.DataFrame({"x": values, "y": range(len(values))}))
    assert [(one.column, one.kind, one.by_name) for one in found] == [("x", kind, False)]
    assert found[0].share > 0


def test_long_numbers_that_fail_the_check_are_no_cards():
    wrong = [card[:-1] + str((int(card[-1]) + 1) % 10) for card in cards(10, 19)]
    assert personal_columns(pd.DataFrame({"x": wrong})) == []


@given(st.text("0123456789", min_size=16, max_size=19).filter(lambda text: text[0] != "0"))
@settings(max_examples=40, deadline=None)
def test_the_check_is_luhns(number):
    found = personal_columns(pd.DataFrame({"x": [number]}))
    kinds = {one.kind for one in found} - {"id_number"}
    assert kinds == ({"bank_card"} if luhn_sum(number) % 10 == 0 and not found_id(found) else set())


def found_id(found) -> bool:
    return any(one.kind == "id_number" for one in found)


def test_a_customer_number_that_is_a_telephone_number_is_found():
    orders = pd.DataFrame({"customer_id": ["13812345678", "13987654321", None]})
    found = personal_columns(orders)[0]
    assert (found.kind, found.share) == ("phone", 1.0)
    assert "keyed number" in found.advice


def test_ordinary_tables_have_none():
    made = make_cosmetics(200)
    for name in ("transactions", "interactions", "survey", "complaints", "products"):
        assert personal_columns(made[name]) == [], name


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_audit_lists_them_with_advice(language):
    people = make_banking(60, language=language)["customers"]
    audit = audit_table(people, "customers")
    assert [one.column for one in audit.personal] == ["name", "birth_date", "phone", "email"]
    with use_language(language):
        assert all(one.column in audit.faults[-1] for one in audit.personal)
        assert all(one.advice and one.kind_word for one in audit.personal)


def test_no_value_of_a_person_is_shown():
    people = make_banking(60)["customers"]
    audit = audit_table(people, "customers")
    shown = repr(audit) + audit._repr_html_() + " ".join(audit.faults)
    for column in ("name", "phone", "email", "customer_id"):
        assert not any(str(value) in shown for value in people[column])
