"""Features that know the outcome: of a name that does, or too good to be true."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from segkit.i18n import _, format_number
from segkit.segment.trees.fitting import Growth, Training, uncalibrated
from segkit.segment.trees.scores import auc
from segkit.segment.trees.tree import Feature

#: Hardly anything known beforehand tells as much of what people do.
SUSPICIOUS_AUC = 0.9
_FEWEST = 10


@dataclass(frozen=True)
class Leak:
    """A feature that may know the outcome; ``auc`` is what it reaches alone, on training."""

    feature: str
    is_late: bool
    auc: float

    @property
    def sentence(self) -> str:
        """The warning for a report, in the current language."""
        if self.is_late:
            return _(
                "{feature} is known only after the outcome (alone it reaches an AUC of {auc}): "
                "what was found with it cannot be used to choose customers beforehand."
            ).format(feature=self.feature, auc=format_number(self.auc, 2))
        return _(
            "{feature} alone tells the outcome nearly for certain (AUC {auc}): make sure that it "
            "was known before, or leave it out."
        ).format(feature=self.feature, auc=format_number(self.auc, 2))


def find_leaks(
    training: Training, features: Collection[Feature], late: Collection[str]
) -> tuple[Leak, ...]:
    """Try each feature alone, with a tree of its own, and keep those that are to be doubted."""
    found = []
    n_with = int(training.outcome.sum())
    enough = min(n_with, len(training.outcome) - n_with) >= _FEWEST
    for feature in features:
        tree = Growth((feature,), max_depth=3).grow(training)
        own = auc(training.outcome, uncalibrated(tree).predict(training.columns)).value
        if feature.name in late or (enough and own > SUSPICIOUS_AUC):
            found.append(Leak(feature.name, feature.name in late, own))
    return tuple(found)
