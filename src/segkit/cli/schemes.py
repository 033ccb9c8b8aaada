"""Schemes: ``scheme list``, ``scheme lint``, ``scheme sql``."""

from __future__ import annotations

from typing import Annotated

import typer

from segkit.cli.printing import add_row, make_table, print_table
from segkit.errors import ArgumentError

app = typer.Typer(name="scheme", help="Segmentation schemes: rules as data.", no_args_is_help=True)


@app.command("list")
def scheme_list_command() -> None:
    """List the schemes that come with segkit, and the columns that each one needs.

    Example: segkit scheme list
    """
    from segkit.schemes import list_schemes, load_scheme

    table = make_table("name", "title", "segments", "columns needed")
    for name in list_schemes():
        scheme = load_scheme(name)
        add_row(table, name, scheme.label(), str(len(scheme.segments)), ", ".join(scheme.inputs))
    print_table(table)


@app.command("lint")
def scheme_lint_command(
    schemes: Annotated[
        list[str] | None, typer.Argument(help="Names or paths of scheme files; else the library.")
    ] = None,
) -> None:
    """Check schemes for gaps, overlaps, rules that never fire and missing translations.

    Example: segkit scheme lint rfm_cn8 my_scheme.yaml
    """
    from segkit.schemes import lint_scheme, list_schemes, load_scheme

    found = False
    for name in schemes or list_schemes():
        issues = list(lint_scheme(load_scheme(name)))
        found = found or bool(issues)
        for issue in issues:
            typer.echo(f"{name}: {issue}", err=True)
        if not issues:
            typer.echo(f"{name}: no gap, no overlap, every rule can fire")
    if found:
        raise typer.Exit(2)


@app.command("sql")
def scheme_sql_command(
    scheme: Annotated[str, typer.Argument(help="Name or path of a scheme file.")],
    data: Annotated[
        str, typer.Option("--data", help="Data that the cut-offs are taken from.")
    ] = "cdnow",
    column_map: Annotated[
        str | None, typer.Option("--map", metavar="customer_id=…,…", help="Your column names.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="Day to look from.")
    ] = None,
    dialect: Annotated[str, typer.Option("--dialect", help="SQL dialect.")] = "duckdb",
    table: Annotated[str, typer.Option("--table", help="Table of customers.")] = "customers",
    cutoffs: Annotated[
        list[str] | None,
        typer.Option("--cutoffs", metavar="SCORE=NUMBER,…", help="Cut-offs of your own."),
    ] = None,
) -> None:
    """Print a scheme as SQL for a warehouse; cut-offs it lacks are taken from data.

    Example: segkit scheme sql rfm_cn8 --data cdnow --dialect snowflake

    Example: segkit scheme sql income_bands --cutoffs I=5000,12000
    """
    from segkit.collect.transactions import read_transactions
    from segkit.customers import summarize_customers
    from segkit.schemes import load_scheme, scheme_sql
    from segkit.segment import apply_scheme

    loaded = load_scheme(scheme)
    if cutoffs or not any(score.from_data for score in loaded.scores.values()):
        typer.echo(scheme_sql(loaded, _read_cutoffs(cutoffs or []), dialect, table))
        return
    orders = read_transactions(data, columns=column_map)
    customers = summarize_customers(orders, as_of=as_of)
    typer.echo(apply_scheme(customers, loaded).to_sql(dialect=dialect, table=table))


def _read_cutoffs(texts: list[str]) -> dict[str, list[float]]:
    """Read ``["R=30,90"]``; a fault is told as any other wrong value on the command line."""
    read = {}
    for text in texts:
        name, _equals, numbers = text.partition("=")
        try:
            read[name.strip()] = [float(number) for number in numbers.split(",")]
        except ValueError as err:
            raise ArgumentError(
                f"scheme sql: --cutoffs must be a score and numbers; got {text!r}. "
                "Write --cutoffs R=30,90."
            ) from err
    return read
