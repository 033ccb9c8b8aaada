"""The demographic notebook: its defaults, a hotel, customers alone, and real households."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from segkit.errors import ArgumentError, DataError, SchemeError
from segkit.report import run_report


def facts(run):
    return json.loads((run.path / "run.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def demographic_run(tmp_path_factory):
    return run_report("demographic", out=tmp_path_factory.mktemp("reports"), progress=False)


def test_the_run_says_what_it_read_and_found(demographic_run):
    found = facts(demographic_run)
    assert (found["status"], found["notebook"]) == ("finished", "02_demographic_segmentation")
    assert found["data"]["name"] == "cosmetics_orders, cosmetics_customers"
    assert found["results"]["criterion"] == "age_bands_cosmetics"
    assert found["results"]["customers_young"] == 178
    page = demographic_run.report.read_text(encoding="utf-8")
    for word in ("Middle-aged", "What is lacking", "Women of 20 to 30", "Limits"):
        assert word in page
    addresses = set(re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}[^\s\"'<)]*", page))
    assert {address for address in addresses if "www.w3.org" not in address} == set()
    assert len(list((demographic_run.path / "figures").glob("*.svg"))) == 5
    assert (demographic_run.path / "segments.parquet").is_file()


def test_a_hotel_is_told_by_purpose_and_source(tmp_path):
    wanted = {
        "groups": "Members abroad: is_member and not is_domestic",
        "criterion": "hotel_source",
    }
    run = run_report(
        "demographic", data="hotel_stays", parameters=wanted, out=tmp_path, progress=False
    )
    page = run.report.read_text(encoding="utf-8")
    assert "Members abroad" in page
    assert facts(run)["results"]["criterion"] == "hotel_source"


def test_customers_alone_in_chinese(tmp_path):
    wanted = {"data": None, "customers": "bank_customers"}
    run = run_report("demographic", parameters=wanted, language="zh", out=tmp_path, progress=False)
    assert facts(run)["data"]["name"] == "bank_customers"
    assert len(list((run.path / "figures").glob("*.svg"))) == 2


def test_real_households_by_their_own_bands(absent, tmp_path):
    if not (Path(os.environ.get("SEGKIT_DATA_DIR", "")) / "complete_journey").is_dir():
        absent("The real data are not here: SEGKIT_DATA_DIR names their folder.")
    run = run_report("demographic", data="complete_journey", out=tmp_path, progress=False)
    results = facts(run)["results"]
    assert (results["n_customers"], results["n_unlisted"]) == (801, 1576)
    assert results["criterion"] == "income_band"
    assert results["explained_income_band"] == pytest.approx(0.0658, abs=0.0005)
    assert "not in the table of customers" in run.report.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"customers": "nobody.csv"}, DataError, "nobody.csv"),
        ({"schemes": ["age_brands"]}, SchemeError, "Did you mean 'age_bands'"),
        ({"groups": "age < 30"}, ArgumentError, "groups must have names"),
    ],
)
def test_faults_are_found_before_a_kernel_starts(tmp_path, parameters, error, message):
    with pytest.raises(error, match=message):
        run_report("demographic", parameters=parameters, out=tmp_path, progress=False)
    assert not list(tmp_path.rglob("run.json"))
