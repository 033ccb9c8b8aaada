"""Data sets: ``data list``, ``data fetch``, ``data check``, ``data make``."""

from __future__ import annotations

from typing import Annotated

import typer

from segkit.cli.options import Language
from segkit.cli.printing import add_row, make_table, print_table

app = typer.Typer(name="data", help="Data sets by name, and made-up data.", no_args_is_help=True)


@app.command("list")
def data_list_command(language: Language = "en") -> None:
    """List the data sets that can be used by name.

    Example: segkit data list
    """
    from segkit.collect.datasets.locate import look_for
    from segkit.collect.datasets.registry import list_datasets
    from segkit.i18n import format_number, use_language

    table = make_table("name", "title", "sector", "rows", "licence", "here")
    with use_language(language):
        for dataset in list_datasets():
            rows = format_number(dataset.rows)
            here = _worst([file.state for file in look_for(dataset)])
            add_row(table, dataset.name, dataset.title, dataset.sector, rows, dataset.licence, here)
    print_table(table)


@app.command("fetch")
def data_fetch_command(
    name: Annotated[str, typer.Argument(help="A data set, or all.")],
) -> None:
    """Download a public data set into the cache folder; what is here is not downloaded again.

    Example: segkit data fetch online_retail
    """
    from segkit.collect.datasets.fetch import fetch_dataset
    from segkit.collect.datasets.registry import list_datasets
    from segkit.errors import DataError

    public = [dataset.name for dataset in list_datasets() if dataset.home == "public"]
    failed = False
    for one in public if name == "all" else [name]:
        try:
            for path in fetch_dataset(one):
                typer.echo(path)
        except DataError as error:
            # The others may be had even so.
            failed = True
            typer.echo(str(error), err=True)
    if failed:
        raise typer.Exit(2)


@app.command("check")
def data_check_command(
    name: Annotated[str | None, typer.Argument(help="A data set; else all.")] = None,
) -> None:
    """Check that data sets are here and that their files are the right ones.

    Exit code 2 when one is not. Example: segkit data check online_retail
    """
    from segkit.checks import check_choice
    from segkit.collect.datasets.locate import look_for, say_missing, say_wrong
    from segkit.collect.datasets.registry import DATASETS

    names = sorted(DATASETS)
    wanted = names if name is None else [check_choice("data check", "NAME", name, names)]
    sound = True
    for dataset in map(DATASETS.__getitem__, wanted):
        files = look_for(dataset)
        for file in files:
            if file.state == "here":
                typer.echo(f"{dataset.name}: {file.path} is here; sha256 {file.sha256}")
            elif file.state == "wrong":
                typer.echo(f"{dataset.name}: {say_wrong(dataset, file)}", err=True)
        missing = [file for file in files if file.state == "missing"]
        if missing:
            typer.echo(say_missing(dataset, missing, function="data check"), err=True)
        sound = sound and all(file.state == "here" for file in files)
    if not sound:
        raise typer.Exit(2)


@app.command("make")
def data_make_command(
    sector: Annotated[str, typer.Argument(help="banking, cosmetics, hotel or retail.")],
    out: Annotated[
        str,
        typer.Option("--out", metavar="FILE|DIR", help="A .csv file for one table, or a folder."),
    ],
    customers: Annotated[int, typer.Option("--customers", help="How many.")] = 1_000,
    start: Annotated[
        str, typer.Option("--start", metavar="YYYY-MM-DD", help="First day.")
    ] = "2023-01-01",
    end: Annotated[
        str, typer.Option("--end", metavar="YYYY-MM-DD", help="Last day.")
    ] = "2024-12-31",
    seed: Annotated[int, typer.Option("--seed", help="The same one gives the same data.")] = 0,
    language: Language = "en",
    table: Annotated[
        str, typer.Option("--table", help="Which table, for a file.")
    ] = "transactions",
    faults: Annotated[
        bool, typer.Option("--faults", help="Orders as an export with the faults of exports.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace files that are there and differ.")
    ] = False,
) -> None:
    """Make up customers of a sector whose truth is known, as CSV.

    A folder gets all tables, and in truth/ what no client knows: segments, faults.
    Example: segkit data make cosmetics --customers 500 --language zh --faults --out crm.csv
    """
    from segkit.checks import check_choice
    from segkit.synthetic.writing import SECTORS, with_faults, write_made_up

    generator = SECTORS[check_choice("data make", "SECTOR", sector, list(SECTORS))]
    made = generator(customers, start=start, end=end, seed=seed, language=language)
    made = with_faults(made) if faults else made
    for path in write_made_up(made, out, table=table, force=force):
        typer.echo(path)


def _worst(states: list[str]) -> str:
    """Tell in a word whether all files are here."""
    words = {"missing": "no", "wrong": "wrong hash"}
    return next((words[state] for state in words if state in states), "yes")
