"""Cleaning with a ledger: every row of a table is kept, or set aside for one named reason.

``clean_transactions(orders)`` gives a :class:`Cleaning` with ``.kept``, ``.rejected``,
``.ledger`` (one row per reason) and ``.write_rejected(path)``; :class:`CleaningRules` holds
what counts as a test account, a cancellation, too early and extreme.
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from segkit.clean.result import Cleaning as Cleaning
    from segkit.clean.rules import CleaningRules as CleaningRules
    from segkit.clean.transactions import clean_transactions as clean_transactions
    from segkit.clean.words import reason_word as reason_word

# Loaded on first use, like the rest of the kit.
_HOMES = {
    "result": ["Cleaning"],
    "rules": ["CleaningRules"],
    "transactions": ["clean_transactions"],
    "words": ["reason_word"],
}
__getattr__, __dir__, _names = lazy_loader.attach(__name__, submod_attrs=_HOMES)
__all__ = [name for names in _HOMES.values() for name in names]
