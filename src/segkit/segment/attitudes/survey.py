"""A survey as a client sends it: which questions belong together, and what each is for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from segkit.checks import did_you_mean, fail
from segkit.collect.frames import Frame
from segkit.collect.options import ReadOptions
from segkit.collect.reading import read_raw_table
from segkit.errors import DataError
from segkit.features.answers import find_item
from segkit.i18n import format_list, format_number, format_period, get_language, ngettext

_WHO = "read_survey"
_COLUMNS = ("customer_id", "answered_at", "item", "answer")
#: A question's number behind the name of its block: price_1, loy2, 价格3.
_NUMBERED = re.compile(r"^(.*?)[\s_.\-]*\d+$")
_NEED = re.compile(r"^(?:needs?|需求)[\s_.\-]+(.+)$", re.IGNORECASE)
#: Parameters take questions as ``price=p1+p2,loyalty=l1+l2``.
_PAIR, _PLUS = ",", "+"


@dataclass(frozen=True, eq=False)
class Survey:
    """A survey with its questions sorted; made by :func:`read_survey`.

    Attributes
    ----------
    answers : pandas.DataFrame
        Long form: ``customer_id``, ``answered_at`` (if known), ``item``, ``answer`` (points).
    blocks : dict
        Name of a block to its questions, those of loyalty among them.
    outcome : str or None
        The block that tells loyalty: segments are compared by it and not made of it.
    needs : dict
        Name of a need to its question.
    nps_item, satisfaction_item : str or None
        The questions on recommendation (0 to 10) and on satisfaction (1 to 5).
    others : list of str
        Questions of no block, which are not used.
    n_dropped : int
        Rows without a customer, a question or a readable answer, left out.
    """

    answers: pd.DataFrame = field(repr=False)
    blocks: dict[str, list[str]]
    outcome: str | None
    needs: dict[str, str]
    nps_item: str | None
    satisfaction_item: str | None
    others: list[str]
    n_dropped: int = 0

    @property
    def items(self) -> list[str]:
        """The questions of all blocks."""
        return [item for members in self.blocks.values() for item in members]

    @property
    def segment_items(self) -> list[str]:
        """The questions that segments are made of: those of all blocks but the outcome."""
        kept = [m for name, m in self.blocks.items() if name != self.outcome]
        return [item for members in kept for item in members]

    @property
    def outcome_items(self) -> list[str]:
        """The questions that tell loyalty; none where no block does."""
        return self.blocks.get(self.outcome or "", [])

    @property
    def n_customers(self) -> int:
        """How many people answered."""
        return int(self.answers["customer_id"].nunique())

    @property
    def last_answer(self) -> date | None:
        """The day of the last answer, where days are known."""
        if "answered_at" not in self.answers or self.answers["answered_at"].isna().all():
            return None
        return pd.Timestamp(self.answers["answered_at"].max()).date()

    @property
    def period(self) -> str:
        """The span of the answers as a reader writes it; empty where no day is known."""
        last = self.last_answer
        if last is None:
            return ""
        return format_period(pd.Timestamp(self.answers["answered_at"].min()).date(), last)

    def block_of(self, role: str) -> str | None:
        """Give the block that is about ``"price"``, ``"quality"`` or ``"loyalty"``."""
        return next((name for name in self.blocks if _entry(name).get("role") == role), None)

    @property
    def labels(self) -> dict[str, dict[str, str]]:
        """Words of the blocks in both languages, for :func:`segment_attitudes`."""
        return {name: _texts(name) for name in self.blocks}

    def label(self, block: str) -> str:
        """Say in the current language what a block is about."""
        return _texts(block)[get_language()]

    def summary(self) -> str:
        """Say how many answered what."""
        n = self.n_customers
        text = ngettext(
            "{n} customer answered {n_items} questions in {n_blocks} blocks: {blocks}.",
            "{n} customers answered {n_items} questions in {n_blocks} blocks: {blocks}.",
            n,
        )
        return text.format(
            n=format_number(n),
            n_items=format_number(len(self.items)),
            n_blocks=format_number(len(self.blocks)),
            blocks=format_list(self.label(name) for name in self.blocks),
        )

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        blocks = ", ".join(f"{name} ({len(items)})" for name, items in self.blocks.items())
        return (
            f"Survey of {self.n_customers:,} customers; blocks: {blocks}; "
            f"{len(self.needs)} needs.\nNext: check_items(survey.answers, blocks=survey.blocks)"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.summary())}</p>"


def read_survey(
    source: str | Path | Frame,
    *,
    columns: Mapping[str, str] | str | Path | None = None,
    blocks: Mapping[str, Sequence[str]] | str | None = None,
    needs: Mapping[str, str] | str | None = None,
    outcome: str | None = None,
    options: ReadOptions | None = None,
) -> Survey:
    """Read a survey in long form and sort its questions into blocks, needs and the rest.

    Questions that share a name before their number are a block (``price_1``, ``price_2``);
    ``need_…`` are needs; the questions on recommendation and satisfaction are known by their
    usual names in English and Chinese. Whatever is named otherwise can be told.

    Parameters
    ----------
    source : str, Path, or pandas, polars, pyarrow or Ibis table
        ``customer_id``, ``item``, ``answer`` (points) and perhaps ``answered_at``.
    columns : mapping, str or Path, optional
        Canonical name to own name, see ``map_columns``.
    blocks : mapping or str, optional
        Name of a block to its questions, or ``"price=p1+p2,loyalty=l1+l2"``.
    needs : mapping or str, optional
        Name of a need to its question, or ``"location=q7,schools=q8"``.
    outcome : str, optional
        The block that tells loyalty; found by its name otherwise.
    options : ReadOptions, optional
        How the file is written, where it cannot be found out.

    Returns
    -------
    Survey

    Raises
    ------
    DataError
        If columns or questions are missing, or no question has another of its block.
    ArgumentError
        If ``blocks`` or ``needs`` cannot be read, or ``outcome`` is no block.

    Examples
    --------
    >>> survey = read_survey("survey")
    >>> list(survey.blocks), survey.outcome, survey.nps_item
    (['loyalty', 'price', 'quality'], 'loyalty', 'nps')
    """
    rows = read_raw_table(source, kind="survey", columns=columns, options=options, function=_WHO)
    kept = [name for name in _COLUMNS if name in rows.table.columns]
    table = rows.table.select(*kept).to_pyarrow().to_pandas(date_as_object=False)
    answers = table.dropna(subset=["customer_id", "item", "answer"])
    if answers.empty:
        fail(_WHO, "answer", "a column with answers in points", "none", error=DataError)
    answers = answers.assign(item=answers["item"].astype(str))
    known = sorted(set(answers["item"]))
    nps = find_item(known, "nps_item", None, function=_WHO)
    satisfaction = find_item(known, "satisfaction_item", None, function=_WHO)
    wanted = _needs(known, needs)
    taken = {nps, satisfaction, *wanted.values()}
    found = _blocks([item for item in known if item not in taken], known, blocks)
    used = {*taken, *(item for members in found.values() for item in members)}
    return Survey(
        answers=answers.sort_values(["customer_id", "item"], kind="stable", ignore_index=True),
        blocks=found,
        outcome=_outcome(found, outcome),
        needs=wanted,
        nps_item=nps,
        satisfaction_item=satisfaction,
        others=[item for item in known if item not in used],
        n_dropped=len(table) - len(answers),
    )


def _blocks(
    free: list[str], known: list[str], given: Mapping[str, Sequence[str]] | str | None
) -> dict[str, list[str]]:
    if given is not None:
        pairs = _pairs("blocks", given) if isinstance(given, str) else given
        named = {
            name: members.split(_PLUS) if isinstance(members, str) else list(members)
            for name, members in pairs.items()
        }
        items = [item for members in named.values() for item in members]
        _check_known("blocks", known, items)
        if len(set(items)) < max(2, len(items)):
            rule = "two or more questions, each in one block and once"
            fail(_WHO, "blocks", rule, named, "Add a question or leave one out.")
        return named
    named = {}
    for item in free:
        match = _NUMBERED.match(item)
        if match and match[1].strip(" _.-"):
            named.setdefault(match[1].strip(" _.-"), []).append(item)
    named = {name: sorted(m, key=_in_order) for name, m in named.items() if len(m) > 1}
    if not named:
        rule = "a survey with blocks of questions, such as price_1 and price_2"
        remedy = "Name them: blocks='price=p1+p2,loyalty=l1+l2'."
        fail(_WHO, "item", rule, known[:5], remedy, error=DataError)
    return dict(sorted(named.items()))


def _in_order(item: str) -> tuple[int, str]:
    return int(re.findall(r"\d+", item)[-1]), item


def _needs(known: list[str], given: Mapping[str, str] | str | None) -> dict[str, str]:
    if given is not None:
        named = dict(_pairs("needs", given) if isinstance(given, str) else given)
        _check_known("needs", known, list(named.values()))
        return named
    matches = ((_NEED.match(item), item) for item in known)
    found = {match[1].strip(): item for match, item in matches if match}
    return found if len(found) > 1 else {}


def _outcome(blocks: Mapping[str, list[str]], given: str | None) -> str | None:
    if given is not None:
        if given not in blocks:
            remedy = did_you_mean(given, list(blocks))
            fail(_WHO, "outcome", "a block of the survey", given, remedy)
        return given
    found = next((name for name in blocks if _entry(name).get("role") == "loyalty"), None)
    # Segments have to be made of something: the only block stays with them.
    return found if len(blocks) > 1 else None


def _pairs(argument: str, text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split(_PAIR) if part.strip()]
    found = {name.strip(): rest.strip() for name, mark, rest in pairs if mark}
    is_pair = all(mark for _name, mark, _rest in pairs)
    if not found or not is_pair or not all(found.values()) or "" in found:
        example = "price=p1+p2,loyalty=l1+l2" if argument == "blocks" else "location=q7,schools=q8"
        fail(_WHO, argument, f"pairs such as {example}", text)
    named = [name.strip() for name, _mark, _rest in pairs]
    twice = sorted({name for name in named if named.count(name) > 1})
    if twice:
        fail(_WHO, argument, "pairs of different names", twice, "Name each once.")
    return found


def _check_known(argument: str, known: list[str], items: list[str]) -> None:
    absent = [item for item in items if item not in known]
    if absent:
        remedy = did_you_mean(absent[0], known)
        fail(_WHO, argument, "questions of the survey", absent, remedy, error=DataError)


@cache
def _words() -> list[dict[str, Any]]:
    text = (resources.files("segkit.segment.attitudes") / "words.yaml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = yaml.safe_load(text)
    return found


def _entry(block: str) -> dict[str, Any]:
    name = block.lower()
    return next((e for e in _words() if any(name.startswith(m) for m in e["match"])), {})


def _texts(block: str) -> dict[str, str]:
    entry, plain = _entry(block), block.replace("_", " ")
    return {"en": entry.get("en", plain), "zh": entry.get("zh", plain)}
