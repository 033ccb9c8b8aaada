from __future__ import annotations

import hashlib

import pytest

from segkit.collect import find_source, list_datasets, load_dataset
from segkit.errors import ArgumentError


def test_the_fingerprint_is_that_of_the_bytes(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_bytes(b"customer_id\n1\n")
    source = find_source(path)
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (source.name, source.format) == ("orders.csv", "csv")


def test_a_file_wins_over_a_data_set_of_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find_source("cdnow").format == "dataset"
    (tmp_path / "cdnow").mkdir()
    with pytest.raises(ValueError, match="'cdnow' is a folder"):
        find_source("cdnow")


def test_bundled_data_sets_are_there():
    assert {"cdnow", "cdnow_sample"} <= {dataset.name for dataset in list_datasets()}
    sample = load_dataset("cdnow_sample")
    assert len(sample) == 6919
    assert sample["customer_id"].nunique() == 2357
    with pytest.raises(ArgumentError, match="Did you mean 'cdnow_sample'"):
        load_dataset("cdnow_smple")
