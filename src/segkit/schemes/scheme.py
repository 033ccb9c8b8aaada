"""What a scheme is: inputs, scores made from them, and segments made from scores."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from html import escape
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
    model_serializer,
    model_validator,
)

from segkit.checks import did_you_mean, fail, nearest, shown
from segkit.errors import SchemeError
from segkit.i18n import _, get_language
from segkit.schema import CUSTOMER_SUMMARY
from segkit.schemes.reading import explain, read_yaml

#: Segment of the customers who lack an input; no scheme may use the id itself.
UNCLASSIFIED = "unclassified"

Method = Literal["quantile", "cuts", "median", "mean", "natural"]

# A field without a text is empty, so that lint can name the missing language.
_Line = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Strict):
    """A text in the two languages a client reads; a plain string is the English one."""

    en: _Line = ""
    zh: _Line = ""

    @model_validator(mode="before")
    @classmethod
    def _from_string(cls, value: Any) -> Any:
        return {"en": value} if isinstance(value, str) else value

    def read(self, fallback: str = "") -> str:
        """Give the text in the current language, else in the other one, else ``fallback``."""
        own, other = (self.zh, self.en) if get_language() == "zh" else (self.en, self.zh)
        return own.strip() or other.strip() or fallback


class Input(_Strict):
    """A column of the customer table, with its unit and its name for readers."""

    unit: _Line = ""
    label: Text = Text()
    kind: Literal["integer", "number", "text", "flag"] | None = None


class Score(_Strict):
    """A whole number from 1 to ``n_levels`` for each customer; higher is better."""

    input: str = Field(min_length=1)
    method: Method
    better: Literal["high", "low"] = "high"
    bins: int | None = Field(default=None, ge=2, le=10)
    cuts: tuple[float, ...] | None = None
    order: tuple[str | bool | int | float, ...] | None = None
    label: Text = Text()

    @model_validator(mode="after")
    def _fits_method(self) -> Score:
        owner = {"bins": "quantile", "cuts": "cuts", "order": "natural"}
        for option, method in owner.items():
            given = getattr(self, option) is not None
            if given and self.method != method:
                raise ValueError(
                    f"{option} belongs to method {method}, not to {self.method}. Leave it out."
                )
            if not given and self.method == method:
                raise ValueError(f"method {method} needs {option}. Add it.")
        if self.cuts is not None:
            _check_cuts(self.cuts)
        if self.order is not None:
            _check_order(self.order, self.better)
        return self

    @property
    def n_levels(self) -> int:
        """How many levels the score has."""
        if self.bins is not None:
            return self.bins
        if self.order is not None:
            return len(self.order)
        return 2 if self.cuts is None else len(self.cuts) + 1

    @property
    def from_data(self) -> bool:
        """Whether the cut-offs are computed from the customers, not fixed by the file."""
        return self.method in ("quantile", "median", "mean")


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


class Condition(_Strict):
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
        named = {value: i for i, value in enumerate(score.order or (), start=1)}
        wanted = (named.get(v) if isinstance(v, str) else v for v in self.values)
        return frozenset(v for v in wanted if v is not None and 1 <= v <= score.n_levels)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _read_condition(value: Any) -> Any:
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


Rule = dict[str, Annotated[Condition, BeforeValidator(_read_condition)]]


class Named(_Strict):
    """A group of customers: what it is called and what to do with it."""

    id: str = Field(min_length=1)
    name: Text = Text()
    description: Text = Text()
    action: Text = Text()
    color: str = Field(pattern=r"^#[0-9a-fA-F]{6}$")

    def label(self) -> str:
        """Give the name in the current language, else the id."""
        return self.name.read(self.id)


class Segment(Named):
    """A group of customers in a scheme: besides, who is in it."""

    when: tuple[Rule, ...] = Field(min_length=1)

    @field_validator("when", mode="before")
    @classmethod
    def _one_or_any_of(cls, value: Any) -> Any:
        return [value] if isinstance(value, Mapping) else value


class Scheme(_Strict):
    """A segmentation as data: read it with :func:`load_scheme`, check it with lint."""

    name: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")
    title: Text = Text()
    description: Text = Text()
    source: _Line = ""
    inputs: dict[str, Input] = Field(min_length=1)
    scores: dict[str, Score] = Field(min_length=1)
    segments: tuple[Segment, ...] = Field(min_length=1)

    _origin: str = PrivateAttr(default="")

    @field_validator("scores")
    @classmethod
    def _names_are_columns(cls, scores: dict[str, Score]) -> dict[str, Score]:
        # Engines do not tell columns apart by letter case.
        taken = {"customer_id", "segment"}
        for name in scores:
            if not name.isidentifier() or name.lower() in taken:
                raise ValueError(
                    f"name {name!r} must be a word of letters, digits and _, used once (letter "
                    "case does not tell columns apart), and not customer_id or segment. Rename it."
                )
            taken.add(name.lower())
        return scores

    @property
    def origin(self) -> str:
        """The file the scheme was read from, else its name."""
        return self._origin or self.name

    def label(self) -> str:
        """Give the title in the current language, else the name."""
        return self.title.read(self.name)

    def _repr_html_(self) -> str:
        """Show the segments with their actions; texts of a file are escaped, never run."""
        heads = "".join(f"<th>{escape(head)}</th>" for head in (_("Segment"), _("Action")))
        rows = "".join(
            f"<tr><td>{escape(segment.label())}</td><td>{escape(segment.action.read())}</td></tr>"
            for segment in self.segments
        )
        table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        return f"<p><strong>{escape(self.label())}</strong></p>{table}"

    def input_kind(self, name: str) -> str:
        """Tell whether an input is ``"integer"``, ``"number"``, ``"text"`` or ``"flag"``."""
        given = self.inputs.get(name, Input()).kind
        canonical = {column.name: column.kind for column in CUSTOMER_SUMMARY}
        known = canonical.get(name)
        if given or known in ("integer", "text"):
            return given or str(known)
        orders = [score.order for score in self.scores.values() if score.input == name]
        first = next((order[0] for order in orders if order), 0)
        return {str: "text", bool: "flag"}.get(type(first), "number")


def list_schemes() -> list[str]:
    """List the names of the schemes that come with segkit.

    Examples
    --------
    >>> list_schemes()
    ['rfm_11', 'rfm_cn8']
    """
    return sorted(name.removesuffix(".yaml") for name, _ in _library())


def _library() -> Iterator[tuple[str, Any]]:
    for item in (resources.files("segkit.schemes") / "library").iterdir():
        if item.name.endswith(".yaml"):
            yield item.name, item


def load_scheme(name_or_path: str | Path | Mapping[str, Any] | Scheme) -> Scheme:
    """Load a scheme by the name of a packaged one, or from a YAML file.

    Reading checks the form of the file: keys, types, values. Whether the segments cover
    every customer exactly once is what :func:`segkit.schemes.lint_scheme` tells.

    Parameters
    ----------
    name_or_path : str, Path, mapping or Scheme
        A name of :func:`list_schemes`, the path of a ``.yaml`` file, the content of such
        a file as a mapping, or a scheme already loaded, which comes back as it is.

    Returns
    -------
    Scheme

    Raises
    ------
    SchemeError
        If there is no such scheme, or the file has faults; all faults are named at once
        with line, place, value and remedy.

    Examples
    --------
    >>> scheme = load_scheme("rfm_cn8")
    >>> scheme.segments[0].id, len(scheme.segments)
    ('key_value', 8)
    """
    if isinstance(name_or_path, Scheme):
        return name_or_path
    if isinstance(name_or_path, Mapping):
        return _built(dict(name_or_path), str(name_or_path.get("name", "scheme")), {})
    for file_name, item in _library():
        if name_or_path == file_name.removesuffix(".yaml"):
            return _parsed(item.read_bytes(), file_name)
    return _from_file(name_or_path)


def _from_file(name_or_path: str | Path) -> Scheme:
    if not isinstance(name_or_path, (str, Path)):
        rule, remedy = "the name of a scheme or a YAML file", did_you_mean("", list_schemes())
        fail("load_scheme", "name_or_path", rule, name_or_path, remedy, error=SchemeError)
    path = Path(name_or_path)
    looks_like_path = isinstance(name_or_path, Path) or path.suffix in (".yaml", ".yml")
    if not looks_like_path and len(path.parts) < 2:
        near = nearest(str(name_or_path), list_schemes())
        remedy = did_you_mean(str(name_or_path), list_schemes())
        hint = remedy if near else f"{remedy} A file of your own ends in .yaml."
        raise SchemeError(
            "load_scheme: name_or_path must be the name of a scheme or a YAML file; "
            f"got {shown(str(name_or_path))}. {hint}"
        )
    try:
        content = path.read_bytes()
    except OSError as err:
        reason = err.strerror or "it cannot be read"
        raise SchemeError(
            f"load_scheme: name_or_path must be a readable file; got {shown(str(path))} "
            f"({reason}). Check the path."
        ) from err
    return _parsed(content, path.name)


def _parsed(content: bytes, origin: str) -> Scheme:
    data, lines = read_yaml(content, origin)
    return _built(data, origin, lines)


def _built(data: Any, origin: str, lines: Mapping[tuple[Any, ...], int]) -> Scheme:
    try:
        scheme = Scheme.model_validate(data)
    except ValidationError as err:
        known: dict[str, type[BaseModel]] = {
            "": Scheme,
            "inputs": Input,
            "scores": Score,
            "segments": Segment,
        }
        keys = {place: list(model.model_fields) for place, model in known.items()}
        raise SchemeError(explain(err.errors(), origin, lines, keys)) from err
    scheme._origin = origin
    return scheme
