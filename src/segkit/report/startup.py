"""What segkit's own processes leave out at their start."""

from __future__ import annotations

import atexit
import gc
import importlib
import sys
from contextlib import suppress

#: A grammar that jsonschema compiles for 0.9 s, to check addresses that notebooks have none of.
_NEEDLESS = "rfc3987_syntax"
_is_own = False


def own_process() -> None:
    """Say that this process is segkit's own: no other program may miss what it leaves out."""
    global _is_own
    _is_own = True
    # At its end Python looks through all that was ever imported for what can be freed, and
    # then everything is freed at once anyway.
    atexit.register(gc.freeze)


def spare_imports() -> None:
    """Load jsonschema, which nbformat asks for, without a check that is never used.

    Only in processes that are segkit's own: another program may want that check.
    """
    if _is_own:
        with suppress(ImportError):  # comes along with nbformat; whoever needs it will say so
            import_without("jsonschema", _NEEDLESS)


def import_without(module: str, needless: str) -> None:
    """Import a module as if another one, which it can do without, were not installed."""
    if module in sys.modules or needless in sys.modules:
        return
    sys.modules[needless] = None  # type: ignore[assignment]
    try:
        importlib.import_module(module)
    finally:
        del sys.modules[needless]
