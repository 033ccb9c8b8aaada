"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer.main

from segkit import cli

_SAMPLE = Path(__file__).parent / "report" / "fixtures" / "sample.py"


@pytest.fixture(scope="module")
def notebook(tmp_path_factory) -> str:
    spec = importlib.util.spec_from_file_location("segkit_cli_sample", _SAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return str(module.write_sample(tmp_path_factory.mktemp("notebooks")))


def commands(group=None, prefix=()):
    """Every command of the kit, as the words one types."""
    group = group or typer.main.get_command(cli.app)
    for name, command in group.commands.items():
        words = (*prefix, name)
        if hasattr(command, "commands"):
            yield from commands(command, words)
        else:
            yield words


ALL = list(commands())


def test_all_commands_are_there():
    assert {" ".join(words) for words in ALL} >= {
        "list", "show", "run", "index", "data list", "scheme list", "scheme lint", "scheme sql",
    }  # fmt: skip


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_help_has_an_example(words, capsys):
    assert cli.main([*words, "--help"]) == 0
    assert f"Example: segkit {' '.join(words)}" in capsys.readouterr().out


def test_version(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("segkit 0.")


def test_show_lists_types_ranges_and_units(notebook, capsys):
    assert cli.main(["show", notebook]) == 0
    out = capsys.readouterr().out
    assert "Behavioral segmentation" in out
    assert "3..5" in out
    assert "(share of revenue)" in out
    assert "date | None" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-p", "binz=5"], "got 'binz'. Did you mean 'bins'?"),
        (["-p", "bins=many"], "bins must be a whole number from 3 to 5; got 'many'."),
        (["-p", "bins"], "-p must be NAME=VALUE; got 'bins'. Example: -p bins=5"),
        (["--data", "no.csv"], "there is no file 'no.csv'"),
        (["--language", "fr"], "language must be one of en, zh; got 'fr'."),
        (["--no-such-option"], "No such option"),
    ],
)
def test_bad_input_is_one_paragraph_and_code_2(notebook, arguments, message, capsys):
    assert cli.main(["run", notebook, *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1


def test_unknown_notebook_and_command(capsys):
    assert cli.main(["run", "behavoral"]) == 2
    assert (
        "notebook must be a file, a stem or a short name; got 'behavoral'"
        in capsys.readouterr().err
    )
    assert cli.main(["rnu"]) == 2
    assert "No such command" in capsys.readouterr().err


def test_failed_run_is_code_1_with_the_notebooks_own_words(notebook, tmp_path, capsys):
    code = cli.main(
        ["run", notebook, "-p", "fail_with=no amount", "--out", str(tmp_path), "--quiet"]
    )
    out, err = capsys.readouterr()
    assert (code, out) == (1, "")
    assert "cell 11 (under 'Who the customers are') failed: no amount." in err
    assert "Traceback" not in err


def test_defect_is_not_a_traceback(monkeypatch, capsys):
    def broken(*_args, **_kwargs):
        raise RuntimeError("gone\nwrong")

    monkeypatch.delenv("SEGKIT_DEBUG", raising=False)
    monkeypatch.setattr("segkit.report.index.write_index", broken)
    assert cli.main(["index"]) == 1
    assert capsys.readouterr().err.startswith("segkit: unexpected RuntimeError: gone wrong This")


def segkit(*arguments, **options):
    command = [sys.executable, "-m", "segkit.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def test_mistyped_parameter_is_answered_within_two_seconds(notebook):
    start = time.perf_counter()
    done = segkit("run", notebook, "-p", "binz=5")
    assert time.perf_counter() - start < 2
    assert done.returncode == 2
    assert "Did you mean 'bins'?" in done.stderr


def test_checking_loads_nothing_heavy(notebook):
    code = (
        "import sys; from segkit import cli; cli.main(['run', sys.argv[1], '-p', 'binz=5']);"
        "print([m for m in ('papermill', 'nbconvert', 'matplotlib', 'ibis') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, notebook], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_run_ends_with_the_path_of_the_report(notebook, tmp_path):
    """A fresh home, another current folder, and own column names given with --map."""
    (tmp_path / "home").mkdir()
    (tmp_path / "orders.csv").write_text("member,day,paid\na,2024-01-01,1\n")
    environment = {"HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin"}
    mapping = "customer_id=member,ordered_at=day,amount=paid"
    done = segkit(
        "run", notebook, "--data", "orders.csv", "--map", mapping, cwd=tmp_path, env=environment
    )
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


def test_data_list(capsys):
    assert cli.main(["data", "list"]) == 0
    assert "cdnow_sample" in capsys.readouterr().out


def test_scheme_list_and_lint(capsys):
    assert cli.main(["scheme", "list"]) == 0
    assert "rfm_cn8" in capsys.readouterr().out
    assert cli.main(["scheme", "lint", "rfm_cn8"]) == 0
    assert cli.main(["scheme", "lint", "rfm_cn9"]) == 2
    assert "rfm_cn8" in capsys.readouterr().err


def test_scheme_sql_takes_cut_offs_from_the_data(capsys):
    assert cli.main(["scheme", "sql", "rfm_cn8", "--data", "cdnow_sample"]) == 0
    assert "CASE" in capsys.readouterr().out.upper()
