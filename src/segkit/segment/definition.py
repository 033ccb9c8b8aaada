"""How customers are put into segments: what a segmentation needs to be explained and repeated."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from segkit.checks import check_columns
from segkit.i18n import _, format_list, format_number, format_percent
from segkit.schemes.cutoffs import CUTOFF_COLUMNS
from segkit.schemes.scheme import Named


class Definition(ABC):
    """A way of putting customers into segments that can be used again on other customers.

    A scheme with its cut-offs is one, so are the centres of clusters and the rules of a tree.
    Everything a :class:`segkit.Segmentation` shows besides the counts comes from here.
    """

    @property
    @abstractmethod
    def name(self) -> str:
        """A word for files and messages, such as ``"rfm_cn8"``."""

    @abstractmethod
    def label(self) -> str:
        """Give the title in the current language."""

    @property
    @abstractmethod
    def segments(self) -> Sequence[Named]:
        """The segments in their order: id, name, action and colour."""

    @property
    @abstractmethod
    def inputs(self) -> tuple[str, ...]:
        """The columns of the customer table that decide on the segment."""

    @abstractmethod
    def expression(self, table: ir.Table, keep: Mapping[str, str] | None = None) -> ir.Table:
        """Build ``customer_id``, what else is told of each customer, and ``segment``.

        ``keep`` carries columns of ``table`` along: name in the result to name in ``table``.
        A customer who lacks an input has the segment ``"unclassified"``.
        """

    @abstractmethod
    def rules(self) -> pd.DataFrame:
        """List ``segment``, ``name`` and ``rule`` in words, in the current language."""

    @abstractmethod
    def to_sql(self, dialect: str, table: str) -> str:
        """Print one SELECT statement, or raise a SegkitError that says why there is none."""

    def check(self, table: ir.Table, function: str) -> ir.Table:
        """Check that ``table`` has every input, each of a usable type; name all that lack."""
        check_columns(function, table.columns, ["customer_id", *self.inputs])
        return table

    def levels(self) -> dict[str, int]:
        """Give the number of levels of each score that the expression tells."""
        return {}

    def borders(self, table: ir.Table, columns: Mapping[str, str]) -> dict[str, Any]:
        """Flag the customers near a border, by score; ``columns`` are the names of inputs.

        ``table`` is what ``expression`` gave, with the inputs kept under those names.
        """
        return {}

    def cutoffs(self, counts: Mapping[tuple[str, int], int]) -> pd.DataFrame:
        """Tabulate the values that part the levels, with the customers in each."""
        return pd.DataFrame(columns=[*CUTOFF_COLUMNS, "n_customers"])

    def near_note(self, share: float) -> str:
        """Say what share of customers lies near a border."""
        text = _("{share} of customers lie near the border of another segment.")
        return text.format(share=format_percent(share))

    def level_note(self, score: str, levels: Sequence[int]) -> str:
        """Say that nobody has these levels of a score."""
        listed = format_list(format_number(level) for level in levels)
        return _("No customer has {score} level {levels}.").format(score=score, levels=listed)
