"""A data set by its name, as a canonical table in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segkit.checks import check_choice
from segkit.collect.datasets.locate import find_files
from segkit.collect.datasets.own_formats import read_own
from segkit.collect.datasets.registry import DATASETS
from segkit.collect.reading import read_raw_table
from segkit.schema import RAW, ROW

if TYPE_CHECKING:
    import pandas as pd


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
    source = find_files(dataset)[0] if dataset.home == "sample" else read_own(dataset, kind)
    rows = read_raw_table(source, kind=kind, preset=dataset.preset or None, function=who)
    beside = [name for name in rows.table.columns if name == ROW or name.startswith(RAW)]
    # Engines give rows in any order, but those of a file have one.
    typed = rows.table.order_by(ROW).drop(*beside)
    return typed.to_pyarrow().to_pandas(date_as_object=False)
