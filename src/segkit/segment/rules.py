"""Put customers into the segments of a scheme."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from segkit.collect.frames import Frame, as_ibis
from segkit.schemes.cutoffs import check_inputs, compute_cutoffs, read_cutoffs
from segkit.schemes.lint import require_sound
from segkit.schemes.scheme import Scheme, load_scheme
from segkit.segment.by_scheme import SchemeDefinition
from segkit.segment.result import Segmentation, assign_segments


def apply_scheme(
    customers: Frame,
    scheme: str | Path | Mapping[str, Any] | Scheme,
    *,
    cutoffs: Any = None,
) -> Segmentation:
    """Apply a scheme to customers: everyone gets scores and exactly one segment.

    Scores, segments, cut-offs and the profile are computed where the customers are; only
    a row per segment is fetched. A customer who lacks an input (missing, NaN or infinite)
    is in ``"unclassified"``, never lost. An Ibis table is read three or four times: hand
    over ``table.cache()`` when it is costly to make.

    Parameters
    ----------
    customers : pandas, polars, pyarrow or Ibis table
        One row per customer: ``customer_id`` and the inputs of the scheme. Not changed.
    scheme : str, Path, mapping or Scheme
        A name of :func:`segkit.schemes.list_schemes`, a YAML file, or a loaded scheme.
    cutoffs : pandas.DataFrame or mapping, optional
        ``cutoffs`` of an earlier :class:`Segmentation`, to measure new customers by the
        old rule. Default: cut-offs are computed from ``customers``.

    Returns
    -------
    Segmentation
        ``customers`` is a table of the kind given: ``customer_id``, one int64 column per
        score (float64 in pandas where scores are missing), ``segment``.

    Raises
    ------
    SchemeError
        If the scheme is unknown or not sound, or ``cutoffs`` do not fit it.
    DataError
        If columns are missing or of the wrong type, or a customer has several rows.

    Examples
    --------
    >>> import pandas as pd
    >>> customers = pd.DataFrame({
    ...     "customer_id": ["a", "b", "c"], "recency_days": [3, 40, 300],
    ...     "n_days": [4, 2, 1], "revenue": [90.0, 20.0, 10.0]})
    >>> grades = apply_scheme(customers, "rfm_cn8")
    >>> grades.customers["segment"].tolist()
    ['key_value', 'general_value', 'general_win_back']
    >>> later = apply_scheme(customers, "rfm_cn8", cutoffs=grades.cutoffs)
    """
    return classify(customers, load_scheme(scheme), cutoffs, function="apply_scheme")


def classify(customers: Frame, scheme: Scheme, cutoffs: Any, *, function: str) -> Segmentation:
    """Apply a loaded scheme on behalf of ``function``, which errors then name."""
    require_sound(scheme, function)
    table = as_ibis(customers, function=function, argument="customers")
    table = check_inputs(scheme, table, function)
    if cutoffs is None:
        edges = compute_cutoffs(scheme, table, function=function)
    else:
        edges = read_cutoffs(scheme, cutoffs, function=function)
    kinds, given = kinds_of(scheme, table), cutoffs is not None
    definition = SchemeDefinition(scheme, edges, kinds, given=given)
    return assign_segments(customers, definition, function=function)


def kinds_of(scheme: Scheme, table: ir.Table) -> dict[str, str]:
    """Tell the kind of every input as it is in ``table``, for SQL."""
    return {score.input: _kind(table[score.input].type()) for score in scheme.scores.values()}


def _kind(dtype: Any) -> str:
    if dtype.is_boolean() or dtype.is_integer():
        return "flag" if dtype.is_boolean() else "integer"
    return "number" if dtype.is_numeric() else "text"
