"""What can be run: ``list``, ``notebooks``, ``show``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from segkit.cli.options import Language
from segkit.cli.printing import add_row, make_table, print_table

app = typer.Typer()


@app.command("list")
def list_command(language: Language = "en") -> None:
    """List the notebooks that can be run.

    Example: segkit list
    """
    from segkit.i18n import use_language
    from segkit.report.catalog import list_notebooks

    table = make_table("notebook", "title", "file")
    with use_language(language):
        for notebook in list_notebooks():
            add_row(table, notebook.short_name, notebook.title, notebook.stem)
    print_table(table)


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
    from segkit.report.translate import write_notebooks
    from segkit.report.workspace import readable

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
    table = make_table("parameter", "type", "default", "range", "meaning")
    with use_language(language):
        for p in found.parameters:
            meaning = _(p.meaning)
            if p.unit:
                meaning = _("{meaning} ({unit})").format(meaning=meaning, unit=_(p.unit))
            add_row(table, p.name, p.type_text, _default(p.default), p.range_text, meaning)
        typer.echo(f"{found.title}\n{found.stem}\n")
    print_table(table)
    typer.echo(f"\nExample: segkit run {found.short_name}{_example(found.parameters)}")


def _default(value: Any) -> str:
    return value if isinstance(value, str) else "none" if value is None else str(value)


def _example(parameters: list[Any]) -> str:
    names = {p.name for p in parameters}
    text = " --data orders.csv" if "data" in names else ""
    ranged = next((p for p in parameters if p.kind == "int" and not p.is_list), None)
    return text + (f" -p {ranged.name}={ranged.default}" if ranged else "")
