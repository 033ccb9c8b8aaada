"""Segmentations against each other and against chance: contrasts, stability, agreement."""

from __future__ import annotations

from typing import Any

import pandas as pd

from segkit.checks import check_columns
from segkit.i18n import _, format_list
from segkit.segment.feature_words import feature_label
from segkit.tables.base import Column, Table, make_table


def segment_contrasts_table(contrasts: Any) -> Table:
    """Show what sets each segment apart from all customers, in words.

    Parameters
    ----------
    contrasts
        A ``SegmentContrasts``, from ``describe_segments``.

    Returns
    -------
    Table
        Columns name, words; segments without customers are left out.
    """
    found = set(contrasts.table["segment"])
    rows = [
        {"name": name, "words": contrasts.words(segment)}
        for segment, name in contrasts.names.items()
        if segment in found
    ]
    columns = [Column("name", _("Segment")), Column("words", _("What sets it apart"))]
    frame = pd.DataFrame(rows, columns=["name", "words"])
    return make_table(frame, columns, _("What sets the segments apart"), name="segment-contrasts")


def stability_table(stability: Any) -> Table:
    """Show how much of each segment comes back in resamples, and what follows.

    Parameters
    ----------
    stability
        A ``Stability``, from ``segment_stability``.

    Returns
    -------
    Table
        Columns name, n_customers, jaccard, jaccard_low, verdict (in words).
    """
    words = {
        "stable": _("stable"),
        "doubtful": _("in doubt"),
        "unstable": _("not to be relied on"),
        "empty": _("nobody in it"),
    }
    frame = stability.table.assign(verdict=stability.table["verdict"].map(words))
    columns = [
        Column("name", _("Segment")),
        Column("n_customers", _("Customers resampled"), "int"),
        Column("jaccard", _("Comes back (mean overlap)"), "percent", 0),
        Column("jaccard_low", _("In one of twenty cases less than"), "percent", 0),
        Column("verdict", _("Verdict")),
    ]
    return make_table(frame, columns, _("Stability of the segments"), name="stability")


def sensitivity_table(sensitivity: Any, segmentation: Any = None) -> Table:
    """Show how many customers change segment when a cut-off moves a little.

    Parameters
    ----------
    sensitivity : pandas.DataFrame
        Of ``cutoff_sensitivity``.
    segmentation
        The ``Segmentation`` it is of, for the names of the scores.

    Returns
    -------
    Table
        Columns score, cutoff, moved_to, share; the largest change first.
    """
    check_columns(
        "sensitivity_table", sensitivity.columns, ["score", "cutoff", "moved_to", "share"]
    )
    scores = {} if segmentation is None else segmentation.scheme.scores
    labels = {name: score.label.read(name) for name, score in scores.items()}
    frame = sensitivity.assign(score=[labels.get(s, s) for s in sensitivity["score"]])
    frame = frame.sort_values("share", ascending=False, kind="stable")
    columns = [
        Column("score", _("Score")),
        Column("cutoff", _("Cut-off"), "number", 2),
        Column("moved_to", _("Moved to"), "number", 2),
        Column("share", _("Customers who change segment"), "bar_percent", 1),
    ]
    title = _("What a moved cut-off changes")
    return make_table(frame, columns, title, name="cut-off-sensitivity")


def comparison_table(comparison: Any) -> Table:
    """Show which segments of two segmentations hold the same customers.

    Parameters
    ----------
    comparison
        A ``Comparison``, from ``segmentation.compare(other)``.

    Returns
    -------
    Table
        Columns first, second, n_customers, share_of_first, share_of_second; one row per pair of
        segments with customers in common, the largest first.
    """
    counts = comparison.counts[comparison.counts["n_customers"] > 0]
    n = counts["n_customers"]
    first, second = comparison.titles
    frame = counts.assign(
        share_of_first=n / counts.groupby("first")["n_customers"].transform("sum"),
        share_of_second=n / counts.groupby("second")["n_customers"].transform("sum"),
        first=[comparison.first_names[segment] for segment in counts["first"]],
        second=[comparison.second_names[segment] for segment in counts["second"]],
    ).sort_values("n_customers", ascending=False, kind="stable")
    columns = [
        Column("first", first),
        Column("second", second),
        Column("n_customers", _("Customers in both"), "int"),
        Column("share_of_first", _("Share of the first segment"), "bar_percent", 1),
        Column("share_of_second", _("Share of the second segment"), "bar_percent", 1),
    ]
    return make_table(frame, columns, _("Where two segmentations meet"), name="comparison")


def schemes_overview_table(applied: Any) -> Table:
    """Show each scheme that was asked for: its segments, the largest one, or what it lacks.

    Parameters
    ----------
    applied
        ``AppliedSchemes``, from ``apply_schemes``.

    Returns
    -------
    Table
        Columns title, n_segments, n_classified (customers with a segment), largest,
        largest_share, lacking.
    """
    rows = []
    for name, scheme in applied.schemes.items():
        if name in applied.segmentations:
            rows.append(_applied(applied.segmentations[name]))
        else:
            lacking = format_list(feature_label(column) for column in applied.lacking[name])
            rows.append({"title": scheme.label(), "largest": "", "lacking": lacking})
    columns = [
        Column("title", _("Criterion")),
        Column("n_segments", _("Segments with customers"), "int"),
        Column("n_classified", _("Customers told"), "int"),
        Column("largest", _("Largest segment")),
        Column("largest_share", _("Its share of customers"), "bar_percent", 1),
        Column("lacking", _("What the data lack")),
    ]
    frame = pd.DataFrame(rows, columns=[column.name for column in columns])
    frame = frame.astype({"n_segments": "Int64", "n_classified": "Int64"})
    frame["largest_share"] = frame["largest_share"].astype("float64")
    empty = [name for name in ("largest", "lacking") if (frame[name] == "").all()]
    shown = [column for column in columns if column.name not in empty]
    return make_table(frame, shown, _("Criteria of segmentation"), name="schemes")


def _applied(segmentation: Any) -> dict[str, Any]:
    profile = segmentation.profile
    filled = profile[profile["n_customers"] > 0]
    row: dict[str, Any] = {
        "title": segmentation.definition.label(),
        "n_segments": len(filled),
        "n_classified": int(profile["n_customers"].sum()),
        "largest": "",
        "lacking": "",
    }
    if len(filled):
        largest = filled.loc[filled["n_customers"].idxmax()]
        row |= {"largest": largest["name"], "largest_share": largest["customer_share"]}
    return row


def preset_agreement_table(presets: Any) -> Table:
    """Show how far each pair of schemes puts the same customers together.

    Parameters
    ----------
    presets
        A ``PresetComparison``, from ``compare_presets``.

    Returns
    -------
    Table
        Columns first, second, n_customers, adjusted_rand; the most alike first.
    """
    titles = {name: found.definition.label() for name, found in presets.segmentations.items()}
    table = presets.table.sort_values("adjusted_rand", ascending=False, kind="stable")
    frame = table.assign(first=table["first"].map(titles), second=table["second"].map(titles))
    columns = [
        Column("first", _("First")),
        Column("second", _("Second")),
        Column("n_customers", _("Customers"), "int"),
        Column("adjusted_rand", _("Agreement (adjusted Rand, 1 = alike)"), "number", 2),
    ]
    return make_table(frame, columns, _("How far the schemes agree"), name="scheme-agreement")


def groups_table(groups: Any) -> Table:
    """Show one row per group: its condition, size and revenue.

    Parameters
    ----------
    groups
        ``CustomerGroups``, from ``build_groups``.

    Returns
    -------
    Table
        Columns group, condition, n_customers, customer_share, and where known n_unknown,
        revenue, revenue_share, mean_revenue.
    """
    profile = groups.profile
    columns = [
        Column("group", _("Group")),
        Column("condition", _("Condition")),
        Column("n_customers", _("Customers"), "int"),
        Column("customer_share", _("Share of customers"), "bar_percent", 1),
        Column("n_unknown", _("Lack a value that decides"), "int"),
        Column("revenue", _("Revenue"), "money", 0),
        Column("revenue_share", _("Share of revenue"), "bar_percent", 1),
        Column("mean_revenue", _("Revenue per customer"), "money", 0),
    ]
    shown = [column for column in columns if profile[column.name].notna().any()]
    if not profile["n_unknown"].any():
        shown = [column for column in shown if column.name != "n_unknown"]
    return make_table(profile, shown, _("Groups"), name="groups")
