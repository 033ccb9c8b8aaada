"""Check the parameters of segmentations before a kernel starts: schemes, groups, further tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from segkit.checks import did_you_mean, fail
from segkit.errors import DataError, ParameterError, SchemeError

if TYPE_CHECKING:
    from segkit.collect.source import Source

#: The order of the rows needs no column.
_ROWS = ("outcome_order", "row")
Check = Callable[[Mapping[str, Any], str], None]


def several_schemes(name: str, least: int = 0) -> Check:
    """Make the check of a parameter that lists schemes."""

    def check(values: Mapping[str, Any], notebook: str) -> None:
        from segkit.schemes.lint import require_sound
        from segkit.schemes.scheme import load_scheme

        wanted = values[name]
        if len(wanted) < least or len(set(wanted)) < len(wanted):
            rule = f"{least} or more different schemes" if least else "different schemes"
            remedy = "Name each once."
            fail(notebook, name, rule, wanted, remedy, error=ParameterError)
        for scheme in wanted:
            try:
                require_sound(load_scheme(scheme), notebook)
            except SchemeError as error:
                # Who ran a notebook has never heard of the function's argument.
                text = str(error).replace("load_scheme: name_or_path", f"{notebook}: {name}", 1)
                raise SchemeError(text) from None

    return check


def one_scheme(name: str) -> Check:
    """Make the check of a parameter that names a scheme."""

    def check(values: Mapping[str, Any], notebook: str) -> None:
        from segkit.schemes.lint import require_sound
        from segkit.schemes.scheme import load_scheme

        require_sound(load_scheme(values[name]), notebook)

    return check


def further_table(name: str) -> Check:
    """Make the check of a parameter that names a table beside the data: that it is there."""

    def check(values: Mapping[str, Any], notebook: str) -> None:
        from segkit.collect.source import find_source

        try:
            find_source(values[name], function=notebook)
        except DataError as error:
            text = str(error).replace(f"{notebook}: data ", f"{notebook}: {name} ", 1)
            raise DataError(text) from None

    return check


def named_groups(values: Mapping[str, Any], notebook: str) -> None:
    """Check that groups have a name and a condition each; columns are known to the notebook."""
    from segkit.groups.reading import read_groups

    if values["groups"].strip():
        read_groups(values["groups"], function=notebook)


def home_country(values: Mapping[str, Any], notebook: str) -> None:
    """Check that a country is named; whether customers are from it the notebook sees."""
    if not values["home_country"].strip():
        rule, remedy = "the name of a country", "Leave it out for China."
        fail(notebook, "home_country", rule, "", remedy, error=ParameterError)


def holds_customers_alone(source: Source) -> bool:
    """Tell whether a data set has a table of customers and no transactions."""
    from segkit.collect.datasets.registry import DATASETS

    if source.name not in DATASETS:
        return False
    tables = DATASETS[source.name].tables
    return "customers" in tables and "transactions" not in tables


def named_outcome(values: Mapping[str, Any], notebook: str) -> None:
    """Check that outcome, its order and its predictors are different names."""
    from segkit.collect.columns.roles import check_roles

    given = [values.get(name) for name in ("outcome", "outcome_order", "predictors")]
    check_roles(*given, function=notebook)
    _check_known(values, notebook)


def _check_known(values: Mapping[str, Any], notebook: str) -> None:
    """Check that a text file of customers has the columns; others the notebook opens itself."""
    from segkit.collect.columns.usual_names import own_name
    from segkit.collect.header_check import check_header
    from segkit.collect.source import find_source
    from segkit.schema import CUSTOMER_FEATURES, CUSTOMER_SUMMARY, names

    table = values.get("customers") or values.get("data")
    if not isinstance(table, str):
        return
    source = find_source(table, function=notebook)
    if source.format != "csv" or not (values.get("customers") or holds_customers_alone(source)):
        return
    found = check_header(table, values.get("customer_map"), kind="customers")
    own = [*found.renames, *found.unmapped]
    known = [*own, *names(CUSTOMER_SUMMARY), *names(CUSTOMER_FEATURES)]
    called = {own: canonical for canonical, own in found.renames.items()}
    for name in ("outcome", "outcome_order", "predictors"):
        given = values.get(name) or []
        for column in [given] if isinstance(given, str) else given:
            if own_name(column, known, called) in known or (name, column) == _ROWS:
                continue
            remedy = did_you_mean(column, [*own, *called])
            fail(notebook, name, f"a column of {source.name}", column, remedy, error=DataError)
