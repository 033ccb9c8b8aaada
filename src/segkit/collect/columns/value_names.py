"""Names of columns that are none: a record that stands where the header should."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: What a value begins with and a column's name hardly ever does.
_VALUE = re.compile(r"[-+(]?\s*[¥￥$€£]?\s*[0-9０-９]")


def count_values(names: Sequence[str]) -> int:
    """Count the names that look like values: dates, amounts, numbers of telephones.

    Examples
    --------
    >>> count_values(["会员号", "2024-01-31", "¥3"])
    2
    """
    return sum(bool(_VALUE.match(name)) for name in names)


def is_record(names: Sequence[str]) -> bool:
    """Tell whether names are a record, which must not be shown: it may be somebody's.

    Half of them are enough: 2024年销售额 is the name of a column too.
    """
    return any("@" in name for name in names) or 0 < len(names) <= 2 * count_values(names)
