"""Segment customers by recency, frequency and monetary value."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from segkit.checks import fail
from segkit.collect.frames import Frame
from segkit.errors import SchemeError
from segkit.schemes.scheme import Scheme, load_scheme
from segkit.segment.result import Segmentation
from segkit.segment.rules import classify

_WHO = "score_rfm"


def score_rfm(
    customers: Frame,
    *,
    scheme: str | Path | Mapping[str, Any] | Scheme = "rfm_cn8",
    cutoffs: Any = None,
) -> Segmentation:
    """Score customers by recency (R), frequency (F) and revenue (M), and name their segment.

    The quickest useful view of a customer base: it needs nothing but past purchases.
    Equal values always get equal scores; with many ties some scores stay empty, which
    ``quality`` tells.

    Parameters
    ----------
    customers : pandas, polars, pyarrow or Ibis table
        One row per customer, as :func:`segkit.summarize_customers` makes it:
        ``customer_id``, ``recency_days`` (days), ``n_days`` (purchase days), ``revenue``
        (currency). Not changed.
    scheme : str, Path, mapping or Scheme
        ``"rfm_cn8"``, the eight types of Chinese practice; ``"rfm_11"``, eleven
        segments over scores from 1 to 5; or a scheme of your own with scores R, F and M.
    cutoffs : pandas.DataFrame or mapping, optional
        ``cutoffs`` of an earlier result, to score new customers by the old measure.

    Returns
    -------
    Segmentation
        ``customers`` is a table of the kind given:

        =========== ======= ===== ==============================================
        name        dtype   unit  meaning
        =========== ======= ===== ==============================================
        customer_id as in         the customer
        R, F, M     int64   level 1 to 2 (rfm_cn8) or 1 to 5, higher is better
        segment     str           id of the segment; names are in ``profile``
        =========== ======= ===== ==============================================

    Raises
    ------
    SchemeError
        If the scheme is unknown, not sound, or makes no scores R, F and M.
    DataError
        If columns are missing or of the wrong type, or a customer has several rows.

    Examples
    --------
    >>> import pandas as pd
    >>> customers = pd.DataFrame({
    ...     "customer_id": ["a", "b", "c"], "recency_days": [3, 40, 300],
    ...     "n_days": [4, 2, 1], "revenue": [90.0, 20.0, 10.0]})
    >>> rfm = score_rfm(customers)
    >>> rfm.profile[["name", "n_customers", "revenue"]].head(2)
              name  n_customers  revenue
    0    Key value            1     90.0
    1  Key development            0      0.0
    """
    scheme = load_scheme(scheme)
    if not {"R", "F", "M"} <= set(scheme.scores):
        rule = "a scheme with the scores R, F and M"
        remedy = "Use apply_scheme for other schemes."
        fail(_WHO, "scheme", rule, list(scheme.scores), remedy, error=SchemeError)
    return classify(customers, scheme, cutoffs, function=_WHO)
