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

Language = Annotated[str, typer.Option("--language", help="Language: en or zh.")]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder of all reports.")]
_FORMATS = "Forms of the report: html, pdf, xlsx, pptx, md, with commas between."


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
def list_command(language: Language = "en") -> None:
    """List the notebooks that can be run.

    Example: segkit list
    """
    from segkit.i18n import use_language
    from segkit.report.catalog import list_notebooks

    table = _table("notebook", "title", "file")
    with use_language(language):
        for notebook in list_notebooks():
            _row(table, notebook.short_name, notebook.title, notebook.stem)
    _show(table)


@app.command("notebooks")
def notebooks_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write them to.")],
    language: Language = "en",
    force: Annotated[
        bool, typer.Option("--force", help="Replace files that are there and differ.")
    ] = False,
) -> None:
    """Write all notebooks in a language, for reading and working in JupyterLab.

    Example: segkit notebooks --language zh notebooks_zh
    """
    from segkit.i18n import use_language
    from segkit.report.run import readable
    from segkit.report.translate import write_notebooks

    with use_language(language):
        for path in write_notebooks(folder, force=force):
            typer.echo(readable(path))


@app.command("show")
def show_command(
    notebook: Annotated[str, typer.Argument(help="A file, a stem or a short name.")],
    language: Language = "en",
) -> None:
    """Show what a notebook takes: parameters, types, defaults, ranges and units.

    Example: segkit show behavioral
    """
    from segkit.i18n import _, use_language
    from segkit.report.catalog import find_notebook

    found = find_notebook(notebook)
    table = _table("parameter", "type", "default", "range", "meaning")
    with use_language(language):
        for p in found.parameters:
            meaning = _(p.meaning)
            if p.unit:
                meaning = _("{meaning} ({unit})").format(meaning=meaning, unit=_(p.unit))
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
    formats: Annotated[str, typer.Option("--format", metavar="html,pdf,…", help=_FORMATS)] = "html",
    brand: Annotated[
        Path | None,
        typer.Option("--brand", metavar="FILE", help="Whose report it is; see examples/brand.yml."),
    ] = None,
    out: Out = Path("reports"),
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress bar.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Run again even where nothing has changed.")
    ] = False,
    timings: Annotated[
        bool, typer.Option("--timings", help="Print where the time went, stage by stage.")
    ] = False,
) -> None:
    """Run a notebook and write its report; the last line printed is the report's path.

    Example: segkit run behavioral --data orders.csv
    --map customer_id=member,ordered_at=day,amount=paid -p bins=5
    """
    from segkit.report.export.forms import check_formats
    from segkit.report.run import readable, run_report
    from segkit.report.startup import own_process

    own_process()
    run = run_report(
        notebook,
        data=data,
        parameters=_pairs(parameter or []),
        language=language,
        column_map=column_map,
        out=out,
        brand=brand,
        formats=formats,
        progress=not quiet,
        force=force,
    )
    if run.cached:
        typer.echo("Found: nothing has changed since this run; --force repeats it.", err=True)
    if timings:
        _show_timings(run.path)
    for name in check_formats(formats)[1:]:
        typer.echo(readable(run.path / f"report.{name}"))
    typer.echo(readable(run.report))


def _show_timings(folder: Path) -> None:
    import json

    from segkit.report.timings import timing_lines

    facts = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    typer.echo("\n".join(timing_lines(facts)), err=True)


@app.command("export")
def export_command(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run, or its report.html.")],
    formats: Annotated[str, typer.Option("--format", metavar="pdf,xlsx,…", help=_FORMATS)],
    brand: Annotated[
        Path | None, typer.Option("--brand", metavar="FILE", help="A brand.yml.")
    ] = None,
) -> None:
    """Write other forms of a report that exists, without running its notebook again.

    Example: segkit export reports/03_behavioral_segmentation/20260131-0915 --format pdf,pptx
    """
    from segkit.report.export.forms import export_run
    from segkit.report.run import readable

    for path in export_run(run, formats, brand=brand):
        typer.echo(readable(path))


@app.command("batch")
def batch_command(
    file: Annotated[Path, typer.Argument(help="YAML file of runs; see examples/runs.yml.")],
    jobs: Annotated[int, typer.Option("--jobs", help="How many runs at the same time.")] = 1,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder of all reports.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Run again even where nothing has changed.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no line per run.")] = False,
) -> None:
    """Make all runs of a file: notebooks × data × parameters × languages.

    A failed run does not stop the others; a second call makes only what is missing. The
    exit code is 1 when a run failed, 2 when the file has a fault.

    Example: segkit batch runs.yml --jobs 2
    """
    from segkit.report.batch import run_batch
    from segkit.report.batch_view import count_line, outcome_table
    from segkit.report.startup import own_process

    own_process()
    outcomes = run_batch(file, jobs=jobs, out=out, force=force, progress=not quiet)
    _show(outcome_table(outcomes))
    typer.echo(count_line(outcomes))
    if any(outcome.status == "failed" for outcome in outcomes):
        raise typer.Exit(1)


@app.command("compare")
def compare_command(
    first: Annotated[str, typer.Argument(help="A run: folder, id, or NOTEBOOK@previous.")],
    second: Annotated[str, typer.Argument(help="The other run, such as NOTEBOOK@latest.")],
    language: Language = "en",
    out: Out = Path("reports"),
) -> None:
    """Compare two runs of a notebook: what changed, by how much, and who moved where.

    Example: segkit compare behavioral@previous behavioral@latest
    """
    from segkit.report.compare import compare_runs
    from segkit.report.run import readable

    typer.echo(readable(compare_runs(first, second, language=language, out=out)))


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
