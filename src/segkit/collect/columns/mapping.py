"""Which column of a source is which canonical one, and why; from the header alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from segkit.checks import check_choice
from segkit.collect.columns.column_map import ColumnMap, MappedColumn
from segkit.collect.columns.known_headers import list_presets, load_preset, require_table
from segkit.collect.columns.own_map import read_own_map
from segkit.collect.columns.search import ColumnSearch
from segkit.schema import TABLES

__all__ = ["ColumnMap", "MappedColumn", "list_presets", "map_columns", "read_own_map"]


def map_columns(
    names: Sequence[str],
    *,
    kind: str = "transactions",
    columns: Mapping[str, str] | str | Path | None = None,
    preset: str | Path | None = None,
    function: str = "map_columns",
) -> ColumnMap:
    """Find the canonical columns among the columns of a source, from their names alone.

    What the reader says comes first, then a preset, then a column of the canonical name,
    then the usual names for it in Chinese and English. Where two columns are as good as each
    other, nothing is guessed.

    Parameters
    ----------
    names : sequence of str
        The column names of the source.
    kind : str
        Kind of table: ``"transactions"``, ``"customers"``, ``"interactions"``, ``"survey"``,
        ``"balances"``, ``"campaigns"`` or ``"complaints"``.
    columns : mapping, str or Path, optional
        Own names, see :func:`~segkit.collect.columns.own_map.read_own_map`:
        ``"customer_id=Member,amount=Quantity*UnitPrice"``. The own name ``segkit_row``
        stands for the number of the row.
    preset : str or Path, optional
        Name of a known source (``"online_retail"``, ``"shopify_orders"`` …) or a YAML file.
    function : str
        Who asks, for the wording of an error.

    Returns
    -------
    ColumnMap

    Raises
    ------
    DataError
        If required or named columns are missing, or two columns could be the same one.
    ArgumentError
        If ``kind``, ``columns`` or ``preset`` are unknown or of the wrong form.

    Examples
    --------
    >>> map_columns(["会员号", "下单时间", "实付金额（元）", "备注"]).renames
    {'customer_id': '会员号', 'ordered_at': '下单时间', 'amount': '实付金额（元）'}
    """
    check_choice(function, "kind", kind, list(TABLES))
    search = ColumnSearch(list(names), kind, function)
    search.take_own(read_own_map(columns, kind=kind, function=function))
    loaded = None if preset is None else load_preset(preset, kind=kind, function=function)
    if loaded is not None:
        search.take_preset(loaded, require_table(loaded, kind, function))
    search.name_factors()
    search.take_names()
    search.take_synonyms()
    search.refuse_faults()
    return search.result({} if loaded is None else loaded.notes)
