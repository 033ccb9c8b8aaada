"""Price- or quality-oriented, and strong in a value or not: segments by the mean of items."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from segkit.checks import check_number, fail
from segkit.collect.frames import Frame
from segkit.errors import DataError
from segkit.i18n import _, format_number, format_percent
from segkit.schemes.scheme import Text
from segkit.schemes.score import in_both
from segkit.segment.attitudes.answers import Answers, Scale, read_answers
from segkit.segment.attitudes.consistency import cronbach_alpha
from segkit.segment.attitudes.linear import LinearDefinition, Sum, named
from segkit.segment.result import Segmentation, assign_segments
from segkit.uncertainty import Z95


@dataclass(frozen=True)
class OrientationDefinition(LinearDefinition):
    """The side that a respondent's answers lean to by more than ``margin`` points."""

    margin: float = 0.0


def orient_customers(
    answers: Frame,
    price_items: Sequence[str],
    quality_items: Sequence[str],
    *,
    scale: Scale | None = None,
) -> Segmentation:
    """Tell price-oriented from quality-oriented respondents, and who cannot be told.

    The score is the mean answer on quality less that on price, so a habit of agreeing with
    everything drops out. A respondent has a side when the 95 % interval of the own score,
    from the reliability of the items, lies on one side of nought. Where a single item gives
    no reliability, a difference of one point decides.

    Parameters
    ----------
    answers : pandas, polars, pyarrow or Ibis table
        A survey in long form or wide, with ``customer_id``.
    price_items, quality_items : sequence of str
        Different items; agreeing means that price, or quality, matters.
    scale : (float, float), optional
        Lowest and highest answer, points; found from the data by default.

    Returns
    -------
    Segmentation
        ``customers``: ``customer_id``, ``orientation`` (points, above 0 to quality) with
        ``orientation_low`` and ``orientation_high``, and ``segment``: ``"price"``,
        ``"quality"`` or ``"undecided"``. ``definition.margin`` is half the interval.

    Raises
    ------
    ArgumentError
        If the two sides share an item or one has none.
    DataError
        If items are missing or nobody answered.

    References
    ----------
    Lord & Novick (1968), Statistical Theories of Mental Test Scores, chapter 3: the standard
    error of measurement, s * sqrt(1 - reliability).

    Examples
    --------
    >>> import pandas as pd
    >>> wide = pd.DataFrame({"customer_id": list("abcd"), "cheap": [5, 1, 5, 3],
    ...     "good": [1, 5, 2, 3]})
    >>> list(orient_customers(wide, ["cheap"], ["good"]).customers["segment"])
    ['price', 'quality', 'price', 'undecided']
    """
    who = "orient_customers"
    price, quality = list(price_items), list(quality_items)
    if not price or not quality or set(price) & set(quality):
        rule = "items of their own for price and for quality"
        fail(who, "price_items", rule, sorted(set(price) & set(quality)) or price)
    read = _read(who, answers, [*price, *quality], scale)
    filled = read.filled()
    weights = tuple([-1 / len(price)] * len(price) + [1 / len(quality)] * len(quality))
    margin = _margin(filled[price], filled[quality])
    zero, up = Sum(0.0, weights), Sum(-margin, weights)
    down = Sum(-margin, tuple(-w for w in weights))
    shown = {
        "orientation": zero,
        "orientation_low": Sum(-margin, weights),
        "orientation_high": Sum(margin, weights),
    }
    definition = OrientationDefinition(
        word="orientation",
        title=in_both(lambda: _("Price or quality")),
        groups=_sides(margin),
        items=(*price, *quality),
        scale=read.scale,
        fill=tuple(float(v) for v in filled.mean()),
        # Nought for the undecided: the others have more once they lean by more than the margin.
        sums=(down, up, Sum(0.0, tuple(0.0 for _w in weights))),
        shown=shown,
        margin=margin,
    )
    return assign_segments(answers, definition, function=who)


def _read(who: str, answers: Frame, items: Sequence[str], scale: Scale | None) -> Answers:
    read = read_answers(who, answers, items, scale)
    if not len(read.filled()):
        fail(who, "answers", "a table with answers to these items", "none", error=DataError)
    return read


def _margin(price: pd.DataFrame, quality: pd.DataFrame) -> float:
    error = 0.0
    for side in (price, quality):
        alpha = cronbach_alpha(side)
        if not math.isfinite(alpha):
            return 1.0
        error += float(side.mean(axis=1).var()) * (1 - max(alpha, 0.0))
    return Z95 * math.sqrt(error)


def _sides(margin: float) -> tuple:
    points = format_number
    return (
        named(
            0,
            "price",
            in_both(lambda: _("Price-oriented")),
            in_both(
                lambda: _(
                    "Agrees with the items on price by at least {margin} points more than with "
                    "those on quality."
                ).format(margin=points(margin, 2))
            ),
            in_both(lambda: _("Lead with price: offers, sets, and what an item costs per use.")),
        ),
        named(
            1,
            "quality",
            in_both(lambda: _("Quality-oriented")),
            in_both(
                lambda: _(
                    "Agrees with the items on quality by at least {margin} points more than with "
                    "those on price."
                ).format(margin=points(margin, 2))
            ),
            in_both(
                lambda: _("Lead with quality: ingredients, tests, service; keep discounts rare.")
            ),
        ),
        named(
            7,
            "undecided",
            in_both(lambda: _("No clear side")),
            in_both(
                lambda: _(
                    "The answers on price and on quality differ by less than {margin} points."
                ).format(margin=points(margin, 2))
            ),
            in_both(
                lambda: _("Show price and quality together, and see which of them is clicked.")
            ),
        ),
    )


def group_by_values(
    answers: Frame,
    items: Sequence[str],
    *,
    name: str,
    values: Mapping[str, str],
    cuts: tuple[float, float] = (0.5, 0.75),
    scale: Scale | None = None,
) -> Segmentation:
    """Group respondents by how strongly they hold a value, such as care for the environment.

    A psychographic group out of survey items: the mean answer as a share of the scale. With
    the usual cut-offs, three quarters of the way (4 on a scale from 1 to 5: "agree") is
    strong, and less than half-way is weak. The cut-offs are a convention, no finding.

    Parameters
    ----------
    answers : pandas, polars, pyarrow or Ibis table
        A survey in long form or wide, with ``customer_id``.
    items : sequence of str
        Items whose yes is the value; turn the others first (:func:`check_items`).
    name : str
        A word of letters, digits and _ for files, and for the column of the score.
    values : mapping
        What is held, in both languages:
        ``{"en": "environmental values", "zh": "环保价值观"}``.
    cuts : (float, float)
        Shares of the scale, rising, between 0 and 1: from where it is moderate, and strong.
    scale : (float, float), optional
        Lowest and highest answer, points; found from the data by default.

    Returns
    -------
    Segmentation
        ``customers``: ``customer_id``, a column ``name`` with the score from 0 to 1, and
        ``segment``: ``"strong"``, ``"moderate"`` or ``"weak"``.

    Raises
    ------
    ArgumentError
        If the name is no word, or the cut-offs do not rise between 0 and 1.
    DataError
        If items are missing or nobody answered.

    Examples
    --------
    >>> import pandas as pd
    >>> wide = pd.DataFrame({"customer_id": list("abc"), "recycle": [5, 3, 1],
    ...     "refill": [4, 4, 2]})
    >>> green = {"en": "environmental values", "zh": "环保价值观"}
    >>> found = group_by_values(wide, ["recycle", "refill"], name="environment", values=green)
    >>> found.profile["name"][0]
    'Strong environmental values'
    """
    who = "group_by_values"
    if not str(name).isidentifier() or name in ("customer_id", "segment"):
        fail(who, "name", "a word of letters, digits and _, not customer_id or segment", name)
    low_cut = check_number(who, "cuts", cuts[0], low=0, high=1, low_open=True)
    high_cut = check_number(who, "cuts", cuts[1], low=low_cut, high=1, low_open=True)
    read = _read(who, answers, list(items), scale)
    low, high = read.scale
    weight = 1 / (len(read.items) * (high - low))
    weights = tuple(weight for _item in read.items)
    start = -low / (high - low)
    score = Sum(start, weights)
    text = Text(**dict(values))
    definition = LinearDefinition(
        word=name,
        title=in_both(lambda: text.read(name)),
        groups=_strengths(text, low_cut, high_cut),
        items=tuple(read.items),
        scale=read.scale,
        fill=tuple(float(v) for v in read.filled().mean()),
        # A hair above the cut-off's own value: a score of 0.75 made of floats is strong.
        sums=(
            Sum(start - high_cut + 1e-9, weights),
            Sum(0.0, tuple(0.0 for _item in read.items)),
            Sum(low_cut - start - 1e-9, tuple(-w for w in weights)),
        ),
        shown={name: score},
    )
    return assign_segments(answers, definition, function=who)


def _strengths(values: Text, low: float, high: float) -> tuple:
    rows: tuple[tuple[int, str, float, tuple[Callable[[], str], ...]], ...] = (
        (2, "strong", high, (
            lambda: _("Strong {values}"),
            lambda: _("Mean agreement of at least {cut} of the scale."),
            lambda: _("Say plainly, with proof, what the offer does for their {values}."),
        )),
        (6, "moderate", high, (
            lambda: _("Moderate {values}"),
            lambda: _("Mean agreement from {low} to below {high} of the scale."),
            lambda: _("Mention their {values} beside the usual benefits."),
        )),
        (7, "weak", low, (
            lambda: _("Weak {values}"),
            lambda: _("Mean agreement of less than {cut} of the scale."),
            lambda: _("Leave {values} out; sell by use and price."),
        )),
    )  # fmt: skip
    shares = {"low": low, "high": high}
    return tuple(
        named(color, name, *(_filled(write, values, {**shares, "cut": cut}) for write in texts))
        for color, name, cut, texts in rows
    )


def _filled(write: Callable[[], str], values: Text, shares: Mapping[str, float]) -> Text:
    """Put the values and the shares into a sentence, in both languages."""
    return in_both(
        lambda: write().format(
            values=values.read(), **{k: format_percent(share, 0) for k, share in shares.items()}
        )
    )
