"""A notebook in the reader's language, made from its English file.

The messages are what a person reads in a notebook: each heading and each paragraph of its
markdown cells, and the meaning and unit in the comments of its parameters cell. Code, and
the notation that the comments hold beside the words, stay as they are.
"""

from __future__ import annotations

import ast
import copy
import io
import json
import re
import tokenize
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from segkit.checks import check_path, listed
from segkit.errors import ArgumentError
from segkit.i18n import _, get_language
from segkit.report.catalog import START, Notebook, list_notebooks, notebook_folder
from segkit.report.parameters import is_parameter_cell, is_rule

_HEADING = re.compile(r"#{1,6}[ \t]+")
_FENCE = re.compile(r"[ \t]*(```+|~~~+)")
_FORM = re.compile(r"\bstart_form\(\)")

#: ``(text, translated)``: a piece of a cell, and whether it is one for a translator.
_Piece = tuple[str, bool]


def split_markdown(text: str) -> Iterator[_Piece]:
    r"""Split markdown into what is translated and what is not; together they are the text again.

    A heading and a paragraph are one message each. Fenced code, blank lines and the marks
    of headings are none.

    Examples
    --------
    >>> list(split_markdown("## The data\n\nThey are read."))
    [('## ', False), ('The data', True), ('\n', False), ('\n', False), ('They are read.', True)]
    """
    fence, paragraph = "", ""
    for line in text.splitlines(keepends=True):
        words = line.rstrip()
        mark = _FENCE.match(line)
        heading = None if fence else _HEADING.match(line)
        # Lines of a paragraph are read together; all others stand for themselves.
        if not (fence or mark or heading) and words:
            paragraph += line
            continue
        yield from _message(paragraph)
        paragraph = ""
        if heading:
            yield heading[0], False
            yield from _message(line[heading.end() :])
            continue
        if mark:
            fence = mark[1] if not fence else "" if words.strip() == fence else fence
        yield line, False
    yield from _message(paragraph)


def _message(text: str) -> Iterator[_Piece]:
    words = text.strip()
    start = text.find(words)
    for piece in ((text[:start], False), (words, True), (text[start + len(words) :], False)):
        if piece[0]:
            yield piece


def translate_markdown(text: str) -> str:
    """Translate the headings and paragraphs of a cell into the current language."""
    return "".join(_(piece) if translated else piece for piece, translated in split_markdown(text))


def _comments(source: str) -> list[tokenize.TokenInfo]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [token for token in tokens if token.type == tokenize.COMMENT]


def comment_words(comment: str) -> list[str]:
    """List what a person reads in the comment of a parameter: its meaning and its unit.

    Examples
    --------
    >>> comment_words("# how far the forecast looks; days; 1..3650")
    ['how far the forecast looks', 'days']
    """
    parts = [part.strip() for part in comment.lstrip("# ").split(";")]
    return [part for part in parts if part and not is_rule(part)]


def translate_parameters(source: str) -> str:
    """Translate the comments of a parameters cell; ranges and choices keep their notation."""
    lines = source.splitlines(keepends=True)
    for comment in _comments(source):
        parts = [part.strip() for part in comment.string.lstrip("# ").split(";")]
        words = "; ".join(part if is_rule(part) else _(part) for part in parts)
        row, column = comment.start[0] - 1, comment.start[1]
        lines[row] = f"{lines[row][:column]}# {words}{lines[row][comment.end[1] :]}"
    return "".join(lines)


def translate_notebook(content: Mapping[str, Any]) -> dict[str, Any]:
    """Make a copy of a notebook in the current language.

    Parameters
    ----------
    content
        The notebook as JSON, each cell's source being one text; it is not changed.

    Returns
    -------
    dict
        The same cells with the same ids: markdown and the comments of the parameters cell
        are translated, code is not. What the catalogue does not know stays as it is, so a
        notebook of your own passes through.
    """
    notebook = copy.deepcopy(dict(content))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = translate_markdown(cell["source"])
        elif is_parameter_cell(cell):
            cell["source"] = translate_parameters(cell["source"])
    return notebook


def write_notebooks(folder: str | Path, *, force: bool = False) -> list[Path]:
    """Write all notebooks in the current language, for reading and working in JupyterLab.

    Their outputs are empty, and their parameter ``language`` is the current language.

    Parameters
    ----------
    folder
        Where to; made if it is not there.
    force
        Replace files that are there and differ.

    Returns
    -------
    list of Path
        The files: ``00_start_here``, then the others in the order of ``segkit list``.

    Raises
    ------
    ArgumentError
        If a file of that name is there and differs, or the folder cannot be written.
    """
    source, target = notebook_folder(), check_path("notebooks", "folder", folder)
    texts = {
        target / notebook.path.relative_to(source): _for_reading(notebook.content)
        for notebook in [Notebook(source / f"{START}.ipynb"), *list_notebooks(source)]
    }
    others = [str(path) for path, text in texts.items() if not force and _differs(path, text)]
    if others:
        raise ArgumentError(
            "write_notebooks: folder must hold no other notebooks of these names; got "
            f"{listed(others)}. Give another folder, or replace them with --force."
        )
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as err:
        raise ArgumentError(
            "write_notebooks: folder must be a folder that can be written; "
            f"got {str(folder)!r} ({err.strerror}). Give another folder."
        ) from err
    return list(texts)


def _differs(path: Path, text: str) -> bool:
    return path.exists() and (not path.is_file() or path.read_bytes() != text.encode("utf-8"))


def _for_reading(content: Mapping[str, Any]) -> str:
    notebook = translate_notebook(content)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        if is_parameter_cell(cell):
            cell["source"] = _with_language(cell["source"])
        elif cell["cell_type"] == "code" and get_language() != "en":
            # The form asks whoever calls it which language to speak.
            cell["source"] = _FORM.sub(f'start_form(language="{get_language()}")', cell["source"])
        cell["source"] = cell["source"].splitlines(keepends=True)
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _with_language(source: str) -> str:
    """Make the current language the default of the parameter ``language``."""
    lines = source.splitlines(keepends=True)
    for node in ast.parse(source).body:
        if not isinstance(node, ast.AnnAssign) or ast.unparse(node.target) != "language":
            continue
        value = node.value
        if isinstance(value, ast.Constant) and value.end_col_offset is not None:
            row = value.lineno - 1
            # Columns are counted in bytes, and a comment may hold Chinese: but it stands behind.
            head, tail = lines[row][: value.col_offset], lines[row][value.end_col_offset :]
            lines[row] = f'{head}"{get_language()}"{tail}'
    return "".join(lines)


#: What Babel wants of an extractor: line, function name, message, comments.
_Found = tuple[int, str, str, list[str]]


def extract_notebook(
    file: IO[bytes],
    keywords: Collection[str] | Mapping[str, Any],
    comment_tags: Collection[str],
    options: Mapping[str, Any],
) -> Iterator[_Found]:
    """Find the messages of a notebook file, for Babel; ``babel.cfg`` names this function."""
    for cell in json.load(file)["cells"]:
        source = "".join(cell["source"])
        for message in _messages(cell, source):
            # A notebook's lines are lines of JSON: they would tell a translator nothing.
            yield 1, "_", message, []


def _messages(cell: Mapping[str, Any], source: str) -> list[str]:
    if cell["cell_type"] == "markdown":
        return [piece for piece, translated in split_markdown(source) if translated]
    if is_parameter_cell(cell):
        return [word for comment in _comments(source) for word in comment_words(comment.string)]
    return []
