"""Data sets by name: those that come with segkit, and public ones once they are fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segkit.checks import check_choice
from segkit.collect.registry import DATASETS, Dataset, list_datasets

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DATASETS", "Dataset", "list_datasets", "load_dataset"]


def load_dataset(name: str, table: str | None = None) -> pd.DataFrame:
    """Load a data set by its name, as a canonical table.

    Use it to try segkit, to teach with it, or to check a figure against the literature. Every
    row is kept: ids that are missing stay missing, and made-up exports keep their faults
    (``read_raw_transactions("cosmetics_crm")`` also keeps what was sent where a value cannot
    be read).

    Parameters
    ----------
    name : str
        Such as ``"cdnow"``, ``"online_retail"`` or ``"retail_orders"``; see
        :func:`list_datasets`. Public ones have to be fetched once: :func:`fetch_dataset`.
    table : str, optional
        Kind of table where a data set has several, such as ``"campaigns"``; else the main one.

    Returns
    -------
    pandas.DataFrame
        The columns of ``segkit.schema.TABLES[table]`` that are known, and all others under
        their own names. Transactions have:

        =========== ============== ======== ==============================
        name        dtype          unit     meaning
        =========== ============== ======== ==============================
        customer_id str                     the customer, zeros kept
        ordered_at  datetime64              when the purchase was made
        amount      float64        currency what was paid
        …                                   order_id, quantity, product_id …
        =========== ============== ======== ==============================

    Raises
    ------
    ArgumentError
        If there is no data set of that name, or no such table in it.
    DataError
        If its files are not here, with how to get them, or are not those that segkit knows.

    Examples
    --------
    >>> len(load_dataset("cdnow"))
    69659
    >>> load_dataset("bank_customers")["household_id"].nunique() < 500
    True
    """
    who = "load_dataset"
    dataset = DATASETS[check_choice(who, "name", name, sorted(DATASETS))]
    kind = dataset.tables[0] if table is None else check_choice(who, "table", table, dataset.tables)
    # Names and files are looked up long before data are read: pandas waits until then.
    from segkit.collect.dataset_tables import read_cdnow, read_public

    if dataset.home == "package":
        return read_cdnow(dataset)
    from segkit.collect.forms import ROW
    from segkit.collect.reading import read_raw_table
    from segkit.collect.typed import RAW

    if dataset.home == "sample":
        rows = read_raw_table(dataset.path, kind=kind, function=who)
    else:
        sent = read_public(dataset, kind)
        rows = read_raw_table(sent, kind=kind, preset=dataset.preset, function=who)
    beside = [name for name in rows.table.columns if name == ROW or name.startswith(RAW)]
    # Engines give rows in any order, but those of a file have one.
    typed = rows.table.order_by(ROW).drop(*beside)
    return typed.to_pyarrow().to_pandas(date_as_object=False)
