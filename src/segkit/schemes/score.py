"""What a score is: an input turned into levels, and the conditions that ask for levels."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_serializer,
    model_validator,
)

from segkit.checks import did_you_mean, shown
from segkit.features.words import words_of
from segkit.i18n import LANGUAGES, get_language, use_language

#: ``quantile_plus_1`` repeats the rule of the R package rfm, for comparison with its results.
Method = Literal["quantile", "quantile_plus_1", "cuts", "median", "mean", "natural", "categories"]

#: Options of a score, and the methods that need them.
_OWNERS = {
    "bins": ("quantile", "quantile_plus_1"),
    "cuts": ("cuts",),
    "order": ("natural",),
    "categories": ("categories",),
}

# A field without a text is empty, so that lint can name the missing language.
Line = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]


class Strict(BaseModel):
    """A part of a scheme: no unknown keys, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Strict):
    """A text in the two languages a client reads; a plain string is the English one."""

    en: Line = ""
    zh: Line = ""

    @model_validator(mode="before")
    @classmethod
    def _from_string(cls, value: Any) -> Any:
        return {"en": value} if isinstance(value, str) else value

    def read(self, fallback: str = "") -> str:
        """Give the text in the current language, else in the other one, else ``fallback``."""
        own, other = (self.zh, self.en) if get_language() == "zh" else (self.en, self.zh)
        return own.strip() or other.strip() or fallback


def in_both(write: Callable[[], str]) -> Text:
    """Write a text in both languages, so that one result serves both readers."""
    return each_in_both(lambda: [write()])[0]


def each_in_both(write: Callable[[], Sequence[str]]) -> tuple[Text, ...]:
    """Write several texts in both languages, each of which may depend on the others."""
    written = {}
    for language in LANGUAGES:
        with use_language(language):
            written[language] = write()
    rows = zip(*written.values(), strict=True)
    return tuple(Text(**dict(zip(written, row, strict=True))) for row in rows)


class Input(Strict):
    """A column of the customer table, with its unit and its name for readers."""

    unit: Line = ""
    label: Text = Text()
    kind: Literal["integer", "number", "text", "flag"] | None = None


class Category(Strict):
    """A level made of words that mean the same, whichever way they are written.

    Letter case and blanks do not matter. ``others`` takes every word that no category lists, but
    not one by which nothing is said (``unknown``, 保密): that is a missing value, unless a category
    lists it.
    """

    id: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")
    name: Text = Text()
    values: tuple[str, ...] = ()
    others: bool = False

    @model_validator(mode="after")
    def _lists_words_or_all_others(self) -> Category:
        if self.others == bool(self.values):
            raise ValueError(
                f"category {self.id!r} must have either values or others: true. Keep one of them."
            )
        if not all(map(plain_word, self.values)):
            raise ValueError(f"category {self.id!r} must not list an empty word. Remove it.")
        return self

    def label(self) -> str:
        """Give the name in the current language, else the id."""
        return self.name.read(self.id)


def plain_word(text: str) -> str:
    """Write a word as words are compared: in small letters, without blanks."""
    return text.replace(" ", "").lower()


@cache
def unsaid_words() -> tuple[str, ...]:
    """List the words by which a customer says nothing, written as :func:`plain_word` does."""
    marks = ("", "-", "_")
    return tuple(sorted({w.replace(" ", mark) for w in words_of("unsaid") for mark in marks}))


class Score(Strict):
    """A whole number from 1 to ``n_levels`` for each customer; higher is better.

    The levels of ``categories`` are in no order unless their author gave them one. ``missing``
    is the level of the customers who lack the input; without it they have no segment.
    """

    input: str = Field(min_length=1)
    method: Method
    better: Literal["high", "low"] = "high"
    bins: int | None = Field(default=None, ge=2, le=10)
    cuts: tuple[float, ...] | None = None
    order: tuple[str | bool | int | float, ...] | None = None
    categories: tuple[Category, ...] | None = None
    missing: int | None = Field(default=None, ge=1)
    label: Text = Text()

    @model_validator(mode="after")
    def _fits_method(self) -> Score:
        for option, methods in _OWNERS.items():
            given = getattr(self, option) is not None
            if given and self.method not in methods:
                raise ValueError(
                    f"{option} belongs to method {methods[0]}, not to {self.method}. Leave it out."
                )
            if not given and self.method in methods:
                raise ValueError(f"method {self.method} needs {option}. Add it.")
        if self.cuts is not None:
            _check_cuts(self.cuts)
        if self.order is not None:
            _check_order(self.order, self.better)
        if self.categories is not None:
            _check_categories(self.categories, self.better)
        if self.missing is not None and self.missing > self.n_levels:
            raise ValueError(
                f"missing must be a level from 1 to {self.n_levels}; got {self.missing}. Lower it."
            )
        return self

    @property
    def n_levels(self) -> int:
        """How many levels the score has."""
        if self.bins is not None:
            return self.bins
        if self.order is not None:
            return len(self.order)
        if self.categories is not None:
            return len(self.categories)
        return 2 if self.cuts is None else len(self.cuts) + 1

    @property
    def from_data(self) -> bool:
        """Whether the cut-offs are computed from the customers, not fixed by the file."""
        return self.method in ("quantile", "quantile_plus_1", "median", "mean")

    @property
    def has_edges(self) -> bool:
        """Whether numbers part the levels, not words or values."""
        return self.method not in ("natural", "categories")

    def level_names(self) -> list[str]:
        """List what a condition may call the levels; empty where they have numbers only."""
        if self.categories is not None:
            return [category.id for category in self.categories]
        return [value for value in self.order or () if isinstance(value, str)]


def _check_cuts(cuts: tuple[float, ...]) -> None:
    rising = all(low < high for low, high in itertools.pairwise(cuts))
    if not cuts or not rising or not all(math.isfinite(cut) for cut in cuts):
        raise ValueError(
            f"cuts must be one or more rising numbers; got {shown(list(cuts))}. Sort them."
        )


def _check_order(order: tuple[object, ...], better: str) -> None:
    kinds = {bool: "boolean", str: "text"}
    if len(order) < 2 or len(set(order)) < len(order):
        raise ValueError(
            f"order must be two or more different values, worst first; got {shown(list(order))}."
        )
    if len({kinds.get(type(value), "number") for value in order}) > 1:
        raise ValueError(
            f"order must be all text or all numbers; got {shown(list(order))}. "
            "Put words such as no or off in quotes: YAML reads them as false."
        )
    if better == "low":
        raise ValueError("better must be high for method natural. List the worst value first.")


def _check_categories(categories: tuple[Category, ...], better: str) -> None:
    ids = [category.id for category in categories]
    if len(ids) < 2 or len(set(ids)) < len(ids):
        raise ValueError(f"categories must be two or more with different ids; got {shown(ids)}.")
    if any(category.others for category in categories[:-1]):
        raise ValueError("others: true must be in the last category. Move it to the end.")
    owner: dict[str, str] = {}
    for category in categories:
        for value in category.values:
            first = owner.setdefault(plain_word(value), category.id)
            if first != category.id:
                raise ValueError(
                    f"word {value!r} is in the categories {first!r} and {category.id!r}. "
                    "Keep it in one of them; letter case and blanks do not matter."
                )
    if better == "low":
        raise ValueError("better must be high for method categories. List the worst one first.")


class Condition(Strict):
    """Which levels of a score a rule takes: listed ones, or a range."""

    values: tuple[int | str, ...] | None = None
    min: int | None = None
    max: int | None = None

    @model_serializer
    def _as_in_a_file(self) -> Any:
        if self.values is not None:
            return list(self.values)
        return {k: v for k, v in (("min", self.min), ("max", self.max)) if v is not None}

    def levels(self, score: Score) -> frozenset[int]:
        """Give the levels of ``score`` that fulfil the condition; impossible ones drop out."""
        if self.values is None:
            low, high = self.min or 1, score.n_levels if self.max is None else self.max
            return frozenset(range(max(low, 1), min(high, score.n_levels) + 1))
        ids = score.level_names() if score.categories is not None else score.order or ()
        named = {value: i for i, value in enumerate(ids, start=1)}
        wanted = (named.get(v) if isinstance(v, str) else v for v in self.values)
        return frozenset(v for v in wanted if v is not None and 1 <= v <= score.n_levels)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def read_condition(value: Any) -> Any:
    """Read ``2``, ``[1, 2]``, ``gold`` or ``{min: 2}`` into the fields of a condition."""
    if isinstance(value, Condition):
        return value
    if isinstance(value, Mapping):
        unknown = [str(key) for key in value if key not in ("min", "max")]
        if unknown:
            remedy = did_you_mean(unknown[0], ("min", "max"))
            raise ValueError(f"has the unknown key {unknown[0]!r}. {remedy}")
        if value and all(_whole(bound) for bound in value.values()):
            return dict(value)
    else:
        values = list(value) if isinstance(value, (list, tuple)) else [value]
        if values and all(_whole(item) or isinstance(item, str) for item in values):
            return {"values": tuple(values)}
    raise ValueError(
        f"must be a level such as 2, a list of levels, or {{min: 2, max: 3}}; got {shown(value)}."
    )
