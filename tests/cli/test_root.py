"""The command line as a whole: its commands, their help, errors in words, exit codes."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer.main

from segkit import cli


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


def test_help_lists_commands_as_one_meets_them():
    """Choose, run, look back; the groups come last."""
    known = ["list", "notebooks", "show", "run", "export", "batch", "compare", "index",
             "data", "scheme"]  # fmt: skip
    first_words = dict.fromkeys(words[0] for words in ALL)
    assert [word for word in first_words if word in known] == known


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_help_has_an_example(words, capsys):
    assert cli.main([*words, "--help"]) == 0
    assert f"Example: segkit {' '.join(words)}" in capsys.readouterr().out


def test_version(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("segkit 0.")


def test_unknown_notebook_and_command(capsys):
    assert cli.main(["run", "behavoral"]) == 2
    assert (
        "notebook must be a file, a stem or a short name; got 'behavoral'"
        in capsys.readouterr().err
    )
    assert cli.main(["rnu"]) == 2
    assert "No such command" in capsys.readouterr().err


def test_defect_is_not_a_traceback(monkeypatch, capsys):
    def broken(*_args, **_kwargs):
        raise RuntimeError("gone\nwrong")

    monkeypatch.delenv("SEGKIT_DEBUG", raising=False)
    monkeypatch.setattr("segkit.report.index.write_index", broken)
    assert cli.main(["index"]) == 1
    assert capsys.readouterr().err.startswith("segkit: unexpected RuntimeError: gone wrong This")


def test_it_is_a_module_too():
    command = [sys.executable, "-m", "segkit.cli", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("segkit 0.")
