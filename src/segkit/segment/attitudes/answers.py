"""Answers of a survey, long or wide, as one row per respondent and one column per item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segkit.checks import check_columns, check_number, fail, listed
from segkit.collect.frames import Frame, as_ibis, fetch
from segkit.errors import DataError
from segkit.features.answers import check_item_names, latest_answers
from segkit.features.canonical import canonical, given_back

#: Scales that surveys use, narrow ones first: a table that names none has the first that holds it.
USUAL_SCALES = ((1.0, 5.0), (1.0, 7.0), (1.0, 10.0), (0.0, 10.0), (0.0, 100.0))
#: Up to this share of its items a respondent may leave open; the item's mean fills the gap.
MAX_MISSING = 0.2
#: More different items than this are no survey, but another column taken for the item.
_MAX_ITEMS = 500

Scale = tuple[float, float]
Blocks = Mapping[str, Sequence[str]]


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers on one scale: ``matrix`` has ``customer_id`` as index, an item per column."""

    matrix: pd.DataFrame
    scale: Scale
    n_outside: int

    @property
    def items(self) -> list[str]:
        """The items, in the order in which they were asked for."""
        return list(self.matrix.columns)

    def filled(self) -> pd.DataFrame:
        """Keep who answered enough items, and fill what is open by the item's mean."""
        kept = self.matrix[self.matrix.isna().mean(axis=1) <= MAX_MISSING]
        return kept.fillna(kept.mean())


def is_long(columns: Iterable[str]) -> bool:
    """Tell whether a table is the survey's long form: a row per answer."""
    return {"item", "answer"} <= set(columns)


def spread_answers(answers: Frame, *, items: Sequence[str] | None = None) -> Frame:
    """Spread a survey in long form to one row per customer and one column per item.

    Whoever answered an item several times counts with the last answer that is a number, if
    ``answered_at`` is known, else (or if several are of one moment) with the mean. Who answered
    nothing has no row. The work is done where the table lies.

    Parameters
    ----------
    answers : pandas, polars, pyarrow or Ibis table
        ``customer_id``, ``item``, ``answer`` (points) and perhaps ``answered_at``.
    items : sequence of str, optional
        Items to take, in this order; all of the table in alphabetical order otherwise.

    Returns
    -------
    table of the kind that was given
        =========== ======= ====== ============================================
        name        dtype   unit   meaning
        =========== ======= ====== ============================================
        customer_id as in          the respondent
        (item)      float64 points one column per item; missing if not answered
        =========== ======= ====== ============================================

    Raises
    ------
    DataError
        If columns or items are missing, there are more than 500 items, or the name of an item
        cannot be that of a column.

    Examples
    --------
    >>> import pandas as pd
    >>> long = pd.DataFrame({"customer_id": ["a", "a"], "item": ["q1", "q2"], "answer": [4, 2]})
    >>> spread_answers(long)
      customer_id   q1   q2
    0           a  4.0  2.0
    """
    table = as_ibis(answers, function="spread_answers", argument="answers")
    return given_back(spread(table, items, "spread_answers"), answers)


def spread(table: ir.Table, items: Sequence[str] | None, function: str) -> ir.Table:
    """Spread the long form as an expression; only the names of the items are asked for."""
    table = canonical(table, "survey", function=function, argument="answers")
    rows = fetch(
        table.select(item=table.item.cast("string")).distinct().limit(_MAX_ITEMS + 1), function
    )
    known = sorted(row["item"] for row in rows if row["item"] is not None)
    if len(rows) > _MAX_ITEMS:
        rule = f"the question, of at most {_MAX_ITEMS} different ones"
        fail(function, "item", rule, known[:3], "Name the items.", error=DataError)
    wanted = known if items is None else list(dict.fromkeys(str(item) for item in items))
    absent = [item for item in wanted if item not in known]
    if absent:
        remedy = f"The table has {listed(known, 30)}."
        fail(function, "items", "items of the survey", absent, remedy, error=DataError)
    check_item_names(wanted, ["customer_id"], function=function)
    latest = latest_answers(table)
    named = {
        f"item_{i}": latest.answer.max(where=latest.item == item) for i, item in enumerate(wanted)
    }
    wide = latest.group_by("customer_id").aggregate(**named)
    return wide.select("customer_id", **{item: wide[f"item_{i}"] for i, item in enumerate(wanted)})


def read_answers(
    function: str,
    answers: Frame,
    items: Sequence[str] | None = None,
    scale: Scale | None = None,
) -> Answers:
    """Read a survey of either form into memory, sorted by customer, on one scale.

    An answer outside the scale, such as 99 for "no answer", counts as missing.
    """
    matrix = _matrix(function, answers, items)
    low, high = check_scale(function, scale) if scale else _usual_scale(matrix)
    inside = matrix.ge(low) & matrix.le(high)
    n_outside = int((matrix.notna() & ~inside).to_numpy().sum())
    return Answers(matrix.where(inside), (low, high), n_outside)


def check_scale(function: str, scale: Scale) -> Scale:
    """Check that a scale goes from a number up to a larger one."""
    if not isinstance(scale, Sequence) or len(scale) != 2:
        fail(function, "scale", "the lowest and the highest answer, such as (1, 5)", scale)
    low = check_number(function, "scale", scale[0])
    return low, check_number(function, "scale", scale[1], low=low, low_open=True)


def _matrix(function: str, answers: Frame, items: Sequence[str] | None) -> pd.DataFrame:
    table = as_ibis(answers, function=function, argument="answers")
    check_columns(function, table.columns, ["customer_id"])
    if is_long(table.columns) and not set(items or ()) & {*table.columns}:
        wide = spread(table, items, function)
    else:
        numeric = [n for n, kind in table.schema().items() if kind.is_numeric()]
        chosen = [n for n in numeric if n != "customer_id"] if items is None else list(items)
        check_columns(function, table.columns, chosen)
        words = [name for name in chosen if name not in numeric and not _empty(table, name)]
        if words:
            remedy = "Write the points of each answer."
            fail(function, "items", "columns of numbers", words, remedy, error=DataError)
        wide = table.select("customer_id", **{n: table[n].cast("float64") for n in chosen})
    frame = wide.to_pyarrow().to_pandas(date_as_object=False)
    if not len(frame.columns) > 1:
        remedy = "Pass the columns of the questions."
        fail(function, "answers", "a table with items", list(frame.columns), remedy)
    if frame["customer_id"].duplicated().any():
        twice = frame.loc[frame["customer_id"].duplicated(), "customer_id"].tolist()[0]
        remedy = "Keep one row per respondent."
        fail(function, "customer_id", "different in every row", twice, remedy, error=DataError)
    return frame.set_index("customer_id").sort_index().astype("float64").replace(np.inf, np.nan)


def _empty(table: ir.Table, name: str) -> bool:
    return bool(table.schema()[name].is_null())


def _usual_scale(matrix: pd.DataFrame) -> Scale:
    values = matrix.to_numpy()
    known = values[np.isfinite(values)]
    if not known.size:
        return USUAL_SCALES[0]
    low, high = float(known.min()), float(known.max())
    fitting = [s for s in USUAL_SCALES if s[0] <= low and high <= s[1]]
    return fitting[0] if fitting else (low, high if high > low else low + 1.0)


def check_blocks(function: str, blocks: Blocks, items: Iterable[str]) -> dict[str, list[str]]:
    """Check that blocks hold known items, each at most once."""
    if not isinstance(blocks, Mapping) or not blocks:
        rule = "a mapping from a name to its items"
        fail(function, "blocks", rule, blocks, "Write {'price': ['price_1', 'price_2']}.")
    found = {str(name): list(members) for name, members in blocks.items()}
    check_columns(function, items, [item for members in found.values() for item in members])
    every = [item for members in found.values() for item in members]
    twice = sorted({item for item in every if every.count(item) > 1})
    if twice or not all(found.values()):
        rule = "blocks of at least one item, each item in one block"
        fail(function, "blocks", rule, twice or found)
    return found


def block_items(blocks: Blocks | None, items: Sequence[str] | None) -> Sequence[str] | None:
    """List the items to read: those asked for, else those of the blocks, else all."""
    if items is not None or not isinstance(blocks, Mapping):
        return items
    return [item for members in blocks.values() for item in members]
