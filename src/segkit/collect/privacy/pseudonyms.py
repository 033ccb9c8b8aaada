"""Pseudonyms instead of customer numbers, and no more of a person than an analysis needs."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from segkit.checks import fail
from segkit.collect.frames import Frame, as_ibis, kind_of, like
from segkit.collect.privacy.plan import WAYS, Step, make_plan
from segkit.collect.privacy.secret import key_bytes
from segkit.errors import DataError

_WHO = "pseudonymize"
_BYTES = 16
_ROW, _RAW = "segkit_pseudonym_row", "segkit_raw_"
#: The province, region or city at the head of a Chinese address.
_PROVINCE = (
    r"^\s*(?:中国)?(北京|天津|上海|重庆|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|黑龙江|河北|山西|辽宁"
    r"|吉林|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾)"
)


def pseudonymize(
    frame: Frame,
    *,
    key: bytes | str,
    columns: Sequence[str] = ("customer_id",),
    drop: Sequence[str] | None = None,
    coarsen: Mapping[str, str] | None = None,
) -> Frame:
    """Replace customer numbers by keyed pseudonyms, and drop or coarsen what names a person.

    Use it before tables leave the house of the client. The same key gives the same pseudonym
    in each table, so that tables can still be joined; without the key nobody can try out all
    telephone numbers and see which one fits. A pseudonym is the first 16 bytes of
    HMAC-SHA256, written as 32 hexadecimal digits: among a thousand million customers two
    share one with a probability of about 1 in 10^21. With the key, which belongs to the
    client and not into a file beside the data, customers are found again: the result is
    still personal data in the sense of the law.

    What was done to each column is told by :func:`plan_pseudonyms`, beforehand or afterwards.
    A name within a free text is not found.

    No SQL engine has HMAC. So the different numbers, and only these, come to Python, and go
    back as a table that is joined: less than ten seconds a million on two busy cores.

    Parameters
    ----------
    frame : pandas, polars, pyarrow or Ibis table
        Any table.
    key : bytes or str
        At least 16 bytes; or ``"env:NAME"`` for the value of an environment variable.
    columns : sequence of str
        Columns with numbers of customers, text or whole numbers; 12 and ``"12"`` have the same
        pseudonym, a missing number stays missing.
    drop : sequence of str, optional
        Columns to leave out. Default: each one that looks personal, by its name in Chinese or
        English or by its values, as ``personal_columns`` finds it; but of numbers that tables
        are joined by (``order_id``, ``household_id`` …) those whose values look personal get
        pseudonyms. ``drop=[]`` leaves nothing out.
    coarsen : mapping, optional
        Column to what is kept of it: ``"year"`` or ``"month"`` (first day of it) of a date,
        ``"region"`` (the province) of a Chinese address. Default: of dates of birth the year
        (``birth_date`` becomes ``birth_year``), of whole addresses the region (``address``
        becomes ``region``); they are left out where the table has that column itself, or
        where a birthday is no date.

    Returns
    -------
    table of the kind of ``frame``
        Its columns in their order, rows in theirs (in no order for Ibis). Companions
        ``segkit_raw_…`` of what was replaced, dropped or coarsened are left out.

    Raises
    ------
    ArgumentError
        If the key is too short or its variable not set, or a way to coarsen unknown.
    DataError
        If a column is missing or holds something else than it should.

    References
    ----------
    Krawczyk, Bellare & Canetti (1997), RFC 2104, HMAC: Keyed-Hashing for Message
    Authentication, section 5 on truncation to half the length.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"customer_id": ["a", "b"], "name": ["Ann", "Bob"]})
    >>> orders = pd.DataFrame({"customer_id": ["b"], "amount": [9.5]})
    >>> secret = "a long enough secret"
    >>> safe = pseudonymize(people, key=secret)
    >>> list(safe.columns)
    ['customer_id']
    >>> safe["customer_id"][1] == pseudonymize(orders, key=secret)["customer_id"][0]
    True
    """
    secret = key_bytes(key, function=_WHO)
    table = as_ibis(frame, function=_WHO, argument="frame")
    plan = make_plan(table, columns, drop, coarsen)
    companions = (_RAW + step.column for step in plan.steps)
    left_out = plan.columns("dropped")
    table = table.drop(*left_out, *(name for name in companions if name in table.columns))
    in_memory = kind_of(frame) != "ibis"
    if in_memory:
        table = table.mutate(**{_ROW: ibis.row_number()})
    for column in plan.columns("pseudonym"):
        table = _with_pseudonyms(table, column, secret)
    table = _with_coarse(table, [step for step in plan.steps if step.how in WAYS])
    return like(table.order_by(_ROW).drop(_ROW), frame) if in_memory else table


def pseudonym(identity: object, key: bytes | str) -> str:
    """Make the pseudonym of a single number, to find a customer again.

    Parameters
    ----------
    identity : str or int
        The number of a customer.
    key : bytes or str
        As of :func:`pseudonymize`.

    Examples
    --------
    >>> pseudonym(12, "a long enough secret") == pseudonym("12", "a long enough secret")
    True
    """
    return _digest(key_bytes(key, function=_WHO), str(identity))


def _digest(secret: bytes, identity: str) -> str:
    return hmac.digest(secret, identity.encode(), "sha256")[:_BYTES].hex()


def _with_pseudonyms(table: ir.Table, column: str, secret: bytes) -> ir.Table:
    dtype = table[column].type()
    if not (dtype.is_string() or dtype.is_integer() or dtype.is_uuid()):
        rule = "a column of text or whole numbers"
        remedy = "Read customer numbers as text: 17850.0 is not the number that the client knows."
        fail(_WHO, column, rule, str(dtype), remedy, error=DataError)
    names = table.columns
    known = table.mutate(**{column: table[column].cast("string")})
    different = known.select(column).filter(known[column].notnull()).distinct()
    found = different.to_pyarrow().column(0).to_pylist()
    pairs = {_RAW: found, _ROW + "s": [_digest(secret, identity) for identity in found]}
    schema = pa.schema([(name, pa.string()) for name in pairs])
    lookup = ibis.memtable(pa.table(pairs, schema=schema))
    joined = known.left_join(lookup, known[column] == lookup[_RAW])
    return joined.mutate(**{column: joined[_ROW + "s"]}).select(*names)


def _with_coarse(table: ir.Table, steps: Sequence[Step]) -> ir.Table:
    for step in steps:
        value = _coarse(table, step.column, step.how)
        order = [step.becomes if own == step.column else own for own in table.columns]
        table = table.mutate(**{step.becomes: value}).select(*order)
    return table


def _coarse(table: ir.Table, column: str, way: str) -> Any:
    value, dtype = table[column], table[column].type()
    if way == "region":
        if not dtype.is_string():
            fail(_WHO, column, "a column of addresses", str(dtype), error=DataError)
        return value.re_extract(_PROVINCE, 1).nullif("")
    if not (dtype.is_date() or dtype.is_timestamp()):
        remedy = "Turn text into dates first, or name the column in drop."
        fail(_WHO, column, "a date column", str(dtype), remedy, error=DataError)
    return value.year() if way == "year" else value.cast("date").truncate("M")
