"""Choose the number of segments from the evidence, and say why.

The rule. A number of segments is *supported* when

* the silhouette lies at least ``MARGIN`` (0.05), and at least three standard errors, above
  that of both references without structure: one normal cloud with the same covariances, and
  points spread evenly over the box of the data. (Latent classes: the BIC is at least 10
  below that of one class.) Shuffled columns are shown beside, not asked: two peaks within
  one feature are segments, and survive the shuffling;
* each segment comes back in resamples: least mean Jaccard at least ``STABLE`` (0.75);
* the smallest segment holds at least ``min_share`` of the customers.

Of the supported numbers the one with the highest silhouette is chosen (where a likelihood
exists, the lowest BIC). None supported: there are no clusters, and everybody is one segment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from segkit.i18n import N_, _, format_number, format_percent, ngettext
from segkit.segment.clusters.evidence import LIKELIHOOD

#: How far a silhouette must lie above that of data without structure.
MARGIN = 0.05
#: Least mean Jaccard of the least stable segment; below, Hennig (2007) calls it doubtful.
STABLE = 0.75
_BIC_GAIN = 10.0


@dataclass(frozen=True)
class Choice:
    """How many segments were chosen, why (``reason``), and the figures behind it.

    ``against`` is the first condition that a number fails that was asked for.
    """

    k: int
    reason: str
    figures: dict[str, float]
    against: str = ""

    @property
    def text(self) -> str:
        """Say in a sentence why there are so many segments, in the current language."""
        f = {name: _number(name, value) for name, value in self.figures.items()}
        if self.reason in _ALONE:
            return _(_ALONE[self.reason]).format(**f)
        if self.reason == "given":
            return ngettext(
                "{k} segment, as asked for.", "{k} segments, as asked for.", self.k
            ).format(k=format_number(self.k))
        return _(_CHOSEN[self.reason]).format(k=format_number(self.k), **f)

    @property
    def warning(self) -> str:
        """Say what speaks against the number that was asked for; empty if nothing does."""
        f = {name: _number(name, value) for name, value in self.figures.items()}
        return _(_AGAINST[self.against]).format(**f) if self.against else ""


_ALONE = {
    "few": N_(
        "There are no clusters here: too few customers ({n}) have all features to look for any."
    ),
    "same": N_("There are no clusters here: all customers have the same features."),
    "no_density": N_(
        "There are no clusters here: there are no two dense regions among {n} customers."
    ),
    "separation": N_(
        "There are no clusters here: the clearest grouping, of {best_k}, has silhouette "
        "{silhouette}, and data without any structure reach {reference}."
    ),
    "bic": N_(
        "There are no clusters here: no number of classes describes the customers better than "
        "one does (BIC {bic} for {best_k} against {bic_of_one} for one)."
    ),
    "stability": N_(
        "There are no clusters here: the clearest grouping, of {best_k}, does not come back in "
        "resamples (least Jaccard {stability_jaccard}, {stable} is needed)."
    ),
    "share": N_(
        "No useful clusters: the smallest of {best_k} segments would hold {smallest_share} of "
        "customers, and {min_share} is the least useful size."
    ),
}
#: What is said of a number that was asked for and fails this condition.
_AGAINST = {
    "separation": N_(
        "The number was asked for, but the data do not show it: the silhouette of {best_k} "
        "segments is {silhouette}, and data without any structure reach {reference}."
    ),
    "bic": N_(
        "The number was asked for, but the data do not show it: {best_k} classes describe the "
        "customers no better than one does (BIC {bic} against {bic_of_one})."
    ),
    "stability": N_(
        "The number was asked for, but {best_k} segments do not come back in resamples (least "
        "Jaccard {stability_jaccard}, {stable} is needed)."
    ),
    "share": N_(
        "The number was asked for, but the smallest of {best_k} segments holds only "
        "{smallest_share} of customers."
    ),
}
_CHOSEN = {
    "silhouette": N_(
        "{k} segments: the highest silhouette ({silhouette}; data without structure reach "
        "{reference}) of all numbers whose segments come back in resamples (least Jaccard "
        "{stability_jaccard}) and hold at least {min_share} of customers (smallest "
        "{smallest_share}); the gap is {gap} ± {gap_error}."
    ),
    "likelihood": N_(
        "{k} segments: the lowest BIC ({bic}; one segment: {bic_of_one}) of all numbers whose "
        "segments come back in resamples (least Jaccard {stability_jaccard}) and hold at least "
        "{min_share} of customers (smallest {smallest_share}); silhouette {silhouette}."
    ),
    "density": N_(
        "{k} segments: so many dense regions were found (silhouette {silhouette}; data without "
        "structure reach {reference}), they come back in resamples (least Jaccard "
        "{stability_jaccard}), and the smallest holds {smallest_share} of customers."
    ),
}


def _number(name: str, value: float) -> str:
    if name in ("smallest_share", "min_share"):
        return format_percent(value)
    whole = name in ("n", "best_k", "bic", "bic_of_one")
    return format_number(value, 0 if whole else 2)


def given(evidence: pd.DataFrame, method: str, min_share: float) -> Choice:
    """Take the number that was asked for, with the first condition that it fails."""
    table = evidence.assign(reference=reference_of(evidence))
    row = table.iloc[0]
    gates = supported(table, method, min_share)
    failed = [reason for reason, passed in gates.items() if not passed.iloc[0]]
    return Choice(int(row["k"]), "given", _figures(row, min_share), *failed[:1])


def choose(evidence: pd.DataFrame, method: str, min_share: float) -> Choice:
    """Apply the rule of the module to the evidence; ``k`` is 1 where there are no clusters."""
    table = evidence.assign(reference=reference_of(evidence))
    gates = supported(table, method, min_share)
    kept = table
    for reason, passed in gates.items():
        rest = kept[passed[kept.index]]
        if rest.empty:
            return Choice(1, reason, _figures(_nearest(kept, method, reason), min_share))
        kept = rest
    best = _best(kept, method)
    found = {"hdbscan": "density"} | dict.fromkeys(LIKELIHOOD, "likelihood")
    return Choice(int(best["n_found"]), found.get(method, "silhouette"), _figures(best, min_share))


def reference_of(evidence: pd.DataFrame) -> pd.Series:
    """Give the higher silhouette of the two references that are asked."""
    return evidence[["silhouette_normal", "silhouette_box"]].max(axis=1)


def supported(table: pd.DataFrame, method: str, min_share: float) -> dict[str, pd.Series]:
    """Tell for each number of segments which conditions it meets."""
    if method == "latent_classes":
        first = {"bic": table["bic"] <= table["bic_of_one"] - _BIC_GAIN}
    else:
        needed = (3 * table["reference_error"]).clip(lower=MARGIN)
        first = {"separation": table["silhouette"] >= reference_of(table) + needed}
    return {
        **first,
        "stability": table["stability_jaccard"] >= STABLE,
        "share": table["smallest_share"] >= min_share,
    }


def _best(table: pd.DataFrame, method: str) -> pd.Series:
    if method in LIKELIHOOD:
        return table.loc[table["bic"].idxmin()]
    return table.loc[table["silhouette"].idxmax()]


def _nearest(table: pd.DataFrame, method: str, reason: str) -> pd.Series:
    """Find the grouping that came nearest to a condition that none meets."""
    if reason == "separation":
        return table.loc[(table["silhouette"] - table["reference"]).idxmax()]
    return _best(table, method)


def _figures(row: pd.Series, min_share: float) -> dict[str, Any]:
    wanted = [
        "silhouette", "reference", "stability_jaccard", "smallest_share", "gap", "gap_error",
        "bic", "bic_of_one",
    ]  # fmt: skip
    found = {name: float(row[name]) for name in wanted}
    return {**found, "best_k": float(row["n_found"]), "min_share": min_share, "stable": STABLE}
