"""What is asked for: a notebook with its parameters, checked before anything starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from segkit.checks import check_path, fail
from segkit.report.catalog import Notebook, find_notebook
from segkit.report.export.forms import check_formats
from segkit.report.parameters import check_parameters
from segkit.report.precheck import check_meaning

if TYPE_CHECKING:
    from segkit.report.brand import Brand
    from segkit.report.parameters import Parameter


@dataclass(frozen=True)
class Order:
    """A run that was checked and may start."""

    notebook: Notebook
    parameters: dict[str, Any]
    language: str
    out: Path
    formats: tuple[str, ...] = ("html",)
    brand: Brand | None = None


def join_parameters(parameters: Mapping[str, Any] | None = None, /, **named: Any) -> dict[str, Any]:
    """Join parameters with those that have a name of their own; these win where they are given."""
    return dict(parameters or {}) | {name: v for name, v in named.items() if v is not None}


def customers_alone(
    values: dict[str, Any], declared: Iterable[Parameter], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Take customers without purchases where none were named: the default ones are made up.

    Ids that look alike would join them, and a report would tell revenue that nobody made. Only
    a notebook whose ``data`` may be left out can do without.
    """
    free = {parameter.name for parameter in declared if parameter.optional}
    alone = values.get("customers") and "data" not in given and "data" in free
    return {**values, "data": None} if alone else values


def check_run(
    notebook: str | Path,
    parameters: Mapping[str, Any] | None = None,
    *,
    out: str | Path = "reports",
    formats: str | Iterable[str] = ("html",),
    brand: str | Path | Brand | None = None,
) -> Order:
    """Check everything that can be checked before a kernel starts.

    Data, language and column names are parameters here, as they are for the notebook; the
    rest is as in :func:`segkit.report.run.run_report`.
    """
    found = find_notebook(notebook)
    function = f"run {found.short_name}"
    given = dict(parameters or {})
    values = check_parameters(found.parameters, given, notebook=function)
    values = customers_alone(values, found.parameters, given)
    place = check_path(function, "out", out).absolute()
    spoken = str(values.get("language") or "en")
    wanted = check_formats(formats, function=function)
    if isinstance(brand, str | Path):
        from segkit.report.brand import load_brand

        brand = load_brand(brand, language=spoken)
    elif brand is not None and not hasattr(brand, "note"):
        fail(function, "brand", "the path of a brand.yml", brand)
    check_meaning(values, notebook=function, kind=found.data_kind)
    return Order(found, values, spoken, place, wanted, brand)
