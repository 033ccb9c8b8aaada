"""Values that look personal where the name of their column says nothing."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.collect.privacy.check_digits import passes_identity, passes_luhn
from segkit.collect.privacy.looks import look

WEIGHTS = [pow(2, 18 - place, 11) for place in range(1, 19)]


def identity(body: str) -> str:
    """Write the check digit of the standard, by its own definition, behind 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=False))
    return body + "10X98765432"[total % 11]


def found(values) -> list[tuple[str, float]]:
    table = ibis.memtable(pd.DataFrame({"x": values}))
    return [(one.kind, one.share) for one in look(table, ["x"])]


def asked(texts, passes) -> list[bool]:
    table = ibis.memtable({"text": list(texts)})
    return table.select(yes=passes(table.text)).to_pyarrow()["yes"].to_pylist()


def test_published_numbers_pass():
    """The examples of GB 11643-1999, and numbers that card networks give to testers."""
    people = ["11010519491231002X", "440524188001010014", " 11010519491231002x "]
    assert asked(people, passes_identity) == [True] * 3
    cards = ["4111 1111 1111 1111", "5555555555554444", "6011111111111117", "378282246310005"]
    assert asked(cards, passes_luhn) == [True] * 4


@given(st.from_regex(r"[1-9][0-9]{16}", fullmatch=True), st.sampled_from("0123456789X"))
@settings(max_examples=40, deadline=None)
def test_only_the_check_digit_of_the_standard_passes(body, last):
    assert asked([body + last], passes_identity) == [identity(body) == body + last]


def test_identity_numbers_are_told_by_their_check_digit():
    bodies = [f"11010119900307{n:03d}" for n in range(40)]
    assert found([identity(body) for body in bodies]) == [("id_number", 1.0)]
    wrong = [body + ("0" if identity(body)[-1] != "0" else "1") for body in bodies]
    assert found(wrong) == []
    whole = [int(identity(body)) for body in bodies if not identity(body).endswith("X")]
    assert found(whole) == [("id_number", 1.0)]


@pytest.mark.parametrize("address", ["192.168.0.7", "8.8.8.8", " 255.255.255.255 ", "0.0.0.0"])
def test_internet_addresses_are_seen(address):
    assert found([address, "10.0.0.1"]) == [("online_account", 1.0)]


@pytest.mark.parametrize(
    "text", ["256.1.1.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.4/8", "3.14"]
)
def test_other_numbers_with_points_are_not(text):
    assert found([text] * 3) == []


def test_a_version_or_two_among_others_is_no_address():
    assert found(["1.2.3.4", "beta", "gamma", "delta"]) == []


def test_the_name_goes_before_the_values():
    table = ibis.memtable({"姓名": ["ann@example.org", "bob@example.org"]})
    assert [(one.kind, one.by_name, one.share) for one in look(table, ["姓名"])] == [
        ("name", True, None)
    ]


def test_a_table_without_text_or_rows():
    assert look(ibis.memtable({"x": [1.5]}), ["x"]) == []
    assert look(ibis.memtable({"x": ["a"]}).limit(0), ["x"]) == []
