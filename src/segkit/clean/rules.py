"""What counts as a fault: the choices of a caller and the rules behind them, as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from segkit.checks import check_choice, check_date, check_number, fail

RETURNS = ("net", "keep", "drop")
DROP_OR_KEEP = ("drop", "keep")
EXTREME = ("list", "drop")


@dataclass(frozen=True)
class CleaningRules:
    """What counts as a test account, a cancellation, too early, extreme.

    Parameters
    ----------
    test_accounts : sequence of str
        A customer id that holds one of these as a word of its own is a test account:
        ``test`` is found in ``TEST001`` and ``shop-test`` but not in ``contest``. Letter case
        does not count. In scripts without spaces between words, anywhere in the id.
    cancelled_prefixes : sequence of str
        An order number of one of these and digits is a cancellation (``C536379``), where most
        order numbers of the table are digits alone; elsewhere such a letter means nothing.
    earliest : date or str
        Days before it are faults of an export.
    extreme_reach : float
        Above 0. An amount is extreme above ``q75 · (q75 / q25) ** extreme_reach`` of the
        amounts kept, at least ten times ``q75``. With 3, these are Tukey's outer fences on the
        logarithm of amounts.

    References
    ----------
    Tukey (1977), Exploratory Data Analysis, section 2D: outer fences lie three times the
    spread of the middle half outside the quartiles.

    Examples
    --------
    >>> CleaningRules(test_accounts=("intern",)).extreme_reach
    3.0
    """

    test_accounts: Sequence[str] = (
        "test", "tester", "testuser", "demo", "dummy", "测试", "演示",
    )  # fmt: skip
    cancelled_prefixes: Sequence[str] = ("C",)
    earliest: date | str = date(1900, 1, 1)
    extreme_reach: float = 3.0

    def __post_init__(self) -> None:
        """Check each rule."""
        for argument in ("test_accounts", "cancelled_prefixes"):
            texts = getattr(self, argument)
            named = not isinstance(texts, str) and all(isinstance(text, str) for text in texts)
            if not named or not all(text.strip() for text in texts):
                remedy = 'Write ("test",), or () for none.'
                fail("CleaningRules", argument, "a sequence of texts", texts, remedy)
            object.__setattr__(self, argument, tuple(text.strip() for text in texts))
        earliest = check_date("CleaningRules", "earliest", self.earliest)
        object.__setattr__(self, "earliest", earliest)
        check_number("CleaningRules", "extreme_reach", self.extreme_reach, low=0, low_open=True)


@dataclass(frozen=True)
class Choices:
    """The checked arguments of ``clean_transactions``."""

    returns: str
    duplicates: str
    zero_amounts: str
    until: date
    until_given: bool
    currency: str | None
    extreme: str | float
    rules: CleaningRules

    @property
    def rejects_extremes(self) -> bool:
        """Tell whether lines above the limit are rejected, and not only listed."""
        return self.extreme != "list"


def check_choices(function: str, arguments: dict[str, Any]) -> Choices:
    """Check the arguments of ``clean_transactions``; without ``until`` today is the last day."""
    check_choice(function, "returns", arguments["returns"], RETURNS)
    for argument in ("duplicates", "zero_amounts"):
        check_choice(function, argument, arguments[argument], DROP_OR_KEEP)
    if isinstance(arguments["extreme"], str):
        check_choice(function, "extreme", arguments["extreme"], EXTREME)
    else:
        check_number(function, "extreme", arguments["extreme"], low=0, low_open=True)
    if not isinstance(arguments["rules"], CleaningRules):
        fail(function, "rules", "a CleaningRules", arguments["rules"])
    currency = arguments["currency"]
    if currency is not None and (not isinstance(currency, str) or not currency.strip()):
        fail(function, "currency", "an ISO 4217 code such as CNY", currency)
    until = arguments["until"]
    last = date.today() if until is None else check_date(function, "until", until)
    return Choices(**{**arguments, "until": last, "until_given": until is not None})
