"""Reports and what is done with them: ``run``, ``export``, ``batch``, ``compare``, ``index``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from segkit.cli.options import FORMATS_HELP, Out, Rerun
from segkit.cli.printing import print_table
from segkit.errors import ParameterError

app = typer.Typer()


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
    formats: Annotated[
        str, typer.Option("--format", metavar="html,pdf,…", help=FORMATS_HELP)
    ] = "html",
    brand: Annotated[
        Path | None,
        typer.Option("--brand", metavar="FILE", help="Whose report it is; see examples/brand.yml."),
    ] = None,
    out: Out = Path("reports"),
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress bar.")] = False,
    force: Rerun = False,
    timings: Annotated[
        bool, typer.Option("--timings", help="Print where the time went, stage by stage.")
    ] = False,
) -> None:
    """Run a notebook and write its report; the last line printed is the report's path.

    Example: segkit run behavioral --data orders.csv
    --map customer_id=member,ordered_at=day,amount=paid -p bins=5
    """
    from segkit.report.export.forms import check_formats
    from segkit.report.run import run_report
    from segkit.report.startup import own_process
    from segkit.report.workspace import readable

    own_process()
    run = run_report(
        notebook,
        data=data,
        parameters=_read_pairs(parameter or []),
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


def _read_pairs(given: list[str]) -> dict[str, str]:
    """Read ``name=value`` arguments; the value may hold further equals signs."""
    pairs: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise ParameterError(f"run: -p must be NAME=VALUE; got {text!r}. Example: -p bins=5")
        pairs[name.strip()] = value
    return pairs


def _show_timings(folder: Path) -> None:
    import json

    from segkit.report.timings import timing_lines

    facts = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    typer.echo("\n".join(timing_lines(facts)), err=True)


@app.command("export")
def export_command(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run, or its report.html.")],
    formats: Annotated[str, typer.Option("--format", metavar="pdf,xlsx,…", help=FORMATS_HELP)],
    brand: Annotated[
        Path | None,
        typer.Option("--brand", metavar="FILE", help="The run's brand.yml, if not kept with it."),
    ] = None,
) -> None:
    """Write other forms of a report that exists, without running its notebook again.

    Example: segkit export reports/03_behavioral_segmentation/20260131-0915 --format pdf,pptx
    """
    from segkit.report.export.forms import export_run
    from segkit.report.workspace import readable

    for path in export_run(run, formats, brand=brand):
        typer.echo(readable(path))


@app.command("batch")
def batch_command(
    file: Annotated[Path, typer.Argument(help="YAML file of runs; see examples/runs.yml.")],
    jobs: Annotated[int, typer.Option("--jobs", help="How many runs at the same time.")] = 1,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder of all reports.")
    ] = None,
    force: Rerun = False,
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
    print_table(outcome_table(outcomes))
    typer.echo(count_line(outcomes))
    if not all(outcome.done for outcome in outcomes):
        raise typer.Exit(1)


@app.command("compare")
def compare_command(
    first: Annotated[str, typer.Argument(help="A run: folder, id, or NOTEBOOK@previous.")],
    second: Annotated[str, typer.Argument(help="The other run, such as NOTEBOOK@latest.")],
    language: Annotated[
        str | None,
        typer.Option("--language", help="Language: en or zh; else that of the later run."),
    ] = None,
    out: Out = Path("reports"),
) -> None:
    """Compare two runs of a notebook: what changed, by how much, and who moved where.

    Example: segkit compare behavioral@previous behavioral@latest
    """
    from segkit.report.compare import compare_runs
    from segkit.report.workspace import readable

    typer.echo(readable(compare_runs(first, second, language=language, out=out)))


@app.command("index")
def index_command(
    language: Annotated[
        str | None,
        typer.Option("--language", help="Language: en or zh; it stays when runs are added."),
    ] = None,
    out: Out = Path("reports"),
) -> None:
    """Write the page that lists all runs, newest first, and print its path.

    The page keeps its language whatever language later runs have; --language changes it.

    Example: segkit index --language zh --out reports
    """
    from segkit.report.index import write_index

    typer.echo(str(write_index(out, language=language)))
