"""``--format`` and ``segkit export``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from segkit import cli


def test_run_writes_the_forms_and_prints_their_paths(notebook_path, tmp_path, capsys):
    words = ["run", str(notebook_path), "--out", str(tmp_path), "--quiet", "--format", "md,xlsx"]
    assert cli.main(words) == 0
    lines = [Path(line) for line in capsys.readouterr().out.split()]
    assert [path.name for path in lines] == ["report.xlsx", "report.md", "report.html"]
    assert all(path.is_file() for path in lines)

    assert cli.main(["export", str(lines[0].parent), "--format", "pptx"]) == 0
    (path,) = capsys.readouterr().out.split()
    assert Path(path) == lines[0].with_name("report.pptx")
    assert Path(path).is_file()


def test_an_unknown_form_is_one_paragraph_and_code_two(notebook_path, tmp_path, capsys):
    assert cli.main(["run", str(notebook_path), "--out", str(tmp_path), "--format", "doc"]) == 2
    said = capsys.readouterr().err.strip()
    assert "format must be one of html, pdf, xlsx, pptx, md; got 'doc'" in said
    assert "\n" not in said


def test_a_run_without_forms_loads_no_office_package():
    code = (
        "import sys; from segkit.report.order import check_run; check_run('behavioral'); "
        "print([m for m in ('xlsxwriter', 'pptx', 'lxml.etree', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
