"""Data sets by name: the registry, and what is in them."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pooch
import pyreadr
import pytest

from segkit import cli
from segkit.collect import (
    DATASETS,
    fetch_dataset,
    find_source,
    list_datasets,
    load_dataset,
    read_raw_transactions,
    read_transactions,
)
from segkit.collect.datasets.folders import kit_folder
from segkit.collect.datasets.locate import look_for
from segkit.collect.datasets.own_formats import read_rda
from segkit.errors import ArgumentError, DataError
from segkit.i18n import use_language
from segkit.schema import TABLES

PUBLIC = [dataset.name for dataset in list_datasets() if dataset.home == "public"]
SAMPLES = [dataset.name for dataset in list_datasets() if dataset.home == "sample"]


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    """A cache folder of the test's own, and no other folder of data."""
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / "cache" / project)
    monkeypatch.delenv("SEGKIT_DATA_DIR", raising=False)
    return tmp_path / "cache" / "segkit"


@pytest.fixture(scope="module")
def real(absent, tmp_path_factory) -> Iterator[Path]:
    """The folder of real data; what is prepared of them goes into a cache of the tests' own."""
    folder = Path(os.environ.get("SEGKIT_DATA_DIR", "")).absolute()
    if not (folder / "online_retail").is_dir():
        absent("The real data are not here: SEGKIT_DATA_DIR names their folder.")
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pooch, "os_cache", lambda project: cache / project)
        yield folder


@pytest.mark.parametrize("dataset", list_datasets(), ids=lambda dataset: dataset.name)
def test_the_registry_is_whole(dataset):
    for texts in (dataset.titles, dataset.descriptions, dataset.origins):
        assert set(texts) == {"en", "zh"}
    with use_language("zh"):
        assert dataset.description == dataset.descriptions["zh"]
    assert dataset.licence
    assert dataset.sector in {"retail", "grocery", "banking", "cosmetics", "hotel"}
    assert set(dataset.tables) <= set(TABLES)
    assert dataset.rows > 0
    if dataset.home == "public":
        assert dataset.address.startswith("https://")
        assert dataset.address.endswith("/")
        assert dataset.citation
    if dataset.home != "sample":
        assert all(len(bytes.fromhex(sha256)) == 32 for sha256 in dataset.files.values())
    assert bool(dataset.command) == (dataset.home == "sample")


def test_names_that_are_none():
    with pytest.raises(ArgumentError, match="name must be one of .* Did you mean 'online_retail'"):
        load_dataset("online_retial")
    with pytest.raises(ArgumentError, match="name must be one of"):
        fetch_dataset("../etc")
    with pytest.raises(ArgumentError, match="table must be one of transactions; got 'survey'"):
        load_dataset("cdnow", "survey")


# What comes with segkit


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_what_its_command_makes(name, tmp_path, capsys):
    dataset = DATASETS[name]
    words = shlex.split(dataset.command)
    assert words[0] == "segkit"
    assert words[-2] == "--out"
    path = tmp_path / Path(words[-1]).name
    assert cli.main([*words[1:-1], str(path)]) == 0
    capsys.readouterr()
    kept = kit_folder("data") / path.name
    assert path.read_bytes() == kept.read_bytes()
    assert kept.stat().st_size < 250_000
    assert len(load_dataset(name)) == dataset.rows
    readme = (kit_folder("data") / "README.md").read_text(encoding="utf-8")
    assert f"| `{path.name}` | {dataset.descriptions['en']} | {dataset.rows:,} |" in readme
    assert dataset.command in readme


def test_an_export_with_faults_is_read_as_a_file_is():
    source = find_source("cosmetics_crm")
    assert (source.format, source.name) == ("csv", "cosmetics_crm")
    rows = read_raw_transactions("cosmetics_crm")
    assert any("合计" in note for note in rows.notes)
    sent = rows.table.to_pandas()
    assert sent["segkit_raw_ordered_at"].notna().sum() == 4  # 30 February, and the second header
    canonical = load_dataset("cosmetics_crm")
    assert canonical["customer_id"].isna().sum() == 15
    assert not [name for name in canonical if name.startswith("segkit_")]
    # Both exports tell of the same orders.
    english = load_dataset("cosmetics_crm_en")
    assert english["amount"].equals(canonical["amount"])
    asked = set(load_dataset("survey")["customer_id"])
    assert len(asked & set(english["customer_id"])) > 0.9 * len(asked)


def test_balances_are_of_the_customers():
    known = set(load_dataset("bank_customers")["customer_id"])
    assert set(load_dataset("bank_balances")["customer_id"]) <= known
    assert len(known) == 500


# Files of R


def test_a_file_of_r_is_read_once(cache, tmp_path, monkeypatch):
    path = tmp_path / "table.rda"
    frame = pd.DataFrame({"id": ["a", "b"], "paid": [1.5, None]})
    pyreadr.write_rdata(str(path), frame, df_name="table")
    first = read_rda(path)
    assert first.equals(frame)
    (copy,) = (cache / "tables").iterdir()
    assert copy.name == f"{hashlib.sha256(path.read_bytes()).hexdigest()}.parquet"
    with monkeypatch.context() as patch:
        patch.setattr(pyreadr, "read_r", None)
        pd.testing.assert_frame_equal(read_rda(path), first)
    copy.write_bytes(b"broken")
    pd.testing.assert_frame_equal(read_rda(path), first)
    pd.testing.assert_frame_equal(pd.read_parquet(copy), first)


def test_a_cache_that_cannot_be_written_is_done_without(cache, tmp_path):
    path = tmp_path / "table.rda"
    pyreadr.write_rdata(str(path), pd.DataFrame({"id": ["a"]}), df_name="table")
    cache.parent.mkdir(parents=True)
    cache.write_text("a file where the folder should be")
    assert len(read_rda(path)) == 1


def test_what_is_no_file_of_r(cache, tmp_path):
    path = tmp_path / "table.rda"
    path.write_bytes(b"no such thing")
    with pytest.raises(DataError, match=r"table.rda is no file of R with one table"):
        read_rda(path)


# The real files


@pytest.mark.parametrize("name", PUBLIC)
def test_the_real_files_are_those_of_the_registry(real, name):
    assert {file.state for file in look_for(DATASETS[name])} == {"here"}
    assert all(real in path.parents for path in fetch_dataset(name))
    assert len(load_dataset(name)) == DATASETS[name].rows


def test_online_retail(real, tmp_path, monkeypatch):
    lines = load_dataset("online_retail")
    assert set(lines) == {
        "customer_id", "ordered_at", "order_id", "product_id", "quantity", "unit_price", "amount",
        "region", "description",
    }  # fmt: skip
    assert lines["customer_id"].isna().sum() == 135_080
    assert lines["customer_id"].dropna().str.fullmatch(r"\d{5}").all()
    sold = lines.query("customer_id.notna() and quantity > 0 and unit_price > 0")
    assert (len(sold), sold["customer_id"].nunique()) == (397_884, 4_338)
    assert (sold["amount"] - sold["quantity"] * sold["unit_price"]).abs().max() < 1e-6
    assert lines["ordered_at"].iloc[0] == pd.Timestamp("2010-12-01 08:26")
    assert str(lines["ordered_at"].max()) == "2011-12-09 12:50:00"
    with pytest.raises(DataError, match=r"135,080 without customer_id .* missing='drop'"):
        read_transactions("online_retail")
    assert read_transactions("online_retail", missing="drop").count().execute() == 406_829
    # The file alone, in a folder of any name, does as well.
    shutil.copy(real / "online_retail" / "onlineretail.rda", tmp_path)
    monkeypatch.setenv("SEGKIT_DATA_DIR", str(tmp_path))
    assert find_source("online_retail").path.parent == tmp_path


def test_complete_journey(real):
    orders = load_dataset("complete_journey")
    assert (orders["department"] == "COSMETICS").sum() == 235
    assert orders["customer_id"].nunique() == 2_377
    assert orders["product_id"].notna().all()
    people = load_dataset("complete_journey", "customers")
    assert len(people) == people["customer_id"].nunique() == 801
    assert set(people["age_band"]) >= {"19-24", "65+"}
    sent = load_dataset("complete_journey", "campaigns")
    assert len(sent) == 6_589
    assert sent["contacted_at"].notna().all()
    assert sent["responded"].sum() == 792  # each campaign and household counted once
    source = find_source("complete_journey")
    assert (len(source.files), source.path.name) == (7, "complete_journey")
    assert read_transactions("complete_journey").count().execute() == 75_000


def test_bank_marketing(real):
    people = load_dataset("bank_marketing")
    assert people["customer_id"].tolist()[:3] == ["1", "2", "3"]
    assert people["assets"].iloc[0] == 2143
    assert people["occupation"].iloc[0] == "management"
    calls = load_dataset("bank_marketing", "campaigns")
    assert calls["responded"].sum() == 5_289
    later = load_dataset("bank_marketing_additional")
    assert "assets" not in later
    assert later["customer_id"].is_unique
    with pytest.raises(DataError, match="holds customers, campaigns, no transactions"):
        read_transactions("bank_marketing")


def test_rows_in_the_order_of_time_are_known_of_the_calls_alone():
    ordered = {dataset.name for dataset in list_datasets() if dataset.in_time_order}
    assert ordered == {"bank_marketing", "bank_marketing_additional"}
