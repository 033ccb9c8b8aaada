"""The behavioral notebook on CDNOW: the numbers of the run and the promises of the page."""

from __future__ import annotations

import importlib.util
import json
import os
import re
from pathlib import Path

import pandas as pd
import pytest

from segkit.errors import DataError
from segkit.report import run_report
from segkit.synthetic import make_cosmetics


@pytest.fixture(scope="module")
def manifest(behavioral_run):
    return json.loads((behavioral_run.path / "run.json").read_text(encoding="utf-8"))


def test_the_run_says_what_it_read(manifest):
    assert (manifest["status"], manifest["notebook"]) == ("finished", "03_behavioral_segmentation")
    assert (manifest["data"]["rows"], manifest["data"]["customers"]) == (69659, 23570)
    assert manifest["results"]["revenue"] == 2500315.63
    assert len(manifest["data"]["sha256"]) == 64
    assert manifest["results"]["customers_key_value"] == 5401
    assert sum(n for k, n in manifest["results"].items() if k.startswith("customers_")) == 23570


def test_the_page_can_travel_alone(behavioral_run):
    page = behavioral_run.report.read_text(encoding="utf-8")
    assert len(page.encode()) <= 2_000_000
    addresses = set(re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}[^\s\"'<)]*", page))
    assert {address for address in addresses if "www.w3.org" not in address} == set()


def test_tables_and_figures_lie_beside_the_page(behavioral_run):
    figures = sorted(path.stem for path in (behavioral_run.path / "figures").glob("*.svg"))
    assert figures == [
        "01-segment-shares", "02-segment-contrasts", "03-rfm-heatmap", "04-lorenz", "05-pyramid",
        "06-comparison", "07-cluster-evidence", "08-tree", "09-group-overlap", "10-stability",
        "11-gain", "12-calibration",
    ]  # fmt: skip
    assert len(list((behavioral_run.path / "tables").glob("*.csv"))) == 16


def test_the_other_means_are_in_the_results(manifest):
    results = manifest["results"]
    # Counted from the orders: purchase days, and days since the first and last purchase.
    assert results["purchase_activity_one_off"] == 12054
    assert results["purchase_activity_high_frequency"] == 5271
    assert results["lifecycle_lost"] == 15220
    assert sum(n for name, n in results.items() if name.startswith("lifecycle_")) == 23570
    assert results["n_clusters"] == 2
    assert results["tree_fidelity"] > 0.95
    assert results["n_unstable"] == 0
    assert 0 < results["lowest_agreement"] < results["highest_agreement"] < 1


def test_who_will_buy_again_was_tested_on_the_later_quarter(manifest):
    results = manifest["results"]
    # Counted from the orders: of 23,570 customers of 1 Apr 1998, who bought by 30 Jun.
    assert results["outlook_share_tested"] == 3301 / 23570
    assert results["outlook_auc"] > results["outlook_auc_single_rule"] + 0.03
    assert results["outlook_likeliest_third_share"] > 0.75
    assert results["outlook_buyers_low"] < 3301 < results["outlook_buyers_high"]


def test_what_the_data_cannot_carry_is_said(behavioral_run):
    page = behavioral_run.report.read_text(encoding="utf-8")
    assert "Social activity cannot be told" in page
    assert "Loyalty by repeat purchase and recommendation cannot be told" in page


def test_survey_interactions_and_own_groups(tmp_path):
    made = make_cosmetics(200, seed=3, tables=["transactions", "survey", "interactions"])
    paths = {name: tmp_path / f"{name}.csv" for name in ("survey", "interactions")}
    data = tmp_path / "orders.csv"
    made.tables["transactions"].to_csv(data, index=False)
    for name, path in paths.items():
        made.tables[name].to_csv(path, index=False)
    wanted = {name: str(path) for name, path in paths.items()}
    wanted |= {"groups": "Fans: nps_score >= 9; 大客户: revenue >= 1000", "currency": "CNY"}
    run = run_report("behavioral", data=data, parameters=wanted, out=tmp_path, progress=False)
    page = run.report.read_text(encoding="utf-8")
    assert "cannot be told" not in page
    assert "大客户" in page
    assert (
        sum(n for k, n in run.results.items() if k.startswith("loyalty_nps_"))
        == (run.results["n_customers"])
    )
    assert run.results["social_activity_silent"] > 0


@pytest.fixture(scope="module")
def handful(tmp_path_factory):
    """Six customers, in a file as Chinese systems write it."""
    folder = tmp_path_factory.mktemp("handful")
    rows = [("安", "2024-01-01", 10), ("安", "2024-01-11", 30), ("波", "2024-01-05", 5)]
    rows += [("卡", "2024-01-31", 100), ("丹", "2024-01-02", 8), ("伊", "2024-01-15", 0)]
    frame = pd.DataFrame([*rows, ("菲", "2024-01-10", 40)])
    frame.columns = ["会员号", "下单时间", "实付金额"]
    frame.to_csv(folder / "six.csv", index=False, encoding="gb18030")
    return run_report("behavioral", data=folder / "six.csv", out=folder, progress=False)


def test_a_handful_of_customers_have_no_clusters_and_a_report(handful):
    page = handful.report.read_text(encoding="utf-8")
    assert handful.results["n_clusters"] == 1
    assert "There are no clusters here" in page
    assert "These data have nothing that a figure could show here." in page


def test_usual_names_need_no_map_in_either_language(handful):
    assert handful.results["n_customers"] == 6
    assert handful.results["revenue"] == 193


@pytest.fixture(scope="module")
def own_columns(cdnow_sample, tmp_path_factory):
    """A file with names of its own, and what to run it with."""
    folder = tmp_path_factory.mktemp("own")
    names = {"customer_id": "Kdnr", "ordered_at": "Tag", "amount": "Umsatz"}
    cdnow_sample.rename(columns=names).to_csv(folder / "my.csv", index=False)
    return {"data": folder / "my.csv", "out": folder / "reports", "progress": False}


def test_own_columns_need_a_map(own_columns):
    with pytest.raises(DataError, match=r"missing columns customer_id, ordered_at, amount.*--map"):
        run_report("behavioral", **own_columns)


def test_own_columns_another_scheme_and_other_numbers(own_columns):
    wanted = {"scheme": "rfm_11", "bins": 3, "n_segments": 4, "silent_days": 90, "currency": "EUR"}
    wanted["column_map"] = "customer_id=Kdnr,ordered_at=Tag,amount=Umsatz"
    run = run_report("behavioral", parameters=wanted, **own_columns)
    assert run.results["n_customers"] == 2357
    page = run.report.read_text(encoding="utf-8")
    assert "Champions" in page
    assert "silent for 90 days" in page
    assert "€" in page
    assert "$" not in re.sub(r"<script.*?</script>|<style.*?</style>", "", page, flags=re.S)


@pytest.fixture
def invoices(absent):
    folder = os.environ.get("SEGKIT_DATA_DIR", "")
    if not folder or not (Path(folder) / "online_retail").is_dir():
        absent("online_retail is not here: SEGKIT_DATA_DIR names the folder of real data.")
    if importlib.util.find_spec("pyreadr") is None:
        absent("pyreadr is not installed; it reads onlineretail.rda.")


@pytest.mark.usefixtures("invoices")
def test_online_retail_runs_by_every_criterion_its_columns_carry(tmp_path):
    wanted = {"missing": "drop", "currency": "GBP"}
    run = run_report(
        "behavioral", data="online_retail", parameters=wanted, out=tmp_path, progress=False
    )
    assert run.results["n_customers"] == 4_339
    for scheme in ("purchase_activity", "purchase_value", "lifecycle"):
        sizes = [n for name, n in run.results.items() if name.startswith(f"{scheme}_")]
        assert sum(sizes) == 4_339
    page = run.report.read_text(encoding="utf-8")
    assert page.count("cannot be told") >= 2
