"""What customers do beside buying: opens, views, events, responses."""

from __future__ import annotations

from datetime import date

import ibis.expr.types as ir

from segkit.checks import check_date, check_number
from segkit.collect.frames import Frame
from segkit.features.canonical import canonical, given_back, up_to
from segkit.features.words import meant, plain, words_of
from segkit.schema import INTERACTION_FEATURES, names

_WHO = "summarize_interactions"


def summarize_interactions(
    interactions: Frame, *, as_of: date | str, window_days: int = 90
) -> Frame:
    """Count what each customer did in the last days, by kind.

    Social and interaction schemes start here (active participants, content consumers, silent
    users). Kinds are grouped by their words in English and Chinese; a kind that is not known
    counts as other, and :func:`feature_notes` names it.

    Parameters
    ----------
    interactions : pandas, polars, pyarrow or Ibis table
        ``customer_id``, ``occurred_at``, ``kind``.
    as_of : date or str
        The day the table describes; what came later is not known and does not count.
    window_days : int
        Days that are counted, the last of them ``as_of``; at least 1.

    Returns
    -------
    table of the kind of ``interactions``, lazy for Ibis
        ===================== ===== ===== ==============================================
        name                  dtype unit  meaning
        ===================== ===== ===== ==============================================
        customer_id           as in       each customer with an interaction up to ``as_of``
        n_interactions        int64 times all that the customer did: all but troubles
        n_opens               int64 times e-mails, messages
        n_views               int64 times pages, contents
        n_events              int64 times events taken part in
        n_responses           int64 times likes, comments, shares, posts
        n_logins              int64 times logins, visits
        n_calls               int64 times calls and questions to the service
        n_other               int64 times of a kind that is not known, or missing
        n_troubles            int64 times failed payments, fees: not the customer's doing
        n_active_days         int64 days  days with something that the customer did
        last_interaction_days int64 days  since the last one, in the window or before
        ===================== ===== ===== ==============================================

    Raises
    ------
    DataError
        If columns are missing or of the wrong type.
    ArgumentError
        If ``as_of`` is no date or ``window_days`` no whole number from 1.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({
    ...     "customer_id": ["a", "a", "b"],
    ...     "occurred_at": pd.to_datetime(["2024-06-01", "2024-06-02", "2023-01-01"]),
    ...     "kind": ["page_view", "点赞", "event"],
    ... })
    >>> found = summarize_interactions(table, as_of="2024-06-30")
    >>> found[["customer_id", "n_interactions", "n_responses", "last_interaction_days"]]
      customer_id  n_interactions  n_responses  last_interaction_days
    0           a               2            1                     28
    1           b               0            0                    546
    """
    day = check_date(_WHO, "as_of", as_of)
    check_number(_WHO, "window_days", window_days, low=1, whole=True, unit="days")
    table = canonical(interactions, "interactions", function=_WHO)
    found = interactions_expression(table, day, int(window_days))
    return given_back(found, interactions)


def interactions_expression(table: ir.Table, as_of: date, window_days: int) -> ir.Table:
    """Build the Ibis expression behind :func:`summarize_interactions`."""
    known = up_to(table, "occurred_at", as_of)
    known = known.mutate(group=meant(plain(known.kind), "interaction").fill_null("other"))
    recent = known.days_ago < window_days
    own = known.group != "troubles"
    groups = {
        f"n_{group}": known.count(where=recent & (known.group == group))
        for group in (*words_of("interaction"), "other")
    }
    summary = known.group_by("customer_id").agg(
        n_interactions=known.count(where=recent & own),
        n_active_days=known.day.nunique(where=recent & own),
        last_interaction_days=known.days_ago.min(where=own),
        **groups,
    )
    return summary.select("customer_id", *names(INTERACTION_FEATURES))
