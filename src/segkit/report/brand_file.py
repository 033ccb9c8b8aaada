"""What a ``brand.yml`` may hold, key by key, and how its faults are told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from segkit.checks import did_you_mean, shown
from segkit.schemes.reading import Place, worded

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")
_MOST = 200
#: Keys of Quarto's schema that a report has no use for; told apart from slips of the pen.
# fmt: off
_OF_QUARTO = frozenset((
    "secondary", "tertiary", "success", "info", "danger", "link", "images", "small",
    "large", "fonts", "monospace", "monospace-inline", "monospace-block", "weight",
    "size", "style", "line-height", "color", "background-color", "decoration", "quarto",
    "bootstrap", "shiny",
))
# fmt: on


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _line(text: str) -> str:
    """Take a line of text, without what would break it."""
    line = " ".join(text.split())
    if len(line) > _MOST:
        raise ValueError(f"must be at most {_MOST} characters; got {len(line)}. Shorten it.")
    return line


Line = Annotated[str, AfterValidator(_line)]
Name = Annotated[str, Field(min_length=1), AfterValidator(_line)]


def _wrap(key: str) -> BeforeValidator:
    """Let a plain value stand for a block with one key."""

    def wrapped(value: Any) -> Any:
        if _is_unquoted(value):
            raise ValueError(f"must be {_as_text(value)}")
        return {key: value} if isinstance(value, str) else value

    return BeforeValidator(wrapped)


def _is_unquoted(value: Any) -> bool:
    """Tell whether YAML took a text for something else: a number, a day, yes or no."""
    return isinstance(value, bool | int | float | date)


def _as_text(value: Any) -> str:
    return f"text; got {shown(value)}. Write it in quotes."


def _colored(value: Any) -> Any:
    """Explain the mistake that everybody makes once: ``color: #1f5fa8`` without quotes."""
    if value is None:
        raise ValueError(
            'must be a colour such as "#1f5fa8"; got nothing. Put it in quotes: # starts a '
            "comment in YAML."
        )
    return value


def hex_color(text: str) -> str:
    """Bring a hex colour to six lower-case digits."""
    if not _HEX.fullmatch(text):
        raise ValueError(
            f'must be a colour of hex digits such as "#1f5fa8"; got {shown(text)}. Write it so.'
        )
    digits = text[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))


class TextPair(_Part):
    """A text in both languages; one alone stands for both."""

    en: Line
    zh: Line = ""


class MetaName(_Part):
    """A name in full and in short."""

    full: Line = ""
    short: Line = ""


class Meta(_Part):
    """Who it is."""

    name: Annotated[MetaName, _wrap("full")]

    @property
    def text(self) -> str:
        """The name in full, else the short one."""
        return self.name.full or self.name.short


class LogoFiles(_Part):
    """The logo's files, for light and for dark ground."""

    light: Name
    dark: Name | None = None


class Logos(_Part):
    """The logo by its size; a report has room for one of middle size."""

    medium: Annotated[LogoFiles, _wrap("light")]


class Shade(_Part):
    """A colour for light and one for dark ground; without the second it is derived."""

    light: Annotated[str, BeforeValidator(_colored)]
    dark: Annotated[str, BeforeValidator(_colored)] | None = None


Color = Annotated[Shade | None, BeforeValidator(_colored), _wrap("light")]
Paint = Annotated[str, BeforeValidator(_colored), AfterValidator(hex_color)]


class Colors(_Part):
    """The colours, by what they are for."""

    palette: dict[str, Paint] = Field(default_factory=dict)
    primary: Color = None
    foreground: Color = None
    background: Color = None
    warning: Color = None


class Family(_Part):
    """A font by the name it is installed under."""

    family: Name


class Typography(_Part):
    """The fonts of text and of headings."""

    base: Annotated[Family | None, _wrap("family")] = None
    headings: Annotated[Family | None, _wrap("family")] = None


class Lines(_Part):
    """What only this kit's reports have."""

    name: Annotated[TextPair | None, _wrap("en")] = None
    confidentiality: Annotated[TextPair | None, _wrap("en")] = None
    footer: Annotated[TextPair | None, _wrap("en")] = None


class Defaults(_Part):
    """The room that the schema leaves for programs."""

    segkit: Lines = Lines()


class BrandFile(_Part):
    """A whole file."""

    meta: Meta
    logo: Annotated[Logos | None, _wrap("medium")] = None
    color: Colors = Colors()
    typography: Typography = Typography()
    defaults: Defaults = Defaults()


_TEXTS: dict[str, Any] = {"en": {}, "zh": {}}
_SHADES: dict[str, Any] = {"light": {}, "dark": {}}
#: The keys of each block; what a pydantic model knows, in the form that messages need.
_KEYS: dict[str, Any] = {
    "meta": {"name": {"full": {}, "short": {}}},
    "logo": {"medium": _SHADES},
    "color": {
        "palette": {},
        **dict.fromkeys(("primary", "foreground", "background", "warning"), _SHADES),
    },
    "typography": {"base": {"family": {}}, "headings": {"family": {}}},
    "defaults": {"segkit": dict.fromkeys(("name", "confidentiality", "footer"), _TEXTS)},
}


def explain(faults: Iterable[Mapping[str, Any]], origin: str, lines: Mapping[Place, int]) -> str:
    """Word all faults of a file's form in one message."""
    told = []
    for fault in faults:
        # What is missing has no line of its own, but the block it belongs into has.
        place = fault["loc"][:-1] if fault["type"] == "missing" else fault["loc"]
        told.append(f"{at(place, lines)}: {_sentence(fault)}")
    if len(told) == 1:
        return f"load_brand: {origin}: {told[0]}"
    return "\n  ".join([f"load_brand: {origin} has {len(told)} faults:", *told])


def at(place: Sequence[Any], lines: Mapping[Place, int]) -> str:
    """Name a place of the file with its line."""
    known = tuple(place)
    while known and known not in lines:
        known = known[:-1]
    written = tuple(place) if tuple(place) in lines else known or tuple(place)
    return f"line {lines[known]}, {worded(written)}" if known in lines else worded(place)


def _sentence(fault: Mapping[str, Any]) -> str:
    kind, place, value = fault["type"], fault["loc"], shown(fault["input"])
    if kind == "extra_forbidden":
        return _unknown(place)
    if kind == "missing":
        return f"{place[-1]} is missing. Add {worded(place)}: … to the file."
    if kind == "value_error":
        return str(fault["ctx"]["error"])
    if kind == "string_type" and _is_unquoted(fault["input"]):
        return f"must be {_as_text(fault['input'])}"
    rule = {
        "string_type": "text",
        "string_too_short": "text that is not empty",
        "dict_type": "a block of keys and values",
        "model_type": "a block of keys and values",
    }.get(kind, "of another form")
    return f"must be {rule}; got {value}. Correct it."


def _unknown(place: Sequence[Any]) -> str:
    name, known = str(place[-1]), _KEYS
    for step in place[:-1]:
        known = known.get(str(step), {})
    if name in _OF_QUARTO and name not in known:
        return f"is not used in reports. Remove it; known here: {', '.join(known)}."
    return f"is an unknown key. {did_you_mean(name, known)}"
