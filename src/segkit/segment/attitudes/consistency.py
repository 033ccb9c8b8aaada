"""How dependably a block of items measures one thing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from segkit.checks import fail
from segkit.collect.frames import Frame
from segkit.errors import DataError
from segkit.i18n import _, format_number
from segkit.segment.attitudes.answers import Blocks, Scale, block_items, check_blocks, read_answers
from segkit.segment.attitudes.extraction import ml_loadings

_WHO = "reliability"
#: The usual rule of thumb: from here on a block serves to compare groups.
ENOUGH = 0.7


@dataclass(frozen=True, eq=False)
class Reliability:
    """Reliability of blocks of items.

    Attributes
    ----------
    table : pandas.DataFrame
        ============= ======= ====== ======================================================
        name          dtype   unit   meaning
        ============= ======= ====== ======================================================
        block         str            block of items
        n_items       int64   items  items that vary
        n_respondents int64   people who answered all of them
        alpha         float64 share  Cronbach's alpha; NaN for fewer than two items
        alpha_low     float64 share  lower end of Feldt's 95 % interval
        alpha_high    float64 share  upper end
        omega         float64 share  McDonald's omega of one factor; NaN below three items
        mean_r        float64        mean correlation between the items
        ============= ======= ====== ======================================================
    items : pandas.DataFrame
        ``block``, ``item``, ``item_total`` (correlation with the other items of the block),
        ``alpha_if_dropped``.
    """

    table: pd.DataFrame
    items: pd.DataFrame

    def summary(self) -> str:
        """Say of each block how dependable it is."""
        return "\n".join(_sentence(row) for row in self.table.itertuples(index=False))

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        return f"Reliability of {len(self.table)} blocks.\nNext: .table, .items, .summary()"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.summary())}</pre>{self.table.to_html(index=False)}"


def reliability(
    answers: Frame,
    blocks: Blocks | None = None,
    *,
    items: Sequence[str] | None = None,
    scale: Scale | None = None,
) -> Reliability:
    """Measure how dependably each block of items measures one thing.

    Before items are added up to a score: a block below 0.7 mixes several things or is too
    short. Items that run against the others must be turned first (:func:`check_items`).

    Parameters
    ----------
    answers : pandas, polars, pyarrow or Ibis table
        A survey in long form (``customer_id, item, answer``) or wide, a column per item.
    blocks : mapping, optional
        Name of a block to its items; all items are one block otherwise.
    items : sequence of str, optional
        The items to read; those of the blocks by default.
    scale : (float, float), optional
        Lowest and highest answer, points; found from the data by default.

    Returns
    -------
    Reliability

    Raises
    ------
    ArgumentError
        If blocks overlap or hold no item.
    DataError
        If items are missing.

    References
    ----------
    Cronbach (1951), Coefficient alpha and the internal structure of tests, Psychometrika 16.
    Feldt (1965), The approximate sampling distribution of Kuder-Richardson reliability
    coefficient twenty, Psychometrika 30. McDonald (1999), Test Theory, chapter 6.

    Examples
    --------
    >>> from segkit.synthetic import make_cosmetics
    >>> survey = make_cosmetics(500, seed=1, tables=["survey"])["survey"]
    >>> found = reliability(survey, {"price": ["price_1", "price_2", "price_3"]})
    >>> bool(found.table["alpha"][0] > 0.7)
    True
    """
    read = read_answers(_WHO, answers, block_items(blocks, items), scale)
    named = {"all": read.items} if blocks is None else check_blocks(_WHO, blocks, read.items)
    if read.matrix.notna().sum().sum() == 0:
        fail(_WHO, "answers", "a table with answers", "none", "", error=DataError)
    rows, parts = [], []
    for block, members in named.items():
        row, part = _measure(block, read.matrix[members])
        rows.append(row)
        parts.append(part)
    return Reliability(pd.DataFrame(rows), pd.concat(parts, ignore_index=True))


def cronbach_alpha(matrix: pd.DataFrame) -> float:
    """Give Cronbach's alpha of complete answers; NaN for one item or no variance."""
    k = matrix.shape[1]
    total = float(matrix.sum(axis=1).var())
    if k < 2 or not total > 0:
        return math.nan
    return k / (k - 1) * (1 - float(matrix.var().sum()) / total)


def alpha_interval(alpha: float, n: int, k: int, level: float = 0.95) -> tuple[float, float]:
    """Give Feldt's interval: ``(1 - alpha) / (1 - sample alpha)`` follows F(n-1, (n-1)(k-1))."""
    if not math.isfinite(alpha) or n < 2 or k < 2:
        return math.nan, math.nan
    tail = (1 - level) / 2
    low, high = stats.f.ppf([tail, 1 - tail], n - 1, (n - 1) * (k - 1))
    return 1 - (1 - alpha) * float(high), 1 - (1 - alpha) * float(low)


def item_rest_correlations(matrix: pd.DataFrame) -> pd.Series:
    """Correlate each item with the sum of the others; NaN where one of them is constant."""
    total = matrix.sum(axis=1)
    found = {}
    for item in matrix.columns:
        rest, own = total - matrix[item], matrix[item]
        varies = len(matrix) > 2 and own.std() > 0 and rest.std() > 0
        found[item] = own.corr(rest) if varies else math.nan
    return pd.Series(found, dtype="float64")


def _measure(block: str, matrix: pd.DataFrame) -> tuple[dict[str, object], pd.DataFrame]:
    complete = matrix.dropna()
    varying = complete.loc[:, complete.std() > 0] if len(complete) > 1 else complete.iloc[:, :0]
    n, k = varying.shape
    alpha = cronbach_alpha(varying)
    low, high = alpha_interval(alpha, n, k)
    related = varying.corr().to_numpy() if k > 1 else np.full((1, 1), math.nan)
    row = {
        "block": block,
        "n_items": k,
        "n_respondents": len(complete),
        "alpha": alpha,
        "alpha_low": low,
        "alpha_high": high,
        "omega": _omega(varying),
        "mean_r": float(related[~np.eye(k, dtype=bool)].mean()) if k > 1 else math.nan,
    }
    part = pd.DataFrame({"block": block, "item": list(matrix.columns)})
    part["item_total"] = part["item"].map(item_rest_correlations(varying))
    dropped = {item: cronbach_alpha(varying.drop(columns=item)) for item in varying.columns}
    part["alpha_if_dropped"] = part["item"].map(pd.Series(dropped, dtype="float64"))
    return row, part


def _omega(matrix: pd.DataFrame) -> float:
    """Give the share of the sum's variance that one common factor explains (McDonald's omega)."""
    n, k = matrix.shape
    if k < 3 or n <= k:
        return math.nan
    loadings = ml_loadings(matrix.corr().to_numpy(), 1)[:, 0] * matrix.std().to_numpy()
    own = np.maximum(matrix.var().to_numpy() - loadings**2, 0.0)
    common = float(loadings.sum()) ** 2
    return common / (common + float(own.sum()))


def _sentence(row: Any) -> str:
    alpha = row.alpha
    block = row.block
    if not math.isfinite(alpha):
        return _("{block}: too few answers or items that vary for a reliability.").format(
            block=block
        )
    if alpha >= ENOUGH:
        text = _("{block}: dependable, alpha {alpha} ({low} to {high}).")
    else:
        text = _("{block}: not dependable enough to be added up, alpha {alpha} ({low} to {high}).")
    low, high = row.alpha_low, row.alpha_high
    return text.format(
        block=block,
        alpha=format_number(alpha, 2),
        low=format_number(low, 2),
        high=format_number(high, 2),
    )
