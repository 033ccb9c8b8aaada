"""What a table is worth: how complete and sound it is, and which analyses it can carry.

``audit_table(orders)`` gives an :class:`Audit` (one row per column, faults in words);
``describe_history(orders)`` a :class:`History` (months, gaps, seasons, one-time buyers);
``carrying({"transactions": orders, ...})`` a :class:`Carrying`: analysis by analysis yes,
with care or no, with the threshold and its source. ``personal_columns(table)`` names the
columns that look like personal data.
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from segkit.audit.carrying import carrying as carrying
    from segkit.audit.carrying_result import Carrying as Carrying
    from segkit.audit.history import History as History
    from segkit.audit.history import describe_history as describe_history
    from segkit.audit.personal import PersonalColumn as PersonalColumn
    from segkit.audit.personal import personal_columns as personal_columns
    from segkit.audit.result import Audit as Audit
    from segkit.audit.table import audit_table as audit_table

# Loaded on first use, like the rest of the kit.
_HOMES = {
    "carrying": ["carrying"],
    "carrying_result": ["Carrying"],
    "history": ["History", "describe_history"],
    "personal": ["PersonalColumn", "personal_columns"],
    "result": ["Audit"],
    "table": ["audit_table"],
}
__getattr__, __dir__, _names = lazy_loader.attach(__name__, submod_attrs=_HOMES)
__all__ = [name for names in _HOMES.values() for name in names]
