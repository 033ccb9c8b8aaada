"""What segkit's own processes leave out at their start."""

from __future__ import annotations

import importlib
import sys

#: A grammar that jsonschema compiles for 0.9 s, to check addresses that notebooks have none of.
_NEEDLESS = "rfc3987_syntax"
_is_own = False


def own_process() -> None:
    """Say that this process is segkit's own: no other program may miss what it leaves out."""
    global _is_own
    _is_own = True


def spare_imports() -> None:
    """Load jsonschema, which nbformat asks for, without a check that is never used.

    Only in processes that are segkit's own: another program may want that check.
    """
    if not _is_own or "jsonschema" in sys.modules or _NEEDLESS in sys.modules:
        return
    sys.modules[_NEEDLESS] = None  # type: ignore[assignment]
    try:
        importlib.import_module("jsonschema")
    except ImportError:  # comes along with nbformat; whoever needs it will say so
        return
    finally:
        del sys.modules[_NEEDLESS]
