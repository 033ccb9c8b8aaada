"""Columns of the customers by the names that people use for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from segkit.collect.columns.known_headers import plain, synonyms


def own_name(name: str, columns: Sequence[str], own: Mapping[str, str]) -> str:
    """Give the column that a reader means: by its name, by that in the own file, or a usual one.

    ``own`` holds canonical names by own ones. A name that nothing knows comes back, for the
    caller to refuse with the words of its place.

    Examples
    --------
    >>> own_name("job", ["occupation"], {"job": "occupation"}), own_name("x", ["age"], {})
    ('occupation', 'x')
    """
    if name not in columns and own.get(name) in columns:
        return own[name]
    return find_column(name, columns) or name


def find_column(name: str, columns: Sequence[str]) -> str | None:
    """Find a column by its name, by letter case aside, or by a usual name of a canonical one.

    Examples
    --------
    >>> find_column("AGE", ["age"]), find_column("年龄", ["age"]), find_column("x", ["age"])
    ('age', 'age', None)
    """
    if name in columns:
        return name
    alike = [column for column in columns if column.casefold() == name.casefold()]
    if len(alike) == 1:
        return alike[0]
    return next((column for column in columns if plain(name) in _usual_names(column)), None)


def _usual_names(column: str) -> set[str]:
    known = synonyms("customers").get(column, ())
    return {name for level in known for name in level} | _SUMMARY_NAMES.get(column, set())


#: What is computed from purchases has no header in anybody's file, but words all the same.
_SUMMARY_NAMES = {
    column: {plain(name) for name in names}
    for column, names in {
        "revenue": ("消费金额", "累计消费", "总消费", "spend", "total spend"),
        "n_orders": ("订单数", "购买次数", "orders", "purchases"),
        "n_days": ("购买天数", "purchase days"),
        "recency_days": ("最近购买天数", "距最近一次购买的天数", "days since last purchase"),
        "mean_order_value": ("客单价", "平均客单价", "average order value"),
    }.items()
}
