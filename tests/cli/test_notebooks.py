"""``segkit list`` and ``segkit show``: what can be run, and with what."""

from __future__ import annotations

from segkit import cli


def test_show_lists_types_ranges_and_units(notebook_path, capsys):
    assert cli.main(["show", str(notebook_path)]) == 0
    out = capsys.readouterr().out
    assert "Behavioral segmentation" in out
    assert "3..5" in out
    assert "(share of revenue)" in out
    assert "date | None" in out
