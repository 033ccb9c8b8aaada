"""What a text must not be: a word for nothing, or the remains of a wrong encoding."""

from __future__ import annotations

from typing import Any

import ibis.expr.types as ir

from segkit.collect.values.placeholders import is_placeholder
from segkit.collect.values.value_rules import Rule
from segkit.schema import TABLES


def text_rules(kind: str, table: ir.Table) -> list[Rule]:
    """List the rules for the canonical text columns that a table has."""
    rules = []
    for column in TABLES[kind]:
        if column.kind != "text" or column.name not in table.columns:
            continue
        if table[column.name].type().is_string():
            rules.append(Rule(column.name, "placeholder", "words for nothing", is_placeholder))
            rules.append(Rule(column.name, "garbled", "garbled", _is_garbled))
    return rules


def _is_garbled(value: Any) -> Any:
    # U+FFFD is what a decoder writes for what it cannot read, the hanzi what GBK makes of that.
    return value.contains("\ufffd") | value.re_search("锟斤拷|烫烫烫|Ã[\u0080-\u00bf]")
