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
#: What tills write for customers they do not know. A channel may well be called so.
WALK_INS = (
    "guest", "guest user", "guest customer", "anonymous", "anonymous user", "anonymous customer",
    "walk-in", "walk in", "walkin", "walk-in customer", "walk in customer", "cash customer",
    "non-member", "non member", "散客", "散客户", "零售散客", "门店散客", "匿名", "匿名用户",
    "匿名客户", "匿名会员", "匿名顾客", "游客", "非会员", "非会员顾客", "普通顾客", "零售客户",
    "零售顾客", "现金客户", "临时客户",
)  # fmt: skip
_CUSTOMER = "customer_id"


def is_placeholder(value: ir.StringValue) -> Any:
    """Tell texts that are a word for nothing; letter case and blanks around do not count.

    Use it wherever a text names somebody or something: such a word is no customer, no order
    and no product. In a column ``customer_id`` the words of tills for unknown customers, such
    as 散客 or walk-in, count as well: all of them together are no customer.

    Examples
    --------
    >>> import ibis
    >>> bool(is_placeholder(ibis.literal(" NULL ")).execute())
    True
    """
    return trimmed(value).lower().isin(_words(value))


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
    return ibis.ifelse(bare.lower().isin(_words(value)), ibis.null("string"), bare)


def _words(value: Any) -> tuple[str, ...]:
    return PLACEHOLDERS + WALK_INS if value.get_name() == _CUSTOMER else PLACEHOLDERS
