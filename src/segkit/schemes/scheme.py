"""What a scheme is: inputs, scores made from them, and segments made from scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
)

from segkit.checks import did_you_mean, fail, nearest, shown
from segkit.errors import SchemeError
from segkit.i18n import _
from segkit.schema import CUSTOMER_SUMMARY, CUSTOMERS
from segkit.schemes.reading import Place, explain, read_yaml
from segkit.schemes.score import Category as Category
from segkit.schemes.score import Condition as Condition
from segkit.schemes.score import Input as Input
from segkit.schemes.score import Line, Strict, read_condition
from segkit.schemes.score import Score as Score
from segkit.schemes.score import Text as Text

#: Segment of the customers who lack an input; no scheme may use the id itself.
UNCLASSIFIED = "unclassified"

Rule = dict[str, Annotated[Condition, BeforeValidator(read_condition)]]


class Named(Strict):
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


class Scheme(Strict):
    """A segmentation as data: read it with :func:`load_scheme`, check it with lint."""

    name: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")
    title: Text = Text()
    description: Text = Text()
    source: Line = ""
    inputs: dict[str, Input] = Field(min_length=1)
    scores: dict[str, Score] = Field(min_length=1)
    segments: tuple[Segment, ...] = Field(min_length=1)

    _origin: str = PrivateAttr(default="")
    _lines: dict[Place, int] = PrivateAttr(default_factory=dict)

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

    def line_of(self, *place: str | int) -> int | None:
        """Tell the line of a place in the file, else of what it stands in; None without a file."""
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place)

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
        canonical = {column.name: column.kind for column in (*CUSTOMERS, *CUSTOMER_SUMMARY)}
        known = canonical.get(name)
        if given or known in ("integer", "text"):
            return given or str(known)
        if any(s.categories for s in self.scores.values() if s.input == name):
            return "text"
        orders = [score.order for score in self.scores.values() if score.input == name]
        first = next((order[0] for order in orders if order), 0)
        return {str: "text", bool: "flag"}.get(type(first), "number")


def list_schemes() -> list[str]:
    """List the names of the schemes that come with segkit.

    Examples
    --------
    >>> [name for name in list_schemes() if name.startswith("rfm")]
    ['rfm_11', 'rfm_cn8', 'rfm_klaviyo', 'rfm_r_package', 'rfm_shopify']
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
        known = "segkit scheme list shows all there are. A file of your own ends in .yaml."
        hint = f"Did you mean {near[0]!r}?" if near else known
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
            "categories": Category,
            "segments": Segment,
        }
        keys = {place: list(model.model_fields) for place, model in known.items()}
        raise SchemeError(explain(err.errors(), origin, lines, keys)) from err
    scheme._origin = origin
    scheme._lines = dict(lines)
    return scheme
