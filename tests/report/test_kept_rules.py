"""Rules beside a report: the statement gives the same groups, and names nobody."""

from __future__ import annotations

import dataclasses

import duckdb
import pytest

import segkit as sk
from segkit.errors import SegkitError
from segkit.report.kept import RUN_FOLDER
from segkit.segment.missing import Missing
from segkit.segment.trees import TreeDefinition


@pytest.fixture(scope="module")
def outlook(cdnow_sample):
    return sk.predict_next_purchase(cdnow_sample)


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv(RUN_FOLDER, str(tmp_path))
    return tmp_path


def test_the_statement_and_the_json_give_the_same_groups(outlook, cdnow_sample, folder):
    note = sk.keep_rules(outlook)
    assert "next_purchase.sql" in note.text
    customers = sk.summarize_customers(cdnow_sample)
    with duckdb.connect() as connection:
        connection.register("customers", customers)
        found = connection.execute((folder / "next_purchase.sql").read_text()).df()
    sizes = dict(zip(outlook.table["segment"], outlook.table["n_customers"], strict=True))
    assert found["segment"].value_counts().to_dict() == sizes
    text = (folder / "next_purchase.json").read_text(encoding="utf-8")
    assert TreeDefinition.from_json(text) == outlook.today.definition


def test_another_segmentation_has_its_statement(rfm, folder):
    assert "rfm_cn8.sql" in sk.keep_rules(rfm, dialect="postgres").text
    assert "SELECT" in (folder / "rfm_cn8.sql").read_text()


def test_the_name_of_a_column_leads_nowhere(outlook, folder):
    definition = dataclasses.replace(outlook.today.definition, id="tree_../../bought")
    sk.keep_rules(dataclasses.replace(outlook.today, definition=definition))
    assert sorted(path.name for path in folder.iterdir()) == [
        "tree__bought.json",
        "tree__bought.sql",
    ]


def test_nothing_is_kept_outside_a_run_or_of_nothing(outlook, folder, monkeypatch):
    assert sk.keep_rules(Missing("No history.")) is None
    monkeypatch.delenv(RUN_FOLDER)
    assert sk.keep_rules(outlook) is None
    assert list(folder.iterdir()) == []


def test_an_unknown_dialect_is_named(outlook, folder):
    with pytest.raises(SegkitError, match=r"dialect must be one of"):
        sk.keep_rules(outlook, dialect="postgrse")
    assert list(folder.iterdir()) == []
