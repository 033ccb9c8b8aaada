"""What a behavioral report says beyond its scheme: criteria, maps, natural groups, stability."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from segkit.findings.behavioral_next import next_findings, next_limits, next_results
from segkit.i18n import _, format_list, format_number, format_percent, ngettext
from segkit.report.elements import Finding
from segkit.value.words import count_customers

if TYPE_CHECKING:
    from segkit.groups import CustomerGroups
    from segkit.segment import PresetComparison
    from segkit.segment.clusters import Clustering
    from segkit.segment.missing import Missing
    from segkit.segment.several import AppliedSchemes
    from segkit.segment.stability import Stability
    from segkit.segment.trees import NextPurchase, TreeRules


@dataclass(frozen=True)
class BehavioralChecks:
    """What the same customers look like by other means; the report tells it beside the scheme.

    Attributes
    ----------
    criteria : AppliedSchemes
        Other criteria, and what the data lack for them: ``apply_schemes``.
    presets : PresetComparison
        RFM by several schemes: ``compare_presets``.
    clusters : Clustering
        Natural groups, or none: ``cluster_customers``.
    rules : TreeRules
        What explains them: ``explain_clusters``.
    groups : CustomerGroups
        The reader's own criteria: ``build_groups``.
    stability : Stability
        Whether the segments come out again: ``segment_stability``.
    outlook : NextPurchase or Missing
        Who will buy again: ``predict_next_purchase``.
    """

    criteria: AppliedSchemes
    presets: PresetComparison
    clusters: Clustering
    rules: TreeRules
    groups: CustomerGroups
    stability: Stability
    outlook: NextPurchase | Missing


def name_groups(groups: str | None = None) -> str | dict[str, str]:
    """Give the groups that were asked for, or three that any list of purchases can carry.

    Parameters
    ----------
    groups : str, optional
        Named conditions, or the path of their YAML file; see :func:`segkit.build_groups`.

    Returns
    -------
    str or dict
        ``groups`` itself; without it conditions by name, in the current language.

    Examples
    --------
    >>> name_groups("Big: revenue >= 5000")
    'Big: revenue >= 5000'
    >>> name_groups()["Frequent buyers"]
    'n_days >= 4'
    """
    if groups is not None and groups.strip():
        return groups
    return {
        _("Frequent buyers"): "n_days >= 4",
        _("Repeat buyers gone quiet"): "n_days >= 2 and recency_days > 180",
        _("Seen within the quarter"): "recency_days <= 90",
    }


def more_findings(more: BehavioralChecks) -> list[Finding]:
    """Say who will buy again, how many natural groups there are, how far RFM maps agree."""
    return [
        *next_findings(more.outlook),
        _clusters_finding(more.clusters, more.rules),
        *_presets_finding(more.presets),
    ]


def _clusters_finding(clusters: Clustering, rules: TreeRules) -> Finding:
    k = len(clusters.definition.segments)
    if k < 2:
        return Finding(
            number=format_number(0),
            title=_("natural groups: customers shade into each other"),
            evidence=clusters.choice,
            action=_(
                "Keep to segments by rule, and set their borders where they are of use: the "
                "data draw none."
            ),
            figure="cluster_evidence",
        )
    figures, tree = clusters.chosen.figures, rules.definition.tree
    evidence = _(
        "They lie further apart ({silhouette}) than data without structure would ({reference}, "
        "silhouette), and {stable} of the least stable one comes back from other customers. "
        "{n} rules place {share} of customers in the same group, {interval}."
    )
    return Finding(
        number=format_number(k),
        title=_("natural groups stand out in what customers did"),
        evidence=evidence.format(
            silhouette=format_number(figures["silhouette"], 2),
            reference=format_number(figures["reference"], 2),
            stable=format_percent(figures["stability_jaccard"], 0),
            n=format_number(len(tree.leaves)),
            share=rules.fidelity.text,
            interval=rules.fidelity.interval_text,
        ),
        action=_(
            "Hold the segments against these groups before an offer is made for each: a segment "
            "that lies across two of them needs two messages."
        ),
        figure="cluster_evidence",
    )


def _presets_finding(presets: PresetComparison) -> list[Finding]:
    table = presets.table.dropna(subset="adjusted_rand")
    if len(table) < 2:
        return []
    ordered = table.sort_values("adjusted_rand", ascending=False, kind="stable")
    best, worst = ordered.iloc[0], ordered.iloc[-1]
    titles = {name: found.definition.label() for name, found in presets.segmentations.items()}
    evidence = _(
        "Closest: {first} and {second}. Furthest apart, at {value}: {third} and {fourth}. "
        "1 would be the same groups, 0 no more than chance; all of {people} are compared."
    )
    return [
        Finding(
            number=format_number(best["adjusted_rand"], 2),
            title=_("is the most that two RFM maps of these customers agree"),
            evidence=evidence.format(
                first=titles[best["first"]],
                second=titles[best["second"]],
                third=titles[worst["first"]],
                fourth=titles[worst["second"]],
                value=format_number(worst["adjusted_rand"], 2),
                people=count_customers(int(best["n_customers"])),
            ),
            action=_(
                "Settle on one map before acting, and never compare segments of two maps by name."
            ),
            figure="comparison",
        )
    ]


def more_limits(more: BehavioralChecks) -> list[str]:
    """Say what is not to be relied on, and what these data could not tell."""
    return [
        *_unstable(more.stability),
        *_lacking(more.criteria),
        *_unknown(more.groups),
        *more.groups.notes,
        *more.clusters.quality["notes"],
        *next_limits(more.outlook),
    ]


def _unstable(stability: Stability) -> list[str]:
    names = dict(zip(stability.table["segment"], stability.table["name"], strict=True))
    if not stability.unstable:
        return []
    text = ngettext(
        "The segment {names} is not to be relied on: other customers of the same business would "
        "have given another.",
        "The segments {names} are not to be relied on: other customers of the same business "
        "would have given others.",
        len(stability.unstable),
    )
    return [text.format(names=format_list(names[segment] for segment in stability.unstable))]


def _lacking(criteria: AppliedSchemes) -> list[str]:
    applied = len(criteria.segmentations)
    return criteria.summary().splitlines()[1 if applied else 0 :]


def _unknown(groups: CustomerGroups) -> list[str]:
    n = int(groups.profile["n_unknown"].max())
    if not n:
        return []
    text = ngettext(
        "Up to {n} customer lacks a value that a group's condition asks for, and is not in it.",
        "Up to {n} customers lack a value that a group's condition asks for, and are not in it.",
        n,
    )
    return [text.format(n=format_number(n))]


def more_results(more: BehavioralChecks) -> dict[str, float | int]:
    """Give the headline numbers of the other means, for ``run.json`` and comparing runs."""
    agreement = more.presets.table["adjusted_rand"]
    sizes = {
        f"{name}_{row.segment}": int(row.n_customers)
        for name, found in more.criteria.segmentations.items()
        for row in found.profile.itertuples()
    }
    return {
        "n_clusters": len(more.clusters.definition.segments),
        "cluster_silhouette": more.clusters.quality["silhouette"],
        "tree_fidelity": more.rules.fidelity.value,
        "highest_agreement": float(agreement.max()),
        "lowest_agreement": float(agreement.min()),
        "stability_rand": more.stability.adjusted_rand,
        "n_unstable": len(more.stability.unstable),
        **next_results(more.outlook),
        **sizes,
    }
