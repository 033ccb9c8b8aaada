"""What numbers and dates share: the result of reading a column of text, and its counting."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.checks import shown
from segkit.schema import ROW

#: White space as it stands around values, and inside them between a sign and its number.
BLANK = "[ \\t\\r\\n\\f\u00a0\u2000-\u200b\u202f\u3000\ufeff]"
START, END = f"^{BLANK}*", f"{BLANK}*$"
_WIDE = "０１２３４５６７８９．，＋－−–（）＇’／："
_NARROW = "0123456789.,+---()''/:"
#: A day, which is nobody's number; and thousands with blanks between them.
_DAY = re.compile("(?:19|20)[0-9]{2}([-/. ]?)[0-9]{1,2}\\1[0-9]{1,2}(?![0-9])")
_MONTH = re.compile("(?:19|20)[0-9]{2}[-/. ][0-9]{1,2}|[0-9]{1,2}[-/. ](?:19|20)[0-9]{2}")
_GROUPED = re.compile("[-+]?[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]*)?")
#: An address, two words, or hanzi that belong to no date and no amount.
_PERSONAL = re.compile(
    "@|[A-Za-z]{2,}[ .]+[A-Za-z]{2,}"
    "|(?![年月日号时時点分秒元圆角整万亿千百十零〇一二三四五六七八九负人民币约上下午])[\u3400-\u9fff]"
)

#: From so many digits on a whole number may be a telephone, a card or an identity number.
_LONG = 8

#: What says yes and no in any column, in small letters.
YES = ("true", "t", "yes", "y", "1", "是")
NO = ("false", "f", "no", "n", "0", "否")


def trimmed(text: Any) -> Any:
    """Drop white space around a text; empty is null.

    Not by Ibis' ``strip``: on Spark it takes the letters v and f away as well, because
    backslash-v and backslash-f are no white space in Spark's literals.
    """
    # Looking is cheap, and most texts have nothing to drop.
    padded = text.re_search(f"^{BLANK}|{BLANK}$")
    return ibis.ifelse(padded, text.re_replace(f"{START}|{END}", ""), text).nullif("")


@dataclass(frozen=True)
class Parsed:
    """How a column of text is read.

    Parameters
    ----------
    expression : ibis Value
        The column as float64 or timestamp; null where a value is missing or unreadable.
    form : str
        The form that was found, such as ``"point"`` or ``"DD/MM/YYYY"``.
    note : str
        A sentence for the reader of a report, in the current language.
    """

    expression: ir.Value
    form: str
    note: str


def any_case(pattern: str) -> str:
    """Let the letters of a pattern be large or small; not every engine has a flag for it."""
    return re.sub("[A-Za-z]", lambda found: f"[{found[0].upper()}{found[0].lower()}]", pattern)


def taken(text: Any, pattern: str) -> Any:
    """Take the part of a text that a pattern without groups fits; empty or null without one."""
    # Not as group 0, which SQLite does not know.
    return text.re_extract(f"({pattern})", 1)


def nothing(value: Any, kind: str) -> Any:
    """Give a column of nulls, as long as ``value``."""
    return ibis.ifelse(value.isnull(), ibis.null(kind), ibis.null(kind))


def has_wide(text: Any) -> Any:
    """Tell which values hold full-width digits, signs, or a minus of typesetting."""
    return text.re_search(f"[{_WIDE}]")


def narrowed(text: Any) -> Any:
    """Write full-width digits and signs as ASCII; other values are left alone, being many."""
    return ibis.ifelse(has_wide(text), text.translate(_WIDE, _NARROW), text)


def is_blank(text: Any) -> Any:
    """Tell which values are missing or only white space."""
    return text.isnull() | text.re_search(f"{START}{END}")


def values_of(table: ir.Table, column: str) -> ir.Table:
    """Select a column as ``value``, with its ``row`` in the source, or null where none is known."""
    row = table[ROW] if ROW in table.columns else ibis.null("int64")
    return table.select(value=table[column], row=row)


def count_by(labelled: ir.Table, *keys: str) -> list[dict[str, Any]]:
    """Count the rows of every combination of ``keys`` in one query; few rows come back."""
    counts = labelled.group_by(list(keys)).agg(rows=labelled.count())
    return list(counts.to_pyarrow().to_pylist())


def total(found: Sequence[dict[str, Any]], **wanted: Any) -> int:
    """Add up the rows of counted combinations that have the ``wanted`` values."""
    fitting = [one for one in found if all(one[key] == value for key, value in wanted.items())]
    return sum(one["rows"] for one in fitting)


def examples(labelled: ir.Table, which: Any, limit: int = 2) -> list[tuple[str, str]]:
    """Fetch the first values for which ``which`` holds, each with ``" in row 3"`` or ``""``."""
    chosen = labelled.filter(which).select("value", "row").order_by("row", "value").limit(limit)
    rows = chosen.to_pyarrow().to_pylist()
    return [(r["value"], "" if r["row"] is None else f" in row {r['row']:,}") for r in rows]


def discreet(value: Any) -> str:
    """Show a value in an error, or only its length where it may be somebody's.

    Names, addresses and long numbers, such as those of telephones, are a person's; what is
    nearly a date or an amount helps to find the fault.

    Examples
    --------
    >>> discreet("12,3o"), discreet("张三"), discreet("138 0013 8000")
    ("'12,3o'", 'a text of 2 characters', 'a text of 13 characters')
    """
    if not is_personal(value):
        return shown(value, 30)
    if isinstance(value, str):
        return f"a text of {len(value)} characters"
    return f"a number of {n_digits(value)} digits"


def is_personal(value: Any) -> bool:
    """Tell whether a value may be somebody's: see :func:`discreet`.

    A number may be one that was meant for another column: telephones, cards and identity
    numbers have eight digits or more.
    """
    if not isinstance(value, str):
        return n_digits(value) >= _LONG
    if _MONTH.fullmatch(value.strip()):
        return False
    rest = _DAY.sub("", value.strip(), count=1)
    digits = (
        rest if _GROUPED.fullmatch(rest) else re.sub("(?<=[0-9０-９])[ -](?=[0-9０-９])", "", rest)
    )
    return bool(_PERSONAL.search(rest) or re.search("[0-9０-９]{6}", digits))


def n_digits(value: Any) -> int:
    """Count the digits of a whole number; 0 for whatever is none."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or value != round(value) or abs(value) >= 1e20:
        return 0
    return len(str(abs(round(value))))


def counted(labelled: ir.Table, which: Any, count: int) -> str:
    """Word a count with examples: ``(2, such as '1,5' in row 3, '2,5' in row 9)``."""
    found = ", ".join(discreet(value) + row for value, row in examples(labelled, which))
    return f"({count:,}, such as {found})"
