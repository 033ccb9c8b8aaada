"""Whole points per answer, as a definition of segments."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from segkit.i18n import _, format_number
from segkit.segment.attitudes.linear import LinearDefinition


@dataclass(frozen=True)
class PointsDefinition(LinearDefinition):
    """Whole points per answer; the segment with the highest total."""

    def rules(self) -> pd.DataFrame:
        """Write each segment's total as a sum of answers times points."""
        rows = []
        for group, one in zip(self.groups, self.sums, strict=True):
            parts = [
                _("{points} × {item}").format(points=format_number(weight), item=item)
                for item, weight in zip(self.items, one.weights, strict=True)
                if weight
            ]
            total = " + ".join([format_number(one.constant), *parts])
            text = _("The highest total of all segments: {total}.")
            rows.append((group.id, group.label(), text.format(total=total)))
        return pd.DataFrame(rows, columns=["segment", "name", "rule"])
