"""What the README says can be done is done here."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

ROOT = Path(__file__).parents[1]
PAGES = ["README.md", "README.zh-CN.md"]


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.S)


@pytest.mark.parametrize("page", PAGES)
def test_the_first_five_lines_run(page, capsys):
    (code,) = blocks(page, "python")
    lines = [line for line in code.splitlines() if line.strip() and not line.startswith("import")]
    assert len(lines) == 5
    exec(compile(code, page, "exec"), {})
    assert "Key value" in capsys.readouterr().out


@pytest.mark.parametrize("page", PAGES)
def test_its_commands_exist(page):
    from segkit.cli import app

    text = " ".join(blocks(page, "sh")).replace("\\\n", " ")
    commands = [shlex.split(line, comments=True) for line in text.splitlines()]
    used = [words for words in commands if words and words[0].endswith("segkit")]
    assert used
    for words in used:
        command = words[1:3] if words[1] in {"data", "scheme"} else words[1:2]
        result = CliRunner().invoke(app, [*command, "--help"])
        assert result.exit_code == 0
        options = {word for word in words if word.startswith("--")}
        assert all(option in result.output for option in options)


@pytest.mark.parametrize("page", PAGES)
def test_its_links_and_pictures_are_there(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#:]+)\)", text)
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_its_table_names_the_notebooks(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    stems = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert stems <= set(re.findall(r"`(\w+)`", text))
