"""Hold the expected buyers against those who came, with today moved back month by month.

    python benchmarks/backtest_next_purchase.py cdnow online_retail --days 30 60 90

Prints a line per data set, window and day, and at the end how many of the totals and of the
numbers by rule lay within their ranges. The windows of neighbouring days overlap, so that the
lines are not independent of each other.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import pandas as pd

import segkit as sk
from segkit.segment.missing import Missing

MONTH = pd.Timedelta(days=30)
COLUMNS = ["customer_id", "ordered_at", "amount", "order_id"]


def main() -> None:
    """Go through the data sets and add up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="+", help="data sets, see segkit data list")
    parser.add_argument("--days", nargs="+", type=int, default=[30, 60, 90])
    chosen = parser.parse_args()
    lines = pd.DataFrame(
        line
        for name in chosen.names
        for days in chosen.days
        for line in backtest(name, sk.load_dataset(name), days)
    )
    if lines.empty:
        print("No history was long enough.")
        return
    print(lines.to_string(index=False))
    print(f"totals: {lines['holds'].sum()} of {len(lines)}")
    print(f"by rule: {lines['rules_held'].sum()} of {lines['rules'].sum()}")


def backtest(name: str, orders: pd.DataFrame, days: int) -> Iterator[dict[str, object]]:
    """Give a line for each day from which ``days`` are known, and that a tree can be made on."""
    orders = orders[[column for column in COLUMNS if column in orders]]
    day = orders["ordered_at"].dt.normalize()
    window = pd.Timedelta(days=days)
    today = day.max() - window
    while today > day.min():
        found = sk.predict_next_purchase(orders, as_of=str(today.date()), days=days)
        if not isinstance(found, Missing):
            came = orders[(day > today) & (day <= today + window) & (orders["amount"] >= 0)]
            yield {"name": name, "days": days, "today": today.date(), **_held(found, came)}
        today -= MONTH


def _held(found: sk.NextPurchase, came: pd.DataFrame) -> dict[str, object]:
    customers = found.today.customers
    bought = customers["customer_id"].isin(set(came["customer_id"]))
    by_rule = found.table["segment"].map(bought.groupby(customers["segment"]).sum()).fillna(0)
    within = by_rule.between(found.table["buyers_low"], found.table["buyers_high"])
    expected = found.buyers
    return {
        "expected": round(expected.value),
        "low": round(expected.low),
        "high": round(expected.high),
        "came": int(bought.sum()),
        "holds": expected.low <= bought.sum() <= expected.high,
        "rules": len(within),
        "rules_held": int(within.sum()),
    }


if __name__ == "__main__":
    main()
