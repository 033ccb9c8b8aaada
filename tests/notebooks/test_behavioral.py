"""The behavioral notebook on CDNOW: the numbers of the run and the promises of the page."""

from __future__ import annotations

import json
import re

import pytest

from segkit.errors import DataError
from segkit.report import run_report


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
    assert len(list((behavioral_run.path / "figures").glob("*.svg"))) == 4
    assert len(list((behavioral_run.path / "tables").glob("*.csv"))) >= 6


def test_own_columns_need_a_map_and_then_work(cdnow_sample, tmp_path):
    own = cdnow_sample.rename(
        columns={"customer_id": "Kdnr", "ordered_at": "Tag", "amount": "Umsatz"}
    )
    own.to_csv(tmp_path / "my.csv", index=False)
    settings = {"out": tmp_path / "reports", "data": tmp_path / "my.csv", "progress": False}
    with pytest.raises(DataError, match=r"missing columns customer_id, ordered_at, amount.*--map"):
        run_report("behavioral", **settings)
    mapping = "customer_id=Kdnr,ordered_at=Tag,amount=Umsatz"
    run = run_report("behavioral", parameters={"column_map": mapping}, **settings)
    assert run.results["n_customers"] == 2357


def test_usual_names_need_no_map_in_either_language(cdnow_sample, tmp_path):
    names = {"customer_id": "会员号", "ordered_at": "下单时间", "amount": "实付金额"}
    path = tmp_path / "my.csv"
    cdnow_sample.rename(columns=names).to_csv(path, index=False, encoding="gb18030")
    run = run_report("behavioral", data=path, out=tmp_path, progress=False)
    assert run.results["n_customers"] == 2357


@pytest.mark.parametrize("scheme", ["rfm_11"])
def test_another_scheme_and_other_numbers(tmp_path, scheme):
    wanted = {"scheme": scheme, "bins": 3, "n_segments": 4, "silent_days": 90, "currency": "EUR"}
    run = run_report(
        "behavioral", data="cdnow_sample", parameters=wanted, out=tmp_path, progress=False
    )
    page = run.report.read_text(encoding="utf-8")
    assert "Champions" in page
    assert "silent for 90 days" in page
    assert "€" in page
    assert "$" not in re.sub(r"<script.*?</script>|<style.*?</style>", "", page, flags=re.S)
