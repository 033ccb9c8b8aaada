"""Segment customers by recency, frequency and monetary value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from segkit.checks import check_choice, fail
from segkit.collect.frames import Frame, as_ibis
from segkit.errors import SchemeError
from segkit.schemes.bins import with_bins
from segkit.schemes.cutoffs import check_inputs, compute_cutoffs, read_cutoffs
from segkit.schemes.lint import require_sound
from segkit.schemes.scheme import Scheme, load_scheme
from segkit.segment.nesting import compute_nested, counted, read_nested
from segkit.segment.result import Segmentation, assign_segments
from segkit.segment.rfm_definition import RfmDefinition, read_weights, take_places
from segkit.segment.rules import kinds_of

_WHO = "score_rfm"

#: How the levels of the three scores are made.
BINNINGS = ("independent", "nested")


def score_rfm(
    customers: Frame,
    *,
    scheme: str | Path | Mapping[str, Any] | Scheme = "rfm_cn8",
    cutoffs: Any = None,
    bins: int | None = None,
    binning: str = "independent",
    weights: Mapping[str, float] | None = None,
) -> Segmentation:
    """Score customers by recency (R), frequency (F) and revenue (M), and name their segment.

    The quickest useful view of a customer base: it needs nothing but past purchases.
    Equal values always get equal scores; with many ties some scores stay empty, which
    ``quality`` tells. Cut-offs and the customers in each level are in ``cutoffs``.

    Parameters
    ----------
    customers : pandas, polars, pyarrow or Ibis table
        One row per customer, as :func:`segkit.summarize_customers` makes it:
        ``customer_id``, ``recency_days`` (days), ``n_days`` (purchase days), ``revenue``
        (currency). Not changed.
    scheme : str, Path, mapping or Scheme
        ``"rfm_cn8"``, the eight types of Chinese practice; ``"rfm_11"``, eleven
        segments over scores from 1 to 5; ``"rfm_shopify"``, ``"rfm_klaviyo"``, maps of two
        platforms; ``"rfm_r_package"``, the cut-offs of the R package rfm; or a scheme of
        your own with scores R, F and M.
    cutoffs : pandas.DataFrame or mapping, optional
        ``cutoffs`` of an earlier result, to score new customers by the old measure; or
        numbers of your own, such as ``{"R": [30, 90], "F": [2, 5], "M": [100, 500]}``.
    bins : int, optional
        3 to 5 equal parts for each score, ties together, in place of the scheme's own
        high and low; above the middle level is high.
    binning : {"independent", "nested"}
        Nested cuts frequency within each recency level, and revenue within each cell of
        recency and frequency: cells are of similar size, but a frequency of 5 means
        another number of purchases in each of them. Needs scores in equal parts.
    weights : mapping, optional
        Weights of R, F and M, each 0 or more: adds ``total``, the weighted mean of the
        scores, and ``rank``, the place by it; equal totals share a place.

    Returns
    -------
    Segmentation
        ``customers`` is a table of the kind given:

        =========== ======= ===== ==============================================
        name        dtype   unit  meaning
        =========== ======= ===== ==============================================
        customer_id as in         the customer
        R, F, M     int64   level 1 to 2 (rfm_cn8) or 1 to 5, higher is better
        total       float64 level only with weights: weighted mean of the scores
        rank        int64         only with weights: 1 for the highest total
        segment     str           id of the segment; names are in ``profile``
        =========== ======= ===== ==============================================

        With nested binning ``cutoffs`` has the column ``within`` besides: the cell that
        the cut-offs hold in, or ``*`` for cells without a customer.

    Raises
    ------
    SchemeError
        If the scheme is unknown, not sound, makes no scores R, F and M, or does not go
        with ``bins`` or ``binning``; or ``cutoffs`` do not fit.
    ArgumentError
        If ``bins``, ``binning`` or ``weights`` are outside their range.
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
    check_choice(_WHO, "binning", binning, BINNINGS)
    scheme = load_scheme(scheme)
    if not {"R", "F", "M"} <= set(scheme.scores):
        rule = "a scheme with the scores R, F and M"
        remedy = "Use apply_scheme for other schemes."
        fail(_WHO, "scheme", rule, list(scheme.scores), remedy, error=SchemeError)
    scheme = scheme if bins is None else with_bins(scheme, bins, function=_WHO)
    require_sound(scheme, _WHO)
    table = as_ibis(customers, function=_WHO, argument="customers")
    table = check_inputs(scheme, table, _WHO)
    definition = _definition(scheme, table, cutoffs, nested=binning == "nested")
    if weights is not None:
        definition = replace(definition, weights=read_weights(weights, _WHO))
        definition = replace(definition, places=take_places(definition, table, function=_WHO))
    return assign_segments(customers, definition, function=_WHO)


def _definition(scheme: Scheme, table: ir.Table, cutoffs: Any, *, nested: bool) -> RfmDefinition:
    kinds, given = kinds_of(scheme, table), cutoffs is not None
    if not nested:
        edges = (
            read_cutoffs(scheme, cutoffs, function=_WHO)
            if given
            else compute_cutoffs(scheme, table, function=_WHO)
        )
        return RfmDefinition(scheme, edges, kinds, given=given)
    if cutoffs is None:
        found = compute_nested(scheme, table, function=_WHO)
    else:
        read = read_nested(scheme, cutoffs, function=_WHO)
        found = counted(scheme, table, read, function=_WHO)
    return RfmDefinition(scheme, found.elsewhere, kinds, found, given=given)
