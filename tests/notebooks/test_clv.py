"""The lifetime value notebook against the published and recomputed CDNOW figures."""

from __future__ import annotations

import pytest

#: Fader, Hardie & Lee 2005 and their notes; six digits recomputed independently with scipy.
PARAMETERS = {
    "bg_nbd": {"r": 0.2425945, "alpha": 4.4136022, "a": 0.7929220, "b": 2.4259068},
    "mbg_nbd": {"r": 0.5248432, "alpha": 6.1830852, "a": 0.8913594, "b": 1.6140022},
    "pareto_nbd": {"r": 0.5532771, "alpha": 10.5776838, "s": 0.6062398, "beta": 11.6687290},
    "gamma_gamma": {"p": 6.24957, "q": 3.74422, "gamma": 15.44352},
}
LOG_LIKELIHOODS = {
    "bg_nbd": -9582.4292,
    "mbg_nbd": -9582.1357,
    "pareto_nbd": -9594.9762,
    "gamma_gamma": -4055.9177,
}
#: Sum of conditional expectations over 39 weeks, MAE, RMSE, mean P(alive).
HOLDOUT = {
    "bg_nbd": (1653.41, 0.7855, 1.6080, 0.81344),
    "mbg_nbd": (1576.73, 0.7648, 1.6072, 0.44872),
    "pareto_nbd": (1665.51, 0.7545, 1.6028, 0.44628),
}


@pytest.mark.parametrize("model", PARAMETERS)
def test_parameters_and_likelihoods(clv_run, model):
    found = {name: clv_run.results[f"{model}_{name}"] for name in PARAMETERS[model]}
    assert found == pytest.approx(PARAMETERS[model], rel=1e-3)
    likelihood = clv_run.results[f"{model}_log_likelihood"]
    assert likelihood == pytest.approx(LOG_LIKELIHOODS[model], abs=1e-3)


@pytest.mark.parametrize("model", HOLDOUT)
def test_the_holdout(clv_run, model):
    expected, mae, rmse, alive = HOLDOUT[model]
    results = clv_run.results
    assert results[f"{model}_expected"] == pytest.approx(expected, rel=5e-3)
    assert results[f"{model}_mae"] == pytest.approx(mae, abs=5e-5)
    assert results[f"{model}_rmse"] == pytest.approx(rmse, abs=5e-5)
    assert results[f"{model}_mean_p_alive"] == pytest.approx(alive, abs=5e-6)


def test_what_came(clv_run):
    assert clv_run.results["n_customers"] == 2357
    assert clv_run.results["holdout_purchases"] == 1882
    assert clv_run.results["holdout_spend"] == 70976.39
