"""What is wrong with a whole column of dates, in words."""

from __future__ import annotations

from typing import Any

from segkit.checks import shown
from segkit.collect.values.date_forms import FORMS, meaning
from segkit.collect.values.forms import counted, examples
from segkit.errors import DataError

ZONE_REMEDY = (
    "Convert them to the shop's own time and drop the zone: in a database by a view of "
    "ordered_at AT TIME ZONE 'Asia/Shanghai', in pandas by .dt.tz_convert('Asia/Shanghai') and "
    ".dt.tz_localize(None), in a file by exporting local times without an offset."
)
_ORDER_REMEDY = (
    "Say which with ReadOptions(date_order=…), 'dmy', 'mdy' or 'ymd' (in a notebook: date_order)"
)
_SIDE_BY_SIDE = "read them side by side with mixed='read', as the notebook data_collection does"


def refuse_zoned(labelled: Any, count: int, where: str) -> None:
    """Refuse a column whose times have a zone."""
    some = counted(labelled, labelled.form == "zone", count)
    raise DataError(f"{where} has times with a zone {some}. {ZONE_REMEDY}")


def refuse_mixed(labelled: Any, counts: dict[str, int], where: str) -> None:
    """Refuse dates of several forms, and months alone; a column of one form passes."""
    if counts.get("month only") and len(counts) == 1:
        some = counted(labelled, labelled.form == "month only", counts["month only"])
        raise DataError(f"{where} has months without a day {some}. Export whole dates.")
    if len(counts) < 2:
        return
    parts = [f"{form} {counted(labelled, labelled.form == form, n)}" for form, n in counts.items()]
    remedy = "Write all of them as 2024-11-01"
    if len(set(counts) & set(FORMS)) > 1:
        remedy += f", or {_SIDE_BY_SIDE}"
    raise DataError(f"{where} mixes dates in several forms: {', '.join(parts)}. {remedy}.")


def refuse_both(labelled: Any, form: str, rows: dict[str, int], where: str) -> None:
    """Refuse a column that has dates with the day first and others with the month first."""
    day, month = (
        counted(labelled, (labelled.form == form) & (labelled.reading == one), rows[one])
        for one in ("day", "month")
    )
    raise DataError(
        f"{where} has dates with the day first {day} and with the month first {month}. "
        f"{_ORDER_REMEDY}, correct them, or {_SIDE_BY_SIDE}."
    )


def ask_order(labelled: Any, form: str, kind: str, certain: bool, where: str) -> None:
    """Ask for the order of day, month and year, with what the first open date could be."""
    telling = labelled.reading == "either" if certain else labelled.reading != ""
    which = (labelled.form == form) & (telling | (labelled.place == "first"))
    value, row = examples(labelled, which, 1)[0]
    orders = ("dmy", "mdy", "ymd") if kind == "short" else ("dmy", "mdy")
    meanings = [(order, meaning(value, order)) for order in orders]
    could = " or ".join(f"{day} ({order})" for order, day in meanings if day)
    raise DataError(
        f"{where} does not tell day, month and year apart: {shown(value, 30)}{row} "
        f"could be {could or 'no day at all'}. {_ORDER_REMEDY}."
    )
