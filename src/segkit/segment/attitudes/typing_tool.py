"""The few questions that tell which segment a new customer belongs to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from segkit.checks import check_number, check_path
from segkit.collect.frames import Frame
from segkit.errors import ModelError
from segkit.i18n import _, format_list, format_number, format_percent, join_sentences, ngettext
from segkit.schemes.scheme import Named, Text
from segkit.schemes.score import in_both
from segkit.segment.attitudes.answers import Scale, read_answers
from segkit.segment.attitudes.linear import Sum
from segkit.segment.attitudes.placing import (
    accuracy_by_number,
    accuracy_by_segment,
    join_segments,
)
from segkit.segment.attitudes.points import PointsDefinition
from segkit.segment.attitudes.scoring import (
    Points,
    cross_validate,
    fit_points,
    pick_items,
)
from segkit.segment.result import Segmentation, assign_segments

_WHO = "fit_typing_tool"
_FORMAT = "segkit typing tool 1"


@dataclass(frozen=True, eq=False)
class TypingTool:
    """A short questionnaire that places customers, with what it gets right.

    Attributes
    ----------
    definition : PointsDefinition
    accuracy : pandas.DataFrame
        By number of questions, cross-validated with the questions picked anew each time:
        ``n_questions``, ``accuracy``, ``low``, ``high`` (95 %), ``chance`` (of naming the
        largest segment each time), ``gain`` (accuracy - chance), ``question`` (the one added
        last when all answers are used), ``chosen``.
    by_segment : pandas.DataFrame
        For the chosen number: ``segment``, ``n_customers``, ``found_share`` of its members
        with ``found_low``, ``found_high`` (95 %), ``right_share`` of those placed in it.
    """

    definition: PointsDefinition
    accuracy: pd.DataFrame
    by_segment: pd.DataFrame

    @property
    def items(self) -> list[str]:
        """The questions to ask, the most telling first."""
        return list(self.definition.items)

    @property
    def table(self) -> pd.DataFrame:
        """The scoring table for paper: a row to start with, then one per question.

        ``question`` and, per segment, the points that each point of the answer earns.
        """
        starts = {g.label(): one.constant for g, one in self._pairs()}
        rows: list[dict[str, Any]] = [{"question": _("Start with"), **starts}]
        for i, item in enumerate(self.items):
            rows.append({"question": item, **{g.label(): s.weights[i] for g, s in self._pairs()}})
        table = pd.DataFrame(rows)
        return table.astype({name: "int64" for name in table.columns if name != "question"})

    def _pairs(self) -> list[tuple[Named, Sum]]:
        return list(zip(self.definition.groups, self.definition.sums, strict=True))

    @property
    def rules(self) -> pd.DataFrame:
        """Segment, name and rule in words, in the current language."""
        return self.definition.rules()

    def assign(self, answers: Frame) -> Segmentation:
        """Place customers by their answers to the tool's questions, wide or in long form."""
        return assign_segments(answers, self.definition, function="TypingTool.assign")

    def to_sql(self, dialect: str = "duckdb", table: str = "answers") -> str:
        """Print the tool as one SELECT statement over a table with a column per question."""
        return self.definition.to_sql(dialect, table)

    def summary(self) -> str:
        """Say how many questions place how many customers rightly, and how to use them."""
        row = self.accuracy[self.accuracy["chosen"]].iloc[0]
        text = ngettext(
            "{n} question places {accuracy} of customers rightly ({low} to {high}); always naming "
            "the largest segment would place {chance}.",
            "{n} questions place {accuracy} of customers rightly ({low} to {high}); always naming "
            "the largest segment would place {chance}.",
            int(row["n_questions"]),
        ).format(
            n=format_number(row["n_questions"]),
            **{
                name: format_percent(row[name], 0) for name in ("accuracy", "low", "high", "chance")
            },
        )
        how = _(
            "Multiply each answer by the points of its row, add up each segment's column together "
            "with its start, and take the segment with the highest total: {questions}."
        ).format(questions=format_list(self.items))
        said = [text, how]
        if row["low"] <= row["chance"]:
            said.append(_("That is no better than chance: do not place customers by it."))
        return join_sentences(said)

    def save(self, path: str | Path) -> Path:
        """Write the tool as JSON; :func:`load_typing_tool` reads it again."""
        place = check_path("TypingTool.save", "path", path)
        d = self.definition
        content = {
            "format": _FORMAT,
            "title": d.title.model_dump(),
            "segments": [group.model_dump() for group in d.groups],
            "items": list(d.items),
            "scale": list(d.scale),
            "fill": list(d.fill),
            "points": [[one.constant, *one.weights] for one in d.sums],
            "accuracy": _records(self.accuracy),
            "by_segment": _records(self.by_segment),
        }
        text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
        place.write_text(text + "\n", encoding="utf-8")
        return place

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        row, plural = self.accuracy[self.accuracy["chosen"]].iloc[0], "s" * (len(self.items) > 1)
        return (
            f"TypingTool of {len(self.items)} question{plural} ({', '.join(self.items)}): "
            f"{row['accuracy']:.0%} placed rightly, {row['chance']:.0%} by chance.\n"
            "Next: .table (points on paper), .assign(new_answers), .accuracy, .save(path)"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.summary())}</p>{self.table.to_html(index=False)}"


def fit_typing_tool(
    segmentation: Segmentation,
    answers: Frame,
    *,
    items: Sequence[str] | None = None,
    max_items: int = 5,
    scale: Scale | None = None,
    random_state: int = 0,
) -> TypingTool:
    """Find the few questions that place a new customer into a segment, as whole points.

    A long survey is asked once; the tool then places each new customer at the counter, on
    the phone or in a form. Questions are picked one by one for what they add (Wilks'
    lambda); a linear discriminant gives the points, rounded to small whole numbers, and
    accuracy is that of the rounded points.

    Parameters
    ----------
    segmentation : Segmentation
        The segments, of the respondents at least.
    answers : pandas, polars, pyarrow or Ibis table
        A survey in long form or wide, with ``customer_id``.
    items : sequence of str, optional
        Questions to pick from; all by default.
    max_items : int
        Most questions, from 1 on. Fewer are taken when the next adds less than 1 % of people
        placed rightly.
    scale : (float, float), optional
        Lowest and highest answer, points; found from the data by default.
    random_state : int
        For the parts of the cross-validation.

    Returns
    -------
    TypingTool

    Raises
    ------
    DataError
        If fewer than two segments have ten respondents each, or no item varies.

    References
    ----------
    Fisher (1936), The use of multiple measurements in taxonomic problems, Annals of
    Eugenics 7. Rencher & Christensen (2012), Methods of Multivariate Analysis, section 8.9:
    stepwise selection by Wilks' lambda.

    Examples
    --------
    >>> from segkit.segment.attitudes import segment_attitudes
    >>> from segkit.synthetic import make_cosmetics
    >>> survey = make_cosmetics(600, seed=1, tables=["survey"])["survey"]
    >>> asked = [f"{block}_{i}" for block in ("price", "quality", "loyalty") for i in (1, 2, 3)]
    >>> tool = fit_typing_tool(segment_attitudes(survey, asked, n=2), survey, items=asked)
    >>> len(tool.items) <= 5
    True
    """
    most = int(check_number(_WHO, "max_items", max_items, low=1, whole=True))
    seed = int(check_number(_WHO, "random_state", random_state, low=0, whole=True))
    read = read_answers(_WHO, answers, items, scale)
    matrix, group, ids = join_segments(segmentation, read.filled(), _WHO)
    x, y = matrix.to_numpy(), group.to_numpy()
    most = min(most, x.shape[1])
    order = pick_items(x, y, most)
    guesses = cross_validate(x, y, most, seed)
    accuracy = accuracy_by_number(guesses, y, [str(matrix.columns[i]) for i in order])
    n = int(accuracy.loc[accuracy["chosen"], "n_questions"].iloc[0])
    picked = order[:n]
    points = fit_points(x[:, picked], y)
    known = {s.id: s for s in segmentation.definition.segments}
    definition = _definition(
        segmentation, [known[i] for i in ids], matrix.iloc[:, picked], points, read.scale
    )
    return TypingTool(definition, accuracy, accuracy_by_segment(guesses[n - 1], y, ids))


def load_typing_tool(path: str | Path) -> TypingTool:
    """Read a typing tool that :meth:`TypingTool.save` wrote; nothing in the file is run.

    Raises
    ------
    ModelError
        If the file is missing or is no typing tool.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from segkit.segment.attitudes import orient_customers
    >>> rng = np.random.default_rng(0)
    >>> cheap = rng.integers(1, 6, 80)
    >>> wide = pd.DataFrame({"customer_id": range(80), "cheap": cheap, "good": 6 - cheap})
    >>> tool = fit_typing_tool(orient_customers(wide, ["cheap"], ["good"]), wide)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     again = load_typing_tool(tool.save(f"{folder}/tool.json"))
    >>> again.items == tool.items
    True
    """
    who, place = "load_typing_tool", check_path("load_typing_tool", "path", path)
    try:
        content = json.loads(place.read_text(encoding="utf-8"))
    except OSError as err:
        remedy = f"{err.strerror}. Check the path."
        raise ModelError(
            f"{who}: path must be a readable file; got {str(place)!r}. {remedy}"
        ) from err
    except ValueError as err:
        raise ModelError(f"{who}: path must be a file of JSON; got {str(place)!r}.") from err
    try:
        if content["format"] != _FORMAT:
            raise ValueError(content["format"])
        definition = PointsDefinition(
            word="typing_tool",
            title=Text.model_validate(content["title"]),
            groups=tuple(Named.model_validate(group) for group in content["segments"]),
            items=tuple(str(item) for item in content["items"]),
            scale=(float(content["scale"][0]), float(content["scale"][1])),
            fill=tuple(float(value) for value in content["fill"]),
            sums=tuple(Sum(float(r[0]), tuple(map(float, r[1:]))) for r in content["points"]),
        )
        _check_shape(definition)
        tables = [pd.DataFrame(content[name]) for name in ("accuracy", "by_segment")]
    except (KeyError, TypeError, IndexError, ValueError, ValidationError) as err:
        message = f"{who}: path must be a file of TypingTool.save; got {str(place)!r}."
        raise ModelError(f"{message} Make it again with fit_typing_tool.") from err
    return TypingTool(definition, tables[0], tables[1])


def _check_shape(d: PointsDefinition) -> None:
    sizes = {len(d.fill), *(len(one.weights) for one in d.sums)}
    numbers = [d.scale, d.fill, *((one.constant, *one.weights) for one in d.sums)]
    finite = all(np.isfinite(row).all() for row in numbers)
    if sizes != {len(d.items)} or len(d.sums) != len(d.groups) or not finite:
        raise ValueError("points do not fit the questions")


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    # A segment nobody was placed in has a share of nothing; JSON says null.
    return table.astype(object).where(table.notna(), None).to_dict("records")


def _definition(
    segmentation: Segmentation,
    groups: Sequence[Named],
    matrix: pd.DataFrame,
    points: Points,
    scale: Scale,
) -> PointsDefinition:
    def title() -> str:
        text = _("{title}: short questionnaire")
        return text.format(title=segmentation.definition.label())

    plain = [Named(**group.model_dump(include=set(Named.model_fields))) for group in groups]
    return PointsDefinition(
        word="typing_tool",
        title=in_both(title),
        groups=tuple(plain),
        items=tuple(str(item) for item in matrix.columns),
        scale=scale,
        fill=tuple(float(v) for v in matrix.mean()),
        sums=tuple(
            Sum(float(start), tuple(float(v) for v in row))
            for start, row in zip(points.starts, points.weights, strict=True)
        ),
    )
