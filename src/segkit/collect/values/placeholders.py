"""Words that exports write where there is nothing."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.collect.values.forms import trimmed

#: In lower case. Zero is not among them: it may be somebody's number.
PLACEHOLDERS = (
    "null", "(null)", "<null>", "\\n", "none", "nan", "nat", "n/a", "na", "#n/a", "<na>", "#null!",
    "nil", "undefined", "unknown", "tbd", "-", "--", "---", "–", "—", "——", "/", "//", "?", "??",
    ".", "－", "－－", "／", "？", "无", "空", "空值", "未知", "不详", "不明", "未填", "未填写",
    "暂无", "没有", "缺失",
)  # fmt: skip


def is_placeholder(value: ir.StringValue) -> Any:
    """Tell texts that are a word for nothing; letter case and blanks around do not count.

    Use it wherever a text names somebody or something: such a word is no customer, no order
    and no product.

    Examples
    --------
    >>> import ibis
    >>> bool(is_placeholder(ibis.literal(" NULL ")).execute())
    True
    """
    return trimmed(value).lower().isin(PLACEHOLDERS)


def known_text(value: Any) -> Any:
    """Strip a text; an empty one or a word for nothing is missing. Other types stay.

    Examples
    --------
    >>> import ibis
    >>> ids = ibis.memtable({"customer_id": [" a ", "未知"]})
    >>> ids.select(id=known_text(ids.customer_id)).to_pyarrow()["id"].to_pylist()
    ['a', None]
    """
    if not value.type().is_string():
        return value
    bare = trimmed(value)
    return ibis.ifelse(bare.lower().isin(PLACEHOLDERS), ibis.null("string"), bare)
