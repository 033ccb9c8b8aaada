"""No secret of an address is ever shown, whatever it is written with."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.collect import find_source, read_transactions
from segkit.collect.databases.address import (
    has_password,
    mask,
    parse_address,
    without_secrets,
)
from segkit.errors import DataError, ParameterError
from segkit.report.precheck import check_meaning

#: Addresses with the secrets Geheim and Haus, and how they are shown.
SHOWN = {
    "postgresql://ann:Geheim@shop/sales#orders": "postgresql://ann:***@shop/sales#orders",
    "postgresql://ann:Geheim@Haus@shop/sales#orders": "postgresql://ann:***@shop/sales#orders",
    "postgresql://ann:Geheim:Haus@shop:5432/s": "postgresql://ann:***@shop:5432/s",
    "postgresql://ann%3AGeheim@shop/sales": "postgresql://ann:***@shop/sales",
    "postgresql://ann%253AGeheim@shop/sales": "postgresql://ann:***@shop/sales",
    "postgresql://ann:Geheim%2FHaus%23%3F%40@shop/s#t": "postgresql://ann:***@shop/s#t",
    "postgresql://ann:Geheim/Haus@shop/sales#orders": "postgresql://***",
    "postgresql://ann:Geheim#Haus@shop/sales#orders": "postgresql://***",
    "postgresql://ann:Geheim?Haus@shop/sales#orders": "postgresql://***",
    "postgresql://ann:12/Haus@shop/sales#orders": "postgresql://***",
    "postgresql://ann:Geheim/sales": "postgresql://***",
    "postgresql://Geheim/Haus@shop/sales": "postgresql://***",
    "postgresql://shop/sales?password=Geheim#Haus#orders": "postgresql://***",
    "postgresql://shop/sales?password=Geheim@Haus#orders": "postgresql://***",
    "postgresql://shop/sales#orders?password=Geheim": "postgresql://***",
    "sqlserver://shop:1433;password=Geheim": "sqlserver://***",
    "mssql://shop/sales;PWD=Geheim": "mssql://***",
    "duckdb://ann:Geheim@shop/x.duckdb": "duckdb://***",
    "password=Geheim postgresql://shop": "***://***",
    "mysql://shop/s?sslpassword=Geheim&a=1#t": "mysql://shop/s?sslpassword=***#t",
    "mysql://shop/s?pass%77ord=Geheim": "mysql://shop/s?pass%77ord=***",
    "mysql://shop/s?a=1;password=Geheim": "mysql://shop/s?a=***",
    "mysql://shop/s?password=Geheim&Haus": "mysql://shop/s?password=***",
    "mysql://shop/s?password=Geheim?Haus/x=y;z": "mysql://shop/s?password=***",
    "x://shop/s?access_token=Geheim": "x://shop/s?access_token=***",
    "x://shop/s?private_key_pwd=Geheim": "x://shop/s?private_key_pwd=***",
    "duckdb://md:s?motherduck_token=Geheim": "duckdb://md:s?motherduck_token=***",
    "x://shop/s?PASSWORD=Geheim": "x://shop/s?PASSWORD=***",
    "x://shop/s?token=Geheim": "x://shop/s?token=***",
    "x://shop/s?key=Geheim": "x://shop/s?key=***",
    "x://shop/s?client_secret=Geheim": "x://shop/s?client_secret=***",
    "x://shop/s?credentials=Geheim": "x://shop/s?credentials=***",
    "x://shop/s?sig=Geheim": "x://shop/s?sig=***",
    "x://s/s?odbc_connect=Driver%3Dx%3BPWD%3DGeheim": "x://s/s?odbc_connect=***",
    "x://s/s?proxy=http%3A%2F%2Fann%3AGeheim%40Haus": "x://s/s?proxy=***",
}


@pytest.mark.parametrize(("address", "shown"), SHOWN.items())
def test_what_is_secret_is_hidden_and_no_run_is_given_it(address, shown):
    assert mask(address) == shown
    assert has_password(address)
    with pytest.raises(ParameterError, match="an address without a password in it") as caught:
        check_meaning({"data": address, "column_map": None}, notebook="behavioral")
    with pytest.raises(DataError, match="read_transactions: ") as opened:
        read_transactions(address)
    for text in (str(caught.value), str(opened.value)):
        assert not [word for word in ("Geheim", "Haus") if word in text]


PLAIN = [
    "postgresql://ann@shop:5432/sales#shop.orders",
    "postgresql://ann:${SHOP_PASSWORD}@keycloak-db:5432/sales#orders",
    "postgresql://segkit@/postgres?host=/tmp/segkit-1&connect_timeout=3#orders",
    "postgresql://ann@[::1]:5432/sales?sslmode=require&sslkey=/home/ann/client.key",
    "postgresql://ann@shop/sales?password=${SHOP_PASSWORD}#orders",
    "snowflake://ann@shop/sales?authenticator=externalbrowser&warehouse=small",
    "sqlite:///home/ann@work/key=5/shop.db#orders",
    "duckdb:///C:/data/shop.duckdb",
]


@pytest.mark.parametrize("address", PLAIN)
def test_what_is_not_secret_is_shown(address):
    assert not has_password(address)
    assert mask(address) == address.replace("${SHOP_PASSWORD}", "***")


SIGNS = st.text("ab1/#?@:&=%;+ 'é", min_size=1, max_size=8).map(lambda text: f"zQ{text}zQ")


@given(SIGNS)
def test_a_password_in_any_signs_is_not_shown(secret):
    for written in (secret, quote(secret), quote(secret, safe="")):
        for address in (
            f"postgresql://ann:{written}@shop/sales#orders",
            f"postgresql://shop/sales?user=ann&password={written}#orders",
            f"postgresql://shop/sales?sslpassword={written}&a=1",
        ):
            assert has_password(address)
            if "#" in written and "@" not in address:
                continue  # without an @ behind it a # begins the name of the table
            assert "zQ" not in mask(address)


def test_where_it_is_not_sure_how_the_password_ends_no_engine_is_asked():
    address = "postgresql://ann:Geheim/Haus@shop/sales#orders"
    with pytest.raises(DataError, match=r"'postgresql://\*\*\*' cannot be told apart .* \$\{NAME"):
        parse_address(address, function="f")


@pytest.mark.parametrize("secret", ["Geheim 7/#", "Geheim's"])
def test_an_engine_may_repeat_a_secret_in_any_form(monkeypatch, secret):
    monkeypatch.setenv("SHOP_TOKEN", secret)
    written = quote(secret, safe="")
    for address in (
        f"mysql://ann:{written}@shop/sales#orders",
        f"mysql://ann@shop/sales?access_token={written}#orders",
        "mysql://ann@shop/sales?access_token=${SHOP_TOKEN}#orders",
    ):
        parsed = parse_address(address, function="f")
        said = f"no access with {secret}, {written}, {quote(secret)}, {secret!r}"
        assert "Geheim" not in without_secrets(said, parsed)
        assert "Geheim" not in repr(parsed)
        source = find_source(address)
        assert not [text for text in (repr(source), source.name, source.title) if "Geheim" in text]


@pytest.mark.parametrize(
    "given",
    [
        Path("postgresql://ann:Geheim@shop/sales"),
        "host=shop password=Geheim",
        "x/*?password=Geheim",
    ],
)
def test_what_was_taken_for_a_path_is_not_repeated(given):
    with pytest.raises(DataError, match=r"no file (fits )?'\*\*\*'") as caught:
        find_source(given)
    assert "Geheim" not in str(caught.value)


def test_an_address_without_its_slashes_is_not_repeated():
    with pytest.raises(DataError, match=r"there is no file '\*\*\*'") as error:
        read_transactions("postgres:Geheim@host/x#t")
    assert "Geheim" not in str(error.value)
