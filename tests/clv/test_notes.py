"""Warnings in words: each appears when it should, with its number, and not otherwise."""

from __future__ import annotations

import pandas as pd
import pytest

from segkit.clv import fit_clv
from segkit.clv.notes import (
    FACT_NAMES,
    MODEL_TITLES,
    model_notes,
    own_notes,
    shared_notes,
    unit_words,
)
from segkit.i18n import format_percent, use_language

FINE = {
    "n_customers": 2000, "n_once": 1000, "n_repeat": 1000, "span_days": 400.0,
    "penalizer": 0.0, "penalizer_used": 0.0, "flat": False, "edge": [], "no_churn": False,
    "spend_kind": "gamma_gamma", "spend_penalizer": 0.0, "spend_fallback": "",
    "spend_correlation": 0.1, "n_spend": 1000, "n_spend_sample": 0, "n_unspent": 0,
}  # fmt: skip


def test_facts_are_complete(fitted):
    assert set(FINE) == set(FACT_NAMES) == set(fitted["bg_nbd"].facts)


def test_a_fine_fit_has_no_notes(fitted):
    assert model_notes("mbg_nbd", FINE) == []
    assert fitted["mbg_nbd"].notes == []


@pytest.mark.parametrize(
    ("model", "change", "words"),
    [
        ("bg_nbd", {}, "P(alive) = 1 to every one-time buyer (50.0"),
        ("nbd", {}, "knows no churn"),
        ("mbg_nbd", {"n_repeat": 40}, "Only 40 customers bought again; below 100"),
        ("mbg_nbd", {"span_days": 90.0}, "covers 90 days; below 182 days"),
        ("mbg_nbd", {"penalizer_used": 0.001}, "converged only with a penalty of 0.001"),
        ("mbg_nbd", {"penalizer_used": 0.01, "penalizer": 0.01}, "penalty of 0.010 that was asked"),
        ("mbg_nbd", {"no_churn": True}, "These data show no customer leaving"),
        ("bg_nbd", {"no_churn": True}, "These data show no customer leaving"),
        ("mbg_nbd", {"edge": ["a", "b"]}, "edge of what the model can say: a, b ran to zero"),
        ("mbg_nbd", {"n_spend_sample": 800}, "rests on a sample of 800 of 1,000 repeat"),
        (
            "mbg_nbd",
            {"spend_penalizer": 0.01},
            "spend model converged only with a penalty of 0.010",
        ),
        ("mbg_nbd", {"flat": True}, "log-likelihood is flat"),
        ("mbg_nbd", {"spend_correlation": 0.312}, "correlation 0.312, above 0.15"),
        ("mbg_nbd", {"spend_correlation": -0.2}, "correlation \u22120.200, above 0.15"),
        ("mbg_nbd", {"n_unspent": 7}, "7 repeat customers without positive spend"),
        ("mbg_nbd", {"n_unspent": 1}, "1 repeat customer without positive spend is"),
        ("mbg_nbd", {"n_repeat": 1}, "Only 1 customer bought again"),
        ("mbg_nbd", {"spend_kind": None}, "No spend model"),
        ("mbg_nbd", {"spend_fallback": "few", "n_spend": 12}, "12 repeat customers with spend are"),
        ("mbg_nbd", {"spend_fallback": "heavy_tail"}, "1,000 customers has no finite mean"),
        ("mbg_nbd", {"spend_fallback": "no_fit"}, "did not converge on 1,000 customers"),
    ],
)
def test_each_note_with_its_number(model, change, words):
    notes = model_notes(model, {**FINE, **change})
    assert len(notes) == 1
    assert words in notes[0]


def test_a_share_of_the_test_is_one_of_its_calibration_period():
    (tested,), (fitted,) = own_notes("bg_nbd", FINE), model_notes("bg_nbd", FINE)
    share = format_percent(FINE["n_once"] / FINE["n_customers"])
    assert f"once in the calibration period ({share} of its customers)" in tested
    assert f"every one-time buyer ({share} of customers)" in fitted


def test_what_holds_for_one_model_names_it():
    facts = {**FINE, "penalizer_used": 0.001, "flat": True, "n_unspent": 7}
    for model in ("bg_nbd", "mbg_nbd"):
        title = MODEL_TITLES[model]
        own = own_notes(model, facts)
        assert own
        assert all(note.startswith(title) for note in own)
        assert all(title not in note for note in shared_notes(facts))
        assert len(own) + len(shared_notes(facts)) == len(model_notes(model, facts))


def test_bg_nbd_on_cdnow_names_the_share(fitted):
    assert "(59.9" in fitted["bg_nbd"].notes[0]


def test_linked_spend_is_found_in_data(calibration):
    linked = calibration.assign(
        monetary_value=(calibration["monetary_value"] + 20 * calibration["frequency"]).where(
            calibration["frequency"] > 0, 0.0
        )
    )
    model = fit_clv(linked)
    r = linked.query("frequency > 0")[["frequency", "monetary_value"]].corr().iloc[0, 1]
    assert r > 0.15
    assert any(f"correlation {r:.3f}" in note for note in model.notes)


def test_short_history_is_found_in_data():
    rows = [("a", 1, 7, 20), ("b", 0, 0, 25), ("c", 2, 14, 28), ("d", 0, 0, 12), ("e", 0, 0, 30)]
    customers = pd.DataFrame(rows * 9, columns=["customer_id", "frequency", "recency", "T"])
    notes = fit_clv(customers, model="nbd", spend=None).notes
    assert any("covers 30 days" in note for note in notes)
    assert any("Only 18 customers bought again" in note for note in notes)


def test_notes_follow_the_language():
    with use_language("zh"):
        assert len(model_notes("bg_nbd", {**FINE, "n_unspent": 7})) == 2


def test_units_in_words():
    assert unit_words("week") == "time counted in weeks"
