"""``segkit run`` and ``segkit index``: what they print, where, and how quickly they refuse."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from segkit import cli


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-p", "binz=5"], "got 'binz'. Did you mean 'bins'?"),
        (["-p", "bins=many"], "bins must be a whole number from 3 to 5; got 'many'."),
        (["-p", "bins"], "-p must be NAME=VALUE; got 'bins'. Example: -p bins=5"),
        (["--data", "no.csv"], "there is no file 'no.csv'"),
        (["--language", "fr"], "language must be one of en, zh; got 'fr'."),
        (["--no-such-option"], "No such option: --no-such-option. See segkit --help."),
    ],
)
def test_bad_input_is_one_paragraph_and_code_2(notebook_path, arguments, message, capsys):
    assert cli.main(["run", str(notebook_path), *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1


def test_failed_run_is_code_1_with_the_notebooks_own_words(notebook_path, tmp_path, capsys):
    code = cli.main(
        ["run", str(notebook_path), "-p", "fail_with=no amount", "--out", str(tmp_path), "--quiet"]
    )
    out, err = capsys.readouterr()
    assert (code, out) == (1, "")
    assert "cell 11 (under 'Who the customers are') failed: no amount." in err
    assert "Traceback" not in err


def segkit(*arguments, **options):
    command = [sys.executable, "-m", "segkit.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def test_a_mistyped_parameter_is_answered_with_the_nearest_name(notebook_path):
    done = segkit("run", str(notebook_path), "-p", "binz=5")
    assert done.returncode == 2
    assert "Did you mean 'bins'?" in done.stderr


def test_checking_loads_nothing_heavy(notebook_path):
    code = (
        "import sys; from segkit import cli; cli.main(['run', sys.argv[1], '-p', 'binz=5']);"
        "print([m for m in ('papermill', 'nbconvert', 'matplotlib', 'ibis') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(notebook_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_run_ends_with_the_path_of_the_report(notebook_path, tmp_path):
    """A fresh home, another current folder, and own column names given with --map."""
    (tmp_path / "home").mkdir()
    (tmp_path / "orders.csv").write_text("member,day,paid\na,2024-01-01,1\n")
    environment = {"HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin"}
    mapping = "customer_id=member,ordered_at=day,amount=paid"
    words = ["run", str(notebook_path), "--data", "orders.csv", "--map", mapping]
    done = segkit(*words, cwd=tmp_path, env=environment)
    assert done.returncode == 0, done.stderr
    report = tmp_path / done.stdout.splitlines()[-1]
    assert report.name == "report.html"
    run = json.loads((report.parent / "run.json").read_text())
    assert run["parameters"]["column_map"] == mapping
    assert "WARNING" not in done.stderr
    assert "23/23" in done.stderr  # 22 cells and the injected parameters


def test_index_prints_its_path(tmp_path, capsys):
    assert cli.main(["index", "--out", str(tmp_path)]) == 0
    assert Path(capsys.readouterr().out.strip()) == tmp_path / "index.html"
