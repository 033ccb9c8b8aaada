"""Which forms a report is asked for, whether they can be made, and making them."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

from segkit.checks import check_choice, check_path, fail, shown
from segkit.errors import DataError, RunError
from segkit.i18n import use_language
from segkit.report.cache import is_complete
from segkit.report.export.chromium import need_chromium
from segkit.report.manifest import Manifest

#: What ``--format`` takes; the page is written always.
FORMATS = ("html", "pdf", "xlsx", "pptx", "md")


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
        A form is unknown, or the program that makes it is missing.

    Examples
    --------
    >>> check_formats("md")
    ('html', 'md')
    """
    given = formats.split(",") if isinstance(formats, str) else formats
    names = [str(name).strip().lower() for name in given] if isinstance(given, Iterable) else []
    if not any(names):
        fail(function, "format", f"one or more of {', '.join(FORMATS)}", formats)
    wanted = {check_choice(function, "format", name, FORMATS) for name in names if name}
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
    # A name of its own: another process may write the same form of the same run. The ending
    # stays, because writers go by it.
    part = path.with_name(f".part-{secrets.token_hex(4)}-{path.name}")
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
        Whose report it is, or the path of its ``brand.yml``; left out, the run's own. A run
        has one brand: its page and its figures have it already.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    ArgumentError
        The form is unknown or cannot be made here, the folder is no finished run, or the
        brand is not that of the run.
    DataError
        What the folder says of the run cannot be read.

    Examples
    --------
    >>> export_run("reports/03_behavioral_segmentation/none", "md")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    segkit.errors.ArgumentError: export: run must be the folder of a finished run; got ...
    """
    wanted = check_formats(formats, function="export")
    folder = check_path("export", "run", run)
    folder = folder.parent if folder.suffix == ".html" else folder
    if not all((folder / name).is_file() for name in ("run.json", "notebook.ipynb", "report.html")):
        remedy = (
            "Name a folder such as reports/03_behavioral_segmentation/…; segkit index lists them."
        )
        fail("export", "run", "the folder of a finished run", str(run), remedy)
    manifest = _read_manifest(folder / "run.json")
    if manifest.files and not is_complete(folder, {"status": "finished", "files": manifest.files}):
        raise DataError(
            f"export: files of {shown(folder.name)} are missing or were changed, so its forms "
            "would contradict each other. Run the notebook again."
        )
    notebook = _read_notebook(folder / "notebook.ipynb")
    brand = _same_brand(brand, manifest, folder)
    with use_language(manifest.language):
        written = write_forms(notebook, manifest, folder, wanted, brand=brand)
    _note_files(folder, written)
    return written


def _same_brand(brand: Any, manifest: Manifest, folder: Path) -> Any:
    """Give the brand that the run was made with; forms of another one must not lie beside it."""
    if isinstance(brand, str | Path):
        from segkit.report.brand import load_brand

        brand = load_brand(brand, language=manifest.language)
    if brand is None and manifest.brand:
        from segkit.report.brand_kept import kept_brand

        brand = kept_brand(folder)
    if (brand.note() if brand else {}) == manifest.brand:
        return brand
    own = manifest.brand.get("name") if manifest.brand else "segkit"
    remedy = (
        "Leave it out for that of the run, or run the notebook again with this one."
        if brand
        else "The run's folder does not hold it; name its brand.yml with --brand."
    )
    rule = f"that of the run's page and figures, {shown(own)} as it was then"
    fail("export", "brand", rule, brand.name if brand else None, remedy)


def _note_files(folder: Path, written: list[Path]) -> None:
    """Add the new files to those that run.json lists; all else in it stays."""
    record = folder / "run.json"
    facts = json.loads(record.read_text(encoding="utf-8"))
    if isinstance(facts.get("files"), dict):
        facts["files"] |= {path.name: path.stat().st_size for path in written}
        text = json.dumps(facts, ensure_ascii=False, indent=2, allow_nan=False)
        _write_whole(record, lambda part: part.write_text(text + "\n", encoding="utf-8"))


def _read_notebook(path: Path) -> Any:
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except Exception as err:  # nbformat's own have no class in common
        raise DataError(
            f"export: {shown(path.name)} cannot be read as the notebook of a run "
            f"({type(err).__name__}). Run the notebook again."
        ) from err


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
