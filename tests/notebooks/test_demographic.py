"""The demographic notebook: its defaults, a hotel, customers alone, and real households."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import nbformat
import pytest

from segkit.collect import load_dataset
from segkit.errors import ArgumentError, DataError, ParameterError, SchemeError
from segkit.report import run_report
from segkit.report.document import payloads


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
    words = ("Middle-aged", "What is lacking", "Women of 20 to 30", "Limits")
    for word in (*words, "bought again within 30 days of the first purchase"):
        assert word in page
    addresses = set(re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}[^\s\"'<)]*", page))
    assert {address for address in addresses if "www.w3.org" not in address} == set()
    assert len(list((demographic_run.path / "figures").glob("*.svg"))) == 5
    assert (demographic_run.path / "segments.parquet").is_file()


def test_a_hotel_is_told_by_purpose_and_source(tmp_path):
    wanted = {
        "groups": "Members abroad: is_member and not is_domestic",
        "criterion": "hotel_source",
        "home_country": "South Korea",
    }
    run = run_report(
        "demographic", data="hotel_stays", parameters=wanted, out=tmp_path, progress=False
    )
    page = run.report.read_text(encoding="utf-8")
    assert "Members abroad" in page
    assert facts(run)["results"]["criterion"] == "hotel_source"
    guests = load_dataset("hotel_guests")
    abroad = guests["member_level"].notna() & (guests["country"] != "South Korea")
    assert facts(run)["results"]["group_1_customers"] == abroad.sum()


def test_customers_alone_in_chinese(tmp_path):
    wanted = {"data": None, "customers": "bank_customers"}
    run = run_report("demographic", parameters=wanted, language="zh", out=tmp_path, progress=False)
    assert facts(run)["data"]["name"] == "bank_customers"
    assert len(list((run.path / "figures").glob("*.svg"))) == 2


@pytest.fixture(scope="module")
def calls(absent):
    if not (Path(os.environ.get("SEGKIT_DATA_DIR", "")) / "bank_marketing").is_dir():
        absent("The real data are not here: SEGKIT_DATA_DIR names their folder.")
    return "bank_marketing"


def told(run):
    """The findings as they were handed to the report, and its limits."""
    parts = list(payloads(nbformat.read(run.path / "notebook.ipynb", as_version=4)))
    findings = next(part["items"] for part in parts if part["kind"] == "findings")
    return findings, next(part["sentences"] for part in parts if part["kind"] == "limits")


def test_who_subscribed_is_told_by_earlier_calls_and_tested_on_later_ones(calls, tmp_path):
    run = run_report(
        "demographic", data=calls, parameters={"outcome": "y"}, out=tmp_path, progress=False
    )
    results = facts(run)["results"]
    assert (results["outcome"], results["outcome_tested_by"]) == ("y", "row")
    assert results["outcome_n_tested"] == pytest.approx(0.3 * 45_211, abs=1)
    assert results["outcome_auc_low"] > 0.5
    assert results["outcome_auc_gain_low"] > 0
    assert results["outcome_auc"] > results["outcome_auc_single_rule"]
    assert results["outcome_n_leaks"] == 0
    findings, limits = told(run)
    assert "the tree beats it by at least 0.0" in findings[0]["evidence"]
    assert "13,563 customers who came later" in findings[0]["evidence"]
    assert any("Prediction of y: The rows of the customers are taken" in one for one in limits)
    page = run.report.read_text(encoding="utf-8")
    assert "Rules of the tree" in page
    assert "Left out because known only after the outcome: duration." in page
    names = {path.stem[3:] for path in (run.path / "figures").glob("*.svg")}
    assert {"gain", "calibration"} <= names
    assert "group_overlap" not in names
    # What is no predictor, because it tells the time, is no criterion of who they are either.
    assert "Left out because they tell the time, not the customer: day, month." in page
    assert "month" not in page[: page.index("Left out because")]
    share, lift = results["outcome_group_share"], results["outcome_group_lift"]
    assert lift == pytest.approx(share / results["outcome_share_tested"])
    assert f"{lift:.1f} times the average share of y" in page
    assert "what each group is worth" not in page
    assert "the order of the groups can be used" not in page


def test_a_column_known_only_afterwards_is_warned_of_everywhere(calls, tmp_path):
    wanted = {"outcome": "y", "predictors": ["age", "occupation", "duration"]}
    run = run_report("demographic", data=calls, parameters=wanted, out=tmp_path, progress=False)
    assert facts(run)["results"]["outcome_n_leaks"] == 1
    findings, limits = told(run)
    warned = "duration is known only after the outcome"
    assert "the result must not be used" in findings[0]["title"]
    assert warned in findings[0]["evidence"]
    # What it reaches by knowing the outcome is not praised anywhere.
    assert not any("times" in item["number"] for item in findings)
    assert limits[0] == "Warning: y was predicted from duration, known only afterwards."
    page = run.report.read_text(encoding="utf-8")
    assert "Do not use the prediction of y: it knows the outcome" in page
    section = page[page.index("Who did, and who did not</h2>") : page.index("What to do</h2>")]
    assert section.index('class="warning"') < section.index("<table")
    assert warned in section[: section.index("<table")]
    # Tables are copied alone and carry the warning with their source; a curve is not drawn.
    assert section.count("Warning: y was predicted from duration") >= 2
    assert section.count("(not to be used: it may know the outcome)") >= 2
    assert "<svg" not in section


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
        ({"outcome": "y", "outcome_order": "duration"}, ArgumentError, "tells when, not one known"),
        ({"home_country": ""}, ParameterError, "home_country must be the name of a country"),
        ({"outcome_order": "row"}, ArgumentError, "outcome_order must come with an outcome"),
        ({"outcome": "y", "predictors": ["y"]}, ArgumentError, "other columns than outcome"),
    ],
)
def test_faults_are_found_before_a_kernel_starts(tmp_path, parameters, error, message):
    with pytest.raises(error, match=message):
        run_report("demographic", parameters=parameters, out=tmp_path, progress=False)
    assert not list(tmp_path.rglob("run.json"))
