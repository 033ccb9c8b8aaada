"""The rules above the average: one cut for whoever has to choose customers by a tree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segkit.segment.trees.scores import gain_table
from segkit.segment.trees.standout import FEWEST
from segkit.uncertainty import Share, share_of_count

#: The curve of a single question is read at steps of a thousandth of the customers.
_STEPS = 1000


@dataclass(frozen=True)
class Lead:
    """The groups whose share with the outcome was clearly above the average in the test.

    ``segments`` are the groups, the highest share first; ``average``, the share of all who were
    tested; ``people``, the groups' share of the tested customers; ``gain``, the share of those
    with the outcome they held; ``single``, what the best single question reaches with as many
    customers; ``n_customers`` of today and the ``buyers`` expected of them.
    """

    segments: tuple[str, ...]
    average: float
    people: float
    gain: Share
    single: float
    n_customers: int
    buyers: float

    @property
    def beats_single(self) -> bool:
        """Whether a single question finds clearly fewer among as many customers."""
        return self.single < self.gain.low


def find_lead(table: pd.DataFrame, tested: pd.DataFrame) -> Lead | None:
    """Take the groups of an outlook that were clearly above the average; None without one.

    Parameters
    ----------
    table : pandas.DataFrame
        ``NextPurchase.table``.
    tested : pandas.DataFrame
        ``TreeModel.tested``.
    """
    average = float(tested["outcome"].mean())
    is_in = (table["observed_low"] > average) & (table["n_tested"] >= FEWEST)
    rows = table[is_in]
    if rows.empty or is_in.all():
        return None
    total = float(tested["outcome"].sum())
    hits = float((rows["observed"] * rows["n_tested"]).sum())
    people = float(rows["n_tested"].sum()) / float(table["n_tested"].sum())
    return Lead(
        segments=tuple(rows["segment"]),
        average=average,
        people=people,
        gain=share_of_count(min(round(hits), total), total),
        single=_reached(tested, people),
        n_customers=int(rows["n_customers"].sum()),
        buyers=float(rows["buyers"].sum()),
    )


def _reached(tested: pd.DataFrame, people: float) -> float:
    outcome = tested["outcome"].to_numpy(dtype="float64")
    score = tested["single_rule"].to_numpy(dtype="float64")
    curve = gain_table(outcome, score, parts=_STEPS)
    xs, ys = (curve[name].to_numpy() for name in ("cumulative_customers", "cumulative_gain"))
    return float(np.interp(people, np.append(0.0, xs), np.append(0.0, ys)))
