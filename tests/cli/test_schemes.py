"""``segkit scheme``."""

from __future__ import annotations

from segkit import cli


def test_scheme_list_and_lint(capsys):
    assert cli.main(["scheme", "list"]) == 0
    assert "rfm_cn8" in capsys.readouterr().out
    assert cli.main(["scheme", "lint", "rfm_cn8"]) == 0
    assert cli.main(["scheme", "lint", "rfm_cn9"]) == 2
    assert "rfm_cn8" in capsys.readouterr().err


def test_scheme_sql_takes_cut_offs_from_the_data(capsys):
    assert cli.main(["scheme", "sql", "rfm_cn8", "--data", "cdnow_sample"]) == 0
    assert "CASE" in capsys.readouterr().out.upper()
