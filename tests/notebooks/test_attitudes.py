"""The notebook on attitudes: its own sample, a real survey, and files that lack most of it."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pandas as pd
import pytest

from segkit.collect import load_dataset
from segkit.errors import DataError
from segkit.report import run_report
from segkit.synthetic import make_cosmetics


@pytest.fixture(scope="module")
def survey_run(tmp_path_factory):
    return run_report("attitudes", out=tmp_path_factory.mktemp("survey"), progress=False)


@pytest.fixture(scope="module")
def page(survey_run) -> str:
    return survey_run.report.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def bank_file(absent, tmp_path_factory) -> Path:
    """The answers of 250 bank customers in long form, as a client would send them."""
    folder = Path(os.environ.get("SEGKIT_DATA_DIR", "")) / "bank_satisfaction"
    if not (folder / "satisfaction.rda").is_file():
        absent("bank_satisfaction is not here: SEGKIT_DATA_DIR names the folder of real data.")
    import pyreadr

    (frame,) = pyreadr.read_r(str(folder / "satisfaction.rda")).values()
    wide = frame.drop(columns="gender").assign(customer_id=[f"B{i:03}" for i in range(len(frame))])
    path = tmp_path_factory.mktemp("bank") / "answers.csv"
    wide.melt("customer_id", var_name="item", value_name="answer").to_csv(path, index=False)
    return path


def test_the_run_says_what_it_read_and_found(survey_run):
    manifest = json.loads((survey_run.path / "run.json").read_text(encoding="utf-8"))
    assert (manifest["data"]["rows"], manifest["data"]["customers"]) == (3648, 228)
    found = manifest["results"]
    assert (found["n_factors"], found["blocks_adjusted_rand"]) == (3, 1.0)
    assert (found["n_segments"], found["has_groups"]) == (2, True)
    assert found["customers_group_1"] + found["customers_group_2"] == 228
    assert (found["explicit"], found["rated"], found["latent"]) == (24, 14, 0)
    # Loyalty has nothing to do with price and quality in these made-up data.
    assert found["loyalty_low"] < 0 < found["loyalty_high"]
    assert sum(v for k, v in found.items() if k.startswith("need_")) == pytest.approx(1)


def test_every_part_has_its_evidence(survey_run, page):
    names = {path.stem.split("-", 1)[1] for path in (survey_run.path / "tables").glob("*.csv")}
    assert names == {
        "reliability", "items", "blocks", "factor-numbers", "block-pairs", "attitude-segments",
        "differences", "need-ranks", "needs-by-segment", "first-needs", "orientation",
        "dissatisfied", "typing-tool", "what-to-do-per-segment",
    }  # fmt: skip
    assert len(list((survey_run.path / "figures").glob("*.svg"))) == 7
    assert "No silent customer is called dissatisfied" in page
    assert "57\u202f% of the customers answered" in page


def test_what_a_survey_alone_lacks_is_said(tmp_path):
    answers = load_dataset("survey")
    kept = answers[answers["item"].str.match("price|quality")]
    kept.drop(columns="answered_at").to_csv(tmp_path / "mine.csv", index=False)
    run = run_report("attitudes", data=tmp_path / "mine.csv", out=tmp_path, progress=False)
    text = run.report.read_text(encoding="utf-8")
    for reason in (
        "Whether the segments differ in loyalty cannot be said",
        "What the segments are worth cannot be said",
        "Willingness to recommend cannot be said",
        "The survey has no questions on needs",
        "Nothing says who is dissatisfied",
    ):
        # In its own section, and among the limits.
        assert text.count(reason) >= 2
    assert "cosmetics" not in text.lower()
    assert run.results["n_segments"] == 2


def test_silent_customers_are_found_where_behaviour_tells(tmp_path):
    made = make_cosmetics(800, start="2023-01-01", seed=1)
    for name in ("survey", "transactions", "complaints", "interactions"):
        made[name].to_csv(tmp_path / f"{name}.csv", index=False)
    files = {name: str(tmp_path / f"{name}.csv") for name in made.tables if name != "survey"}
    wanted = {k: files[k] for k in ("transactions", "complaints", "interactions")}
    run = run_report(
        "attitudes", data=tmp_path / "survey.csv", parameters={**wanted, "window_days": 800},
        out=tmp_path / "out", progress=False,
    )  # fmt: skip
    mood = made.truth["customers"]["dissatisfaction"]
    assert run.results["latent"] > 0
    bought = set(made["transactions"]["customer_id"])
    spoke = made.truth["customers"][mood == "explicit"]["customer_id"]
    assert run.results["explicit"] == len(set(spoke) & bought)
    assert "Silent dissatisfied customers are found by a model" in run.report.read_text("utf-8")


def test_a_real_survey_of_one_crowd(bank_file, tmp_path):
    run = run_report("attitudes", data=bank_file, out=tmp_path, progress=False)
    assert (run.results["n_respondents"], run.results["n_items"]) == (250, 27)
    # Four factors behind six blocks: expectation goes with quality, value with satisfaction.
    assert run.results["n_factors"] == 4
    assert run.results["blocks_adjusted_rand"] == pytest.approx(0.530, abs=0.001)
    assert (run.results["n_segments"], run.results["has_groups"]) == (1, False)
    text = run.report.read_text(encoding="utf-8")
    assert "Attitudes differ by degrees: the answers show no groups" in text
    assert text.count("shares its factor with another block") == 4
    assert "These blocks cannot be told apart by their answers" in text
    assert text.count("one and the same to the respondents") == 2


def test_slices_of_a_real_survey_differ_in_loyalty(bank_file, tmp_path):
    run = run_report(
        "attitudes", data=bank_file, parameters={"n_segments": 3, "n_factors": 6},
        out=tmp_path, progress=False,
    )  # fmt: skip
    found = run.results
    # As many factors as the survey has blocks find the blocks less well than four do.
    assert found["n_factors"] == 6
    assert found["blocks_adjusted_rand"] == pytest.approx(0.456, abs=0.001)
    assert found["n_segments"] == 3
    assert found["loyalty_difference"] == pytest.approx(3.91, abs=0.005)
    assert found["loyalty_low"] == pytest.approx(3.08, abs=0.005)
    assert found["loyalty_high"] == pytest.approx(4.74, abs=0.005)
    text = run.report.read_text(encoding="utf-8")
    assert "3 segments are slices of one crowd" in text
    assert re.search(r"3\.91</\w+>\s*.{0,400}points of loyalty lie between", text, flags=re.S)


def test_own_columns_in_chinese(tmp_path):
    names = {"customer_id": "会员号", "item": "题目", "answer": "得分", "answered_at": "答题时间"}
    own = load_dataset("survey").rename(columns=names)
    own["题目"] = own["题目"].str.replace("price_", "价格").str.replace("quality_", "品质")
    own.to_csv(tmp_path / "问卷.csv", index=False, encoding="gb18030")
    mapping = ",".join(f"{canonical}={mine}" for canonical, mine in names.items())
    run = run_report(
        "attitudes", data=tmp_path / "问卷.csv", parameters={"column_map": mapping},
        out=tmp_path, progress=False,
    )  # fmt: skip
    assert run.results["n_segments"] == 2
    assert run.results["price_oriented"] == 66


def test_a_file_that_is_no_survey_is_refused_before_the_run(tmp_path):
    pd.DataFrame({"customer_id": ["a"], "amount": [1.0]}).to_csv(tmp_path / "x.csv", index=False)
    with pytest.raises(DataError, match="read_survey: missing columns item, answer"):
        run_report("attitudes", data=tmp_path / "x.csv", out=tmp_path, progress=False)
    with pytest.raises(DataError, match="there is no file 'nowhere.csv'"):
        run_report(
            "attitudes", parameters={"complaints": "nowhere.csv"}, out=tmp_path, progress=False
        )
