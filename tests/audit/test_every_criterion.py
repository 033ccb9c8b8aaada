"""Every criterion of the domain is either carried by a client's data or said not to be."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

import segkit as sk
from segkit.audit import carrying
from segkit.audit.analyses import list_analyses
from segkit.audit.carrying_overview import carrying_overview
from segkit.tables import carrying_table

CRITERIA = [f"S{n}" for n in range(1, 17)]
#: What invoice lines alone carry; each runs in the notebook of its room.
RUNS = {"S2", "S4", "S5", "S7", "S8", "S14", "S15", "S16"}


@pytest.fixture(scope="module")
def retail(absent):
    folder = Path(os.environ.get("SEGKIT_DATA_DIR", "")) / "online_retail"
    if not (folder / "onlineretail.rda").is_file():
        absent("online_retail is not here: SEGKIT_DATA_DIR names the folder of real data.")
    return sk.materialize(sk.read_transactions("online_retail", missing="drop"))


@pytest.fixture(scope="module")
def verdicts(retail) -> pd.DataFrame:
    return carrying(retail).table


@pytest.mark.parametrize("criterion", CRITERIA)
def test_each_criterion_is_carried_or_what_it_lacks_is_said(verdicts, criterion):
    rows = verdicts[verdicts["criterion"] == criterion]
    assert len(rows)
    assert set(rows["verdict"].ne("no")) == {criterion in RUNS}
    assert rows.loc[rows["verdict"] == "no", "bring"].str.len().gt(0).all()


def test_no_analysis_is_left_out_of_the_tables(retail):
    found = carrying(retail)
    assert set(carrying_table(found).frame["name"]) == {one.name for one in list_analyses()}
    overview = carrying_overview(found)
    told = " / ".join(overview["analyses"])
    assert overview["n"].sum() == len(list_analyses())
    assert all(one.name in told for one in list_analyses())


def test_what_is_carried_runs(retail):
    customers = sk.summarize_customers(retail).to_pandas()
    by_place = sk.segment_by_column(sk.gather_customers(retail).table, "region")
    by_scheme = [sk.apply_scheme(customers, name) for name in ("purchase_activity", "lifecycle")]
    for segmentation in (by_place, sk.score_rfm(customers), *by_scheme):
        profile = segmentation.profile
        assert (profile["n_customers"] > 0).sum() >= 2
        assert profile["n_customers"].sum() == len(customers)
    clusters = sk.cluster_customers(customers, features=["recency_days", "n_days"], max_k=3)
    assert clusters.segmentation.profile["n_customers"].sum() == len(customers)
    rules = sk.explain_segments(by_scheme[0], customers)
    assert len(rules.rules)
    groups = sk.build_groups(customers, {"Regulars": "n_days >= 4 and revenue >= 1000"})
    assert len(groups.profile) == 1


def test_what_is_not_carried_is_said_by_the_rooms_themselves(retail):
    customers = sk.materialize(sk.summarize_customers(retail))
    tried = sk.apply_schemes(customers, ["loyalty_nps", "social_activity"])
    assert set(tried.lacking) == {"loyalty_nps", "social_activity"}
    people = sk.compare_criteria(sk.gather_customers(retail).table)
    lacking = people.table.set_index("criterion")["lacking"]
    for scheme in ("age_bands", "income_bands", "b2b_industry", "hotel_purpose"):
        assert lacking[scheme], scheme
