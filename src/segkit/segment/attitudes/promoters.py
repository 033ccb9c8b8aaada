"""Willingness to recommend: the net promoter score with its uncertainty."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from html import escape
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from segkit.checks import check_columns, fail
from segkit.collect.frames import Frame, as_ibis, check_one_row_each, fetch
from segkit.errors import DataError
from segkit.features.answers import HIGHEST, PASSIVE, PROMOTER
from segkit.i18n import _, format_number, join_sentences, ngettext
from segkit.schemes.scheme import UNCLASSIFIED
from segkit.segment.attitudes.answers import is_long, spread
from segkit.segment.result import Segmentation
from segkit.uncertainty import Z95

_WHO = "net_promoter"
#: Below so many answers a score is shown, but says little.
FEW = 30


@dataclass(frozen=True, eq=False)
class NetPromoter:
    """Willingness to recommend, of all and by segment.

    Attributes
    ----------
    table : pandas.DataFrame
        The first row, ``segment`` ``"all"``, is everybody who answered; then one row per
        segment.

        =============== ======= ============ ================================================
        name            dtype   unit         meaning
        =============== ======= ============ ================================================
        segment         str                  id, ``"all"`` for everybody
        name            str                  in the current language
        n_answers       int64   people       who answered from 0 to 10
        promoter_share  float64 share        of 9 and 10
        passive_share   float64 share        of 7 and 8
        detractor_share float64 share        of 0 to 6
        nps             float64 -100 to 100  promoters less detractors, in points
        nps_low         float64 -100 to 100  lower end of the 95 % interval
        nps_high        float64 -100 to 100  upper end
        is_few          bool                 fewer than 30 answers
        =============== ======= ============ ================================================
    n_outside : int
        Answers that are missing or not from 0 to 10, left out.
    """

    _rows: pd.DataFrame = field(repr=False)
    n_outside: int
    _segmentation: Segmentation | None = field(repr=False, default=None)

    @property
    def table(self) -> pd.DataFrame:
        """The scores, with names in the current language."""
        names = {"all": _("All who answered")}
        if self._segmentation is not None:
            names |= {s.id: s.label() for s in self._segmentation.definition.segments}
        table = self._rows.copy()
        table.insert(1, "name", [names[segment] for segment in table["segment"]])
        return table

    def summary(self) -> str:
        """Say the score of all with its interval, and which segments stand out."""
        table = self.table
        whole = table.iloc[0]
        text = ngettext(
            "Net promoter score {nps} ({low} to {high}) from {n} answer.",
            "Net promoter score {nps} ({low} to {high}) from {n} answers.",
            int(whole["n_answers"]),
        )
        said = [text.format(n=format_number(whole["n_answers"]), **_points(whole))]
        parts = table.iloc[1:].dropna(subset=["nps"])
        if len(parts) > 1:
            text = _("{name}: {nps} ({low} to {high}).")
            for at in dict.fromkeys((parts["nps"].idxmax(), parts["nps"].idxmin())):
                said.append(text.format(name=parts["name"][at], **_points(parts.loc[at])))
        return join_sentences(said)

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        whole = self._rows.iloc[0]
        return (
            f"NetPromoter {whole['nps']:.0f} from {whole['n_answers']:,} answers, "
            f"{len(self._rows) - 1} segments.\nNext: .table, .summary()"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.summary())}</p>{self.table.round(3).to_html(index=False)}"


def _points(row: Any) -> dict[str, str]:
    keys = {"nps": "nps", "low": "nps_low", "high": "nps_high"}
    return {name: format_number(row[column]) for name, column in keys.items()}


def net_promoter(
    scores: Frame, *, by: Segmentation | None = None, item: str = "nps"
) -> NetPromoter:
    """Measure the willingness to recommend, of all and by segment, each with its interval.

    An answer of 9 or 10 is a promoter, 7 or 8 passive, 0 to 6 a detractor; the score is the
    share of promoters less that of detractors, in points. Only counts leave the engine.

    Parameters
    ----------
    scores : pandas, polars, pyarrow or Ibis table
        ``customer_id`` and a column of answers from 0 to 10, or a survey in long form.
    by : Segmentation, optional
        Whose segments get a row each.
    item : str
        The column or item with the answer.

    Returns
    -------
    NetPromoter

    Raises
    ------
    DataError
        If columns are missing, a customer has several rows, or nobody answered from 0 to 10.

    Notes
    -----
    With ``p`` and ``d`` the shares of promoters and detractors, one answer, counted as 1, 0
    or -1, has the variance ``p + d - (p - d)**2``; the score has that over ``n``. So that a few
    answers that all agree do not look certain, the interval counts one promoter, one passive
    and one detractor more than there were: 95 % then hold for 8 answers, too.

    References
    ----------
    Reichheld (2003), The one number you need to grow, Harvard Business Review 81.
    Agresti & Coull (1998), The American Statistician 52: intervals with a few more answers.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"customer_id": range(10), "nps": [10] * 5 + [8] * 3 + [3] * 2})
    >>> float(net_promoter(answers).table["nps"][0])
    30.0
    """
    table = as_ibis(scores, function=_WHO, argument="scores")
    check_columns(_WHO, table.columns, ["customer_id"])
    if is_long(table.columns) and item not in table.columns:
        table = spread(table, [item], _WHO)
    check_columns(_WHO, table.columns, ["customer_id", item])
    if not (table[item].type().is_numeric() or table[item].type().is_null()):
        fail(_WHO, item, "a column of numbers from 0 to 10", str(table[item].type()))
    check_one_row_each(table, function=_WHO)
    answered = table.select("customer_id", segkit_score=table[item].cast("float64"))
    whole = _counts(answered)[0]
    n = whole["promoters"] + whole["passives"] + whole["detractors"]
    if not n:
        rule = "answers from 0 to 10"
        fail(_WHO, item, rule, "none", "Is it the right column?", error=DataError)
    rows = [_row("all", whole)]
    if by is not None:
        placed = as_ibis(by.customers, function=_WHO).select("customer_id", "segment")
        joined = answered.join(placed, "customer_id")
        found = {row["segment"]: row for row in _counts(joined, "segment")}
        none = {"promoters": 0, "passives": 0, "detractors": 0}
        ids = [s.id for s in by.definition.segments if s.id != UNCLASSIFIED]
        rows += [_row(segment, found.get(segment, none)) for segment in ids]
    return NetPromoter(pd.DataFrame(rows), int(whole["rows"]) - n, by)


def promoter_interval(promoters: int, passives: int, detractors: int) -> tuple[float, float]:
    """Give the 95 % interval of a net promoter score, points from -100 to 100."""
    n = promoters + passives + detractors + 3
    p, d = (promoters + 1) / n, (detractors + 1) / n
    half = Z95 * math.sqrt((p + d - (p - d) ** 2) / n)
    return 100 * max(-1.0, p - d - half), 100 * min(1.0, p - d + half)


def _counts(table: ir.Table, *by: str) -> list[dict[str, Any]]:
    score = table.segkit_score

    def count(low: float, high: float) -> Any:
        return ibis.cases(((score >= low) & (score <= high), 1), else_=0).sum()

    # From 9 on, from 7 on, from 0 on: an answer of 8.5 is passive, one of 6.5 a detractor.
    promoters, praising, all_ = (count(low, HIGHEST) for low in (PROMOTER, PASSIVE, 0))
    counts = {"promoters": promoters, "praising": praising, "all_": all_, "rows": table.count()}
    grouped = table.group_by(list(by)) if by else table
    rows = fetch(grouped.aggregate(**counts), _WHO)
    for row in rows:
        steps = [int(row[name] or 0) for name in ("promoters", "praising", "all_")]
        row |= {"promoters": steps[0], "passives": steps[1] - steps[0]}
        row["detractors"] = steps[2] - steps[1]
    return rows


def _row(segment: str, counts: dict[str, Any]) -> dict[str, Any]:
    kinds = [int(counts[kind]) for kind in ("promoters", "passives", "detractors")]
    n = sum(kinds)
    shares = [kind / n if n else math.nan for kind in kinds]
    low, high = promoter_interval(*kinds) if n else (math.nan, math.nan)
    return {
        "segment": segment,
        "n_answers": n,
        "promoter_share": shares[0],
        "passive_share": shares[1],
        "detractor_share": shares[2],
        "nps": 100 * (shares[0] - shares[2]),
        "nps_low": low,
        "nps_high": high,
        "is_few": n < FEW,
    }
