"""What is done to each column of a table before it leaves the house, and in words why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

import ibis.expr.types as ir
import pandas as pd

from segkit.checks import check_choice, check_columns, fail
from segkit.collect.frames import Frame, as_ibis
from segkit.collect.privacy.looks import Found, look
from segkit.i18n import _, format_list, join_sentences
from segkit.schema import TABLES

_WHO = "pseudonymize"
#: What can be kept of a column instead of all of it.
WAYS = ("year", "month", "region")
#: What a coarsened canonical column is called; others keep their name.
COARSE_NAMES = {("birth_date", "year"): "birth_year", ("address", "region"): "region"}
#: Numbers that tables are joined by: they are replaced where others would be left out.
_KEYS = {c.name for table in TABLES.values() for c in table if c.name.endswith("_id")}


@dataclass(frozen=True)
class Step:
    """What is done to a column, and what it looked like; ``kind`` is empty where it was said.

    ``how`` is ``pseudonym``, ``dropped``, or what is kept of it: ``year``, ``month``,
    ``region``. ``becomes`` is the column that is left, empty where none is.
    """

    column: str
    how: str
    kind: str = ""
    becomes: str = ""


@dataclass(frozen=True, eq=False)
class PrivacyPlan:
    """What ``pseudonymize`` does to each column; made by ``plan_pseudonyms``."""

    steps: tuple[Step, ...]
    kept: tuple[str, ...] = field(default=())

    def columns(self, how: str) -> list[str]:
        """List the columns to which something is done, in the order of the table."""
        return [step.column for step in self.steps if step.how == how]

    @property
    def coarsened(self) -> dict[str, str]:
        """Give what is kept of the columns of which not all is."""
        return {step.column: step.how for step in self.steps if step.how in WAYS}

    @property
    def table(self) -> pd.DataFrame:
        """One row per column: ``column, how, kind, becomes``; ``kept`` where nothing is done."""
        rows = [(step.column, step.how, step.kind, step.becomes) for step in self.steps]
        rows += [(name, "kept", "", name) for name in self.kept]
        return pd.DataFrame(rows, columns=["column", "how", "kind", "becomes"], dtype="str")

    def summary(self) -> str:
        """Say what is done, in the current language."""
        coarse = [f"{column} ({_ways()[way]})" for column, way in self.coarsened.items()]
        parts = [
            (_("Replaced by keyed numbers: {columns}."), self.columns("pseudonym")),
            (_("Left out: {columns}."), self.columns("dropped")),
            (_("Kept in part: {columns}."), coarse),
            (_("Kept as they are: {columns}."), list(self.kept)),
        ]
        said = [text.format(columns=format_list(names)) for text, names in parts if names]
        return join_sentences(said)

    def __repr__(self) -> str:
        """Show the sentences and name the next step."""
        return f"{self.summary()}\nNext: .table, pseudonymize(frame, key=...)"

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.summary())}</p>"


def _ways() -> dict[str, str]:
    return {"year": _("year only"), "month": _("month only"), "region": _("region only")}


def plan_pseudonyms(
    frame: Frame,
    *,
    columns: Sequence[str] = ("customer_id",),
    drop: Sequence[str] | None = None,
    coarsen: Mapping[str, str] | None = None,
) -> PrivacyPlan:
    """Tell what ``pseudonymize`` would do to each column of a table, without doing it.

    Use it before tables leave the house of the client, and keep it with what was sent.

    Parameters
    ----------
    frame, columns, drop, coarsen
        As of :func:`pseudonymize`.

    Returns
    -------
    PrivacyPlan
        ``.table`` with one row per column, ``.summary()`` in words.

    Examples
    --------
    >>> people = pd.DataFrame({"customer_id": ["a"], "手机": ["1"], "city": ["x"]})
    >>> print(plan_pseudonyms(people).summary())
    Replaced by keyed numbers: customer_id. Left out: 手机. Kept as they are: city.
    """
    table = as_ibis(frame, function=_WHO, argument="frame")
    return make_plan(table, columns, drop, coarsen)


def make_plan(
    table: ir.Table,
    columns: Sequence[str],
    drop: Sequence[str] | None,
    coarsen: Mapping[str, str] | None,
) -> PrivacyPlan:
    """Decide what is done to each column of a table; what was said goes before what is found."""
    _check(table, columns, drop, coarsen)
    own = [name for name in table.columns if not name.startswith("segkit_")]
    open_question = drop is None or coarsen is None
    found = {one.column: one for one in look(table, own)} if open_question else {}
    steps = []
    for name in own:
        step = _step(table, name, columns, drop, coarsen, found.get(name))
        steps += [step] if step else []
    touched = {step.column for step in steps}
    return PrivacyPlan(tuple(steps), tuple(name for name in own if name not in touched))


def _step(
    table: ir.Table,
    name: str,
    columns: Sequence[str],
    drop: Sequence[str] | None,
    coarsen: Mapping[str, str] | None,
    found: Found | None,
) -> Step | None:
    kind = found.kind if found else ""
    if name in columns:
        return Step(name, "pseudonym", kind, name)
    if drop is not None and name in drop:
        return Step(name, "dropped", kind)
    if coarsen is not None and name in coarsen:
        return _coarse(table, name, coarsen[name], kind)
    if found is None:
        return None
    way = _way(table, name, kind)
    if coarsen is None and way:
        return _coarse(table, name, way, kind)
    if drop is not None:
        return None
    if name in _KEYS and not found.by_name:
        return Step(name, "pseudonym", kind, name)
    return Step(name, "dropped", kind)


def _coarse(table: ir.Table, name: str, way: str, kind: str) -> Step:
    becomes = COARSE_NAMES.get((name, way), name)
    if becomes != name and becomes in table.columns:
        # What the table itself says of the year or region is better than what is made.
        return Step(name, "dropped", kind)
    return Step(name, way, kind, becomes)


def _way(table: ir.Table, name: str, kind: str) -> str:
    """Tell what can be kept of a column of a kind without asking; nothing where that is unsure."""
    dtype = table[name].type()
    if kind == "birth_date" and (dtype.is_date() or dtype.is_timestamp()):
        return "year"
    # Others hold a part of an address, or one that no province can be read of.
    if kind == "address" and dtype.is_string() and (name == "address" or "地址" in name):
        return "region"
    return ""


def _check(
    table: ir.Table,
    columns: Sequence[str],
    drop: Sequence[str] | None,
    coarsen: Mapping[str, str] | None,
) -> None:
    if isinstance(columns, str):
        fail(_WHO, "columns", "a list of column names", columns, f"Write [{columns!r}].")
    if isinstance(drop, str):
        fail(_WHO, "drop", "a list of column names", drop, f"Write [{drop!r}].")
    check_columns(_WHO, table.columns, [*columns, *(drop or ()), *(coarsen or ())])
    for column, way in (coarsen or {}).items():
        check_choice(_WHO, f"coarsen[{column!r}]", way, WAYS)
