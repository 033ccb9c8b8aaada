"""``segkit scheme``."""

from __future__ import annotations

from importlib import resources

import pytest
import sqlglot

from segkit import cli
from segkit.schemes import list_schemes, load_scheme


def test_scheme_list_and_lint(capsys):
    assert cli.main(["scheme", "list"]) == 0
    assert "rfm_cn8" in capsys.readouterr().out
    assert cli.main(["scheme", "lint", "rfm_cn8"]) == 0
    assert cli.main(["scheme", "lint", "rfm_cn9"]) == 2
    assert "rfm_cn8" in capsys.readouterr().err


def test_scheme_sql_takes_cut_offs_from_the_data(capsys):
    assert cli.main(["scheme", "sql", "rfm_cn8", "--data", "cdnow_sample"]) == 0
    assert "CASE" in capsys.readouterr().out.upper()


def test_scheme_list_shows_title_segments_and_columns(capsys):
    assert cli.main(["scheme", "list"]) == 0
    (line,) = [row for row in capsys.readouterr().out.splitlines() if "baby_goods_target" in row]
    assert line.split("  ")[0].strip() == "baby_goods_target"
    assert "Target group of a baby-goods brand" in line
    assert "family, age, city_tier" in line
    assert " 4 " in line


@pytest.mark.parametrize("name", list_schemes())
def test_every_scheme_is_printed_as_sql(name, capsys):
    """Without data where the file fixes all, else with cut-offs that are given."""
    scheme = load_scheme(name)
    given = []
    for score_name, score in scheme.scores.items():
        if score.from_data:
            numbers = ",".join(str(10 * i) for i in range(1, score.n_levels))
            given += ["--cutoffs", f"{score_name}={numbers}"]
    assert cli.main(["scheme", "sql", name, *given, "--dialect", "spark"]) == 0
    sql = capsys.readouterr().out
    assert sqlglot.parse_one(sql, read="spark").find(sqlglot.exp.Case) is not None
    assert all(segment.id in sql for segment in scheme.segments)


def test_cutoffs_on_the_command_line_are_checked(capsys):
    assert cli.main(["scheme", "sql", "income_bands", "--cutoffs", "I=low"]) == 2
    message = "scheme sql: --cutoffs must be a score and numbers; got 'I=low'."
    assert message in capsys.readouterr().err
    assert cli.main(["scheme", "sql", "income_bands", "--cutoffs", "I=5"]) == 2
    assert "cutoffs must be 2 numbers for score I; got [5.0]." in capsys.readouterr().err


def test_lint_tells_the_line_of_a_users_own_file(tmp_path, capsys):
    library = resources.files("segkit.schemes") / "library" / "city_tier.yaml"
    text = library.read_text(encoding="utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace("when: {C: 2}", "when: {C: 3}"), encoding="utf-8")
    line = text[: text.index("when: {C: 2}")].count("\n") + 1
    assert cli.main(["scheme", "lint", str(path)]) == 2
    told = capsys.readouterr().err
    assert f"error: line {line}, segments[1].when: 'first' and 'second' both take C=3." in told
    assert "no segment takes C=2." in told
