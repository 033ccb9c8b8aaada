"""What a run keeps for later runs beside its report: each customer's segment.

The table lies in the run's folder and nowhere else: neither the report nor the notebook
holds a customer's name. ``segkit compare`` reads it to see who moved.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from segkit.i18n import _, format_number, ngettext
from segkit.report.elements import Element

#: Names the folder of the run that a kernel works for; unset in JupyterLab.
RUN_FOLDER = "SEGKIT_RUN_FOLDER"
SEGMENTS_FILE = "segments.parquet"


@dataclass(frozen=True)
class KeptSegments(Element):
    """A note that the customers' segments were put beside the report, and what they are."""

    file: str
    rows: int
    segments: Sequence[dict[str, Any]] = field(default=(), repr=False)
    kind: ClassVar[str] = "kept"

    def _html(self) -> str:
        from markupsafe import Markup

        return str(Markup("<p>{}</p>").format(self._text()))

    def _text(self) -> str:
        if not self.file:
            return _("A run keeps each customer's segment, so that later runs can be compared.")
        return ngettext(
            "The segment of {n} customer is kept in the run's folder, not in the report.",
            "The segments of {n} customers are kept in the run's folder, not in the report.",
            self.rows,
        ).format(n=format_number(self.rows))


def keep_segments(segmentation: Any) -> KeptSegments:
    """Keep each customer's segment with the run, so that a later run can be compared.

    Use it in a notebook as the last line of a cell. Outside a run nothing is written.

    Parameters
    ----------
    segmentation
        A ``Segmentation``; of its ``customers`` only customer_id and segment are kept.

    Returns
    -------
    KeptSegments
        File name, number of customers and the segments in their order, without customers.
    """
    from segkit.collect.frames import as_ibis

    known = [
        {
            "id": segment.id,
            "name": {"en": segment.name.en, "zh": segment.name.zh},
            "color": segment.color,
        }
        for segment in segmentation.definition.segments
    ]
    folder = os.environ.get(RUN_FOLDER)
    if not folder:
        return KeptSegments("", 0, known)
    customers = as_ibis(segmentation.customers).select("customer_id", "segment")
    customers.to_parquet(str(Path(folder) / SEGMENTS_FILE))
    return KeptSegments(SEGMENTS_FILE, int(customers.count().to_pandas()), known)
