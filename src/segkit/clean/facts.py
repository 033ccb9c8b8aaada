"""What must be known of a whole table before the fate of a row can be told."""

from __future__ import annotations

import math
from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from segkit.checks import fail, listed
from segkit.clean.fates import REASON, Currency
from segkit.clean.netting import KEPT_AMOUNT, is_cancelled
from segkit.clean.rules import Choices
from segkit.collect.values.currencies import in_codes
from segkit.currencies import currency_code
from segkit.errors import DataError

#: An amount is never extreme below so many times the upper quartile.
_LEAST_REACH = 10.0
_LARGEST_POWER = 300.0


def believed_prefixes(table: ir.Table, prefixes: Sequence[str]) -> tuple[str, ...]:
    """Believe prefixes of cancellations where most order numbers are digits alone.

    Where all numbers begin with a letter, it says nothing about returns.
    """
    if not prefixes or "order_id" not in table.columns or not table.order_id.type().is_string():
        return ()
    digits = table.order_id.strip().re_search("^[0-9]+$")
    counts = table.agg(
        known=table.order_id.count(),
        digits=_count(digits),
        cancelled=_count(is_cancelled(table.order_id, prefixes)),
    )
    found = counts.to_pyarrow().to_pylist()[0]
    believed = bool(found["cancelled"]) and (found["digits"] or 0) * 2 > found["known"]
    return tuple(prefixes) if believed else ()


def wanted_currency(table: ir.Table, choices: Choices, function: str) -> Currency | None:
    """Find the currency to keep; None where no row names one. Spellings do not count.

    Rows that are rejected already are not looked at. A row that names no currency is taken to
    be in that of the others where there is one; beside several it cannot be told.

    Raises
    ------
    DataError
        If there are several currencies and none is chosen, or the chosen one is not there.
    """
    if "currency" not in table.columns or not table.currency.type().is_string():
        return None
    live = table.filter(table[REASON].isnull())
    live = live.select(code=in_codes(live.currency))
    counts = live.group_by("code").agg(n=live.count()).to_pyarrow().to_pylist()
    codes = {row["code"]: row["n"] for row in counts if row["code"] is not None}
    if not codes:
        return None
    wanted = currency_code(choices.currency) if choices.currency else next(iter(codes))
    if wanted not in codes or (len(codes) > 1 and not choices.currency):
        by_count = sorted(codes.items(), key=lambda pair: (-pair[1], pair[0]))
        shares = listed(f"{code} ({n:,} rows)" for code, n in by_count)
        if not choices.currency:
            _refuse_mixture(function, shares, by_count[0][0])
        fail(function, "currency", f"one of the table's: {shares}", wanted, error=DataError)
    return Currency(wanted, several=len(codes) > 1)


def _refuse_mixture(function: str, shares: str, most: str) -> None:
    raise DataError(
        f"{function}: orders must be in one currency; got {shares}. Convert the amounts, or keep "
        f"one currency with currency={most!r}; the other rows are then rejected with this reason."
    )


def extreme_limit(table: ir.Table, choices: Choices) -> float | None:
    """Give the amount above which a kept line is extreme; None where nothing is kept."""
    if not isinstance(choices.extreme, str):
        return float(choices.extreme)
    amount = table[KEPT_AMOUNT]
    sold = table.filter(table[REASON].isnull(), amount > 0)
    quartiles = sold.agg(q25=sold[KEPT_AMOUNT].quantile(0.25), q75=sold[KEPT_AMOUNT].quantile(0.75))
    found = quartiles.to_pyarrow().to_pylist()[0]
    if found["q75"] is None:
        return None
    low, high = float(found["q25"]), float(found["q75"])
    reach = choices.rules.extreme_reach * math.log(high / low)
    # Amounts so far apart that no power of their ratio is a number have no limit.
    return high * max(math.exp(reach), _LEAST_REACH) if reach < _LARGEST_POWER else None


def _count(flag: ir.BooleanValue) -> ir.IntegerScalar:
    return ibis.cases((flag, 1), else_=0).sum()
