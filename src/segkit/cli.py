"""The command line: parse, call, print.

Errors are one clear paragraph on standard error. Exit codes: 0 done, 1 a run failed,
2 the input has to be mended. Heavy imports wait until a command needs them, so that a
mistyped parameter is answered at once.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from segkit.errors import ParameterError, RunError, SegkitError

if TYPE_CHECKING:
    from rich.table import Table

app = typer.Typer(
    name="segkit",
    help="Customer segmentation, customer lifetime value and client reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
data_app = typer.Typer(help="Data sets that come with segkit.", no_args_is_help=True)
scheme_app = typer.Typer(help="Segmentation schemes: rules as data.", no_args_is_help=True)
app.add_typer(data_app, name="data")
app.add_typer(scheme_app, name="scheme")

# typer takes click's exceptions from click or from a copy of its own, depending on its version.
_UsageError: Any = typer.BadParameter.__mro__[1]

Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder of all reports.")]


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"segkit {version('segkit')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Customer segmentation, customer lifetime value and client reports.

    Example: segkit run behavioral --data orders.csv
    """


@app.command("list")
def list_command() -> None:
    """List the notebooks that can be run.

    Example: segkit list
    """
    from segkit.report.catalog import list_notebooks

    table = _table("notebook", "title", "file")
    for notebook in list_notebooks():
        _row(table, notebook.short_name, notebook.title, notebook.stem)
    _show(table)


@app.command("show")
def show_command(
    notebook: Annotated[str, typer.Argument(help="A file, a stem or a short name.")],
) -> None:
    """Show what a notebook takes: parameters, types, defaults, ranges and units.

    Example: segkit show behavioral
    """
    from segkit.report.catalog import find_notebook

    found = find_notebook(notebook)
    table = _table("parameter", "type", "default", "range", "meaning")
    for p in found.parameters:
        meaning = f"{p.meaning} ({p.unit})" if p.unit else p.meaning
        _row(table, p.name, p.type_text, _default(p.default), p.range_text, meaning)
    typer.echo(f"{found.title}\n{found.stem}\n")
    _show(table)
    typer.echo(f"\nExample: segkit run {found.short_name}{_example(found.parameters)}")


@app.command("run")
def run_command(
    notebook: Annotated[str, typer.Argument(help="A file, a stem or a short name.")],
    parameter: Annotated[
        list[str] | None,
        typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="A parameter; repeatable."),
    ] = None,
    data: Annotated[
        str | None, typer.Option("--data", help="Data set name, or path of a CSV or Parquet file.")
    ] = None,
    column_map: Annotated[
        str | None,
        typer.Option(
            "--map",
            metavar="customer_id=…,ordered_at=…,amount=…",
            help="What your file calls the columns.",
        ),
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", help="Language of the report: en or zh.")
    ] = None,
    out: Out = Path("reports"),
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress bar.")] = False,
) -> None:
    """Run a notebook and write its report; the last line printed is the report's path.

    Example: segkit run behavioral --data orders.csv
    --map customer_id=member,ordered_at=day,amount=paid -p bins=5
    """
    from segkit.report.run import readable, run_report

    run = run_report(
        notebook,
        data=data,
        parameters=_pairs(parameter or []),
        language=language,
        column_map=column_map,
        out=out,
        progress=not quiet,
    )
    typer.echo(readable(run.report))


@app.command("index")
def index_command(out: Out = Path("reports")) -> None:
    """Write the page that lists all runs, newest first, and print its path.

    Example: segkit index --out reports
    """
    from segkit.report.index import write_index

    typer.echo(str(write_index(out)))


@data_app.command("list")
def data_list_command() -> None:
    """List the data sets that can be used by name.

    Example: segkit data list
    """
    from segkit.collect.datasets import list_datasets

    table = _table("name", "title", "licence", "origin")
    for dataset in list_datasets():
        _row(table, dataset.name, dataset.title, dataset.licence, dataset.origin)
    _show(table)


@scheme_app.command("list")
def scheme_list_command() -> None:
    """List the schemes that come with segkit.

    Example: segkit scheme list
    """
    from segkit.i18n import localized
    from segkit.schemes import list_schemes, load_scheme

    table = _table("name", "title", "segments")
    for name in list_schemes():
        scheme = load_scheme(name)
        _row(table, scheme.name, localized(dict(scheme.title)), str(len(scheme.segments)))
    _show(table)


@scheme_app.command("lint")
def scheme_lint_command(
    schemes: Annotated[list[str], typer.Argument(help="Names or paths of scheme files.")],
) -> None:
    """Check schemes for gaps, overlaps, rules that never fire and missing translations.

    Example: segkit scheme lint rfm_cn8 my_scheme.yaml
    """
    from segkit.schemes import lint_scheme, load_scheme

    found = False
    for name in schemes:
        issues = list(lint_scheme(load_scheme(name)))
        found = found or bool(issues)
        for issue in issues:
            typer.echo(f"{name}: {issue}", err=True)
        if not issues:
            typer.echo(f"{name}: no gap, no overlap, every rule can fire")
    if found:
        raise typer.Exit(2)


@scheme_app.command("sql")
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
) -> None:
    """Print a scheme as SQL for a warehouse, with cut-offs taken from data.

    Example: segkit scheme sql rfm_cn8 --data cdnow --dialect snowflake
    """
    from segkit.collect.transactions import read_transactions
    from segkit.customers import summarize_customers
    from segkit.segment import apply_scheme

    orders = read_transactions(data, columns=column_map)
    customers = summarize_customers(orders, as_of=as_of)
    typer.echo(apply_scheme(customers, scheme).to_sql(dialect=dialect, table=table))


def _pairs(given: list[str]) -> dict[str, str]:
    """Read ``name=value`` arguments; the value may hold further equals signs."""
    pairs: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise ParameterError(f"run: -p must be NAME=VALUE; got {text!r}. Example: -p bins=5")
        pairs[name.strip()] = value
    return pairs


def _default(value: Any) -> str:
    return value if isinstance(value, str) else "none" if value is None else str(value)


def _example(parameters: list[Any]) -> str:
    names = {p.name for p in parameters}
    text = " --data orders.csv" if "data" in names else ""
    ranged = next((p for p in parameters if p.kind == "int" and not p.is_list), None)
    return text + (f" -p {ranged.name}={ranged.default}" if ranged else "")


def _table(*heads: str) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for number, head in enumerate(heads):
        table.add_column(head, overflow="fold", no_wrap=number == 0)
    return table


def _row(table: Table, *cells: str) -> None:
    """Add a row of texts; what looks like markup in them is text."""
    from rich.text import Text

    table.add_row(*(Text(cell) for cell in cells))


def _show(table: Table) -> None:
    from rich.console import Console

    # Into a pipe, lines are not broken at a width that nobody sees.
    Console(width=None if sys.stdout.isatty() else 200).print(table)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and give the exit code; the entry point of ``segkit``."""
    try:
        code = app(args=arguments, prog_name="segkit", standalone_mode=False)
    except RunError as err:
        return _say(str(err), 1)
    except SegkitError as err:
        return _say(str(err), 2)
    except _UsageError as err:
        message = err.format_message()
        shows_help = message.lstrip().startswith("Usage") or not message
        return _say(message if shows_help else f"segkit: {message} See segkit --help.", 2)
    except typer.Exit as stop:
        return stop.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return _say("segkit: stopped.", 130)
    except BrokenPipeError:
        # The reader of our output went away, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as err:
        if os.environ.get("SEGKIT_DEBUG"):
            raise
        text = f"segkit: unexpected {type(err).__name__}: {' '.join(str(err).split())} "
        return _say(text + "This is a defect; SEGKIT_DEBUG=1 shows where it happened.", 1)
    return code if isinstance(code, int) else 0


def _say(text: str, code: int) -> int:
    typer.echo(text, err=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
