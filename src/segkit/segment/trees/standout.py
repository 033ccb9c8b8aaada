"""The group that stands out in the test: what a tree is worth to somebody who has to choose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segkit.uncertainty import Share, share_of_count

#: Of fewer customers in the test a share says too little.
FEWEST = 30
#: House rule: less than a fifth above the average is nothing to choose by.
_LEAST_LIFT = 1.2


@dataclass(frozen=True)
class Standout:
    """A group whose share with the outcome was clearly above the average in the test.

    ``people`` is its share of the tested customers, ``n`` their number, ``observed`` their
    share with the outcome with its 95 % interval, ``average`` that of all who were tested;
    ``segment`` is its leaf.
    """

    segment: str
    people: float
    n: int
    observed: Share
    average: float

    @property
    def lift(self) -> float:
        """How many times the average share it has."""
        return self.observed.value / self.average


def best_leaf(tested: pd.DataFrame) -> Standout | None:
    """Take the leaf with surely the highest share in the test, if it is above the average.

    Surely: by the lower end of the interval, or the smallest group would win by chance.
    """
    outcome, found = tested["outcome"], []
    for segment, rows in tested[tested["segment"].notna()].groupby("segment"):
        if len(rows) >= FEWEST:
            seen = share_of_count(int(rows["outcome"].sum()), len(rows))
            people = len(rows) / len(tested)
            found.append(Standout(str(segment), people, len(rows), seen, float(outcome.mean())))
    return max(filter(_is_clear, found), key=lambda one: one.observed.low, default=None)


def likeliest_part(tested: pd.DataFrame, people: float, segment: str) -> Standout | None:
    """Take the likeliest part of customers, as large as a leaf, by trees that never saw them.

    In cross-validation each customer was scored by another tree than the one that is told, so
    that no customer of the test is in its leaves. Customers with one score count with the share
    of them that is taken.
    """
    outcome = tested["outcome"].to_numpy(dtype="float64")
    score = tested["probability"].to_numpy(dtype="float64")
    n = round(people * len(outcome))
    if n < FEWEST:
        return None
    last = np.sort(score)[-n]
    above, alike = score > last, score == last
    count = outcome[above].sum() + outcome[alike].mean() * (n - above.sum())
    seen = share_of_count(min(float(count), n), n)
    found = Standout(segment, n / len(outcome), n, seen, float(outcome.mean()))
    return found if _is_clear(found) else None


def _is_clear(found: Standout) -> bool:
    return found.observed.low > found.average and found.lift >= _LEAST_LIFT


def keeps_order(reliability: pd.DataFrame) -> bool:
    """Tell whether the observed shares rise with the predicted ones, chance aside.

    Two groups contradict it where the one that was predicted lower is higher by more than the
    95 % interval of their difference leaves open.

    References
    ----------
    Newcombe (1998), Interval estimation for the difference between independent proportions,
    Statistics in Medicine 17, method 10.
    """
    rows = reliability.sort_values("predicted", kind="stable")
    seen = rows["observed"].to_numpy()
    below, above = seen - rows["observed_low"].to_numpy(), rows["observed_high"].to_numpy() - seen
    gap = seen[:, np.newaxis] - seen
    clear = gap > np.hypot(below[:, np.newaxis], above)
    # Above the diagonal the row was predicted lower than the column.
    return not bool(np.triu(clear, k=1).any())
