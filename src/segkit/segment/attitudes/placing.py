"""How well few questions place respondents into their segments."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segkit.checks import fail
from segkit.collect.frames import as_ibis
from segkit.errors import DataError
from segkit.schemes.scheme import UNCLASSIFIED
from segkit.segment.result import Segmentation
from segkit.uncertainty import share_of_count

#: So many people of a segment are needed to leave one of them out and still know it.
_LEAST_PEOPLE = 10
#: A question more must be worth this share of people placed rightly.
_WORTH = 0.01


def join_segments(
    segmentation: Segmentation, matrix: pd.DataFrame, function: str
) -> tuple[pd.DataFrame, pd.Series, list[str]]:
    """Put answers beside segments, as positions in the order of the segmentation."""
    placed = as_ibis(segmentation.customers, function=function).select("customer_id", "segment")
    frame = placed.to_pyarrow().to_pandas().set_index("customer_id")["segment"]
    both_known = matrix.index.intersection(frame[frame != UNCLASSIFIED].index)
    matrix, named = matrix.loc[both_known].sort_index(), frame.loc[both_known].sort_index()
    counts = named.value_counts()
    ids = [s.id for s in segmentation.definition.segments if counts.get(s.id, 0) >= _LEAST_PEOPLE]
    kept = named.isin(ids)
    matrix, named = matrix[kept], named[kept]
    matrix = matrix.loc[:, matrix.std() > 0] if len(matrix) else matrix.iloc[:, :0]
    if len(ids) < 2 or not matrix.shape[1]:
        rule = f"two segments with {_LEAST_PEOPLE} respondents each, and items that vary"
        got = {str(name): int(n) for name, n in counts.items()}
        remedy = "Ask more respondents or make fewer segments."
        fail(function, "segmentation", rule, got, remedy, error=DataError)
    return matrix, named.map({name: i for i, name in enumerate(ids)}).astype("int64"), ids


def accuracy_by_number(guesses: np.ndarray, y: np.ndarray, questions: list[str]) -> pd.DataFrame:
    """Tell the share placed rightly by number of questions, and how many are worth asking."""
    chance = float(np.bincount(y).max() / len(y))
    rows = []
    for n, question in enumerate(questions, start=1):
        share = share_of_count(int((guesses[n - 1] == y).sum()), len(y))
        rows.append((n, share.value, share.low, share.high, chance, share.value - chance, question))
    columns = ["n_questions", "accuracy", "low", "high", "chance", "gain", "question"]
    table = pd.DataFrame(rows, columns=columns)
    enough = table["accuracy"] >= table["accuracy"].max() - _WORTH
    return table.assign(chosen=table.index == int(enough.idxmax()))


def accuracy_by_segment(guess: np.ndarray, y: np.ndarray, ids: list[str]) -> pd.DataFrame:
    """Tell of each segment how many of its members are found, and how many placed are right."""
    rows = []
    for i, name in enumerate(ids):
        own, placed = y == i, guess == i
        share = share_of_count(int((own & placed).sum()), int(own.sum()))
        right = float((own & placed).sum() / placed.sum()) if placed.any() else np.nan
        rows.append((name, int(own.sum()), share.value, share.low, share.high, right))
    columns = ["segment", "n_customers", "found_share", "found_low", "found_high", "right_share"]
    return pd.DataFrame(rows, columns=columns)
