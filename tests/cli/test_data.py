"""``segkit data``."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pooch
import pytest

from segkit import cli
from segkit.collect import list_datasets, load_dataset


@pytest.fixture
def nothing_here(tmp_path, monkeypatch) -> Path:
    """No folder of data, an empty cache, and no way out to the network."""
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / "cache" / project)
    monkeypatch.delenv("SEGKIT_DATA_DIR", raising=False)
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")
    return tmp_path


def lines_of(text: str) -> dict[str, str]:
    """Give the lines of a printed table by their first word."""
    return {line.split()[0]: line for line in text.splitlines() if line.strip()}


def test_data_list(nothing_here, capsys):
    assert cli.main(["data", "list"]) == 0
    lines = lines_of(capsys.readouterr().out)
    assert set(lines) >= {dataset.name for dataset in list_datasets()}
    assert lines["cdnow_sample"].split()[-1] == "yes"
    assert lines["online_retail"].split()[-1] == "no"
    assert "541,909" in lines["online_retail"]
    assert "CC0" in lines["complete_journey"]


def test_data_list_in_chinese(nothing_here, capsys):
    assert cli.main(["data", "list", "--language", "zh"]) == 0
    assert "银行电话营销" in lines_of(capsys.readouterr().out)["bank_marketing"]


def test_data_list_tells_a_wrong_file(nothing_here, monkeypatch, capsys):
    (nothing_here / "onlineretail.rda").write_bytes(b"else")
    monkeypatch.setenv("SEGKIT_DATA_DIR", str(nothing_here))
    assert cli.main(["data", "list"]) == 0
    assert lines_of(capsys.readouterr().out)["online_retail"].rstrip().endswith("wrong hash")


def test_data_check(nothing_here, monkeypatch, capsys):
    assert cli.main(["data", "check", "cdnow"]) == 0
    assert "cdnow: " in capsys.readouterr().out
    assert cli.main(["data", "check", "online_retail"]) == 2
    said = capsys.readouterr().err
    assert "data check: the data set online_retail is not here" in said
    assert str(nothing_here / "cache" / "segkit" / "online_retail" / "onlineretail.rda") in said
    (nothing_here / "onlineretail.rda").write_bytes(b"else")
    monkeypatch.setenv("SEGKIT_DATA_DIR", str(nothing_here))
    assert cli.main(["data", "check", "online_retail"]) == 2
    assert "its sha256 is" in capsys.readouterr().err


def test_data_check_of_all(nothing_here, capsys):
    assert cli.main(["data", "check"]) == 2
    said = capsys.readouterr()
    assert "survey.csv is here" in said.out
    assert said.err.count("is not here") == 4


def test_data_check_of_an_unknown_name(capsys):
    assert cli.main(["data", "check", "onlineretail"]) == 2
    assert "Did you mean 'online_retail'?" in capsys.readouterr().err


def test_data_fetch_without_network_tries_all(nothing_here, capsys):
    assert cli.main(["data", "fetch", "all"]) == 2
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 4
    assert all("cannot be downloaded: no connection. Try again, or download" in e for e in errors)


def test_data_fetch_of_what_is_here(capsys):
    assert cli.main(["data", "fetch", "cdnow"]) == 0
    assert capsys.readouterr().out.strip().endswith("CDNOW_master.txt")


def test_data_make_of_a_folder(tmp_path, capsys):
    out = tmp_path / "made"
    words = ["data", "make", "cosmetics", "--customers", "120", "--seed", "3", "--faults"]
    assert cli.main([*words, "--language", "zh", "--out", str(out)]) == 0
    written = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert all(path.is_file() for path in written)
    assert {path.name for path in out.iterdir()} == {
        "transactions.csv", "customers.csv", "products.csv", "interactions.csv", "survey.csv",
        "complaints.csv", "truth",
    }  # fmt: skip
    export = (out / "transactions.csv").read_bytes()
    assert export.startswith("\ufeff会员号,下单时间,".encode())
    faults = pd.read_csv(out / "truth" / "faults.csv")
    ids = pd.read_csv(out / "transactions.csv", dtype=str, keep_default_na=False)["会员号"]
    missing = faults.loc[faults["fault"] == "missing_id", "row"]
    assert set(ids.iloc[missing - 1]) == {""}
    truth = pd.read_csv(out / "truth" / "customers.csv")
    assert (len(truth), "segment" in truth) == (120, True)


@pytest.mark.parametrize("sector", ["banking", "hotel", "retail"])
def test_data_make_of_a_file(sector, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["data", "make", sector, "--customers", "50", "--start", "2024-01-01"]
    assert cli.main([*words, "--out", "orders.csv"]) == 0
    first = Path("orders.csv").read_bytes()
    assert cli.main([*words, "--out", "orders.csv"]) == 0  # the same bytes again
    assert cli.main([*words, "--seed", "1", "--out", "orders.csv"]) == 2
    assert "out must be a file that is not there yet; got 'orders.csv'" in capsys.readouterr().err
    assert Path("orders.csv").read_bytes() == first
    assert cli.main([*words, "--seed", "1", "--out", "orders.csv", "--force"]) == 0
    assert Path("orders.csv").read_bytes() != first
    assert [path.name for path in tmp_path.iterdir()] == ["orders.csv"]


def test_data_make_says_what_is_wrong(tmp_path, capsys):
    out = str(tmp_path / "made.csv")
    for words, said in [
        (["retial"], "Did you mean 'retail'?"),
        (["retail", "--customers", "0"], "n_customers must be a whole number at least 1"),
        (["retail", "--table", "survey"], "table must be one of transactions, customers, products"),
        (["retail", "--language", "fr"], "language must be one of en, zh"),
        (["retail", "--start", "2024"], "start must be a date"),
        (["retail", "--customers", "3", "--faults"], "a table of at least"),
    ]:
        assert cli.main(["data", "make", *words, "--out", out]) == 2
        assert said in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert cli.main(["data", "make", "hotel", "--out", str(tmp_path / "file" / "a.csv")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_samples_run_by_name_from_anywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_dataset("hotel_stays")["customer_id"].nunique() == 500
