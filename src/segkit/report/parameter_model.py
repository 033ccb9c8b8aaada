"""The pydantic model of a notebook's parameters; imported only when values are checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Optional

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    create_model,
)

from segkit.report.parameters import Parameter

_TYPES: dict[str, type] = {"int": int, "float": float, "str": str, "bool": bool}


def _no_flag(value: Any) -> Any:
    """Keep True from passing as 1: a flag given for a number is a mistake."""
    if isinstance(value, bool):
        raise ValueError("a flag is not a number")
    return value


def _iso_date(value: str) -> str:
    return date.fromisoformat(value.strip()).isoformat()


def _entry_type(parameter: Parameter) -> Any:
    if parameter.choices:
        return Literal[parameter.choices]
    kind: Any = _TYPES[parameter.kind]
    if parameter.is_date:
        return Annotated[kind, AfterValidator(_iso_date)]
    if parameter.kind in ("int", "float"):
        bounds: dict[str, Any] = {"ge": parameter.low, "le": parameter.high}
        if parameter.kind == "float":
            bounds["allow_inf_nan"] = False
        return Annotated[kind, Field(**bounds), BeforeValidator(_no_flag)]
    return kind


def parameter_model(parameters: list[Parameter]) -> type[BaseModel]:
    """Build the pydantic model that takes exactly these parameters."""
    fields: dict[str, Any] = {}
    for parameter in parameters:
        kind = _entry_type(parameter)
        kind = list.__class_getitem__(kind) if parameter.is_list else kind
        # A default of None means "may be left out" even where the annotation forgot to say so.
        if parameter.optional or parameter.default is None:
            kind = Optional[kind]  # noqa: UP045 - the type is only known at run time
        fields[parameter.name] = (kind, Field(description=parameter.meaning))
    # protected_namespaces: a parameter may well be called model_something.
    config = ConfigDict(extra="forbid", protected_namespaces=())
    return create_model("NotebookParameters", __config__=config, **fields)


def validate(
    parameters: list[Parameter], values: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Give the values in their types, and the names of those that do not fit."""
    try:
        return parameter_model(parameters)(**values).model_dump(), []
    except ValidationError as err:
        return {}, list(dict.fromkeys(str(fault["loc"][0]) for fault in err.errors()))
