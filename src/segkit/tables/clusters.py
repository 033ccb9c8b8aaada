"""Clusters as tables: why so many, what each is like, how features became numbers."""

from __future__ import annotations

from typing import Any

from segkit.checks import check_columns
from segkit.i18n import _
from segkit.tables.base import Column, Table, make_table


def cluster_evidence_table(clustering: Any) -> Table:
    """Show the evidence for each number of segments that was tried.

    Parameters
    ----------
    clustering
        A ``Clustering``, from ``cluster_customers``.

    Returns
    -------
    Table
        Columns k, silhouette, reference, gap, gap_error, stability_jaccard, smallest_share,
        bic (left out where there is no likelihood), chosen ("✓" for the number taken).
    """
    table = clustering.evidence
    wanted = ["k", "silhouette", "silhouette_normal", "silhouette_box", "gap", "gap_error"]
    check_columns("cluster_evidence_table", table.columns, [*wanted, "stability_jaccard", "bic"])
    frame = table.assign(
        reference=table[["silhouette_normal", "silhouette_box"]].max(axis=1),
        chosen=["✓" if k == clustering.chosen.k else "" for k in table["k"]],
    )
    columns = [
        Column("k", _("Segments"), "int"),
        Column("silhouette", _("Silhouette"), "number", 2),
        Column("reference", _("Without structure"), "number", 2),
        Column("gap", _("Gap"), "number", 2),
        Column("gap_error", _("Error of the gap"), "number", 2),
        Column("stability_jaccard", _("Least stable segment"), "number", 2),
        Column("smallest_share", _("Smallest segment"), "percent", 1),
        Column("bic", _("BIC"), "int"),
        Column("chosen", _("Chosen")),
    ]
    shown = [c for c in columns if c.name != "bic" or frame["bic"].notna().any()]
    title = _("Evidence by number of segments")
    return make_table(frame, shown, title, name="cluster-evidence")


def cluster_centers_table(clustering: Any) -> Table:
    """Show what is typical of each segment in each feature, in the features' own units.

    Parameters
    ----------
    clustering
        A ``Clustering``, from ``cluster_customers``.

    Returns
    -------
    Table
        Columns name, what (feature, with the category it is about), center, whole, difference
        (standard deviations).
    """
    frame = clustering.centers
    pair = _("{label}: {value}")
    what = [
        pair.format(label=label, value=value) if value else label
        for label, value in zip(frame["label"], frame["value"], strict=True)
    ]
    columns = [
        Column("name", _("Segment")),
        Column("what", _("Feature")),
        Column("center", _("Typical value"), "number", 2),
        Column("whole", _("All customers"), "number", 2),
        Column("difference", _("Standard deviations apart"), "number", 1),
    ]
    title = _("What is typical of each segment")
    return make_table(frame.assign(what=what), columns, title, name="cluster-centers")


def transforms_table(clustering: Any) -> Table:
    """Show how each feature was made comparable before distances were measured.

    Parameters
    ----------
    clustering
        A ``Clustering``, from ``cluster_customers``.

    Returns
    -------
    Table
        Columns label, reason, and where features are numbers lower, upper, n_cut.
    """
    frame = clustering.transforms
    columns = [Column("label", _("Feature")), Column("reason", _("How it became a number"))]
    numbers = [
        Column("lower", _("Values below count as"), "number", 2),
        Column("upper", _("Values above count as"), "number", 2),
        Column("n_cut", _("Customers cut"), "int"),
    ]
    columns += [c for c in numbers if c.name in frame and frame[c.name].notna().any()]
    return make_table(frame, columns, _("How features were transformed"), name="transforms")
