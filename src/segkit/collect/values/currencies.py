"""What a table calls its currencies, as codes."""

from __future__ import annotations

from typing import Any

import ibis

from segkit.collect.values.placeholders import known_text
from segkit.currencies import CURRENCY_HABITS


def in_codes(value: Any) -> Any:
    """Read a column of currencies as codes, in the engine; nothing and words for nothing are null.

    The same as :func:`segkit.currencies.currency_code` for each value: 人民币, RMB and ¥ are CNY.

    Examples
    --------
    >>> sent = ibis.memtable({"currency": [" rmb", "¥", "usd", "-"]})
    >>> sent.select(code=in_codes(sent.currency)).to_pyarrow()["code"].to_pylist()
    ['CNY', 'CNY', 'USD', None]
    """
    name = known_text(value).upper()
    habits: dict[str, list[str]] = {}
    for said, code in CURRENCY_HABITS.items():
        habits.setdefault(code, []).append(said)
    return ibis.cases(*((name.isin(said), code) for code, said in habits.items()), else_=name)
