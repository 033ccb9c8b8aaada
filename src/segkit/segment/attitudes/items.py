"""Whether answers can be used as they are: scales, gaps, straight lines, items turned round."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd

from segkit.checks import check_columns
from segkit.collect.frames import Frame
from segkit.i18n import (
    _,
    format_list,
    format_number,
    format_percent,
    join_sentences,
    ngettext,
)
from segkit.segment.attitudes.answers import (
    MAX_MISSING,
    Answers,
    Blocks,
    Scale,
    block_items,
    check_blocks,
    read_answers,
)
from segkit.segment.attitudes.consistency import item_rest_correlations
from segkit.uncertainty import Z95

_WHO = "check_items"
#: Fewer equal answers in a row are common among attentive people, too.
_LEAST_LINE = 5


@dataclass(frozen=True, eq=False)
class ItemCheck:
    """What a survey's items and respondents are like before anything is computed of them.

    Attributes
    ----------
    table : pandas.DataFrame
        ============= ======= ====== =======================================================
        name          dtype   unit   meaning
        ============= ======= ====== =======================================================
        item          str            the question
        block         str            its block; ``"all"`` without blocks
        n_answers     int64   people who answered it
        missing_share float64 share  of respondents who did not
        lowest        float64 points lowest answer
        highest       float64 points highest answer
        mean          float64 points
        sd            float64 points 0 for an item that all answer alike
        item_total    float64        correlation with the other items of its block
        runs_against  bool           below 0 beyond chance, once clearer ones are turned
        turned        bool           whether it was turned here
        ============= ======= ====== =======================================================
    respondents : pandas.DataFrame
        ``customer_id``, ``n_answers``, ``missing_share``, ``is_straight`` (the same answer to
        all of five or more items), ``is_usable`` (a fifth of the items missing at most).
    answers : pandas.DataFrame
        The answers to go on with: ``customer_id`` and a column per item, those outside the
        scale missing, turned items turned. Nobody is left out.
    scale : (float, float)
    n_outside : int
        Answers outside the scale, such as 99 for "no answer".
    """

    table: pd.DataFrame
    respondents: pd.DataFrame
    answers: pd.DataFrame
    scale: Scale
    n_outside: int

    @property
    def notes(self) -> list[str]:
        """What to know before going on, as sentences."""
        found = [*self._item_notes(), *self._people_notes()]
        return found or [_("The answers can be used as they are.")]

    def _item_notes(self) -> list[str]:
        notes = []
        against = self.table[self.table["runs_against"] & ~self.table["turned"]]
        if len(against):
            if set(self.table["block"]) == {"all"}:
                text = _(
                    "These items run against the others: they are worded the other way round, or "
                    "measure something else: {items}."
                )
            else:
                text = _(
                    "These items run against the others of their block; if they are worded the "
                    "other way round, turn them: {items}."
                )
            notes.append(text.format(items=format_list(against["item"])))
        constant = self.table[(self.table["n_answers"] > 0) & ~(self.table["sd"] > 0)]
        if len(constant):
            text = _("Everybody answers these items alike, so they tell nobody apart: {items}.")
            notes.append(text.format(items=format_list(constant["item"])))
        empty = self.table[self.table["n_answers"] == 0]
        if len(empty):
            text = _("Nobody answered these items: {items}.")
            notes.append(text.format(items=format_list(empty["item"])))
        low, high = self.scale
        narrow = self.table[self.table["highest"] <= low + (high - low) / 2]
        if len(narrow) and len(narrow) < len(self.table):
            text = _("These items never reach the upper half of the scale; is it theirs? {items}.")
            notes.append(text.format(items=format_list(narrow["item"])))
        if self.n_outside:
            text = ngettext(
                "{n} answer lies outside the scale from {low} to {high} and counts as missing.",
                "{n} answers lie outside the scale from {low} to {high} and count as missing.",
                self.n_outside,
            )
            said = text.format(
                n=format_number(self.n_outside), low=format_number(low), high=format_number(high)
            )
            notes.append(said)
        return notes

    def _people_notes(self) -> list[str]:
        notes, people = [], self.respondents
        straight, usable = people["is_straight"].mean(), people["is_usable"].mean()
        if straight > 0:
            text = _("{share} of respondents gave the same answer to every item.")
            notes.append(text.format(share=format_percent(straight)))
        if usable < 1:
            text = _("{share} of respondents left more than a fifth of the items open.")
            notes.append(text.format(share=format_percent(1 - usable)))
        return notes

    def summary(self) -> str:
        """Say what was asked of how many, and what to mind."""
        n = len(self.respondents)
        text = ngettext(
            "{n} respondent and {n_items} items, answered from {low} to {high}.",
            "{n} respondents and {n_items} items, answered from {low} to {high}.",
            n,
        ).format(
            n=format_number(n),
            n_items=format_number(len(self.table)),
            low=format_number(self.scale[0]),
            high=format_number(self.scale[1]),
        )
        return join_sentences([text, *self.notes])

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        against = list(self.table.loc[self.table["runs_against"], "item"])
        more = f" Run against their block: {', '.join(against)}." if against else ""
        return (
            f"ItemCheck of {len(self.table)} items and {len(self.respondents):,} respondents.{more}"
            "\nNext: .table, .notes, reliability(check.answers, blocks)"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.summary())}</p>{self.table.round(2).to_html(index=False)}"


def check_items(
    answers: Frame,
    items: Sequence[str] | None = None,
    *,
    blocks: Blocks | None = None,
    turn: Sequence[str] = (),
    scale: Scale | None = None,
) -> ItemCheck:
    """Look at a survey before it is used: scale, gaps, straight lines, items turned round.

    An item worded the other way round ("too expensive" among praise) shows by a negative
    correlation with the rest of its block. It is told, never turned unless ``turn`` names it.

    Parameters
    ----------
    answers : pandas, polars, pyarrow or Ibis table
        A survey in long form (``customer_id, item, answer``) or wide, a column per item.
    items : sequence of str, optional
        Items to look at; those of the blocks, else all.
    blocks : mapping, optional
        Name of a block to its items. Without them items that rightly disagree, such as those
        on price and on quality, are told to run against each other.
    turn : sequence of str
        Items to turn: an answer becomes lowest + highest of the scale - answer.
    scale : (float, float), optional
        Lowest and highest answer, points; by default the first usual one that holds all.

    Returns
    -------
    ItemCheck

    Raises
    ------
    DataError
        If items are missing or no numbers.
    ArgumentError
        If blocks overlap.

    Examples
    --------
    >>> import pandas as pd
    >>> wide = pd.DataFrame({"customer_id": range(8), "good": [1, 2, 3, 4, 5, 4, 2, 1],
    ...     "nice": [1, 2, 3, 5, 5, 4, 2, 2], "poor": [5, 4, 3, 2, 1, 2, 4, 5]})
    >>> found = check_items(wide)
    >>> list(found.table.loc[found.table["runs_against"], "item"])
    ['poor']
    """
    read = read_answers(_WHO, answers, block_items(blocks, items), scale)
    named = {"all": read.items} if blocks is None else check_blocks(_WHO, blocks, read.items)
    check_columns(_WHO, read.items, turn)
    matrix = read.matrix.copy()
    for item in turn:
        matrix[item] = read.scale[0] + read.scale[1] - matrix[item]
    block_of = {item: name for name, members in named.items() for item in members}
    matrix = matrix[[item for item in matrix.columns if item in block_of]]
    table = _item_table(matrix, named, block_of, turn)
    return ItemCheck(table, _people(read), matrix.reset_index(), read.scale, read.n_outside)


def _item_table(
    matrix: pd.DataFrame, named: Blocks, block_of: dict[str, str], turn: Sequence[str]
) -> pd.DataFrame:
    totals: dict[str, float] = {}
    against: dict[str, bool] = {}
    for members in named.values():
        complete = matrix[list(members)].dropna()
        totals |= item_rest_correlations(complete).to_dict()
        turned_round = _turned_round(complete)
        against |= {item: item in turned_round for item in members}
    counts = matrix.notna().sum()
    table = pd.DataFrame({"item": list(matrix.columns)})
    table["block"] = table["item"].map(block_of)
    table["n_answers"] = counts.to_numpy()
    table["missing_share"] = matrix.isna().mean().to_numpy()
    table["lowest"] = matrix.min().to_numpy()
    table["highest"] = matrix.max().to_numpy()
    table["mean"] = matrix.mean().to_numpy()
    table["sd"] = matrix.std().to_numpy()
    table["item_total"] = table["item"].map(totals)
    table["runs_against"] = table["item"].map(against).astype(bool)
    return table.assign(turned=table["item"].isin(list(turn)))


def _turned_round(complete: pd.DataFrame) -> set[str]:
    """Find the items that run against the others, the clearest first, each then thought turned.

    One by one, because in a short block a single item turned round spoils the correlations
    of all the others.
    """
    found: set[str] = set()
    while len(found) < complete.shape[1] / 2:
        signs = pd.Series({item: -1.0 if item in found else 1.0 for item in complete.columns})
        totals = item_rest_correlations(complete * signs).drop(list(found))
        if not totals.notna().any() or not _below_zero(totals.min(), len(complete)):
            break
        found.add(str(totals.idxmin()))
    return found


def _below_zero(r: float, n: int) -> bool:
    """Tell whether a correlation is below zero beyond chance (Fisher's z)."""
    if not math.isfinite(r) or n < 4:
        return False
    return math.atanh(max(r, -0.999999)) + Z95 / math.sqrt(n - 3) < 0 if r < 0 else False


def _people(read: Answers) -> pd.DataFrame:
    matrix = read.matrix
    answered = matrix.notna().sum(axis=1)
    same = matrix.max(axis=1) == matrix.min(axis=1)
    missing = matrix.isna().mean(axis=1)
    return pd.DataFrame(
        {
            "customer_id": matrix.index,
            "n_answers": answered.to_numpy(),
            "missing_share": missing.to_numpy(),
            "is_straight": (same & (answered >= _LEAST_LINE)).to_numpy(),
            "is_usable": (missing <= MAX_MISSING).to_numpy(),
        }
    )
