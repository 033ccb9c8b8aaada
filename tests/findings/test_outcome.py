"""Who did what, in words: what may be used, what must not, and what is not told at all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segkit.features import gather_customers
from segkit.figures import plot_gain
from segkit.findings import demographic_cover, demographic_limits, show_outcome
from segkit.findings.outcome import (
    outcome_findings,
    outcome_headline,
    outcome_limits,
    outcome_results,
    outcome_warning,
)
from segkit.report.elements import FigureElement, TableElement
from segkit.report.notes import Note
from segkit.segment.borders import check_borders
from segkit.segment.criteria import compare_criteria
from segkit.segment.missing import Missing
from segkit.segment.outcome import predict_outcome


def people(n=900, seed=2):
    rng = np.random.default_rng(seed)
    age, job = rng.integers(20, 70, n), rng.choice(["clerk", "driver", "teacher"], n)
    likely = 0.15 + 0.4 * (age < 40) + 0.3 * (job == "teacher")
    did = rng.random(n) < likely
    return pd.DataFrame(
        {
            "customer_id": [f"c{i:04}" for i in range(n)],
            "age": age,
            "occupation": job,
            "duration": rng.integers(30, 90, n) + 300 * did,
            "thanked": did,
            "noise": rng.random(n) < 0.4,
            "did": did,
        }
    )


@pytest.fixture(scope="module")
def gathered():
    return gather_customers(customers=people())


@pytest.fixture(scope="module")
def honest(gathered):
    return predict_outcome(gathered, "did", order="row", predictors=["age", "occupation"])


@pytest.fixture(scope="module")
def leaking(gathered):
    return predict_outcome(gathered, "did", order="row", predictors=["age", "duration"])


@pytest.fixture(scope="module")
def silent(gathered):
    return predict_outcome(gathered, "noise", predictors=["age", "occupation"])


def shown(monkeypatch, predicted, **options):
    parts = []
    monkeypatch.setattr("IPython.display.display", parts.append)
    assert show_outcome(predicted, **options) is None
    return parts


def test_a_tree_that_tells_says_how_well_and_against_what(honest):
    (found,) = outcome_findings(honest)
    row = honest.model.metric("auc")
    best = honest.model.standout
    rows = honest.model.tested.query("segment == @best.segment")
    assert found.number == f"{rows['outcome'].mean() / best.average:.1f} times"
    assert f"in a group of {len(rows) / 270 * 100:.0f}\u202f% of customers" in found.title
    assert f"of the {len(rows)} such customers in the test" in found.evidence
    low, high = best.observed.low * 100, best.observed.high * 100
    assert f"{low:.1f}\u202f% to {high:.1f}\u202f%" in found.evidence
    assert "Tested on 270 customers who came later" in found.evidence
    assert f"AUC {row['value']:.3f}" in found.evidence
    assert f"the tree beats it by at least {row['gain_low']:.3f}" in found.evidence
    assert honest.model.rules["rule"].iloc[0] in found.action
    stands = f"stand out, with {best.lift:.1f} times the average share of did"
    assert stands in outcome_headline(honest)
    title = plot_gain.describe(honest.model).title
    assert title.startswith(f"The likeliest {best.people * 100:.0f}")
    assert outcome_warning(honest) == ""
    assert any("taken to stand in the order of time" in limit for limit in outcome_limits(honest))


def test_a_leak_is_all_that_is_said_of_the_result(leaking):
    (found,) = outcome_findings(leaking)
    assert found.number == "1"
    assert "known only afterwards" in found.title
    assert "duration is known only after the outcome" in found.evidence
    assert found.action == "Run the report again without duration among the predictors."
    assert f"{leaking.model.metric('auc')['value']:.3f}" not in found.evidence
    assert outcome_limits(leaking)[0].startswith("Warning: did was predicted from duration")


def test_what_only_looks_like_a_leak_is_to_be_settled(gathered):
    found = predict_outcome(gathered, "did", predictors=["age", "thanked"])
    assert found.leaking == ("thanked",)
    assert "may know the outcome" in outcome_findings(found)[0].title
    assert outcome_warning(found).endswith("thanked, which may know it.")


def test_a_tree_that_tells_nothing_says_so(silent):
    (found,) = outcome_findings(silent)
    assert "does not tell noise" in found.title
    assert found.number == f"{silent.model.metric('auc')['value'] * 100:.0f}\u202f%"
    assert found.title.startswith("of pairs of customers are put in the right order")
    assert "by cross-validation" in found.evidence
    assert outcome_headline(silent) == ""
    assert any("outcome_order names such a column" in limit for limit in outcome_limits(silent))


def test_the_cover_and_the_limits_warn_first(gathered, leaking, honest):
    criteria = compare_criteria(gathered.table, outcome="did")
    assert "did" not in criteria.segmentations
    cover = demographic_cover(gathered, criteria, leaking)
    assert cover.headline == "Do not use the prediction of did: it knows the outcome"
    assert cover.lede.startswith("Warning: did was predicted from duration")
    assert cover.kpis[1].label == "with the outcome did"
    assert cover.kpis[1].value == f"{people()['did'].mean() * 100:.1f}\u202f%"
    borders = check_borders(criteria, gathered.table, n_resamples=3)
    first, last = (
        demographic_limits(gathered, criteria, borders, one).sentences for one in (leaking, honest)
    )
    assert first[0].startswith("Warning:")
    assert not last[0].startswith("Warning:")
    assert last[-1].startswith("Prediction of did: That a group has the outcome more often")


def test_warnings_stand_above_the_evidence_and_beside_each_part(monkeypatch, leaking):
    parts = shown(monkeypatch, leaking, source="Calls, 2024")
    assert isinstance(parts[0], Note)
    assert parts[0].is_warning
    assert "without duration among the predictors" in parts[0].text
    # A curve would be praised, and copied.
    assert [type(part) for part in parts[2:]] == [TableElement, TableElement]
    assert all("(not to be used" in part.title for part in parts[2:])
    warned = "Calls, 2024. Warning: did was predicted from duration, known only afterwards."
    assert {part.source for part in parts[2:]} == {warned}


def test_an_honest_tree_is_shown_with_its_curves(monkeypatch, honest):
    kinds = [type(part) for part in shown(monkeypatch, honest)[-4:]]
    assert kinds == [FigureElement, FigureElement, TableElement, TableElement]


def test_without_a_group_that_stands_out_nobody_is_to_be_chosen(honest, monkeypatch):
    monkeypatch.setattr(type(honest.model), "standout", None)
    (found,) = outcome_findings(honest)
    assert "no group stands out" in found.title
    assert "Choose nobody by the groups of the tree" in found.action
    assert outcome_headline(honest) == ""
    assert "outcome_group_share" not in outcome_results(honest)


def test_the_advice_is_the_rule_that_held_in_the_test(gathered):
    frame = people().assign(n=range(900))
    # From the 631st on it is the older ones who do it.
    later = frame["n"] >= 630
    frame["did"] = np.where(later, frame["age"] >= 50, frame["age"] < 35)
    moved = gather_customers(customers=frame.drop(columns="n"))
    found = predict_outcome(moved, "did", order="row", predictors=["age"])
    assert not found.model.keeps_order
    (warning,) = [w for w in found.model.warnings if "higher" in w]
    assert "neither the order of the groups nor their probabilities hold" in warning
    assert found.model.standout.segment != "leaf_1"


def test_of_a_tree_that_asks_nothing_no_figure_is_shown(monkeypatch, silent):
    assert not silent.asks
    parts = shown(monkeypatch, silent)
    assert [type(part) for part in parts] == [Note, TableElement]
    assert "the tree asks nothing" in parts[0].text


def test_what_is_missing_gives_its_reason_and_no_numbers(monkeypatch, gathered):
    missing = predict_outcome(gathered)
    (note,) = shown(monkeypatch, missing)
    assert "No outcome was named" in note.text
    assert outcome_results(missing) == {}
    assert outcome_headline(Missing("")) == outcome_warning(Missing("")) == ""
