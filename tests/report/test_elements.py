"""Elements show themselves in JupyterLab and hand their content to the report."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from segkit.errors import ArgumentError
from segkit.figures.base import Caption, figure
from segkit.report import (
    Column,
    Cover,
    Finding,
    Findings,
    Kpi,
    Limits,
    Results,
    show_data,
    show_figure,
    show_table,
)
from segkit.report.elements import MIME
from segkit.tables.base import Table

HOSTILE = "<script>alert(1)</script>"
FRAME = pd.DataFrame({"segment": [HOSTILE, "=1+1"], "share": [0.25, 0.75]})


def _describe(frame):
    return Caption(HOSTILE, "Share, per cent", f'Bars "{HOSTILE}"', frame)


@figure(describe=_describe, height=200)
def plot_bars(frame, ax):
    ax.barh([0, 1], frame["share"])


ELEMENTS = {
    "cover": lambda: Cover(HOSTILE, HOSTILE, HOSTILE, [Kpi(HOSTILE, HOSTILE)]),
    "findings": lambda: Findings([Finding(HOSTILE, HOSTILE, HOSTILE, HOSTILE)]),
    "figure": lambda: show_figure(plot_bars, FRAME, source=HOSTILE),
    "table": lambda: show_table(FRAME, columns=[Column("segment", HOSTILE)], title=HOSTILE),
    "limits": lambda: Limits([HOSTILE]),
    "results": lambda: Results({HOSTILE: 1}),
    "data": lambda: show_data(HOSTILE, rows=1, origin=HOSTILE),
}


@pytest.mark.parametrize("kind", ELEMENTS)
def test_data_is_never_markup(kind):
    bundle = ELEMENTS[kind]()._repr_mimebundle_()
    soup = BeautifulSoup(bundle["text/html"], "html.parser")
    assert not soup.find_all("script")
    assert HOSTILE in soup.get_text() or kind == "figure"
    assert bundle["text/plain"]


@pytest.mark.parametrize("kind", ELEMENTS)
def test_payload_is_json_and_names_its_kind(kind):
    payload = ELEMENTS[kind]()._repr_mimebundle_()[MIME]
    assert json.loads(json.dumps(payload, allow_nan=False))["kind"] == kind


@pytest.mark.parametrize("kind", ELEMENTS)
def test_needs_no_style_sheet_and_no_address(kind):
    html = ELEMENTS[kind]()._repr_mimebundle_()["text/html"]
    assert "style=" in html
    assert "class=" not in html
    assert "https://" not in html


def test_figure_comes_in_two_widths_with_its_numbers():
    payload = show_figure(plot_bars, FRAME, source="made up").payload()
    assert 'viewBox="0 0 752 ' in payload["svg"]
    assert 'viewBox="0 0 320 ' in payload["svg_narrow"]
    assert payload["alt"] == f'Bars "{HOSTILE}"'
    assert payload["csv"] == f"segment,share\r\n{HOSTILE},0.25\r\n'=1+1,0.75\r\n"


def test_download_holds_the_rows_that_the_page_leaves_out():
    payload = show_table(pd.DataFrame({"n": range(40)}), max_rows=30).payload()
    assert (len(payload["texts"]), payload["total"]) == (30, 40)
    assert payload["csv"].count("\r\n") == 41


def test_table_brings_its_columns_and_title():
    table = Table(FRAME, [Column("share", "Share", kind="percent")], "Shares")
    payload = show_table(table, source="made up").payload()
    assert (payload["title"], payload["texts"][0]) == ("Shares", ["25.0\u202f%"])
    assert payload["columns"][0]["label"] == "Share"


def test_results_are_plain_numbers():
    values = pd.Series([1.5, float("nan")])
    payload = Results({"a": values[0], "b": values[1], "n": values.size}).payload()
    assert payload["values"] == {"a": 1.5, "b": None, "n": 2}


def test_one_limit_may_be_a_plain_sentence():
    assert Limits("Only one year.").payload()["sentences"] == ("Only one year.",)


@pytest.mark.parametrize("missing", ["number", "title", "action"])
def test_finding_is_whole(missing):
    words = {"number": "1", "title": "t", "evidence": "e", "action": "a"} | {missing: " "}
    with pytest.raises(ArgumentError, match=f"Finding: {missing} must be some text; got ' '"):
        Finding(**words)


def test_max_rows_is_positive():
    with pytest.raises(ArgumentError, match="max_rows must be a whole number at least 1; got 0"):
        show_table(FRAME, max_rows=0)
