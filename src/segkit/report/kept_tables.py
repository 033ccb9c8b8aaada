"""The cleaned tables that a run keeps beside its report, for the next notebook and the client.

They lie in the run's folder and nowhere else: neither the report nor the notebook holds a row
of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from segkit.errors import DataError
from segkit.i18n import _
from segkit.report.elements import Element
from segkit.report.kept import RUN_FOLDER

if TYPE_CHECKING:
    import ibis.expr.types as ir

_WHO = "keep_tables"
TRANSACTIONS_FILE, REJECTED_FILE = "transactions.parquet", "rejected.csv"
EXTREMES_FILE = "extremes.csv"
#: What is kept beside canonical columns where customers get keyed numbers. The text of a value
#: that could not be read is not: it may be anything, a name among it.
_ALSO = ("segkit_row", "reason", "why")


@dataclass(frozen=True)
class KeptTables(Element):
    """A note of the tables that were put beside the report: ``file`` and ``rows`` of each."""

    tables: Sequence[dict[str, Any]]
    written: bool
    pseudonymized: bool = field(default=False)
    kind: ClassVar[str] = "kept_tables"

    def _html(self) -> str:
        from markupsafe import Markup

        return str(Markup("<p>{}</p>").format(self._text()))

    def _text(self) -> str:
        if self.written:
            return _("The clean table and the rows set aside are kept in the run's folder.")
        return _("A run keeps the clean table and the rows set aside beside its report.")


def keep_tables(cleaning: Any, *, pseudonym_key: str | None = None) -> KeptTables:
    """Keep the clean table, the rejected rows and the extreme ones beside the report.

    Use it in a notebook as the last line of a cell. ``transactions.parquet`` is canonical, so
    that other notebooks take it as their data. Outside a run nothing is written.

    Parameters
    ----------
    cleaning
        A ``Cleaning``.
    pseudonym_key : str, optional
        Name of the environment variable that holds the key of :func:`pseudonymize`. With it
        customers get keyed numbers, and columns that are not canonical are left out.

    Returns
    -------
    KeptTables
        File and number of rows of each table, without a row.

    Raises
    ------
    DataError
        If no row was kept: nothing can be made of such data.
    ArgumentError
        If the key is not set or too short.
    """
    n_extremes = int(_table(cleaning.extremes).count().to_pyarrow().as_py())
    tables = [
        {"file": TRANSACTIONS_FILE, "rows": cleaning.rows_kept},
        {"file": REJECTED_FILE, "rows": cleaning.rows_rejected},
        *([{"file": EXTREMES_FILE, "rows": n_extremes}] if n_extremes else []),
    ]
    folder = os.environ.get(RUN_FOLDER)
    if folder:
        _write(cleaning, Path(folder), pseudonym_key, extremes=bool(n_extremes))
    if not cleaning.rows_kept:
        _refuse(cleaning, folder)
    return KeptTables(tables, bool(folder), pseudonym_key is not None)


def _write(cleaning: Any, folder: Path, key: str | None, *, extremes: bool) -> None:
    from segkit.cells import write_csv

    safe = _pseudonyms(key)
    if cleaning.rows_kept:
        kept = safe(_table(cleaning.kept))
        kept.order_by("ordered_at", "customer_id").to_parquet(str(folder / TRANSACTIONS_FILE))
    rejected = safe(_table(cleaning.rejected))
    order = [name for name in ("segkit_row",) if name in rejected.columns]
    write_csv(rejected.order_by(order) if order else rejected, folder / REJECTED_FILE)
    if extremes:
        largest = safe(_table(cleaning.extremes))
        write_csv(largest.order_by(largest.amount.desc()), folder / EXTREMES_FILE)


def _table(frame: Any) -> ir.Table:
    from segkit.collect.frames import as_ibis

    return as_ibis(frame, function=_WHO)


def _pseudonyms(key: str | None) -> Callable[[ir.Table], ir.Table]:
    """Give what takes persons out of a table; nothing without a key."""
    if key is None:
        return lambda table: table
    from segkit.collect.privacy.pseudonyms import pseudonymize
    from segkit.schema import TRANSACTIONS, names

    known = {*names(TRANSACTIONS), *_ALSO}

    def replace(table: ir.Table) -> ir.Table:
        table = table.select(*(name for name in table.columns if name in known))
        return pseudonymize(table, key=f"env:{key}")

    return replace


def _refuse(cleaning: Any, folder: str | None) -> None:
    ledger = cleaning.ledger
    reasons = ledger[(ledger["rows"] > 0) & ~ledger["reason"].isin(["rows_in", "kept", "changed"])]
    said = "; ".join(f"{row.why}: {row.rows:,}" for row in reasons.itertuples())
    where = f"{REJECTED_FILE} in the run's folder lists them. " if folder else ""
    remedy = "Check the column map, or ask for another export."
    counts = f"rows set aside: {cleaning.rows_in:,} ({said})"
    raise DataError(f"{_WHO}: no row can be used; {counts}. {where}{remedy}")
