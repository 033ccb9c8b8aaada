"""Which forms a report is asked for, whether they can be made, and making them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from segkit.checks import check_choice, fail, shown
from segkit.errors import ArgumentError, DataError, RunError
from segkit.i18n import use_language
from segkit.report.export.chromium import need_chromium
from segkit.report.manifest import Manifest

#: What ``--format`` takes; the page is written always.
FORMATS = ("html", "pdf", "xlsx", "pptx", "md")
#: The package that writes a form, as it is imported and as it is installed.
_PACKAGES = {"xlsx": ("xlsxwriter", "xlsxwriter"), "pptx": ("pptx", "python-pptx")}


def check_formats(formats: str | Iterable[str], *, function: str = "run") -> tuple[str, ...]:
    """Check that all forms are known and can be made here, before anything is run.

    Parameters
    ----------
    formats
        Names, as a list or with commas between: ``"html,pdf"``.
    function
        Who asks, for the message.

    Returns
    -------
    tuple of str
        Each form once, the page first.

    Raises
    ------
    ArgumentError
        A form is unknown, or the program or package that makes it is missing.

    Examples
    --------
    >>> check_formats("md")
    ('html', 'md')
    """
    given = formats.split(",") if isinstance(formats, str) else list(formats)
    names = [str(name).strip().lower() for name in given]
    if not any(names):
        fail(function, "format", f"one or more of {', '.join(FORMATS)}", formats)
    wanted = {check_choice(function, "format", name, FORMATS) for name in names if name}
    for name, (module, package) in _PACKAGES.items():
        if name in wanted and find_spec(module) is None:
            raise ArgumentError(
                f"{function}: format {name!r} needs the package {package}, which is not "
                "installed. Install segkit's office extra: pip install 'segkit[office]'"
            )
    if "pdf" in wanted:
        need_chromium(function)
    return tuple(name for name in FORMATS if name in wanted or name == "html")


def write_forms(
    notebook: Any,
    manifest: Manifest,
    folder: Path,
    formats: Iterable[str],
    *,
    brand: Any = None,
) -> list[Path]:
    """Write the asked forms beside ``report.html`` and give their paths.

    Parameters
    ----------
    notebook
        The executed notebook.
    manifest
        What is known of the run.
    folder
        The run's folder; the page is there already.
    formats
        Checked names from :func:`check_formats`.
    brand
        Whose report it is.

    Raises
    ------
    RunError
        A form could not be written; those before it are there.
    """
    from segkit.report.export.content import read_content

    wanted = [name for name in formats if name != "html"]
    if not wanted:
        return []
    content = read_content(notebook, manifest)
    written = []
    for name in wanted:
        path = folder / f"report.{name}"
        try:
            _write_whole(path, _writer(name, content, folder, brand))
        except Exception as err:
            reason = " ".join(str(err).split()) or type(err).__name__
            if not isinstance(err, RunError):
                reason = f"{type(err).__name__}: {reason}"
            stop = "" if reason.endswith((".", "?", "!")) else "."
            raise RunError(f"the report could not be written as {name}: {reason}{stop}") from err
        written.append(path)
    return written


def _writer(name: str, content: Any, folder: Path, brand: Any) -> Callable[[Path], None]:
    """Choose what writes a form; a writer is imported when it is used."""
    if name == "pdf":
        from segkit.report.export.pdf import write_pdf

        return lambda path: write_pdf(folder / "report.html", path)
    if name == "xlsx":
        from segkit.report.export.xlsx import write_xlsx

        return lambda path: write_xlsx(content, path, brand=brand)
    if name == "pptx":
        from segkit.report.export.pptx import write_pptx

        return lambda path: write_pptx(content, path, brand=brand)
    from segkit.report.export.markdown import write_markdown

    return lambda path: write_markdown(content, path, brand=brand)


def _write_whole(path: Path, write: Callable[[Path], Any]) -> None:
    """Write beside the place and rename: what has the name is whole."""
    part = path.with_name(f".part-{path.name}")
    try:
        write(part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def export_run(run: str | Path, formats: str | Iterable[str], *, brand: Any = None) -> list[Path]:
    """Write other forms of a run that exists, from its notebook, without running it again.

    Parameters
    ----------
    run
        The run's folder, or its ``report.html``.
    formats
        Which forms, as for :func:`check_formats`.
    brand
        Whose report it is, or the path of its ``brand.yml``.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    ArgumentError
        The form is unknown or cannot be made here, or the folder is no finished run.

    Examples
    --------
    >>> export_run("reports/03_behavioral_segmentation/none", "md")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    segkit.errors.ArgumentError: export: run must be the folder of a finished run; got ...
    """
    import nbformat

    wanted = check_formats(formats, function="export")
    folder = Path(run).expanduser()
    folder = folder.parent if folder.suffix == ".html" else folder
    if not all((folder / name).is_file() for name in ("run.json", "notebook.ipynb", "report.html")):
        remedy = (
            "Name a folder such as reports/03_behavioral_segmentation/…; segkit index lists them."
        )
        fail("export", "run", "the folder of a finished run", str(run), remedy)
    manifest = _read_manifest(folder / "run.json")
    notebook = nbformat.read(folder / "notebook.ipynb", as_version=4)
    if isinstance(brand, str | Path):
        from segkit.report.brand import load_brand

        brand = load_brand(brand, language=manifest.language)
    with use_language(manifest.language):
        written = write_forms(notebook, manifest, folder, wanted, brand=brand)
    _note_files(folder, written)
    return written


def _note_files(folder: Path, written: list[Path]) -> None:
    """Add the new files to those that run.json lists; all else in it stays."""
    record = folder / "run.json"
    facts = json.loads(record.read_text(encoding="utf-8"))
    if isinstance(facts.get("files"), dict):
        facts["files"] |= {path.name: path.stat().st_size for path in written}
        text = json.dumps(facts, ensure_ascii=False, indent=2, allow_nan=False)
        _write_whole(record, lambda part: part.write_text(text + "\n", encoding="utf-8"))


def _read_manifest(path: Path) -> Manifest:
    """Read run.json; what a newer segkit wrote into it besides is left alone."""
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        return Manifest(**{f.name: facts[f.name] for f in fields(Manifest) if f.name in facts})
    except (ValueError, TypeError) as err:
        raise DataError(
            f"export: {shown(str(path))} cannot be read as the record of a run ({err}). "
            "Run the notebook again."
        ) from err
